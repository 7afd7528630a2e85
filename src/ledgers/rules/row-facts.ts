/** A row of data read by the columns of its sheet. */
import type { FieldIssue } from '#kernel/import-issue'
import { owned } from '#kernel/text'
import type { ColumnPlan, SheetUse } from './columns.ts'
import type { Given } from './drafts.ts'
import type { LedgerField } from './fields.ts'
import type { Grid, GridRow } from './grid.ts'
import type { SheetLayout } from './layout.ts'
import { type NamedMonth, yearIn } from './months.ts'
import { oneLine } from './text.ts'
import { cellIssue, monthValue, nameText, valueText } from './values.ts'
import type { Words } from './words.ts'

/** A sheet with what its columns are taken for. */
export interface SheetPlan {
  /** Position in the workbook. */
  readonly index: number
  readonly grid: Grid
  readonly layout: SheetLayout
  readonly columns: readonly ColumnPlan[]
  readonly use: SheetUse
  readonly shape: string
  /** Place that its name or title names. */
  readonly township: string
  readonly village: string
  /** Month that its name or title names. */
  readonly month: NamedMonth | null
}

export interface MemberFacts {
  readonly given: Given
  readonly issues: FieldIssue[]
  readonly age: string
}

export interface PaymentFacts {
  readonly month: string
  readonly given: Given
  readonly issues: FieldIssue[]
}

export interface RowFacts {
  /** Columns of a division, in a list of them. */
  readonly division: Given
  readonly no: string
  readonly headName: string
  readonly headId: string
  /** Columns of the household, with what is wrong with their cells. */
  readonly household: Given
  readonly householdIssues: readonly FieldIssue[]
  readonly members: readonly MemberFacts[]
  readonly payments: readonly PaymentFacts[]
  readonly township: string
  readonly village: string
  readonly count: string
  /** Fields whose cell is filled here and not carried on from above. */
  readonly fresh: ReadonlySet<string>
}

export interface ReadingOf {
  readonly words: Words
  readonly fields: ReadonlyMap<string, LedgerField>
  /** Year of months that name none; null while nobody said. */
  readonly year: number | null
  /** Month of payments where neither column nor header, sheet or title names one. */
  readonly month: string
}

interface Cell {
  readonly column: ColumnPlan
  readonly field: LedgerField
  readonly raw: string
  readonly value: string
  readonly issue: FieldIssue | null
}

function cellsOf(plan: SheetPlan, row: GridRow, filled: readonly string[], { words, fields }: ReadingOf): Cell[] {
  const cells: Cell[] = []
  for (const column of plan.columns) {
    const field = fields.get(column.field ?? '')
    if (field === undefined) continue
    const raw = filled[column.at] ?? ''
    const isLost = row.lost.includes(column.at)
    const doubt = { isLost, isCut: row.cut.includes(column.at), isText: plan.grid.isTyped && !isLost }
    const issue = raw === '' ? null : cellIssue(field, raw, doubt)
    const value = issue?.code === 'DATE_INVALID' ? oneLine(raw) : valueText(words, field, raw)
    cells.push({ column, field, raw, value: owned(value), issue })
  }
  return cells
}

function tableOf(field: string): string {
  return field.slice(0, field.indexOf('.'))
}

function membersOf(cells: readonly Cell[]): MemberFacts[] {
  const groups = new Map<number, Cell[]>()
  for (const cell of cells) {
    if (tableOf(cell.field.field) !== 'persons') continue
    const group = groups.get(cell.column.member)
    if (group === undefined) groups.set(cell.column.member, [cell])
    else group.push(cell)
  }
  return [...groups.values()].map((group) => ({
    given: Object.fromEntries(group.filter(({ field }) => field.name !== '').map(({ field, value }) => [field.name, value])),
    issues: group.flatMap(({ issue }) => (issue === null ? [] : [issue])),
    age: group.find(({ field }) => field.field === 'persons.age')?.value ?? '',
  }))
}

/** A person stands in a row when a name or a number does. */
function isPerson({ given }: MemberFacts): boolean {
  return (given.name ?? '') !== '' || (given.id_number ?? '') !== ''
}

function monthText(named: NamedMonth | null, year: number | null): string {
  const of = named?.year ?? year
  return named === null || of === null ? '' : `${String(of).padStart(4, '0')}-${String(named.month).padStart(2, '0')}`
}

/** Month of an amount: its header, a column of months, the sheet, what a person said. */
function monthOf(plan: SheetPlan, cell: Cell, cells: readonly Cell[], { year, month }: ReadingOf): string {
  const own = yearIn(plan.layout.titles.join(' ')) ?? yearIn(plan.grid.name) ?? year
  if (cell.column.month !== null) return monthText(cell.column.month, own)
  const column = cells.find(({ field }) => field.field === 'payments.month')
  if (column !== undefined) {
    const bare = /^(\d{1,2})月?份?$/.exec(oneLine(column.raw))
    return bare === null ? monthValue(column.raw) : monthText({ year: null, month: Number(bare[1]) }, own)
  }
  return plan.month === null ? month : monthText(plan.month, own)
}

const NO_AMOUNT = /^0*(?:\.0*)?$/

function paymentsOf(plan: SheetPlan, cells: readonly Cell[], reading: ReadingOf): PaymentFacts[] {
  const rest = cells.filter(
    ({ field }) => tableOf(field.field) === 'payments' && field.name !== 'amount' && field.name !== 'month',
  )
  return cells
    .filter(({ field, value }) => field.field === 'payments.amount' && !NO_AMOUNT.test(value))
    .map((cell) => ({
      month: monthOf(plan, cell, cells, reading),
      given: { amount: cell.value, ...Object.fromEntries(rest.map(({ field, value }) => [field.name, value])) },
      issues: rest.flatMap(({ issue }) => (issue === null ? [] : [issue])),
    }))
}

/** Reads a row. `filled` are its cells with merged ones filled down, `continued` those that carry on from above. */
export function factsOf(
  plan: SheetPlan,
  row: GridRow,
  { cells: filled, continued }: { cells: readonly string[]; continued: ReadonlySet<number> },
  reading: ReadingOf,
): RowFacts {
  const cells = cellsOf(plan, row, filled, reading)
  const one = (field: string): string => cells.find((cell) => cell.field.field === field)?.value ?? ''
  const own = cells.filter(({ field }) => tableOf(field.field) === 'households' && field.name !== 'household_no')
  const division = cells.filter(({ field }) => tableOf(field.field) === 'divisions')
  return {
    division: Object.fromEntries(division.map(({ field, value }) => [field.name, value])),
    no: one('households.household_no'),
    headName: nameText(one('head.name')),
    headId: one('head.id_number'),
    household: Object.fromEntries(own.map(({ field, value }) => [field.name, value])),
    householdIssues: cells.flatMap(({ field, issue }) =>
      issue !== null && tableOf(field.field) === 'households' ? [issue] : [],
    ),
    members: membersOf(cells).filter(isPerson),
    payments: paymentsOf(plan, cells, reading),
    township: one('place.township') || plan.township,
    village: one('place.village') || plan.village,
    count: one('count.persons'),
    fresh: new Set(
      cells.filter(({ column, raw }) => raw.trim() !== '' && !continued.has(column.at)).map(({ field }) => field.field),
    ),
  }
}
