/** What is to be done next at a step: the move that finishes it, or what has to be done before, by whom and where. Pure. */
import { todo } from '#identity/todos'
import type { Todo } from '#kernel/todo'
import { asideMoves, finishingMoves } from '../contract/move-kinds.ts'
import type { CaseState } from './decide.ts'
import { MENDS, type Mend, type Place } from './mends.ts'
import { type Move, type StepState, stepOf } from './model.ts'
import { needText } from './needs.ts'

/** What the question rests on. */
export interface Known {
  readonly facts: ReadonlySet<string>
  /** facts that the form of a move brings, by `step.command` */
  readonly brought: (name: string) => readonly string[]
  readonly place: Place
  /** whether the reader is one of those who may not make a move because he made another */
  readonly barred: (move: Move) => boolean
}

/** Something to be done, with the step and the move it is for. */
export interface NextTodo extends Todo {
  readonly step: string
  readonly command: string | null
}

const running: ReadonlySet<StepState> = new Set(['open', 'posted', 'paused'])

function movesNow(state: CaseState, step: string): Move[] {
  const now = state.steps[step]
  return stepOf(state.procedure, step).moves.filter((move) => now !== undefined && move.from.includes(now))
}

const missingOf = (move: Move, step: string, { facts, brought }: Pick<Known, 'facts' | 'brought'>): string[] => {
  const there = brought(`${step}.${move.command}`)
  return move.needs.filter((need) => !facts.has(need) && !there.includes(need))
}

/** A decision whose letter nobody served yet, whatever else runs. */
export function letterTodo(caseNo: string): NextTodo {
  const page = [`/cases/${caseNo}#decisions`, '去登记送达'] as const
  return { ...todo('casework.notify', '把决定书送达申请人，登记送达', page), step: 'decision', command: null }
}

/** The move as something to be done: on the case's page, by the persons the procedure names. */
function made(move: Move, step: string, known: Known): NextTodo {
  const by = move.by.filter((each) => each !== 'system')
  const page = { to: `/cases/${known.place.caseNo}?step=${step}#decide-${step}`, label: `去办理“${move.label}”` }
  return { step, command: move.command, what: move.label, by, another: known.barred(move), page }
}

const isWait = ({ by }: Todo): boolean => by.length === 0

/** How the first of some missing needs is mended that somebody can do something about; else what is waited for. */
function mended(state: CaseState, step: string, missing: readonly string[], known: Known, seen: ReadonlySet<string>): NextTodo {
  const has = (fact: string): boolean => known.facts.has(fact)
  const open = ({ unless, given }: Mend): boolean => (unless === undefined || !has(unless)) && (given === undefined || has(given))
  const found = missing.flatMap((need) => (MENDS[need] ?? []).filter(open))
  let waits: NextTodo | undefined
  for (const mend of found) {
    if ('todo' in mend) {
      const next = { ...mend.todo(known.place), step, command: null }
      if (!isWait(next)) return next
      waits ??= next
      continue
    }
    const move = movesNow(state, step).find((each) => each.command === mend.move && !seen.has(each.command))
    if (move === undefined) continue
    const next = nextFor(state, step, move, known, seen)
    return mend.what === undefined ? next : { ...next, what: mend.what }
  }
  return waits ?? { what: needText(missing[0] ?? ''), by: [], another: false, page: null, step, command: null }
}

/** What has to be done for a move: itself when nothing is missing for it. */
export function nextFor(
  state: CaseState,
  step: string,
  move: Move,
  known: Known,
  seen: ReadonlySet<string> = new Set(),
): NextTodo {
  const missing = missingOf(move, step, known)
  if (missing.length === 0) return made(move, step, known)
  return mended(state, step, missing, known, new Set([...seen, move.command]))
}

/** The next thing to be done at each step that runs. */
export function nextOf(state: CaseState, known: Known): NextTodo[] {
  if (state.result !== null) return []
  return state.procedure.steps.flatMap(({ id }) => {
    const now = state.steps[id]
    if (now === undefined || !running.has(now)) return []
    const ahead = movesNow(state, id).filter((move) => finishingMoves.has(move.command) && !asideMoves.has(move.command))
    const first = ahead.find((move) => missingOf(move, id, known).length === 0) ?? ahead[0]
    return first === undefined ? [] : [nextFor(state, id, first, known)]
  })
}

const factsOf = ({ unless, given }: Mend): string[] => [unless, given].filter((fact) => fact !== undefined)

/** Adds what a move may ask for, and what its mends may. */
function ask(asked: Set<string>, move: Move | undefined, moves: readonly Move[]): void {
  for (const need of move?.needs ?? []) {
    if (asked.has(need)) continue
    asked.add(need)
    for (const mend of MENDS[need] ?? []) {
      for (const fact of factsOf(mend)) asked.add(fact)
      if ('move' in mend) {
        ask(
          asked,
          moves.find((each) => each.command === mend.move),
          moves,
        )
      }
    }
  }
}

/** Every fact `nextOf` may ask for, of the steps that run. */
export function askedFacts(state: CaseState): ReadonlySet<string> {
  const asked = new Set<string>()
  if (state.result !== null) return asked
  for (const { id } of state.procedure.steps) {
    const now = state.steps[id]
    if (now === undefined || !running.has(now)) continue
    const moves = movesNow(state, id)
    for (const move of moves) if (finishingMoves.has(move.command)) ask(asked, move, moves)
  }
  return asked
}
