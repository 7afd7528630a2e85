import type { Column, ReadContext, Value } from './column.ts'
import { type FieldReader, fieldReader } from './field.ts'
import type { FieldIssue } from './import-issue.ts'
import { clean } from './text.ts'

export type { Column, ColumnType, ReadContext, Value } from './column.ts'
export { column } from './column.ts'

export interface Table {
  readonly name: string
  /** Chinese name of the table. */
  readonly label: string
  /** Column that identifies a row; empty if the table has none. */
  readonly key: string
  readonly columns: readonly Column[]
}

/** Where a file's fields are: the position of each column of the table, and how many fields its header has. */
export interface HeaderIndex {
  readonly width: number
  readonly positions: readonly number[]
}

export interface Reading {
  /** One value per column of the table, in its order. Null where the field was refused. */
  readonly values: Value[]
  /** At most one issue per field, in column order. */
  readonly issues: FieldIssue[]
  /** Fields whose value as read is written otherwise than in the file. */
  readonly normalised: number
}

/** Finds the table's columns in a header row by name, in any order; a repeated name counts once, the first. */
export function readHeader(table: Table, header: readonly string[]): { index: HeaderIndex; missing: string[] } {
  const cells = header.map(clean)
  const positions = table.columns.map(({ name }) => cells.indexOf(name))
  const missing = table.columns.filter((_, i) => positions[i] === -1).map(({ name }) => name)
  return { index: { width: header.length, positions }, missing }
}

const readers = new WeakMap<Table, readonly FieldReader[]>()

function readersOf(table: Table): readonly FieldReader[] {
  const known = readers.get(table)
  if (known !== undefined) return known
  const made = table.columns.map(fieldReader)
  readers.set(table, made)
  return made
}

const COLUMN_COUNT: FieldIssue = { column: '', code: 'COLUMN_COUNT', severity: 'error' }

/**
 * Reads one row of a file. A row with more or fewer fields than the header gives COLUMN_COUNT and no values. In source
 * files only errors are reported; values that were normalised are used silently and counted.
 */
export function readRow(table: Table, header: HeaderIndex, fields: readonly string[], ctx: ReadContext): Reading {
  if (fields.length !== header.width) return { values: [], issues: [COLUMN_COUNT], normalised: 0 }
  const each = readersOf(table)
  const values: Value[] = []
  const issues: FieldIssue[] = []
  let normalised = 0
  for (let i = 0; i < each.length; i++) {
    const raw = fields[header.positions[i] ?? -1] ?? ''
    const read = each[i]
    if (read === undefined) continue
    const result = read(raw, ctx)
    if (typeof result !== 'object' || result === null || Array.isArray(result)) {
      values.push(result)
      continue
    }
    values.push(result.value)
    if (result.changed) normalised++
    if (result.issue !== null && (ctx.isCore || result.issue.severity === 'error')) issues.push(result.issue)
  }
  return { values, issues, normalised }
}

/** True if an issue of the reading quarantines the row. */
export function isRefused(reading: Reading): boolean {
  return reading.issues.some((issue) => issue.severity === 'error')
}

/** Position of a column in the table, which is its position in `Reading.values`. Throws if the table has no such column. */
export function columnPosition(table: Table, name: string): number {
  const position = table.columns.findIndex((each) => each.name === name)
  if (position < 0) throw new RangeError(`table ${table.name} has no column ${name}`)
  return position
}

/** The values of a reading as an object with the table's column names. */
export function namedValues(table: Table, values: readonly Value[]): Record<string, Value> {
  const named: Record<string, Value> = {}
  for (let i = 0; i < table.columns.length; i++) {
    const name = table.columns[i]?.name
    if (name !== undefined) named[name] = values[i] ?? null
  }
  return named
}
