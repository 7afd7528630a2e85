import { CsvParser } from '#kernel/csv'
import { type FieldIssue, issueMessage } from '#kernel/import-issue'
import { hasLostDigits } from '#kernel/lost-digits'
import { type HeaderIndex, type ReadContext, readHeader, type Value } from '#kernel/table'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { familyIssues } from '../rules/family-checks.ts'
import { type CheckLimits, householdOf, leave, type Roll, subjectOf, textOf } from '../rules/roll.ts'
import { judgeRow, type Verdict } from '../rules/row-checks.ts'
import { refreshHouseholds } from '../store/import.ts'
import { isPaidHere, lockPayments } from '../store/own-payments.ts'
import { listReferring, type QuarantinedRow, settleRows } from '../store/quarantine.ts'
import { loadRoll } from '../store/roll.ts'
import { storedTableOf } from '../store/stored-table.ts'
import { moveHousehold, saveStored } from '../store/values.ts'
import { CORE_TABLES, type CoreTable, tableOfFile } from '../tables.ts'

/** One row to be judged against what the registry holds. */
export interface Candidate {
  readonly table: CoreTable
  readonly header: HeaderIndex
  readonly fields: readonly string[]
  readonly row: number
  /** Key of the accepted row it stands in for, if any. */
  readonly replaces: string | null
  /** Whether a field is refused because its number lost digits; absent where a person typed the row. */
  readonly isLost?: ReadContext['isLost']
}

export interface CorrectionContext {
  readonly tx: Tx
  readonly keys: Keys
  readonly asOf: string
  readonly limits: CheckLimits
  readonly districtDivision: string
  readonly by: string
  readonly at: string
}

/** An issue with its Chinese sentence and the column's name. */
export interface Told extends FieldIssue {
  readonly label: string
  readonly message: string
}

export interface Outcome {
  readonly accepted: boolean
  readonly issues: Told[]
  readonly key: string | null
  readonly householdNo: string | null
  /** Person or supporter the row is or speaks of. */
  readonly subjectNo: string | null
}

/** A candidate from fields by column name, as a clerk types them; columns not given are empty. */
export function candidateOf(
  table: CoreTable,
  fields: Readonly<Record<string, string>>,
  row: number,
  replaces: string | null,
): Candidate {
  const header = { width: table.columns.length, positions: table.columns.map((_, i) => i) }
  return { table, header, fields: table.columns.map(({ name }) => fields[name] ?? ''), row, replaces }
}

/** Fields of a returned row as they stand in its file, by column name; empty where the row is too short. */
export function fieldsOf(keys: Keys, returned: QuarantinedRow): Record<string, string> {
  const table = tableOfFile(returned.file)
  if (table === undefined) return {}
  const parser = new CsvParser()
  const records = [...parser.push(Buffer.concat([keys.open(returned.raw_sealed), Buffer.from('\n')])), ...parser.end()]
  const { index } = readHeader(table, returned.header)
  const fields = records[0]?.fields ?? []
  return Object.fromEntries(table.columns.map(({ name }, i) => [name, fields[index.positions[i] ?? -1] ?? '']))
}

function wishOf(candidate: Candidate, roughly: readonly string[]) {
  const { table } = candidate
  const at = (column: string): string[] => {
    const position = table.columns.findIndex(({ name }) => name === column)
    return position < 0 || roughly[position] === undefined ? [] : [roughly[position]]
  }
  const key = at(table.key)[0] ?? ''
  return {
    householdNos: [...at('household_no')],
    subjectNos: [...at('subject_no'), ...at('person_no'), ...at('supported_person_no')],
    officialNos: at('official_no'),
    idNumbers: table.name === 'persons' ? at('id_number') : [],
    keys: [{ table: table.name, key }],
  }
}

/** The issues of a row with their Chinese sentences. */
export function tellIssues(table: CoreTable, issues: readonly FieldIssue[], values: readonly Value[]): Told[] {
  return issues.map((issue) => {
    const position = table.columns.findIndex(({ name }) => name === issue.column)
    const label = table.columns[position]?.label ?? ''
    return { ...issue, label, message: issueMessage(issue, { label, empty: values[position] === null }) }
  })
}

/** Warnings about the family that the row itself raises once it is accepted. */
function familyWarnings(ctx: CorrectionContext, roll: Roll, candidate: Candidate, verdict: Verdict): FieldIssue[] {
  if (candidate.table.name !== 'persons' || verdict.state !== 'accepted') return []
  const householdNo = textOf(candidate.table, verdict.values, 'household_no') ?? ''
  return familyIssues(roll, householdNo, true, ctx.asOf, ctx.limits).filter(({ row }) => row === candidate.row)
}

async function store(ctx: CorrectionContext, roll: Roll, candidate: Candidate, values: Value[]): Promise<void> {
  const { table } = candidate
  const stored = storedTableOf(table.name)
  const householdNo = householdOf(roll, table, values)
  const household = householdNo === null ? undefined : roll.households.get(householdNo)
  const own = table.name === 'divisions' ? textOf(table, values, 'code') : textOf(table, values, 'division_code')
  const divisionCode = own ?? household?.divisionCode ?? ctx.districtDivision
  await saveStored(ctx.tx, stored, stored.encode(ctx.keys, values, { divisionCode, householdNo, row: candidate.row }))
  if (table.name === 'households' && householdNo !== null) await moveHousehold(ctx.tx, householdNo, divisionCode)
}

/** Reads the fields once to learn which accepted rows the checks must know (numbers and keys in their normal form). */
export function roughValues(ctx: Pick<CorrectionContext, 'asOf' | 'limits'>, candidate: Candidate): string[] {
  const read: ReadContext = { asOf: ctx.asOf, maxAge: ctx.limits.maxAge, isCore: false }
  const none = { keys: new Map(), households: new Map(), personHousehold: new Map() }
  const roll: Roll = { ...none, supporterHousehold: new Map(), families: new Map(), numbers: new Map() }
  const { values } = judgeRow(roll, candidate.table, candidate, read)
  return candidate.table.columns.map((_, i) => (typeof values[i] === 'string' ? values[i] : ''))
}

const PAID_HERE: FieldIssue = { column: 'month', code: 'PAID_HERE', severity: 'error' }

/** A payment of what a confirmed roll paid already. */
async function paysAgain({ tx }: CorrectionContext, table: CoreTable, values: readonly Value[]): Promise<boolean> {
  if (table.name !== 'payments') return false
  await lockPayments(tx)
  return isPaidHere(tx, textOf(table, values, 'household_no') ?? '', textOf(table, values, 'month') ?? '')
}

/** Judges one row against the registry with the checks of an import, and writes it if it is accepted. */
export async function submitRow(ctx: CorrectionContext, candidate: Candidate): Promise<Outcome> {
  const { table } = candidate
  const roll = await loadRoll(ctx.tx, ctx.keys, wishOf(candidate, roughValues(ctx, candidate)))
  if (candidate.replaces !== null) leave(roll, table, candidate.replaces)
  const divisions = roll.keys.get('divisions')
  const known = table.name === 'divisions' || divisions === undefined ? {} : { divisions }
  const read: ReadContext = {
    asOf: ctx.asOf,
    maxAge: ctx.limits.maxAge,
    isCore: true,
    ...known,
    ...(candidate.isLost && { isLost: candidate.isLost }),
  }
  const verdict = judgeRow(roll, table, candidate, read)
  const paidHere = verdict.state === 'accepted' && (await paysAgain(ctx, table, verdict.values))
  const accepted = verdict.state === 'accepted' && !paidHere
  if (accepted) await store(ctx, roll, candidate, verdict.values)
  const key = textOf(table, verdict.values, table.key)
  return {
    accepted,
    issues: tellIssues(
      table,
      [...verdict.issues, ...(paidHere ? [PAID_HERE] : []), ...familyWarnings(ctx, roll, candidate, verdict)],
      verdict.values,
    ),
    key,
    householdNo: householdOf(roll, table, verdict.values),
    subjectNo: subjectOf(table, verdict.values),
  }
}

/** Sensitive fields that were shown masked and came back as they were shown are not changed. */
export function withoutMasks(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !value.includes('****')))
}

const FILES = CORE_TABLES.map(({ file }) => file)

/** Takes up refused rows that referred to rows accepted meanwhile, again and again until none is released. */
export async function releaseReferring(ctx: CorrectionContext, acceptedKeys: readonly string[]): Promise<Outcome[]> {
  const released: Outcome[] = []
  let fresh = [...acceptedKeys]
  while (fresh.length > 0) {
    const waiting = await listReferring(ctx.tx, fresh, FILES)
    fresh = []
    for (const returned of waiting) {
      const table = tableOfFile(returned.file)
      if (table === undefined || returned.codes.includes('COLUMN_COUNT')) continue
      const candidate = candidateOf(table, fieldsOf(ctx.keys, returned), returned.row, null)
      const outcome = await submitRow(ctx, { ...candidate, isLost: hasLostDigits })
      if (!outcome.accepted) continue
      await settleRows(ctx.tx, [returned.row_id], 'corrected', 'system:release', ctx.at)
      released.push(outcome)
      if (outcome.key !== null) fresh.push(outcome.key)
    }
  }
  return released
}

export interface Touched {
  readonly householdNos: string[]
  readonly subjectNos: string[]
}

/** Brings the marks of the households up to date and names what is to be asked again. */
export async function touch(ctx: CorrectionContext, outcomes: readonly Outcome[]): Promise<Touched> {
  const householdNos = [...new Set(outcomes.flatMap(({ householdNo }) => (householdNo === null ? [] : [householdNo])))].sort()
  const subjectNos = [...new Set(outcomes.flatMap(({ subjectNo }) => (subjectNo === null ? [] : [subjectNo])))].sort()
  if (householdNos.length > 0) await refreshHouseholds(ctx.tx, householdNos)
  return { householdNos, subjectNos }
}
