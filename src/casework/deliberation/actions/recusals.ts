/** Kin among those who would deliberate about a case: found by number and name, asked about where only a name agrees. */
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { findPlaces } from '../../cases/store/open-case.ts'
import type { RelatedReason } from '../../intake/contract/intake.ts'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn, remember } from '../../procedure/actions/case-note.ts'
import { keepRecord } from '../../procedure/actions/keep-record.ts'
import { listRecordsOf } from '../../procedure/store/records.ts'
import { answerKin, type KinQuestion } from '../contract/deliberation.ts'
import { chairKey, isPostOf, type Kin, type KinAnswer, type Recusals, recusalsOf, type Sitter } from '../rules/recusal.ts'
import { type KinRow, listHouseholdKin, listOfficialNumbers, listSitters } from '../store/recusals.ts'

/** Kinds of members who hold an office of the village or township. */
const OFFICES: ReadonlySet<string> = new Set(['committee', 'party', 'township', 'supervisor'])
const ROLES: Readonly<Record<KinRow['role'], string>> = {
  member: '本人或共同生活的家庭成员',
  supporter: '赡养、抚养、扶养义务人',
}

/** What a case knows of kin in its records: declared, filed, found; and what was answered. */
function kinOfRecords(
  records: readonly { kind: string; body: Record<string, unknown> }[],
  places: readonly string[],
  numbers: ReadonlyMap<string, string>,
): { kin: Kin[]; answers: KinAnswer[] } {
  const reasons = records.filter(({ kind }) => kind === 'related').flatMap(({ body }) => body.reasons as RelatedReason[])
  const kin = reasons.map(({ official, post, member, relationLabel }) => ({
    name: official,
    relation: `${member}的${relationLabel}`,
    number: numbers.get(official) ?? null,
    here: isPostOf(post, places),
  }))
  // newest first: a later answer stands in the place of an earlier one
  const answers = records.filter(({ kind }) => kind === 'kin_answer').map(({ body }) => body as unknown as KinAnswer)
  return { kin, answers }
}

/** Who is recused in each case, and who has to be asked about. `chairs`: names of who chairs, by case. A constant number of statements. */
export async function findRecusals(
  { tx, keys }: ActionContext,
  place: { villageCode: string; memberIds: readonly string[] },
  cases: readonly { caseNo: string; chairs: readonly string[] }[],
): Promise<ReadonlyMap<string, Recusals>> {
  const caseNos = cases.map(({ caseNo }) => caseNo)
  const members = await listSitters(tx, place.memberIds)
  const families = Map.groupBy(await listHouseholdKin(tx, caseNos), (row) => row.caseNo)
  const records = await listRecordsOf(tx, keys, caseNos)
  const named = await findPlaces(tx, place.villageCode)
  const officials = [...records.values()]
    .flat()
    .filter(({ kind }) => kind === 'related')
    .flatMap(({ body }) => (body.reasons as RelatedReason[]).map(({ official }) => official))
  const numbers = await listOfficialNumbers(tx, [...new Set(officials)])
  const places = [named?.village ?? '', named?.township ?? '']
  const pool = members.map(
    ({ memberId, name, number, kind }): Sitter => ({
      key: memberId,
      name,
      number,
      inOffice: OFFICES.has(kind),
    }),
  )
  return new Map(
    cases.map(({ caseNo, chairs }) => {
      const { kin, answers } = kinOfRecords(records.get(caseNo) ?? [], places, numbers)
      const own = (families.get(caseNo) ?? []).map(
        ({ name, number, role }): Kin => ({
          name,
          number,
          relation: ROLES[role],
          here: false,
        }),
      )
      const chairing = chairs.map((name): Sitter => ({ key: chairKey(name), name, number: null, inOffice: true }))
      return [caseNo, recusalsOf([...pool, ...chairing], [...own, ...kin], answers)]
    }),
  )
}

/** Refuses while a person has to be asked, or while the chair is kin. `nameOf`: the applicant of a case. */
export function checkRecusals(recusals: ReadonlyMap<string, Recusals>, nameOf: (caseNo: string) => string): void {
  const unsure = [...recusals].flatMap(([caseNo, own]) =>
    own.unsure.map((each): KinQuestion => ({ ...each, caseNo, applicantName: nameOf(caseNo) })),
  )
  if (unsure.length > 0) {
    const who = [
      ...new Set(unsure.map(({ name, applicantName, relation }) => `${name}（与${applicantName}户：${relation}）`)),
    ].join('、')
    const message = `以下人员与当事人的近亲属同名，请先在本村民主评议页逐人确认是不是同一人：${who}`
    throw new Problem('casework.kin-unsure', message, { status: 409, details: { unsure } })
  }
  const chair = [...recusals].flatMap(([caseNo, { recused }]) =>
    recused.filter(({ key }) => key.startsWith('chair:')).map((each) => ({ ...each, caseNo })),
  )[0]
  if (chair === undefined) return
  const message = `主持人${chair.name}是${nameOf(chair.caseNo)}户当事人的近亲属（${chair.relation}），应当回避，请换人主持`
  throw new Problem('casework.chair-kin', message, { status: 409 })
}

export const answerKinAction: Action = routeAction(answerKin, {
  async run(context, { caseNo, key, name, relation, isKin, reason }) {
    const file = await loadCaseFile(context, caseNo, true)
    if (file.state.result !== null) throw new Problem('casework.ended', '该案已经办结，不必再确认', { status: 409 })
    await keepRecord(context, file, { step: 'deliberation', kind: 'kin_answer', body: { key, name, relation, isKin, reason } })
    const reply = { caseNo }
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo, isKin }, output) => noteOn(output, caseNo, '确认评议人员与当事人是否近亲属', { isKin }),
})
