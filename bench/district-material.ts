/** What a run asked and wrote, batch by batch: the floor and the peers' way ask the same pairs, and the floor writes the same rows. */
import { recordNames, recordTypeOf, type UnitName, units } from '#sources/contract'
import type { Keys } from '../src/platform/crypto.ts'
import { type Db, type Tx, wholeScope, withTransaction } from '../src/platform/db.ts'
import { loadHouseholdBatch } from '../src/registry/index.ts'

/** A subject of a household, and the units that may be asked about them: those with a record type that the authorisations cover. */
export interface Asked {
  batchNo: number
  householdNo: string
  subjectNo: string
  idNumber: string
  units: readonly UnitName[]
}

/** Rows of one batch, as COPY writes them, by table. */
export type BatchRows = ReadonlyMap<string, string>

/** Tables that hold what a batch leaves for good: masks of what was asked and how it was answered, findings, figures, reports. */
export const kept = ['query_line', 'subject_result', 'answer_count', 'finding', 'report', 'commission'] as const

/** Bits of each unit's record types in a mask. */
const bitsOf = new Map(
  units.map(({ name }) => [
    name,
    recordNames.reduce((mask, record, bit) => (recordTypeOf(record).unit === name ? mask | (1 << bit) : mask), 0),
  ]),
)

/** What a map must have: the floor and the peers do less than the run where something is missing. */
export function required<K, V>(map: ReadonlyMap<K, V>, key: K, what: string): V {
  const found = map.get(key)
  if (found === undefined || found === '') throw new Error(`${what} of ${key} is not known`)
  return found
}

/** Citizen number of every subject of the roll. */
export async function numbersOf({ workerDb, keys }: { workerDb: Db; keys: Keys }): Promise<Map<string, string>> {
  return withTransaction(workerDb, wholeScope('system:bench'), async (tx) => {
    const rows = await tx.query<{ household_no: string }>('select household_no from household order by household_no')
    const numbers = new Map<string, string>()
    const size = 2000
    for (let at = 0; at < rows.length; at += size) {
      const named = rows.slice(at, at + size).map((row) => row.household_no)
      const batch = await loadHouseholdBatch(tx, keys, named)
      for (const person of batch.persons) numbers.set(person.person_no, person.id_number)
      for (const each of batch.supporters) numbers.set(each.supporter_no, each.id_number)
    }
    return numbers
  })
}

/** Every subject with the units that were asked about them. @param numbers citizen number by subject */
export async function askedPairs(db: Db, campaignId: string, numbers: ReadonlyMap<string, string>): Promise<Asked[]> {
  type Line = { batch_no: number; household_no: string; subject_no: string; asked: number }
  const lines = await withTransaction(db, wholeScope('system:bench'), (tx) =>
    tx.query<Line>(
      `select batch_no, household_no, subject_no, asked from query_line where campaign_id = $1 order by batch_no, household_no, subject_no`,
      [campaignId],
    ),
  )
  return lines.map((line) => ({
    batchNo: line.batch_no,
    householdNo: line.household_no,
    subjectNo: line.subject_no,
    idNumber: required(numbers, line.subject_no, 'the citizen number'),
    units: units.map(({ name }) => name).filter((name) => (line.asked & required(bitsOf, name, 'the mask')) !== 0),
  }))
}

async function textOf(tx: Tx, table: string, campaignId: string, batchNo: number): Promise<string> {
  const parts: Buffer[] = []
  const rows = `select * from ${table} where campaign_id = '${campaignId}' and batch_no = ${batchNo}`
  for await (const part of tx.copyOut(`copy (${rows}) to stdout`)) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

/** What each batch wrote. */
export async function writtenRows(db: Db, campaignId: string, batches: readonly number[]): Promise<Map<number, BatchRows>> {
  const written = new Map<number, BatchRows>()
  await withTransaction(db, wholeScope('system:bench'), async (tx) => {
    for (const batchNo of batches) {
      const rows = new Map<string, string>()
      for (const table of kept) rows.set(table, await textOf(tx, table, campaignId, batchNo))
      written.set(batchNo, rows)
    }
  })
  return written
}
