import type { Readable } from 'node:stream'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { downloadQuarantine, exportPackage } from '../contract/imports.ts'
import { exportStream } from '../export.ts'
import { type SheetInput, writeWorkbook } from '../formats/write-workbook.ts'
import { listIssuesOf, listReturned, type QuarantinedRow } from '../store/quarantine.ts'
import { CORE_TABLES } from '../tables.ts'
import { fieldsOf } from './correction.ts'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** The district within the caller's scope as a package. Everything leaves the system in clear, so it is journalled. */
export const exportPackageAction: Action = routeAction(exportPackage, {
  transaction: 'own',
  async run({ db, keys, scope, today }, input): Promise<Download> {
    const body = exportStream(db, keys, scope, input.format, today)
    const mediaType = input.format === 'zip' ? 'application/zip' : XLSX
    return { fileName: `区县数据包-${today}.${input.format}`, mediaType, body }
  },
  journal: (input) => ({
    chain: 'system:registry',
    basis: '社会救助暂行办法：建立社会救助信息管理系统',
    purpose: '导出数据包',
    detail: { format: input.format },
  }),
})

async function returnedSheets(context: ActionContext, importId: string): Promise<SheetInput[]> {
  const rows = await listReturned(context.tx, importId)
  const places = rows.map((row) => ({ importId: row.import_id, file: row.file, row: row.row }))
  const issues = Map.groupBy(await listIssuesOf(context.tx, places), (each) => `${each.file} ${each.row}`)
  const reason = (row: QuarantinedRow): string =>
    (issues.get(`${row.file} ${row.row}`) ?? []).map(({ message }) => message).join('')
  return CORE_TABLES.flatMap((table): SheetInput[] => {
    const own = rows.filter((row) => row.file === table.file)
    if (own.length === 0) return []
    const names = table.columns.map(({ name }) => name)
    return [
      {
        name: table.name,
        header: [...names, '原文件行号', '错误原因', '原文'],
        rows: own.map((row) => {
          // With the wrong number of fields nobody knows which is which: they are to be filled in again from the text.
          const torn = row.codes.includes('COLUMN_COUNT')
          const fields = torn ? {} : fieldsOf(context.keys, row)
          const raw = torn ? context.keys.openText(row.raw_sealed) : ''
          return [...names.map((name) => fields[name] ?? ''), String(row.row), reason(row), raw]
        }),
      },
    ]
  })
}

/** Refused rows as a workbook with the reason of each, to be corrected and sent again. */
export const downloadQuarantineAction: Action = routeAction(downloadQuarantine, {
  async run(context, input): Promise<Download> {
    const sheets = await returnedSheets(context, input.importId)
    const none: SheetInput[] = [{ name: '说明', header: ['本次导入没有待改正的行'], rows: [] }]
    const body: Readable = writeWorkbook(sheets.length === 0 ? none : sheets)
    return { fileName: `待改正数据行-${context.today}.xlsx`, mediaType: XLSX, body }
  },
  journal: (input) => ({
    chain: 'system:registry',
    basis: '社会救助暂行办法：申请材料不齐或有误的，一次性告知补正',
    purpose: '下载退回的数据行',
    detail: { importId: input.importId },
  }),
})
