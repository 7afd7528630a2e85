import { lazy, Suspense, useEffect, useState } from 'react'
import type { CaseView, OfferedMove } from '#casework/contract'
import { Hint } from '../../ui/hint.tsx'
import { Loading } from '../../ui/states.tsx'
import { dropDraft, hasDraft } from './form-props.ts'
import { findForm } from './forms/index.ts'
import { MoveProblem } from './move-problem.tsx'
import { choiceOf, resultLabel } from './plan.ts'
import { problemsOf, type Sent, useMove } from './use-move.ts'

/** Asks for a reason: only when a move needs one. */
const MoveDialog = lazy(async () => ({ default: (await import('./move-dialog.tsx')).MoveDialog }))

const hasForm = (move: OfferedMove): boolean => findForm(move.step, move.command) !== undefined
const keyOf = (move: OfferedMove): string => `${move.step}.${move.command}`

/** Warns before the window is closed while something typed was not sent. */
function useUnsentWarning(view: CaseView, move: OfferedMove | undefined): void {
  useEffect(() => {
    if (move === undefined) return
    const warn = (event: BeforeUnloadEvent) => {
      if (hasDraft({ view, move })) event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [view, move])
}

type FormAreaProps = { view: CaseView; move: OfferedMove; sending: ReturnType<typeof useMove>; onAsk: (record: object) => void }

function FormArea({ view, move, sending, onAsk }: FormAreaProps) {
  const Form = findForm(move.step, move.command)
  if (Form === undefined) return null
  return (
    <div className="move-form">
      <h3>{move.label}</h3>
      {move.missing !== null && <p className="notice small">{move.missing}</p>}
      <Suspense fallback={<Loading lines={3} />}>
        <Form
          key={keyOf(move)}
          view={view}
          move={move}
          busy={sending.isPending}
          problems={sending.isError ? problemsOf(sending.error) : {}}
          submit={(record, extra) => {
            const asks = (move.reason && extra?.reason === undefined) || (move.reopen.length > 0 && extra?.reopen === undefined)
            if (asks) onAsk(record)
            else sending.mutate({ move, record, ...extra })
          }}
        />
      </Suspense>
    </div>
  )
}

type DecidePanelProps = {
  view: CaseView
  step: string
  label: string
  /** the form of the first move is open from the beginning */
  eager: boolean
  onReload: () => Promise<void>
  onDone: (sent: Sent) => void
}

type Asked = { move: OfferedMove; record?: object }

function useChoice({ view, step, eager }: Pick<DecidePanelProps, 'view' | 'step' | 'eager'>) {
  const choice = choiceOf(view, step, hasForm)
  const [chosen, choose] = useState<string | null>()
  const begun = view.offered.find((move) => move.step === step && hasForm(move) && hasDraft({ view, move }))
  const waits = step === 'intake' && choice.missing !== null
  // until the reader opens or folds a form, the one that comes next is open: also when the case was read anew meanwhile
  const next = eager && !waits && choice.first !== undefined && hasForm(choice.first) ? choice.first : undefined
  const standing = begun ?? next
  const opened = chosen === undefined && standing !== undefined ? keyOf(standing) : chosen
  const form = view.offered.find((move) => keyOf(move) === opened)
  return { choice, form, open: choose }
}

/** Why the other buttons are barred, in words: a finger sees no tooltip. */
function Barred({ moves, told }: { moves: readonly OfferedMove[]; told: string | null }) {
  const reasons = moves.flatMap((move) => (move.missing === null || move.missing === told || hasForm(move) ? [] : [move.missing]))
  return [...new Set(reasons)].map((reason) => (
    <p key={reason} className="muted small" aria-hidden="true">
      {reason}
    </p>
  ))
}

/** What can be done at a step: one first button that says what comes of it, the others beside it, and what is still missing. */
export function DecidePanel(props: DecidePanelProps) {
  const { view, step, label, onReload, onDone } = props
  const { choice, form, open } = useChoice(props)
  const [asked, setAsked] = useState<Asked | null>(null)
  const sending = useMove(view, (sent) => {
    dropDraft({ view, move: sent.move })
    setAsked(null)
    open(null)
    onDone(sent)
  })
  useUnsentWarning(view, asked?.move ?? form)
  // the refusal stands until the case is there anew
  const reload = () => void onReload().then(() => sending.reset())
  // a dialog begins and ends without what went wrong before
  const ask = (next: Asked | null) => {
    sending.reset()
    setAsked(next)
  }
  const start = (move: OfferedMove) => {
    sending.reset()
    if (hasForm(move)) open(keyOf(move))
    else if (move.reason || move.reopen.length > 0) ask({ move })
    else sending.mutate({ move })
  }
  const { first, others, endings, missing } = choice
  const next = view.next.find((each) => each.step === step)
  const button = (move: OfferedMove, isFirst: boolean) => (
    <MoveButton
      key={keyOf(move)}
      label={isFirst ? resultLabel(view, move) : move.label}
      primary={isFirst && form === undefined}
      pressed={form === move}
      missing={hasForm(move) ? null : move.missing}
      busy={sending.isPending}
      onClick={() => start(move)}
    />
  )
  return (
    <section className="decide no-print" aria-label={`办理：${label}`} id={`decide-${step}`}>
      {sending.isError && asked === null && <MoveProblem error={sending.error} onReload={reload} />}
      {next !== undefined && next.command !== first?.command && (
        <p className="notice amber">
          <Hint todo={next} lead="接下来：" />
        </p>
      )}
      {form !== undefined && (
        <FormArea view={view} move={form} sending={sending} onAsk={(record) => ask({ move: form, record })} />
      )}
      <div className="row">
        {first !== undefined && form !== first && button(first, true)}
        {others.filter((move) => move !== form).map((move) => button(move, false))}
        {form !== undefined && (
          <button type="button" className="button" onClick={() => open(null)}>
            收起表单
          </button>
        )}
      </div>
      <Barred moves={first === undefined ? others : [first, ...others]} told={missing} />
      {endings.length > 0 && (
        <details>
          <summary className="small">结束本案</summary>
          <div className="row">{endings.map((move) => button(move, false))}</div>
        </details>
      )}
      {asked !== null && (
        <Suspense>
          <MoveDialog
            view={view}
            move={asked.move}
            sending={sending}
            onClose={() => ask(null)}
            onReload={reload}
            onSend={(extra) => sending.mutate({ ...asked, ...extra })}
          />
        </Suspense>
      )}
    </section>
  )
}

type MoveButtonProps = {
  label: string
  primary: boolean
  pressed: boolean
  missing: string | null
  busy: boolean
  onClick: () => void
}

function MoveButton({ label, primary, missing, busy, onClick }: MoveButtonProps) {
  const barred = missing !== null
  return (
    <button
      type="button"
      className={primary && !barred ? 'button primary' : 'button'}
      disabled={busy}
      aria-disabled={barred ? true : undefined}
      title={missing ?? undefined}
      onClick={() => {
        if (!barred) onClick()
      }}
    >
      {busy && primary ? '正在办理…' : label}
      {barred && <span className="hidden">，现在不能办：{missing}</span>}
    </button>
  )
}
