/** Writes a declaration that was accepted: rows as the import stores them, what it drops, and the news for those above. */
import type { Value } from '#kernel/table'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { emit } from '#platform/events'
import type { DeclaredRow } from '../rules/declaration.ts'
import { type CheckLimits, subjectOf, textOf } from '../rules/roll.ts'
import type { Verdict } from '../rules/row-checks.ts'
import { markDeclared, settleQuarantineOf } from '../store/household-rows.ts'
import { refreshHouseholds } from '../store/import.ts'
import { storedTableOf } from '../store/stored-table.ts'
import { moveHousehold, removeStored, type StoredRow, saveAllStored } from '../store/values.ts'
import { type CoreTable, type CoreTableName, coreTable } from '../tables.ts'

/** Under which date and limits a declaration is judged, and by whom it is made. */
export interface DeclareOptions {
  /** dates after this day are refused where the package refuses them, `YYYY-MM-DD` */
  readonly asOf: string
  readonly limits: CheckLimits
  readonly by: string
  /** the present instant, ISO */
  readonly at: string
}

/** Rows of the household that stand in the registry, by table. */
export type StandingRows = ReadonlyMap<CoreTableName, readonly StoredRow[]>

/** A row as it was judged. */
export interface JudgedRow {
  readonly declared: DeclaredRow
  readonly verdict: Verdict
}

/** Everything known while one declaration is judged. */
export interface DeclarationRun {
  readonly tx: Tx
  readonly keys: Keys
  readonly options: DeclareOptions
  readonly householdNo: string
  readonly isNew: boolean
  readonly standing: StandingRows
  /** tables whose rows the declaration gives */
  readonly given: ReadonlySet<CoreTableName>
}

/** Tables from which rows that a declaration does not name are dropped, those that refer to others first. */
const DROPPED_IN: readonly CoreTableName[] = [
  'declared_expenditure',
  'declared_assets',
  'declared_income',
  'supporters',
  'persons',
]

/** What became different: a row that came, went, or holds other values. */
interface Change {
  readonly table: CoreTable
  readonly before: readonly Value[] | null
  readonly after: readonly Value[] | null
}

const same = (a: readonly Value[], b: readonly Value[]): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Rows that are dropped: those the declaration does not name, and the papers of subjects that leave. */
function droppedRows(run: DeclarationRun, judged: readonly JudgedRow[]): Map<CoreTableName, StoredRow[]> {
  const named = new Set(judged.map(({ declared }) => `${declared.table.name} ${declared.key}`))
  const dropped = new Map<CoreTableName, StoredRow[]>()
  for (const name of DROPPED_IN) {
    if (!run.given.has(name)) continue
    const rows = (run.standing.get(name) ?? []).filter(({ key }) => !named.has(`${name} ${key}`))
    if (rows.length > 0) dropped.set(name, rows)
  }
  const gone = new Set([...(dropped.get('persons') ?? []), ...(dropped.get('supporters') ?? [])].map(({ key }) => key))
  const papers = (run.standing.get('authorisations') ?? []).filter((row) =>
    gone.has(textOf(coreTable('authorisations'), row.values, 'subject_no') ?? ''),
  )
  if (papers.length > 0) dropped.set('authorisations', papers)
  return dropped
}

function changesOf(
  run: DeclarationRun,
  accepted: readonly JudgedRow[],
  dropped: ReadonlyMap<CoreTableName, readonly StoredRow[]>,
): Change[] {
  const changes: Change[] = []
  for (const { declared, verdict } of accepted) {
    const before = run.standing.get(declared.table.name)?.find(({ key }) => key === declared.key)?.values ?? null
    if (before === null || !same(before, verdict.values)) changes.push({ table: declared.table, before, after: verdict.values })
  }
  for (const [name, rows] of dropped)
    for (const { values } of rows) changes.push({ table: coreTable(name), before: values, after: null })
  return changes
}

async function saveRows(run: DeclarationRun, accepted: readonly JudgedRow[], divisionCode: string): Promise<void> {
  for (const [name, rows] of Map.groupBy(accepted, ({ declared }) => declared.table.name)) {
    const stored = storedTableOf(name)
    const place = { divisionCode, householdNo: run.householdNo }
    const encoded = rows.map(({ declared, verdict }) => stored.encode(run.keys, verdict.values, { ...place, row: declared.row }))
    await saveAllStored(run.tx, stored, encoded)
  }
}

/** A withdrawal leads to no new question: what is open is halted and the units are told. */
async function tellWithdrawals(run: DeclarationRun, changes: readonly Change[]): Promise<void> {
  const withdrawals = changes.flatMap(({ table, before, after }) => {
    const day = after === null || table.name !== 'authorisations' ? null : textOf(table, after, 'withdrawn_on')
    if (day === null || after === null || (before !== null && textOf(table, before, 'withdrawn_on') === day)) return []
    return [{ authorisationNo: textOf(table, after, 'authorisation_no') ?? '', withdrawnOn: day }]
  })
  if (withdrawals.length > 0) await emit(run.tx, 'registry.authorisation-withdrawn', { withdrawals })
}

/** What a verification rested on; a paper that is added changes nothing that was found. */
const VERIFIED: ReadonlySet<CoreTableName> = new Set<CoreTableName>([
  'households',
  'persons',
  'supporters',
  'declared_income',
  'declared_assets',
  'declared_expenditure',
])

/** Writes the accepted rows; gives the persons and supporters that are touched. */
export async function writeDeclared(run: DeclarationRun, judged: readonly JudgedRow[], divisionCode: string): Promise<string[]> {
  const { tx, householdNo, options } = run
  const accepted = judged.filter(({ verdict }) => verdict.state === 'accepted')
  const dropped = droppedRows(run, judged)
  const changes = changesOf(run, accepted, dropped)
  await saveRows(run, accepted, divisionCode)
  await removeStored(
    tx,
    storedTableOf('authorisations'),
    (dropped.get('authorisations') ?? []).map(({ key }) => key),
  )
  for (const name of DROPPED_IN)
    await removeStored(
      tx,
      storedTableOf(name),
      (dropped.get(name) ?? []).map(({ key }) => key),
    )
  const moved = run.standing.get('households')?.some((row) => row.divisionCode !== divisionCode) === true
  if (moved) await moveHousehold(tx, householdNo, divisionCode)
  if (run.given.has('persons') && !run.isNew) await settleQuarantineOf(tx, householdNo, options.by, options.at)
  if (run.isNew) await markDeclared(tx, householdNo)
  await refreshHouseholds(tx, [householdNo])
  const subjects = changes.flatMap(({ table, before, after }) =>
    [before, after].map((values) => (values === null ? null : subjectOf(table, values))),
  )
  const subjectNos = [...new Set(subjects.filter((no) => no !== null))].sort()
  await tellWithdrawals(run, changes)
  if (!run.isNew && changes.some(({ table }) => VERIFIED.has(table.name))) {
    await emit(tx, 'registry.corrected', { householdNos: [householdNo], subjectNos, known: true })
  }
  return subjectNos
}
