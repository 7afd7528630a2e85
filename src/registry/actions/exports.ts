import type { Readable } from 'node:stream'
import { z } from 'zod'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { exportPackage } from '../contract/imports.ts'
import { downloadQuarantine } from '../contract/quarantine.ts'
import type { ReadAnswers } from '../contract/readings.ts'
import { exportStream } from '../export.ts'
import { type SheetInput, writeWorkbook } from '../formats/write-workbook.ts'
import type { ImportRunRow } from '../store/import-run.ts'
import { listIssuesOf, listReturned, type QuarantinedRow } from '../store/quarantine.ts'
import { inWholeDistrict } from '../store/whole-district.ts'
import { CORE_TABLES } from '../tables.ts'
import { fieldsOf } from './correction.ts'
import { getRunRow, isOwn } from './import-view.ts'
import type { ImportDoor } from './imports.ts'

const Files = z.object({ files: z.array(z.object({ path: z.string(), sha256: z.string() })) })
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

/** Why rows of a bureau's own workbook were refused, by sheet and row. */
async function refusedPlaces(context: ActionContext, importId: string): Promise<Map<string, Map<number, string>>> {
  const rows = await listReturned(context.tx, importId)
  const places = rows.map((row) => ({ importId, file: row.file, row: row.row }))
  const issues = Map.groupBy(await listIssuesOf(context.tx, places), (each) => `${each.file} ${each.row}`)
  const refused = new Map<string, Map<number, string>>()
  for (const { file, row, place_sheet: sheet, place_row: at } of rows) {
    if (sheet === null || at === null) continue
    const why = (issues.get(`${file} ${row}`) ?? []).filter(({ severity }) => severity === 'error').map(({ message }) => message)
    const of = refused.get(sheet) ?? new Map<number, string>()
    of.set(at, [...new Set([...(of.has(at) ? [of.get(at) ?? ''] : []), ...why])].join(''))
    refused.set(sheet, of)
  }
  return refused
}

/** The refused rows of a bureau's own workbook, in its own sheets and columns. */
async function returnedLedger(context: ActionContext, door: Pick<ImportDoor, 'ledgers'>, run: ImportRunRow): Promise<Readable> {
  const { tx, keys, blobs } = context
  const [file] = Files.parse(run.request).files
  if (file === undefined) throw new Error('an import names no file')
  const answers = run.answers === null ? {} : (JSON.parse(keys.openText(run.answers)) as ReadAnswers)
  const order = { file, asOf: run.as_of, limits: run.limits, answers }
  const refused = await refusedPlaces(context, run.import_id)
  return await inWholeDistrict(tx, () => door.ledgers.returned(tx, keys, blobs, order, refused))
}

/** Refused rows as a workbook with the reason of each, to be corrected and sent again. */
export function downloadQuarantineAction(door: Pick<ImportDoor, 'ledgers'>): Action {
  return routeAction(downloadQuarantine, {
    async run(context, input): Promise<Download> {
      const run = await getRunRow(context.tx, input.importId)
      if (!isOwn(run, context.actor)) {
        throw new Problem('registry.import-not-yours', '退回的数据行由上传的人或核对中心下载', { status: 403 })
      }
      const fileName = `待改正数据行-${context.today}.xlsx`
      if (run.kind === 'ledger') return { fileName, mediaType: XLSX, body: await returnedLedger(context, door, run) }
      const sheets = await returnedSheets(context, input.importId)
      const none: SheetInput[] = [{ name: '说明', header: ['本次导入没有待改正的行'], rows: [] }]
      return { fileName, mediaType: XLSX, body: writeWorkbook(sheets.length === 0 ? none : sheets) }
    },
    journal: (input) => ({
      chain: 'system:registry',
      basis: '社会救助暂行办法：申请材料不齐或有误的，一次性告知补正',
      purpose: '下载退回的数据行',
      detail: { importId: input.importId },
    }),
  })
}
