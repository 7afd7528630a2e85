import { useEffect, useRef } from 'react'
import type { StepView } from '#casework/contract'
import { clockWords } from '../../ui/clock.tsx'
import { columnsOf, partOf } from './plan.ts'

const stateWords = { waiting: '未到', open: '办理中', posted: '公示中', paused: '停表', done: '办完', idle: '未启动' } as const
const marks = { waiting: '', open: '●', posted: '●', paused: '‖', done: '✓', idle: '–' } as const

function StepMark({ step, current }: { step: StepView; current: boolean }) {
  const runs = step.state === 'open' || step.state === 'posted' || step.state === 'paused'
  const clock = clockWords(step.clock)
  // a notice that hung its days waits to be ended
  const isUp = step.state === 'posted' && step.clock.left === 0
  return (
    <a
      href={`#${partOf(step.step)}`}
      className={`step ${step.waits === null ? step.state : 'open'}`}
      aria-current={current ? 'step' : undefined}
    >
      <span className="step-mark" aria-hidden="true">
        {step.waits === null ? marks[step.state] : '●'}
      </span>
      <span>
        <span className="step-label">{step.label}</span>
        <span className={`small ${runs && !isUp && step.clock.light === 'red' ? 'error-text' : 'muted'}`}>
          {isUp ? '公示期满，待办结' : (step.waits ?? stateWords[step.state])}
          {runs && !isUp && step.state !== 'paused' && step.clock.left !== null && `，${clock.text}`}
        </span>
      </span>
    </a>
  )
}

/** The way of the case: one column after another, steps that run at the same time under each other. */
export function StepTrack({ steps, current }: { steps: readonly StepView[]; current: string | undefined }) {
  const frame = useRef<HTMLElement>(null)
  const columns = columnsOf(steps)
  useEffect(() => {
    const box = frame.current
    const step = box?.querySelector<HTMLElement>('[aria-current], .open, .posted, .paused')
    if (box !== null && step != null) box.scrollLeft = step.offsetLeft - box.clientWidth / 3
  }, [])
  return (
    <section ref={frame} className="card track-card" aria-label="办理进程，可左右滚动" {...{ tabIndex: 0 }}>
      <ol className="track">
        {columns.map((column) => (
          <li key={column[0]?.step}>
            {column.length > 1 && <span className="hidden">同时进行：</span>}
            {column.map((step) => (
              <StepMark key={step.step} step={step} current={step.step === current} />
            ))}
          </li>
        ))}
      </ol>
    </section>
  )
}
