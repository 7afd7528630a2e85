import type { MoveHandlers } from './handler.ts'

export const fieldHandlers: MoveHandlers = {}
