/** The verification of a case is commissioned: by a person, or by itself once everybody has signed. */
import { Problem } from '#kernel/problem'
import { labelOf } from '#kernel/terms'
import type { ActionContext } from '#platform/action'
import { packInForce } from '#policy'
import { commissionHouseholds } from '#verification'
import { advance } from '../../procedure/actions/case-file.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import { keepRecord } from '../../procedure/actions/keep-record.ts'
import { findCaseReport, isCommissioned, listUnsigned } from './report.ts'

const districtDigits = 6

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
    label: `案件 ${row.case_no}，${labelOf('programme', row.programme)}申请`,
    scheme: row.scheme,
    asOf: today,
    pack: await packInForce(tx, row.pack_id),
    districtCode: row.division_code.slice(0, districtDigits),
    createdBy: actor.userId,
    householdNos: [row.household_no],
    reference: row.case_no,
  }
  const campaignId = await commissionHouseholds(tx, order, { keys, clock })
  await keepRecord(context, file, { step: 'verification', kind: 'commission', body: { campaignId, asOf: today } })
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
