import { type Cell, type CellStyle, type Row, rangeOf, type Sheet } from './book.ts'
import type { ColumnSpec } from './shapes.ts'

/** Puts a sheet together row by row. */
export class SheetMaker {
  readonly name: string
  private readonly rows: Row[] = []
  private readonly merges: string[] = []
  private readonly columns: readonly ColumnSpec[]
  private hidden: number[] = []
  private frozen = 0
  private header: { from: number; cells: (string | null)[][] } | null = null
  private filtered = false

  constructor(name: string, columns: readonly ColumnSpec[]) {
    this.name = name
    this.columns = columns
  }

  /** Number of the last row. */
  get last(): number {
    return this.rows.length
  }

  add(cells: readonly Cell[], more: { hidden?: boolean; style?: CellStyle } = {}): number {
    this.rows.push({ cells, ...more })
    return this.rows.length
  }

  merge(column: number, fromRow: number, toRow: number, toColumn = column): void {
    if (fromRow === toRow && column === toColumn) return
    this.merges.push(rangeOf({ column, row: fromRow }, { column: toColumn, row: toRow }))
  }

  /** A line over all columns. */
  wide(text: string, style: CellStyle): number {
    const row = this.add([text, ...this.columns.slice(1).map(() => null)], { style })
    this.merge(0, row, row, this.columns.length - 1)
    return row
  }

  /** The header: a row for each depth, groups merged to the right, single words downwards. */
  addHeader(written: (word: string) => string = (word) => word): void {
    const depth = Math.max(...this.columns.map(({ path }) => path.length))
    const cells = Array.from({ length: depth }, (_, level) =>
      this.columns.map(({ path }, at) => {
        const word = path[level]
        const isInside = at > 0 && level < path.length - 1 && sameGroup(this.columns[at - 1]?.path, path, level)
        return word === undefined || isInside ? null : written(word)
      }),
    )
    const from = this.last + 1
    for (const row of cells) this.add(row, { style: 'header' })
    this.header = { from, cells }
    this.mergeHeader(from, depth)
    this.frozen = this.last
  }

  private mergeHeader(from: number, depth: number): void {
    for (const [at, { path }] of this.columns.entries()) {
      this.merge(at, from + path.length - 1, from + depth - 1)
      for (let level = 0; level < path.length - 1; level++) {
        if (at > 0 && sameGroup(this.columns[at - 1]?.path, path, level)) continue
        let end = at
        while (sameGroup(this.columns[end + 1]?.path, path, level)) end++
        this.merge(at, from + level, from + level, end)
      }
    }
  }

  /** The header once more, as after a page break. */
  repeatHeader(): void {
    if (this.header === null) return
    const { cells } = this.header
    const from = this.last + 1
    for (const row of cells) this.add(row, { style: 'header' })
    this.mergeHeader(from, cells.length)
  }

  hideColumn(at: number): void {
    this.hidden = [...this.hidden, at]
  }

  filter(): void {
    this.filtered = true
  }

  sheet(): Sheet {
    const filter = { filter: rangeOf({ column: 0, row: this.frozen }, { column: this.columns.length - 1, row: this.last }) }
    return {
      name: this.name,
      rows: this.rows,
      merges: this.merges,
      hiddenColumns: this.hidden,
      widths: this.columns.map(({ width }) => width),
      frozenRows: this.frozen,
      ...(this.filtered ? filter : {}),
    }
  }
}

/** Whether two columns stand under the same group at this depth. */
function sameGroup(left: readonly string[] | undefined, right: readonly string[], level: number): boolean {
  if (left === undefined || left.length - 1 <= level || right.length - 1 <= level) return false
  for (let at = 0; at <= level; at++) if (left[at] !== right[at]) return false
  return true
}
