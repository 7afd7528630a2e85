/** 异地协查: a node beyond the district is asked about members of a household, each of whom has signed for it. */
import { enqueueRequests, type FarNode } from '#exchange'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { type HouseholdBatch, inWholeDistrict, loadHouseholdBatch } from '#registry'
import { isRecordName, type RecordName, recordNames, recordTypeOf } from '#sources/contract'
import { askFarNode } from '../contract/far.ts'
import { recallHousehold } from '../jobs/recall-household.ts'
import { groundsOf } from '../jobs/send.ts'
import type { CampaignContext } from '../jobs/workshop.ts'
import { authorisedMask, ownMask, type PlannedSubject, planSubjects, schemeMask } from '../rules/asking/plan.ts'
import { farQuestion } from '../rules/asking/questions.ts'
import { whyUnsigned } from '../rules/household/consent.ts'
import { insertFarAsking } from '../store/far-askings.ts'
import type { CommissionRow } from '../store/household-page.ts'
import { campaignOf, commissionNamed, exchangeCampaign, listNodesFor, type NamedHousehold } from './far-askings.ts'

const DAY_MS = 86_400_000

function refuse(code: string, message: string, status = 409): never {
  throw new Problem(`verification.${code}`, message, { status })
}

type Wish = { readonly unit: string; readonly subjectNos: readonly string[]; readonly records: readonly string[] }

/** The record types that are asked, in the order of the catalogue; a node without a right to one of them is refused. */
function recordsOf(nodes: readonly FarNode[], { unit, records }: Wish): RecordName[] {
  const node = nodes.find((each) => each.unit === unit)
  if (node === undefined) {
    return refuse(
      'no-far-node',
      `不得为本项目向节点 ${unit} 协查：未登记、已吊销或未授予查询权。请由管理员在线路页面登记后再发起`,
      403,
    )
  }
  const unasked = records.find((record) => !isRecordName(record) || !node.records.includes(record))
  if (unasked !== undefined) {
    const label = isRecordName(unasked) ? recordTypeOf(unasked).label : unasked
    refuse('no-far-right', `不得为本项目向${node.name}查询“${label}”：未授予此项查询权，请改选记录类型`, 403)
  }
  return node.records.filter((record) => records.includes(record))
}

/** The chosen members with what is asked of them; every one has signed for it and the paper is in force today. */
function subjectsOf(batch: HouseholdBatch, { subjectNos }: Wish, records: readonly RecordName[], frame: Frame): PlannedSubject[] {
  const stranger = subjectNos.find((no) => !batch.persons.some((person) => person.person_no === no))
  if (stranger !== undefined) refuse('no-member', `人员 ${stranger} 不是本户登记的成员，请刷新页面后重选`, 422)
  const { today, guardianAge } = frame
  const papers = Map.groupBy(batch.authorisations, (paper) => paper.subject_no)
  const chosen = batch.persons.filter((person) => subjectNos.includes(person.person_no))
  const unsigned = chosen.flatMap((person) => {
    const own = papers.get(person.person_no) ?? []
    const isWithout = (authorisedMask(own, person.id_number, today, guardianAge) & ~ownMask) === 0
    const why = whyUnsigned(person, own, { asOf: today, guardianAge, required: isWithout ? recordNames : records })
    return why === undefined ? [] : [`${person.name}（${why}）`]
  })
  if (unsigned.length > 0) {
    refuse('unsigned', `不能协查：${unsigned.join('、')}。请取得今日有效、包含所选记录的授权书，或不选该成员`)
  }
  const planned = planSubjects({ ...batch, supporters: [] }, schemeMask(records), today, guardianAge)
  return planned.filter((subject) => subjectNos.includes(subject.subjectNo))
}

interface Frame {
  today: string
  guardianAge: number
}

/** The names each subject is known by: as registered here, and in the rows of the register that answered about it. */
async function namesOf(context: ActionContext, { campaign_id: id, batch_no: no, household_no: householdNo }: CommissionRow) {
  const { dossier } = await recallHousehold(context, id, no, householdNo)
  return ({ name, subjectNo }: PlannedSubject): string[] => {
    const rows = dossier.answers.get(subjectNo)?.usable['police/register'] ?? []
    return [...new Set([name, ...rows.flatMap((row) => (row.former_name === null ? [row.name] : [row.name, row.former_name]))])]
  }
}

interface Prepared {
  commission: CommissionRow
  campaign: CampaignContext
  node: FarNode
  records: RecordName[]
  subjects: PlannedSubject[]
}

async function prepare(context: ActionContext, input: NamedHousehold & Wish): Promise<Prepared> {
  const commission = await commissionNamed(context, input)
  if (commission.state === 'suspended' || commission.state === 'terminated') {
    refuse('ended', '该户的核对已中止或终止，不能发起异地协查')
  }
  const campaign = await campaignOf(context, commission)
  const nodes = await inWholeDistrict(context.tx, () => listNodesFor(context, campaign.facts.scheme))
  const records = recordsOf(nodes, input)
  const batch = await loadHouseholdBatch(context.tx, context.keys, [input.householdNo])
  const frame = { today: context.today, guardianAge: campaign.guardianAge }
  const subjects = subjectsOf(batch, input, records, frame)
  const node = nodes.find((each) => each.unit === input.unit) ?? refuse('no-far-node', '没有这个节点', 403)
  return { commission, campaign, node, records, subjects }
}

/** Sends the question, sealed and signed to the node; it holds the channels until the commit, so it comes last. */
async function send(context: ActionContext, prepared: Prepared, askingNo: number): Promise<void> {
  const { commission, campaign, node, records, subjects } = prepared
  const { facts, scheme, basis } = campaign
  const nameOf = await namesOf(context, commission)
  const place = {
    campaign: exchangeCampaign(commission.household_no),
    batch: askingNo,
    basis: { ...basis, asOf: context.today },
    scheme: facts.scheme,
  }
  const question = farQuestion(place, subjects, subjects.map(nameOf), records)
  const expiresInMs = scheme.farAnswerDays.value * DAY_MS
  const grounds = { ...groundsOf(facts, scheme.purpose), operator: context.actor.userId, lane: 'single', expiresInMs } as const
  await inWholeDistrict(context.tx, () => enqueueRequests(context.tx, [{ ...question, unit: node.unit }], grounds, context))
}

/** What `run` found out, for the journal entries of the same call. */
const asked = new WeakMap<object, Prepared>()

export const askFarNodeAction: Action = routeAction(askFarNode, {
  async run(context, input) {
    const prepared = await prepare(context, input)
    const { commission, campaign, subjects } = prepared
    const askingNo = await insertFarAsking(context.tx, {
      householdNo: commission.household_no,
      divisionCode: commission.division_code,
      campaignId: commission.campaign_id,
      unit: input.unit,
      reason: input.reason,
      askedOn: context.today,
      guardianAge: campaign.guardianAge,
      askedBy: context.actor.userId,
      askedByName: context.actor.name,
      askedAt: nowIso(context.clock),
      subjects: subjects.map(({ subjectNo, bornOn, asked: bits, authorisations }) => ({
        subjectNo,
        bornOn,
        asked: bits,
        authorisationNos: authorisations.map((paper) => paper.authorisation_no),
      })),
    })
    await send(context, prepared, askingNo)
    const reply = { askingNo }
    asked.set(reply, prepared)
    return reply
  },
  // an entry for each member: the person's own log names the node and the papers of nobody else
  journal(input, output, { keys }) {
    const prepared = asked.get(output)
    if (prepared === undefined) throw new Error('an asking without its journal')
    const { commission, campaign, node, records, subjects } = prepared
    return subjects.map((subject) => ({
      chain: `household:${input.householdNo}`,
      divisionCode: commission.division_code,
      subjects: [keys.blindIndex('id', subject.idNumber)],
      basis: campaign.scheme.legalBasis,
      purpose: campaign.scheme.purpose,
      detail: {
        batch: 'askingNo' in output ? output.askingNo : 0,
        unitName: node.name,
        unit: node.unit,
        records,
        reason: input.reason,
        authorisations: subject.authorisations.map((paper) => paper.authorisation_no),
      },
    }))
  },
})
