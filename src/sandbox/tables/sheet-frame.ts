import { beyond, counted, MOST_COLUMNS, MOST_MERGES, TIDY } from './limits.ts'
import { attribute, columnOf, isSaidTrue } from './sheet-cells.ts'
import { notXml, XmlReader } from './xml.ts'
import type { ZipEntry } from './zip.ts'

/** What stands around the rows of a sheet: merged areas, hidden columns, a filter. */
export interface SheetFrame {
  /**
   * Merged areas, four numbers each: first row (as the spreadsheet numbers it), first column (from zero), last row, last column. Columns beyond
   * those that are read are cut off.
   */
  readonly merges: Int32Array
  /** Columns, from zero, that the spreadsheet does not show. */
  readonly hiddenColumns: readonly number[]
  /** Whether a filter is set. */
  readonly filtered: boolean
}

const CORNERS = /^([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})$/

class Frame {
  readonly #sheet: string
  readonly #merges: number[] = []
  readonly #hidden: number[] = []
  #areas = 0
  #filtered = false

  constructor(sheet: string) {
    this.#sheet = sheet
  }

  open(name: string, attributes: string): void {
    if (name === 'mergeCell') this.#merge(attribute(attributes, 'ref') ?? '')
    else if (name === 'col') this.#column(attributes)
    else if (name === 'filterColumn') this.#filtered = true
  }

  #merge(reference: string): void {
    const corners = CORNERS.exec(reference)
    if (corners === null) return
    const [, left = '', top, right = '', bottom] = corners
    if (++this.#areas > MOST_MERGES) {
      throw beyond(`工作表“${this.#sheet}”的合并单元格超过 ${counted(MOST_MERGES)} 处`, TIDY)
    }
    const first = columnOf(left)
    if (first > MOST_COLUMNS) return
    this.#merges.push(Number(top), first, Number(bottom), Math.min(columnOf(right), MOST_COLUMNS))
  }

  #column(attributes: string): void {
    if (!isSaidTrue(attribute(attributes, 'hidden'))) return
    const last = Math.min(Number(attribute(attributes, 'max') ?? '0'), MOST_COLUMNS)
    for (let column = Math.max(1, Number(attribute(attributes, 'min') ?? '1')); column <= last; column++) {
      this.#hidden.push(column - 1)
    }
  }

  read(): SheetFrame {
    return { merges: Int32Array.from(this.#merges), hiddenColumns: this.#hidden, filtered: this.#filtered }
  }
}

const DATA = '<sheetData'
const DATA_END = '</sheetData>'
/** What stands before the rows takes a few thousand characters. */
const LONGEST_HEAD = 2 ** 20

/** Cuts the rows out of a sheet while it comes in; gives what stands before and behind them. */
class AroundRows {
  #held = ''
  #part: 'head' | 'rows' | 'tail' = 'head'

  push(text: string): string {
    this.#held += text
    const head = this.#part === 'head' ? this.#cut(DATA, 'rows', 0) : ''
    if (this.#part === 'head' && this.#held.length > LONGEST_HEAD) throw notXml()
    if (this.#part === 'rows') {
      this.#cut(DATA_END, 'tail', DATA_END.length)
      if (this.#part === 'rows') this.#held = this.#held.slice(-DATA_END.length)
    }
    return this.#part === 'tail' ? head + this.#take() : head
  }

  /** What stands before a mark, once it has come. */
  #cut(mark: string, next: 'rows' | 'tail', skip: number): string {
    const at = this.#held.indexOf(mark)
    if (at < 0) return ''
    const before = this.#held.slice(0, at)
    this.#held = this.#held.slice(at + skip)
    this.#part = next
    return before
  }

  #take(): string {
    const held = this.#held
    this.#held = ''
    return held
  }
}

/** Reads what stands before and behind the rows; the rows themselves are passed over. */
export async function readFrame(entry: ZipEntry, sheet: string): Promise<SheetFrame> {
  const frame = new Frame(sheet)
  const nothing = (): void => undefined
  const reader = new XmlReader({ open: (name, attributes) => frame.open(name, attributes), close: nothing, text: nothing })
  const around = new AroundRows()
  const decoder = new TextDecoder('utf-8')
  for await (const piece of entry.open()) reader.push(around.push(decoder.decode(piece, { stream: true })))
  return frame.read()
}
