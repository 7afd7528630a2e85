import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { StoredFile } from '#kernel/schema'
import type { ClearingOutcome, Finding } from '#verification/contract'
import { call } from '../../client.ts'
import { useCan } from '../../session.ts'
import { Evidence } from '../../ui/evidence.tsx'
import { Field, FieldGroup } from '../../ui/field.tsx'
import { NamedHint } from '../../ui/named-hint.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { outcomeWords } from '../../wording.ts'
import { dropDraft, readDraft, writeDraft } from './clearing-draft.ts'

/** What a form says about the outcomes: of a household's finding, or of a person who may have been left out. */
export type ClearingWording = {
  /** Outcomes in the order of choice, each with what it means. */
  outcomes: readonly { outcome: ClearingOutcome; hint: string }[]
  words: typeof outcomeWords
  form: string
  reasonHint: string
  evidenceHint: string
  /** The reason may be kept for the next finding of the same kind. */
  teaches: boolean
  reopen: string
}

const householdWording: ClearingWording = {
  outcomes: [
    { outcome: 'true', hint: '情况存在，按规定处理' },
    { outcome: 'not_true', hint: '经核实不存在（如已报废、已过户、属他人），或有正当理由' },
    { outcome: 'other_aid', hint: '不适用低保，转其他救助' },
  ],
  words: outcomeWords,
  form: '处置这条疑点',
  reasonHint: '写清怎么核实的、看到了什么。已自动暂存在本机。',
  evidenceHint: '至少一份：入户照片、证明、票据或询问笔录。按内容指纹保存，不能替换。',
  teaches: true,
  reopen: '重新打开这条疑点',
}

type FormProps = { finding: Finding; wording: ClearingWording; onDone: () => void }

/** What is read again after a signature. */
const touched = ['open-household', 'list-households', 'list-missed', 'read-progress'] as const

function useRefresh(finding: Finding, onDone: () => void) {
  const queries = useQueryClient()
  return async () => {
    dropDraft(finding.findingId)
    for (const route of touched) await queries.invalidateQueries({ queryKey: [`verification.${route}`] })
    onDone()
  }
}

type Wrong = { outcome?: string; reason?: string; evidence?: string }

function wrongOf(outcome: ClearingOutcome | null, reason: string, evidence: readonly StoredFile[]): Wrong {
  return {
    ...(outcome === null ? { outcome: '请选择核实结果' } : {}),
    ...(reason.trim().length < 4 ? { reason: '请写明理由，至少 4 个字' } : {}),
    ...(evidence.length === 0 ? { evidence: '请上传至少一份证据材料' } : {}),
  }
}

function OutcomeChoice({
  wording,
  value,
  onPick,
  error,
}: {
  wording: ClearingWording
  value: ClearingOutcome | null
  onPick: (o: ClearingOutcome) => void
  error: string | undefined
}) {
  return (
    <FieldGroup label="核实结果" error={error}>
      <div className="outcomes">
        {wording.outcomes.map(({ outcome, hint }) => (
          <label key={outcome} className="choice">
            <input type="radio" name="outcome" value={outcome} checked={value === outcome} onChange={() => onPick(outcome)} />
            <span>
              {wording.words[outcome].label} <span className="muted small">{hint}</span>
            </span>
          </label>
        ))}
      </div>
    </FieldGroup>
  )
}

function FirstSignature({ finding, wording, onDone }: FormProps) {
  const refresh = useRefresh(finding, onDone)
  const [draft, setDraft] = useState(() => readDraft(finding.findingId))
  const [wrong, setWrong] = useState<Wrong>({})
  const sign = useMutation({
    mutationFn: (outcome: ClearingOutcome) =>
      call('verification.clear-finding', {
        params: { findingId: finding.findingId },
        body: {
          outcome,
          reason: draft.reason,
          evidence: draft.evidence,
          teach: wording.teaches && draft.teach && outcome === 'not_true',
          seen: finding.history.length,
        },
      }),
    onSuccess: refresh,
  })

  function change(part: Partial<typeof draft>) {
    const next = { ...draft, ...part }
    setDraft(next)
    writeDraft(finding.findingId, next)
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    const missing = wrongOf(draft.outcome, draft.reason, draft.evidence)
    setWrong(missing)
    if (draft.outcome !== null && Object.keys(missing).length === 0) sign.mutate(draft.outcome)
  }

  return (
    <form className="stack-small sign no-print" onSubmit={submit} noValidate aria-label={wording.form}>
      <WrongList wrong={wrong} />
      <OutcomeChoice wording={wording} value={draft.outcome} onPick={(outcome) => change({ outcome })} error={wrong.outcome} />
      <Field label="理由" error={wrong.reason} hint={wording.reasonHint}>
        {(ids) => (
          <textarea {...ids} value={draft.reason} maxLength={2000} onChange={(event) => change({ reason: event.target.value })} />
        )}
      </Field>
      <Evidence
        label="证据材料"
        hint={wording.evidenceHint}
        files={draft.evidence}
        onChange={(evidence) => change({ evidence })}
        error={wrong.evidence}
      />
      {wording.teaches && draft.outcome === 'not_true' && (
        <label className="choice">
          <input type="checkbox" checked={draft.teach} onChange={(event) => change({ teach: event.target.checked })} />
          <span>
            下次出现同样疑点时，把这条理由显示给经办人 <span className="muted small">只显示，不自动适用</span>
          </span>
        </label>
      )}
      {sign.isError && <ErrorPanel error={sign.error} />}
      <div className="row">
        <button type="submit" className="button primary" disabled={sign.isPending}>
          {sign.isPending ? '正在签署…' : submitLabel(finding, draft.outcome, wording)}
        </button>
      </div>
    </form>
  )
}

/** The button says what will happen. */
function submitLabel(finding: Finding, outcome: ClearingOutcome | null, { words }: ClearingWording): string {
  const what = outcome === null ? '签署' : `签署“${words[outcome].label}”`
  return finding.class === 'A' ? `${what}，送第二人复核` : `${what}并办结`
}

function WrongList({ wrong }: { wrong: Wrong }) {
  const messages = Object.values(wrong)
  if (messages.length === 0) return null
  return (
    <div className="notice red" role="alert">
      <p className="strong">还差 {messages.length} 项：</p>
      <ul className="dots">
        {messages.map((m) => (
          <li key={m}>{m}</li>
        ))}
      </ul>
    </div>
  )
}

type ReasonFormProps = Omit<FormProps, 'wording'> & {
  label: string
  buttons: readonly { label: string; primary: boolean; run: (reason: string) => Promise<unknown> }[]
}

function ReasonForm({ finding, onDone, label, buttons }: ReasonFormProps) {
  const refresh = useRefresh(finding, onDone)
  const [reason, setReason] = useState('')
  const [wrong, setWrong] = useState<string>()
  const run = useMutation({ mutationFn: (action: (reason: string) => Promise<unknown>) => action(reason), onSuccess: refresh })

  function press(action: (reason: string) => Promise<unknown>) {
    const short = reason.trim().length < 4
    setWrong(short ? '请写明意见，至少 4 个字' : undefined)
    if (!short) run.mutate(action)
  }

  return (
    <form className="stack-small sign no-print" noValidate onSubmit={(event) => event.preventDefault()} aria-label={label}>
      <Field label={label} error={wrong}>
        {(ids) => <textarea {...ids} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      {run.isError && <ErrorPanel error={run.error} />}
      <div className="row">
        {buttons.map((b) => (
          <button
            key={b.label}
            type="button"
            className={b.primary ? 'button primary' : 'button'}
            disabled={run.isPending}
            onClick={() => press(b.run)}
          >
            {b.label}
          </button>
        ))}
      </div>
    </form>
  )
}

function SecondSignature({ finding, onDone }: Omit<FormProps, 'wording'>) {
  const answer = (agree: boolean) => (reason: string) =>
    call('verification.confirm-clearing', {
      params: { findingId: finding.findingId },
      body: { agree, reason, seen: finding.history.length },
    })
  return (
    <ReasonForm
      finding={finding}
      onDone={onDone}
      label="复核意见"
      buttons={[
        { label: '同意并办结', primary: true, run: answer(true) },
        { label: '退回重新核实', primary: false, run: answer(false) },
      ]}
    />
  )
}

function Reopen({ finding, wording, onDone }: FormProps) {
  const reopen = (reason: string) =>
    call('verification.reopen-finding', {
      params: { findingId: finding.findingId },
      body: { reason, seen: finding.history.length },
    })
  return (
    <details className="no-print">
      <summary>{wording.reopen}</summary>
      <ReasonForm
        finding={finding}
        onDone={onDone}
        label="重新打开的理由"
        buttons={[{ label: '重新打开', primary: false, run: reopen }]}
      />
    </details>
  )
}

type FormsProps = { finding: Finding; wording?: ClearingWording; onNext: () => void }

/** The form that fits the state of the finding and the person who looks at it. */
export function ClearingForms({ finding, wording = householdWording, onNext }: FormsProps) {
  const can = useCan()
  if (finding.clearing === 'cleared')
    return can('verification.confirm') ? <Reopen finding={finding} wording={wording} onDone={onNext} /> : null
  if (!finding.maySign) {
    return (
      <p className="notice no-print">
        {finding.clearing === 'awaiting_second' ? (
          <NamedHint name="confirmFinding" lead="第一人已签署。接下来：" />
        ) : (
          <NamedHint name="clearFindings" lead="接下来：" />
        )}
      </p>
    )
  }
  return finding.clearing === 'open' ? (
    <FirstSignature finding={finding} wording={wording} onDone={onNext} />
  ) : (
    <SecondSignature finding={finding} onDone={onNext} />
  )
}
