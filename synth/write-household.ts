import { addDays, firstDay, fullYears, monthNumber, monthText } from './calendar.ts'
import { type Draft, newRow, type Person, type RowDraft } from './draft.ts'
import { type CoreTable, coreOrder, coreTables, keyOf, type RecordName } from './layout.ts'
import { mangle } from './mangle.ts'
import type { World } from './world.ts'

const earlier = (a: string, b: string): string => (a < b ? a : b)

/** What nobody has set by hand: account holder, aid approved, top-ups, payments. */
function fillDefaults(draft: Draft): void {
  const { world, house, persons } = draft
  const first = persons[0]
  const counted = persons.filter((p) => p.row.cells.counted === 'yes').length
  const monthly = `${180 + 120 * counted}.00`
  if (draft.kind === 'existing') house.cells.approved_amount ??= monthly
  if (first && house.cells.account_holder === undefined) {
    house.cells.account_holder = first.row.cells.name as string
    house.cells.account_holder_id ??= first.row.cells.id_number as string
  }
  for (const { row, birth } of persons) {
    if (draft.kind !== 'existing') continue
    const age = fullYears(birth, world.asOf)
    row.cells.top_ups ??= age >= 70 ? 'elder' : age < 18 ? 'minor' : ''
  }
  if (draft.payments === null && draft.kind === 'existing') {
    const end = house.cells.aid_to ? Math.min(world.month, monthNumber(house.cells.aid_to)) : world.month
    draft.pay(Math.max(world.month - 11, draft.aidFrom), end, monthly)
  }
}

function paymentRows(draft: Draft): RowDraft[] {
  const { world, house } = draft
  return (draft.payments ?? []).map(({ month, amount }) =>
    newRow('payments', {
      payment_no: world.serial('FF'),
      household_no: draft.no,
      month: monthText(month),
      amount,
      paid_on: earlier(addDays(firstDay(month), 9), world.asOf),
      account_no: house.cells.account_no ?? '',
      account_holder: house.cells.account_holder ?? '',
    }),
  )
}

/** All rows of the roll in the order in which the tables are read. */
function coreRows(draft: Draft): RowDraft[] {
  const everyone: Person[] = [...draft.persons, ...draft.supporters]
  const papers: RowDraft[] = []
  for (const { auth } of everyone) {
    if (auth === null) continue
    auth.cells.authorisation_no ??= draft.world.serial('SQ')
    papers.push(auth)
  }
  const rows = [draft.house, ...everyone.map((p) => p.row), ...papers, ...draft.rows, ...paymentRows(draft)]
  const place = (row: RowDraft): number => coreOrder.indexOf(row.table as CoreTable)
  return rows
    .map((row, at) => ({ row, at }))
    .sort((a, b) => place(a.row) - place(b.row) || a.at - b.at)
    .map(({ row }) => row)
}

const isBad = (row: RowDraft): boolean => row.faults.some((f) => f.severity === 'error')
const references: Readonly<Partial<Record<CoreTable, readonly string[]>>> = {
  persons: ['household_no'],
  supporters: ['household_no', 'supported_person_no'],
  authorisations: ['subject_no'],
  declared_income: ['household_no', 'person_no'],
  declared_assets: ['household_no', 'person_no'],
  declared_expenditure: ['household_no', 'person_no'],
  payments: ['household_no'],
  relative_filings: ['household_no'],
  query_log: ['subject_no'],
}

/** A row that refers to a quarantined row is quarantined too: the plants say so. */
function spreadFaults(rows: readonly RowDraft[]): void {
  const lost = new Set<string>()
  const kept = new Set<string>()
  for (const row of rows) {
    const table = row.table as CoreTable
    if (row.shape === 'whole' && !isBad(row)) {
      const column = references[table]?.find((name) => lost.has(row.cells[name] ?? '') && !kept.has(row.cells[name] ?? ''))
      if (column !== undefined) row.faults.push({ column, code: 'REF_NOT_FOUND', severity: 'error' })
    }
    const key = row.cells[keyOf(table)]
    if (key === undefined || (table !== 'households' && table !== 'persons' && table !== 'supporters')) continue
    if (isBad(row)) lost.add(key)
    else kept.add(key)
  }
}

/** A warning of the reading stays with a row; warnings of accepted rows vanish when the row is quarantined. */
const onlyOfAcceptedRows = new Set(['IDQ-4', 'IDQ-8', 'IDQ-9'])

/** In a blind district a row may be spoiled, and may come again, as it was or with a difference. */
function writeBlindly(world: World, row: RowDraft): void {
  const { rng } = world
  const spoiled = rng.permille(row.table in coreTables ? 40 : 15)
  writePlain(world, spoiled ? mangle(rng, row) : row)
  if (rng.permille(6)) writePlain(world, rng.permille(500) ? row : mangle(rng, row))
}

function writePlain(world: World, row: RowDraft): number {
  const file = row.table in coreTables ? world.core[row.table as CoreTable] : world.source[row.table as RecordName]
  return file.put(row.cells, row.shape)
}

function writeRow(world: World, row: RowDraft): void {
  if (world.blind) {
    writeBlindly(world, row)
    return
  }
  const name = row.table in coreTables ? `${row.table}.csv` : `sources/${row.table}.csv`
  const line = writePlain(world, row)
  const bad = isBad(row)
  for (const fault of row.faults) {
    if (bad && fault.severity === 'warn' && onlyOfAcceptedRows.has(fault.code)) continue
    if (world.states.down.has(row.table)) continue
    world.planted.issues.push({ file: name, row: line, ...fault })
  }
}

/** Whether the sources answer so that what was planted can be seen. */
function standsOn(draft: Draft): boolean {
  const { states } = draft.world
  const used = new Set<string>([...draft.absent, ...draft.sources.map((row) => row.table), 'police/register'])
  if (states.brokenList !== null && draft.lists.has(states.brokenList)) return false
  return (
    !used.values().some((record) => states.down.has(record)) &&
    !draft.absent.values().some((record) => states.noAbsence.has(record))
  )
}

/** Writes a finished household, what the units know of it, and what was planted in it. */
export function writeHousehold(draft: Draft): void {
  const { world } = draft
  fillDefaults(draft)
  const rows = coreRows(draft)
  spreadFaults(rows)
  for (const row of rows) writeRow(world, row)
  for (const person of [...draft.persons, ...draft.supporters]) {
    if (person.register) writeRow(world, person.register)
  }
  for (const row of draft.sources) writeRow(world, row)
  if (!standsOn(draft)) return
  world.planted.expected.push(...draft.expectations)
  world.planted.forbidden.push(...draft.prohibitions)
}
