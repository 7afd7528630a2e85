import { type FormEvent, type ReactNode, useState } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

const shortest = 4

type DecisionProps = {
  /** What is decided, for the accessible name of the form. */
  title: string
  accept: string
  refuse: string
  hint: string
  busy: boolean
  error: unknown
  onDecide: (accept: boolean, reason: string) => void
}

/** The second person's word, with the reason: yes or no. */
export function DecisionForm({ title, accept, refuse, hint, busy, error, onDecide }: DecisionProps) {
  const [wrong, setWrong] = useState<string>()
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const by = (event.nativeEvent as SubmitEvent).submitter
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim()
    setWrong(reason.length < shortest ? '请写明核对情况或理由，至少 4 个字' : undefined)
    if (reason.length >= shortest) onDecide(by?.getAttribute('value') !== 'refuse', reason)
  }
  return (
    <form className="stack-small" onSubmit={submit} noValidate aria-label={title}>
      <Field label="意见（必填）" error={wrong} hint={hint}>
        {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
      </Field>
      {error !== null && <ErrorPanel error={error} />}
      <div className="row">
        <button type="submit" className="button primary" value="accept" disabled={busy}>
          {busy ? '正在办理…' : accept}
        </button>
        <button type="submit" className="button" value="refuse" disabled={busy}>
          {refuse}
        </button>
      </div>
    </form>
  )
}

type AskProps = {
  /** Words of the button that opens the window. */
  label: string
  title: string
  button: string
  children: ReactNode
  busy: boolean
  error: unknown
  /** Asked for, and given to `onSure`, where there must be one. */
  reason?: boolean
  onSure: (reason: string) => void
}

/** A button that asks once more before it acts. */
export function AskButton({ label, title, button, children, busy, error, reason = false, onSure }: AskProps) {
  const [open, setOpen] = useState(false)
  const [wrong, setWrong] = useState<string>()
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const text = String(new FormData(event.currentTarget).get('reason') ?? '').trim()
    const short = reason && text.length < shortest
    setWrong(short ? '请写明理由，至少 4 个字' : undefined)
    if (!short) onSure(text)
  }
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        {label}
      </button>
      {open && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          <form className="stack-small" onSubmit={submit} noValidate>
            {children}
            {reason && (
              <Field label="理由（必填）" error={wrong}>
                {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
              </Field>
            )}
            {error !== null && <ErrorPanel error={error} />}
            <div className="row">
              <button type="submit" className="button primary" disabled={busy}>
                {busy ? '正在办理…' : button}
              </button>
              <button type="button" className="button" onClick={() => setOpen(false)}>
                取消
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  )
}
