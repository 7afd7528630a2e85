/** Which moves hold a form: `step.command` → handler. Moves without one only move. */

import type { MoveHandler, MoveHandlers } from './handler.ts'
import { fieldHandlers } from './handlers-field.ts'
import { intakeHandlers } from './handlers-intake.ts'
import { noticeHandlers } from './handlers-notice.ts'
import { reviewHandlers } from './handlers-review.ts'

const all: MoveHandlers = { ...intakeHandlers, ...fieldHandlers, ...reviewHandlers, ...noticeHandlers }

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
