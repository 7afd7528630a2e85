import type { FormEvent, ReactNode } from 'react'

interface FormFrameProps {
  label: string
  busy: boolean
  onSubmit: () => void
  children: ReactNode
}

/** A form of a move: its fields, and one button that says what it does. */
export function FormFrame({ label, busy, onSubmit, children }: FormFrameProps) {
  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form className="stack" onSubmit={send} noValidate>
      {children}
      <div className="row">
        <button type="submit" className="button primary" disabled={busy}>
          {busy ? '正在提交…' : label}
        </button>
      </div>
    </form>
  )
}
