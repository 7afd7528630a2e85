/** Looking for a household, and opening its case: one household, many applications, but one at a time. */
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import type { Tx } from '#platform/db'
import { caseworkOf, packAt, packInForce } from '#policy'
import { findSamePersons, searchHouseholds } from '#registry'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn, remember } from '../../procedure/actions/case-note.ts'
import type { Draft } from '../contract/draft.ts'
import { type FoundHousehold, openIntake, searchForIntake } from '../contract/intake.ts'
import { emptyDraft } from '../rules/draft-changes.ts'
import { findSameApplication, findVillage, listApplicationsOf, listHouseholdCases, lockOpening } from '../store/intake.ts'
import {
  type Beginning,
  barredUntil,
  beginKnownAll,
  type OpenOrder,
  refusalOf,
  SCHEME,
  termsNow,
  writeCases,
} from './write-cases.ts'

const basis = '社会救助暂行办法 第十一条'

/** What asks the intake of the server around it. */
export interface IntakeDoor {
  readonly packId: string
}

export function searchHouseholdsAction({ packId }: IntakeDoor): Action {
  return routeAction(searchForIntake, {
    async run({ tx, keys, today }, { q }) {
      const found = await searchHouseholds(tx, keys, { text: q, on: today })
      const cases = await listHouseholdCases(
        tx,
        found.rows.map((row) => row.householdNo),
        SCHEME,
      )
      const byNo = new Map(cases.map((row) => [row.household_no, row]))
      const bar = caseworkOf(packAt(await packInForce(tx, packId), today)).reapply_bar_months
      const rows = found.rows.map((row): FoundHousehold => {
        const known = byNo.get(row.householdNo)
        const { householdNo, headName, townshipName, villageCode, villageName, programme, programmeLabel } = row
        return {
          ...{ householdNo, headName, townshipName, villageCode, villageName, programme, programmeLabel },
          aid: row.aid,
          aidFrom: row.aidFrom,
          approvedAmount: row.approvedAmount,
          persons: row.persons,
          matched: row.matched.map(({ name, role }) => ({ name, role })),
          running: known?.running_no == null ? null : { caseNo: known.running_no, openedOn: known.running_on ?? today },
          barredUntil: barredUntil(known, bar, today),
          cleanUpLabel: known?.clean_up_label ?? null,
        }
      })
      return {
        rows,
        applications: await listApplicationsOf(tx, q),
        more: found.more,
        elsewhere: found.elsewhere,
        numberFault: found.numberFault,
      }
    },
    journal: (_input, output) => ({
      chain: 'system:casework',
      basis,
      purpose: '受理前查找家庭',
      detail: { rows: (output as { rows: unknown[] }).rows.length },
    }),
  })
}

async function beginKnown(context: ActionContext, householdNo: string, order: OpenOrder): Promise<Beginning> {
  const begin = (await beginKnownAll(context, [householdNo], order)).get(householdNo)
  if (begin === undefined) throw new Problem('registry.not-found', '这一户不存在，或不在您的辖区内', { status: 404 })
  return begin
}

/** A family is opened once: who has the same name in the village is another one only at a person's word. */
async function refuseSameName(
  tx: Tx,
  another: boolean,
  family: { village: string; name: string; scheme: string },
): Promise<void> {
  await lockOpening(tx, `${family.village} ${family.name}`)
  const same = another ? undefined : await findSameApplication(tx, family)
  if (same === undefined) return
  const message = `本村（社区）已有“${family.name}”的申请 ${same.case_no} 正在录入，请在该申请中继续；确是同名的另一家庭的，请确认后另行开立`
  throw new Problem('casework.same-name', message, { status: 409, details: { caseNo: same.case_no } })
}

async function beginNew(context: ActionContext, order: OpenOrder): Promise<Beginning> {
  const { village = '', applicantName = '', programme = 'rural' } = order
  const { lo, hi } = context.tx.scope
  if (village < lo || village >= hi || (await findVillage(context.tx, village)) === undefined) {
    throw new Problem('casework.village', '所选的村（社区）不存在，或不在您的辖区内，请重新选择', { status: 422 })
  }
  await refuseSameName(context.tx, order.another === true, { village, name: applicantName, scheme: SCHEME })
  const draft = emptyDraft({ applied_on: context.today })
  const head = { id: '+head', values: { name: applicantName, relation: 'head' }, known: [] }
  return {
    householdNo: null,
    divisionCode: village,
    programme,
    applicantName,
    members: 0,
    draft: { ...draft, members: [head] },
    cases: undefined,
  }
}

/** Opens the case of the household, or of a new one; gives its number and the clean-up it belongs to. A bounded number of statements. */
export async function openCaseFor(
  context: ActionContext,
  packId: string,
  order: OpenOrder,
): Promise<{ caseNo: string; cleanUpLabel: string | null }> {
  const { householdNo } = order
  const begin = householdNo === undefined ? await beginNew(context, order) : await beginKnown(context, householdNo, order)
  const terms = await termsNow(context, packId)
  const refusal = refusalOf(begin, order, terms)
  if (refusal !== null) throw refusal
  const [caseNo = ''] = await writeCases(context, terms, [{ begin, order }])
  return { caseNo, cleanUpLabel: begin.cases?.clean_up_label ?? null }
}

export function openIntakeAction({ packId }: IntakeDoor): Action {
  return routeAction(openIntake, {
    async run(context, order) {
      const reply = await openCaseFor(context, packId, order)
      await remember(context, reply, await loadCaseFile(context, reply.caseNo))
      return reply
    },
    journal: (_input, output) => noteOn(output, (output as { caseNo: string }).caseNo, '开立案件'),
  })
}

/** Other households of the district in which somebody of the application stands by number; of those beyond the scope only that they do. */
export async function sameElsewhere(context: ActionContext, draft: Draft, householdNo: string | null): Promise<string[]> {
  const numbers = draft.members.flatMap(({ values }) => {
    const number = values.id_number ?? ''
    return number === '' || number.includes('****') ? [] : [number]
  })
  const found = await findSamePersons(context.tx, context.keys, numbers)
  return found
    .filter((each) => each.role !== 'supporter' && (each.householdNo === null || each.householdNo !== householdNo))
    .map((each) => {
      const name = draft.members.find(({ values }) => values.id_number === each.idNumber)?.values.name ?? ''
      return `${name}已登记在${each.householdNo === null ? '其他辖区的家庭' : `家庭 ${each.householdNo}`}中`
    })
}
