/** 异地协查: what nodes beyond the district were asked about a household, and what they answered. */
import { type ExchangeDeps, type FarNode, type LoadedAnswer, listFarNodes, listRequestStandings, loadAnswers } from '#exchange'
import { isPermitted } from '#identity'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso, today } from '#platform/clock'
import type { Tx } from '#platform/db'
import { inWholeDistrict, loadHouseholdBatch } from '#registry'
import { itemStates, recordNames, recordTypeOf, type StateLetter } from '#sources/contract'
import { askFarNode, type FarAnswer, type FarAsking, listFarAskings } from '../contract/far.ts'
import { type CampaignContext, campaignContext } from '../jobs/workshop.ts'
import { type Asked, askedNode } from '../rules/asking/asked-of.ts'
import { farStanding } from '../rules/asking/far-asking.ts'
import { recordFacts } from '../rules/findings/finding-facts.ts'
import { AnswerBook } from '../rules/found/answer-book.ts'
import { schemeOf } from '../rules/household/schemes.ts'
import { findCampaign } from '../store/campaigns.ts'
import { type FarAskingRow, type FarSubjectRow, listFarAskingRows, listFarSubjects } from '../store/far-askings.ts'
import type { CommissionRow } from '../store/household-page.ts'
import { answerReason } from './household-parts.ts'
import { currentCampaign } from './list-households.ts'
import { getCommission } from './open-household.ts'

/** Askings of one household share a place in the exchange, each is a batch of it. */
export const exchangeCampaign = (householdNo: string): string => `far:${householdNo}`

/** A household as a page names it. */
export interface NamedHousehold {
  readonly householdNo: string
  readonly campaignId?: string | undefined
}

/** The commission of a household in the caller's sight; Problem 404 otherwise. */
export async function commissionNamed(
  context: ActionContext,
  { householdNo, campaignId: named }: NamedHousehold,
): Promise<CommissionRow> {
  return getCommission(context, await currentCampaign(context, named, householdNo), householdNo)
}

/** The campaign of a commission. Problem 404 when there is none. */
export async function campaignOf({ tx }: ActionContext, { campaign_id: campaignId }: CommissionRow): Promise<CampaignContext> {
  const facts = await findCampaign(tx, campaignId)
  if (facts === undefined) throw new Problem('verification.no-campaign', '还没有核对批次', { status: 404 })
  return campaignContext(facts)
}

/** The nodes that may be asked for a scheme, each with the record types the scheme may ask. */
export async function listNodesFor({ tx }: ActionContext, schemeId: string): Promise<FarNode[]> {
  const scheme = schemeOf(schemeId)
  const nodes = await listFarNodes(tx, scheme.purpose)
  return nodes.flatMap((node) => {
    const records = node.records.filter((record) => scheme.records.includes(record))
    return records.length === 0 ? [] : [{ ...node, records }]
  })
}

/** The askings of a household with what came in answer to them; statements do not depend on their number. */
export async function loadAskings(tx: Tx, deps: ExchangeDeps, householdNo: string) {
  const rows = await listFarAskingRows(tx, householdNo)
  const nos = rows.map((row) => row.asking_no)
  const subjects = await listFarSubjects(tx, nos, today(deps.clock))
  const at = { campaign: exchangeCampaign(householdNo) }
  const { standings, answers } = await inWholeDistrict(tx, async () => ({
    standings: await listRequestStandings(tx, at.campaign),
    answers: await loadAnswers(tx, at, deps),
  }))
  return { rows, subjects, standings, answers }
}

/** What came in answer to an asking, about its subjects. */
function bookOf(
  subjects: readonly FarSubjectRow[],
  answers: readonly LoadedAnswer[],
  ids: ReadonlyMap<string, string>,
): AnswerBook {
  const book = new AnswerBook(subjects.map(({ subject_no: no, asked: bits }) => ({ idNumber: ids.get(no) ?? '', asked: bits })))
  for (const answer of answers) if (answer.kind === 'records') book.take(answer)
  return book
}

const uncovered = '授权已撤回或到期，答复不再显示'
const gone = '此人已不在本户登记，答复不再显示'

/** The answers about one subject, one for each record type asked; what no authorisation covers today is not shown. */
function answersAbout(book: AnswerBook, place: number, { asked: bits, covered, name }: FarSubjectRow): FarAnswer[] {
  book.halt(place, bits & covered)
  const letters = book.letters(place)
  const usable = book.usable(place)
  return recordNames.flatMap((record, at): FarAnswer[] => {
    if ((bits & (1 << at)) === 0) return []
    const letter = (letters[at] ?? 'P') as StateLetter
    const isHidden = (covered & (1 << at)) === 0
    const reason = isHidden ? (name === null ? gone : uncovered) : answerReason(letter, book.reasons(place)[record])
    const rows = (usable[record] ?? []).map((row) => recordFacts(record, row).slice(1))
    return [{ record, recordName: recordTypeOf(record).label, state: itemStates[letter], reason, rows }]
  })
}

type Askings = Awaited<ReturnType<typeof loadAskings>>

/** The request of an asking, its subjects, and what came in answer to it. */
export function partsOf({ subjects, standings, answers }: Askings, askingNo: number) {
  const request = standings.find((each) => each.batch === askingNo)
  if (request === undefined) throw new Error(`asking ${askingNo} was not sent`)
  const own = subjects.filter((subject) => subject.asking_no === askingNo)
  return { request, own, said: answers.filter((answer) => answer.batch === askingNo) }
}

function askingView(row: FarAskingRow, askings: Askings, ids: ReadonlyMap<string, string>, now: string): FarAsking {
  const { asking_no: askingNo, unit, reason, asked_by_name: by, asked_at: askedAt } = row
  const { request, own, said } = partsOf(askings, askingNo)
  const { state, note } = farStanding(request, said, now)
  const book = bookOf(own, said, ids)
  if (state !== 'sent' && state !== 'answered') book.expire()
  return {
    askingNo,
    unit,
    unitName: request.name,
    by,
    askedAt,
    expiresAt: request.expires_at,
    answeredAt: request.answered_at,
    reason,
    state,
    note,
    subjects: own.map((subject, place) => ({
      subjectNo: subject.subject_no,
      name: subject.name ?? '已不在本户的人员',
      answers: answersAbout(book, place, subject),
    })),
  }
}

/** Numbers of the members, by the number of the person. */
async function idsOf({ tx, keys }: ActionContext, householdNo: string): Promise<Map<string, string>> {
  const { persons } = await loadHouseholdBatch(tx, keys, [householdNo])
  return new Map(persons.map((person) => [person.person_no, person.id_number]))
}

/** Keyed indexes of the people shown and their place, for the journal. */
const shown = new WeakMap<object, { divisionCode: string; subjects: Buffer[] }>()

export const listFarAskingsAction: Action = routeAction(listFarAskings, {
  async run(context, input) {
    const commission = await commissionNamed(context, input)
    const mayAsk = isPermitted(context.actor.role, askFarNode.permission)
    const nodes = mayAsk ? await inWholeDistrict(context.tx, () => listNodesFor(context, commission.scheme)) : []
    const askings = await loadAskings(context.tx, context, input.householdNo)
    const ids = await idsOf(context, input.householdNo)
    const reply = {
      rows: askings.rows.map((row) => askingView(row, askings, ids, nowIso(context.clock))),
      nodes: nodes.map(({ unit, name, via, records }) => ({
        unit,
        name,
        via,
        records: records.map((record) => ({ record, recordName: recordTypeOf(record).label })),
      })),
    }
    const byNo = new Map(askings.subjects.map((subject) => [subject.subject_no, subject.id_number_index]))
    const subjects = [...byNo.values()].filter((index) => index !== null)
    shown.set(reply, { divisionCode: commission.division_code, subjects })
    return reply
  },
  journal(input, output) {
    const seen = shown.get(output)
    if (seen === undefined || seen.subjects.length === 0) return null
    return {
      chain: `household:${input.householdNo}`,
      ...seen,
      basis: '社会救助暂行办法：家庭经济状况核对',
      purpose: '查看异地协查答复',
    }
  },
})

/**
 * What a far node was asked about a person, by `<household> <asking>`, for the list of who looked at him: kinds of record, outcome, papers;
 * never a value. The same statements for each household.
 */
export async function listFarAsked(tx: Tx, deps: ExchangeDeps, subjectNo: string, householdNos: readonly string[]) {
  const about = new Map<string, Asked>()
  for (const householdNo of new Set(householdNos)) {
    const askings = await loadAskings(tx, deps, householdNo)
    for (const { asking_no: askingNo } of askings.rows) {
      const { request, own, said } = partsOf(askings, askingNo)
      const place = own.findIndex((subject) => subject.subject_no === subjectNo)
      const subject = own[place]
      if (subject === undefined) continue
      const letters = bookOf(own, said, new Map()).letters(place)
      const units = [askedNode(request.name, subject.asked, letters)]
      about.set(`${householdNo} ${askingNo}`, { units, authorisationNos: subject.authorisation_nos })
    }
  }
  return about
}
