import {
  add,
  divide,
  type Fraction,
  fraction,
  largerOf,
  multiply,
  roundToStep,
  roundToWhole,
  smallerOf,
  ZERO,
} from '#kernel/fraction'
import type {
  AssessParameters,
  Programme,
  PublishedStandard,
  RoundingMode,
  RoundingUnit,
  TopUpCondition,
  TopUpRule,
} from './assess-parameters.ts'
import { TRAIT } from './columns.ts'
import { EXPENSE_KINDS, INCOME_ITEMS, STUDY_LEVELS } from './household.ts'
import {
  type Figures,
  NO_LIMIT,
  OLDEST,
  OVERLAP,
  ROUND_MODE,
  ROUND_POINT,
  SINGLE_MODE,
  type Terms,
  TOP_UP_BASE,
  type TopUpTerms,
  WORK_METHOD,
} from './row-model.ts'
import { depreciation } from './vehicle-value.ts'

/**
 * Parameters made ready to run: every amount and rate becomes a whole number of ticks. All fractions here are exact;
 * money is in fen.
 */

const FEN_PER_YUAN = fraction(100)
const MONTHS_PER_YEAR = fraction(12)
const UNIT_FEN: Readonly<Record<RoundingUnit, Fraction>> = { yuan: fraction(100), jiao: fraction(10), fen: fraction(1) }
const MODE: Readonly<Record<RoundingMode, number>> = { half_up: ROUND_MODE.halfUp, up: ROUND_MODE.up, down: ROUND_MODE.down }
const POINT = {
  household_total: ROUND_POINT.householdTotal,
  per_capita_income: ROUND_POINT.perCapitaIncome,
  per_capita_amount: ROUND_POINT.perCapitaAmount,
} as const
const OVERLAP_CODE = { highest: OVERLAP.highest, sum: OVERLAP.sum, first: OVERLAP.first } as const

export function fenOf(yuan: Fraction): Fraction {
  return multiply(yuan, FEN_PER_YUAN)
}

/** S in fen per month: the published figure, ÷ 12 if it is yearly, kept exact unless the pack rounds it once. */
export function monthlyStandard(p: AssessParameters, programme: Programme): Fraction {
  const published: PublishedStandard = p.standard[programme]
  const exact = published.unit === 'year' ? divide(fenOf(published.value), MONTHS_PER_YEAR) : fenOf(published.value)
  const rounding = p.standard_month_rounding
  return rounding === null ? exact : roundToStep(exact, UNIT_FEN[rounding.unit], rounding.mode)
}

/** A fen figure rounded as amounts are. */
export function roundAmount(p: AssessParameters, fen: Fraction): Fraction {
  return roundToStep(fen, UNIT_FEN[p.rounding.unit], p.rounding.mode)
}

/** A fen figure rounded as the standard lines are. */
export function roundLine(p: AssessParameters, fen: Fraction): Fraction {
  return roundToStep(fen, UNIT_FEN[p.lines.unit], p.lines.mode)
}

export function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b]
  while (y !== 0n) [x, y] = [y, x % y]
  return (a / x) * b
}

function keptShare(p: AssessParameters, item: (typeof INCOME_ITEMS)[number]): Fraction {
  if (p.income.excluded_items.includes(item)) return ZERO
  const left = p.income.excluded_share.get(item) ?? ZERO
  return { n: left.d - left.n, d: left.d }
}

function workPerHead(p: AssessParameters, standard: Fraction): Fraction {
  if (p.work_cost.method === 'share_of_standard') return multiply(p.work_cost.rate, standard)
  return p.work_cost.method === 'fixed' ? fenOf(p.work_cost.amount) : ZERO
}

/** Every figure that enters the rules as an amount, in fen. */
function amounts(p: AssessParameters, programme: Programme): Fraction[] {
  const standard = monthlyStandard(p, programme)
  const single = p.single_applicant
  return [
    standard,
    workPerHead(p, standard),
    fenOf(p.work_cost.cap ?? ZERO),
    multiply(p.assets.monetary_months ?? ZERO, standard),
    multiply(single.income_multiple, standard),
    multiply(p.minimum_share, standard),
    ...p.tiers[programme].map((row) => fenOf(row.amount)),
    ...p.tier_bands[programme].map((row) => multiply(row.max_ratio, standard)),
  ]
}

/**
 * Ticks per fen that make every quotient of the rules whole: for periods whose months divide `months` and supporters
 * whose count divides `counts`. Even, so that half a rounding unit is whole too.
 */
export function scaleFor(p: AssessParameters, programme: Programme, months: bigint, counts: bigint): bigint {
  const standard = monthlyStandard(p, programme)
  const kept = INCOME_ITEMS.map((item) => keptShare(p, item).d).reduce(leastCommonMultiple, 1n)
  const pay = p.work_cost.method === 'share_of_pay' ? p.work_cost.rate.d : 1n
  const threshold = multiply(p.support.threshold_multiple, standard).d
  const shared = p.support.divisor === 'supported_count' ? counts : 1n
  const parts = [2n, months * kept * pay, threshold * p.support.rate.d * shared, ...amounts(p, programme).map((x) => x.d)]
  return parts.reduce(leastCommonMultiple, 1n)
}

function topUpFen(rule: TopUpRule, standard: Fraction): Fraction {
  if (rule.base === 'fixed') return fenOf(rule.amount ?? ZERO)
  return rule.base === 'standard' ? multiply(rule.rate ?? ZERO, standard) : ZERO
}

/** What bounds a run: the figures of a household stay below (its money + its heads × `perHead`) × `factor`, in fen. */
export interface Reach {
  readonly perHead: bigint
  readonly factor: bigint
  /** largest denominator a rounding step is multiplied with */
  readonly step: bigint
}

export function reach(p: AssessParameters, programme: Programme): Reach {
  const standard = monthlyStandard(p, programme)
  const threshold = multiply(p.support.threshold_multiple, standard)
  const single = multiply(p.single_applicant.rate ?? ZERO, standard)
  const topUps = p.top_ups.map((rule) => topUpFen(rule, standard)).reduce(add, ZERO)
  const perHead = [threshold, single, topUps, UNIT_FEN.yuan, ...amounts(p, programme)].reduce(add, ZERO)
  const rates = p.top_ups.map((rule) => rule.rate ?? ZERO)
  const numerators = [p.support.rate, p.work_cost.rate, ...rates].map((rate) => fraction(rate.n))
  const factor = numerators.reduce(largerOf, fraction(1))
  const step = rates.map((rate) => fraction(rate.d)).reduce(largerOf, fraction(1))
  return { perHead: roundToWhole(perHead, 'up'), factor: factor.n, step: step.n }
}

/** True if a member with these traits may have the top-up. */
function traitsAllow(when: TopUpCondition, traits: number): boolean {
  const { disability_classes: classes, disability_grades: grades, serious_illness: ill, student } = when
  const part = (first: number, size: number) => (traits >> first) & ((1 << size) - 1)
  return (
    (classes === undefined || classes.includes(part(TRAIT.disabilityClass, 3))) &&
    (grades === undefined || grades.includes(part(TRAIT.disabilityGrade, 3))) &&
    (ill === undefined || ill === (part(TRAIT.seriousIllness, 1) === 1)) &&
    (student === undefined || student === (part(TRAIT.student, 1) === 1))
  )
}

/** True if the programme and age conditions hold; an unknown age (below 0) meets none. */
function ageAllows(when: TopUpCondition, programme: Programme, age: number): boolean {
  if (when.programme !== undefined && when.programme !== programme) return false
  if (when.age_min === undefined && when.age_max === undefined) return true
  return age >= 0 && age >= (when.age_min ?? 0) && age <= (when.age_max ?? age)
}

function maskOf(rules: readonly TopUpRule[], holds: (when: TopUpCondition) => boolean): number {
  return rules.reduce((mask, { when }, r) => (holds(when) ? mask | (1 << r) : mask), 0)
}

function tagCode(tag: string | undefined, names: readonly string[]): number {
  if (tag === undefined) return -1
  const known = names.indexOf(tag)
  return known < 0 ? -2 : known
}

/** What `terms` needs to know of the facts and of the carrier. */
export interface TermsContext<T> {
  readonly programme: Programme
  /** decision date YYYY-MM-DD */
  readonly on: string
  readonly scale: bigint
  readonly tierNames: readonly string[]
  readonly tagNames: readonly string[]
  readonly areaScale: number
  readonly carry: (x: bigint) => T
  readonly list: (xs: readonly bigint[]) => Figures<T>
}

function topUpTerms<T>(p: AssessParameters, standard: Fraction, x: TermsContext<T>): TopUpTerms<T> {
  const rules = p.top_ups
  return {
    byAge: Int32Array.from({ length: OLDEST + 3 }, (_, place) =>
      maskOf(rules, (when) => ageAllows(when, x.programme, place - 1)),
    ),
    byTraits: Int32Array.from({ length: 256 }, (_, traits) => maskOf(rules, (when) => traitsAllow(when, traits))),
    tag: Int32Array.from(rules, ({ when }) => tagCode(when.tag, x.tagNames)),
    base: Uint8Array.from(rules, ({ base }) => (base === 'own_benefit' ? TOP_UP_BASE.ownBenefit : TOP_UP_BASE.constant)),
    amount: x.list(rules.map((rule) => wholeTicks(roundAmount(p, topUpFen(rule, standard)), x.scale))),
    rateNum: x.list(rules.map(({ rate }) => (rate ?? ZERO).n)),
    rateDen: x.list(rules.map(({ rate }) => (rate ?? ZERO).d)),
  }
}

function wholeTicks(fen: Fraction, scale: bigint): bigint {
  const scaled = fen.n * scale
  if (scaled % fen.d !== 0n) throw new RangeError('the scale does not make this figure whole')
  return scaled / fen.d
}

function ticks<T>(fen: Fraction, x: TermsContext<T>): T {
  return x.carry(wholeTicks(fen, x.scale))
}

function singleMode(mode: AssessParameters['single_applicant']['mode']): number {
  if (mode === 'none') return SINGLE_MODE.none
  return mode === 'fixed' ? SINGLE_MODE.fixed : SINGLE_MODE.atLeast
}

function workMethod(method: AssessParameters['work_cost']['method']): number {
  if (method === 'none') return WORK_METHOD.none
  return method === 'share_of_pay' ? WORK_METHOD.shareOfPay : WORK_METHOD.perHead
}

function incomeTerms<T>(p: AssessParameters, standard: Fraction, x: TermsContext<T>) {
  const deducted = [p.deduct_medical, p.deduct_education].map((choice, kind) => (choice === 'full' ? 1 << kind : 0))
  return {
    itemScale: x.list(INCOME_ITEMS.map((item) => wholeTicks(keptShare(p, item), x.scale))),
    dependentStudy: p.household.dependent_study_levels.reduce((mask, level) => mask | (1 << STUDY_LEVELS.indexOf(level)), 0),
    workMethod: workMethod(p.work_cost.method),
    workRateNum: x.carry(p.work_cost.rate.n),
    workRateDen: x.carry(p.work_cost.rate.d),
    workPerHead: ticks(workPerHead(p, standard), x),
    workCapped: p.work_cost.cap !== null,
    workCap: ticks(fenOf(p.work_cost.cap ?? ZERO), x),
    deducted: (deducted[EXPENSE_KINDS.indexOf('medical')] ?? 0) | (deducted[EXPENSE_KINDS.indexOf('education')] ?? 0),
    supportThreshold: ticks(multiply(p.support.threshold_multiple, standard), x),
    supportOnExcess: p.support.base === 'excess',
    supportRateNum: x.carry(p.support.rate.n),
    supportRateDen: x.carry(p.support.rate.d),
    supportShared: p.support.divisor === 'supported_count',
  }
}

function assetTerms<T>(p: AssessParameters, standard: Fraction, x: TermsContext<T>) {
  const { assets } = p
  const area = multiply(assets.dwelling_area_per_head ?? ZERO, fraction(x.areaScale))
  const vehicle = assets.vehicle_value_limit
  return {
    monetaryLimited: assets.monetary_months !== null,
    monetaryPerHead: ticks(multiply(assets.monetary_months ?? ZERO, standard), x),
    dwellingMax: assets.dwelling_max ?? NO_LIMIT,
    areaLimited: assets.dwelling_area_per_head !== null,
    areaNum: x.carry(area.n),
    areaDen: x.carry(area.d),
    vehicleLimit: vehicle === null ? NO_LIMIT : Number(smallWhole(roundToWhole(fenOf(vehicle), 'down'))),
    depreciation: depreciation(assets.vehicle_depreciation),
    nonResidentialMax: assets.non_residential_max ?? NO_LIMIT,
  }
}

function smallWhole(x: bigint): bigint {
  const most = BigInt(Number.MAX_SAFE_INTEGER)
  return x > most ? most : x
}

function tierTerms<T>(p: AssessParameters, standard: Fraction, x: TermsContext<T>) {
  const tiers = p.tiers[x.programme]
  const names = tiers.map((row) => row.tier)
  const bands = p.tier_bands[x.programme]
  return {
    byTiers: p.amount_method[x.programme] === 'tiers',
    tierNames: names,
    tierAmount: x.list(tiers.map((row) => wholeTicks(fenOf(row.amount), x.scale))),
    tierOf: Int32Array.from(x.tierNames, (name) => names.indexOf(name)),
    bandLimit: x.list(bands.map((row) => wholeTicks(multiply(row.max_ratio, standard), x.scale))),
    bandTier: Int32Array.from(bands, (row) => names.indexOf(row.tier)),
  }
}

/** The parameters of one programme, ready to run. */
export function terms<T>(p: AssessParameters, x: TermsContext<T>): Terms<T> {
  const standard = monthlyStandard(p, x.programme)
  const single = p.single_applicant
  return {
    scale: x.carry(x.scale),
    on: Number(x.on.replaceAll('-', '')),
    standard: ticks(standard, x),
    ...incomeTerms(p, standard, x),
    ...assetTerms(p, standard, x),
    familyLimit: ticks(multiply(single.income_multiple, standard), x),
    ...tierTerms(p, standard, x),
    roundUnit: ticks(UNIT_FEN[p.rounding.unit], x),
    roundMode: MODE[p.rounding.mode],
    roundPoint: POINT[p.rounding.point],
    minimum: ticks(multiply(p.minimum_share, standard), x),
    minimumRounded: ticks(roundAmount(p, multiply(p.minimum_share, standard)), x),
    singleMode: singleMode(single.mode),
    singleAmount: ticks(roundAmount(p, multiply(single.rate ?? ZERO, standard)), x),
    singleTopUps: single.top_ups,
    topUps: topUpTerms(p, standard, x),
    overlap: OVERLAP_CODE[p.top_up_overlap],
    recheckStable: p.recheck_months.stable,
    recheckVolatile: p.recheck_months.volatile,
  }
}

export interface StandardLines {
  readonly standard_monthly: Fraction
  readonly standard_yearly: Fraction
  readonly marginal_monthly: Fraction
  readonly marginal_yearly: Fraction
  readonly extreme_hardship_monthly: Fraction
  readonly extreme_hardship_yearly: Fraction
  readonly care_monthly: readonly Fraction[]
  readonly care_yearly: readonly Fraction[]
}

/** A line rounded by the month (the year is twelve times it) or by the year (the month is a twelfth, rounded). */
function roundedLine(p: AssessParameters, monthly: Fraction): { monthly: Fraction; yearly: Fraction } {
  if (p.lines.rounding_point === 'month') {
    const month = roundLine(p, monthly)
    return { monthly: month, yearly: multiply(month, MONTHS_PER_YEAR) }
  }
  const yearly = roundLine(p, multiply(monthly, MONTHS_PER_YEAR))
  return { monthly: roundLine(p, divide(yearly, MONTHS_PER_YEAR)), yearly }
}

/** The lines that hang on the standard, in fen. */
export function standardLines(p: AssessParameters, programme: Programme): StandardLines {
  const standard = monthlyStandard(p, programme)
  const cap = p.lines.marginal_cap
  const line = multiply(p.lines.marginal_multiple, standard)
  const marginal = roundedLine(p, cap === null ? line : smallerOf(line, fenOf(cap)))
  const hardship = roundedLine(p, multiply(p.lines.extreme_hardship_multiple, standard))
  const wage = p.lines.minimum_wage
  const care = wage === null ? [] : p.lines.care_rates.map((rate) => roundedLine(p, multiply(rate, fenOf(wage))))
  const published = p.standard[programme]
  const yearlyAsPublished = published.unit === 'year' && p.standard_month_rounding === null
  return {
    standard_monthly: standard,
    standard_yearly: yearlyAsPublished ? fenOf(published.value) : multiply(standard, MONTHS_PER_YEAR),
    marginal_monthly: marginal.monthly,
    marginal_yearly: marginal.yearly,
    extreme_hardship_monthly: hardship.monthly,
    extreme_hardship_yearly: hardship.yearly,
    care_monthly: care.map((x) => x.monthly),
    care_yearly: care.map((x) => x.yearly),
  }
}
