import { type FormEvent, type ReactNode, useState } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { FormButtons } from './form-buttons.tsx'

type ReasonProps = {
  title: string
  text: string
  button: string
  busy: boolean
  error: unknown
  onSubmit: (reason: string) => void
  onClose: () => void
  /** what is to be looked at first */
  children?: ReactNode
}

/** Asks for the reason of something that stands in the journal. */
export function ReasonDialog({ title, text, button, busy, error, onSubmit, onClose, children }: ReasonProps) {
  const [reason, setReason] = useState('')
  const [wrong, setWrong] = useState<string>()
  // what went wrong the last time it was open is over
  const [before] = useState(error)
  function submit(event: FormEvent) {
    event.preventDefault()
    const short = reason.trim().length < 4
    setWrong(short ? '请写明理由，至少 4 个字' : undefined)
    if (!short) onSubmit(reason.trim())
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="muted">{text}</p>
      {children}
      <form className="stack-small" onSubmit={submit} noValidate>
        <TextField
          label="理由"
          required
          value={reason}
          onChange={(e) => setReason(e.target.value)}
          maxLength={500}
          autoComplete="off"
          error={wrong}
        />
        {error !== null && error !== before && <ErrorPanel error={error} />}
        <FormButtons label={button} busy={busy} onClose={onClose} />
      </form>
    </Dialog>
  )
}
