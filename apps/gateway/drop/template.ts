/** The workbook people fill in: every column as text, codes to choose from, a sheet that says what each column is. */
import ExcelJS from 'exceljs'
import { CODE_LISTS } from '#kernel/terms'
import type { RecordType } from '#sources/contract'

const ROWS = 500
/** Excel takes no longer list of choices in a cell. */
const MAX_CHOICES = 250

const kinds: Readonly<Record<string, string>> = {
  id: '18 位公民身份号码，文本格式',
  idlink: '18 位公民身份号码，文本格式',
  date: '日期，如 2026-09-30',
  month: '月份，如 2026-09',
  money: '金额（元），如 1234.50',
  decimal: '数字',
  int: '整数',
  division: '12 位行政区划代码，文本格式',
  yesno: 'yes 或 no',
}

/** An .xlsx template of a record type. */
export async function templateOf(type: RecordType): Promise<Buffer> {
  const book = new ExcelJS.Workbook()
  const sheet = book.addWorksheet(type.label, { views: [{ state: 'frozen', ySplit: 1 }] })
  const about = book.addWorksheet('填写说明')
  about.columns = [{ width: 24 }, { width: 10 }, { width: 40 }, { width: 80 }]
  about.addRow(['列', '必填', '怎么填', '可选的值']).font = { bold: true }
  sheet.columns = type.table.columns.map(({ label }) => ({ header: label, width: 20, style: { numFmt: '@' } }))
  sheet.getRow(1).font = { bold: true }
  type.table.columns.forEach(({ label, type: kind, required, codes }, i) => {
    const choices = codes === undefined ? [] : Object.values(CODE_LISTS[codes])
    about.addRow([label, required ? '是' : '', codes === undefined ? (kinds[kind] ?? '文本') : '选择', choices.join('、')])
    const list = choices.join(',')
    if (list === '' || list.length > MAX_CHOICES) return
    const validation = { type: 'list' as const, allowBlank: !required, formulae: [`"${list}"`] }
    for (let row = 2; row <= ROWS; row++) sheet.getCell(row, i + 1).dataValidation = validation
  })
  return Buffer.from(await book.xlsx.writeBuffer())
}
