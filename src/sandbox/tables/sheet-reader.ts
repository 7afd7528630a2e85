import {
  beyond,
  counted,
  LONGEST_CELL,
  LONGEST_ROW,
  MOST_CELLS,
  MOST_COLUMNS,
  MOST_READ,
  MOST_SHEET_ROWS,
  MOST_TEXT,
  MOST_TEXTS,
  SPLIT,
  TIDY,
} from './limits.ts'
import {
  attribute,
  type CellContext,
  type CellTag,
  cellTag,
  cellText,
  columnOf,
  isCut,
  isLost,
  isSaidTrue,
  xmlText,
} from './sheet-cells.ts'
import { notXml, type XmlListener } from './xml.ts'

/** A row of a sheet with its number as the spreadsheet shows it. */
export interface SheetRow {
  readonly row: number
  readonly cells: string[]
  /** Columns, from zero, of numbers whose last digits the spreadsheet has lost. */
  readonly lost?: readonly number[]
  /** Columns, from zero, of numbers like 2020.1, which may have been 2020.10 when it was typed. */
  readonly cut?: readonly number[]
  /** The spreadsheet does not show it. */
  readonly hidden?: true
}

/** A reference takes at most eight characters in the file for one that is read. */
const LONGEST_WRITTEN = 8 * LONGEST_CELL

function tooLong(where: string): Error {
  return beyond(`${where}超过 ${counted(LONGEST_CELL)} 字`, '请检查这个单元格，改短后重新上传。')
}

/** Collects the text of one element at a time. */
class Collected {
  #text = ''
  #open = false

  begin(): void {
    this.#text = ''
    this.#open = true
  }

  take(piece: string, where: () => string): void {
    if (!this.#open) return
    this.#text += piece
    if (this.#text.length > LONGEST_WRITTEN) throw tooLong(where())
  }

  end(): string {
    this.#open = false
    return this.#text
  }
}

/** Reads `xl/sharedStrings.xml`: the texts that cells name by number. */
export class SharedTexts implements XmlListener {
  readonly texts: string[] = []
  readonly #piece = new Collected()
  #text = ''
  #hint = 0
  #total = 0

  open(name: string): void {
    if (name === 'si') this.#text = ''
    else if (name === 'rPh') this.#hint++
    else if (name === 't' && this.#hint === 0) this.#piece.begin()
  }

  text(piece: string): void {
    this.#piece.take(piece, () => `工作簿的第 ${this.texts.length + 1} 条文字`)
  }

  close(name: string): void {
    if (name === 'rPh') this.#hint = Math.max(0, this.#hint - 1)
    else if (name === 't' && this.#hint === 0) this.#text += xmlText(this.#piece.end())
    else if (name === 'si') this.#keep()
  }

  #keep(): void {
    const where = `工作簿的第 ${this.texts.length + 1} 条文字`
    if (this.#text.length > LONGEST_CELL) throw tooLong(where)
    this.#total += this.#text.length
    if (this.texts.length >= MOST_TEXTS) throw beyond(`工作簿里的不同文字超过 ${counted(MOST_TEXTS)} 条`, SPLIT)
    if (this.#total > MOST_TEXT) throw beyond(`工作簿里的文字合计超过 ${counted(MOST_TEXT)} 字`, SPLIT)
    this.texts.push(this.#text)
  }
}

/** Reads the rows of a sheet; `taken` gives those that are complete. */
export class SheetRows implements XmlListener {
  readonly #sheet: string
  readonly #ctx: CellContext
  readonly #piece = new Collected()
  #rows: SheetRow[] = []
  #row = 0
  #cells: string[] | undefined
  #lost: number[] = []
  #cut: number[] = []
  #isHidden = false
  #cell: CellTag | undefined
  #column = 0
  #value: string | undefined
  #inline = ''
  #hint = 0
  #counted = 0
  #read = 0
  #rowRead = 0

  constructor(sheet: string, ctx: CellContext) {
    this.#sheet = sheet
    this.#ctx = ctx
  }

  /** Rows completed since the last call. */
  taken(): SheetRow[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }

  open(name: string, attributes: string): void {
    if (name === 'c') this.#openCell(attributes)
    else if (name === 'v' || (name === 't' && this.#hint === 0)) {
      if (this.#cell !== undefined) this.#piece.begin()
    } else if (name === 'row') this.#openRow(attributes)
    else if (name === 'rPh') this.#hint++
  }

  text(piece: string): void {
    this.#piece.take(piece, () => this.#place())
  }

  close(name: string): void {
    if (name === 'c') this.#closeCell()
    else if (name === 'v') {
      if (this.#cell !== undefined) this.#value ??= this.#piece.end()
    } else if (name === 't') {
      if (this.#cell !== undefined && this.#hint === 0) this.#inline += xmlText(this.#piece.end())
    } else if (name === 'row') this.#closeRow()
    else if (name === 'rPh') this.#hint = Math.max(0, this.#hint - 1)
  }

  /** Throws when the sheet breaks off within a row. */
  end(): void {
    if (this.#cells !== undefined) throw notXml()
  }

  #place(): string {
    return `工作表“${this.#sheet}”第 ${this.#row} 行第 ${this.#column + 1} 列的单元格`
  }

  #openRow(attributes: string): void {
    if (this.#cells !== undefined) throw notXml()
    this.#row = Number(attribute(attributes, 'r') ?? this.#row + 1)
    if (!Number.isInteger(this.#row) || this.#row < 1) throw notXml()
    if (this.#row > MOST_SHEET_ROWS) throw beyond(`工作表“${this.#sheet}”超过 ${counted(MOST_SHEET_ROWS)} 行`, SPLIT)
    this.#cells = []
    this.#lost = []
    this.#cut = []
    this.#isHidden = isSaidTrue(attribute(attributes, 'hidden'))
    this.#rowRead = 0
  }

  #openCell(attributes: string): void {
    if (this.#cells === undefined || this.#cell !== undefined) throw notXml()
    const reference = attribute(attributes, 'r')
    this.#cell = cellTag(attributes)
    this.#column = reference === undefined ? this.#cells.length : columnOf(reference)
    this.#value = undefined
    this.#inline = ''
  }

  #closeCell(): void {
    const [cell, cells, column] = [this.#cell, this.#cells, this.#column]
    this.#cell = undefined
    if (cell === undefined || cells === undefined || column < 0 || column > MOST_COLUMNS) return
    const written = this.#value ?? ''
    const text = cell.type === 'inlineStr' ? this.#inline : cellText(cell, written, this.#ctx)
    if (text.length > LONGEST_CELL) throw tooLong(this.#place())
    this.#count(1 + Math.max(0, column - cells.length), text.length)
    while (cells.length < column) cells.push('')
    cells[column] = text
    if (isLost(cell, written)) this.#lost.push(column)
    else if (isCut(cell, written)) this.#cut.push(column)
  }

  #count(cells: number, characters: number): void {
    this.#counted += cells
    this.#read += characters
    this.#rowRead += characters
    if (this.#rowRead > LONGEST_ROW) {
      throw beyond(
        `工作表“${this.#sheet}”第 ${this.#row} 行的文字超过 ${counted(LONGEST_ROW)} 字`,
        '请检查这一行，删去多余的内容后重新上传。',
      )
    }
    if (this.#counted > MOST_CELLS) {
      throw beyond(`工作表“${this.#sheet}”的单元格（含空白）超过 ${counted(MOST_CELLS)} 个`, TIDY)
    }
    if (this.#read > MOST_READ) throw beyond(`工作表“${this.#sheet}”的文字超过 ${counted(MOST_READ)} 字`, SPLIT)
  }

  #closeRow(): void {
    const [cells, lost, cut] = [this.#cells, this.#lost, this.#cut]
    if (cells === undefined || this.#cell !== undefined) throw notXml()
    this.#cells = undefined
    this.#rows.push({
      row: this.#row,
      cells,
      ...(lost.length > 0 ? { lost } : {}),
      ...(cut.length > 0 ? { cut } : {}),
      ...(this.#isHidden ? { hidden: true } : {}),
    })
  }
}
