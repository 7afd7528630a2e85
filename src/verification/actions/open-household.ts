/** Opening one household's verification: subjects and answers, findings and clearing, reports, objections, what happened. */
import {
  itemStates,
  type RecordName,
  recordNames,
  recordTypeOf,
  type SilenceReason,
  type StateLetter,
  unitLabel,
} from '#exchange/contract'
import { isPermitted, roleLabel } from '#identity'
import { divisionAt } from '#kernel/division'
import { ageOn, maskIdNumber, sexOf } from '#kernel/id-number'
import { Problem } from '#kernel/problem'
import { labelOf } from '#kernel/terms'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { type AuthorisationRow, type HouseholdBatch, loadHouseholdBatch } from '#registry'
import {
  type Answer,
  type HouseholdView,
  type Objection,
  openVerification,
  type ReportHead,
  type Subject,
  type TimelineEntry,
} from '../contract/household.ts'
import { CommissionState, Conclusion } from '../contract/words.ts'
import {
  type ClearingRow,
  type CommissionRow,
  findCommission,
  listClearingRows,
  listExemptionRows,
  listFindingRows,
  listHouseholdQuarantine,
  listObjectionRows,
  listReportHeads,
  listSubjectResults,
  type ObjectionRow,
  type ReportHeadRow,
  type SubjectResultRow,
} from '../store/household-page.ts'
import { loadDivisionNames, loadSourceDates } from '../store/places.ts'
import { type FindingParts, findingView } from './finding-view.ts'
import { currentCampaign } from './list-households.ts'

const reasonWords: Readonly<Record<SilenceReason, string>> = {
  source_missing: '单位没有提交此类数据',
  file_missing: '单位称已反馈，但没有数据文件',
  unreadable: '数据文件无法读取',
  column_missing: '数据文件缺少必需的列',
  not_answered: '单位尚未反馈此类数据',
  person_unanswered: '单位未能反馈此人',
  cut_off: '反馈不完整，未见记录不等于没有',
  stale: '数据时点过旧，未见记录不等于没有',
  faulty_rows: '单位数据中有无法读取的行',
  revoked: '授权已撤回',
}

const stateReasons: Readonly<Partial<Record<StateLetter, string>>> = {
  M: '号码在该单位登记在另一姓名下',
  I: '户籍查无此号',
  A: '没有有效授权，未查询',
  E: '来源错误',
  T: '超过时限未反馈',
  P: '等待反馈',
}

function answersOf(result: SubjectResultRow | undefined, dates: ReadonlyMap<string, string>): Answer[] {
  const reasons = result?.reasons == null ? {} : (JSON.parse(result.reasons) as Partial<Record<RecordName, SilenceReason>>)
  return recordNames.map((record, place) => {
    const letter = (result?.statuses[place] ?? 'P') as StateLetter
    const { unit, table } = recordTypeOf(record)
    const why = reasons[record]
    return {
      unit,
      unitName: unitLabel(unit),
      record,
      recordName: table.label,
      state: itemStates[letter],
      reason: why === undefined ? (stateReasons[letter] ?? null) : reasonWords[why],
      asOf: dates.get(record) ?? null,
      answeredAt: null,
      rows: letter === 'H' ? 1 : 0,
    }
  })
}

function authorisationOf(
  papers: readonly AuthorisationRow[],
  asOf: string,
): Pick<Subject, 'authorisation' | 'authorisationNo' | 'authorisedFrom' | 'authorisedTo' | 'authorisedItems'> {
  const paper = papers.findLast((each) => each.signature !== 'missing') ?? papers.at(-1)
  const state = (): Subject['authorisation'] => {
    if (paper === undefined || paper.signature === 'missing') return 'missing'
    if (paper.withdrawn_on !== null && paper.withdrawn_on <= asOf) return 'withdrawn'
    if (paper.valid_to !== null && paper.valid_to < asOf) return 'expired'
    return paper.signature === 'guardian' ? 'guardian' : 'signed'
  }
  return {
    authorisation: state(),
    authorisationNo: paper?.authorisation_no ?? null,
    authorisedFrom: paper?.signed_on ?? null,
    authorisedTo: paper?.valid_to ?? null,
    authorisedItems: (paper?.items ?? []).map((item) => labelOf('auth_item', item)),
  }
}

interface Opened {
  commission: CommissionRow
  batch: HouseholdBatch
  results: readonly SubjectResultRow[]
  dates: ReadonlyMap<string, string>
}

function subjectsOf({ commission, batch, results, dates }: Opened): Subject[] {
  const papers = Map.groupBy(batch.authorisations, (paper) => paper.subject_no)
  const common = (no: string, kind: 'person' | 'supporter', row: { name: string; id_number: string }) => ({
    subjectNo: no,
    name: row.name,
    idMasked: maskIdNumber(row.id_number),
    age: ageOn(row.id_number, commission.as_of),
    gender: labelOf('gender', sexOf(row.id_number)),
    ...authorisationOf(papers.get(no) ?? [], commission.as_of),
    answers: answersOf(
      results.find((result) => result.subject_no === no && result.subject_kind === kind),
      dates,
    ),
  })
  return [
    ...batch.persons.map(
      (person): Subject => ({
        ...common(person.person_no, 'person', person),
        role: person.counted === 'yes' ? 'member' : 'listed',
        relationLabel: person.relation === null ? '未填' : labelOf('relation', person.relation),
      }),
    ),
    ...batch.supporters.map(
      (supporter): Subject => ({
        ...common(supporter.supporter_no, 'supporter', supporter),
        role: 'supporter',
        relationLabel: labelOf('supporter_relation', supporter.relation),
      }),
    ),
  ]
}

/** A report's head for lists. */
export function reportHeadView(row: ReportHeadRow): ReportHead {
  return {
    reportNo: row.report_no,
    version: row.version,
    kind: row.version === 1 ? 'result' : 'review',
    conclusion: Conclusion.parse(row.conclusion),
    signedAt: row.signed_at,
    validTo: row.valid_to,
    superseded: row.superseded,
  }
}

export function objectionView(row: ObjectionRow): Objection {
  return {
    objectionId: row.objection_id,
    reportNo: row.report_no,
    raisedBy: row.raised_by,
    raisedAt: row.raised_at,
    reason: row.reason,
    state: row.outcome === null ? 'open' : 'reviewed',
    outcome: row.outcome,
    answer: row.answer,
    dueOn: null,
  }
}

const stepSentences = {
  first: '处置疑点',
  confirmed: '复核确认疑点处置',
  sent_back: '退回疑点处置',
  reopened: '重新打开疑点',
} as const

function timelineOf(
  commission: CommissionRow,
  clearing: readonly ClearingRow[],
  reports: readonly ReportHeadRow[],
  objections: readonly ObjectionRow[],
): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    { at: commission.created_at, by: commission.created_by, text: `列入核对批次“${commission.label}”`, kind: 'state' },
    ...(commission.started_at === null
      ? []
      : [{ at: commission.started_at, by: '系统', text: '凭授权向成员单位发出查询', kind: 'ask' as const }]),
    ...clearing.map(
      (row): TimelineEntry => ({ at: row.at, by: row.by_name, text: `${stepSentences[row.step]} ${row.rule}`, kind: 'clear' }),
    ),
    ...reports.map(
      (row): TimelineEntry => ({ at: row.signed_at, by: '系统', text: `出具核对报告 ${row.report_no}`, kind: 'report' }),
    ),
    ...objections.map(
      (row): TimelineEntry => ({ at: row.raised_at, by: row.raised_by, text: `对报告 ${row.report_no} 提出异议`, kind: 'state' }),
    ),
  ]
  return entries.sort((a, b) => (a.at < b.at ? 1 : -1))
}

const openStates = new Set<string>(['NAME_MISMATCH', 'ID_NOT_FOUND', 'NOT_AUTHORISED', 'SOURCE_ERROR', 'TIMEOUT', 'PENDING'])

function undeterminedBy(subjects: readonly Subject[]): string[] {
  const silent = new Map<string, Set<string>>()
  for (const subject of subjects) {
    if (subject.role !== 'member') continue
    for (const answer of subject.answers) {
      if (!openStates.has(answer.state)) continue
      const name = `${answer.unitName}·${answer.recordName}`
      silent.set(name, (silent.get(name) ?? new Set()).add(`${subject.name}（${answer.reason ?? ''}）`))
    }
  }
  return [...silent].map(([source, people]) => `${source}：${[...people].join('、')}`)
}

/** Keyed indexes of the people shown, for the journal; kept beside the view, not in it. */
const shown = new WeakMap<object, Buffer[]>()

/** What the views of a household's findings need; shared with the clearing actions. */
export async function findingPartsOf(
  context: ActionContext,
  commission: CommissionRow,
  batch: HouseholdBatch,
): Promise<FindingParts> {
  const { tx, actor, today } = context
  const [clearing, exemptions] = await Promise.all([
    listClearingRows(tx, commission.campaign_id, commission.household_no),
    listExemptionRows(tx, commission.household_no),
  ])
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

/** The commission of a household in the caller's sight; Problem 404 otherwise. */
export async function getCommission(context: ActionContext, campaignId: string, householdNo: string): Promise<CommissionRow> {
  const commission = await findCommission(context.tx, campaignId, householdNo)
  if (commission === undefined) {
    throw new Problem('verification.not-found', '这一户不在核对批次中，或不在您的辖区内', { status: 404 })
  }
  return commission
}

async function viewOf(context: ActionContext, commission: CommissionRow, batch: HouseholdBatch): Promise<HouseholdView> {
  const { tx } = context
  const { campaign_id: campaignId, household_no: householdNo, version } = commission
  const household = batch.households[0]
  if (household === undefined) throw new Problem('verification.not-found', '这一户已不在册', { status: 404 })
  const [results, dates, names, findings, reports, objections, quarantine, parts] = await Promise.all([
    listSubjectResults(tx, campaignId, householdNo, version),
    loadSourceDates(tx, campaignId),
    loadDivisionNames(tx),
    listFindingRows(tx, campaignId, householdNo, version),
    listReportHeads(tx, campaignId, householdNo),
    listObjectionRows(tx, campaignId, householdNo),
    listHouseholdQuarantine(tx, householdNo),
    findingPartsOf(context, commission, batch),
  ])
  const township = divisionAt(household.division_code, 'township')
  const subjects = subjectsOf({ commission, batch, results, dates })
  const account = household.account_no
  return {
    householdNo,
    campaignId,
    headName: (batch.persons.find(({ relation }) => relation === 'head') ?? batch.persons[0])?.name ?? '',
    programme: household.programme === 'urban' ? 'urban' : 'rural',
    kind: household.kind === 'new' ? 'new' : 'existing',
    townshipCode: township,
    townshipName: names.get(township) ?? township,
    villageCode: household.division_code,
    villageName: names.get(household.division_code) ?? household.division_code,
    address: household.address,
    appliedOn: household.applied_on,
    aidFrom: household.aid_from,
    aidTo: household.aid_to,
    tierLabel: household.tier === null ? null : labelOf('tier', household.tier),
    approvedAmount: household.approved_amount,
    singleApplicant: household.single_applicant === 'yes',
    accountMasked: account === null ? null : `${'*'.repeat(Math.max(0, account.length - 4))}${account.slice(-4)}`,
    asOf: commission.as_of,
    pack: commission.pack_id,
    state: CommissionState.parse(commission.state),
    stateReason: commission.state_reason,
    stateSince: commission.state_at,
    dueOn: null,
    daysLeft: null,
    conclusion: commission.conclusion === null ? null : Conclusion.parse(commission.conclusion),
    undeterminedBy: commission.conclusion === 'undetermined' ? undeterminedBy(subjects) : [],
    incomplete: household.incomplete,
    subjects,
    findings: findings.map((finding) => findingView(finding, parts)),
    quarantine: quarantine.map((row) => ({ rowId: row.row_id, file: row.file, row: row.row, message: row.message })),
    reports: reports.map(reportHeadView),
    objections: objections.map(objectionView),
    timeline: timelineOf(commission, parts.clearing, reports, objections),
    previousNo: commission.previous_no,
    nextNo: commission.next_no,
  }
}

export const openVerificationAction: Action = routeAction(openVerification, {
  async run(context, input) {
    const campaignId = await currentCampaign(context, input.campaignId)
    const commission = await getCommission(context, campaignId, input.householdNo)
    const batch = await loadHouseholdBatch(context.tx, context.keys, [input.householdNo])
    const view = await viewOf(context, commission, batch)
    shown.set(
      view,
      [...batch.persons, ...batch.supporters].map((row) => context.keys.blindIndex('id', row.id_number)),
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
