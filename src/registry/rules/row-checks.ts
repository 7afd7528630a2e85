/**
 * The checks of one row of a core file (rules of the interchange, section 2.4).
 *
 * R1 A row whose reading holds an error is quarantined; all issues of its reading are reported. What an office hands in is
 *    also refused where a long number lost its digits in a spreadsheet (`ReadContext.isLost`).
 * R2 Otherwise the row checks follow in this order, and the first error ends them and quarantines the row: fields that
 *    are required by another field; the key (a repetition of an accepted row is a warning and not used again);
 *    references in column order; periods; the citizen number within the household.
 * R3 An accepted person may be given warnings besides: IDQ-4 on gender and birth date, IDQ-8 on number and relation.
 */
import { birthDateOf, sexOf } from '#kernel/id-number'
import type { FieldIssue, IssueCode } from '#kernel/import-issue'
import { type HeaderIndex, isRefused, type ReadContext, readRow, type Value } from '#kernel/table'
import type { CoreTable, Reference } from '../tables.ts'
import { digestOf, enter, isAccepted, type Roll, textOf } from './roll.ts'

/** What becomes of a row. A repeated row is neither used nor quarantined. */
export type RowState = 'accepted' | 'quarantined' | 'repeated'

export interface Verdict {
  readonly state: RowState
  readonly values: Value[]
  readonly issues: FieldIssue[]
  readonly normalised: number
}

function error(column: string, code: IssueCode): FieldIssue {
  return { column, code, severity: 'error' }
}

function warning(column: string, code: IssueCode): FieldIssue {
  return { column, code, severity: 'warn' }
}

function conditionallyRequired(table: CoreTable, values: readonly Value[]): FieldIssue | null {
  const is = (column: string, value: string) => textOf(table, values, column) === value
  const isEmpty = (column: string) => textOf(table, values, column) === null
  if (table.name === 'households' && is('kind', 'existing') && isEmpty('aid_from')) return error('aid_from', 'REQUIRED_EMPTY')
  if (table.name === 'authorisations' && !is('signature', 'missing') && isEmpty('signed_on')) {
    return error('signed_on', 'REQUIRED_EMPTY')
  }
  return null
}

function keyIssue(roll: Roll, table: CoreTable, values: readonly Value[], digest: number): FieldIssue | null {
  const earlier = roll.keys.get(table.name)?.get(textOf(table, values, table.key) ?? '')
  if (earlier === undefined) return null
  return earlier === digest ? warning(table.key, 'REPEATED_ROW') : error(table.key, 'DUPLICATE_KEY')
}

function isFound(roll: Roll, table: CoreTable, values: readonly Value[], reference: Reference): boolean {
  const key = textOf(table, values, reference.column)
  if (key === null) return true
  if (!reference.tables.some((name) => isAccepted(roll, name, key))) return false
  return reference.sameHousehold !== true || roll.personHousehold.get(key) === textOf(table, values, 'household_no')
}

function referenceIssue(roll: Roll, table: CoreTable, values: readonly Value[]): FieldIssue | null {
  const missing = table.references.find((reference) => !isFound(roll, table, values, reference))
  return missing === undefined ? null : error(missing.column, 'REF_NOT_FOUND')
}

function periodIssue(table: CoreTable, values: readonly Value[]): FieldIssue | null {
  for (const { from, to } of table.periods) {
    const beginning = textOf(table, values, from)
    const end = textOf(table, values, to)
    if (beginning !== null && end !== null && end < beginning) return error(to, 'PERIOD_REVERSED')
  }
  return null
}

function sameNumberInHousehold(roll: Roll, table: CoreTable, values: readonly Value[]): FieldIssue | null {
  if (table.name !== 'persons') return null
  const households = roll.numbers.get(textOf(table, values, 'id_number') ?? '')
  const own = textOf(table, values, 'household_no') ?? ''
  return households?.includes(own) === true ? error('id_number', 'IDQ-8') : null
}

function personWarnings(roll: Roll, table: CoreTable, values: readonly Value[]): FieldIssue[] {
  const idNumber = textOf(table, values, 'id_number') ?? ''
  const household = textOf(table, values, 'household_no') ?? ''
  const gender = textOf(table, values, 'gender')
  const warnings: FieldIssue[] = []
  if (roll.numbers.has(idNumber)) warnings.push(warning('id_number', 'IDQ-8'))
  if ((gender === '1' || gender === '2') && gender !== sexOf(idNumber)) warnings.push(warning('gender', 'IDQ-4'))
  if (textOf(table, values, 'birth_date') !== birthDateOf(idNumber)) warnings.push(warning('birth_date', 'IDQ-4'))
  const isHead = textOf(table, values, 'relation') === 'head'
  if (isHead && roll.families.get(household)?.some(({ relation }) => relation === 'head') === true) {
    warnings.push(warning('relation', 'IDQ-8'))
  }
  return warnings
}

/** The row checks of R2 on values that were read without error: the first issue, or null. */
export function rowIssue(roll: Roll, table: CoreTable, values: readonly Value[], digest: number): FieldIssue | null {
  return (
    conditionallyRequired(table, values) ??
    keyIssue(roll, table, values, digest) ??
    referenceIssue(roll, table, values) ??
    periodIssue(table, values) ??
    sameNumberInHousehold(roll, table, values)
  )
}

/** Fields whose number lost its digits in a spreadsheet, where that refuses a row. */
function lostNumbers(table: CoreTable, { header, fields }: RowInput, { isLost }: ReadContext): FieldIssue[] {
  if (isLost === undefined || fields.length !== header.width) return []
  const lost = table.columns.filter((column, i) => isLost(column, fields[header.positions[i] ?? -1] ?? ''))
  return lost.map(({ name }) => error(name, 'ACCOUNT_LOST'))
}

export interface RowInput {
  readonly header: HeaderIndex
  readonly fields: readonly string[]
  /** Number of the row in its file. */
  readonly row: number
  /** Problems known before its fields are read; an error refuses it. */
  readonly seen?: readonly FieldIssue[]
}

/** Reads and checks one row, and enters it in the roll if it is accepted. */
export function judgeRow(roll: Roll, table: CoreTable, input: RowInput, ctx: ReadContext): Verdict {
  const reading = readRow(table, input.header, input.fields, ctx)
  const { values, issues, normalised } = reading
  issues.push(...lostNumbers(table, input, ctx))
  for (const issue of input.seen ?? []) {
    if (!issues.some(({ column, code }) => column === issue.column && code === issue.code)) issues.push(issue)
  }
  if (isRefused(reading)) return { state: 'quarantined', values, issues, normalised }
  const digest = digestOf(input.fields, input.header.positions)
  const issue = rowIssue(roll, table, values, digest)
  if (issue !== null) {
    issues.push(issue)
    return { state: issue.severity === 'warn' ? 'repeated' : 'quarantined', values, issues, normalised }
  }
  if (table.name === 'persons') issues.push(...personWarnings(roll, table, values))
  enter(roll, table, values, input.row, digest)
  return { state: 'accepted', values, issues, normalised }
}

const OF_NUMBER: ReadonlySet<string> = new Set(['gender', 'birth_date'])

/** Without what only follows from a citizen number that cannot be used: gender and birth date are read from it where a ledger has no columns for them. */
export function withoutConsequences(table: CoreTable, verdict: Verdict): Verdict {
  const isUnusable = ({ column, severity }: FieldIssue): boolean => column === 'id_number' && severity === 'error'
  if (table.name !== 'persons' || !verdict.issues.some(isUnusable)) return verdict
  return { ...verdict, issues: verdict.issues.filter(({ column, code }) => code !== 'REQUIRED_EMPTY' || !OF_NUMBER.has(column)) }
}
