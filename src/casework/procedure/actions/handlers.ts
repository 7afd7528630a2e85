/** Which moves hold a form: `step.command` → handler. Moves without one only move. */

import { reviewHandlers } from '../../decision/actions/handlers.ts'
import { deliberationHandlers } from '../../deliberation/actions/handlers.ts'
import { intakeHandlers } from '../../intake/actions/handlers.ts'
import { noticeHandlers } from '../../notice/actions/handlers.ts'
import { visitHandlers } from '../../visit/actions/handlers.ts'
import type { MoveHandler, MoveHandlers } from './handler.ts'
import { terminationHandlers } from './termination.ts'

const all: MoveHandlers = {
  ...intakeHandlers,
  ...visitHandlers,
  ...deliberationHandlers,
  ...terminationHandlers,
  ...reviewHandlers,
  ...noticeHandlers,
}

/** The handler of a move; undefined for a move without a form. */
export function handlerOf(key: string): MoveHandler<never> | undefined {
  return Object.hasOwn(all, key) ? all[key] : undefined
}

/** Facts that the form of a move brings with it. */
export function providedBy(key: string): readonly string[] {
  return handlerOf(key)?.provides ?? []
}

/** Every move that has a handler; a test holds it against the procedures. */
export const HANDLED: ReadonlySet<string> = new Set(Object.keys(all))
