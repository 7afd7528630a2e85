/** What every form of a move is given, and the draft that keeps what was typed. */
import { type Dispatch, type SetStateAction, useEffect, useState } from 'react'
import type { CaseView, OfferedMove } from '#casework/contract'
import { draftPrefix, keptKeys } from './kept-drafts.ts'

export interface FormProps {
  /** the case as it was last read */
  readonly view: CaseView
  /** the move the form belongs to */
  readonly move: OfferedMove
  /** Sends the move with what the form holds; reasons and the step to open again are asked beside the form by the page. */
  submit(record: object, extra?: { reason?: string; reopen?: string }): void
  /** the move is on its way: the button is locked */
  readonly busy: boolean
  /** what the server found wrong, by path in the record ('outcome', 'members.0.name') */
  readonly problems: Readonly<Record<string, string>>
}

function keyOf({ view, move }: Pick<FormProps, 'view' | 'move'>): string {
  return `${draftPrefix}${view.head.caseNo} ${move.step}.${move.command}`
}

function read<T>(key: string): Partial<T> | undefined {
  try {
    const text = sessionStorage.getItem(key)
    return text === null ? undefined : (JSON.parse(text) as Partial<T>)
  } catch {
    return undefined
  }
}

/**
 * State of a form that survives a reload and a new sign-in in the same tab: kept per case and move until the move is made.
 * `initial` must be an object; what was kept is laid over it. `part` names a second state of the same move.
 */
export function useDraft<T extends object>(
  props: Pick<FormProps, 'view' | 'move'>,
  initial: T,
  part = '',
): readonly [T, Dispatch<SetStateAction<T>>] {
  const key = `${keyOf(props)} ${part}`
  const [first] = useState(initial)
  const [value, set] = useState<T>(() => ({ ...initial, ...read<T>(key) }))
  useEffect(() => {
    if (JSON.stringify(value) === JSON.stringify(first)) return
    try {
      sessionStorage.setItem(key, JSON.stringify(value))
    } catch {
      // a full or forbidden store only costs the draft
    }
  }, [key, value, first])
  return [value, set]
}

/** Forgets what was kept for a move, once it is made. */
export function dropDraft(props: Pick<FormProps, 'view' | 'move'>): void {
  for (const key of keptKeys(`${keyOf(props)} `)) sessionStorage.removeItem(key)
}

/** Whether something typed for a move has not been sent. */
export function hasDraft(props: Pick<FormProps, 'view' | 'move'>): boolean {
  return keptKeys(`${keyOf(props)} `).length > 0
}
