import type { Sql, Tx } from '#platform/db'
import type { CheckLimits } from '../rules/roll.ts'

/** Counts of one file: rows without blank lines, accepted, quarantined, repeated, fields changed on reading. */
export interface FileCounts {
  rows: number
  accepted: number
  quarantined: number
  repeated: number
  normalised: number
}

export interface ImportRunRow {
  import_id: string
  division_code: string
  name: string
  as_of: string
  kind: 'package' | 'corrections'
  state: 'uploaded' | 'checking' | 'applying' | 'done' | 'failed'
  limits: CheckLimits
  request: Record<string, unknown>
  bytes_read: number
  bytes_total: number
  files: Record<string, FileCounts>
  changed: number
  removed: number
  errors: number
  warnings: number
  failure: string | null
  started_by: string
  started_at: string
  ended_at: string | null
}

const COLUMNS = `import_id, division_code, name, as_of, kind, state, limits, request, bytes_read, bytes_total, files, changed, removed,
  errors, warnings, failure, started_by, started_at, ended_at`

export interface NewImportRun {
  readonly importId: string
  readonly divisionCode: string
  readonly name: string
  readonly asOf: string
  readonly kind: 'package' | 'corrections'
  readonly limits: CheckLimits
  readonly request: Readonly<Record<string, unknown>>
  readonly startedBy: string
  readonly startedAt: string
}

export async function insertImportRun(sql: Sql, run: NewImportRun): Promise<void> {
  await sql.execute(
    `insert into import_run (import_id, division_code, name, as_of, kind, state, limits, request, started_by, started_at)
      values ($1, $2, $3, $4, $5, 'uploaded', $6, $7, $8, $9) on conflict (import_id) do nothing`,
    [run.importId, run.divisionCode, run.name, run.asOf, run.kind, run.limits, run.request, run.startedBy, run.startedAt],
  )
}

/** Takes up a run whose work begins, in a transaction of its own so that everybody sees it. */
export async function beginImportRun(tx: Tx, importId: string): Promise<void> {
  await tx.execute(
    `update import_run set state = 'checking', bytes_read = 0, bytes_total = 0, failure = null, ended_at = null where import_id = $1`,
    [importId],
  )
}

/** Kind of work a run turned out to be: a whole package, or single rows. */
export async function saveKind(tx: Tx, importId: string, kind: 'package' | 'corrections'): Promise<void> {
  await tx.execute('update import_run set kind = $2 where import_id = $1', [importId, kind])
}

/** How far a run is; written beside its transaction. */
export async function saveProgress(tx: Tx, importId: string, bytesRead: number, bytesTotal: number): Promise<void> {
  await tx.execute(`update import_run set bytes_read = $2, bytes_total = $3 where import_id = $1 and state = 'checking'`, [
    importId,
    bytesRead,
    bytesTotal,
  ])
}

export interface FinishedRun {
  readonly importId: string
  readonly divisionCode: string
  /** Null for corrected rows, which are never skipped. */
  readonly digest: Uint8Array | null
  readonly files: Record<string, FileCounts>
  readonly changed: number
  readonly removed: number
  readonly errors: number
  readonly warnings: number
  readonly endedAt: string
}

export async function finishImportRun(tx: Tx, run: FinishedRun): Promise<void> {
  await tx.execute(
    `update import_run set state = 'done', division_code = $2, digest = $3, files = $4, changed = $5, removed = $6, errors = $7,
      warnings = $8, ended_at = $9, bytes_read = bytes_total where import_id = $1`,
    [run.importId, run.divisionCode, run.digest, run.files, run.changed, run.removed, run.errors, run.warnings, run.endedAt],
  )
}

export async function failImportRun(tx: Tx, importId: string, failure: string, endedAt: string): Promise<void> {
  await tx.execute(`update import_run set state = 'failed', failure = $2, ended_at = $3 where import_id = $1`, [
    importId,
    failure,
    endedAt,
  ])
}

/** The newest finished import of a package with this digest, if no other package came after it. */
export async function findSameImport(tx: Tx, digest: Uint8Array): Promise<ImportRunRow | undefined> {
  return await tx.maybe<ImportRunRow>(
    `select ${COLUMNS} from (
        select *, digest = $1 as same from import_run where state = 'done' and kind = 'package' order by ended_at desc limit 1
      ) newest where same`,
    [digest],
  )
}

export async function findImportRun(sql: Sql, importId: string): Promise<ImportRunRow | undefined> {
  return await sql.maybe<ImportRunRow>(`select ${COLUMNS} from import_run where import_id = $1`, [importId])
}

/** The newest finished import of a whole package. */
export async function findCurrentImport(sql: Sql): Promise<ImportRunRow | undefined> {
  return await sql.maybe<ImportRunRow>(
    `select ${COLUMNS} from import_run where state = 'done' and kind = 'package' order by ended_at desc limit 1`,
  )
}

/** A page of runs, newest first. `after` is the place of the last run of the page before. */
export async function listImportRuns(
  sql: Sql,
  after: { startedAt: string; importId: string } | null,
  limit: number,
): Promise<ImportRunRow[]> {
  return await sql.query<ImportRunRow>(
    `select ${COLUMNS} from import_run
      where $1::timestamptz is null or (started_at, import_id) < ($1, $2::uuid)
      order by started_at desc, import_id desc limit $3`,
    [after?.startedAt ?? null, after?.importId ?? null, limit],
  )
}

export async function countImportRuns(sql: Sql): Promise<number> {
  return (await sql.one<{ runs: number }>('select count(*)::int as runs from import_run')).runs
}
