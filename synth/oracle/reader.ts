import type { CsvRecord } from './csv-text.ts'
import { clean, readField } from './reading.ts'
import type { Column } from './schema.ts'

export interface ImportError {
  readonly file: string
  readonly row: number
  readonly column: string
  readonly code: string
  readonly severity: 'error' | 'warn'
}

/** An accepted row: normalised text per column, empty if there is no value. */
export interface Row {
  readonly n: number
  readonly v: Readonly<Record<string, string>>
}

export interface QuarantinedRow {
  readonly file: string
  readonly row: number
  /** Text of the row as it stands in the file, without its line end. */
  readonly raw: string
}

/** A row that was put aside, with what the marks of its household need. */
interface Lost extends QuarantinedRow {
  readonly table: string
  readonly householdNo: string
  readonly fields: readonly string[] | null
}

export interface Loaded {
  readonly core: Record<string, Row[]>
  readonly sources: Record<string, Row[]>
  /** Record types unanswered as a whole; cut off; stale. */
  readonly down: Set<string>
  readonly noAbsence: Set<string>
  /** `record|number` pairs listed as unanswered. */
  readonly listed: Set<string>
  readonly errors: ImportError[]
  readonly lost: Lost[]
  readonly district: string
}

/** Parameters of the pack that the reading needs. */
export interface Limits {
  readonly asOf: string
  readonly maxAge: number
  readonly staleDays: number
  readonly minGap: number
  readonly maxGap: number
  readonly spouseMinAge: number
}

/** Marks of a household: it is named by a row of one of the tables that was put aside. */
export const isIncomplete = (loaded: Loaded, householdNo: string, tables: readonly string[]): boolean =>
  loaded.lost.some(
    (x) => tables.includes(x.table) && (x.fields === null ? x.householdNo === householdNo : x.fields.includes(householdNo)),
  )
export type RowCheck = (row: Row, fail: (column: string, code: string) => void) => void

/** One table read row by row, with the checks that come before and after acceptance. */
export class Reader {
  readonly accepted: Row[] = []
  private readonly keys = new Map<string, string[]>()
  private readonly file: string
  private readonly columns: readonly Column[]
  private readonly loaded: Loaded
  private readonly limits: Limits
  private readonly quiet: boolean

  constructor(file: string, columns: readonly Column[], loaded: Loaded, limits: Limits, quiet: boolean) {
    this.file = file
    this.columns = columns
    this.loaded = loaded
    this.limits = limits
    this.quiet = quiet
  }

  report(row: number, column: string, code: string, severity: 'error' | 'warn'): void {
    if (this.quiet && severity === 'warn' && code !== 'REPEATED_ROW' && code !== 'ROW_COUNT_MISMATCH') return
    this.loaded.errors.push({ file: this.file, row, column, code, severity })
  }

  private lose(record: CsvRecord, cells: Readonly<Record<string, string>> | null): void {
    const { row, raw, fields } = record
    const householdNo = cells === null ? '' : clean(cells.household_no ?? '')
    const table = this.file.replace('.csv', '')
    this.loaded.lost.push({ file: this.file, row, raw, table, householdNo, fields: cells === null ? fields.map(clean) : null })
  }

  /** Reads the fields; null if one of them is refused. */
  private fields(
    row: number,
    raw: Readonly<Record<string, string>>,
    divisions: ReadonlySet<string> | null,
  ): Record<string, string> | null {
    const values: Record<string, string> = {}
    let refused = false
    for (const column of this.columns) {
      const reading = readField(column, raw[column.name] ?? '', this.limits.asOf, this.limits.maxAge)
      values[column.name] = reading.value
      if (reading.code !== undefined) this.report(row, column.name, reading.code, reading.error ? 'error' : 'warn')
      else if (column.type === 'division' && reading.value !== '' && divisions !== null && !divisions.has(reading.value)) {
        this.report(row, column.name, 'DIVISION_UNKNOWN', 'warn')
      }
      refused ||= reading.error === true
    }
    return refused ? null : values
  }

  /** `before` holds the checks ahead of the key, `after` those behind it; each stops at its first failure. */
  rows(
    records: readonly CsvRecord[],
    header: readonly string[],
    key: string,
    checks: { before?: RowCheck; after?: RowCheck; whenAccepted?: RowCheck },
    divisions: ReadonlySet<string> | null,
  ): void {
    for (const record of records) {
      const { row: n, fields } = record
      if (fields.length !== header.length) {
        this.report(n, '', 'COLUMN_COUNT', 'error')
        this.lose(record, null)
        continue
      }
      const raw: Record<string, string> = {}
      for (const { name } of this.columns) raw[name] = fields[header.indexOf(name)] ?? ''
      const values = this.fields(n, raw, divisions)
      if (values === null) {
        this.lose(record, raw)
        continue
      }
      this.accept({ n, v: values }, raw, record, key, checks)
    }
  }

  private accept(
    row: Row,
    raw: Readonly<Record<string, string>>,
    record: CsvRecord,
    key: string,
    checks: { before?: RowCheck; after?: RowCheck; whenAccepted?: RowCheck },
  ): void {
    let failed = false
    const fail = (column: string, code: string): void => {
      if (!failed) this.report(row.n, column, code, 'error')
      failed = true
    }
    checks.before?.(row, fail)
    const own = this.columns.map((c) => raw[c.name] as string)
    const earlier = failed || key === '' ? undefined : this.keys.get(row.v[key] as string)
    if (earlier?.every((text, i) => text === own[i])) {
      this.report(row.n, key, 'REPEATED_ROW', 'warn')
      return
    }
    if (earlier) fail(key, 'DUPLICATE_KEY')
    if (!failed) checks.after?.(row, fail)
    if (failed) {
      this.lose(record, raw)
      return
    }
    this.keys.set(row.v[key] ?? '', own)
    this.accepted.push(row)
    checks.whenAccepted?.(row, (column, code) => this.report(row.n, column, code, 'warn'))
  }
}
