import type { Sql, Tx } from '#platform/db'
import type { DifferenceSummary } from '../contract/differences.ts'
import type { ImportState } from '../contract/imports.ts'
import type { CheckLimits } from '../rules/roll.ts'

/** Counts of one file: rows without blank lines, accepted, quarantined, repeated, fields changed on reading. */
export interface FileCounts {
  rows: number
  accepted: number
  quarantined: number
  repeated: number
  normalised: number
}

export type ImportKind = 'package' | 'corrections' | 'ledger'

export interface ImportRunRow {
  import_id: string
  division_code: string
  name: string
  as_of: string
  kind: ImportKind
  state: ImportState
  complete: boolean
  area: string | null
  limits: CheckLimits
  request: Record<string, unknown>
  reading: Buffer | null
  answers: Buffer | null
  differences: DifferenceSummary | null
  difference_digest: string | null
  traced: boolean
  needs_second: boolean
  blocked: string | null
  note: Buffer | null
  committed_by: string | null
  committed_at: string | null
  confirmed_by: string | null
  confirmed_at: string | null
  withdraw_by: string | null
  withdraw_at: string | null
  withdraw_reason: Buffer | null
  withdrawn_by: string | null
  withdrawn_at: string | null
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

const COLUMNS = `import_id, division_code, name, as_of, kind, state, complete, area, limits, request, reading, answers, differences, difference_digest,
  traced, needs_second, blocked, note, committed_by, committed_at, confirmed_by, confirmed_at, withdraw_by, withdraw_at, withdraw_reason, withdrawn_by,
  withdrawn_at, bytes_read, bytes_total, files, changed, removed, errors, warnings, failure, started_by, started_at, ended_at`

export interface NewImportRun {
  readonly importId: string
  readonly divisionCode: string
  readonly name: string
  readonly asOf: string
  readonly kind: ImportKind
  readonly complete: boolean
  /** First nine digits of the township whose rows alone may change. */
  readonly area: string | null
  readonly limits: CheckLimits
  readonly request: Readonly<Record<string, unknown>>
  readonly startedBy: string
  readonly startedAt: string
  /** Who confirmed that rows go, where a command does both at once. */
  readonly confirmedBy?: string
}

export async function insertImportRun(sql: Sql, run: NewImportRun): Promise<void> {
  await sql.execute(
    `insert into import_run (import_id, division_code, name, as_of, kind, complete, area, state, limits, request, started_by, started_at,
       confirmed_by, confirmed_at)
      values ($1, $2, $3, $4, $5, $6, $7, 'uploaded', $8, $9, $10, $11, $12, case when $12::text is not null then $11::timestamptz end)
      on conflict (import_id) do nothing`,
    [
      run.importId,
      run.divisionCode,
      run.name,
      run.asOf,
      run.kind,
      run.complete,
      run.area,
      run.limits,
      run.request,
      run.startedBy,
      run.startedAt,
      run.confirmedBy ?? null,
    ],
  )
}

/** Takes up a run whose reading begins, in a transaction of its own so that everybody sees it. */
export async function beginImportRun(tx: Tx, importId: string): Promise<void> {
  await tx.execute(
    `update import_run set bytes_read = 0, bytes_total = 0, failure = null, ended_at = null,
       state = case when state = 'applying' then state else 'checking' end where import_id = $1`,
    [importId],
  )
}

/** Kind of work a run turned out to be. */
export async function saveKind(tx: Tx, importId: string, kind: ImportKind): Promise<void> {
  await tx.execute('update import_run set kind = $2 where import_id = $1', [importId, kind])
}

/** How a workbook was understood; sealed. */
export async function saveReading(tx: Tx, importId: string, reading: Uint8Array): Promise<void> {
  await tx.execute('update import_run set reading = $2 where import_id = $1', [importId, reading])
}

export async function saveState(tx: Tx, importId: string, state: ImportState): Promise<void> {
  await tx.execute('update import_run set state = $2 where import_id = $1', [importId, state])
}

/** What was answered about a workbook; the run is read again. */
export async function saveAnswers(tx: Tx, importId: string, answers: Uint8Array): Promise<void> {
  await tx.execute(`update import_run set answers = $2, state = 'uploaded', note = null where import_id = $1`, [
    importId,
    answers,
  ])
}

/** How far a run is; written beside its transaction. */
export async function saveProgress(tx: Tx, importId: string, bytesRead: number, bytesTotal: number): Promise<void> {
  await tx.execute(
    `update import_run set bytes_read = $2, bytes_total = $3 where import_id = $1 and state in ('checking', 'applying')`,
    [importId, bytesRead, bytesTotal],
  )
}

export interface ReadRun {
  readonly importId: string
  readonly divisionCode: string
  readonly files: Record<string, FileCounts>
  readonly changed: number
  readonly errors: number
  readonly warnings: number
}

export interface CheckedRun extends ReadRun {
  readonly differences: DifferenceSummary
  readonly digest: string
  readonly needsSecond: boolean
  readonly blocked: string | null
  /** Sealed. */
  readonly note: Uint8Array | null
}

/** A run was read and compared: it waits for whoever commits it, and whatever was decided about it before counts no more. */
export async function saveChecked(tx: Tx, run: CheckedRun): Promise<void> {
  await tx.execute(
    `update import_run set state = 'checked', division_code = case when area is null then $2 else division_code end, files = $3, changed = $4,
       errors = $5, warnings = $6, differences = $7, difference_digest = $8, needs_second = $9, blocked = $10, note = $11, traced = true,
       bytes_read = bytes_total, committed_by = null, committed_at = null, confirmed_by = null, confirmed_at = null where import_id = $1`,
    [
      run.importId,
      run.divisionCode,
      run.files,
      run.changed,
      run.errors,
      run.warnings,
      run.differences,
      run.digest,
      run.needsSecond,
      run.blocked,
      run.note,
    ],
  )
}

export interface FinishedRun extends ReadRun {
  readonly removed: number
  readonly traced: boolean
  readonly differences: DifferenceSummary | null
  readonly endedAt: string
}

/** A run is written. */
export async function finishImportRun(tx: Tx, run: FinishedRun): Promise<void> {
  await tx.execute(
    `update import_run set state = 'done', division_code = case when area is null then $2 else division_code end, files = $3, changed = $4,
       removed = $5, errors = $6, warnings = $7, ended_at = $8, traced = $9, differences = $10, bytes_read = bytes_total, note = null
     where import_id = $1`,
    [
      run.importId,
      run.divisionCode,
      run.files,
      run.changed,
      run.removed,
      run.errors,
      run.warnings,
      run.endedAt,
      run.traced,
      run.differences,
    ],
  )
}

export async function failImportRun(tx: Tx, importId: string, failure: string, endedAt: string): Promise<void> {
  await tx.execute(`update import_run set state = 'failed', failure = $2, ended_at = $3 where import_id = $1`, [
    importId,
    failure,
    endedAt,
  ])
}

export async function findImportRun(sql: Sql, importId: string): Promise<ImportRunRow | undefined> {
  return await sql.maybe<ImportRunRow>(`select ${COLUMNS} from import_run where import_id = $1`, [importId])
}

/** A run, held until the transaction ends; undefined when it is not in scope. */
export async function lockImportRun(tx: Tx, importId: string): Promise<ImportRunRow | undefined> {
  return await tx.maybe<ImportRunRow>(`select ${COLUMNS} from import_run where import_id = $1 for update`, [importId])
}

/** Somebody commits a checked run. */
export async function commitRun(
  tx: Tx,
  importId: string,
  state: 'confirming' | 'applying',
  by: string,
  at: string,
): Promise<void> {
  await tx.execute(`update import_run set state = $2, committed_by = $3, committed_at = $4, note = null where import_id = $1`, [
    importId,
    state,
    by,
    at,
  ])
}

/** The second person lets a run be written. */
export async function confirmRun(tx: Tx, importId: string, by: string, at: string): Promise<void> {
  await tx.execute(`update import_run set state = 'applying', confirmed_by = $2, confirmed_at = $3 where import_id = $1`, [
    importId,
    by,
    at,
  ])
}

/** A committed run goes back to be looked at, with a sentence that says why. */
export async function sendBack(tx: Tx, importId: string, note: Uint8Array): Promise<void> {
  await tx.execute(
    `update import_run set state = 'checked', committed_by = null, committed_at = null, note = $2 where import_id = $1`,
    [importId, note],
  )
}

/** A run is thrown away before anything of it was written. */
export async function dropRun(tx: Tx, importId: string, at: string): Promise<void> {
  await tx.execute(
    `update import_run set state = 'dropped', ended_at = $2, committed_by = null, committed_at = null, reading = null, answers = null where import_id = $1`,
    [importId, at],
  )
}

/** Somebody asks for a run to be taken back. */
export async function askWithdrawal(tx: Tx, importId: string, by: string, reason: Uint8Array, at: string): Promise<void> {
  await tx.execute(
    'update import_run set withdraw_by = $2, withdraw_reason = $3, withdraw_at = $4, note = null where import_id = $1',
    [importId, by, reason, at],
  )
}

/** A run stays as it is: the second person, or the work itself, does not take it back. */
export async function refuseWithdrawal(tx: Tx, importId: string, note: Uint8Array): Promise<void> {
  await tx.execute(
    `update import_run set withdraw_by = null, withdraw_reason = null, withdraw_at = null, withdrawn_by = null, withdrawn_at = null, note = $2
     where import_id = $1 and state = 'done'`,
    [importId, note],
  )
}

/** The second person takes a run back; it is done in the background. */
export async function confirmWithdrawn(tx: Tx, importId: string, by: string, at: string): Promise<void> {
  await tx.execute('update import_run set withdrawn_by = $2, withdrawn_at = $3 where import_id = $1', [importId, by, at])
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

/** Runs that wait for a second person who is not `user`, the oldest first. */
export async function listWaitingRuns(sql: Sql, user: string): Promise<ImportRunRow[]> {
  return await sql.query<ImportRunRow>(
    `select ${COLUMNS} from import_run
      where (state = 'confirming' and started_by <> $1 and committed_by <> $1)
         or (state = 'done' and withdraw_by <> $1 and withdrawn_by is null)
      order by coalesce(withdraw_at, committed_at), import_id limit 100`,
    [user],
  )
}
