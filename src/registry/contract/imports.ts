/** Import of packages and lists, their quarantine, column mappings, and export. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, FileHash, InstantText, pageOf, pageQuery, Reason, StoredFile } from '#kernel/schema'

/** One file of an import with its counts so far. */
export const ImportFile = z.object({
  file: z.string(),
  label: z.string(),
  rows: Count,
  accepted: Count,
  quarantined: Count,
  repeated: Count,
  normalised: Count,
})
export type ImportFile = z.infer<typeof ImportFile>

/** One import: `checked` and `applied` are both all-or-nothing; a failed one leaves nothing. */
export const ImportRun = z.object({
  importId: z.string(),
  name: z.string(),
  state: z.enum(['uploaded', 'checking', 'applying', 'done', 'failed']),
  asOf: DateText,
  startedAt: InstantText,
  startedBy: z.string(),
  endedAt: InstantText.nullable(),
  /** Bytes read so far and in all: the progress bar. */
  bytesRead: Count,
  bytesTotal: Count,
  rows: Count,
  accepted: Count,
  quarantined: Count,
  normalised: Count,
  /** Rows that were new or changed; 0 for a package imported twice. */
  changed: Count,
  errors: Count,
  warnings: Count,
  /** Why it failed, where, and how to mend it; null otherwise. */
  failure: z.string().nullable(),
  files: z.array(ImportFile),
})
export type ImportRun = z.infer<typeof ImportRun>

/** Takes one file of a package or list, to be imported by whoever sent it. The body is the file itself, streamed. */
export const uploadFile = defineRoute({
  name: 'registry.upload-file',
  method: 'POST',
  path: '/api/imports/files',
  permission: 'registry.import',
  query: z.object({ name: z.string().min(1).max(200) }),
  upload: true,
  output: StoredFile,
})

/** Starts an import of uploaded files: one zip, one workbook, or the files of a folder with their paths in it. */
export const startImport = defineRoute({
  name: 'registry.start-import',
  method: 'POST',
  path: '/api/imports',
  permission: 'registry.import',
  body: z.object({
    files: z.array(z.object({ path: z.string().min(1).max(300), sha256: FileHash })).min(1, '请先选择文件'),
    asOf: DateText,
    /** Mapping saved for this source, when the files are not in the package's own columns. */
    mappingId: z.uuid().optional(),
  }),
  output: ImportRun,
})

export const listImports = defineRoute({
  name: 'registry.list-imports',
  method: 'GET',
  path: '/api/imports',
  permission: 'registry.read',
  query: z.object({ ...pageQuery }),
  output: pageOf(ImportRun),
})

/** An import with what it says otherwise than this system, which stays: money of who is on aid, payments since the district pays by it. */
export const ImportDetail = ImportRun.extend({
  kept: z.object({
    total: Count,
    /** the first of them */
    rows: z.array(
      z.object({ fileLabel: z.string(), row: Count, householdNo: z.string().nullable(), code: z.string(), message: z.string() }),
    ),
  }),
})
export type ImportDetail = z.infer<typeof ImportDetail>

export const readImport = defineRoute({
  name: 'registry.read-import',
  method: 'GET',
  path: '/api/imports/:importId',
  permission: 'registry.read',
  params: z.object({ importId: z.uuid() }),
  output: ImportDetail,
})

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
  quarantined: z.boolean(),
  state: z.enum(['open', 'corrected', 'dismissed']),
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
  permission: 'registry.export',
  params: z.object({ importId: z.uuid() }),
  download: true,
  output: z.instanceof(Uint8Array),
})

/** The district (within the caller's scope) as a package: zip of CSV files, or one workbook. */
export const exportPackage = defineRoute({
  name: 'registry.export-package',
  method: 'GET',
  path: '/api/export',
  permission: 'registry.export',
  query: z.object({ format: z.enum(['zip', 'xlsx']).default('zip') }),
  download: true,
  output: z.instanceof(Uint8Array),
})

/** How one foreign list is read: its columns → ours, its codes → ours. */
export const Mapping = z.object({
  mappingId: z.string(),
  source: z.string().trim().min(2, '请写来源系统的名称').max(60),
  table: z.string(),
  sheet: z.string().nullable(),
  /** Our column → the column in their file; constants are written `='值'`. */
  columns: z.record(z.string(), z.string()),
  /** Our column → (their value → our code). */
  codes: z.record(z.string(), z.record(z.string(), z.string())),
  savedAt: InstantText,
  savedBy: z.string(),
})
export type Mapping = z.infer<typeof Mapping>

const MappingDraft = Mapping.omit({ mappingId: true, savedAt: true, savedBy: true })

export const listMappings = defineRoute({
  name: 'registry.list-mappings',
  method: 'GET',
  path: '/api/mappings',
  permission: 'registry.map',
  output: z.object({ rows: z.array(Mapping) }),
})

/** Reads the head of an uploaded list: its sheets, columns and first rows, and our guess of the mapping. */
export const inspectList = defineRoute({
  name: 'registry.inspect-list',
  method: 'POST',
  path: '/api/mappings/inspect',
  permission: 'registry.map',
  body: z.object({ sha256: FileHash, name: z.string(), table: z.string(), sheet: z.string().optional() }),
  output: z.object({
    sheets: z.array(z.string()),
    header: z.array(z.string()),
    sample: z.array(z.array(z.string())),
    target: z.array(
      z.object({
        column: z.string(),
        label: z.string(),
        type: z.string(),
        required: z.boolean(),
        choices: z.array(z.object({ code: z.string(), label: z.string() })).nullable(),
      }),
    ),
    guess: z.record(z.string(), z.string()),
    /** Our coded column → values seen in their column, for the code table. */
    seen: z.record(z.string(), z.array(z.string())),
  }),
})

/** First rows as they would be read with this mapping, and every issue of the whole list counted by code. */
export const previewMapping = defineRoute({
  name: 'registry.preview-mapping',
  method: 'POST',
  path: '/api/mappings/preview',
  permission: 'registry.map',
  body: z.object({ sha256: FileHash, mapping: MappingDraft, asOf: DateText }),
  output: z.object({
    columns: z.array(z.string()),
    rows: z.array(z.object({ row: Count, fields: z.array(z.string()), issues: z.array(RowIssue) })),
    total: Count,
    acceptable: Count,
    byCode: z.array(z.object({ code: z.string(), label: z.string(), rows: Count })),
  }),
})

/** Saves the mapping under its source; the one before it stays in the journal. */
export const saveMapping = defineRoute({
  name: 'registry.save-mapping',
  method: 'POST',
  path: '/api/mappings',
  permission: 'registry.map',
  body: MappingDraft,
  output: Mapping,
})
