/** The rows of a workbook that go back: households of which rows were refused, whole, in the bureau's own columns. */
import { REASONS } from './columns.ts'
import type { Told } from './drafts.ts'
import { Filled } from './grid.ts'
import type { SheetPlan } from './row-facts.ts'

/** Sheet → row → why, as Chinese sentences. */
export type Reasons = ReadonlyMap<string, ReadonlyMap<number, string>>

export interface ReturnedSheet {
  readonly name: string
  readonly rows: Iterable<readonly string[]>
}

/** Rows of each sheet that go back, by position of the sheet. */
function chosenRows(plans: readonly SheetPlan[], told: Told, reasons: Reasons): ReadonlyMap<number, ReadonlySet<number>> {
  const chosen = new Map<number, Set<number>>(plans.map(({ index, grid }) => [index, new Set(reasons.get(grid.name)?.keys())]))
  const isRefused = ({ sheet, row }: { sheet: number; row: number }): boolean => chosen.get(sheet)?.has(row) === true
  const whole = told.households.filter(({ rows }) => rows.some(isRefused))
  for (const { rows } of whole) for (const { sheet, row } of rows) chosen.get(sheet)?.add(row)
  return chosen
}

function placed(cells: readonly string[], at: number, reason: string): string[] {
  const out = [...cells]
  while (out.length < at) out.push('')
  out[at] = reason
  return out
}

function* rowsOf(plan: SheetPlan, chosen: ReadonlySet<number>, reasons: ReadonlyMap<number, string>): Generator<string[]> {
  const { grid, layout } = plan
  const known = layout.paths.findIndex((path) => path[path.length - 1] === REASONS)
  const at = known < 0 ? layout.paths.length : known
  const filling = new Filled(grid.merges)
  for (const row of grid.rows) {
    const filled = filling.fill(row, true).cells
    if (row.row < layout.headerFrom) yield [...row.cells]
    else if (row.row <= layout.headerTo) yield placed(filled, at, REASONS)
    else if (chosen.has(row.row)) yield placed(row.cells, at, reasons.get(row.row) ?? '')
  }
}

/** The sheets that go back: every one that is read, with its titles and header, so that it has the same shape when it comes again. */
export function returnedSheets(plans: readonly SheetPlan[], told: Told, reasons: Reasons): ReturnedSheet[] {
  const chosen = chosenRows(plans, told, reasons)
  return plans
    .filter(({ use }) => use !== 'none')
    .map((plan) => ({
      name: plan.grid.name,
      rows: rowsOf(plan, chosen.get(plan.index) ?? new Set(), reasons.get(plan.grid.name) ?? new Map()),
    }))
}
