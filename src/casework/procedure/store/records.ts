/** SQL of what is written down at the steps of a case: one sealed body per record, by kind. */
import { randomUUID } from 'node:crypto'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'

export interface StoredRecord<T> {
  readonly recordId: string
  readonly kind: string
  readonly step: string
  /** the case's version when it was written */
  readonly caseVersion: number
  readonly byUser: string
  readonly byName: string | null
  readonly at: string
  readonly body: T
}

interface Row {
  record_id: string
  kind: string
  step: string
  case_version: number
  by_user: string
  by_name: string | null
  at: string
  sealed: Buffer
}

/** Writes the same kind of record of many cases. One statement. */
export async function insertRecords(
  tx: Tx,
  keys: Keys,
  { step, kind, by, at }: { step: string; kind: string; by: string; at: string },
  records: readonly { caseNo: string; divisionCode: string; caseVersion: number; body: object }[],
): Promise<void> {
  await tx.execute(
    `insert into case_record (record_id, case_no, division_code, step, kind, case_version, sealed, by_user, at)
     select n.record_id, n.case_no, n.division_code, $6, $7, n.version, n.sealed, $8, $9
     from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::bytea[]) as n(record_id, case_no, division_code, version, sealed)`,
    [
      records.map(() => randomUUID()),
      records.map(({ caseNo }) => caseNo),
      records.map(({ divisionCode }) => divisionCode),
      records.map(({ caseVersion }) => caseVersion),
      records.map(({ body }) => keys.seal(JSON.stringify(body))),
      step,
      kind,
      by,
      at,
    ],
  )
}

/** Writes a record; gives its id. `divisionCode` is the case's. */
export async function insertRecord(
  tx: Tx,
  keys: Keys,
  record: {
    caseNo: string
    divisionCode: string
    step: string
    kind: string
    caseVersion: number
    byUser: string
    at: string
    body: object
  },
): Promise<string> {
  const recordId = randomUUID()
  await tx.execute(
    `insert into case_record (record_id, case_no, division_code, step, kind, case_version, sealed, by_user, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      recordId,
      record.caseNo,
      record.divisionCode,
      record.step,
      record.kind,
      record.caseVersion,
      keys.seal(JSON.stringify(record.body)),
      record.byUser,
      record.at,
    ],
  )
  return recordId
}

function opened<T>(keys: Keys, row: Row): StoredRecord<T> {
  return {
    recordId: row.record_id,
    kind: row.kind,
    step: row.step,
    caseVersion: row.case_version,
    byUser: row.by_user,
    byName: row.by_name,
    at: row.at,
    body: JSON.parse(keys.openText(row.sealed)) as T,
  }
}

/** Every record of a case, newest first; the caller knows what the bodies of a kind are. */
export async function listRecords<T = Record<string, unknown>>(tx: Tx, keys: Keys, caseNo: string): Promise<StoredRecord<T>[]> {
  return (await listRecordsOf<T>(tx, keys, [caseNo])).get(caseNo) ?? []
}

/** Every record of the cases, newest first, by case. One statement. */
export async function listRecordsOf<T = Record<string, unknown>>(
  tx: Tx,
  keys: Keys,
  caseNos: readonly string[],
): Promise<ReadonlyMap<string, StoredRecord<T>[]>> {
  const rows = await tx.query<Row & { case_no: string }>(
    `select r.case_no, r.record_id, r.kind, r.step, r.case_version, r.by_user, u.display_name as by_name, r.at, r.sealed
     from case_record r left join app_user u on u.user_id = r.by_user where r.case_no = any ($1) order by r.at desc, r.case_version desc`,
    [caseNos],
  )
  const byCase = Map.groupBy(rows, (row) => row.case_no)
  return new Map([...byCase].map(([caseNo, own]) => [caseNo, own.map((row) => opened<T>(keys, row))]))
}

export interface SealedRecord {
  readonly record_id: string
  readonly case_no: string
  readonly division_code: string
  readonly sealed: Buffer
  readonly by_user: string
  readonly at: string
}

/** Records of every case in order of their ids, a page behind one of them. */
export function listRecordPage(tx: Tx, after: string | null, limit: number): Promise<SealedRecord[]> {
  return tx.query<SealedRecord>(
    `select record_id, case_no, division_code, sealed, by_user, at from case_record
     where $1::uuid is null or record_id > $1 order by record_id limit $2`,
    [after, limit],
  )
}
