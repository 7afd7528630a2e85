/** What programs mount of casework: actions, jobs, subscriptions, tables, and its procedures for the database. */

export { type CaseworkDoor, caseworkActions } from './actions/all.ts'
export { changeNews } from './changes/actions/news.ts'
export { keepAllWatched, keepWatchedJob } from './changes/jobs/keep-watched.ts'
export { insertPoolMembers, listVillagesWithoutPool } from './deliberation/store/sessions.ts'
export { caseworkNews } from './intake/actions/news.ts'
export { type Closing, closeNotices, closeNoticesJob } from './notice/jobs/close.ts'
export { listCarriedFiles } from './papers/jobs/carry-files.ts'
export { installProcedures } from './procedure/store/procedures.ts'
export { doScan, readScansJob, type ScanContext } from './scan/jobs/read-scans.ts'
export { caseExports } from './table-exports.ts'
export { caseImports } from './table-imports.ts'
