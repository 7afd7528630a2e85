/** The door of casework: its actions for the server, and its procedures for the database. */
export { type CaseworkDoor, caseworkActions } from './actions/all.ts'
export { caseworkNews } from './actions/intake-news.ts'
export { type Closing, closeNotices, closeNoticesJob } from './jobs/close-notices.ts'
export { doReplay, type ReplayContext, replayJob } from './jobs/replay.ts'
export { keepFacts } from './rules/kept-facts.ts'
export { installProcedures } from './store/procedures.ts'
export { insertPool, listVillagesWithoutPool } from './store/sessions.ts'
export { caseExports } from './table-exports.ts'
