import { Readable } from 'node:stream'
import type { Blobs } from '#platform/blobs'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { LedgerOrder, RefusedPlaces } from '#registry'
import { Slots } from '#sandbox'
import { returnedWorkbook } from '../formats/returned-workbook.ts'
import { returnedSheets } from '../rules/returned-rows.ts'
import { understandFile } from './open-ledger.ts'

/** A ledger is understood whole where requests are answered: one at a time, a few wait, the others are told to come again. */
const slots = new Slots(1, 4)

/** A workbook of the households that have refused rows, with the reasons; it can be handed in again as it is. */
export async function returnLedger(tx: Tx, _: Keys, blobs: Blobs, order: LedgerOrder, refused: RefusedPlaces): Promise<Readable> {
  const done = await slots.take()
  try {
    const { understood } = await understandFile(tx, blobs, order)
    const workbook = returnedWorkbook(returnedSheets(understood.plans, understood.told, refused))
    // packed, it takes little; whoever fetches it slowly keeps nobody waiting
    return Readable.from(await workbook.toArray(), { objectMode: false })
  } finally {
    done()
  }
}
