/** Rows of a CSV or XLSX file as texts, the way a person sees them, with the numbers a spreadsheet shows beside them. */
import { createReadStream } from 'node:fs'
import { isProblem } from '#kernel/problem'
import { csvRows, type HandedTable, openTable, type SheetRow as ReadRow } from '#sandbox'

/** A row of a file. */
export interface SheetRow {
  row: number
  cells: string[]
  /** places of cells whose last digits the spreadsheet has lost */
  lost: readonly number[]
}

/** A workbook that cannot be read. */
export class SheetFault extends Error {
  override readonly name = 'SheetFault'
}

const broken = '不是 .xlsx 工作簿或已损坏，请用表格软件另存为 .xlsx 后重新投放'

/** Why a file is not read, in the words of the drop folder; anything else is thrown as it is. */
function sheetFault(error: unknown): unknown {
  if (!isProblem(error) || error.code.startsWith('csv.')) return error
  const isBroken = error.code === 'workbook.invalid' || error.code === 'zip.invalid'
  return new SheetFault(isBroken ? broken : error.message, { cause: error })
}

/** A number whose last digits are lost, in the form that every reader refuses. */
function lostText(text: string): string {
  const value = Number(text)
  return text === '' || Number.isNaN(value) ? text : value.toExponential().toUpperCase()
}

function sheetRow({ row, cells, lost = [] }: ReadRow): SheetRow {
  for (const place of lost) cells[place] = lostText(cells[place] ?? '')
  return { row, cells, lost }
}

async function* firstSheet(book: HandedTable): AsyncGenerator<SheetRow> {
  if (book.kind === 'sealed') throw new SheetFault('工作簿设有打开密码，请在表格软件中取消密码并另存后重新投放')
  if (book.kind !== 'workbook') throw new SheetFault(broken)
  const [first] = book.sheets
  if (first === undefined) throw new SheetFault('工作簿里没有工作表')
  for await (const row of book.rows(first.name)) yield sheetRow(row)
}

async function* workbookRows(path: string): AsyncGenerator<SheetRow> {
  const book = await openTable(createReadStream(path))
  try {
    yield* firstSheet(book)
  } finally {
    book.close()
  }
}

async function* plainRows(path: string): AsyncGenerator<SheetRow> {
  for await (const row of csvRows(createReadStream(path, { highWaterMark: 1 << 18 }), '')) yield sheetRow(row)
}

/**
 * The rows of a file, header included; of a workbook those of its first sheet. They are read in a process of its own, which is ended when the
 * file goes beyond the limits. Throws CsvFault or SheetFault, and what the disk says.
 */
export async function* sheetRows(path: string): AsyncGenerator<SheetRow> {
  try {
    yield* path.toLowerCase().endsWith('.xlsx') ? workbookRows(path) : plainRows(path)
  } catch (error) {
    throw sheetFault(error)
  }
}
