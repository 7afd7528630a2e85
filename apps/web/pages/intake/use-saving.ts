/** Saving an application as it is typed: every place by itself, one call at a time, nothing dropped when a call fails. */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import type { DraftChange, DraftConflict, DraftView, SectionName } from '#casework/contract'
import { CallProblem, call } from '../../client.ts'

interface Edit {
  readonly section: SectionName
  readonly row: string
  readonly column: string
  readonly value: string
  /** the value that stood there when it was typed over */
  readonly seen: string
}

type Edits = Readonly<Record<string, Edit>>

export type SavingState = 'saved' | 'waiting' | 'saving' | 'failed'

const keyOf = (section: string, row: string, column: string): string => `${section} ${row} ${column}`
const storeKey = (caseNo: string): string => `yingbao-draft intake ${caseNo}`
const pauseMs = 700

function readKept(caseNo: string): Edits {
  try {
    return JSON.parse(sessionStorage.getItem(storeKey(caseNo)) ?? '{}') as Edits
  } catch {
    return {}
  }
}

function readList(key: string): readonly DraftConflict[] {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '[]') as DraftConflict[]
  } catch {
    return []
  }
}

function write(key: string, value: object | null): void {
  try {
    if (value === null) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(value))
  } catch {
    // a full or forbidden store only costs what is not saved yet
  }
}

function keep(caseNo: string, edits: Edits): void {
  write(storeKey(caseNo), Object.keys(edits).length === 0 ? null : edits)
}

function isSamePlace(a: DraftConflict, b: DraftConflict): boolean {
  return a.section === b.section && a.row === b.row && a.column === b.column
}

/** The value of a place as the server has it. */
export function valueAt(view: DraftView, section: SectionName, row: string, column: string): string {
  const rows = section === 'household' ? [view.draft.household] : view.draft[section]
  return rows.find((each) => each.id === row)?.values[column] ?? ''
}

export interface Saving {
  readonly view: DraftView
  readonly state: SavingState
  readonly problem: string | null
  readonly conflicts: readonly DraftConflict[]
  valueOf(section: SectionName, row: string, column: string): string
  set(section: SectionName, row: string, column: string, value: string): void
  /** adds, removes or confirms rows, or reads a card; what was typed is saved before */
  act(change: DraftChange): Promise<boolean>
  /** settles two values for one place */
  settle(conflict: DraftConflict, mine: boolean): void
  /** saves what waits at once; tells whether all of it is saved */
  flush(): Promise<boolean>
  replace(view: DraftView): void
}

/**
 * What is left to be saved after a reply: what was typed on meanwhile. It was typed over what has just been saved, so that nobody is told of a
 * change by himself; where somebody else's value stands, that one is kept as the one typed over.
 */
export function leftOf(now: Edits, sent: Edits, conflicts: readonly DraftConflict[]): Edits {
  const collided = new Set(conflicts.map(({ section, row, column }) => keyOf(section, row, column)))
  return Object.fromEntries(
    Object.entries(now).flatMap(([key, edit]) => {
      const saved = sent[key]
      if (edit === saved) return []
      return [[key, saved === undefined || collided.has(key) ? edit : { ...edit, seen: saved.value.trim() }] as const]
    }),
  )
}

/** What to send, in order: a row is there before what is typed in it, and is removed after. */
export function changesOf(edits: Edits, acts: readonly DraftChange[]): DraftChange[] {
  const adds = acts.filter((act) => act.do === 'add')
  const rest = acts.filter((act) => act.do !== 'add')
  return [...adds, ...Object.values(edits).map((edit): DraftChange => ({ do: 'set', ...edit })), ...rest]
}

/** Whether the server said no, as against not being reached, being busy or asking who is there: then it is not sent again. */
export function isRefused(error: unknown): boolean {
  return error instanceof CallProblem && error.status >= 400 && error.status < 500 && error.status !== 401 && error.status !== 429
}

/** Whether the choice between two values was to remove the row, and these acts did. */
export function isRemoved({ section, row, column }: DraftConflict, acts: readonly DraftChange[]): boolean {
  return column === '' && acts.some((act) => act.do === 'remove' && act.section === section && act.row === row)
}

/** Saves what waits before something that rests on it; where not all of it is saved, that does not happen. */
export async function saveFirst({ flush }: Pick<Saving, 'flush'>): Promise<void> {
  if (!(await flush())) throw new CallProblem(0, 'unsaved', '填写的内容没有全部保存，请按上方提示处理后再办')
}

const conflictKey = (caseNo: string): string => `yingbao-draft intake-conflicts ${caseNo}`

/** Two values for one place that nobody has chosen from yet; they outlive a reload of the tab as what is typed does. */
function useConflicts(caseNo: string) {
  const [conflicts, set] = useState<readonly DraftConflict[]>(() => readList(conflictKey(caseNo)))
  const change = useCallback(
    (to: (before: readonly DraftConflict[]) => readonly DraftConflict[]) =>
      set((before) => {
        const after = to(before)
        write(conflictKey(caseNo), after.length === 0 ? null : after)
        return after
      }),
    [caseNo],
  )
  const addConflicts = useCallback(
    (more: readonly DraftConflict[]) => {
      if (more.length > 0) change((before) => [...before.filter((each) => !more.some((one) => isSamePlace(one, each))), ...more])
    },
    [change],
  )
  return {
    conflicts,
    addConflicts,
    dropConflicts: useCallback(
      (isOver: (one: DraftConflict) => boolean) => change((before) => before.filter((each) => !isOver(each))),
      [change],
    ),
  }
}

/** What is typed and not saved yet; it outlives a reload of the tab. */
function useEdits(caseNo: string, now: RefObject<Edits>) {
  const [edits, setEdits] = useState<Edits>(now.current)
  const put = useCallback(
    (next: Edits) => {
      now.current = next
      keep(caseNo, next)
      setEdits(next)
    },
    [caseNo, now],
  )
  return [edits, put] as const
}

type Sending = {
  readonly caseNo: string
  readonly now: RefObject<Edits>
  readonly put: (next: Edits) => void
  readonly setView: (view: DraftView) => void
  readonly collided: ReturnType<typeof useConflicts>
}

/** One call at a time; what a call that failed was to do besides is kept with what is typed. */
function useSending({ caseNo, now, put, setView, collided: { addConflicts, dropConflicts } }: Sending) {
  const [state, setState] = useState<SavingState>(Object.keys(now.current).length === 0 ? 'saved' : 'waiting')
  const [problem, setProblem] = useState<string | null>(null)
  const chain = useRef<Promise<boolean>>(Promise.resolve(true))
  const unsent = useRef<readonly DraftChange[]>([])

  const send = useCallback(
    async (extra: readonly DraftChange[]) => {
      const sent = now.current
      const acts = [...unsent.current, ...extra]
      const changes = changesOf(sent, acts)
      unsent.current = []
      setState(changes.length === 0 ? 'saved' : 'saving')
      if (changes.length === 0) {
        setProblem(null)
        return true
      }
      try {
        const reply = await call('casework.save-draft', { params: { caseNo }, body: { changes } })
        put(leftOf(now.current, sent, reply.conflicts))
        setView(reply.view)
        setProblem(null)
        dropConflicts((one) => isRemoved(one, acts))
        addConflicts(reply.conflicts)
        const isAll = Object.keys(now.current).length === 0
        setState(isAll ? 'saved' : 'waiting')
        return isAll && reply.conflicts.length === 0
      } catch (error) {
        if (!isRefused(error)) unsent.current = acts
        setProblem(error instanceof CallProblem ? error.message : '没有保存成功，请重试')
        setState('failed')
        return false
      }
    },
    [caseNo, now, put, setView, addConflicts, dropConflicts],
  )

  const queue = useCallback(
    (extra: readonly DraftChange[] = []) => {
      chain.current = chain.current.then(() => send(extra))
      return chain.current
    },
    [send],
  )

  return { state, setState, problem, queue, unsent }
}

/** The application of a case with everything typed laid over it. */
export function useSaving(first: DraftView): Saving {
  const { caseNo } = first
  const [view, setView] = useState(first)
  const now = useRef<Edits>(readKept(caseNo))
  const [edits, put] = useEdits(caseNo, now)
  const collided = useConflicts(caseNo)
  const { conflicts, dropConflicts } = collided
  const { state, setState, problem, queue, unsent } = useSending({ caseNo, now, put, setView, collided })

  useEffect(() => {
    if (state !== 'waiting' || Object.keys(edits).length === 0) return undefined
    const timer = setTimeout(() => void queue(), pauseMs)
    return () => clearTimeout(timer)
  }, [edits, state, queue])

  return {
    view,
    state,
    problem,
    conflicts,
    valueOf: (section, row, column) => edits[keyOf(section, row, column)]?.value ?? valueAt(view, section, row, column),
    set(section, row, column, value) {
      const key = keyOf(section, row, column)
      const seen = now.current[key]?.seen ?? valueAt(view, section, row, column)
      put({ ...now.current, [key]: { section, row, column, value, seen } })
      setState((before) => (before === 'saving' ? before : 'waiting'))
    },
    act: (change) => queue([change]),
    settle(conflict, mine) {
      const { section, row, column, mine: value, theirs: seen } = conflict
      unsent.current = unsent.current.filter((act) => !isRemoved(conflict, [act]))
      if (mine && !conflict.gone && column === '' && section !== 'household') {
        // it stands until the row is gone
        void queue([{ do: 'remove', section, row }])
        return
      }
      dropConflicts((each) => each === conflict)
      if (!mine || conflict.gone) return
      put({ ...now.current, [keyOf(section, row, column)]: { section, row, column, value, seen } })
      setState('waiting')
    },
    flush: () => queue(),
    replace: setView,
  }
}
