import { dateFromDayNumber, dayNumber, readDate } from '#kernel/dates'
import { clean, nfkc } from '#kernel/text'
import type { ImportColumn, RowFault } from '#platform/table-import'

/** Reads the rows of a filled-in table: which column is which, and what each cell says. */

/** Column of the reasons in a workbook that is given back. */
export const REASON_HEADER = '错误原因'
/** A title and remarks may stand above the headers. */
const HEADER_WITHIN = 20
const LONGEST = 200

export interface Header {
  readonly row: number
  /** Key of a column → its place in the sheet. */
  readonly places: ReadonlyMap<string, number>
  /** Place of the reasons when the workbook was given back before. */
  readonly reason: number | null
}

/** A header as it is compared: without space, marks of duty and what stands in brackets. */
function headerText(cell: string): string {
  return nfkc(clean(cell)).replace(/\s|\*|\([^)]*\)/g, '')
}

/** The header in a row of cells; undefined when a required column is missing, `missing` names those. */
export function readTableHeader(
  columns: readonly ImportColumn[],
  row: number,
  cells: readonly string[],
): { header: Header; missing: string[] } {
  const texts = cells.map(headerText)
  const places = new Map<string, number>()
  for (const column of columns) {
    const place = texts.indexOf(headerText(column.header))
    if (place >= 0) places.set(column.key, place)
  }
  const reason = texts.indexOf(REASON_HEADER)
  const missing = columns.filter(({ key, required }) => required && !places.has(key)).map(({ header }) => header)
  return { header: { row, places, reason: reason < 0 ? null : reason }, missing }
}

/** True as long as headers may still come. */
export function mayBeHeader(row: number): boolean {
  return row <= HEADER_WITHIN
}

const DAMAGED = /^[+-]?\d(?:\.\d+)?E\+?\d+$/i
const SERIAL = /^\d{4,5}$/

function dateText(text: string, date1904: boolean): string | null {
  if (SERIAL.test(text)) return dateFromDayNumber(dayNumber(date1904 ? '1904-01-01' : '1899-12-30') + Number(text))
  return readDate(text)
}

function cellFault(column: ImportColumn, message: string): RowFault {
  return { column: column.key, message: `${column.header}：${message}` }
}

/** What a cell says, or what is wrong with it. */
function readCell(column: ImportColumn, raw: string, date1904: boolean): string | RowFault {
  const text = column.kind === 'text' ? clean(raw) : nfkc(clean(raw))
  if (text === '') {
    return column.required ? cellFault(column, '未填写；如与其他行合并了单元格，请取消合并，逐行填写') : ''
  }
  if (text.length > LONGEST) return cellFault(column, `超过 ${LONGEST} 字，请缩短`)
  if (column.kind === 'digits' && DAMAGED.test(text)) {
    const advice = '请先把该列单元格格式设为“文本”，再按证件重新填写'
    return cellFault(column, `号码已被表格软件变成数字（${text}），末几位已丢失；${advice}`)
  }
  if (column.kind !== 'date') return text
  return dateText(text, date1904) ?? cellFault(column, `“${text.slice(0, 20)}”不是日期，请写成 2026-09-30`)
}

/** The cells of a row by column; undefined when nothing stands in any of them. */
export function readTableRow(
  columns: readonly ImportColumn[],
  { places }: Header,
  cells: readonly string[],
  date1904: boolean,
): { texts: Record<string, string>; faults: RowFault[] } | undefined {
  const raw = (column: ImportColumn): string => cells[places.get(column.key) ?? -1] ?? ''
  if (columns.every((column) => clean(raw(column)) === '')) return undefined
  const texts: Record<string, string> = {}
  const faults: RowFault[] = []
  for (const column of columns) {
    const read = readCell(column, raw(column), date1904)
    texts[column.key] = typeof read === 'string' ? read : ''
    if (typeof read !== 'string') faults.push(read)
  }
  return { texts, faults }
}
