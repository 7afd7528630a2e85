/** The single lane: some households named one by one are verified for a case, by the same worker and gateways as a district. */

import type { ExchangeDeps } from '#exchange'
import { chineseDate } from '#kernel/chinese-date'
import { Problem } from '#kernel/problem'
import { today } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { packAt, resolveVerify } from '#policy'
import { inWholeDistrict, loadHouseholdBatch } from '#registry'
import { isRecordName } from '#sources/contract'
import { unsignedMembers } from '../rules/household/consent.ts'
import { schemeOf } from '../rules/household/schemes.ts'
import { findBaseCampaign } from '../store/single.ts'
import { type CampaignOrder, makeCampaign } from './start-campaign.ts'

/** What is commissioned for a case. */
export interface SingleOrder extends Omit<CampaignOrder, 'areas' | 'held'> {
  readonly householdNos: readonly string[]
  /** what it is for, as the caller names it: the number of the case */
  readonly reference: string
}

/** Keys and clock: with the keys the household is read as well. */
export type CommissionDeps = ExchangeDeps & { readonly keys: Keys }

const MOST_HOUSEHOLDS = 1000

function refuse(code: string, message: string, status = 409): never {
  throw new Problem(`verification.${code}`, message, { status })
}

function checkList(order: SingleOrder, deps: CommissionDeps): void {
  if (order.householdNos.length === 0) refuse('no-household', '没有指明要核对的家庭，请选择家庭后再委托', 422)
  if (order.householdNos.length > MOST_HOUSEHOLDS) {
    refuse('too-many', `一次最多委托 ${MOST_HOUSEHOLDS} 户；全区核对请启动核对批次`, 422)
  }
  const day = today(deps.clock)
  if (order.asOf > day) refuse('as-of', `核对时点 ${chineseDate(order.asOf)} 晚于今天 ${chineseDate(day)}，请改正`, 422)
}

/** Every household is in the caller's sight, and every member has signed. */
async function checkHouseholds(tx: Tx, order: SingleOrder, deps: CommissionDeps): Promise<void> {
  const rows = await loadHouseholdBatch(tx, deps.keys, order.householdNos)
  const known = new Set(rows.households.map((row) => row.household_no))
  const missing = order.householdNos.filter((no) => !known.has(no))
  if (missing.length > 0) refuse('not-found', `家庭 ${missing.join('、')} 不存在，或不在您的辖区内`, 404)
  const parameters = resolveVerify(order.pack, order.asOf)
  const allowed = new Set(schemeOf(order.scheme).records)
  const required = parameters.required_records.filter((name) => isRecordName(name)).filter((name) => allowed.has(name))
  const terms = { asOf: order.asOf, guardianAge: parameters.guardian_age, required }
  const empty = rows.households.filter(
    (row) => !rows.persons.some((person) => person.household_no === row.household_no && person.counted === 'yes'),
  )
  if (empty.length > 0)
    refuse('no-members', `家庭 ${empty.map((row) => row.household_no).join('、')} 没有计入的共同生活成员，请先登记`)
  const unsigned = unsignedMembers(rows.persons, rows.authorisations, terms)
  if (unsigned.length === 0) return
  const names = unsigned.map(({ name, why }) => `${name}（${why}）`).join('、')
  refuse('unsigned', `不能委托核对：${names}。请补签授权书后再委托`)
}

/**
 * Commissions the verification of households named one by one. It starts by itself: when another campaign of the same as-of date and pack
 * has asked the units to get ready, this one rests on what they stated and asks no second time. The reports are told as
 * `verification.reported`. Gives the campaign's id. Problem 404 for a household that is not in scope, 409 naming every member who has not
 * signed, 422 for an order that cannot be.
 */
export async function commissionHouseholds(tx: Tx, order: SingleOrder, deps: CommissionDeps): Promise<string> {
  checkList(order, deps)
  const householdNos = [...new Set(order.householdNos)]
  await checkHouseholds(tx, { ...order, householdNos }, deps)
  return inWholeDistrict(tx, async () => {
    const { hash } = packAt(order.pack, order.asOf)
    const baseId = (await findBaseCampaign(tx, order.asOf, hash)) ?? null
    const single = { kind: 'single' as const, householdNos, reference: order.reference, baseId }
    return makeCampaign(tx, { ...order, areas: [], held: false }, single, deps)
  })
}
