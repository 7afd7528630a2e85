import type { UseMutationResult } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import type { CaseView, OfferedMove } from '#casework/contract'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, FieldGroup } from '../../ui/field.tsx'
import { useDraft } from './form-props.ts'
import { MoveProblem } from './move-problem.tsx'
import type { MoveInput, Sent } from './use-move.ts'

type MoveDialogProps = {
  view: CaseView
  move: OfferedMove
  sending: UseMutationResult<Sent, Error, MoveInput>
  onClose: () => void
  onReload: () => void
  onSend: (extra: { reason?: string; reopen?: string }) => void
}

type StepChoiceProps = {
  steps: OfferedMove['reopen']
  chosen: string
  error: string | undefined
  onChoose: (step: string) => void
}

function StepChoice({ steps, chosen, error, onChoose }: StepChoiceProps) {
  const id = useId()
  return (
    <FieldGroup label="退回到" error={error} hint="退回后，该步骤之后的各步都要重新办理。">
      {steps.map(({ step, label }) => (
        <label key={step} className="choice">
          <input type="radio" name={id} checked={chosen === step} onChange={() => onChoose(step)} />
          <span>{label}</span>
        </label>
      ))}
    </FieldGroup>
  )
}

/** Asks for the reason of a move, and for the step to open again where the mover chooses it. */
export function MoveDialog({ view, move, sending, onClose, onReload, onSend }: MoveDialogProps) {
  const [{ reason, reopen }, setAsked] = useDraft({ view, move }, { reason: '', reopen: '' }, 'reason')
  const setReason = (text: string) => setAsked((asked) => ({ ...asked, reason: text }))
  const setReopen = (step: string) => setAsked((asked) => ({ ...asked, reopen: step }))
  const [wrong, setWrong] = useState<{ reason?: string; reopen?: string }>({})

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const missing = {
      ...(move.reason && reason.trim().length < 4 ? { reason: '请写明理由，至少 4 个字' } : {}),
      ...(move.reopen.length > 0 && reopen === '' ? { reopen: '请选择退回到哪一步' } : {}),
    }
    setWrong(missing)
    if (Object.keys(missing).length > 0) return
    onSend({ ...(reason.trim() === '' ? {} : { reason: reason.trim() }), ...(reopen === '' ? {} : { reopen }) })
  }

  return (
    <Dialog title={move.label} onClose={onClose}>
      <p className="muted small">依据：{move.clause}</p>
      {sending.isError && <MoveProblem error={sending.error} onReload={onReload} />}
      <form className="stack" onSubmit={submit} noValidate>
        {move.reopen.length > 0 && <StepChoice steps={move.reopen} chosen={reopen} error={wrong.reopen} onChoose={setReopen} />}
        {move.reason && (
          <Field label="理由" error={wrong.reason}>
            {(ids) => <textarea {...ids} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />}
          </Field>
        )}
        <div className="row">
          <button type="submit" className="button primary" disabled={sending.isPending}>
            {sending.isPending ? '正在办理…' : move.label}
          </button>
          <button type="button" className="button" onClick={onClose}>
            取消
          </button>
        </div>
      </form>
    </Dialog>
  )
}
