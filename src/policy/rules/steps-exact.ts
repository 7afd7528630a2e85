// Generated from steps.ts by tools/exact-copy.ts: the same text over the exact carrier. Change steps.ts, then run the tool.
import { exactDiv, type Int, int, ONE, ZERO } from './carrier-exact.ts'
import { type Columns, FLAG, PLAIN_TRAITS } from './columns.ts'
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
  type Detail,
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
 * The assessment, step by step, each step a loop over the households `rows` of one programme: some
 * hundred at a time for a district, a single one for a case, a single one with `detail` for its explanation. There is
 * no other text of these rules; `steps-exact.ts` is this one over the exact carrier.
 */

const WAGE = INCOME_ITEMS.indexOf('wage')

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
      volatile |= ((flags[m] as number) & (FLAG.able | FLAG.stable)) === FLAG.able ? counts : 0
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
  const { counted, detail, income } = w
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    const end = incomeStart[i + 1] as number
    let sum = ZERO
    for (let j = incomeStart[i] as number; j < end; j++) {
      const member = incomeMember[j] as number
      const amount = int(incomeAmount[j] as number)
      const months = int(incomeMonths[j] as number)
      const counts = member < 0 || counted[member] === 1
      const line = counts ? monthly(amount, itemScale[incomeItem[j] as number] as Int, months) : ZERO
      sum += line
      if (detail !== null) noteIncome(monthly(amount, scale, months), line, detail)
    }
    income[i] = sum
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
      const sharedBy = supportShared ? int(supportedCount[j] as number) : ONE
      const income = int(supporterIncome[j] as number) * scale
      const owed = supportOwed(income, threshold, supportOnExcess, supportRateNum, supportRateDen, sharedBy)
      const counted = agreed > ZERO ? agreed : larger(paid, owed)
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
  if (agreed > ZERO) return SUPPORT_BASIS.agreed
  return paid > owed ? SUPPORT_BASIS.paid : SUPPORT_BASIS.formula
}

/** Step 3, work: what the rule gives an earner, at most the wage and the cap. */
function workCostOf(pay: Int, t: Terms<Int>): Int {
  const ruled = t.workMethod === WORK_METHOD.shareOfPay ? exactDiv(pay * t.workRateNum, t.workRateDen) : t.workPerHead
  const cost = workCost(ruled, pay)
  return t.workCapped ? smaller(cost, t.workCap) : cost
}

/** Wages of one household by member; false where nobody who counts has any. */
function sumWages(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): boolean {
  const { incomeStart, incomeItem, incomeMember, incomeAmount, incomeMonths, memberStart } = c
  const { wage, counted } = w
  const ticks = t.itemScale[WAGE] as Int
  const end = incomeStart[i + 1] as number
  let found = false
  for (let j = incomeStart[i] as number; j < end; j++) {
    const member = incomeMember[j] as number
    if (incomeItem[j] !== WAGE || member < 0 || counted[member] === 0) continue
    if (!found) for (let m = memberStart[i] as number; m < (memberStart[i + 1] as number); m++) wage[m] = ZERO
    found = true
    wage[member] = (wage[member] as Int) + monthly(int(incomeAmount[j] as number), ticks, int(incomeMonths[j] as number))
  }
  return found
}

/** Step 3, work: for each counted member who works and has a wage. */
function workCostsOf(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): Int {
  const { memberStart, flags } = c
  const { counted, wage, detail } = w
  const end = memberStart[i + 1] as number
  let sum = ZERO
  for (let m = memberStart[i] as number; m < end; m++) {
    if (counted[m] === 0 || ((flags[m] as number) & FLAG.works) === 0) continue
    const cost = workCostOf(wage[m] as Int, t)
    sum += cost
    if (detail !== null && cost > ZERO) detail.workCosts.push({ member: m, amount: cost })
  }
  return sum
}

/** Step 3, expenses of the kinds that are deducted. */
function expensesOf(c: Columns, i: number, t: Terms<Int>, counted: Uint8Array): Int {
  const { expenseStart, expenseAmount, expenseMonths, expenseKind, expenseMember } = c
  const end = expenseStart[i + 1] as number
  let sum = ZERO
  for (let j = expenseStart[i] as number; j < end; j++) {
    const member = expenseMember[j] as number
    if (((t.deducted >> (expenseKind[j] as number)) & 1) === 0 || (member >= 0 && counted[member] === 0)) continue
    sum += monthly(int(expenseAmount[j] as number), t.scale, int(expenseMonths[j] as number))
  }
  return sum
}

/** Step 3: deductions, and the countable income. */
function deduct(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { expense, income, workCost: costs, countable, counted } = w
  const earning = t.workMethod !== WORK_METHOD.none
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    const work = earning && sumWages(c, i, t, w) ? workCostsOf(c, i, t, w) : ZERO
    const paid = expensesOf(c, i, t, counted)
    costs[i] = work
    expense[i] = paid
    countable[i] = countableIncome(income[i] as Int, work + paid)
  }
}

/** Step 4: per-capita income strictly below the standard; for a single applicant also the family below its limit. */
function incomeRefusals(c: Columns, i: number, t: Terms<Int>, n: Int, countable: Int): number {
  const own = perCapitaBelow(countable, t.standard, n) ? 0 : REFUSAL.income
  if (c.single[i] === 0) return own
  const family = int(c.familyIncome[i] as number) * t.scale
  return perCapitaBelow(family, t.familyLimit, int(c.familyMembers[i] as number)) ? own : own | REFUSAL.familyIncome
}

/** Step 5, money, dwellings and other buildings: every rule that fails gives its bit. */
function assetRefusals(c: Columns, i: number, t: Terms<Int>, n: Int): number {
  const { dwellingMax, nonResidentialMax } = t
  const rich = t.monetaryLimited && abovePerHead(int(c.monetary[i] as number) * t.scale, t.monetaryPerHead, n)
  let refused: number = rich ? REFUSAL.monetary : 0
  if (dwellingMax >= 0 && (c.dwellings[i] as number) > dwellingMax) {
    const roomy = !t.areaLimited || areaAbove(int(c.dwellingArea[i] as number), t.areaNum, t.areaDen, n)
    if (roomy) refused |= REFUSAL.dwellings
  }
  return nonResidentialMax >= 0 && (c.nonResidential[i] as number) > nonResidentialMax
    ? refused | REFUSAL.nonResidential
    : refused
}

function worthOf(c: Columns, j: number, t: Terms<Int>): number {
  const stated = c.vehicleValue[j] as number
  const price = c.vehiclePrice[j] as number
  if (stated >= 0) return stated
  return price >= 0 ? vehicleValue(price, c.vehicleAge[j] as number, t.depreciation) : 0
}

/** Step 5, vehicles: one that is not exempt and worth more than the limit refuses. */
function vehicleRefusals(c: Columns, i: number, t: Terms<Int>, w: Work<Int>): number {
  const end = c.vehicleStart[i + 1] as number
  let refused = 0
  for (let j = c.vehicleStart[i] as number; j < end; j++) {
    const value = worthOf(c, j, t)
    if (w.detail !== null) w.detail.vehicleValues.push(value)
    if (t.vehicleLimit >= 0 && c.vehicleExempt[j] === 0 && value > t.vehicleLimit) refused = REFUSAL.vehicle
  }
  return refused
}

/** Step 6, tiers: the tier decided for the household, else the first band that holds; -1 where there is none. */
function findTier(c: Columns, i: number, t: Terms<Int>, n: Int, countable: Int): number {
  const { bandLimit, bandTier } = t
  const decided = c.tier[i] as number
  if (decided >= 0) return t.tierOf[decided] as number
  for (let b = 0; b < bandTier.length; b++) {
    if (!abovePerHead(countable, bandLimit[b] as Int, n)) return bandTier[b] as number
  }
  return -1
}

/** Steps 4 to 6, tests: everything that refuses. Where nobody counts that is the only reason, and no assets are tested. */
function judge(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { vehicleStart } = c
  const { byTiers } = t
  const { members, countable, refusals, tier } = w
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    const n = int(members[i] as number)
    const income = countable[i] as Int
    let refused = incomeRefusals(c, i, t, n, income) | assetRefusals(c, i, t, n)
    if (vehicleStart[i] !== vehicleStart[i + 1]) refused |= vehicleRefusals(c, i, t, w)
    const found = byTiers ? findTier(c, i, t, n, income) : -1
    if (byTiers && found < 0) refused |= REFUSAL.noTier
    if (members[i] === 0) refused = REFUSAL.nobodyCounted
    refusals[i] = refused
    tier[i] = refused === 0 ? found : -1
  }
}

/** Step 6, shortfall by the rounding point; the minimum share comes before it. */
function shortfall(t: Terms<Int>, n: Int, countable: Int): Int {
  if (t.minimum > ZERO && perCapitaBelow(t.standard * n - countable, t.minimum, n)) return t.minimumRounded * n
  if (t.roundPoint === ROUND_POINT.householdTotal) return shortfallOfTotal(t.standard, countable, n, t.roundUnit, t.roundMode)
  if (t.roundPoint === ROUND_POINT.perCapitaIncome) return shortfallOfIncome(t.standard, countable, n, t.roundUnit, t.roundMode)
  return shortfallOfAmount(t.standard, countable, n, t.roundUnit, t.roundMode)
}

/** Step 6: base amount of an eligible household; the single-applicant rate comes last; never below 0. */
function baseAmount(t: Terms<Int>, n: Int, countable: Int, tier: number, single: boolean): Int {
  const own = t.byTiers ? (t.tierAmount[tier] as Int) * n : shortfall(t, n, countable)
  if (!single || t.singleMode === SINGLE_MODE.none) return larger(own, ZERO)
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

/** The first rule from `r` on whose conditions all hold for a member; an unknown age (below 0) meets no age condition. */
function nextTopUp(c: Columns, m: number, rules: TopUpTerms<Int>, age: number, from: number): number {
  const { forbidden, ageMin, ageMax, tag } = rules
  const traits = c.traits[m] as number
  for (let r = from; r < forbidden.length; r++) {
    if ((traits & (forbidden[r] as number)) !== 0 || age < (ageMin[r] as number) || age > (ageMax[r] as number)) continue
    if (tag[r] === -1 || hasTag(c, m, tag[r] as number)) return r
  }
  return -1
}

function noted(w: Work<Int>, member: number, rule: number, amount: Int): Int {
  if (w.detail !== null) w.detail.topUps.push({ member, rule, amount })
  return amount
}

/** Step 7 for one member: of several top-ups all, the first, or the highest (the first in order among equals). */
function topUpsOf(c: Columns, m: number, age: number, t: Terms<Int>, n: Int, base: Int, w: Work<Int>): Int {
  const { topUps, overlap } = t
  let chosen = -1
  let result = ZERO
  for (let r = nextTopUp(c, m, topUps, age, 0); r >= 0; r = nextTopUp(c, m, topUps, age, r + 1)) {
    const amount = topUpAmount(t, n, base, r)
    if (overlap === OVERLAP.sum) result += noted(w, m, r, amount)
    else if (chosen < 0 || amount > result) {
      result = amount
      chosen = r
    }
    if (overlap === OVERLAP.first) break
  }
  return chosen < 0 ? result : noted(w, m, chosen, result)
}

/** Step 7: top-ups of every counted member. Whom no rule can reach at that age is passed over at once. */
function sumTopUps(c: Columns, i: number, t: Terms<Int>, n: Int, base: Int, w: Work<Int>): Int {
  const { traits, age, birth, memberStart } = c
  const { quiet } = t.topUps
  const { counted } = w
  const end = memberStart[i + 1] as number
  let sum = ZERO
  for (let m = memberStart[i] as number; m < end; m++) {
    if (counted[m] === 0) continue
    const years = ageOf(age[m] as number, birth[m] as number, t.on)
    if (traits[m] === PLAIN_TRAITS && quiet[years + 1] === 1) continue
    sum += topUpsOf(c, m, years, t, n, base, w)
  }
  return sum
}

/** Steps 6 and 7: amounts of the households that nothing refuses; 0 for the others. */
function grant(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  const { single } = c
  const { refusals, members, countable, tier, base: bases, topUps: added } = w
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    let base = ZERO
    let topUps = ZERO
    if (refusals[i] === 0) {
      const n = int(members[i] as number)
      const alone = single[i] === 1
      base = baseAmount(t, n, countable[i] as Int, tier[i] as number, alone)
      if (!alone || t.singleTopUps) topUps = sumTopUps(c, i, t, n, base, w)
    }
    bases[i] = base
    added[i] = topUps
  }
}

/** Runs every step over `rows`, households of the programme of `t`; the results stand in `w`. */
export function assessRows(c: Columns, rows: Int32Array, t: Terms<Int>, w: Work<Int>): void {
  countMembers(c, rows, t, w)
  sumIncomes(c, rows, t, w)
  addSupport(c, rows, t, w)
  deduct(c, rows, t, w)
  judge(c, rows, t, w)
  grant(c, rows, t, w)
}
