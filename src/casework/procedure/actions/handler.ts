/** What a move does beside moving the case: checks what its form holds and writes it down. */
import type { z } from 'zod'
import type { ActionContext } from '#platform/action'
import type { CaseFile } from './file-model.ts'

/** What a handler adds to the move. */
export interface Effect {
  /** step (or 'total') → last day */
  readonly dues?: Readonly<Record<string, string>>
  /** kept with the move, readable in the timeline; never a value of a person */
  readonly detail?: Readonly<Record<string, unknown>>
}

/** `step.command` of one or several steps → what its form holds and what is written before the move is decided. */
export interface MoveHandler<T = unknown> {
  readonly form: z.ZodType<T>
  /** facts that the form itself brings: a page need not find them before it offers the move */
  readonly provides?: readonly string[]
  /** Runs inside the move's transaction, before the move is decided: what it writes is undone when the move is refused. */
  run(context: ActionContext, file: CaseFile, form: T): Promise<Effect>
  /** Runs after the move: what follows from it by itself. */
  after?(context: ActionContext, file: CaseFile): Promise<CaseFile>
}

export type MoveHandlers = Readonly<Record<string, MoveHandler<never>>>

/** Types a handler by its form. */
export function handler<T>(made: MoveHandler<T>): MoveHandler<never> {
  return made as unknown as MoveHandler<never>
}
