/**
 * Door of files: whatever people hand in is taken by `POST /api/files`, named by an action with `attachFiles` (it exists, was handed in by
 * the caller, is what it should be by content), and shown with `showFile` through what it belongs to. Nobody opens a file by its hash.
 */
export {
  attachFiles,
  checkOwnUpload,
  type NamedFile,
  type Naming,
  showFile,
  shownFiles,
} from './actions/attach-files.ts'
export { keepUpload, takeFileAction } from './actions/take-file.ts'
export { PAPERS, PICTURES, ShownFile } from './contract.ts'
export { type FilesDoor, sweepFilesJob } from './jobs/sweep-files.ts'
export type { CarriedFile, FileOwner } from './store.ts'
