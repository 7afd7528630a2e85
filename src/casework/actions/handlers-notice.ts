import type { MoveHandlers } from './handler.ts'

export const noticeHandlers: MoveHandlers = {}
