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

  add({ row, cells, lost, cut, hidden }: RawRow): void {
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
  readonly right: number
  readonly last: number
  readonly value: string
}

/** Rows with the value of a merged area in each of its cells; rows are given in their order. */
export class Filled {
  readonly #merges: { top: number; left: number; last: number; right: number }[] = []
  readonly #open = new Map<number, Area>()
  #next = 0

  constructor(merges: Int32Array) {
    for (let i = 0; i + 3 < merges.length; i += 4) {
      const [top = 0, left = 0, last = 0, right = 0] = merges.subarray(i, i + 4)
      this.#merges.push({ top, left, last, right })
    }
    this.#merges.sort((a, b) => a.top - b.top)
  }

  /**
   * The cells of a row, filled; and the columns whose cell continues an area from the row above. `wide`: also to the right, as titles and
   * groups of a header are meant; a row of data is filled downwards only.
   */
  fill({ row, cells }: GridRow, wide: boolean): { cells: string[]; continued: ReadonlySet<number> } {
    const continued = new Set<number>()
    const filled = [...cells]
    for (const [left, area] of this.#open) {
      if (area.last < row) {
        this.#open.delete(left)
        continue
      }
      for (let column = left; column <= area.right; column++) continued.add(column)
      spread(filled, left, area, wide)
    }
    for (let merge = this.#merges[this.#next]; merge !== undefined && merge.top <= row; merge = this.#merges[++this.#next]) {
      const { top, left, last, right } = merge
      if (last < row) continue
      const area = { right, last, value: top === row ? (cells[left] ?? '') : '' }
      if (last > row) this.#open.set(left, area)
      spread(filled, left, area, wide)
    }
    return { cells: filled, continued }
  }
}

/** Widest area that is filled: a title over all columns. */
const WIDEST = 1000

function spread(cells: string[], left: number, { right, value }: Area, wide: boolean): void {
  if (value === '' || right - left > WIDEST) return
  for (let column = left; column <= (wide ? right : left); column++) {
    while (cells.length < column) cells.push('')
    if ((cells[column] ?? '') === '') cells[column] = value
  }
}
