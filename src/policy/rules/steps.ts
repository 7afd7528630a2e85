import * as carrier from './carrier.ts'
import { type Columns, FLAG } from './columns.ts'
import * as formulas from './formulas.ts'
import { INCOME_ITEMS } from './household.ts'
import * as membership from './membership.ts'
import type { Detail, Terms, Work } from './row-model.ts'
import * as model from './row-model.ts'
import { vehicleValue } from './vehicle-value.ts'

/**
 * The assessment, step by step, each step a loop over the households `rows` of one programme: some
 * hundred at a time for a district, a single one for a case, a single one with `detail` for its explanation. There is
 * no other text of these rules; `steps-exact.ts` is this one over the exact carrier.
 */

type Int = carrier.Int

// Bound once: the engine folds a name of this module into the loops, an imported one it would load and check each time.
const { exactDiv, int } = carrier
const { abovePerHead, areaAbove, countableIncome, larger, monthly, perCapitaBelow, smaller, supportOwed, workCost } = formulas
const { shortfallOfAmount, shortfallOfIncome, shortfallOfTotal, topUpOfBenefit } = formulas
const { ageOf, isCounted, standingOf } = membership
const { OLDEST, OVERLAP, REFUSAL, ROUND_POINT, SINGLE_MODE, SUPPORT_BASIS, TOP_UP_BASE, WORK_METHOD } = model
const WAGE = INCOME_ITEMS.indexOf('wage')
const ABLE = FLAG.able
const ABLE_OR_STABLE = FLAG.able | FLAG.stable
const WORKS = FLAG.works

function noteMember(c: Columns, m: number, on: number, standing: number, detail: Detail<Int>): void {
  detail.standings.push(standing)
  detail.ages.push(ageOf(c.age[m] as number, c.birth[m] as number, on))
}

/** Step 1: counted members, and whether any of them is able to work without a stable income. */
function countMembers(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { memberStart, flags } = c
  const { on, dependentStudy, recheckStable, recheckVolatile } = t
  const { counted, detail, members: size, recheck } = w
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    const end = memberStart[i + 1] as number
    let members = 0
    let volatile = 0
    for (let m = memberStart[i] as number; m < end; m++) {
      const standing = standingOf(c, m, on, dependentStudy)
      const counts = isCounted(standing) ? 1 : 0
      counted[m] = counts
      members += counts
      volatile |= ((flags[m] as number) & ABLE_OR_STABLE) === ABLE ? counts : 0
      if (detail !== null) noteMember(c, m, on, standing, detail)
    }
    size[i] = members
    recheck[i] = volatile === 1 ? recheckVolatile : recheckStable
  }
}

function noteIncome(monthlyAmount: Int, counted: Int, detail: Detail<Int>): void {
  detail.monthly.push(monthlyAmount)
  detail.counted.push(counted)
}

/** Step 2, lines: what counts of each, per month; those of members who do not count are 0. */
function sumIncomes(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { incomeStart, incomeAmount, incomeMonths, incomeItem, incomeMember } = c
  const { itemScale, scale } = t
  const { counted, detail, income, waged } = w
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    const end = incomeStart[i + 1] as number
    let sum = int(0)
    let wages = 0
    for (let j = incomeStart[i] as number; j < end; j++) {
      const member = incomeMember[j] as number
      const amount = int(incomeAmount[j] as number)
      const months = int(incomeMonths[j] as number)
      const item = incomeItem[j] as number
      const counts = member < 0 || counted[member] === 1
      const line = counts ? monthly(amount, itemScale[item] as Int, months) : int(0)
      sum += line
      wages |= item === WAGE ? 1 : 0
      if (detail !== null) noteIncome(monthly(amount, scale, months), line, detail)
    }
    income[i] = sum
    waged[i] = wages
  }
}

/** Step 2, support: an agreement above 0 decides, else the larger of what is paid and what the formula gives. */
function addSupport(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { supporterStart, supporterIncome, supporterPersons, supportedCount, supportAgreed, supportPaid } = c
  const { scale, supportThreshold, supportOnExcess, supportRateNum, supportRateDen, supportShared } = t
  const { detail, income: total } = w
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    const end = supporterStart[i + 1] as number
    let sum = total[i] as Int
    for (let j = supporterStart[i] as number; j < end; j++) {
      const agreed = int(supportAgreed[j] as number) * scale
      const paid = int(supportPaid[j] as number) * scale
      const threshold = supportThreshold * int(supporterPersons[j] as number)
      const sharedBy = supportShared ? int(supportedCount[j] as number) : int(1)
      const income = int(supporterIncome[j] as number) * scale
      const owed = supportOwed(income, threshold, supportOnExcess, supportRateNum, supportRateDen, sharedBy)
      const counted = agreed > int(0) ? agreed : larger(paid, owed)
      sum += counted
      if (detail !== null) {
        detail.support.push(counted)
        detail.supportBasis.push(supportBasis(agreed, paid, owed))
      }
    }
    total[i] = sum
  }
}

function supportBasis(agreed: Int, paid: Int, owed: Int): number {
  if (agreed > int(0)) return SUPPORT_BASIS.agreed
  return paid > owed ? SUPPORT_BASIS.paid : SUPPORT_BASIS.formula
}

/** Step 3, work: what the rule gives an earner, at most the wage and the cap. */
function workCostOf(pay: Int, t: Terms<Int>): Int {
  const ruled = t.workMethod === WORK_METHOD.shareOfPay ? exactDiv(pay * t.workRateNum, t.workRateDen) : t.workPerHead
  const cost = workCost(ruled, pay)
  return t.workCapped ? smaller(cost, t.workCap) : cost
}

/** Counted wages of one household by member. */
function sumWages(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): void {
  const { incomeStart, incomeItem, incomeMember, incomeAmount, incomeMonths, memberStart } = c
  const { wage, counted } = w
  const ticks = t.itemScale[WAGE] as Int
  const lastMember = memberStart[i + 1] as number
  for (let m = memberStart[i] as number; m < lastMember; m++) wage[m] = int(0)
  const end = incomeStart[i + 1] as number
  for (let j = incomeStart[i] as number; j < end; j++) {
    const member = incomeMember[j] as number
    if (incomeItem[j] !== WAGE || member < 0 || counted[member] === 0) continue
    wage[member] = (wage[member] as Int) + monthly(int(incomeAmount[j] as number), ticks, int(incomeMonths[j] as number))
  }
}

/** Step 3, work: for each counted member who works and has a wage. */
function workCostsOf(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): Int {
  const { memberStart, flags } = c
  const { counted, wage, detail } = w
  const end = memberStart[i + 1] as number
  let sum = int(0)
  for (let m = memberStart[i] as number; m < end; m++) {
    if (counted[m] === 0 || ((flags[m] as number) & WORKS) === 0) continue
    const cost = workCostOf(wage[m] as Int, t)
    sum += cost
    if (detail !== null && cost > int(0)) detail.workCosts.push({ member: m, amount: cost })
  }
  return sum
}

/** Step 3, work, where the pack knows such a rule and the household a wage. */
function sumWorkCosts(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { workCost: costs, waged } = w
  const earning = t.workMethod !== WORK_METHOD.none
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    costs[i] = int(0)
    if (!earning || waged[i] === 0) continue
    sumWages(c, i, t, w)
    costs[i] = workCostsOf(c, i, t, w)
  }
}

/** Step 3, expenses of the kinds that are deducted; then the countable income. */
function deduct(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { expenseStart, expenseAmount, expenseMonths, expenseKind, expenseMember } = c
  const { deducted, scale } = t
  const { expense, income, workCost: costs, countable, counted } = w
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    const end = expenseStart[i + 1] as number
    let paid = int(0)
    for (let j = expenseStart[i] as number; j < end; j++) {
      const member = expenseMember[j] as number
      if (((deducted >> (expenseKind[j] as number)) & 1) === 0 || (member >= 0 && counted[member] === 0)) continue
      paid += monthly(int(expenseAmount[j] as number), scale, int(expenseMonths[j] as number))
    }
    expense[i] = paid
    countable[i] = countableIncome(income[i] as Int, (costs[i] as Int) + paid)
  }
}

/** Step 4, single applicants: the family's per-capita income is not below its limit. */
function familyAbove(c: Columns, i: number, t: Terms<Int>): boolean {
  const family = int(c.familyIncome[i] as number) * t.scale
  return !perCapitaBelow(family, t.familyLimit, int(c.familyMembers[i] as number))
}

/** Step 5, more dwellings than allowed: refused unless the area per head is within its limit. */
function tooRoomy(c: Columns, i: number, t: Terms<Int>, n: Int): boolean {
  return !t.areaLimited || areaAbove(int(c.dwellingArea[i] as number), t.areaNum, t.areaDen, n)
}

function worthOf(c: Columns, j: number, t: Terms<Int>): number {
  const stated = c.vehicleValue[j] as number
  const price = c.vehiclePrice[j] as number
  if (stated >= 0) return stated
  return price >= 0 ? vehicleValue(price, c.vehicleAge[j] as number, t.depreciation) : 0
}

/** Step 5, vehicles: one that is not exempt and worth more than the limit refuses. */
function anyVehicleAbove(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): boolean {
  const end = c.vehicleStart[i + 1] as number
  let above = false
  for (let j = c.vehicleStart[i] as number; j < end; j++) {
    const value = worthOf(c, j, t)
    if (w.detail !== null) w.detail.vehicleValues.push(value)
    if (c.vehicleExempt[j] === 0 && value > t.vehicleLimit) above = true
  }
  return above
}

/** Step 4: per-capita income strictly below the standard. Where nobody counts that is the only reason. */
function testIncome(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { single } = c
  const { standard } = t
  const { members, countable, refusals } = w
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    let refused: number = perCapitaBelow(countable[i] as Int, standard, int(members[i] as number)) ? 0 : REFUSAL.income
    if (single[i] === 1 && familyAbove(c, i, t)) refused |= REFUSAL.familyIncome
    refusals[i] = members[i] === 0 ? REFUSAL.nobodyCounted : refused
  }
}

/** Step 5: every asset rule that fails gives its bit; not tested where nobody counts. */
function testAssets(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { monetary, dwellings, nonResidential, vehicleStart } = c
  const { scale, monetaryLimited, monetaryPerHead, dwellingMax, nonResidentialMax } = t
  const { members, refusals } = w
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    if (members[i] === 0) continue
    const n = int(members[i] as number)
    let refused = refusals[i] as number
    if (monetaryLimited && abovePerHead(int(monetary[i] as number) * scale, monetaryPerHead, n)) refused |= REFUSAL.monetary
    if ((dwellings[i] as number) > dwellingMax && tooRoomy(c, i, t, n)) refused |= REFUSAL.dwellings
    if (vehicleStart[i] !== vehicleStart[i + 1] && anyVehicleAbove(c, i, t, w)) refused |= REFUSAL.vehicle
    if ((nonResidential[i] as number) > nonResidentialMax) refused |= REFUSAL.nonResidential
    refusals[i] = refused
  }
}

/** The first band that holds; -1 where there is none. */
function bandOf(t: Terms<Int>, n: Int, countable: Int): number {
  const { bandLimit, bandTier } = t
  for (let b = 0; b < bandTier.length; b++) {
    if (!abovePerHead(countable, bandLimit[b] as Int, n)) return bandTier[b] as number
  }
  return -1
}

/** Step 6, tiers: the tier decided for the household, else that of the band; none refuses. */
function findTiers(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { tier: decided } = c
  const { tierOf, byTiers } = t
  const { members, countable, refusals, tier } = w
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    tier[i] = -1
    if (!byTiers || members[i] === 0) continue
    const given = decided[i] as number
    const found = given >= 0 ? (tierOf[given] as number) : bandOf(t, int(members[i] as number), countable[i] as Int)
    if (found < 0) refusals[i] = (refusals[i] as number) | REFUSAL.noTier
    tier[i] = refusals[i] === 0 ? found : -1
  }
}

/** Step 6, shortfall by the rounding point; the minimum share comes before it. */
function shortfall(t: Terms<Int>, n: Int, countable: Int): Int {
  if (t.minimum > int(0) && perCapitaBelow(t.standard * n - countable, t.minimum, n)) return t.minimumRounded * n
  if (t.roundPoint === ROUND_POINT.householdTotal) return shortfallOfTotal(t.standard, countable, n, t.roundUnit, t.roundMode)
  if (t.roundPoint === ROUND_POINT.perCapitaIncome) return shortfallOfIncome(t.standard, countable, n, t.roundUnit, t.roundMode)
  return shortfallOfAmount(t.standard, countable, n, t.roundUnit, t.roundMode)
}

/** Step 6: base amount of an eligible household; the single-applicant rate comes last; never below 0. */
function baseAmount(t: Terms<Int>, n: Int, countable: Int, tier: number, single: boolean): Int {
  const own = t.byTiers ? (t.tierAmount[tier] as Int) * n : shortfall(t, n, countable)
  if (!single || t.singleMode === SINGLE_MODE.none) return larger(own, int(0))
  return t.singleMode === SINGLE_MODE.fixed ? t.singleAmount : larger(own, t.singleAmount)
}

function hasTag(c: Columns, m: number, tag: number): boolean {
  const end = c.tagStart[m + 1] as number
  for (let k = c.tagStart[m] as number; k < end; k++) if (c.tag[k] === tag) return true
  return false
}

function topUpAmount(t: Terms<Int>, n: Int, base: Int, r: number): Int {
  const { topUps } = t
  if (topUps.base[r] === TOP_UP_BASE.constant) return topUps.amount[r] as Int
  return topUpOfBenefit(base, topUps.rateNum[r] as Int, topUps.rateDen[r] as Int, n, t.roundUnit, t.roundMode)
}

function noted(w: Work<Int>, member: number, rule: number, amount: Int): Int {
  if (w.detail !== null) w.detail.topUps.push({ member, rule, amount })
  return amount
}

/**
 * Step 7 for one member: of several top-ups all, the first, or the highest (the first in order among equals).
 * `possible` holds one bit per rule whose age and traits fit.
 */
function topUpsOf(c: Columns, m: number, possible: number, t: Terms<Int>, n: Int, base: Int, w: Work<Int>): Int {
  const { topUps, overlap } = t
  let chosen = -1
  let result = int(0)
  for (let r = 0, left = possible; left !== 0; r++, left >>>= 1) {
    const fits = (left & 1) === 1 && (topUps.tag[r] === -1 || hasTag(c, m, topUps.tag[r] as number))
    if (!fits || (chosen >= 0 && overlap === OVERLAP.first)) continue
    const amount = topUpAmount(t, n, base, r)
    if (overlap === OVERLAP.sum) result += noted(w, m, r, amount)
    else if (chosen < 0 || amount > result) {
      result = amount
      chosen = r
    }
  }
  return chosen < 0 ? result : noted(w, m, chosen, result)
}

/** The rows that nothing refuses, in their order; amounts of the others are 0. */
function eligibleRows(rows: Int32Array, w: Work<Int>): Int32Array {
  const { refusals, base, topUps, eligible } = w
  let count = 0
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    base[i] = int(0)
    topUps[i] = int(0)
    eligible[count] = i
    count += refusals[i] === 0 ? 1 : 0
  }
  return eligible.subarray(0, count)
}

/** Step 6, amount. */
function grant(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { single } = c
  const { members, countable, tier, base } = w
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    base[i] = baseAmount(t, int(members[i] as number), countable[i] as Int, tier[i] as number, single[i] === 1)
  }
}

/** Step 7: top-ups of every counted member. */
function addTopUps(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { traits, age, birth, memberStart, single } = c
  const { byAge, byTraits } = t.topUps
  const { on, singleTopUps } = t
  const { counted, members, base, topUps } = w
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    const end = single[i] === 1 && !singleTopUps ? 0 : (memberStart[i + 1] as number)
    let sum = int(0)
    for (let m = memberStart[i] as number; m < end; m++) {
      const years = ageOf(age[m] as number, birth[m] as number, on)
      const reached = byAge[years > OLDEST ? OLDEST + 2 : years + 1] as number
      const possible = reached & (byTraits[traits[m] as number] as number)
      if (possible === 0 || counted[m] === 0) continue
      sum += topUpsOf(c, m, possible, t, int(members[i] as number), base[i] as Int, w)
    }
    topUps[i] = sum
  }
}

/** Runs every step over `rows`, households of the programme of `t`; the results stand in `w`. */
export function assessRows(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  countMembers(c, rows, t, w)
  sumIncomes(c, rows, t, w)
  addSupport(c, rows, t, w)
  sumWorkCosts(c, rows, t, w)
  deduct(c, rows, t, w)
  testIncome(c, rows, t, w)
  testAssets(c, rows, t, w)
  findTiers(c, rows, t, w)
  const eligible = eligibleRows(rows, w)
  grant(c, eligible, t, w)
  addTopUps(c, eligible, t, w)
}
