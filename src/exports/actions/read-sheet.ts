import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import type { ImportKind, ImportRow, RowFault, RowVerdict } from '#platform/table-import'
import { type HandedTable, openTable, type SheetMarks } from '#sandbox'
import { type Header, mayBeHeader, readTableHeader, readTableRow } from '../rules/sheet-rows.ts'

/** Reads a handed-in workbook and judges its rows. The sheet goes by row by row; only rows with something in them are kept. */

const MOST_ROWS = 5000

export interface JudgedRow {
  readonly row: number
  readonly verdict: RowVerdict<unknown>
}

export interface JudgedSheet {
  /** Where the sheet lies in the archive. */
  readonly file: string
  readonly header: Header
  /** First column right of everything in the sheet. */
  readonly free: number
  readonly rows: readonly JudgedRow[]
}

interface ReadRow {
  readonly row: number
  readonly texts: Record<string, string>
  readonly faults: RowFault[]
}

/** The headers of a sheet, or the best attempt at them. */
async function headerOf(book: HandedTable, sheet: string, kind: ImportKind): Promise<{ header?: Header; missing: string[] }> {
  let missing = kind.columns.filter((column) => column.required).map(({ header }) => header)
  for await (const { row, cells } of book.rows(sheet)) {
    if (!mayBeHeader(row)) break
    const read = readTableHeader(kind.columns, row, cells)
    if (read.missing.length === 0) return { header: read.header, missing: [] }
    if (read.missing.length < missing.length) missing = read.missing
  }
  return { missing }
}

/** The sheet that has the headers of the kind, among those that are shown. Throws Problem that names what is missing. */
async function findSheet(book: HandedTable, kind: ImportKind): Promise<{ sheet: string; file: string; header: Header }> {
  const tried: string[][] = []
  for (const { name, file } of book.sheets.filter((sheet) => !sheet.hidden)) {
    const { header, missing } = await headerOf(book, name, kind)
    if (header !== undefined) return { sheet: name, file, header }
    tried.push(missing)
  }
  const [least = []] = tried.sort((a, b) => a.length - b.length)
  const wanted = kind.columns.map(({ header, required }) => (required ? header : `${header}（可不填）`)).join('、')
  const what = `没有找到表头（缺少列：${least.join('、')}）`
  throw new Problem('table.no-header', `${what}。表头应在显示的工作表前 20 行内，列为：${wanted}；可先下载模板`, { status: 422 })
}

function tooLarge(): Problem {
  return new Problem('table.too-large', `工作表过大，请删去多余的行和列，一次最多 ${MOST_ROWS} 行`, { status: 413 })
}

async function readRows(
  book: HandedTable,
  sheet: string,
  header: Header,
  kind: ImportKind,
): Promise<{ rows: ReadRow[]; free: number }> {
  const rows: ReadRow[] = []
  let free = 0
  for await (const { row, cells } of book.rows(sheet)) {
    if (row >= header.row) free = Math.max(free, cells.length)
    const read = row > header.row ? readTableRow(kind.columns, header, cells, book.date1904) : undefined
    if (read === undefined) continue
    if (rows.length === MOST_ROWS) throw tooLarge()
    rows.push({ row, ...read })
  }
  if (rows.length === 0) throw new Problem('table.empty', '表头下没有填写任何一行，请填写后重新上传', { status: 422 })
  return { rows, free }
}

/** What else the kind says of rows with faulty cells, so that all of it is mended at once. */
async function faultsBeside(context: ActionContext, kind: ImportKind, rows: readonly ReadRow[]): Promise<JudgedRow[]> {
  const judged = rows.length === 0 ? [] : await kind.judge(context, rows)
  return rows.map(({ row, faults }, at) => {
    const verdict = judged[at]
    const own = new Set(faults.map(({ column }) => column))
    const more = verdict?.state === 'bad' ? verdict.faults.filter(({ column }) => !own.has(column)) : []
    return { row, verdict: { state: 'bad', faults: [...faults, ...more] } }
  })
}

/** Judges rows; those that say the same as an earlier one are taken with it. */
async function judgeRows(context: ActionContext, kind: ImportKind, rows: readonly ReadRow[]): Promise<JudgedRow[]> {
  const known = new Set<string>()
  const fresh: ImportRow[] = []
  const judged: JudgedRow[] = []
  for (const { row, texts, faults } of rows) {
    if (faults.length > 0) continue
    const said = JSON.stringify(texts)
    if (known.has(said)) judged.push({ row, verdict: { state: 'taken' } })
    else fresh.push({ row, texts })
    known.add(said)
  }
  const verdicts = await kind.judge(context, fresh)
  for (const [at, verdict] of verdicts.entries()) judged.push({ row: fresh[at]?.row ?? 0, verdict })
  const faulty = rows.filter(({ faults }) => faults.length > 0)
  judged.push(...(await faultsBeside(context, kind, faulty)))
  return judged.sort((a, b) => a.row - b.row)
}

/** The workbook in the process that reads it, for as long as it is read. */
async function withWorkbook<T>(bytes: AsyncIterable<Uint8Array>, read: (book: HandedTable) => Promise<T>): Promise<T> {
  const book = await openTable(bytes)
  try {
    if (book.kind === 'workbook') return await read(book)
    const message =
      book.kind === 'sealed'
        ? '工作簿设有打开密码，请在表格软件中取消密码并另存后上传'
        : '只收 .xlsx 工作簿；旧式 .xls 或 CSV 文件请用 Excel 或 WPS 另存为 .xlsx 后上传'
    throw new Problem('table.not-xlsx', message, { status: 422 })
  } finally {
    book.close()
  }
}

/** Reads and judges a workbook. Throws Problem when it cannot be read as this table. */
export async function judgeSheet(
  context: ActionContext,
  kind: ImportKind,
  bytes: AsyncIterable<Uint8Array>,
): Promise<JudgedSheet> {
  const { file, header, rows, free } = await withWorkbook(bytes, async (book) => {
    const { sheet, ...found } = await findSheet(book, kind)
    return { ...found, ...(await readRows(book, sheet, found.header, kind)) }
  })
  return { file, header, free, rows: await judgeRows(context, kind, rows) }
}

/** The workbook with the marks in it. */
export function markSheet(bytes: AsyncIterable<Uint8Array>, marks: SheetMarks): Promise<Buffer> {
  return withWorkbook(bytes, (book) => book.marked(marks))
}
