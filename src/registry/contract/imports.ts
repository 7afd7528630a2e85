/** Import of packages and workbooks: checked, compared, committed, taken back; their quarantine; export. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, FileHash, InstantText, pageOf, pageQuery, Reason, StoredFile } from '#kernel/schema'
import { DifferenceSummary } from './differences.ts'
import { LedgerReading, ReadAnswers } from './readings.ts'

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

/** Where an import stands. Nothing is written before `applying`; `done` is all-or-nothing, and may be taken back as `withdrawn`. */
export const ImportState = z.enum([
  'uploaded',
  'checking',
  'asking',
  'checked',
  'confirming',
  'applying',
  'done',
  'failed',
  'dropped',
  'withdrawn',
])
export type ImportState = z.infer<typeof ImportState>

/** One import. Counts of rows are those of its reading. */
export const ImportRun = z.object({
  importId: z.string(),
  name: z.string(),
  kind: z.enum(['package', 'corrections', 'ledger']),
  state: ImportState,
  /** Said at the upload: what the file does not name goes. */
  complete: z.boolean(),
  asOf: DateText,
  startedAt: InstantText,
  startedBy: z.string(),
  /** whether the caller began it */
  mine: z.boolean(),
  endedAt: InstantText.nullable(),
  /** Bytes read so far and in all: the progress bar. */
  bytesRead: Count,
  bytesTotal: Count,
  rows: Count,
  accepted: Count,
  quarantined: Count,
  normalised: Count,
  /** Rows that are new or changed, and rows that go; 0 for a file imported twice. */
  changed: Count,
  removed: Count,
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

/** Reads and compares uploaded files: one zip, one workbook, or the files of a folder with their paths in it. Writes nothing into the register. */
export const startImport = defineRoute({
  name: 'registry.start-import',
  method: 'POST',
  path: '/api/imports',
  permission: 'registry.import',
  body: z.object({
    files: z
      .array(z.object({ path: z.string().min(1).max(300), sha256: FileHash }))
      .min(1, '请先选择文件')
      .max(500),
    asOf: DateText,
    /** The files are the whole register: households they do not name are to go. Only a whole package, only the verification centre. */
    complete: z.boolean().default(false),
  }),
  output: ImportRun,
})

/** Imports in scope, the newest first, and what the caller may upload. */
export const listImports = defineRoute({
  name: 'registry.list-imports',
  method: 'GET',
  path: '/api/imports',
  permission: 'registry.see-import',
  query: z.object({ ...pageQuery }),
  output: pageOf(ImportRun).extend({
    may: z.object({
      import: z.boolean(),
      /** May say that a package is complete. */
      complete: z.boolean(),
      /** Why not, or how far, as a Chinese sentence; null for the verification centre. */
      why: z.string().nullable(),
    }),
  }),
})

/** Something that rests on an import, so that it cannot be taken back. */
export const ImportRest = z.object({
  kind: z.enum(['import', 'correction', 'account', 'scan', 'case', 'campaign', 'roll', 'payment']),
  label: z.string(),
  count: Count,
  /** Page that shows it; null where there is none. */
  href: z.string().nullable(),
})
export type ImportRest = z.infer<typeof ImportRest>

/** A decision of the second person, or its lack. */
const Decision = z.object({ by: z.string(), at: InstantText, reason: z.string() })

/** An import with its differences, with what it says otherwise than this system, which stays, and with what may be done next. */
export const ImportDetail = ImportRun.extend({
  /** How the workbook was understood; null for packages and files in our own columns. */
  reading: LedgerReading.nullable(),
  /** Null until it was compared. */
  differences: DifferenceSummary.nullable(),
  /** Said once: why it was compared anew, or why the second person refused. */
  note: z.string().nullable(),
  /** Why it cannot be committed as it is; null if it can. */
  blocked: z.string().nullable(),
  needsSecond: z.boolean(),
  committed: Decision.omit({ reason: true }).nullable(),
  confirmed: Decision.omit({ reason: true }).nullable(),
  withdrawal: Decision.extend({ waiting: z.boolean() }).nullable(),
  /** What the caller may do now. */
  may: z.object({
    answer: z.boolean(),
    commit: z.boolean(),
    confirm: z.boolean(),
    drop: z.boolean(),
    withdraw: z.boolean(),
    confirmWithdrawal: z.boolean(),
  }),
  /** Who must act next, as a Chinese sentence; null where nobody must. */
  next: z.string().nullable(),
  /** What rests on it; asked only of an import that is done. */
  rests: z.array(ImportRest),
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
  permission: 'registry.see-import',
  params: z.object({ importId: z.uuid() }),
  output: ImportDetail,
})

/** Answers questions about a workbook; it is read again with them. */
export const answerImport = defineRoute({
  name: 'registry.answer-import',
  method: 'POST',
  path: '/api/imports/:importId/answers',
  permission: 'registry.import',
  params: z.object({ importId: z.uuid() }),
  body: z.object({ answers: ReadAnswers }),
  output: ImportRun,
})

/** Asks for a checked import to be written: at once, or after a second person where it holds money or takes rows off. */
export const commitImport = defineRoute({
  name: 'registry.commit-import',
  method: 'POST',
  path: '/api/imports/:importId/commit',
  permission: 'registry.import',
  params: z.object({ importId: z.uuid() }),
  output: ImportRun,
})

/** The second person lets an import be written, or sends it back with a reason. */
export const confirmImport = defineRoute({
  name: 'registry.confirm-import',
  method: 'POST',
  path: '/api/imports/:importId/confirm',
  permission: 'registry.confirm-import',
  params: z.object({ importId: z.uuid() }),
  body: z.object({ accept: z.boolean(), reason: Reason }),
  output: ImportRun,
})

/** Throws an import away that was not written. */
export const dropImport = defineRoute({
  name: 'registry.drop-import',
  method: 'POST',
  path: '/api/imports/:importId/drop',
  permission: 'registry.import',
  params: z.object({ importId: z.uuid() }),
  output: ImportRun,
})

/** Asks for an import to be taken back, on which nothing rests; a second person confirms. */
export const withdrawImport = defineRoute({
  name: 'registry.withdraw-import',
  method: 'POST',
  path: '/api/imports/:importId/withdraw',
  permission: 'registry.import',
  params: z.object({ importId: z.uuid() }),
  body: z.object({ reason: Reason }),
  output: ImportRun,
})

/** The second person takes an import back, or leaves it as it is. */
export const confirmWithdrawal = defineRoute({
  name: 'registry.confirm-withdrawal',
  method: 'POST',
  path: '/api/imports/:importId/withdrawal',
  permission: 'registry.confirm-import',
  params: z.object({ importId: z.uuid() }),
  body: z.object({ accept: z.boolean(), reason: Reason }),
  output: ImportRun,
})

/** Imports and withdrawals that wait for the caller as second person. */
export const listWaitingImports = defineRoute({
  name: 'registry.list-waiting-imports',
  method: 'GET',
  path: '/api/imports-waiting',
  permission: 'registry.confirm-import',
  output: z.object({
    rows: z.array(
      z.object({
        importId: z.string(),
        name: z.string(),
        what: z.enum(['commit', 'withdraw']),
        askedBy: z.string(),
        askedAt: InstantText,
      }),
    ),
    total: Count,
  }),
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
