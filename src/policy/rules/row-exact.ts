// Generated from row.ts by tools/exact-copy.ts: the same text over the exact carrier. Change row.ts, then run the tool.
import { exactDiv, type Int, int, ONE, ZERO } from './carrier-exact.ts'
import { type Columns, FLAG } from './columns.ts'
import {
  abovePerHead,
  areaAbove,
  countableIncome,
  larger,
  monthly,
  perCapitaBelow,
  shortfallOfAmount,
  shortfallOfIncome,
  shortfallOfTotal,
  smaller,
  supportOwed,
  topUpOfBenefit,
  workCost,
} from './formulas-exact.ts'
import { INCOME_ITEMS } from './household.ts'
import { ageOf, isCounted, standingOf } from './membership.ts'
import {
  OVERLAP,
  REFUSAL,
  ROUND_POINT,
  SINGLE_MODE,
  SUPPORT_BASIS,
  type Terms,
  TOP_UP_BASE,
  type TopUpTerms,
  WORK_METHOD,
  type Work,
} from './row-model.ts'
import { vehicleValue } from './vehicle-value.ts'

/**
 * The assessment of one household, step by step, for a district, a single case and an explanation alike: the loop
 * over a district calls it for each row, the explanation calls it with `detail` to be filled. `row-exact.ts` is this
 * text over the exact carrier.
 */

const WAGE = INCOME_ITEMS.indexOf('wage')

/** Step 1: counted members, and whether any of them is able to work without a stable income. */
function countMembers(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): void {
  const end = c.memberStart[i + 1] as number
  let members = 0
  let recheck = t.recheckStable
  for (let m = c.memberStart[i] as number; m < end; m++) {
    const flags = c.flags[m] as number
    const age = ageOf(c.age[m] as number, c.birth[m] as number, t.on)
    const standing = standingOf(c.relation[m] as number, flags, age, c.study[m] as number, t.dependentStudy)
    const counted = isCounted(standing)
    w.counted[m] = counted ? 1 : 0
    if (counted) {
      members++
      if ((flags & FLAG.able) !== 0 && (flags & FLAG.stable) === 0) recheck = t.recheckVolatile
    }
    if (t.workMethod !== WORK_METHOD.none) w.wage[m] = ZERO
    if (w.detail !== null) {
      w.detail.standings.push(standing)
      w.detail.ages.push(age)
    }
  }
  w.members = members
  w.recheck = recheck
}

/** Step 2, lines: what counts of each, per month; those of members who do not count are 0. */
function sumIncomes(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): Int {
  const end = c.incomeStart[i + 1] as number
  let sum = ZERO
  for (let j = c.incomeStart[i] as number; j < end; j++) {
    const member = c.incomeMember[j] as number
    const item = c.incomeItem[j] as number
    const counts = member < 0 || w.counted[member] === 1
    const amount = int(c.incomeAmount[j] as number)
    const months = int(c.incomeMonths[j] as number)
    const counted = counts ? monthly(amount, t.itemScale[item] as Int, months) : ZERO
    sum += counted
    if (t.workMethod !== WORK_METHOD.none && item === WAGE && member >= 0) w.wage[member] = (w.wage[member] as Int) + counted
    if (w.detail !== null) {
      w.detail.monthly.push(monthly(amount, t.scale, months))
      w.detail.counted.push(counted)
    }
  }
  return sum
}

/** Step 2, support: an agreement above 0 decides, else the larger of what is paid and what the formula gives. */
function sumSupport(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): Int {
  const end = c.supporterStart[i + 1] as number
  let sum = ZERO
  for (let j = c.supporterStart[i] as number; j < end; j++) {
    const agreed = int(c.supportAgreed[j] as number) * t.scale
    const paid = int(c.supportPaid[j] as number) * t.scale
    const threshold = t.supportThreshold * int(c.supporterPersons[j] as number)
    const sharedBy = t.supportShared ? int(c.supportedCount[j] as number) : ONE
    const income = int(c.supporterIncome[j] as number) * t.scale
    const owed = supportOwed(income, threshold, t.supportOnExcess, t.supportRateNum, t.supportRateDen, sharedBy)
    const counted = agreed > ZERO ? agreed : larger(paid, owed)
    sum += counted
    if (w.detail !== null) {
      w.detail.support.push(counted)
      w.detail.supportBasis.push(agreed > ZERO ? SUPPORT_BASIS.agreed : paid > owed ? SUPPORT_BASIS.paid : SUPPORT_BASIS.formula)
    }
  }
  return sum
}

/** Step 3, work: for each counted member who works, by the rule, at most the wage and the cap. */
function sumWorkCosts(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): Int {
  if (t.workMethod === WORK_METHOD.none) return ZERO
  const end = c.memberStart[i + 1] as number
  let sum = ZERO
  for (let m = c.memberStart[i] as number; m < end; m++) {
    if (w.counted[m] === 0 || ((c.flags[m] as number) & FLAG.works) === 0) continue
    const wage = w.wage[m] as Int
    const ruled = t.workMethod === WORK_METHOD.shareOfPay ? exactDiv(wage * t.workRateNum, t.workRateDen) : t.workPerHead
    const cost = t.workCapped ? smaller(workCost(ruled, wage), t.workCap) : workCost(ruled, wage)
    sum += cost
    if (w.detail !== null) w.detail.workCosts.push({ member: m, amount: cost })
  }
  return sum
}

/** Step 3, expenses of the kinds that are deducted. */
function sumExpenses(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): Int {
  const end = c.expenseStart[i + 1] as number
  let sum = ZERO
  for (let j = c.expenseStart[i] as number; j < end; j++) {
    const member = c.expenseMember[j] as number
    if (((t.deducted >> (c.expenseKind[j] as number)) & 1) === 0) continue
    if (member >= 0 && w.counted[member] === 0) continue
    sum += monthly(int(c.expenseAmount[j] as number), t.scale, int(c.expenseMonths[j] as number))
  }
  return sum
}

/** Step 4: per-capita income strictly below the standard; for a single applicant also the family below its limit. */
function testIncome(c: Columns, i: number, t: Terms<Int>, n: Int, countable: Int): number {
  const own = perCapitaBelow(countable, t.standard, n) ? 0 : REFUSAL.income
  if (c.single[i] === 0) return own
  const family = int(c.familyIncome[i] as number) * t.scale
  return perCapitaBelow(family, t.familyLimit, int(c.familyMembers[i] as number)) ? own : own | REFUSAL.familyIncome
}

function testVehicles(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): number {
  const end = c.vehicleStart[i + 1] as number
  let refusals = 0
  for (let j = c.vehicleStart[i] as number; j < end; j++) {
    const stated = c.vehicleValue[j] as number
    const price = c.vehiclePrice[j] as number
    const value = stated >= 0 ? stated : price >= 0 ? vehicleValue(price, c.vehicleAge[j] as number, t.depreciation) : 0
    if (w.detail !== null) w.detail.vehicleValues.push(value)
    if (t.vehicleLimit >= 0 && c.vehicleExempt[j] === 0 && value > t.vehicleLimit) refusals = REFUSAL.vehicle
  }
  return refusals
}

/** Step 5: every asset rule that fails gives its bit. */
function testAssets(c: Columns, i: number, t: Terms<Int>, n: Int, w: Work<Int>): number {
  let refusals = testVehicles(c, i, t, w)
  if (t.monetaryLimited && abovePerHead(int(c.monetary[i] as number) * t.scale, t.monetaryPerHead, n))
    refusals |= REFUSAL.monetary
  if (t.dwellingMax >= 0 && (c.dwellings[i] as number) > t.dwellingMax) {
    const roomy = !t.areaLimited || areaAbove(int(c.dwellingArea[i] as number), t.areaNum, t.areaDen, n)
    if (roomy) refusals |= REFUSAL.dwellings
  }
  if (t.nonResidentialMax >= 0 && (c.nonResidential[i] as number) > t.nonResidentialMax) refusals |= REFUSAL.nonResidential
  return refusals
}

/** Step 6, tiers: the tier decided for the household, else the first band that holds; -1 where there is none. */
function findTier(c: Columns, i: number, t: Terms<Int>, n: Int, countable: Int): number {
  const decided = c.tier[i] as number
  if (decided >= 0) return t.tierOf[decided] as number
  for (let b = 0; b < t.bandLimit.length; b++) {
    if (!abovePerHead(countable, t.bandLimit[b] as Int, n)) return t.bandTier[b] as number
  }
  return -1
}

/** Step 6, shortfall by the rounding point, then the minimum share. */
function shortfall(t: Terms<Int>, n: Int, countable: Int): Int {
  if (t.minimum > ZERO && perCapitaBelow(t.standard * n - countable, t.minimum, n)) return t.minimumRounded * n
  if (t.roundPoint === ROUND_POINT.householdTotal) return shortfallOfTotal(t.standard, countable, n, t.roundUnit, t.roundMode)
  if (t.roundPoint === ROUND_POINT.perCapitaIncome) return shortfallOfIncome(t.standard, countable, n, t.roundUnit, t.roundMode)
  return shortfallOfAmount(t.standard, countable, n, t.roundUnit, t.roundMode)
}

/** Step 6: base amount of an eligible household; the single-applicant rate comes last; never below 0. */
function baseAmount(c: Columns, i: number, t: Terms<Int>, n: Int, w: Work<Int>): Int {
  const own = t.byTiers ? (t.tierAmount[w.tier] as Int) * n : shortfall(t, n, w.countable)
  if (c.single[i] === 0 || t.singleMode === SINGLE_MODE.none) return larger(own, ZERO)
  return t.singleMode === SINGLE_MODE.fixed ? t.singleAmount : larger(own, t.singleAmount)
}

function hasTag(c: Columns, m: number, tag: number): boolean {
  const end = c.tagStart[m + 1] as number
  for (let k = c.tagStart[m] as number; k < end; k++) if (c.tag[k] === tag) return true
  return false
}

/** All conditions of a top-up hold for a member. An unknown age (below 0) meets no age condition. */
function topUpHolds(c: Columns, m: number, age: number, rule: TopUpTerms<Int>): boolean {
  if (((c.traits[m] as number) & rule.forbidden) !== 0 || age < rule.ageMin || age > rule.ageMax) return false
  return rule.tag === -1 || hasTag(c, m, rule.tag)
}

function topUpAmount(t: Terms<Int>, n: Int, base: Int, rule: TopUpTerms<Int>): Int {
  if (rule.base === TOP_UP_BASE.constant) return rule.amount
  return topUpOfBenefit(base, rule.rateNum, rule.rateDen, n, t.roundUnit, t.roundMode)
}

function sumTopUpsOf(c: Columns, m: number, t: Terms<Int>, n: Int, w: Work<Int>): Int {
  const age = ageOf(c.age[m] as number, c.birth[m] as number, t.on)
  let sum = ZERO
  let chosen = -1
  for (let r = 0; r < t.topUps.length; r++) {
    const rule = t.topUps[r] as TopUpTerms<Int>
    if (!topUpHolds(c, m, age, rule)) continue
    const amount = topUpAmount(t, n, w.base, rule)
    if (t.overlap === OVERLAP.sum) {
      sum += amount
      if (w.detail !== null) w.detail.topUps.push({ member: m, rule: r, amount })
    } else if (chosen < 0 || (t.overlap === OVERLAP.highest && amount > sum)) {
      sum = amount
      chosen = r
    }
  }
  if (w.detail !== null && chosen >= 0) w.detail.topUps.push({ member: m, rule: chosen, amount: sum })
  return sum
}

/** Step 7: top-ups of every counted member. */
function sumTopUps(c: Columns, i: number, t: Terms<Int>, n: Int, w: Work<Int>): Int {
  if (c.single[i] === 1 && !t.singleTopUps) return ZERO
  const end = c.memberStart[i + 1] as number
  let sum = ZERO
  for (let m = c.memberStart[i] as number; m < end; m++) if (w.counted[m] === 1) sum += sumTopUpsOf(c, m, t, n, w)
  return sum
}

/** Runs every step over household `i`; the results stand in `w`. */
export function assessRow(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): void {
  countMembers(c, i, t, w)
  w.income = sumIncomes(c, i, t, w) + sumSupport(c, i, t, w)
  w.workCost = sumWorkCosts(c, i, t, w)
  w.expense = sumExpenses(c, i, t, w)
  w.countable = countableIncome(w.income, w.workCost + w.expense)
  w.base = ZERO
  w.topUps = ZERO
  w.tier = -1
  if (w.members === 0) {
    w.refusals = REFUSAL.nobodyCounted
    return
  }
  const n = int(w.members)
  let refusals = testIncome(c, i, t, n, w.countable) | testAssets(c, i, t, n, w)
  if (t.byTiers) {
    w.tier = findTier(c, i, t, n, w.countable)
    if (w.tier < 0) refusals |= REFUSAL.noTier
  }
  w.refusals = refusals
  if (refusals !== 0) return
  w.base = baseAmount(c, i, t, n, w)
  w.topUps = sumTopUps(c, i, t, n, w)
}
