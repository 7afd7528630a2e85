/** Reads one CSV file of a unit: every row is accepted, quarantined with its codes, or a repetition. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { CsvFault, type CsvRecord, readCsv } from '#kernel/csv'
import type { FieldIssue } from '#kernel/import-issue'
import {
  columnPosition,
  type HeaderIndex,
  isRefused,
  type ReadContext,
  readHeader,
  readRow,
  type Table,
  type Value,
} from '#kernel/table'
import type { FileCounts, QuarantineEntry, SourceIssue } from '#sources/contract'
import { SeenKeys } from './seen-keys.ts'

/** A file with its name in the statement, and how its columns and codes are called. */
export interface SourceFile {
  path: string
  /** path in the package, e.g. sources/police/vehicles.csv */
  name: string
  table: Table
  /** column of the catalogue → column of the file */
  columns: Readonly<Record<string, string>>
  /** column → the unit's code → code of the catalogue */
  codes: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** How the reading of a file ended. */
export type FileOutcome =
  | { kind: 'missing' }
  | { kind: 'unreadable' }
  | { kind: 'columns'; missing: readonly string[] }
  | { kind: 'read'; counts: FileCounts; issues: readonly SourceIssue[]; quarantine: readonly QuarantineEntry[] }

/** Takes an accepted row: values in the order of the table's columns, and its row number. */
export type AcceptRow = (values: readonly Value[], row: number) => void

/** Larger pieces make the parser slower. */
const CHUNK_BYTES = 1 << 16
const FIELD_END = '\u001f'

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/** The reader of one file, fed record by record. */
class FileReading {
  readonly #file: SourceFile
  readonly #ctx: ReadContext
  readonly #accept: AcceptRow
  readonly #keys = new SeenKeys()
  readonly #keyAt: number
  readonly #mapped: readonly { at: number; codes: Readonly<Record<string, string>> }[]
  readonly #header: HeaderIndex
  readonly counts: FileCounts
  readonly issues: SourceIssue[] = []
  readonly quarantine: QuarantineEntry[] = []

  constructor(file: SourceFile, header: HeaderIndex, ctx: ReadContext, accept: AcceptRow) {
    this.#file = file
    this.#header = header
    this.#ctx = ctx
    this.#accept = accept
    this.#keyAt = file.table.key === '' ? -1 : columnPosition(file.table, file.table.key)
    this.#mapped = Object.entries(file.codes).map(([column, codes]) => ({
      at: header.positions[columnPosition(file.table, column)] ?? -1,
      codes,
    }))
    this.counts = { file: file.name, rows: 0, accepted: 0, quarantined: 0, repeated: 0, normalised: 0 }
  }

  take(record: CsvRecord): void {
    this.counts.rows += 1
    const fields = this.#mapped.length === 0 ? record.fields : this.#translated(record.fields)
    const reading = readRow(this.#file.table, this.#header, fields, this.#ctx)
    this.counts.normalised += reading.normalised
    for (const issue of reading.issues) this.#report(issue, record)
    if (isRefused(reading)) {
      this.#quarantine(record, reading.issues)
      return
    }
    if (this.#isRepeated(record, reading.values)) return
    this.counts.accepted += 1
    this.#accept(reading.values, record.row)
  }

  #translated(fields: readonly string[]): string[] {
    const out = [...fields]
    for (const { at, codes } of this.#mapped) {
      const code = codes[out[at] ?? '']
      if (code !== undefined) out[at] = code
    }
    return out
  }

  #isRepeated(record: CsvRecord, values: readonly Value[]): boolean {
    if (this.#keyAt < 0) return false
    const raw = this.#header.positions.map((at) => record.fields[at] ?? '').join(FIELD_END)
    const meeting = this.#keys.meet(String(values[this.#keyAt]), raw)
    if (meeting === 'new') return false
    const column = this.#file.table.key
    if (meeting === 'same') {
      this.counts.repeated += 1
      this.#report({ column, code: 'REPEATED_ROW', severity: 'warn' }, record)
    } else {
      const issue: FieldIssue = { column, code: 'DUPLICATE_KEY', severity: 'error' }
      this.#report(issue, record)
      this.#quarantine(record, [issue])
    }
    return true
  }

  #report(issue: FieldIssue, record: CsvRecord): void {
    this.issues.push({ file: this.#file.name, row: record.row, ...issue })
  }

  #quarantine(record: CsvRecord, issues: readonly FieldIssue[]): void {
    this.counts.quarantined += 1
    const codes = issues.filter((issue) => issue.severity === 'error').map((issue) => issue.code)
    this.quarantine.push({ file: this.#file.name, row: record.row, codes, raw: record.raw })
  }
}

/** The file's bytes cannot be had: the disk or its permissions refuse them. */
function isReadFailure(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

/** The table's columns in the file's own words. */
function inFileWords(file: SourceFile): Table {
  if (Object.keys(file.columns).length === 0) return file.table
  const columns = file.table.columns.map((column) => ({ ...column, name: file.columns[column.name] ?? column.name }))
  return { ...file.table, columns }
}

/** Takes the records of a file as they come: the first is the header. */
class FileIntake {
  readonly #file: SourceFile
  readonly #ctx: ReadContext
  readonly #accept: AcceptRow
  reading: FileReading | undefined
  /** Columns the header lacks; the rest of such a file is looked at only for whether it can be read at all. */
  lacking: readonly string[] = []

  constructor(file: SourceFile, ctx: ReadContext, accept: AcceptRow) {
    this.#file = file
    this.#ctx = ctx
    this.#accept = accept
  }

  take(record: CsvRecord): void {
    if (this.reading !== undefined) this.reading.take(record)
    else if (this.lacking.length === 0) this.#header(record)
  }

  #header(record: CsvRecord): void {
    const { index, missing } = readHeader(inFileWords(this.#file), record.fields)
    if (missing.length > 0) this.lacking = missing.map((name) => nameOf(this.#file, name))
    else this.reading = new FileReading(this.#file, index, this.#ctx, this.#accept)
  }
}

/**
 * Reads a file and hands over its accepted rows. When the file turns out unreadable half-way, the caller drops what it
 * was handed; a file that is unreadable and lacks a column is unreadable.
 */
export async function readSourceFile(file: SourceFile, ctx: ReadContext, accept: AcceptRow): Promise<FileOutcome> {
  if (!(await exists(file.path))) return { kind: 'missing' }
  const intake = new FileIntake(file, ctx, accept)
  try {
    for await (const records of readCsv(createReadStream(file.path, { highWaterMark: CHUNK_BYTES }))) {
      for (const record of records) intake.take(record)
    }
  } catch (error) {
    if (error instanceof CsvFault || isReadFailure(error)) return { kind: 'unreadable' }
    throw error
  }
  const { reading, lacking } = intake
  if (lacking.length > 0) return { kind: 'columns', missing: lacking }
  if (reading === undefined) return { kind: 'columns', missing: file.table.columns.map((column) => column.name) }
  return { kind: 'read', counts: reading.counts, issues: reading.issues, quarantine: reading.quarantine }
}

function nameOf(file: SourceFile, inFile: string): string {
  return Object.entries(file.columns).find(([, theirs]) => theirs === inFile)?.[0] ?? inFile
}
