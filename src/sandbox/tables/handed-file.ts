import { formatCsvRow } from '#kernel/csv'
import { CsvCheck, CsvPassing } from './csv-check.ts'
import { beyond, LARGEST_PART, SPLIT } from './limits.ts'
import { markWorkbook, type SheetMarks } from './mark-workbook.ts'
import type { SheetRow } from './sheet-reader.ts'
import { openWorkbook, type SheetListed, WORKBOOK_PART, type Workbook } from './workbook.ts'
import { notXml } from './xml.ts'
import { readZip, type ZipEntry } from './zip.ts'

/** A file that was handed in whole, as the process that reads it sees it. */

/** What a file is by its bytes. `old`: .xls and its like; `sealed`: a workbook that asks for a password. */
export type HandedKind = 'workbook' | 'archive' | 'csv' | 'old' | 'sealed'

export interface HandedOpened {
  readonly kind: HandedKind
  readonly sheets: readonly SheetListed[]
  readonly date1904: boolean
  readonly entries: readonly { readonly name: string; readonly size: number }[]
}

/** What is to be read of it. */
export type Pass =
  | { readonly read: 'rows'; readonly sheet: string | null }
  | { readonly read: 'sheet-as-csv'; readonly sheet: string }
  | { readonly read: 'frame'; readonly sheet: string }
  | { readonly read: 'entry'; readonly name: string }
  | { readonly read: 'marked'; readonly marks: SheetMarks }

/** Rows as the reader hands them on: as text, which the asking side takes apart faster than a structure. */
const ROWS_A_BATCH = 1000
const PIECE = 256 * 1024

function isZip(bytes: Buffer): boolean {
  return bytes.length > 3 && bytes.readUInt32LE(0) === 0x04034b50
}

const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex')
const SEALED = Buffer.from('EncryptedPackage', 'utf16le')

function encodingOf(bytes: Buffer): string {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return 'utf-8'
  } catch {
    return 'gb18030'
  }
}

/** The file as pieces of UTF-8. */
function* piecesOf(bytes: Buffer): Generator<Buffer> {
  const encoding = encodingOf(bytes)
  const decoder = new TextDecoder(encoding)
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE)
    yield encoding === 'utf-8' ? piece : Buffer.from(decoder.decode(piece, { stream: true }), 'utf8')
  }
  if (encoding !== 'utf-8') yield Buffer.from(decoder.decode(), 'utf8')
}

function* csvRows(bytes: Buffer): Generator<SheetRow[]> {
  const check = new CsvCheck('')
  for (const piece of piecesOf(bytes)) yield check.push(piece).map(({ row, fields }) => ({ row, cells: fields }))
  yield check.end().map(({ row, fields }) => ({ row, cells: fields }))
}

/** Writes rows of a sheet as CSV. Rows missing in the sheet become blank lines, so that row numbers are those of the spreadsheet. */
class CsvWriting {
  #expected = 1
  #width = 0

  line({ row, cells }: SheetRow): string {
    while (cells.length > this.#width && this.#width > 0 && cells[cells.length - 1]?.trim() === '') cells.pop()
    if (cells.every((cell) => cell === '')) return ''
    if (this.#width === 0) this.#width = cells.length
    while (cells.length < this.#width) cells.push('')
    const gap = '\n'.repeat(Math.max(0, row - this.#expected))
    this.#expected = Math.max(row, this.#expected) + 1
    return `${gap}${formatCsvRow(cells)}\n`
  }
}

async function* sheetAsCsv(book: Workbook, sheet: string): AsyncGenerator<Buffer> {
  const writing = new CsvWriting()
  for await (const rows of book.rows(sheet)) yield Buffer.from(rows.map((row) => writing.line(row)).join(''), 'utf8')
}

async function* frameText(book: Workbook, sheet: string): AsyncGenerator<string> {
  const { merges, hiddenColumns, filtered } = await book.frame(sheet)
  yield JSON.stringify({ merges: [...merges], hiddenColumns, filtered })
}

async function* entryPieces(entry: ZipEntry): AsyncGenerator<Buffer> {
  if (!entry.name.endsWith('.csv')) {
    if (entry.size > LARGEST_PART) throw beyond(`压缩文件里的“${entry.name.slice(0, 100)}”展开后过大`, SPLIT)
    yield* entry.open()
    return
  }
  const passing = new CsvPassing(entry.name.slice(0, 100))
  for await (const piece of entry.open()) {
    passing.push(piece)
    yield piece
  }
  passing.end()
}

async function* rowTexts(batches: AsyncIterable<SheetRow[]> | Iterable<SheetRow[]>): AsyncGenerator<string> {
  for await (const rows of batches) {
    for (let at = 0; at < rows.length; at += ROWS_A_BATCH) yield JSON.stringify(rows.slice(at, at + ROWS_A_BATCH))
  }
}

/** Gathers small pieces, so that fewer answers carry them. */
async function* gathered(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let length = 0
  for await (const piece of pieces) {
    waiting.push(piece)
    length += piece.length
    if (length < PIECE) continue
    yield Buffer.concat(waiting)
    waiting = []
    length = 0
  }
  yield Buffer.concat(waiting)
}

export class HandedFile {
  readonly #bytes: Buffer
  #book: Workbook | undefined
  #entries: readonly ZipEntry[] = []

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  async open(): Promise<HandedOpened> {
    const nothing = { sheets: [], date1904: false, entries: [] }
    if (!isZip(this.#bytes)) {
      if (!this.#bytes.subarray(0, COMPOUND.length).equals(COMPOUND)) return { kind: 'csv', ...nothing }
      return { kind: this.#bytes.includes(SEALED) ? 'sealed' : 'old', ...nothing }
    }
    this.#entries = readZip(this.#bytes)
    const entries = this.#entries.map(({ name, size }) => ({ name, size }))
    if (!this.#entries.some(({ name }) => name === WORKBOOK_PART)) return { kind: 'archive', ...nothing, entries }
    this.#book = await openWorkbook(this.#entries)
    return { kind: 'workbook', sheets: this.#book.sheets, date1904: this.#book.date1904, entries }
  }

  /** Texts of rows (JSON), or bytes. */
  pass(pass: Pass): AsyncGenerator<string | Buffer> {
    if (pass.read === 'rows') {
      if (this.#book === undefined) return rowTexts(csvRows(this.#bytes))
      return rowTexts(this.#book.rows(pass.sheet ?? this.#book.sheets[0]?.name ?? ''))
    }
    if (pass.read === 'entry') {
      const entry = this.#entries.find(({ name }) => name === pass.name)
      if (entry === undefined) throw notXml()
      return gathered(entryPieces(entry))
    }
    if (this.#book === undefined) throw notXml()
    if (pass.read === 'frame') return frameText(this.#book, pass.sheet)
    if (pass.read === 'marked') return gathered(markWorkbook(this.#bytes, pass.marks))
    return gathered(sheetAsCsv(this.#book, pass.sheet))
  }
}
