/** A workbook as the generator makes it, before it is written as .xlsx or CSV. */

export type CellStyle = 'plain' | 'title' | 'header' | 'text' | 'date' | 'month' | 'money' | 'bold'

export interface RichCell {
  readonly value: string | number | null
  readonly style?: CellStyle
  /** Without the equals sign; `value` is what it comes to. */
  readonly formula?: string
  /** Comment beside the cell. */
  readonly note?: string
}

/** A text, a number, nothing, or one of these with a style. */
export type Cell = string | number | null | RichCell

export interface Row {
  readonly cells: readonly Cell[]
  readonly hidden?: boolean
  readonly style?: CellStyle
}

export interface Sheet {
  readonly name: string
  readonly hidden?: boolean
  /** May be made while it is written. */
  readonly rows: Iterable<Row>
  /** Ranges such as A1:C1; looked at after the rows. */
  readonly merges: readonly string[]
  readonly hiddenColumns?: readonly number[]
  readonly widths?: readonly number[]
  /** Rows at the top that stay. */
  readonly frozenRows?: number
  /** Range with filter buttons. */
  readonly filter?: string
}

export interface Book {
  readonly sheets: readonly Sheet[]
}

/** Letters of a column, from zero. */
export function columnName(at: number): string {
  let name = ''
  for (let n = at + 1; n > 0; n = Math.floor((n - 1) / 26)) name = String.fromCharCode(65 + ((n - 1) % 26)) + name
  return name
}

/** A range of cells; columns from zero, rows as the spreadsheet numbers them. */
export function rangeOf(from: { column: number; row: number }, to: { column: number; row: number }): string {
  return `${columnName(from.column)}${from.row}:${columnName(to.column)}${to.row}`
}

/** What the cell holds, without its style. */
export function contentOf(cell: Cell | undefined): string | number | null {
  return cell !== null && typeof cell === 'object' ? cell.value : (cell ?? null)
}
