/**
 * The unit's statement: what it can answer as of a date, how many rows it read, and its own faulty rows, so that the
 * district's import report names them. It is the answer to `prepare` and says nothing about any person asked about.
 */
import { z } from 'zod'
import { type ImportIssue, ISSUE_CODES, issueMessage } from '#kernel/import-issue'
import { silenceReasons } from './answers.ts'
import { isRecordName, manifestTable, recordCatalogue, type UnitName, unansweredTable } from './catalogue.ts'
import type { RecordName } from './record-rows.ts'

const recordName = z.custom<RecordName>((value) => typeof value === 'string' && isRecordName(value))
const count = z.int().min(0)

/** What the unit says of one record type. */
export const RecordStatement = z.strictObject({
  record: recordName,
  /** answered, or the letter's state when it is unanswered as a whole */
  state: z.enum(['answered', 'pending', 'timeout', 'source_error']),
  reason: z.enum(silenceReasons).nullable(),
  /** dates and coverage as the unit's manifest gives them */
  answeredOn: z.string().nullable(),
  asOfDate: z.string().nullable(),
  periodFrom: z.string().nullable(),
  periodTo: z.string().nullable(),
  /** rows announced; null when the manifest says nothing */
  announced: count.nullable(),
  rows: count,
  /** fewer rows arrived than announced: a hit counts, an absence does not */
  cutOff: z.boolean(),
  stale: z.boolean(),
})
export type RecordStatement = z.infer<typeof RecordStatement>

/** Counts of one file that was read, for the summary. */
export const FileCounts = z.strictObject({
  file: z.string(),
  /** data rows; blank lines are none */
  rows: count,
  accepted: count,
  quarantined: count,
  repeated: count,
  /** fields whose value as read is written otherwise than in the file */
  normalised: count,
})
export type FileCounts = z.infer<typeof FileCounts>

/** A quarantined row, kept so that a corrected file can be sent again. */
export const QuarantineEntry = z.strictObject({
  file: z.string(),
  row: count,
  /** codes in column order */
  codes: z.array(z.enum(ISSUE_CODES)),
  /** CSV text of the row without its last line end */
  raw: z.string(),
})
export type QuarantineEntry = z.infer<typeof QuarantineEntry>

/** A faulty row or file of the unit, without the sentence: the reader makes it. */
export const SourceIssue = z.strictObject({
  file: z.string(),
  row: count,
  column: z.string(),
  code: z.enum(ISSUE_CODES),
  severity: z.enum(['error', 'warn']),
  /** the field itself is empty */
  empty: z.boolean().optional(),
})
export type SourceIssue = z.infer<typeof SourceIssue>

export const StatementHead = z.strictObject({
  kind: z.literal('statement'),
  campaign: z.string(),
  batch: z.int(),
  round: z.int(),
  unit: z.string(),
  asOf: z.string(),
  /** messages the unit has in hand: reconciliation with what the centre sent */
  received: count,
  open: count,
})

const StatementLine = z.union([
  z.strictObject({ record: RecordStatement }),
  z.strictObject({ counts: FileCounts }),
  z.strictObject({ issue: SourceIssue }),
  z.strictObject({ quarantine: QuarantineEntry }),
])

/** All a unit states before it is asked about anyone. */
export interface Statement {
  records: readonly RecordStatement[]
  files: readonly FileCounts[]
  issues: readonly SourceIssue[]
  quarantine: readonly QuarantineEntry[]
}

/** The statement as the centre reads it; issues carry their Chinese sentence. */
export interface StatementAnswer extends Omit<Statement, 'issues'> {
  kind: 'statement'
  unit: UnitName
  asOf: string
  issues: readonly ImportIssue[]
}

/** Lines of a statement after its head. */
export function statementLines(statement: Statement): string[] {
  return [
    ...statement.records.map((record) => JSON.stringify({ record })),
    ...statement.files.map((counts) => JSON.stringify({ counts })),
    ...statement.issues.map((issue) => JSON.stringify({ issue })),
    ...statement.quarantine.map((quarantine) => JSON.stringify({ quarantine })),
  ]
}

function columnLabel(file: string, column: string): string | undefined {
  const record = file.replace(/^sources\//, '').replace(/\.csv$/, '')
  const short = record.slice(record.indexOf('/') + 1)
  const table = recordCatalogue.get(record)?.table ?? (short === 'manifest' ? manifestTable : unansweredTable)
  return table.columns.find((each) => each.name === column)?.label
}

function withSentence(issue: SourceIssue): ImportIssue {
  const { empty, ...rest } = issue
  const label = columnLabel(issue.file, issue.column)
  return { ...rest, message: issueMessage(rest, { ...(label === undefined ? {} : { label }), empty: empty ?? false }) }
}

/** Reads the lines after the head of a statement. Throws ZodError. */
export function readStatement(head: z.infer<typeof StatementHead>, unit: UnitName, lines: readonly string[]): StatementAnswer {
  const records: RecordStatement[] = []
  const files: FileCounts[] = []
  const issues: ImportIssue[] = []
  const quarantine: QuarantineEntry[] = []
  for (const text of lines) {
    const line = StatementLine.parse(JSON.parse(text))
    if ('record' in line) records.push(line.record)
    else if ('counts' in line) files.push(line.counts)
    else if ('issue' in line) issues.push(withSentence(line.issue))
    else quarantine.push(line.quarantine)
  }
  return { kind: 'statement', unit, asOf: head.asOf, records, files, issues, quarantine }
}
