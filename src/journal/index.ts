export { append, appendAll, type Entry } from './append.ts'
export type { ChainFault, ChainFaultKind } from './chain.ts'
export { type LookedAt, type LooksDoor, looksAction } from './looks.ts'
export { type JournalCheck, sealSettled, verifyChain, verifyJournal, verifySeals } from './seal.ts'
