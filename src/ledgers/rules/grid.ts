/** A sheet in memory: its rows packed into one text each, with what stands around them. */

/** A row as it was read. */
export interface GridRow {
  /** As the spreadsheet numbers it. */
  readonly row: number
  readonly cells: readonly string[]
  readonly hidden: boolean
  /** Columns of numbers whose last digits are lost. */
  readonly lost: readonly number[]
  /** Columns of numbers like 2020.1 that may have been 2020.10. */
  readonly cut: readonly number[]
}

/** What is read of a row before it is packed. */
export interface RawRow {
  readonly row: number
  readonly cells: readonly string[]
  readonly lost?: readonly number[]
  readonly cut?: readonly number[]
  readonly hidden?: true
}

export interface Grid {
  readonly name: string
  readonly hidden: boolean
  /** Four numbers each: first row, first column (from zero), last row, last column. */
  readonly merges: Int32Array
  readonly hiddenColumns: ReadonlySet<number>
  /** Whether a filter is set. */
  readonly filtered: boolean
  /** Cells say whether they are numbers; in a CSV they do not. */
  readonly isTyped: boolean
  readonly rows: PackedRows
}

/** Stands between the cells of a packed row; in a cell it is no character that anybody sees, and is left out. */
const BETWEEN = '\u0001'
const NONE: readonly number[] = []

/** Rows that are not blank, in their order. */
export class PackedRows {
  readonly #numbers: number[] = []
  readonly #texts: string[] = []
  readonly #hidden = new Set<number>()
  readonly #lost = new Map<number, readonly number[]>()
  readonly #cut = new Map<number, readonly number[]>()
  #blanks = 0
  #characters = 0
  #width = 0

  add({ row, cells: read, lost, cut, hidden }: RawRow): void {
    const cells = read.some((cell) => cell.includes(BETWEEN)) ? read.map((cell) => cell.replaceAll(BETWEEN, '')) : read
    let width = cells.length
    while (width > 0 && (cells[width - 1] ?? '').trim() === '') width--
    if (width === 0) {
      this.#blanks++
      return
    }
    if (width > this.#width) this.#width = width
    const at = this.#texts.length
    const text = cells.slice(0, width).join(BETWEEN)
    this.#numbers.push(row)
    this.#texts.push(text)
    this.#characters += text.length
    if (hidden === true) this.#hidden.add(at)
    if (lost !== undefined) this.#lost.set(at, lost)
    if (cut !== undefined) this.#cut.set(at, cut)
  }

  get length(): number {
    return this.#texts.length
  }

  /** Characters held. */
  get characters(): number {
    return this.#characters
  }

  /** Rows of the file that hold nothing. */
  get blanks(): number {
    return this.#blanks
  }

  /** Columns, as far as anything stands in them. */
  get width(): number {
    return this.#width
  }

  at(index: number): GridRow {
    return {
      row: this.#numbers[index] ?? 0,
      cells: (this.#texts[index] ?? '').split(BETWEEN),
      hidden: this.#hidden.has(index),
      lost: this.#lost.get(index) ?? NONE,
      cut: this.#cut.get(index) ?? NONE,
    }
  }

  *[Symbol.iterator](): Generator<GridRow> {
    for (let index = 0; index < this.#texts.length; index++) yield this.at(index)
  }
}

/** A grid of rows; for what has no merged areas, and for tests. */
export function gridOf(name: string, rows: readonly (readonly string[])[], merges: readonly number[] = []): Grid {
  const packed = new PackedRows()
  rows.forEach((cells, index) => {
    packed.add({ row: index + 1, cells })
  })
  const around = { merges: Int32Array.from(merges), hiddenColumns: new Set<number>(), filtered: false }
  return { name, hidden: false, ...around, isTyped: false, rows: packed }
}

interface Area {
  readonly left: number
  readonly right: number
  readonly last: number
  readonly value: string
}

/** Positions of the areas, from the top down and in a row from the left. */
function inOrder(merges: Int32Array): Int32Array {
  const order = Int32Array.from({ length: merges.length / 4 }, (_, at) => 4 * at)
  const of = (at: number): number => merges[at] ?? 0
  return order.sort((a, b) => of(a) - of(b) || of(a + 1) - of(b + 1))
}

/**
 * Rows with the value of a merged area in each of its cells; rows are given in their order. No spreadsheet lets areas overlap: of those that do in a
 * row, the first from the left counts, so that a row costs no more than its width.
 */
export class Filled {
  readonly #merges: Int32Array
  readonly #order: Int32Array
  /** Areas that go on below, from the left. */
  #open: Area[] = []
  #next = 0

  constructor(merges: Int32Array) {
    this.#merges = merges
    this.#order = inOrder(merges)
  }

  /**
   * The cells of a row, filled; and the columns whose cell continues an area from the row above. `wide`: also to the right, as titles and
   * groups of a header are meant; a row of data is filled downwards only.
   */
  fill({ row, cells }: GridRow, wide: boolean): { cells: string[]; continued: ReadonlySet<number> } {
    const continued = new Set<number>()
    const filled = [...cells]
    this.#open = this.#open.filter(({ last }) => last >= row)
    for (const area of this.#open) {
      if (continued.has(area.left)) continue
      for (let column = area.left; column <= area.right; column++) continued.add(column)
      spread(filled, area, wide)
    }
    const begun: Area[] = []
    for (const area of this.#begin(row, cells)) {
      const before = begun.at(-1)
      const isOver = before !== undefined && before.value !== '' && area.left <= before.right
      if (continued.has(area.left) || isOver) continue
      begun.push(area)
      spread(filled, area, wide)
    }
    this.#goOn(begun.filter(({ last }) => last > row))
    return { cells: filled, continued }
  }

  /** Areas that begin in a row, or above it in rows that are not given. */
  *#begin(row: number, cells: readonly string[]): Generator<Area> {
    for (; this.#next < this.#order.length; this.#next++) {
      const at = this.#order[this.#next] ?? 0
      const [top = 0, left = 0, last = 0, right = 0] = this.#merges.subarray(at, at + 4)
      if (top > row) return
      if (last >= row) yield { left, right, last, value: top === row ? (cells[left] ?? '') : '' }
    }
  }

  /** Of those that begin in one column the last one goes on. */
  #goOn(begun: readonly Area[]): void {
    if (begun.length === 0) return
    const byLeft = new Map([...this.#open, ...begun].map((area) => [area.left, area]))
    this.#open = [...byLeft.values()].sort((a, b) => a.left - b.left)
  }
}

/** Columns that are filled; an area that goes beyond them is a row or a sheet as a whole, no title over a table. */
const WIDEST = 1000

function spread(cells: string[], { left, right, value }: Area, wide: boolean): void {
  if (value === '' || right >= WIDEST) return
  for (let column = left; column <= (wide ? right : left); column++) {
    while (cells.length < column) cells.push('')
    if ((cells[column] ?? '') === '') cells[column] = value
  }
}
