/** Looking for a household, and opening its case: one household, many applications, but one at a time. */
import { addMonths } from '#kernel/dates'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { chinaDate, nowIso } from '#platform/clock'
import { caseworkOf, clauseOf, packAt, packSnapshot } from '#policy'
import { findSamePersons, type HouseholdFile, loadHouseholdFile, nameIndex, searchHouseholds } from '#registry'
import { packInForce, savePackSnapshot } from '#verification'
import type { Draft } from '../contract/draft.ts'
import { type FoundHousehold, openIntake, searchForIntake } from '../contract/intake.ts'
import { PROCEDURES } from '../procedures/index.ts'
import { ACCOUNT_KEPT, keepsAccount } from '../rules/account-gaps.ts'
import { emptyDraft } from '../rules/draft-changes.ts'
import { draftFrom } from '../rules/draft-declaration.ts'
import { insertCase, type NewCase, nextNumber } from '../store/cases.ts'
import { claimForCleanUp } from '../store/clean-up.ts'
import { findVillage, type HouseholdCases, listHouseholdCases, lockOpening, saveDraft } from '../store/intake.ts'
import { procedureVersion } from '../store/procedures.ts'
import { loadCaseFile } from './case-file.ts'
import { noteOn, remember } from './case-note.ts'
import { keepRecord } from './keep-record.ts'

const SCHEME = 'dibao'
const basis = '社会救助暂行办法 第十一条'

/** What asks the intake of the server around it. */
export interface IntakeDoor {
  readonly packId: string
}

/** Until when a new application is only taken with a reason; null when no refusal stands against it. */
function barredUntil(row: HouseholdCases | undefined, months: number | null, today: string): string | null {
  if (row?.refused_on == null || months === null) return null
  const until = addMonths(row.refused_on, months)
  return until > today ? until : null
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
      return { rows, more: found.more, elsewhere: found.elsewhere, numberFault: found.numberFault }
    },
    journal: (_input, output) => ({
      chain: 'system:casework',
      basis,
      purpose: '受理前查找家庭',
      detail: { rows: (output as { rows: unknown[] }).rows.length },
    }),
  })
}

/** Whose case is opened, and with what its draft begins. */
interface Beginning {
  readonly householdNo: string | null
  readonly divisionCode: string
  readonly programme: 'urban' | 'rural'
  readonly applicantName: string
  readonly members: number
  readonly draft: Draft
  readonly cases: HouseholdCases | undefined
}

/** A case to be opened. */
export interface OpenOrder {
  readonly householdNo?: string | undefined
  readonly village?: string | undefined
  readonly applicantName?: string | undefined
  readonly programme?: 'urban' | 'rural' | undefined
  readonly origin: 'application' | 'proxy' | 'found' | 'clean_up'
  readonly proxy?: { name: string; relation: string; reason: string } | undefined
  readonly barReason?: string | undefined
  /** the upheld complaint against the decision of an earlier case that it is opened after */
  readonly appeal?: { readonly objectionNo: string; readonly caseNo: string } | undefined
}

async function beginKnown(context: ActionContext, householdNo: string, order: OpenOrder): Promise<Beginning> {
  const { tx, keys, today } = context
  const file: HouseholdFile = await loadHouseholdFile(tx, keys, householdNo, today)
  await lockOpening(tx, householdNo)
  const [cases] = await listHouseholdCases(tx, [householdNo], SCHEME)
  const head = file.persons.find((person) => person.relation === 'head') ?? file.persons[0]
  return {
    householdNo,
    divisionCode: file.villageCode,
    programme: order.programme ?? file.programme,
    applicantName: file.headName === '' ? (head?.name ?? '未登记') : file.headName,
    members: file.persons.filter((person) => person.role === 'member').length,
    draft: draftFrom(file.declaration, {
      applied_on: today,
      ...(keepsAccount(file.declaration.household) ? { [ACCOUNT_KEPT]: 'yes' } : {}),
    }),
    cases,
  }
}

async function beginNew(context: ActionContext, order: OpenOrder): Promise<Beginning> {
  const { village = '', applicantName = '', programme = 'rural' } = order
  const { lo, hi } = context.tx.scope
  if (village < lo || village >= hi || (await findVillage(context.tx, village)) === undefined) {
    throw new Problem('casework.village', '所选的村（社区）不存在，或不在您的辖区内，请重新选择', { status: 422 })
  }
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

function refuseTwice({ cases }: Beginning): void {
  if (cases?.running_no == null) return
  throw new Problem('casework.running', `该家庭已有正在办理的案件 ${cases.running_no}，请在该案中继续办理，不要重复开案`, {
    status: 409,
    details: { caseNo: cases.running_no },
  })
}

const yearDigits = 4
const numberDigits = 6

/** Opens a case of the household, or of a new one; gives its number and the clean-up it belongs to. A bounded number of statements. */
export async function openCaseFor(
  context: ActionContext,
  packId: string,
  order: OpenOrder,
): Promise<{ caseNo: string; cleanUpLabel: string | null }> {
  const { tx, keys, actor, clock, today } = context
  const { householdNo } = order
  const begin = householdNo === undefined ? await beginNew(context, order) : await beginKnown(context, householdNo, order)
  refuseTwice(begin)
  const pack = packAt(await packInForce(tx, packId), today)
  const parameters = caseworkOf(pack)
  const until = barredUntil(begin.cases, parameters.reapply_bar_months, today)
  if (until !== null && order.barReason === undefined) {
    const clause = clauseOf(pack, 'reapply_bar_months')
    const message = `该家庭 ${begin.cases?.refused_on} 的申请未获批准，${until} 前再次申请须写明情况有何变化（依据：${clause}）`
    throw new Problem('casework.reapply-bar', message, { status: 409, details: { until, caseNo: begin.cases?.refused_no ?? '' } })
  }
  const procedure = PROCEDURES.get(parameters.procedure)
  if (procedure === undefined) {
    throw new Problem('casework.procedure', `政策包“${packId}”的办理程序“${parameters.procedure}”本系统没有，请联系政策管理员`, {
      status: 409,
    })
  }
  await savePackSnapshot(tx, pack.hash, packSnapshot(pack))
  const year = today.slice(0, yearDigits)
  const caseNo = `AJ${year}${String(await nextNumber(tx, `AJ${year}`)).padStart(numberDigits, '0')}`
  const at = nowIso(clock)
  const row: NewCase = {
    case_no: caseNo,
    household_no: begin.householdNo,
    division_code: begin.divisionCode,
    scheme: SCHEME,
    programme: begin.programme,
    origin: begin.cases?.clean_up_id == null ? order.origin : 'clean_up',
    clean_up_id: begin.cases?.clean_up_id ?? null,
    appeal_no: order.appeal?.objectionNo ?? null,
    procedure_id: procedure.id,
    procedure_version: procedureVersion(procedure),
    pack_id: packId,
    pack_hash: pack.hash,
    pack_on: today,
    applicant_name: begin.applicantName,
    members: begin.members,
    initials: nameIndex(begin.applicantName).initials,
    opened_at: at,
    opened_by: actor.userId,
  }
  await insertCase(tx, row)
  await saveDraft(tx, keys, { caseNo, divisionCode: begin.divisionCode, draft: begin.draft, by: actor.userId, at })
  if (begin.householdNo !== null && row.clean_up_id !== null)
    await claimForCleanUp(tx, row.clean_up_id, begin.householdNo, caseNo)
  const opening = {
    origin: order.origin,
    openedOn: chinaDate(at),
    ...(order.proxy === undefined ? {} : { proxy: order.proxy }),
    ...(order.barReason === undefined ? {} : { barReason: order.barReason }),
    ...(order.appeal === undefined ? {} : { appeal: order.appeal }),
  }
  await keepRecord(context, await loadCaseFile(context, caseNo), { step: 'intake', kind: 'opening', body: opening })
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
