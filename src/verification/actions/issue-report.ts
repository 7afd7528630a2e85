/** A further version of a household's report on a person's word: drawn up and signed from what is known and cleared now. */
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import type { ReportHead } from '../contract/household.ts'
import { issueReport } from '../contract/report.ts'
import { recountOpen } from '../jobs/open-counts.ts'
import { recallHousehold } from '../jobs/recall-household.ts'
import { findingRow } from '../jobs/result-rows.ts'
import { groundOf, newsOf, signReport } from '../jobs/sign-report.ts'
import { blockingFindings, type ClearingStep, standingOf } from '../rules/findings/clearing.ts'
import { compareHousehold } from '../rules/findings/compare.ts'
import type { Finding } from '../rules/household/dossier.ts'
import type { ClearedFinding } from '../rules/report/report.ts'
import { signCommissions } from '../store/campaigns.ts'
import {
  type ClearingRow,
  type CommissionRow,
  listClearingOf,
  listReportHeads,
  lockCommission,
  type ReportHeadRow,
} from '../store/household-page.ts'
import { insertNextVersion } from '../store/results.ts'
import { historyOf } from './finding-view.ts'
import { reportHeadView } from './household-parts.ts'
import { currentCampaign } from './list-households.ts'
import { getCommission } from './open-household.ts'
import { refuseUnreviewed } from './pack-review.ts'

/** Why a household's report cannot be signed anew in this state; null when it can. */
function hindrance(state: string): string | null {
  if (state === 'commissioned' || state === 'querying') return '该户正在核对，请等待结果后再签发'
  if (state === 'suspended') return '该户的核对已中止，请先恢复再签发'
  if (state === 'terminated') return '该户的核对已终止，不能签发'
  if (state === 'objected') return '该户的报告有异议未答复，请先复核异议'
  return null
}

function stepsOf(finding: Finding, clearing: readonly ClearingRow[]): ClearingStep[] {
  return historyOf(finding, clearing).steps
}

function clearedAs(finding: Finding, clearing: readonly ClearingRow[]): ClearedFinding | null {
  const { state, outcome, reason } = standingOf(finding.class, stepsOf(finding, clearing))
  return state !== 'cleared' || outcome === null ? null : { outcome, reason: reason ?? '' }
}

function refuseOpen(findings: readonly Finding[], clearing: readonly ClearingRow[]): void {
  const open = blockingFindings(findings.map((finding) => ({ class: finding.class, history: stepsOf(finding, clearing) })))
  if (open.length === 0) return
  throw new Problem(
    'verification.open-findings',
    `还有 ${open.length} 条 A 类疑点未经两人处置，不能签发报告；请先逐条处置并复核`,
    {
      status: 409,
    },
  )
}

/** A version just signed, and keyed indexes of the people it is about. */
export interface Issued {
  report: ReportHeadRow
  subjects: Buffer[]
}

/**
 * Draws up, signs and stores the next version of a household whose commission is locked, and moves the commission to `state`.
 * Problem 409 while a class A finding is not cleared, or a review date of the pack has passed.
 */
export async function issueVersion(context: ActionContext, commission: CommissionRow, state: string): Promise<Issued> {
  const { tx, keys, clock, today } = context
  const { campaign_id: campaignId, household_no: householdNo, batch_no: batchNo, division_code: divisionCode } = commission
  await refuseUnreviewed(tx, { packId: commission.pack_id, packHash: commission.pack_hash, asOf: commission.as_of }, today)
  const recalled = await recallHousehold(context, campaignId, batchNo, householdNo)
  const comparison = compareHousehold(recalled.dossier, recalled.context.rules)
  const clearing = await listClearingOf(tx, campaignId, [householdNo])
  refuseOpen(comparison.findings, clearing)
  const version = commission.version + 1
  const next = { householdNo, divisionCode, version, ordinal: commission.ordinal }
  const report = signReport(
    { shop: { keys, clock }, context: recalled.context, ground: await groundOf({ tx, context: recalled.context }, true) },
    {
      household: next,
      batchNo,
      dossier: recalled.dossier,
      comparison,
      clearingOf: (finding) => clearedAs(finding, clearing),
    },
  )
  const place = { campaignId, batchNo, version, divisionCode }
  const findings = comparison.findings.map((finding) => findingRow(finding, place))
  await insertNextVersion(tx, { campaignId, householdNo, from: commission.in_force, to: version, findings, report })
  await signCommissions(tx, { campaignId, batchNo }, state, isoInstant(clock.nowMs()), householdNo)
  await recountOpen(tx, campaignId, [householdNo])
  await context.emit('verification.reported', newsOf(recalled.context, next, comparison.conclusion))
  const [newest] = await listReportHeads(tx, campaignId, householdNo)
  if (newest === undefined) throw new Error('the report just stored is not in sight')
  const people = [...recalled.dossier.persons, ...recalled.dossier.supporters]
  return { report: newest, subjects: people.map((row) => keys.blindIndex('id', row.id_number)) }
}

/** Where a reply belongs in the journal. */
const places = new WeakMap<object, { divisionCode: string; subjects: Buffer[] }>()

export const issueReportAction: Action = routeAction(issueReport, {
  async run(context, { householdNo, campaignId: named }): Promise<ReportHead> {
    const campaignId = await currentCampaign(context, named)
    await lockCommission(context.tx, campaignId, householdNo)
    const commission = await getCommission(context, campaignId, householdNo)
    const refusal = hindrance(commission.state)
    if (refusal !== null) throw new Problem('verification.not-issuable', refusal, { status: 409 })
    const { report, subjects } = await issueVersion(context, commission, 'report_signed')
    const head = reportHeadView(report)
    places.set(head, { divisionCode: commission.division_code, subjects })
    return head
  },
  journal: (input, output) => ({
    chain: `household:${input.householdNo}`,
    ...places.get(output),
    basis: '社会救助暂行办法：家庭经济状况核对',
    purpose: '签发核对报告',
    detail: { reportNo: 'reportNo' in output ? output.reportNo : '' },
  }),
})
