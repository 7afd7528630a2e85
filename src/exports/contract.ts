/** Tables as workbooks: asked for on a page, written in the background, kept for some days. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, InstantText } from '#kernel/schema'

export const ExportState = z.enum(['waiting', 'writing', 'done', 'failed', 'expired'])

export const ExportJob = z.object({
  exportId: z.string(),
  kind: z.string(),
  label: z.string(),
  /** The filters in words. */
  filter: z.string(),
  state: ExportState,
  rows: Count,
  /** Null until the writing has begun. */
  expected: Count.nullable(),
  persons: Count,
  size: Count.nullable(),
  sha256: z.string().nullable(),
  failure: z.string().nullable(),
  askedAt: InstantText,
  endedAt: InstantText.nullable(),
  expiresAt: InstantText.nullable(),
})
export type ExportJob = z.infer<typeof ExportJob>

const Params = z.object({ exportId: z.uuid('导出编号有误') })

/** Asks for a table; filters are those of its page. */
export const startExport = defineRoute({
  name: 'exports.start-export',
  method: 'POST',
  path: '/api/exports',
  permission: 'export.use',
  body: z.object({ kind: z.string().min(1).max(40), params: z.record(z.string().max(40), z.string().max(200)).default({}) }),
  output: z.object({ exportId: z.string() }),
})

/** The caller's own exports, newest first, and the kinds the caller may ask for. */
export const listExports = defineRoute({
  name: 'exports.list-exports',
  method: 'GET',
  path: '/api/exports',
  permission: 'export.use',
  output: z.object({ rows: z.array(ExportJob), kinds: z.array(z.object({ kind: z.string(), label: z.string() })) }),
})

export const readExport = defineRoute({
  name: 'exports.read-export',
  method: 'GET',
  path: '/api/exports/:exportId',
  permission: 'export.use',
  params: Params,
  output: ExportJob,
})

/** The workbook, for its owner, until it expires. */
export const downloadExport = defineRoute({
  name: 'exports.download-export',
  method: 'GET',
  path: '/api/exports/:exportId/file',
  permission: 'export.use',
  params: Params,
  output: z.unknown(),
  download: true,
})

/** A table that may be handed in, and its columns. */
export const TableKind = z.object({
  kind: z.string(),
  label: z.string(),
  columns: z.array(z.object({ header: z.string(), required: z.boolean(), hint: z.string(), example: z.string() })),
})
export type TableKind = z.infer<typeof TableKind>

/** What came of a handed-in workbook: before it is taken, what would come of it. */
export const HandedTable = z.object({
  tableId: z.string(),
  fileName: z.string(),
  rows: Count,
  good: Count,
  /** Rows that were taken before; they are left as they are. */
  known: Count,
  bad: Count,
  /** Rows taken now. */
  taken: Count,
  /** The first rows at fault. */
  faults: z.array(z.object({ row: Count, message: z.string() })),
})
export type HandedTable = z.infer<typeof HandedTable>

const KindParams = z.object({ kind: z.string().min(1).max(40) })
const TableParams = z.object({ tableId: z.uuid('表格编号有误') })

/** The tables the caller may hand in. */
export const listTableKinds = defineRoute({
  name: 'exports.list-table-kinds',
  method: 'GET',
  path: '/api/table-kinds',
  permission: 'table.hand-in',
  output: z.object({ rows: z.array(TableKind) }),
})

/** An empty workbook of the table, with an example on a second sheet. */
export const downloadTemplate = defineRoute({
  name: 'exports.download-template',
  method: 'GET',
  path: '/api/table-kinds/:kind/template',
  permission: 'table.hand-in',
  params: KindParams,
  output: z.unknown(),
  download: true,
})

/** Takes a filled-in workbook in and tells what would come of it; nothing of it is taken yet. */
export const checkTable = defineRoute({
  name: 'exports.check-table',
  method: 'POST',
  path: '/api/table-kinds/:kind/tables',
  permission: 'table.hand-in',
  params: KindParams,
  query: z.object({ name: z.string().min(1, '请给出文件名').max(200) }),
  upload: true,
  output: HandedTable,
})

/** Takes the good rows; with `whole`, only when none is at fault. */
export const takeTable = defineRoute({
  name: 'exports.take-table',
  method: 'POST',
  path: '/api/handed-tables/:tableId/taking',
  permission: 'table.hand-in',
  params: TableParams,
  body: z.object({ whole: z.boolean() }),
  output: HandedTable,
})

/** The caller's own workbook with the reasons beside its rows. */
export const returnTable = defineRoute({
  name: 'exports.return-table',
  method: 'GET',
  path: '/api/handed-tables/:tableId/workbook',
  permission: 'table.hand-in',
  params: TableParams,
  output: z.unknown(),
  download: true,
})

export const exportsRoutes = {
  startExport,
  listExports,
  readExport,
  downloadExport,
  listTableKinds,
  downloadTemplate,
  checkTable,
  takeTable,
  returnTable,
}
