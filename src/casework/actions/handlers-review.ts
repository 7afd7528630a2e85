import type { MoveHandlers } from './handler.ts'

export const reviewHandlers: MoveHandlers = {}
