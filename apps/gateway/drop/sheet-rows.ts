/** Rows of a CSV or XLSX file as texts, the way a person sees them, with the numbers a spreadsheet shows beside them. */
import { createReadStream } from 'node:fs'
import ExcelJS from 'exceljs'
import { readCsv } from '#kernel/csv'

/** A row of a file. */
export interface SheetRow {
  row: number
  cells: string[]
  /** places of cells whose last digits the spreadsheet has lost */
  lost: readonly number[]
}

/** A spreadsheet keeps 15 digits of a number; a longer one is not what was typed. */
const LOST_FROM = 1e14

const pad = (n: number): string => String(n).padStart(2, '0')

/** A day as exceljs gives it: midnight in UTC. */
function dayOf(value: object): string | null {
  if (!('getUTCFullYear' in value)) return null
  const day = value as { getUTCFullYear(): number; getUTCMonth(): number; getUTCDate(): number }
  return `${day.getUTCFullYear()}-${pad(day.getUTCMonth() + 1)}-${pad(day.getUTCDate())}`
}

function textOf(value: ExcelJS.CellValue): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number')
    return isLost(value) ? value.toExponential().toUpperCase() : String(Number(value.toPrecision(15)))
  const day = dayOf(value)
  if (day !== null) return day
  if ('richText' in value) return value.richText.map((run) => run.text).join('')
  if ('result' in value) return textOf(value.result)
  if ('text' in value) return textOf(value.text as ExcelJS.CellValue)
  return 'error' in value ? String(value.error) : ''
}

function isLost(value: ExcelJS.CellValue): boolean {
  return typeof value === 'number' && Math.abs(value) >= LOST_FROM
}

/** A workbook that cannot be read. */
export class SheetFault extends Error {
  override readonly name = 'SheetFault'
}

async function* workbookRows(path: string): AsyncGenerator<SheetRow> {
  const options = {
    worksheets: 'emit',
    sharedStrings: 'cache',
    hyperlinks: 'ignore',
    styles: 'cache',
    entries: 'ignore',
  } as const
  try {
    const reader = new ExcelJS.stream.xlsx.WorkbookReader(path, options)
    for await (const sheet of reader) {
      for await (const row of sheet) yield sheetRow(row)
      return
    }
  } catch (error) {
    throw new SheetFault('不是 .xlsx 工作簿或已损坏，请用表格软件另存为 .xlsx 后重新投放', { cause: error })
  }
  throw new SheetFault('工作簿里没有工作表')
}

function sheetRow(row: ExcelJS.Row): SheetRow {
  const values = Array.isArray(row.values) ? row.values.slice(1) : []
  const cells = Array.from(values, textOf)
  const lost = Array.from(values, (value, i) => (isLost(value) ? i : -1)).filter((i) => i >= 0)
  return { row: row.number, cells, lost }
}

async function* csvRows(path: string): AsyncGenerator<SheetRow> {
  for await (const records of readCsv(createReadStream(path, { highWaterMark: 1 << 16 }))) {
    for (const { row, fields } of records) yield { row, cells: fields, lost: [] }
  }
}

/** The rows of a file, header included; of a workbook those of its first sheet. Throws CsvFault or SheetFault. */
export function sheetRows(path: string): AsyncGenerator<SheetRow> {
  return path.toLowerCase().endsWith('.xlsx') ? workbookRows(path) : csvRows(path)
}
