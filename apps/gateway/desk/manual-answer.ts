/** Answers that a person looked up: read by the same rules as rows, put into the answer that was given before. */

import { issueMessage } from '#kernel/import-issue'
import { foldName, nameVariants, sameFolded } from '#kernel/person-name'
import { columnPosition, readHeader, readRow, type Value } from '#kernel/table'
import {
  type Basis,
  type Cell,
  RecordsAnswerHead,
  type RecordType,
  type SilenceReason,
  type StateLetter,
} from '#sources/contract'
import type { HandAnswer, KeptQuestion, ManualPerson } from '../store/unit-register.ts'

/** Where a question stands in the answer to its request. */
export type QuestionPlace = Pick<KeptQuestion, 'record' | 'subject' | 'place' | 'campaign' | 'batch' | 'round'>

/** A fault of a typed field: row from 1, column, sentence. */
export interface HandFault {
  row: number
  column: string
  text: string
}

/** Columns a person types: those of the record type but the number asked about. */
export function typedColumns(type: RecordType): RecordType['table']['columns'] {
  return type.parties.length > 1 ? type.table.columns : type.table.columns.filter(({ name }) => name !== 'id_number')
}

function faultsOf(type: RecordType, fields: Readonly<Record<string, string>>, row: number, basis: Basis): HandFault[] {
  return readFields(type, fields, basis).issues.map((issue) => {
    const label = type.table.columns.find((column) => column.name === issue.column)?.label ?? ''
    return { row, column: issue.column, text: issueMessage(issue, { label, empty: (fields[issue.column] ?? '') === '' }) }
  })
}

function readFields(type: RecordType, fields: Readonly<Record<string, string>>, basis: Basis) {
  const header = readHeader(
    type.table,
    type.table.columns.map(({ name }) => name),
  ).index
  const texts = type.table.columns.map(({ name }) => fields[name] ?? '')
  return readRow(type.table, header, texts, { asOf: basis.asOf, maxAge: basis.maxAge, isCore: false })
}

/** Whether a row names the person: by number, then by one of the names. */
function namedIn(
  type: RecordType,
  values: readonly Value[],
  person: ManualPerson,
  basis: Basis,
): 'same' | 'other_name' | 'other_person' {
  const variants = nameVariants(basis.nameVariants)
  const text = (name: string): string => String(values[columnPosition(type.table, name)] ?? '')
  const party = type.parties.find(({ id }) => text(id) === person.idNumber)
  if (party === undefined) return 'other_person'
  const name = foldName(text(party.name), variants)
  return person.names.some((known) => sameFolded(name, foldName(known, variants))) ? 'same' : 'other_name'
}

/** Reads typed rows; faults name row and column. */
export function readHandRows(
  type: RecordType,
  typed: readonly Readonly<Record<string, string>>[],
  person: ManualPerson,
  basis: Basis,
): { answer: HandAnswer } | { faults: HandFault[] } {
  const rows = typed.map((fields) => (type.parties.length > 1 ? fields : { ...fields, id_number: person.idNumber }))
  const faults = rows.flatMap((fields, i) => faultsOf(type, fields, i + 1, basis))
  if (rows.length === 0) faults.push({ row: 1, column: '', text: '请至少填写一行' })
  if (faults.length > 0) return { faults }
  const read = rows.map((fields) => readFields(type, fields, basis).values)
  const named = read.map((values) => namedIn(type, values, person, basis))
  const stranger = named.indexOf('other_person')
  if (stranger >= 0) {
    const column = type.parties[0]?.id ?? ''
    return { faults: [{ row: stranger + 1, column, text: '这一行的号码与所查的人不一致，请核对号码' }] }
  }
  const at = type.answerColumns.map((name) => columnPosition(type.table, name))
  const cells = read.map((values) => at.map((place) => values[place] ?? null))
  const hits = cells.filter((_, i) => named[i] === 'same')
  const recordId = String(cells[0]?.[0] ?? '')
  return { answer: { kind: 'rows', letter: hits.length > 0 ? 'H' : 'M', rows: hits, recordId } }
}

/** The state a person's answer is on the wire, and why where it says nothing. */
function stateOf(question: Pick<KeptQuestion, 'record'>, answer: HandAnswer): { letter: StateLetter; why?: SilenceReason } {
  switch (answer.kind) {
    case 'rows':
      return { letter: answer.letter }
    case 'none':
      return { letter: question.record === 'police/register' ? 'I' : 'N' }
    case 'refused':
      return { letter: 'E', why: 'person_unanswered' }
    case 'revoked':
      return { letter: 'A', why: 'revoked' }
  }
}

/** One subject's part of an answer, as it stands on the wire. */
interface SubjectPart {
  i: number
  s: string
  r?: Record<string, readonly (readonly Cell[])[]>
  m?: Record<string, string>
  why?: Record<string, SilenceReason>
}

const without = <T>(of: Record<string, T> | undefined, key: string): Record<string, T> => {
  return Object.fromEntries(Object.entries(of ?? {}).filter(([each]) => each !== key))
}

function filled<K extends 'r' | 'm' | 'why'>(key: K, value: NonNullable<SubjectPart[K]>): Partial<SubjectPart> {
  return Object.keys(value).length === 0 ? {} : { [key]: value }
}

/** The subject's part with the letter of one record type replaced. */
function corrected(part: SubjectPart, question: QuestionPlace, index: string, answer: HandAnswer): SubjectPart {
  const { letter, why } = stateOf(question, answer)
  const s = part.s.slice(0, question.place) + letter + part.s.slice(question.place + 1)
  const isHit = answer.kind === 'rows' && answer.letter === 'H'
  const isMismatch = answer.kind === 'rows' && answer.letter === 'M'
  return {
    i: part.i,
    s,
    ...filled('r', { ...without(part.r, index), ...(isHit ? { [index]: answer.rows } : {}) }),
    ...filled('m', { ...without(part.m, index), ...(isMismatch ? { [index]: answer.recordId } : {}) }),
    ...filled('why', { ...without(part.why, index), ...(why === undefined ? {} : { [index]: why }) }),
  }
}

/** An answer about this one question alone, where the first is no longer kept. */
function aloneLines(question: QuestionPlace, unit: string, answer: HandAnswer): string[] {
  const { campaign, batch, round, record, subject } = question
  const head = { kind: 'records', campaign, batch, round, unit, records: [record], asked: 1 }
  const part = corrected({ i: subject, s: 'P' }, { ...question, place: 0 }, '0', answer)
  return [JSON.stringify(head), JSON.stringify([part])]
}

/**
 * The answer to a request with one question's "pending" replaced by what a person found; everything else stays as it was
 * given, so that whoever asks the same again gets all of it.
 * @param stored lines of the answer given before; undefined when it is no longer kept
 */
export function correctedLines(
  stored: readonly string[] | undefined,
  question: QuestionPlace,
  unit: string,
  answer: HandAnswer,
): string[] {
  const [first, ...lines] = stored ?? []
  const head = first === undefined ? undefined : RecordsAnswerHead.safeParse(JSON.parse(first)).data
  const index = head?.records.indexOf(question.record) ?? -1
  if (first === undefined || index < 0) return aloneLines(question, unit, answer)
  const patched = lines.map((line) => {
    if (line.startsWith('{"none"')) return line
    const parts = JSON.parse(line) as SubjectPart[]
    if (!parts.some((part) => part.i === question.subject)) return line
    return JSON.stringify(
      parts.map((part) => (part.i === question.subject ? corrected(part, question, String(index), answer) : part)),
    )
  })
  return [first, ...patched]
}

/** A person's line of the log with the letter of a question replaced. */
export function correctedLog(line: string, question: Pick<KeptQuestion, 'record' | 'place'>, answer: HandAnswer): string {
  const [idNumber = '', states = '', rows = '0', ...papers] = line.split(' ')
  const { letter } = stateOf(question, answer)
  const given = answer.kind === 'rows' ? answer.rows.length : 0
  const known = states.slice(0, question.place) + letter + states.slice(question.place + 1)
  return [idNumber, known, String(Number(rows) + given), ...papers].join(' ')
}

/** For the log: the person's line with states, rows and authorisations. */
export function loggedPerson(question: KeptQuestion, person: ManualPerson, answer: HandAnswer): string {
  const { letter } = stateOf(question, answer)
  const rows = answer.kind === 'rows' ? answer.rows.length : 0
  return `${person.idNumber} ${letter} ${rows} ${person.papers.join('+')}`
}

/** What was answered, in words that name no person. */
export function handResult(answer: HandAnswer, record: KeptQuestion['record']): string {
  if (answer.kind === 'rows') return answer.letter === 'H' ? `有记录，${answer.rows.length} 行` : '号码相符姓名不符'
  if (answer.kind === 'none') return record === 'police/register' ? '号码查无' : '无记录'
  return answer.kind === 'refused' ? '不能答复' : '授权已撤回'
}
