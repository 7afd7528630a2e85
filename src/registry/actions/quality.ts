import type { z } from 'zod'
import { workingDaysBetween } from '#kernel/calendar'
import { type Action, routeAction } from '#platform/action'
import type { Sql } from '#platform/db'
import { listQuality, listQualityCases, type QualityCase, type QualityRow } from '../contract/household.ts'
import { median } from '../rules/median.ts'
import {
  accountCauses,
  type Counts,
  divisionQuestion,
  paperCauses,
  type QualityCause,
  questionOf,
  type Tally,
  tallyCauses,
} from '../rules/quality-checks.ts'
import { divisionNamesOn, listFormerDivisions } from '../store/divisions.ts'
import { findCurrentImport } from '../store/import-run.ts'
import { listQualityFigures, listSettlements, type QualityFigures } from '../store/quality.ts'
import {
  countAccountFacts,
  countPaperFacts,
  listAccountFacts,
  listPaperFacts,
  listStrayHouseholds,
} from '../store/quality-facts.ts'

type Row = z.infer<typeof QualityRow>

function rowOf(figures: QualityFigures, days: readonly number[], counts: Counts | undefined): Row {
  return {
    code: figures.code,
    name: figures.name,
    entries: figures.entries,
    firstTimeRight: Math.max(0, figures.entries - figures.doubtful),
    returned: figures.returned,
    corrected: figures.corrected,
    checked: counts?.checked ?? {},
    byRule: { ...figures.by_rule, ...counts?.byRule },
    byCause: counts?.byCause ?? {},
    medianDays: median(days),
  }
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const each of counts) for (const [key, count] of Object.entries(each)) sum[key] = (sum[key] ?? 0) + count
  return sum
}

function totalOf(rows: readonly Row[], code: string, name: string, days: readonly number[]): Row {
  const sum = (field: 'entries' | 'firstTimeRight' | 'returned' | 'corrected') => rows.reduce((all, row) => all + row[field], 0)
  return {
    code,
    name,
    entries: sum('entries'),
    firstTimeRight: sum('firstTimeRight'),
    returned: sum('returned'),
    corrected: sum('corrected'),
    checked: addUp(rows.map((row) => row.checked)),
    byRule: addUp(rows.map((row) => row.byRule)),
    byCause: addUp(rows.map((row) => row.byCause)),
    medianDays: median(days),
  }
}

/** IDQ-11 and IDQ-12 of each division, as the registry stands now. */
async function countCauses(sql: Sql, township: string | null): Promise<Map<string, Counts>> {
  const [accounts, papers] = await Promise.all([countAccountFacts(sql, township), countPaperFacts(sql, township)])
  return tallyCauses([
    ...accounts
      .filter(({ hasAccount }) => hasAccount)
      .map((facts): Tally => ({ code: facts.code, rule: 'IDQ-11', causes: accountCauses(facts), rows: facts.rows })),
    ...papers.map((facts): Tally => ({ code: facts.code, rule: 'IDQ-12', causes: paperCauses(facts), rows: facts.rows })),
  ])
}

/** Data quality per township, or per village of one: what was right the first time, what came back and why. */
export const listQualityAction: Action = routeAction(listQuality, {
  async run({ tx, actor }, input) {
    const township = input.township ?? null
    const code = township ?? (actor.divisionCode === '' ? '000000000000' : actor.divisionCode)
    const run = await findCurrentImport(tx)
    if (run === undefined) return { rows: [], total: totalOf([], code, '合计', []) }
    const [figures, settled, causes] = await Promise.all([
      listQualityFigures(tx, run.import_id, township),
      listSettlements(tx, run.import_id, township),
      countCauses(tx, township),
    ])
    const days = settled.map((each) => ({ code: each.code, days: workingDaysBetween(each.returned_on, each.settled_on) }))
    const byCode = Map.groupBy(days, (each) => each.code)
    const rows = figures.map((each) =>
      rowOf(
        each,
        (byCode.get(each.code) ?? []).map((one) => one.days),
        causes.get(each.code),
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

interface Found {
  householdNo: string
  villageCode: string
  authorisationNo: string | null
  question: string
}

function found<F>(
  rows: readonly (F & { household_no: string; division_code: string; authorisation_no: string | null })[],
  causesOf: (facts: F) => QualityCause[],
): Found[] {
  return rows.flatMap((row) => {
    const causes = causesOf(row)
    const place = { householdNo: row.household_no, villageCode: row.division_code, authorisationNo: row.authorisation_no }
    return causes.length === 0 ? [] : [{ ...place, question: questionOf(causes) }]
  })
}

async function strayHouseholds(sql: Sql, township: string, today: string): Promise<Found[]> {
  const rows = await listStrayHouseholds(sql, township)
  const codes = [...new Set(rows.map((row) => row.division_code))]
  const former = await listFormerDivisions(sql, codes)
  const successors = [...former.values()].flatMap(({ successor }) => (successor === null ? [] : [successor]))
  const names = await divisionNamesOn(sql, successors, today)
  return rows.map(({ household_no: householdNo, division_code: code }) => ({
    householdNo,
    villageCode: code,
    authorisationNo: null,
    question: divisionQuestion(code, former.get(code), (successor) => names.get(successor)),
  }))
}

/** The rows behind the counts, as questions to the township. No person is named. */
export const listQualityCasesAction: Action = routeAction(listQualityCases, {
  async run({ tx, today }, { township, rule, limit }) {
    const all = {
      'IDQ-10': () => strayHouseholds(tx, township, today),
      'IDQ-11': async () => found(await listAccountFacts(tx, township), accountCauses),
      'IDQ-12': async () => found(await listPaperFacts(tx, township), paperCauses),
    }
    const cases = await all[rule]()
    const shown = cases.slice(0, limit)
    const names = await divisionNamesOn(tx, [...new Set(shown.map((each) => each.villageCode))], today)
    return {
      rows: shown.map(
        (each): z.infer<typeof QualityCase> => ({
          ...each,
          villageName: names.get(each.villageCode) ?? each.villageCode,
        }),
      ),
      total: cases.length,
    }
  },
  journal: () => null,
})
