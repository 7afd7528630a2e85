/** The door of ledgers: workbooks as bureaus keep them, understood as rows of the registry. */
import type { LedgerDoor } from '#registry'
import { learnLedger } from './actions/learn.ts'
import { openLedger } from './actions/open-ledger.ts'
import { returnLedger } from './actions/return-ledger.ts'

/** Reads workbooks for the import of the registry. */
export const ledgerDoor: LedgerDoor = {
  open: openLedger,
  learn: learnLedger,
  returned: returnLedger,
}
