/** The routes of casework; the server mounts each, the browser client is typed from them. */
import { assignCase, listCases, listTasks, moveCase, moveCases, openCase, previewMoves } from './case.ts'
import { addPoolMember, conveneSession, endPoolMember, listPool, readVillageDeliberation } from './deliberation.ts'

export * from './case.ts'
export * from './deliberation.ts'
export * from './moves-field.ts'

export const caseworkRoutes = {
  listTasks,
  listCases,
  openCase,
  moveCase,
  moveCases,
  previewMoves,
  assignCase,
  listPool,
  addPoolMember,
  endPoolMember,
  readVillageDeliberation,
  conveneSession,
}
