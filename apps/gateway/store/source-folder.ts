/**
 * Reads a unit's folder or files once, as of a basis: the rows go into a snapshot, what is wrong with them into the
 * statement. One broken file never stops the others.
 */
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { addDays } from '#kernel/dates'
import { nameVariants } from '#kernel/person-name'
import { namedValues, type ReadContext, type Table, type Value } from '#kernel/table'
import {
  type Basis,
  type FileCounts,
  type GatewaySource,
  manifestTable,
  type QuarantineEntry,
  type RecordName,
  type RecordStatement,
  recordTypeOf,
  type SilenceReason,
  type SourceIssue,
  type StateLetter,
  type Statement,
  type UnitName,
  unansweredTable,
  units,
} from '#sources/contract'
import { RowWriter } from './snapshot.ts'
import { type FileOutcome, readSourceFile, type SourceFile } from './source-file.ts'

/** Files of a unit, by record type. */
export type FileSource = Extract<GatewaySource, { kind: 'package' | 'csv' }>

/** A row of the manifest as read, with its row number. */
interface ManifestRow {
  row: number
  values: Record<string, Value>
}

const letters: Readonly<Record<string, StateLetter>> = { pending: 'P', timeout: 'T', source_error: 'E' }

const textOf = (value: Value | undefined): string | null => (typeof value === 'string' ? value : null)

/** Record types of a unit. */
export function recordsOf(unit: UnitName): readonly RecordName[] {
  return units.find((each) => each.name === unit)?.records ?? []
}

/** The file a record type is read from; undefined when the configuration names none. */
export function fileOf(source: FileSource, record: RecordName): SourceFile | undefined {
  const { short, file: name, table, unit } = recordTypeOf(record)
  if (source.kind === 'package') return { path: join(source.dir, `${short}.csv`), name, table, columns: {}, codes: {} }
  const mapped = source.records[short]
  if (!mapped) return undefined
  return { path: mapped.file, name: `sources/${unit}/${short}.csv`, table, columns: mapped.columns, codes: mapped.codes }
}

/** Every file the source may hold, for telling whether it changed. */
export function filesOf(source: FileSource, unit: UnitName): string[] {
  const records = recordsOf(unit).flatMap((record) => fileOf(source, record)?.path ?? [])
  return source.kind === 'package' ? [join(source.dir, 'manifest.csv'), join(source.dir, 'unanswered.csv'), ...records] : records
}

/** One reading of all files of a unit. */
export class FolderReading {
  readonly #unit: UnitName
  readonly #source: FileSource
  readonly #basis: Basis
  readonly #db: DatabaseSync
  readonly #ctx: ReadContext
  readonly #records: RecordStatement[] = []
  readonly #files: FileCounts[] = []
  readonly #issues: SourceIssue[] = []
  readonly #quarantine: QuarantineEntry[] = []

  constructor(unit: UnitName, source: FileSource, basis: Basis, db: DatabaseSync) {
    this.#unit = unit
    this.#source = source
    this.#basis = basis
    this.#db = db
    this.#ctx = { asOf: basis.asOf, maxAge: basis.maxAge, isCore: false }
  }

  /** Reads everything and gives the statement. */
  async run(): Promise<Statement> {
    const manifest = await this.#manifest()
    await this.#unanswered()
    for (const record of recordsOf(this.#unit)) this.#records.push(await this.#record(record, manifest))
    return { records: this.#records, files: this.#files, issues: this.#issues, quarantine: this.#quarantine }
  }

  #fileIssue(file: string, code: SourceIssue['code'], column = '', row = 0): void {
    const severity = code === 'SOURCE_MISSING' || code === 'ROW_COUNT_MISMATCH' ? 'warn' : 'error'
    this.#issues.push({ file, row, column, code, severity })
  }

  /** Notes what is wrong with a file as a whole, or takes over what was found in it. */
  #note(name: string, outcome: FileOutcome): void {
    if (outcome.kind === 'unreadable') this.#fileIssue(name, 'FILE_UNREADABLE')
    if (outcome.kind === 'columns') for (const column of outcome.missing) this.#fileIssue(name, 'COLUMN_MISSING', column)
    if (outcome.kind !== 'read') return
    this.#files.push(outcome.counts)
    for (const issue of outcome.issues) this.#issues.push(issue)
    for (const entry of outcome.quarantine) this.#quarantine.push(entry)
  }

  /** A small file of the folder, as rows; undefined when it is to be read as missing. */
  async #small(short: string, table: Table): Promise<ManifestRow[] | undefined> {
    if (this.#source.kind !== 'package') return undefined
    const rows: ManifestRow[] = []
    const name = `sources/${this.#unit}/${short}.csv`
    const file = { path: join(this.#source.dir, `${short}.csv`), name, table, columns: {}, codes: {} }
    const outcome = await readSourceFile(file, this.#ctx, (values, row) => rows.push({ row, values: namedValues(table, values) }))
    this.#note(name, outcome)
    return outcome.kind === 'read' ? rows : undefined
  }

  async #manifest(): Promise<ReadonlyMap<string, ManifestRow>> {
    const rows = (await this.#small('manifest', manifestTable)) ?? []
    return new Map(rows.map((row) => [String(row.values.record), row]))
  }

  async #unanswered(): Promise<void> {
    const insert = this.#db.prepare('insert or ignore into listed (record, id, letter) values (?, ?, ?)')
    for (const { values } of (await this.#small('unanswered', unansweredTable)) ?? []) {
      insert.run(String(values.record), String(values.id_number), letters[String(values.state)] ?? 'E')
    }
  }

  async #record(record: RecordName, manifest: ReadonlyMap<string, ManifestRow>): Promise<RecordStatement> {
    const stated = manifest.get(recordTypeOf(record).short)
    const file = fileOf(this.#source, record)
    if (file === undefined || (this.#source.kind === 'package' && stated === undefined)) {
      this.#fileIssue(recordTypeOf(record).file, 'SOURCE_MISSING')
      return this.#silent(record, stated, 'source_error', 'source_missing')
    }
    const state = textOf(stated?.values.state)
    if (state === 'pending' || state === 'timeout' || state === 'source_error') {
      return this.#silent(record, stated, state, 'not_answered')
    }
    const writer = new RowWriter(this.#db, record, nameVariants(this.#basis.nameVariants))
    const outcome = await readSourceFile(file, this.#ctx, (values) => writer.add(values))
    this.#note(file.name, outcome)
    if (outcome.kind === 'read') {
      writer.finish()
      return this.#answered(record, stated, outcome.counts.rows)
    }
    writer.abandon()
    if (outcome.kind === 'missing') this.#fileIssue(file.name, 'FILE_MISSING')
    const reasons = { missing: 'file_missing', unreadable: 'unreadable', columns: 'column_missing' } as const
    return this.#silent(record, stated, 'source_error', reasons[outcome.kind])
  }

  #dates(
    stated: ManifestRow | undefined,
  ): Pick<RecordStatement, 'answeredOn' | 'asOfDate' | 'periodFrom' | 'periodTo' | 'announced'> {
    const values = stated?.values ?? {}
    return {
      answeredOn: textOf(values.answered_on),
      asOfDate: textOf(values.as_of_date),
      periodFrom: textOf(values.period_from),
      periodTo: textOf(values.period_to),
      announced: typeof values.row_count === 'number' ? values.row_count : null,
    }
  }

  #silent(
    record: RecordName,
    stated: ManifestRow | undefined,
    state: 'pending' | 'timeout' | 'source_error',
    reason: SilenceReason,
  ): RecordStatement {
    return { record, state, reason, ...this.#dates(stated), rows: 0, cutOff: false, stale: false }
  }

  #answered(record: RecordName, stated: ManifestRow | undefined, rows: number): RecordStatement {
    const dates = this.#dates(stated)
    if (stated && dates.announced !== null && dates.announced !== rows) {
      this.#fileIssue(`sources/${this.#unit}/manifest.csv`, 'ROW_COUNT_MISMATCH', 'row_count', stated.row)
    }
    const cutOff = dates.announced !== null && rows < dates.announced
    const stale = dates.asOfDate !== null && dates.asOfDate < addDays(this.#basis.asOf, -this.#basis.staleDays)
    return { record, state: 'answered', reason: null, ...dates, rows, cutOff, stale }
  }
}
