import { PassThrough, type Readable } from 'node:stream'
import ExcelJS from 'exceljs'
import { xmlCharacters } from '#kernel/text'

/** How a column is written. `text` also keeps numbers of persons, accounts and households from being read as figures. */
export type SheetColumn = { header: string; key: string; kind: 'text' | 'money' | 'number' | 'date'; width?: number }

/** One row: money in whole fen, dates 'YYYY-MM-DD'; null leaves the cell empty. */
export type SheetRow = Readonly<Record<string, string | number | null>>

export type Sheet = { name: string; columns: readonly SheetColumn[]; rows: AsyncIterable<SheetRow> | Iterable<SheetRow> }

const formats = { text: '@', money: '#,##0.00', number: '0', date: '@' } as const
const narrowest = 10

/**
 * Text as a cell may hold it: a text that a spreadsheet would run as a formula (first character = + - @, tab or carriage return)
 * gets an apostrophe before it; characters that XML cannot carry are left out.
 */
export function safeCellText(text: string): string {
  const clean = xmlCharacters(text)
  return /^[=+\-@\t\r]/.test(clean) ? `'${clean}` : clean
}

function cellValue(column: SheetColumn, value: string | number | null | undefined): string | number | null {
  if (value === null || value === undefined) return null
  if (column.kind === 'money') return typeof value === 'number' ? value / 100 : safeCellText(value)
  if (column.kind === 'number') return typeof value === 'number' ? value : safeCellText(value)
  return safeCellText(String(value))
}

/** Sheet names as Excel takes them: at most 31 characters, none of []:*?/\ . */
export function sheetName(name: string): string {
  return name.replace(/[[\]:*?/\\]/g, ' ').slice(0, 31)
}

async function writeSheet(book: ExcelJS.stream.xlsx.WorkbookWriter, sheet: Sheet): Promise<void> {
  const page = book.addWorksheet(sheetName(sheet.name), { views: [{ state: 'frozen', ySplit: 1 }] })
  page.columns = sheet.columns.map((column) => ({
    header: safeCellText(column.header),
    key: column.key,
    width: column.width ?? narrowest,
    style: { numFmt: formats[column.kind] },
  }))
  page.getRow(1).font = { bold: true }
  page.getRow(1).commit()
  for await (const row of sheet.rows) page.addRow(sheet.columns.map((column) => cellValue(column, row[column.key]))).commit()
  page.commit()
}

/**
 * An XLSX file as a stream, written sheet by sheet and row by row: memory does not grow with the number of rows.
 * Ids, names and dates are text cells; money is a number with two decimals. A failing row source fails the stream.
 */
export function excelStream(sheets: readonly Sheet[]): Readable {
  const output = new PassThrough()
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: output, useStyles: true, useSharedStrings: false })
  const writeAll = async (): Promise<void> => {
    for (const sheet of sheets) await writeSheet(book, sheet)
    await book.commit()
  }
  writeAll().catch((error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error))))
  return output
}
