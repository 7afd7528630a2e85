/**
 * A procedure as data: steps, their order, who moves them and what a move needs. Nothing here acts: `rules/procedure.ts` decides by it, and
 * the database refuses by a table generated from it, so that pages, imports, commands and jobs meet the same wall.
 *
 * A step is `waiting` until every step it comes after is over, `open` while it can be worked on, `posted` while a notice hangs, `paused`
 * while something stops its clock, `done` when it is over. A step that is only held when called for is `idle` until then; `idle` counts as over.
 */
import type { Role } from '#identity'
import type { ClockName } from '#policy'

export type StepState = 'waiting' | 'open' | 'posted' | 'paused' | 'done' | 'idle'

/** How a case may end. */
export type CaseResult = 'granted' | 'refused' | 'rejected_at_intake' | 'withdrawn' | 'terminated'

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

type MoveOptions = Partial<Pick<Move, 'needs' | 'notBy' | 'ends' | 'reopens' | 'reason' | 'clause'>>

/** A move from one or several states to another. */
export function move(
  command: string,
  label: string,
  [from, to]: readonly [StepState | readonly StepState[], StepState],
  by: readonly Mover[],
  options: MoveOptions = {},
): Move {
  const none: Pick<Move, 'needs' | 'notBy' | 'ends' | 'reopens' | 'reason' | 'clause'> = {
    needs: [],
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

/** What is wrong with a procedure as data, one line each; empty when nothing is. */
export function faultsOf(procedure: Procedure): string[] {
  const ids = procedure.steps.map((step) => step.id)
  const faults: string[] = []
  if (new Set(ids).size < ids.length) faults.push('a step id stands twice')
  for (const [at, step] of procedure.steps.entries()) {
    const earlier = ids.slice(0, at)
    for (const id of step.after)
      if (!earlier.includes(id)) faults.push(`${step.id} comes after ${id}, which does not stand before it`)
    const names = step.moves.flatMap((each) => each.from.map((from) => `${from}.${each.command}`))
    if (new Set(names).size < names.length) faults.push(`${step.id} has a move twice from the same state`)
    if (!step.moves.some((each) => each.to === 'done')) faults.push(`${step.id} can never be done`)
    for (const { command, notBy, reopens } of step.moves) {
      for (const other of notBy) {
        const [id = '', name] = other.split('.')
        if (!procedure.steps.some((each) => each.id === id && each.moves.some((known) => known.command === name))) {
          faults.push(`${step.id}.${command} names the unknown move ${other}`)
        }
      }
      if (reopens !== null && reopens !== 'chosen' && !ids.includes(reopens))
        faults.push(`${step.id}.${command} reopens the unknown ${reopens}`)
    }
  }
  return faults
}
