import type { CaseView } from '#casework/contract'
import { dayOf } from '../../format.ts'
import { clockWords } from '../../ui/clock.tsx'
import { Hint } from '../../ui/hint.tsx'
import { lateSteps, longestWait } from './plan.ts'

/** What has to be done at the step before it can go on. */
function NextAt({ view, step }: { view: CaseView; step: string }) {
  const next = view.next.find((each) => each.step === step)
  return next === undefined ? null : <Hint todo={next} lead="接下来：" />
}

/** Why a case is late: which step lies over its last day, since when, what it waits for, and where the most time went before. */
export function Lateness({ view }: { view: CaseView }) {
  const { total, result } = view.head
  const late = lateSteps(view)
  const totalLate = result === null && total.stoppedOn === null && (total.left ?? 0) < 0
  if (late.length === 0 && !totalLate) return null
  const longest = longestWait(view)
  return (
    <section className="notice red" aria-label="为什么超期">
      <ul className="dots">
        {totalLate && (
          <li>
            整个案件{clockWords(total).text}：{clockWords(total).why}。
          </li>
        )}
        {late.map((step) => (
          <li key={step.step}>
            “{step.label}”{clockWords(step.clock).text}：{dayOf(step.since)} 到本步，
            {clockWords(step.clock).why}。<NextAt view={view} step={step.step} />
          </li>
        ))}
        {longest !== undefined && (
          <li>
            已办各步中等得最久的是“{longest.label}”，{longest.days} 天（{dayOf(longest.from)} 至 {dayOf(longest.to)}）。
          </li>
        )}
      </ul>
    </section>
  )
}
