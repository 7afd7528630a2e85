import type { z } from 'zod'
import { workingDaysBetween } from '#kernel/calendar'
import { type Action, routeAction } from '#platform/action'
import { listQuality, type QualityRow } from '../contract/household.ts'
import { median } from '../rules/median.ts'
import { findCurrentImport } from '../store/import-run.ts'
import { listQualityFigures, listSettlements, type QualityFigures } from '../store/quality.ts'

type Row = z.infer<typeof QualityRow>

function rowOf(figures: QualityFigures, days: readonly number[]): Row {
  return {
    code: figures.code,
    name: figures.name,
    entries: figures.entries,
    firstTimeRight: Math.max(0, figures.entries - figures.doubtful),
    returned: figures.returned,
    corrected: figures.corrected,
    byRule: figures.by_rule,
    medianDays: median(days),
  }
}

function totalOf(rows: readonly Row[], code: string, name: string, days: readonly number[]): Row {
  const byRule: Record<string, number> = {}
  for (const row of rows) for (const [rule, count] of Object.entries(row.byRule)) byRule[rule] = (byRule[rule] ?? 0) + count
  const sum = (field: 'entries' | 'firstTimeRight' | 'returned' | 'corrected') => rows.reduce((all, row) => all + row[field], 0)
  return {
    code,
    name,
    entries: sum('entries'),
    firstTimeRight: sum('firstTimeRight'),
    returned: sum('returned'),
    corrected: sum('corrected'),
    byRule,
    medianDays: median(days),
  }
}

/** Data quality per township, or per village of one: what was right the first time, what came back and why. */
export const listQualityAction: Action = routeAction(listQuality, {
  async run({ tx, actor }, input) {
    const township = input.township ?? null
    const code = township ?? (actor.divisionCode === '' ? '000000000000' : actor.divisionCode)
    const run = await findCurrentImport(tx)
    if (run === undefined) return { rows: [], total: totalOf([], code, '合计', []) }
    const figures = await listQualityFigures(tx, run.import_id, township)
    const settled = await listSettlements(tx, run.import_id, township)
    const days = settled.map((each) => ({ code: each.code, days: workingDaysBetween(each.returned_on, each.settled_on) }))
    const byCode = Map.groupBy(days, (each) => each.code)
    const rows = figures.map((each) =>
      rowOf(
        each,
        (byCode.get(each.code) ?? []).map((one) => one.days),
      ),
    )
    return {
      rows,
      total: totalOf(
        rows,
        code,
        '合计',
        days.map((each) => each.days),
      ),
    }
  },
  journal: () => null,
})
