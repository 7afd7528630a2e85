/** The statistics of a campaign: sixteen figures, detection and clearing per rule, answers per unit. Distinct counts only. */
import type { z } from 'zod'
import { rangeOf } from '#kernel/division'
import { labelOf } from '#kernel/terms'
import { type Action, routeAction } from '#platform/action'
import type { Tx } from '#platform/db'
import { itemStates, recordNames, type StateLetter, units } from '#sources/contract'
import { readStatistics } from '../contract/campaign.ts'
import { keyWithin, stepOf } from '../jobs/open-counts.ts'
import { reportDueOn, reportWorkingDays, reviewDueOn } from '../rules/asking/clock.ts'
import { standingOf } from '../rules/findings/clearing.ts'
import { ruleCards } from '../rules/findings/rules.ts'
import { type Scheme, schemeOf } from '../rules/household/schemes.ts'
import {
  countOverdue,
  type FindingFact,
  figuresOf,
  monthBefore,
  ruleStatistics,
  type StatisticsCounts,
  share,
  type TaskFact,
} from '../rules/report/statistics.ts'
import { listSlowTasks } from '../store/clock.ts'
import { listClearingOf, listFindingsOf } from '../store/household-page.ts'
import {
  type Area,
  countAreaAnswers,
  countMonths,
  countObjections,
  countProgrammes,
  countRuleFindings,
  listTouchedHouseholds,
  type RuleCountRow,
} from '../store/statistics.ts'
import { campaignView, getCampaignRow } from './campaign-pages.ts'

type Statistics = z.infer<typeof readStatistics.output>

/** What may have been late: reports of runs and answers to objections with their last day. */
async function loadTasks(tx: Tx, campaignId: string, scheme: Scheme, area: Area, on: string): Promise<TaskFact[]> {
  const limits = { on, reportDays: reportWorkingDays(scheme), reviewDays: scheme.reviewWorkingDays.value }
  return (await listSlowTasks(tx, campaignId, area, limits)).map((row) => ({
    taskId: `${row.household_no} ${row.task}`,
    commissionId: row.household_no,
    dueOn: row.kind === 'report' ? reportDueOn(scheme, row.started_on, row.pauses) : reviewDueOn(scheme, row.started_on),
    doneOn: row.done_on,
  }))
}

/** Distinct counts of a campaign, taken by the database; `compared` are the households with a report in force. */
export async function loadCounts(
  tx: Tx,
  campaignId: string,
  scheme: Scheme,
  area: Area,
  on: string,
): Promise<StatisticsCounts & { compared: number }> {
  const month = on.slice(0, 7)
  const [programmes, { objections, objected }, months, tasks] = await Promise.all([
    countProgrammes(tx, campaignId, area),
    countObjections(tx, campaignId, area),
    countMonths(tx, month, monthBefore(month), area),
    loadTasks(tx, campaignId, scheme, area, on),
  ])
  const sum = (of: (row: (typeof programmes)[number]) => number): number => programmes.reduce((all, row) => all + of(row), 0)
  return {
    compared: sum((row) => row.compared),
    subjects: sum((row) => row.subjects),
    terminatedSubjects: sum((row) => row.terminated_subjects),
    commissions: sum((row) => row.commissions),
    suspended: sum((row) => row.suspended),
    terminated: sum((row) => row.terminated),
    fromOtherBody: 0,
    sharedRecords: recordNames.length,
    suspensionReports: 0,
    objections,
    objected,
    overdue: countOverdue(tasks, on),
    month: months,
    byProgramme: programmes.map(({ programme, verified, queries, reports }) => ({ programme, verified, queries, reports })),
  }
}

/** Findings somebody has cleared, with what was decided. */
async function clearedFacts(tx: Tx, campaignId: string, area: Area): Promise<FindingFact[]> {
  const touched = await listTouchedHouseholds(tx, campaignId, area)
  if (touched.length === 0) return []
  const [findings, clearing] = await Promise.all([
    listFindingsOf(tx, campaignId, touched, ['A', 'B', 'C']),
    listClearingOf(tx, campaignId, touched),
  ])
  const steps = Map.groupBy(clearing, (row) => `${row.household_no} ${keyWithin(row)}`)
  return findings.flatMap((finding) => {
    const key = `${finding.household_no} ${keyWithin(finding)}`
    const { state, outcome } = standingOf(finding.class, (steps.get(key) ?? []).map(stepOf))
    return state === 'cleared' ? [{ key, householdNo: finding.household_no, rule: finding.rule, outcome }] : []
  })
}

/** What each rule found and what was decided about it; shares are of the households compared. */
function ruleRows(found: readonly RuleCountRow[], cleared: readonly FindingFact[], compared: number): Statistics['rules'] {
  const decided = new Map(ruleStatistics(cleared, compared).map((row) => [row.rule, row]))
  return found.map(({ rule, findings, households }) => {
    const card = ruleCards.get(rule)
    const outcomes = decided.get(rule) ?? { cleared: 0, true: 0, notTrue: 0, otherAid: 0 }
    return {
      rule,
      name: card?.title ?? rule,
      class: card?.class ?? 'C',
      findings,
      households,
      detection: share(households, compared),
      cleared: outcomes.cleared,
      true: outcomes.true,
      notTrue: outcomes.notTrue,
      otherAid: outcomes.otherAid,
      clearing: share(outcomes.cleared, findings),
    }
  })
}

/** Letter of a pair nobody was asked about: no part of a unit's answers. */
const notAsked = 'A'

async function loadUnits(tx: Tx, campaignId: string, area: Area): Promise<Statistics['units']> {
  const answers = await countAreaAnswers(tx, campaignId, area)
  return units.map(({ name, label, records }) => {
    const own = answers.filter((row) => row.state !== notAsked && (records as readonly string[]).includes(row.record))
    const asked = own.reduce((all, row) => all + row.subjects, 0)
    const counts = new Map<StateLetter, number>()
    for (const row of own) {
      const letter = row.state as StateLetter
      counts.set(letter, (counts.get(letter) ?? 0) + row.subjects)
    }
    const shares = Object.fromEntries([...counts].map(([letter, n]) => [itemStates[letter], share(n, asked)]))
    return { unit: name, name: label, asked, shares }
  })
}

export const readStatisticsAction: Action = routeAction(readStatistics, {
  transaction: 'read',
  async run({ tx, today, scope }, { campaignId, township }) {
    const area = township === undefined ? scope : rangeOf(township)
    const campaign = await getCampaignRow(tx, campaignId)
    const [{ compared, ...counts }, found, cleared, shares] = await Promise.all([
      loadCounts(tx, campaignId, schemeOf(campaign.scheme), area, today),
      countRuleFindings(tx, campaignId, area),
      clearedFacts(tx, campaignId, area),
      loadUnits(tx, campaignId, area),
    ])
    const byProgramme = counts.byProgramme.map((row) => ({ ...row, label: labelOf('programme', row.programme) }))
    return {
      campaign: campaignView(campaign),
      figures: figuresOf(counts),
      byProgramme,
      rules: ruleRows(found, cleared, compared),
      units: shares,
    }
  },
  journal: () => null,
})
