/** The verification of a case: commissioned by itself or by a person, its report taken up when it is told. */

import { Problem } from '#kernel/problem'
import { labelOf } from '#kernel/terms'
import type { ActionContext } from '#platform/action'
import { loadPack } from '#policy'
import { loadHouseholdFile } from '#registry'
import { commissionHouseholds, findReportOf, type UsableReport } from '#verification'
import type { PaperView } from '../contract/case.ts'
import { listPapers } from '../store/open-case.ts'
import { advance } from './case-file.ts'
import { type CaseFile, openedAgainAt } from './file-model.ts'
import { keepRecord } from './keep-record.ts'

const districtDigits = 6

/** Somebody without whose signature nothing is asked. */
export interface Unsigned {
  readonly subjectNo: string
  readonly name: string
  readonly relationLabel: string
}

const isRefusal = (paper: Pick<PaperView, 'form' | 'signature'>): boolean =>
  paper.form === 'authorisation' && paper.signature === 'refused'

/** Counted members without a standing authorisation, and supporters who neither signed nor refused on record. */
export async function listUnsigned(context: ActionContext, file: CaseFile): Promise<Unsigned[]> {
  const { household_no: householdNo, case_no: caseNo } = file.row
  if (householdNo === null) return []
  const { tx, keys, today } = context
  const household = await loadHouseholdFile(tx, keys, householdNo, today)
  const signed = new Set(
    household.authorisations.flatMap((each) => (each.state === 'signed' || each.state === 'guardian' ? [each.subjectNo] : [])),
  )
  const refused = new Set((await listPapers(tx, caseNo)).filter(isRefusal).map((paper) => paper.subjectNo))
  return household.persons
    .filter(
      ({ role, subjectNo }) => !signed.has(subjectNo) && (role === 'member' || (role === 'supporter' && !refused.has(subjectNo))),
    )
    .map(({ subjectNo, name, relationLabel }) => ({ subjectNo, name, relationLabel }))
}

/** The report of a case's household that may be used today. */
export async function findCaseReport(context: ActionContext, file: CaseFile): Promise<UsableReport | undefined> {
  const { household_no: householdNo } = file.row
  return householdNo === null ? undefined : findReportOf(context.tx, householdNo, context.today)
}

/** Commissions the verification of the case's household, and writes it down. Problem 409 naming whoever has not signed. */
export async function commissionCase(context: ActionContext, file: CaseFile): Promise<void> {
  const { row } = file
  const missing = await listUnsigned(context, file)
  if (row.household_no === null || missing.length > 0) {
    const names = missing.map(({ name, relationLabel }) => `${name}（${relationLabel}）`).join('、')
    throw new Problem('casework.unsigned', `还不能委托核对：${names}没有签核对授权书。请补签后再委托；义务人拒签的，登记拒签`, {
      status: 409,
    })
  }
  const { tx, keys, clock, today, actor } = context
  const order = {
    label: `${row.applicant_name}申请${labelOf('programme', row.programme)}`,
    scheme: row.scheme,
    asOf: today,
    pack: loadPack(row.pack_id),
    districtCode: row.division_code.slice(0, districtDigits),
    createdBy: actor.userId,
    householdNos: [row.household_no],
    reference: row.case_no,
  }
  const campaignId = await commissionHouseholds(tx, order, { keys, clock })
  await keepRecord(context, file, { step: 'verification', kind: 'commission', body: { campaignId, asOf: today } })
}

const isVerification = (command: string) => (move: { step: string; command: string }) =>
  move.step === 'verification' && move.command === command

/** Whether the case was commissioned since its verification was last opened. */
export function isCommissioned(file: CaseFile): boolean {
  const since = openedAgainAt(file, 'verification')
  return file.moves.some((move) => move.seq > since && isVerification('commission')(move))
}

/**
 * Commissions by itself as soon as the step is open and everybody has signed. A report that is valid still is not asked for again: whether
 * it is used, a person decides.
 */
export async function commissionByItself(context: ActionContext, file: CaseFile): Promise<CaseFile> {
  if (file.state.result !== null || file.state.steps.verification !== 'open' || isCommissioned(file)) return file
  if ((await findCaseReport(context, file)) !== undefined || (await listUnsigned(context, file)).length > 0) return file
  try {
    await commissionCase(context, file)
  } catch (error) {
    // What the verification refuses (an authorisation that does not cover enough) is told to the clerk who commissions by hand.
    if (error instanceof Problem) return file
    throw error
  }
  return advance(context, file, { step: 'verification', command: 'commission', asSystem: true })
}

/** Number of the report that was taken up last since the step was opened; undefined: none yet. */
export function attachedReport(file: CaseFile): string | undefined {
  const since = openedAgainAt(file, 'verification')
  const taken = file.moves.filter(
    (move) => move.seq > since && (isVerification('report')(move) || isVerification('recheck')(move)),
  )
  const reportNo = taken.at(-1)?.detail.reportNo
  return typeof reportNo === 'string' ? reportNo : undefined
}

/** True when a report was made after the newest objection: another one than the objection was about. */
export function isNewer(file: CaseFile, report: UsableReport | undefined): boolean {
  const objection = file.moves.filter(isVerification('object')).at(-1)
  return report !== undefined && objection !== undefined && report.reportNo !== objection.detail.reportNo
}
