import type { ClearingStep } from '#verification/contract'
import { addressOf } from '../../client.ts'
import { instant } from '../../format.ts'
import { FileList } from '../../ui/file-list.tsx'
import { outcomeWords } from '../../wording.ts'

const stepWords = { first: '第一人签署', confirmed: '第二人复核同意', sent_back: '第二人退回', reopened: '重新打开' } as const

type HistoryProps = { findingId: string; steps: readonly ClearingStep[]; words?: typeof outcomeWords }

/** Who signed what under a finding, with reason and evidence; nothing in it can be changed. */
export function History({ findingId, steps, words = outcomeWords }: HistoryProps) {
  if (steps.length === 0) return null
  const address = (fileId: string) => addressOf('verification.read-evidence', { params: { findingId, fileId } })
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
              <>
                <p className="small">证据（每次打开都记入留痕）：</p>
                <FileList files={step.evidence} address={address} />
              </>
            )}
          </li>
        ))}
      </ol>
    </div>
  )
}
