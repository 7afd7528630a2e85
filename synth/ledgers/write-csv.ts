import { addDays } from '../calendar.ts'
import { contentOf, type Sheet } from './book.ts'

/** Writes a sheet as CSV the way spreadsheet programs of Chinese offices save it. */

const quote = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)

/** Days from 1899-12-30, which is day zero of a spreadsheet. */
function shownDate(serial: number): string {
  const [year = '', month = '', day = ''] = addDays('1899-12-30', serial).split('-')
  return `${year}/${Number(month)}/${Number(day)}`
}

/** A number of twelve digits and more is shown, and saved, in exponent form. */
function shownNumber(value: number): string {
  if (value < 1e11) return String(value)
  return value.toExponential(5).toUpperCase()
}

function csvText(sheet: Sheet): string {
  const lines: string[] = []
  for (const { cells } of sheet.rows) {
    const fields = cells.map((cell) => {
      const value = contentOf(cell)
      if (typeof value !== 'number') return value ?? ''
      const style = cell !== null && typeof cell === 'object' ? cell.style : undefined
      return style === 'date' || style === 'month' ? shownDate(value) : shownNumber(value)
    })
    lines.push(fields.map(quote).join(','))
  }
  return `${lines.join('\r\n')}\r\n`
}

/** GB 18030 by the decoder turned round: two bytes, and four for the rest of the basic plane. */
function gb18030Table(): Map<string, Buffer> {
  const decoder = new TextDecoder('gb18030')
  const table = new Map<string, Buffer>()
  const keep = (bytes: number[]): void => {
    const text = decoder.decode(Uint8Array.from(bytes))
    if ([...text].length === 1 && text !== '\uFFFD' && !table.has(text)) table.set(text, Buffer.from(bytes))
  }
  for (let a = 0x81; a <= 0xfe; a++) for (let b = 0x40; b <= 0xfe; b++) if (b !== 0x7f) keep([a, b])
  for (let linear = 0; linear < 39_420; linear++) keep(fourBytes(linear))
  return table
}

function fourBytes(linear: number): number[] {
  return [
    0x81 + Math.floor(linear / 12_600),
    0x30 + (Math.floor(linear / 1260) % 10),
    0x81 + (Math.floor(linear / 10) % 126),
    0x30 + (linear % 10),
  ]
}

let gbTable: Map<string, Buffer> | undefined
/** Place of U+10000 among the codes of four bytes. */
const SUPPLEMENTARY = 189_000

function toGb18030(text: string): Buffer {
  gbTable ??= gb18030Table()
  const pieces: Buffer[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) pieces.push(Buffer.from([code]))
    else if (code >= 0x10000) pieces.push(Buffer.from(fourBytes(SUPPLEMENTARY + code - 0x10000)))
    else pieces.push(gbTable.get(character) ?? Buffer.from('?'))
  }
  return Buffer.concat(pieces)
}

export type CsvEncoding = 'utf-8' | 'utf-8-bom' | 'gb18030'

/** The sheet as bytes of a CSV file. */
export function writeCsv(sheet: Sheet, encoding: CsvEncoding): Buffer {
  const text = csvText(sheet)
  if (encoding === 'gb18030') return toGb18030(text)
  return Buffer.from(encoding === 'utf-8-bom' ? `\uFEFF${text}` : text, 'utf8')
}
