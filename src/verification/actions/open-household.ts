/** Opening one household's verification: subjects and answers, findings and clearing, reports, objections, what happened. */
import { isPermitted, roleLabel } from '#identity'
import { divisionAt } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { labelOf } from '#kernel/terms'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { type HouseholdBatch, loadHouseholdBatch } from '#registry'
import { type HouseholdView, openVerification } from '../contract/household.ts'
import { CommissionState, Conclusion } from '../contract/words.ts'
import { schemeOf } from '../rules/household/schemes.ts'
import {
  type ClearingRow,
  type CommissionRow,
  type ExemptionRow,
  findCommission,
  listClearingOf,
  listExemptionRows,
  listFindingRows,
  listHouseholdQuarantine,
  listReportHeads,
  listSubjectResults,
} from '../store/household-page.ts'
import { listObjectionRows } from '../store/objections.ts'
import { loadSourceDates } from '../store/places.ts'
import { listHouseholdHints } from '../store/watched.ts'
import { hintView } from './change-hints.ts'
import { type FindingParts, findingView } from './finding-view.ts'
import { objectionView, reportHeadView, subjectsOf, timelineOf, undeterminedBy } from './household-parts.ts'
import { clockOf, currentCampaign } from './list-households.ts'
import { passedReview } from './pack-review.ts'

/** Keyed indexes of the people shown, for the journal; kept beside the view, not in it. */
const shown = new WeakMap<object, Buffer[]>()

interface PartsRows {
  commission: CommissionRow
  batch: HouseholdBatch
  clearing: readonly ClearingRow[]
  exemptions: readonly ExemptionRow[]
}

function partsFrom({ actor, today }: ActionContext, { commission, batch, clearing, exemptions }: PartsRows): FindingParts {
  return {
    campaignId: commission.campaign_id,
    packId: commission.pack_id,
    asOf: commission.as_of,
    today,
    batch,
    clearing,
    exemptions,
    actor,
    mayClear: isPermitted(actor.role, 'verification.clear'),
    mayConfirm: isPermitted(actor.role, 'verification.confirm'),
    roleLabel,
  }
}

/** What the views of a household's findings need; shared with the clearing actions. */
export async function findingPartsOf(
  context: ActionContext,
  commission: CommissionRow,
  batch: HouseholdBatch,
): Promise<FindingParts> {
  const { campaign_id: campaignId, household_no: householdNo } = commission
  const [clearing, exemptions] = await Promise.all([
    listClearingOf(context.tx, campaignId, [householdNo]),
    listExemptionRows(context.tx, householdNo),
  ])
  return partsFrom(context, { commission, batch, clearing, exemptions })
}

function checked(commission: CommissionRow | undefined): CommissionRow {
  if (commission !== undefined) return commission
  throw new Problem('verification.not-found', '这一户不在核对批次中，或不在您的辖区内', { status: 404 })
}

/** The commission of a household in the caller's sight; Problem 404 otherwise. */
export async function getCommission(context: ActionContext, campaignId: string, householdNo: string): Promise<CommissionRow> {
  return checked(await findCommission(context.tx, campaignId, householdNo))
}

/** Everything the page shows, read in statements that travel together. */
async function readPage({ tx, keys, today }: ActionContext, campaignId: string, householdNo: string) {
  const [commission, batch, results, dates, findings, reports, objections, quarantine, clearing, exemptions, hints] =
    await Promise.all([
      findCommission(tx, campaignId, householdNo),
      loadHouseholdBatch(tx, keys, [householdNo]),
      listSubjectResults(tx, campaignId, householdNo),
      loadSourceDates(tx, campaignId),
      listFindingRows(tx, campaignId, householdNo),
      listReportHeads(tx, campaignId, householdNo),
      listObjectionRows(tx, campaignId, householdNo),
      listHouseholdQuarantine(tx, householdNo),
      listClearingOf(tx, campaignId, [householdNo]),
      listExemptionRows(tx, householdNo),
      listHouseholdHints(tx, householdNo, today),
    ])
  const found = checked(commission)
  const use = { packId: found.pack_id, packHash: found.pack_hash, asOf: found.as_of }
  const signingStop = await passedReview(tx, use, today)
  const rows = { batch, results, dates, findings, reports, objections, quarantine, clearing, exemptions, hints, signingStop }
  return { commission: found, ...rows }
}

type PageRows = Awaited<ReturnType<typeof readPage>>

/** The part of the view that is the household's own data. */
function registryPart({ batch, commission }: PageRows) {
  const household = batch.households[0]
  if (household === undefined) throw new Problem('verification.not-found', '这一户已不在册', { status: 404 })
  const account = household.account_no
  return {
    headName: (batch.persons.find(({ relation }) => relation === 'head') ?? batch.persons[0])?.name ?? '',
    programme: household.programme === 'urban' ? ('urban' as const) : ('rural' as const),
    kind: household.kind === 'new' ? ('new' as const) : ('existing' as const),
    townshipCode: divisionAt(household.division_code, 'township'),
    townshipName: commission.township_name,
    villageCode: household.division_code,
    villageName: commission.village_name,
    address: household.address,
    appliedOn: household.applied_on,
    aidFrom: household.aid_from,
    aidTo: household.aid_to,
    tierLabel: household.tier === null ? null : labelOf('tier', household.tier),
    approvedAmount: household.approved_amount,
    singleApplicant: household.single_applicant === 'yes',
    accountMasked: account === null ? null : `${'*'.repeat(Math.max(0, account.length - 4))}${account.slice(-4)}`,
    incomplete: household.incomplete,
  }
}

function viewOf(context: ActionContext, rows: PageRows): HouseholdView {
  const { commission, clearing, reports, objections } = rows
  const subjects = subjectsOf(rows)
  const parts = partsFrom(context, rows)
  const registry = registryPart(rows)
  const why = () => undeterminedBy(subjects, commission.required_records, registry.incomplete)
  return {
    householdNo: commission.household_no,
    campaignId: commission.campaign_id,
    ...registry,
    asOf: commission.as_of,
    pack: commission.pack_id,
    state: CommissionState.parse(commission.state),
    stateReason: commission.state_reason,
    stateSince: commission.state_at,
    ...clockOf(commission, context.today),
    signingStop: rows.signingStop,
    conclusion: commission.conclusion === null ? null : Conclusion.parse(commission.conclusion),
    undeterminedBy: commission.conclusion === 'undetermined' ? why() : [],
    subjects,
    findings: rows.findings.map((finding) => findingView(finding, parts)),
    changes: rows.hints.map((hint) => hintView(hint, context.keys)),
    quarantine: rows.quarantine.map((row) => ({ rowId: row.row_id, file: row.file, row: row.row, message: row.message })),
    reports: reports.map(reportHeadView),
    objections: objections.map((row) => objectionView(row, schemeOf(commission.scheme))),
    timeline: timelineOf(commission, clearing, reports, objections),
    previousNo: commission.previous_no,
    nextNo: commission.next_no,
  }
}

export const openVerificationAction: Action = routeAction(openVerification, {
  transaction: 'read',
  async run(context, input) {
    const campaignId = await currentCampaign(context, input.campaignId, input.householdNo)
    const rows = await readPage(context, campaignId, input.householdNo)
    const view = viewOf(context, rows)
    const people = [...rows.batch.persons, ...rows.batch.supporters]
    shown.set(
      view,
      people.map((row) => context.keys.blindIndex('id', row.id_number)),
    )
    return view
  },
  journal: (input, output) => ({
    chain: `household:${input.householdNo}`,
    ...('villageCode' in output ? { divisionCode: output.villageCode } : {}),
    subjects: shown.get(output) ?? [],
    basis: '社会救助暂行办法：家庭经济状况核对',
    purpose: '查看核对情况',
  }),
})
