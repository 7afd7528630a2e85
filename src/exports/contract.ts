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

export const exportsRoutes = { startExport, listExports, readExport, downloadExport }
