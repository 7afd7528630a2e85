/**
 * A procedure as data: steps, their order, who moves them and what a move needs. Nothing here acts: `rules/procedure.ts` decides by it, and
 * the database refuses by a table generated from it, so that pages, imports, commands and jobs meet the same wall.
 *
 * A step is `waiting` until every step it comes after is over, `open` while it can be worked on, `posted` while a notice hangs, `paused`
 * while something stops its clock, `done` when it is over. A step that is only held when called for is `idle` until then; `idle` counts as over,
 * but not for a move that `requires` the step; a step that was passed over is `idle` too.
 */
import type { Role } from '#identity'
import type { ClockName } from '#policy'

export type StepState = 'waiting' | 'open' | 'posted' | 'paused' | 'done' | 'idle'

/** How a case may end. */
export type CaseResult = 'granted' | 'refused' | 'rejected_at_intake' | 'discarded' | 'withdrawn' | 'terminated'

/** Who may make a move: a role, or the product itself when something happens by rule. */
export type Mover = Role | 'system'

export interface Move {
  /** unique within its step; `step.command` is the name of the move */
  readonly command: string
  readonly label: string
  readonly from: readonly StepState[]
  readonly to: StepState
  readonly by: readonly Mover[]
  /** facts that must be there, by name: see rules/needs.ts */
  readonly needs: readonly string[]
  /** steps that must have been held to their end: passed over or not called for is not enough */
  readonly requires: readonly string[]
  /** moves (`step.command`) whose mover may not make this one: maker and checker are two persons */
  readonly notBy: readonly string[]
  /** set: the case ends so */
  readonly ends: CaseResult | null
  /** 'chosen': the mover names an earlier step that is opened again; a step id: that one; everything after it waits again */
  readonly reopens: string | null
  /** a reason in words is demanded */
  readonly reason: boolean
  /** the clause a refusal of this move is told with */
  readonly clause: string
}

export interface Step {
  readonly id: string
  readonly label: string
  /** ids of the steps that must be over */
  readonly after: readonly string[]
  /** true: only held when called for */
  readonly called: boolean
  /** whose desk it is on */
  readonly level: 'village' | 'township' | 'district'
  /** the clock that runs while it is open; null: none of its own */
  readonly clock: ClockName | null
  readonly moves: readonly Move[]
}

export interface Procedure {
  readonly id: string
  readonly label: string
  readonly style: '2012' | '2021' | 'custom'
  readonly steps: readonly Step[]
}

type MoveOptions = Partial<Pick<Move, 'needs' | 'requires' | 'notBy' | 'ends' | 'reopens' | 'reason' | 'clause'>>

/** A move from one or several states to another. */
export function move(
  command: string,
  label: string,
  [from, to]: readonly [StepState | readonly StepState[], StepState],
  by: readonly Mover[],
  options: MoveOptions = {},
): Move {
  const none: Pick<Move, 'needs' | 'requires' | 'notBy' | 'ends' | 'reopens' | 'reason' | 'clause'> = {
    needs: [],
    requires: [],
    notBy: [],
    ends: null,
    reopens: null,
    reason: false,
    clause: '',
  }
  return { command, label, from: typeof from === 'string' ? [from] : from, to, by, ...none, ...options }
}

/** The step of a procedure; throws when it has none of this id. */
export function stepOf(procedure: Procedure, id: string): Step {
  const step = procedure.steps.find((each) => each.id === id)
  if (step === undefined) throw new Error(`${procedure.id} has no step ${id}`)
  return step
}

/** Ids of every step that comes after `id`, directly or by others. */
export function stepsBehind(procedure: Procedure, id: string): ReadonlySet<string> {
  const behind = new Set<string>()
  const grow = (from: string): void => {
    for (const step of procedure.steps) {
      if (!step.after.includes(from) || behind.has(step.id)) continue
      behind.add(step.id)
      grow(step.id)
    }
  }
  grow(id)
  return behind
}

/** What is wrong with one step as data, beside the order of steps. */
function stepFaults(procedure: Procedure, { id, moves }: Step): string[] {
  const known = new Set(procedure.steps.flatMap((step) => step.moves.map((each) => `${step.id}.${each.command}`)))
  const ids = new Set(['chosen', ...procedure.steps.map((step) => step.id)])
  const names = moves.flatMap((each) => each.from.map((from) => `${from}.${each.command}`))
  return [
    ...(new Set(names).size < names.length ? [`${id} has a move twice from the same state`] : []),
    ...(moves.some((each) => each.to === 'done') ? [] : [`${id} can never be done`]),
    ...moves.flatMap(({ command, notBy, requires, reopens }) => [
      ...requires.filter((other) => !ids.has(other)).map((other) => `${id}.${command} requires the unknown ${other}`),
      ...notBy.filter((name) => !known.has(name)).map((name) => `${id}.${command} names the unknown move ${name}`),
      ...(reopens === null || ids.has(reopens) ? [] : [`${id}.${command} reopens the unknown ${reopens}`]),
    ]),
  ]
}

/** What is wrong with a procedure as data, one line each; empty when nothing is. */
export function faultsOf(procedure: Procedure): string[] {
  const ids = procedure.steps.map((step) => step.id)
  const order = procedure.steps.flatMap((step, at) =>
    step.after
      .filter((id) => !ids.slice(0, at).includes(id))
      .map((id) => `${step.id} comes after ${id}, which does not stand before it`),
  )
  const twice = new Set(ids).size < ids.length ? ['a step id stands twice'] : []
  return [...twice, ...order, ...procedure.steps.flatMap((step) => stepFaults(procedure, step))]
}
