export { type Alarm, EVERYWHERE, raiseAlarms } from './alarms.ts'
export { append, appendAll, type Entry } from './append.ts'
export type { ChainFault, ChainFaultKind } from './chain.ts'
export {
  type CheckOptions,
  type JournalCheck,
  type KeptSeal,
  type SealKeeper,
  verifyChain,
  verifyJournal,
  verifySeals,
} from './check.ts'
export { type Ledger, ledgerOf } from './ledger.ts'
export { type LookedAt, type LooksDoor, looksAction } from './looks.ts'
export { proofActions } from './proofs.ts'
export { checkJob, type DocumentCheck, type ProofDoors, runCheck } from './run-check.ts'
export { sealSettled } from './seal.ts'
export { sealJob } from './seal-job.ts'
export { findNewestSeal } from './store/entries.ts'
export type { StaffKin } from './store/unusual.ts'
export { type UnusualDoor, unusualActions } from './unusual-looks.ts'
