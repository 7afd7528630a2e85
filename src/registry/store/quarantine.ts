import type { Sql, Tx } from '#platform/db'
import type { CheckLimits } from '../rules/roll.ts'
import { STORED_TABLES } from './stored-table.ts'

/** Tables that rows of other files refer to. */
const REFERRED_TABLES = STORED_TABLES.filter(({ name }) => ['official', 'household', 'person', 'supporter'].includes(name))

/** `checked`: of an import that is not written; `known`: returned before as it is; `withdrawn`: its import was taken back. */
export type QuarantineState = 'checked' | 'open' | 'corrected' | 'dismissed' | 'known' | 'withdrawn'

export interface QuarantinedRow {
  row_id: string
  import_id: string
  file: string
  row: number
  quarantined: boolean
  codes: string[]
  raw_sealed: Buffer
  header: string[]
  row_key: string | null
  names: string[]
  refers_to: string[]
  household_no: string | null
  division_code: string
  state: QuarantineState
  returned_at: string
  place_sheet: string | null
  place_row: number | null
  as_of: string
  limits: CheckLimits
}

const SELECT = `select q.row_id, q.import_id, q.file, q.row, q.quarantined, q.codes, q.raw_sealed, q.header, q.row_key, q.names, q.refers_to,
    q.household_no, q.division_code, q.state, q.returned_at, q.place_sheet, q.place_row, r.as_of, r.limits
  from quarantined_row q join import_run r on r.import_id = q.import_id`

/** A returned row, locked until the transaction ends; undefined if there is none in scope. */
export async function findQuarantined(tx: Tx, rowId: string): Promise<QuarantinedRow | undefined> {
  return await tx.maybe<QuarantinedRow>(`${SELECT} where q.row_id = $1 for update of q`, [rowId])
}

/** The open refused rows that refer to one of these keys, in the order of their files' reading. */
export async function listReferring(tx: Tx, keys: readonly string[], files: readonly string[]): Promise<QuarantinedRow[]> {
  return await tx.query<QuarantinedRow>(
    `${SELECT} where q.refers_to && $1 and q.state = 'open' and q.quarantined
      order by array_position($2, q.file), q.row for update of q`,
    [keys, files],
  )
}

/**
 * Open refused rows that refer to a staged row and whose own key stands nowhere, in the order of their files' reading; without those named.
 * Rows of an import in progress are not open.
 */
export async function listWaiting(
  tx: Tx,
  files: readonly string[],
  without: readonly string[],
  after: Pick<QuarantinedRow, 'file' | 'row' | 'row_id'> | null,
  limit: number,
): Promise<QuarantinedRow[]> {
  const staged = REFERRED_TABLES.map(({ name, key }) => `r.key in (select ${key} from stage_${name})`).join(' or ')
  const taken = STORED_TABLES.map(
    ({ name, key, table }) => `(q.file = '${table.file}' and (exists (select from ${name} t where t.${key} = q.row_key)
      or q.row_key in (select ${key} from stage_${name})))`,
  ).join(' or ')
  return await tx.query<QuarantinedRow>(
    `${SELECT} where q.state = 'open' and q.quarantined and q.refers_to <> '{}' and not 'COLUMN_COUNT' = any(q.codes) and q.row_id <> all($2::uuid[])
        and exists (select from unnest(q.refers_to) as r(key) where ${staged})
        and (q.row_key is null or not (${taken}))
        and ($3::text is null or (array_position($1, q.file), q.row, q.row_id) > (array_position($1, $3), $4::int, $5::uuid))
      order by array_position($1, q.file), q.row, q.row_id limit $6`,
    [files, without, after?.file ?? null, after?.row ?? null, after?.row_id ?? null, limit],
    { named: false },
  )
}

export async function settleRows(
  tx: Tx,
  rowIds: readonly string[],
  state: 'corrected' | 'dismissed',
  by: string,
  at: string,
): Promise<void> {
  await tx.execute('update quarantined_row set state = $2, settled_by = $3, settled_at = $4 where row_id = any($1)', [
    rowIds,
    state,
    by,
    at,
  ])
}

export interface StoredIssue {
  file: string
  row: number
  column_name: string
  code: string
  severity: 'error' | 'warn'
  message: string
}

/** All issues of these rows of an import. */
export async function listIssuesOf(
  sql: Sql,
  places: readonly { importId: string; file: string; row: number }[],
): Promise<(StoredIssue & { import_id: string })[]> {
  return await sql.query<StoredIssue & { import_id: string }>(
    `select i.import_id, i.file, i.row, i.column_name, i.code, i.severity, i.message
      from import_issue i join unnest($1::uuid[], $2::text[], $3::int[]) as p(import_id, file, row)
        on p.import_id = i.import_id and p.file = i.file and p.row = i.row
      order by i.file, i.row, i.column_name, i.code`,
    [places.map(({ importId }) => importId), places.map(({ file }) => file), places.map(({ row }) => row)],
  )
}

export interface QuarantineFilter {
  readonly importId: string | null
  readonly file: string | null
  readonly code: string | null
  readonly township: string | null
  readonly householdNo: string | null
  readonly severity: 'error' | 'warn' | null
  readonly state: string | null
}

const FILTER = `($1::uuid is null or q.import_id = $1) and ($2::text is null or q.file = $2) and ($3::text is null or $3 = any(q.codes))
  and ($4::text is null or left(q.division_code, 9) = left($4, 9)) and ($5::text is null or q.household_no = $5)
  and ($6::boolean is null or q.quarantined = $6)
  and case when $7::text is null then $1::uuid is not null or q.state in ('open', 'corrected', 'dismissed') else q.state = $7 end`

function filterValues(filter: QuarantineFilter): unknown[] {
  const refused = filter.severity === null ? null : filter.severity === 'error'
  return [filter.importId, filter.file, filter.code, filter.township, filter.householdNo, refused, filter.state]
}

export interface QuarantineListRow {
  row_id: string
  import_id: string
  file: string
  row: number
  quarantined: boolean
  state: QuarantineState
  household_no: string | null
  township: string | null
  place_sheet: string | null
  place_row: number | null
}

/** A page of returned rows, newest import first, then file and row. `after` is the position of the last row of the page before. */
export async function listQuarantined(
  sql: Sql,
  filter: QuarantineFilter,
  after: { returnedAt: string; file: string; row: number; rowId: string } | null,
  limit: number,
): Promise<(QuarantineListRow & { returned_at: string })[]> {
  return await sql.query<QuarantineListRow & { returned_at: string }>(
    `select q.row_id, q.import_id, q.file, q.row, q.quarantined, q.state, q.household_no, d.name as township, q.returned_at,
        q.place_sheet, q.place_row
      from quarantined_row q left join division d on d.code = left(q.division_code, 9) || '000'
      where ${FILTER}
        and ($8::timestamptz is null or q.returned_at < $8 or (q.returned_at = $8 and (q.file, q.row, q.row_id) > ($9, $10, $11::uuid)))
      order by q.returned_at desc, q.file, q.row, q.row_id limit $12`,
    [...filterValues(filter), after?.returnedAt ?? null, after?.file ?? null, after?.row ?? null, after?.rowId ?? null, limit],
    { named: false },
  )
}

export interface QuarantineCounts {
  readonly total: number
  readonly byFile: { file: string; rows: number }[]
  readonly byCode: { code: string; rows: number }[]
}

/** How many rows the filter holds, by file and by code. */
export async function countQuarantined(sql: Sql, filter: QuarantineFilter): Promise<QuarantineCounts> {
  const rows = await sql.query<{ file: string | null; code: string | null; rows: number }>(
    `select q.file, null as code, count(*)::int as rows from quarantined_row q where ${FILTER} group by q.file
     union all
     select null, c.code, count(*)::int from quarantined_row q cross join unnest(q.codes) as c(code) where ${FILTER} group by c.code`,
    filterValues(filter),
    { named: false },
  )
  const byFile = rows.flatMap(({ file, rows: count }) => (file === null ? [] : [{ file, rows: count }]))
  const byCode = rows.flatMap(({ code, rows: count }) => (code === null ? [] : [{ code, rows: count }]))
  return { total: byFile.reduce((sum, each) => sum + each.rows, 0), byFile, byCode }
}

/** All refused rows of an import that are still to be mended, in order, for the file that goes back. */
export async function listReturned(sql: Sql, importId: string): Promise<QuarantinedRow[]> {
  return await sql.query<QuarantinedRow>(
    `${SELECT} where q.import_id = $1 and q.quarantined and q.state in ('checked', 'open', 'known') order by q.file, q.row`,
    [importId],
  )
}
