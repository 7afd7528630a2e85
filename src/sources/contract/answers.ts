/**
 * Bodies of answers. "None" is always said in words: a subject without rows is named as one, never left out.
 */
import { z } from 'zod'
import { isRecordName, recordTypeOf, type UnitName } from './catalogue.ts'
import type { RecordName, RecordRows } from './record-rows.ts'
import { lookupNames } from './requests.ts'

/** States of one item (subject and record type), as one letter on the wire. */
export const itemStates = {
  H: 'HIT',
  N: 'NO_RECORD',
  M: 'NAME_MISMATCH',
  I: 'ID_NOT_FOUND',
  A: 'NOT_AUTHORISED',
  E: 'SOURCE_ERROR',
  T: 'TIMEOUT',
  P: 'PENDING',
} as const
export type StateLetter = keyof typeof itemStates
export type ItemState = (typeof itemStates)[StateLetter]

/** Why an item's state is SOURCE_ERROR, TIMEOUT or PENDING, where the unit can say. */
export const silenceReasons = [
  'source_missing',
  'file_missing',
  'unreadable',
  'column_missing',
  'not_answered',
  'person_unanswered',
  'cut_off',
  'stale',
  'faulty_rows',
  'revoked',
  'no_right',
] as const
export type SilenceReason = (typeof silenceReasons)[number]

/** One value of an answer row: as read by the kernel (money in fen, decimals in hundredths). */
export type Cell = string | number | null | string[]

const recordName = z.custom<RecordName>((value) => typeof value === 'string' && isRecordName(value))
const place = { campaign: z.string(), batch: z.int(), round: z.int(), unit: z.string() }

/**
 * How rows that came over a sharing platform can be proven: `root` is the hash over the bytes sent and received in the
 * calls of `batch`, which the unit keeps. By `platform`: only the platform's login vouches for them; by `envelope`: the
 * other side signed them.
 */
const PlatformProof = z.strictObject({
  record: recordName,
  connector: z.string(),
  by: z.enum(['platform', 'envelope']),
  batch: z.uuid(),
  calls: z.int().min(0),
  root: z.string().regex(/^[0-9a-f]{64}$/),
})
export type PlatformProof = z.infer<typeof PlatformProof>

/** First line of the answer to `records`. */
export const RecordsAnswerHead = z.strictObject({
  kind: z.literal('records'),
  ...place,
  /** record types asked, in the order of the request: states and indexes of the lines refer to it */
  records: z.array(recordName),
  /** subjects asked about */
  asked: z.int(),
  /** set when rows came over a sharing platform: this signature is the unit's, not the holder's of the data */
  platform: z.array(PlatformProof).optional(),
})

/** First line of the answer to a look-up. */
export const LookupAnswerHead = z.strictObject({
  kind: z.literal('lookup'),
  ...place,
  lookup: z.enum(lookupNames),
  /** false when a record type it rests on is unanswered as a whole; there are no lines then */
  answered: z.boolean(),
  /** items asked about */
  asked: z.int(),
})

/**
 * What a unit says of one subject. `states` has one letter per wanted record type, in the order of the want list.
 */
export interface SubjectAnswer {
  i: number
  states: string
  /** index of the record type → its matching rows, cells in the order of the catalogue's `answerColumns` */
  rows: Readonly<Record<string, readonly (readonly Cell[])[]>>
  /** index of the record type → smallest record id among the rows that carry the number under another name */
  mismatch: Readonly<Record<string, string>>
  why: Readonly<Record<string, SilenceReason>>
}

const cell = z.union([z.string(), z.number(), z.null(), z.array(z.string())])
const AnswerLine = z.strictObject({
  i: z.int().min(0),
  s: z.string().regex(/^[HNMIAETP]+$/),
  r: z.record(z.string(), z.array(z.array(cell))).optional(),
  m: z.record(z.string(), z.string()).optional(),
  why: z.record(z.string(), z.enum(silenceReasons)).optional(),
})
const AnswerLines = z.array(AnswerLine)
const NoneLine = z.strictObject({ none: z.array(z.int().min(0)) })

/** Checked by hand: most households have such a line. */
function readNone(value: unknown): readonly number[] {
  const { none } = value as { none: unknown }
  const isRight = Array.isArray(none) && none.every((i) => Number.isSafeInteger(i) && i >= 0)
  return isRight && Object.keys(value as object).length === 1 ? (none as number[]) : NoneLine.parse(value).none
}

/** The answer to a `records` request. */
export interface RecordsAnswer {
  kind: 'records'
  unit: UnitName
  records: readonly RecordName[]
  subjects: readonly SubjectAnswer[]
  /** numbers of the subjects whose every wanted state is NO_RECORD */
  none: readonly number[]
  /** record types whose rows came over a sharing platform, and how they can be proven */
  platform?: readonly PlatformProof[] | undefined
}

const NOTHING = {}

type AnyAnswer = { i: unknown; s: unknown; r?: unknown; m?: unknown; why?: unknown }

const isPlain = (value: unknown): boolean => value === undefined || (typeof value === 'object' && value !== null)

/** A quick check of the common shape; whatever fails it goes through the schema for its message. */
function looksRight(value: AnyAnswer): value is z.infer<typeof AnswerLine> {
  return typeof value.i === 'number' && typeof value.s === 'string' && isPlain(value.r) && isPlain(value.m) && isPlain(value.why)
}

/**
 * Reads the lines after the head of an answer to `records`: of each household one with the subjects of whom there is more to
 * say than "none", and one that names those without anything. Throws when a line has another form.
 */
export function readRecordsAnswer(
  head: z.infer<typeof RecordsAnswerHead>,
  unit: UnitName,
  lines: readonly string[],
): RecordsAnswer {
  const subjects: SubjectAnswer[] = []
  const none: number[] = []
  for (const line of lines) {
    const value: unknown = JSON.parse(line)
    if (line.startsWith('{"none"')) {
      for (const i of readNone(value)) none.push(i)
      continue
    }
    const known = Array.isArray(value) && (value as AnyAnswer[]).every(looksRight)
    for (const each of known ? (value as z.infer<typeof AnswerLines>) : AnswerLines.parse(value)) {
      subjects.push({ i: each.i, states: each.s, rows: each.r ?? NOTHING, mismatch: each.m ?? NOTHING, why: each.why ?? NOTHING })
    }
  }
  return { kind: 'records', unit, records: head.records, subjects, none, platform: head.platform }
}

/** Of each record type the columns of its rows, and a row without values: copied, all rows of a type have one shape, however many columns. */
const blankRows = new Map<RecordName, BlankRow>()

interface BlankRow {
  columns: readonly string[]
  blank: Record<string, Cell>
  isOfOne: boolean
}

function blankRow(record: RecordName): BlankRow {
  const known = blankRows.get(record)
  if (known !== undefined) return known
  const { answerColumns: columns, parties } = recordTypeOf(record)
  const isOfOne = parties.length === 1
  const blank = Object.fromEntries([...(isOfOne ? ['id_number'] : []), ...columns].map((column) => [column, null]))
  const made = { columns, blank, isOfOne }
  blankRows.set(record, made)
  return made
}

/**
 * Turns the cells of an answer row into the typed row of its record type.
 * @param idNumber the number asked about: rows leave it out, except where a row names two persons
 */
export function recordRow<R extends RecordName>(record: R, cells: readonly Cell[], idNumber: string): RecordRows[R] {
  const { columns, blank, isOfOne } = blankRow(record)
  const row = { ...blank }
  if (isOfOne) row.id_number = idNumber
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]
    if (column !== undefined) row[column] = cells[i] ?? null
  }
  return row as unknown as RecordRows[R]
}

/** Columns of the rows each look-up answers with; look-ups that answer yes or no have none. */
export const lookupColumns = {
  register_books: ['source_record_id', 'as_of_date', 'id_number', 'name', 'register_household_no'],
  register_children: ['source_record_id', 'as_of_date', 'id_number', 'name', 'register_household_no', 'father_id', 'mother_id'],
  register_persons: ['source_record_id', 'as_of_date', 'id_number', 'name', 'register_household_no', 'father_id', 'mother_id'],
  register_officials: ['id_number', 'name', 'father_id', 'mother_id', 'spouse_id'],
  deaths: [],
  disability_list: ['source_record_id', 'as_of_date', 'id_number', 'name', 'grade', 'state', 'valid_to', 'division_code'],
  aid_active: [],
} as const

/** The answer to a look-up: rows with the columns of `lookupColumns`, or the indexes of the items that are true. */
export interface LookupAnswer {
  kind: 'lookup'
  unit: UnitName
  lookup: (typeof lookupNames)[number]
  /** false: nothing may be concluded from the absence of rows */
  answered: boolean
  rows: readonly Readonly<Record<string, string | null>>[]
  /** deaths and aid_active: indexes of the persons asked about for whom it is true */
  yes: readonly number[]
}

const LookupRow = z.array(z.string().nullable())

/** Reads the lines after the head of an answer to a look-up. Throws when a line has another form. */
export function readLookupAnswer(head: z.infer<typeof LookupAnswerHead>, unit: UnitName, lines: readonly string[]): LookupAnswer {
  const columns: readonly string[] = lookupColumns[head.lookup]
  const base = { kind: 'lookup', unit, lookup: head.lookup, answered: head.answered } as const
  if (columns.length === 0) return { ...base, rows: [], yes: lines.map((line) => z.int().min(0).parse(JSON.parse(line))) }
  const rows = lines.map((line) => {
    const cells = LookupRow.parse(JSON.parse(line))
    return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? null]))
  })
  return { ...base, rows, yes: [] }
}
