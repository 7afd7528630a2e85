import type { ClearingStep } from '#verification/contract'
import { fileSize, instant } from '../../format.ts'
import { outcomeWords } from '../../wording.ts'

const stepWords = { first: '第一人签署', confirmed: '第二人复核同意', sent_back: '第二人退回', reopened: '重新打开' } as const

/** Who signed what under a finding, with reason and evidence; nothing in it can be changed. */
export function History({ steps, words = outcomeWords }: { steps: readonly ClearingStep[]; words?: typeof outcomeWords }) {
  if (steps.length === 0) return null
  return (
    <div>
      <h4>处置记录</h4>
      <ol className="history">
        {steps.map((step) => (
          <li key={step.at + step.step}>
            <p>
              <span className="strong">{stepWords[step.step]}</span>
              {step.outcome !== null && `：${words[step.outcome].label}`}
              <span className="muted small">
                {' '}
                {step.by}（{step.roleLabel}）{instant(step.at)}
              </span>
            </p>
            <p>{step.reason}</p>
            {step.evidence.length > 0 && (
              <p className="small muted">
                证据：{step.evidence.map((e) => `${e.name}（${fileSize(e.size)}，指纹 ${e.sha256.slice(0, 12)}）`).join('；')}
              </p>
            )}
          </li>
        ))}
      </ol>
    </div>
  )
}
