import type { MoveHandlers } from './handler.ts'

export const intakeHandlers: MoveHandlers = {}
