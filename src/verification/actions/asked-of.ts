/** What units were asked about a person, for the list of who looked at him: unit, kinds of record, outcome; never a value. */
import type { AskedUnit } from '#journal/contract'
import type { Sql } from '#platform/db'
import { askedUnits } from '../rules/asked-of.ts'
import { type AskedPlace, listAskedOf } from '../store/asked-of.ts'

/** The units asked about a subject in some batches, by `<campaign> <batch>`. One statement, none without batches. */
export async function listAskedUnits(
  sql: Sql,
  subjectNo: string,
  places: readonly AskedPlace[],
): Promise<ReadonlyMap<string, readonly AskedUnit[]>> {
  if (places.length === 0) return new Map()
  const rows = await listAskedOf(sql, subjectNo, places)
  return new Map(
    rows.map(({ campaignId, batchNo, asked, statuses }) => [`${campaignId} ${batchNo}`, askedUnits(asked, statuses)]),
  )
}
