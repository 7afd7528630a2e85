/** A sheet as it is shown: what it is taken for and why, its columns, its first rows, what was left out. */
import { min } from '#kernel/money'
import type { ReadSheet, RowUse } from '#registry/contract'
import type { SheetUse } from './columns.ts'
import type { SheetPlan } from './row-facts.ts'
import type { SheetScan } from './scan.ts'
import { oneLine } from './text.ts'

const WHY: Readonly<Record<SheetUse, string>> = {
  divisions: '行政区划表，一行一个区划',
  ledger: '一行一人或一行一户，含家庭和成员',
  households: '一行一户',
  persons: '一行一名成员，按编号归到户',
  payments: '发放记录',
  none: '没有可导入的列，不读取',
}

const SHOWN_ROWS = 14
const SHOWN_COLUMNS = 60
const LONGEST = 60

function shown(text: string): string {
  return oneLine(text).slice(0, LONGEST)
}

/** The view of a sheet. */
export function sheetView(plan: SheetPlan, scan: SheetScan | undefined): ReadSheet {
  const { grid, layout, columns, use } = plan
  const skippedAt = new Map((scan?.skipped ?? []).map(({ row, use: of }) => [row, of]))
  const top = Array.from({ length: min(SHOWN_ROWS, grid.rows.length) }, (_, index): ReadSheet['top'][number] => {
    const { row, cells } = grid.rows.at(index)
    const isHeader = row >= layout.headerFrom && row <= layout.headerTo
    const above: RowUse = row < layout.headerFrom ? 'title' : 'data'
    return {
      row,
      use: isHeader ? 'header' : (skippedAt.get(row) ?? above),
      cells: cells.slice(0, SHOWN_COLUMNS).map(shown),
    }
  })
  return {
    name: grid.name,
    hidden: grid.hidden,
    use,
    why: layout.headerFrom === 0 ? '没有找到表头，不读取' : WHY[use],
    headerFrom: layout.headerFrom,
    headerTo: layout.headerTo,
    columns: columns.map(({ at, path, hidden, field }) => ({
      at,
      path: [...path],
      hidden,
      field,
      sample: [...(scan?.samples[at] ?? [])],
    })),
    rows: use === 'none' ? 0 : (scan?.rows ?? 0),
    skipped: [...(scan?.skipped ?? [])],
    skippedTotal: scan?.skippedTotal ?? 0,
    top,
  }
}
