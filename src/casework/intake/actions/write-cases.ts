/** Writing the cases that are opened: one or many of them, with as many statements for many as for one. */
import { chineseDate } from '#kernel/chinese-date'
import { addMonths } from '#kernel/dates'
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { chinaDate, nowIso } from '#platform/clock'
import { caseworkOf, clauseOf, packAt, packInForce, packSnapshot, savePackSnapshot } from '#policy'
import { loadKnownHouseholds, nameIndex } from '#registry'
import { PROCEDURES } from '../../procedure/rules/styles/index.ts'
import { insertCases, type NewCase, takeNumbers } from '../../procedure/store/cases.ts'
import { procedureVersion } from '../../procedure/store/procedures.ts'
import { insertRecords } from '../../procedure/store/records.ts'
import { claimForCleanUps } from '../../re-registration/store/clean-up.ts'
import type { Draft } from '../contract/draft.ts'
import { ACCOUNT_KEPT, keepsAccount } from '../rules/account-gaps.ts'
import { draftFrom } from '../rules/draft-declaration.ts'
import { type HouseholdCases, insertDrafts, listHouseholdCases, lockOpenings } from '../store/intake.ts'

export const SCHEME = 'dibao'

/** Until when a new application is only taken with a reason; null when no refusal stands against it. */
export function barredUntil(row: HouseholdCases | undefined, months: number | null, today: string): string | null {
  if (row?.refused_on == null || months === null) return null
  const until = addMonths(row.refused_on, months)
  return until > today ? until : null
}

/** Whose case is opened, and with what its draft begins. */
export interface Beginning {
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
  /** another family than the one of the same name in the village whose application is being written */
  readonly another?: boolean
  /** the upheld complaint against the decision of an earlier case that it is opened after */
  readonly appeal?: { readonly objectionNo: string; readonly caseNo: string } | undefined
}

/** Households the registry knows, held until the transaction ends, with what their applications begin with; those out of scope are left out. */
export async function beginKnownAll(
  context: ActionContext,
  householdNos: readonly string[],
  order: Pick<OpenOrder, 'programme'> = {},
): Promise<ReadonlyMap<string, Beginning>> {
  const { tx, keys, today } = context
  await lockOpenings(tx, householdNos)
  const known = await loadKnownHouseholds(tx, keys, householdNos)
  const cases = new Map((await listHouseholdCases(tx, householdNos, SCHEME)).map((row) => [row.household_no, row]))
  return new Map(
    known.map((each) => [
      each.householdNo,
      {
        householdNo: each.householdNo,
        divisionCode: each.villageCode,
        programme: order.programme ?? each.programme,
        applicantName: each.headName,
        members: each.members,
        draft: draftFrom(each.declaration, {
          applied_on: today,
          ...(keepsAccount(each.declaration.household) ? { [ACCOUNT_KEPT]: 'yes' } : {}),
        }),
        cases: cases.get(each.householdNo),
      },
    ]),
  )
}

/** What cases are opened under today. */
export type Terms = Awaited<ReturnType<typeof termsNow>>

/** The pack and the procedure in force; the pack is kept. Problem 409 where this program has no such procedure. */
export async function termsNow({ tx, today }: ActionContext, packId: string) {
  const pack = packAt(await packInForce(tx, packId), today)
  const parameters = caseworkOf(pack)
  const procedure = PROCEDURES.get(parameters.procedure)
  if (procedure === undefined) {
    throw new Problem('casework.procedure', `政策包“${packId}”的办理程序“${parameters.procedure}”本系统没有，请联系政策管理员`, {
      status: 409,
    })
  }
  await savePackSnapshot(tx, pack.hash, packSnapshot(pack))
  return { packId, pack, parameters, procedure, today }
}

/** What stands against opening a case: one that runs, or a refusal not long ago without a word of what has changed. */
export function refusalOf({ cases }: Beginning, { barReason }: Pick<OpenOrder, 'barReason'>, terms: Terms): Problem | null {
  if (cases?.running_no != null) {
    const message = `该家庭已有正在办理的案件 ${cases.running_no}，请在该案中继续办理，不要重复开案`
    return new Problem('casework.running', message, { status: 409, details: { caseNo: cases.running_no } })
  }
  const until = barredUntil(cases, terms.parameters.reapply_bar_months, terms.today)
  if (until === null || barReason !== undefined) return null
  const clause = clauseOf(terms.pack, 'reapply_bar_months')
  const message = `该家庭 ${chineseDate(cases?.refused_on ?? '')} 的申请未获批准，${chineseDate(until)} 前再次申请须写明情况有何变化（依据：${clause}）`
  return new Problem('casework.reapply-bar', message, { status: 409, details: { until, caseNo: cases?.refused_no ?? '' } })
}

const yearDigits = 4
const numberDigits = 6

export interface Opening {
  readonly begin: Beginning
  readonly order: OpenOrder
}

function rowOf({ begin, order }: Opening, caseNo: string, terms: Terms, opened: { by: string; at: string }): NewCase {
  return {
    case_no: caseNo,
    household_no: begin.householdNo,
    division_code: begin.divisionCode,
    scheme: SCHEME,
    programme: begin.programme,
    origin: begin.cases?.clean_up_id == null ? order.origin : 'clean_up',
    clean_up_id: begin.cases?.clean_up_id ?? null,
    appeal_no: order.appeal?.objectionNo ?? null,
    procedure_id: terms.procedure.id,
    procedure_version: procedureVersion(terms.procedure),
    pack_id: terms.packId,
    pack_hash: terms.pack.hash,
    pack_on: terms.today,
    applicant_name: begin.applicantName,
    members: begin.members,
    initials: nameIndex(begin.applicantName).initials,
    opened_at: opened.at,
    opened_by: opened.by,
  }
}

function openingOf({ order: { origin, proxy, barReason, appeal } }: Opening, at: string): object {
  return {
    origin,
    openedOn: chinaDate(at),
    ...(proxy === undefined ? {} : { proxy }),
    ...(barReason === undefined ? {} : { barReason }),
    ...(appeal === undefined ? {} : { appeal }),
  }
}

/** Opens cases against which nothing stands; gives their numbers in the same order. */
export async function writeCases(context: ActionContext, terms: Terms, openings: readonly Opening[]): Promise<string[]> {
  const { tx, keys, actor, clock } = context
  if (openings.length === 0) return []
  const series = `AJ${terms.today.slice(0, yearDigits)}`
  const first = await takeNumbers(tx, series, openings.length)
  const opened = { by: actor.userId, at: nowIso(clock) }
  const made = openings.map((opening, place) => ({
    opening,
    row: rowOf(opening, `${series}${String(first + place).padStart(numberDigits, '0')}`, terms, opened),
  }))
  const at = made.map(({ row: { case_no: caseNo, division_code: divisionCode }, opening }) => ({
    caseNo,
    divisionCode,
    opening,
  }))
  await insertCases(
    tx,
    made.map(({ row }) => row),
  )
  await insertDrafts(
    tx,
    keys,
    at.map(({ opening, ...place }) => ({ ...place, draft: opening.begin.draft })),
    opened,
  )
  const claims = made.flatMap(({ row: { clean_up_id: id, household_no: householdNo, case_no: caseNo } }) =>
    id === null || householdNo === null ? [] : [{ id, householdNo, caseNo }],
  )
  if (claims.length > 0) await claimForCleanUps(tx, claims)
  await insertRecords(
    tx,
    keys,
    { step: 'intake', kind: 'opening', ...opened },
    at.map(({ opening, ...place }) => ({ ...place, caseVersion: 0, body: openingOf(opening, opened.at) })),
  )
  return at.map(({ caseNo }) => caseNo)
}
