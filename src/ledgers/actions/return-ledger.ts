import type { Readable } from 'node:stream'
import type { Blobs } from '#platform/blobs'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { LedgerOrder, RefusedPlaces } from '#registry'
import { returnedWorkbook } from '../formats/returned-workbook.ts'
import { returnedSheets } from '../rules/returned-rows.ts'
import { understandFile } from './open-ledger.ts'

/** A workbook of the households that have refused rows, with the reasons; it can be handed in again as it is. */
export async function returnLedger(tx: Tx, _: Keys, blobs: Blobs, order: LedgerOrder, refused: RefusedPlaces): Promise<Readable> {
  const { understood } = await understandFile(tx, blobs, order)
  return returnedWorkbook(returnedSheets(understood.plans, understood.told, refused))
}
