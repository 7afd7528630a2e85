/** What units were asked about a person, for the list of who looked at him: unit, kinds of record, outcome, papers; never a value. */
import type { AskedUnit } from '#journal/contract'
import type { Sql } from '#platform/db'
import { askedUnits } from '../rules/asked-of.ts'
import { type AskedPlace, listAskedOf } from '../store/asked-of.ts'

/** The units asked about a subject, and the authorisations the queries rest on. */
export interface Asked {
  readonly units: readonly AskedUnit[]
  readonly authorisationNos: readonly string[]
}

/** What was asked about a subject in some batches, by `<campaign> <batch>`. One statement, none without batches. */
export async function listAsked(sql: Sql, subjectNo: string, places: readonly AskedPlace[]): Promise<ReadonlyMap<string, Asked>> {
  if (places.length === 0) return new Map()
  const rows = await listAskedOf(sql, subjectNo, places)
  return new Map(
    rows.map(({ campaignId, batchNo, asked, statuses, authorisationNos }) => [
      `${campaignId} ${batchNo}`,
      { units: askedUnits(asked, statuses), authorisationNos },
    ]),
  )
}
