/** Rows of imports that were refused, or used though doubtful. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, pageOf, pageQuery, Reason } from '#kernel/schema'

/** One problem of one field (or of the whole row when `column` is empty). */
export const RowIssue = z.object({
  column: z.string(),
  columnLabel: z.string(),
  code: z.string(),
  severity: z.enum(['error', 'warn']),
  /** Says what is wrong. */
  message: z.string(),
  /** Says how to mend it. */
  remedy: z.string(),
})
export type RowIssue = z.infer<typeof RowIssue>

/** A row kept in quarantine, or used but doubtful (`warn` only). */
export const QuarantineRow = z.object({
  rowId: z.string(),
  importId: z.string(),
  file: z.string(),
  fileLabel: z.string(),
  row: Count,
  /** Where it stands in the bureau's own workbook; null for packages. */
  place: z.object({ sheet: z.string(), row: Count }).nullable(),
  quarantined: z.boolean(),
  /** `checked`: of an import that is not written; `known`: returned before as it is; `withdrawn`: its import was taken back. */
  state: z.enum(['checked', 'open', 'corrected', 'dismissed', 'known', 'withdrawn']),
  householdNo: z.string().nullable(),
  townshipName: z.string().nullable(),
  issues: z.array(RowIssue),
})
export type QuarantineRow = z.infer<typeof QuarantineRow>

export const listQuarantine = defineRoute({
  name: 'registry.list-quarantine',
  method: 'GET',
  path: '/api/quarantine',
  permission: 'registry.read',
  query: z.object({
    importId: z.uuid().optional(),
    file: z.string().optional(),
    code: z.string().optional(),
    township: z.string().optional(),
    householdNo: z.string().optional(),
    severity: z.enum(['error', 'warn']).optional(),
    state: z.enum(['open', 'corrected', 'dismissed']).optional(),
    ...pageQuery,
  }),
  output: pageOf(QuarantineRow).extend({
    byFile: z.array(z.object({ file: z.string(), label: z.string(), rows: Count })),
    byCode: z.array(z.object({ code: z.string(), label: z.string(), rows: Count })),
  }),
})

/** The row with its fields as they stand in the file, ready to be corrected on the page. */
export const QuarantineDetail = QuarantineRow.extend({
  fields: z.array(
    z.object({
      column: z.string(),
      label: z.string(),
      type: z.string(),
      required: z.boolean(),
      /** As it stands in the file; masked when the column is sensitive and nothing is wrong with it. */
      value: z.string(),
      choices: z.array(z.object({ code: z.string(), label: z.string() })).nullable(),
    }),
  ),
})
export type QuarantineDetail = z.infer<typeof QuarantineDetail>

export const openQuarantineRow = defineRoute({
  name: 'registry.open-quarantine-row',
  method: 'GET',
  path: '/api/quarantine/:rowId',
  permission: 'registry.read',
  params: z.object({ rowId: z.uuid() }),
  output: QuarantineDetail,
})

/** Reads the corrected row alone, with every check again; accepted = it now stands in the registry. */
export const correctRow = defineRoute({
  name: 'registry.correct-row',
  method: 'POST',
  path: '/api/quarantine/:rowId',
  permission: 'registry.correct',
  params: z.object({ rowId: z.uuid() }),
  body: z.object({ fields: z.record(z.string(), z.string().max(500)), reason: Reason }),
  output: z.object({
    accepted: z.boolean(),
    issues: z.array(RowIssue),
    /** Rows that referred to this one and were accepted with it. */
    released: Count,
    /** Households whose questions are asked again because of it. */
    touched: z.array(z.string()),
  }),
})

/** The quarantined rows as a workbook with a column 错误原因, to be corrected and sent again. */
export const downloadQuarantine = defineRoute({
  name: 'registry.download-quarantine',
  method: 'GET',
  path: '/api/imports/:importId/quarantine.xlsx',
  permission: 'registry.import',
  params: z.object({ importId: z.uuid() }),
  download: true,
  output: z.instanceof(Uint8Array),
})
