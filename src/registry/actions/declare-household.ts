/** Writes one household anew or in place of what stood there, as a family declares it: judged by the checks of the import, all or nothing. */
import type { FieldIssue } from '#kernel/import-issue'
import { Problem } from '#kernel/problem'
import type { ReadContext } from '#kernel/table'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { keptAccount } from '../rules/account.ts'
import {
  checkShape,
  countNewRows,
  type DeclaredRow,
  type HouseholdDeclaration,
  householdNumber,
  numberRows,
  type RowTexts,
  SECTIONS,
} from '../rules/declaration.ts'
import { familyIssues } from '../rules/family-checks.ts'
import { fieldText } from '../rules/field-text.ts'
import { householdOf, leave, type Roll, textOf } from '../rules/roll.ts'
import { judgeRow, type Verdict } from '../rules/row-checks.ts'
import { lockHousehold } from '../store/household-rows.ts'
import { loadRoll } from '../store/roll.ts'
import { storedTableOf } from '../store/stored-table.ts'
import { listStored, type StoredRow, takeRowNumbers } from '../store/values.ts'
import { inWholeDistrict } from '../store/whole-district.ts'
import { type CoreTable, type CoreTableName, coreTable } from '../tables.ts'
import { candidateOf, roughValues, tellIssues, withoutMasks } from './correction.ts'
import { rowIssueView } from './issue-view.ts'
import { type DeclarationRun, type DeclareOptions, type JudgedRow, type StandingRows, writeDeclared } from './write-declared.ts'

export type { DeclareOptions }

/** One problem of a declared row. */
export interface DeclarationIssue {
  readonly table: CoreTableName
  readonly tableLabel: string
  /** place in its section, from 1 */
  readonly row: number
  /** key of the row as it was given; empty for a new row without a name */
  readonly key: string
  readonly column: string
  readonly columnLabel: string
  readonly code: string
  readonly severity: 'error' | 'warn'
  readonly message: string
  readonly remedy: string
}

export interface DeclarationOutcome {
  readonly accepted: boolean
  /** errors, or of an accepted declaration its warnings */
  readonly issues: readonly DeclarationIssue[]
  /** null when a new household was refused */
  readonly householdNo: string | null
  readonly divisionCode: string | null
  /** persons and supporters of whom something changed, came or went */
  readonly touchedSubjects: readonly string[]
  /** numbers given to new rows that were named "+…" */
  readonly numbers: Readonly<Record<string, string>>
}

const NO_ROWS: readonly StoredRow[] = []

async function loadStanding(tx: Tx, keys: Keys, householdNo: string): Promise<StandingRows> {
  const names: CoreTableName[] = ['households', ...SECTIONS.map(({ table }) => table.name)]
  const lists = await Promise.all(names.map((name) => listStored(tx, keys, storedTableOf(name), 'household_no', [householdNo])))
  return new Map(names.map((name, i) => [name, lists[i] ?? NO_ROWS]))
}

function textsOf(table: CoreTable, row: StoredRow): Record<string, string> {
  return Object.fromEntries(table.columns.map((column, i) => [column.name, fieldText(column, row.values[i] ?? null)]))
}

/** The texts of a row over those of the one it stands in for; the account of a household that is or was paid stays. */
function merged(run: DeclarationRun, { table, key, texts }: DeclaredRow): RowTexts {
  const before = run.standing.get(table.name)?.find((row) => row.key === key)
  if (before === undefined) return texts
  const stood = textsOf(table, before)
  return { ...stood, ...withoutMasks(texts), ...(table.name === 'households' ? keptAccount(stood) : {}) }
}

/** What the checks must know of the district, without the rows that the declaration stands in for. */
async function rollFor(run: DeclarationRun, rows: readonly DeclaredRow[]): Promise<Roll> {
  const candidates = rows.map((row) => candidateOf(row.table, merged(run, row), row.row, null))
  const at = coreTable('persons').columns.findIndex(({ name }) => name === 'id_number')
  const idNumbers = candidates.flatMap((candidate) => {
    const number = candidate.table.name === 'persons' ? roughValues(run.options, candidate)[at] : undefined
    return number === undefined || number === '' ? [] : [number]
  })
  const wish = {
    householdNos: run.isNew ? [] : [run.householdNo],
    subjectNos: [],
    officialNos: [],
    idNumbers,
    keys: rows.map(({ table, key }) => ({ table: table.name, key })),
  }
  const roll = await inWholeDistrict(run.tx, () => loadRoll(run.tx, run.keys, wish))
  for (const [name, standing] of run.standing) {
    const table = coreTable(name)
    const replaced = name === 'authorisations' ? new Set(rows.map(({ key }) => key)) : null
    if (!run.given.has(name)) continue
    for (const { key } of standing) if (replaced === null || replaced.has(key)) leave(roll, table, key)
  }
  return roll
}

/** A paper must be somebody's of this very household; the import takes the household from the subject. */
function ofThisHousehold(run: DeclarationRun, roll: Roll, { table }: DeclaredRow, verdict: Verdict): Verdict {
  if (table.name !== 'authorisations' || verdict.state !== 'accepted') return verdict
  if (householdOf(roll, table, verdict.values) === run.householdNo) return verdict
  const issue: FieldIssue = { column: 'subject_no', code: 'REF_NOT_FOUND', severity: 'error' }
  return { ...verdict, state: 'quarantined', issues: [...verdict.issues, issue] }
}

function judgeAll(run: DeclarationRun, roll: Roll, rows: readonly DeclaredRow[]): JudgedRow[] {
  const divisions = roll.keys.get('divisions')
  const { asOf, limits } = run.options
  const read: ReadContext = { asOf, maxAge: limits.maxAge, isCore: true, ...(divisions === undefined ? {} : { divisions }) }
  return rows.map((declared) => {
    const candidate = candidateOf(declared.table, merged(run, declared), declared.row, null)
    const verdict = judgeRow(roll, declared.table, candidate, read)
    return { declared, verdict: ofThisHousehold(run, roll, declared, verdict) }
  })
}

function view(declared: DeclaredRow, told: ReturnType<typeof tellIssues>[number]): DeclarationIssue {
  const { table, row, given } = declared
  return { table: table.name, tableLabel: table.label, row, key: given, ...rowIssueView(told) }
}

/** A row that only refers to a row refused itself is not told of: there is nothing to mend in it. */
function issuesOf(judged: readonly JudgedRow[]): DeclarationIssue[] {
  const refused = new Set(judged.flatMap(({ declared, verdict }) => (verdict.state === 'quarantined' ? [declared.key] : [])))
  const follows = ({ declared, verdict }: JudgedRow, issue: FieldIssue): boolean =>
    issue.code === 'REF_NOT_FOUND' && refused.has(textOf(declared.table, verdict.values, issue.column) ?? '')
  return judged.flatMap((each) => {
    const issues = each.verdict.issues.filter((issue) => !follows(each, issue))
    return tellIssues(each.declared.table, issues, each.verdict.values).map((told) => view(each.declared, told))
  })
}

/** Rows the declaration leaves as they are, but whose person or subject it drops. */
function danglingIssues(run: DeclarationRun, roll: Roll): DeclarationIssue[] {
  return SECTIONS.filter(({ table }) => !run.given.has(table.name)).flatMap(({ table }) =>
    (run.standing.get(table.name) ?? []).flatMap((row, i): DeclarationIssue[] => {
      const lost = table.references.find(({ column, tables }) => {
        const key = textOf(table, row.values, column)
        return column !== 'household_no' && key !== null && !tables.some((name) => roll.keys.get(name)?.has(key) === true)
      })
      if (lost === undefined || table.name === 'authorisations') return []
      const issue: FieldIssue = { column: lost.column, code: 'REF_NOT_FOUND', severity: 'error' }
      const declared = { table, row: i + 1, given: row.key, key: row.key, texts: {} }
      return tellIssues(table, [issue], row.values).map((told) => view(declared, told))
    }),
  )
}

function familyDoubts(run: DeclarationRun, roll: Roll, judged: readonly JudgedRow[], incomplete: boolean): DeclarationIssue[] {
  if (!run.given.has('persons')) return []
  const found = familyIssues(roll, run.householdNo, incomplete, run.options.asOf, run.options.limits)
  return found.flatMap(({ file, key, ...issue }) => {
    const each = judged.find(({ declared }) => declared.table.file === file && declared.key === key)
    if (each === undefined) return []
    return tellIssues(each.declared.table, [issue], each.verdict.values).map((told) => view(each.declared, told))
  })
}

/** The division the household is declared in, or stands in; null while none can be read. Problem 403 beyond the scope. */
function placeOf({ tx, standing }: DeclarationRun, judged: readonly JudgedRow[]): string | null {
  const own = judged.find(({ declared }) => declared.table.name === 'households')
  if (own === undefined) return standing.get('households')?.[0]?.divisionCode ?? null
  const code = textOf(own.declared.table, own.verdict.values, 'division_code')
  if (code !== null && (code < tx.scope.lo || code >= tx.scope.hi)) {
    throw new Problem('registry.out-of-scope', `区划 ${code} 不在您的辖区内，请由该地登记`, { status: 403 })
  }
  return code
}

/** The number of the household: its own, or a new one in the village that is declared. */
function numberOf(declaration: HouseholdDeclaration, numbers: readonly number[]): string {
  if (declaration.householdNo !== null) return declaration.householdNo
  const written = (declaration.household.division_code ?? '').trim()
  return householdNumber(/^\d{12}$/.test(written) ? written : '000000000000', numbers.at(-1) ?? 0)
}

async function locked(tx: Tx, householdNo: string | null) {
  if (householdNo === null) return { incomplete_members: false }
  const found = await lockHousehold(tx, householdNo)
  if (found === undefined) throw new Problem('registry.not-found', '这一户不存在，或不在您的辖区内', { status: 404 })
  return found
}

const key = (issue: DeclarationIssue): string => JSON.stringify([issue.table, issue.row, issue.column, issue.code])

/**
 * Declares a household: a new one, or in place of what it declared before. Rows are judged as the import judges them: an error refuses the
 * whole declaration, a warning is told and accepted. Quarantined rows about the household are settled by it. Throws Problem 404 for a
 * household that is not in scope, 403 for a division that is not, 422 for columns that do not exist. A constant number of statements.
 */
export async function declareHousehold(
  tx: Tx,
  keys: Keys,
  declaration: HouseholdDeclaration,
  options: DeclareOptions,
): Promise<DeclarationOutcome> {
  checkShape(declaration)
  const { incomplete_members: incomplete } = await locked(tx, declaration.householdNo)
  const numbers = await takeRowNumbers(tx, countNewRows(declaration))
  const householdNo = numberOf(declaration, numbers)
  const { rows, given: names } = numberRows(declaration, householdNo, numbers)
  const isNew = declaration.householdNo === null
  const standing = isNew ? new Map() : await loadStanding(tx, keys, householdNo)
  const sections = SECTIONS.filter(({ name }) => isNew || declaration[name] !== undefined).map(({ table }) => table.name)
  const given = new Set([...sections, ...rows.map(({ table }) => table.name)])
  const run: DeclarationRun = { tx, keys, options, householdNo, isNew, standing, given }
  const roll = await rollFor(run, rows)
  const judged = judgeAll(run, roll, rows)
  const divisionCode = placeOf(run, judged)
  const isRefused = ({ declared, verdict }: JudgedRow) => declared.table.name === 'persons' && verdict.state === 'quarantined'
  const doubts = familyDoubts(run, roll, judged, judged.some(isRefused) || (incomplete && !run.given.has('persons')))
  const issues = [
    ...new Map([...issuesOf(judged), ...danglingIssues(run, roll), ...doubts].map((each) => [key(each), each])).values(),
  ]
  const refused =
    judged.some(({ verdict }) => verdict.state === 'quarantined') || issues.some((each) => each.severity === 'error')
  if (refused || divisionCode === null) {
    return { accepted: false, issues, householdNo: declaration.householdNo, divisionCode, touchedSubjects: [], numbers: {} }
  }
  const touchedSubjects = await writeDeclared(run, judged, divisionCode)
  return { accepted: true, issues, householdNo, divisionCode, touchedSubjects, numbers: Object.fromEntries(names) }
}
