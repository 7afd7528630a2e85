import type { CodeListName } from './terms.ts'

export type ColumnType =
  | 'text'
  | 'key'
  | 'person'
  | 'id'
  | 'idlink'
  | 'date'
  | 'month'
  | 'money'
  | 'decimal'
  | 'int'
  | 'division'
  | 'yesno'
  | 'code'
  | 'codes'
  | 'record'

export interface Column {
  readonly name: string
  readonly type: ColumnType
  /** Must not be empty. */
  readonly required: boolean
  /** A date after the as-of date is refused. */
  readonly notAfterAsOf: boolean
  /** Code list of a `code` or `codes` column. */
  readonly codes?: CodeListName
  /** Chinese name of the column. */
  readonly label: string
}

/**
 * What a field holds after reading: text, date, month, code → string; money → fen; decimal → hundredths; int → number;
 * codes → string[]; empty → null (also an `idlink` that is unusable).
 */
export type Value = string | number | string[] | null

export interface ReadContext {
  /** As-of date 'YYYY-MM-DD'. */
  readonly asOf: string
  /** Highest age a citizen number may give. */
  readonly maxAge: number
  /** Accepted codes of divisions.csv; without it unknown codes are not reported. */
  readonly divisions?: { has(code: string): boolean }
  /** True in the district's own files, where unknown divisions and normalised values are reported. */
  readonly isCore: boolean
  /** Whether a field is refused because its number lost digits in a spreadsheet; absent where the contract of files alone holds. */
  readonly isLost?: (column: Column, raw: string) => boolean
}

/** A column of a table, optional unless told otherwise. */
export function column(name: string, type: ColumnType, label: string, more: Partial<Column> = {}): Column {
  return { name, type, label, required: false, notAfterAsOf: false, ...more }
}
