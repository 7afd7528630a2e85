import type { Sql } from '#platform/db'

/** All SQL of exports. */

export interface ExportRow {
  readonly export_id: string
  readonly kind: string
  readonly params: Readonly<Record<string, string>>
  readonly state: 'waiting' | 'writing' | 'done' | 'failed' | 'expired'
  readonly rows_written: number
  readonly rows_expected: number | null
  readonly persons: number
  readonly sha256: string | null
  readonly size: number | null
  readonly failure: string | null
  readonly owner: string
  readonly division_code: string
  readonly asked_at: string
  readonly ended_at: string | null
  readonly expires_at: string | null
}

const COLUMNS = `export_id, kind, params, state, rows_written, rows_expected, persons, sha256, size, failure, owner, division_code, asked_at,
  ended_at, expires_at`

export async function insertExport(
  sql: Sql,
  row: {
    readonly exportId: string
    readonly kind: string
    readonly params: Readonly<Record<string, unknown>>
    readonly owner: string
    readonly divisionCode: string
    readonly at: string
  },
): Promise<void> {
  await sql.execute(
    'insert into export_job (export_id, kind, params, owner, division_code, asked_at) values ($1, $2, $3, $4, $5, $6)',
    [row.exportId, row.kind, JSON.stringify(row.params), row.owner, row.divisionCode, row.at],
  )
}

/** Exports of an owner, newest first. */
export function listExportRows(sql: Sql, owner: string, limit: number): Promise<ExportRow[]> {
  return sql.query<ExportRow>(`select ${COLUMNS} from export_job where owner = $1 order by asked_at desc, export_id limit $2`, [
    owner,
    limit,
  ])
}

/** An owner's exports that are not done yet. */
export async function countOpenExports(sql: Sql, owner: string): Promise<number> {
  const row = await sql.one<{ n: number }>(
    `select count(*) as n from export_job where owner = $1 and state in ('waiting', 'writing')`,
    [owner],
  )
  return row.n
}

export function findExport(sql: Sql, exportId: string): Promise<ExportRow | undefined> {
  return sql.maybe<ExportRow>(`select ${COLUMNS} from export_job where export_id = $1`, [exportId])
}

/** Takes an export up for writing, also one whose writer died; undefined when it is written already. */
export function beginExport(sql: Sql, exportId: string): Promise<ExportRow | undefined> {
  return sql.maybe<ExportRow>(
    `update export_job set state = 'writing', rows_written = 0, failure = null
     where export_id = $1 and state in ('waiting', 'writing', 'failed') returning ${COLUMNS}`,
    [exportId],
  )
}

export async function saveExportProgress(sql: Sql, exportId: string, written: number, expected: number): Promise<void> {
  await sql.execute(`update export_job set rows_written = $2, rows_expected = $3 where export_id = $1 and state = 'writing'`, [
    exportId,
    written,
    expected,
  ])
}

export async function finishExport(
  sql: Sql,
  exportId: string,
  done: {
    readonly rows: number
    readonly persons: number
    readonly sha256: string
    readonly size: number
    readonly at: string
    readonly expiresAt: string
  },
): Promise<void> {
  await sql.execute(
    `update export_job set state = 'done', rows_written = $2, rows_expected = $2, persons = $3, sha256 = $4, size = $5, ended_at = $6,
       expires_at = $7
     where export_id = $1`,
    [exportId, done.rows, done.persons, done.sha256, done.size, done.at, done.expiresAt],
  )
}

export async function failExport(sql: Sql, exportId: string, failure: string, at: string): Promise<void> {
  await sql.execute(
    `update export_job set state = 'failed', failure = $2, ended_at = $3 where export_id = $1 and state <> 'done'`,
    [exportId, failure, at],
  )
}

/** Marks exports whose time is over; gives the hashes of files that no other export still offers. */
export async function expireExports(sql: Sql, now: string): Promise<string[]> {
  const rows = await sql.query<{ sha256: string }>(
    `with over as (update export_job set state = 'expired' where state = 'done' and expires_at <= $1 returning export_id, sha256)
     select distinct o.sha256 from over o
     where not exists (select from export_job e where e.sha256 = o.sha256 and e.state = 'done' and e.expires_at > $1)`,
    [now],
  )
  return rows.map(({ sha256 }) => sha256)
}

export interface HandedRow {
  readonly table_id: string
  readonly kind: string
  readonly file_name: string
  readonly sha256: string
  readonly owner: string
  readonly expires_at: string
}

export async function insertHandedTable(
  sql: Sql,
  row: {
    readonly tableId: string
    readonly kind: string
    readonly fileName: string
    readonly sha256: string
    readonly owner: string
    readonly divisionCode: string
    readonly at: string
    readonly expiresAt: string
  },
): Promise<void> {
  await sql.execute(
    `insert into handed_table (table_id, kind, file_name, sha256, owner, division_code, handed_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [row.tableId, row.kind, row.fileName, row.sha256, row.owner, row.divisionCode, row.at, row.expiresAt],
  )
}

/** A handed-in table, held until the transaction ends. */
export function findHandedTable(sql: Sql, tableId: string): Promise<HandedRow | undefined> {
  return sql.maybe<HandedRow>(
    'select table_id, kind, file_name, sha256, owner, expires_at from handed_table where table_id = $1 for update',
    [tableId],
  )
}

export async function saveTaking(sql: Sql, tableId: string, rows: number, at: string): Promise<void> {
  await sql.execute('update handed_table set rows_taken = coalesce(rows_taken, 0) + $2, taken_at = $3 where table_id = $1', [
    tableId,
    rows,
    at,
  ])
}

/** Forgets tables whose time is over; gives the hashes of files that no other one still has. */
export async function deleteHandedTables(sql: Sql, now: string): Promise<string[]> {
  const rows = await sql.query<{ sha256: string }>(
    `with over as (delete from handed_table where expires_at <= $1 returning sha256)
     select distinct o.sha256 from over o where not exists (select from handed_table h where h.sha256 = o.sha256 and h.expires_at > $1)`,
    [now],
  )
  return rows.map(({ sha256 }) => sha256)
}
