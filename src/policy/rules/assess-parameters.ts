import { compareFractions, type Fraction } from '#kernel/fraction'
import {
  codeOf,
  decimal,
  listOf,
  mapOf,
  nullable,
  object,
  oneOf,
  type Read,
  type Reader,
  ReadingFault,
  text,
  whole,
  yesNo,
} from './reader.ts'
import { OLDEST } from './row-model.ts'

/**
 * The parameters of the assessment. Amounts are yuan per month unless the name says otherwise, rates and shares are
 * parts of one; all are exact fractions. Local methods differ in shape, not only in numbers: a `method`, `base`,
 * `point` or `mode` picks one of the formulas of formulas.ts.
 */

const share = decimal({ least: 0, most: 1 })
const amount = decimal()
const rate = decimal()
const multiple = decimal()
const roundingUnit = oneOf('yuan', 'jiao', 'fen')
const roundingMode = oneOf('half_up', 'up', 'down')
const perProgramme = <T>(reader: Reader<T>) => object({ urban: reader, rural: reader })

const publishedStandard = object({ value: decimal({ least: 0, above: true }), unit: oneOf('month', 'year') })

const tierAmount = object({ tier: text, amount })
const tierBand = object({ tier: text, max_ratio: decimal() })

const tierAmounts: Reader<readonly Read<typeof tierAmount>[]> = (value, place) => {
  const tiers = listOf(tierAmount)(value, place)
  const names = new Set(tiers.map((row) => row.tier))
  if (names.size !== tiers.length) throw new ReadingFault(place, `“${place}”里有重复的档次`)
  return tiers
}

const tierBands: Reader<readonly Read<typeof tierBand>[]> = (value, place) => {
  const bands = listOf(tierBand)(value, place)
  for (const [i, band] of bands.entries()) {
    const before = bands[i - 1]
    if (before !== undefined && compareFractions(before.max_ratio, band.max_ratio) >= 0) {
      throw new ReadingFault(place, `“${place}”的 max_ratio 须逐档升高`)
    }
  }
  return bands
}

const topUpCondition = object(
  {},
  {
    programme: oneOf('urban', 'rural'),
    age_min: whole({ least: 0, most: OLDEST }),
    age_max: whole({ least: 0, most: OLDEST }),
    disability_classes: listOf(whole({ least: 1, most: 7 })),
    disability_grades: listOf(whole({ least: 1, most: 4 })),
    serious_illness: yesNo,
    student: yesNo,
    tag: text,
  },
)

const topUpFields = object(
  { class: text, when: topUpCondition, base: oneOf('standard', 'own_benefit', 'fixed') },
  { rate, amount },
)

/** A category top-up: `fixed` carries an amount, the other bases a rate. */
const topUp: Reader<Read<typeof topUpFields>> = (value, place) => {
  const row = topUpFields(value, place)
  const needed = row.base === 'fixed' ? 'amount' : 'rate'
  if (row[needed] === undefined)
    throw new ReadingFault(`${place}.${needed}`, `缺少必填字段“${place}.${needed}”（base 为 ${row.base}）`)
  return row
}

const singleFields = object({
  income_multiple: multiple,
  rate: nullable(rate),
  mode: oneOf('none', 'at_least', 'fixed'),
  top_ups: yesNo,
})

const singleApplicant: Reader<Read<typeof singleFields>> = (value, place) => {
  const single = singleFields(value, place)
  if (single.mode !== 'none' && single.rate === null) {
    throw new ReadingFault(`${place}.rate`, `“${place}.mode”为 ${single.mode} 时须给出“${place}.rate”`)
  }
  return single
}

/** Rules are told apart by the bits of one number. */
const MOST_TOP_UPS = 30

const topUps: Reader<readonly Read<typeof topUpFields>[]> = (value, place) => {
  const rules = listOf(topUp)(value, place)
  if (rules.length > MOST_TOP_UPS) throw new ReadingFault(place, `“${place}”至多 ${MOST_TOP_UPS} 类`)
  return rules
}

const limit = nullable(whole())

export const readAssessParameters = object({
  standard: perProgramme(publishedStandard),
  standard_month_rounding: nullable(object({ unit: roundingUnit, mode: roundingMode })),
  income: object({ excluded_items: listOf(codeOf('income_item')), excluded_share: mapOf(codeOf('income_item'), share) }),
  support: object({
    rate,
    threshold_multiple: multiple,
    divisor: oneOf('supported_count', 'one'),
    base: oneOf('excess', 'income'),
  }),
  work_cost: object({
    method: oneOf('none', 'share_of_pay', 'share_of_standard', 'fixed'),
    rate,
    amount,
    cap: nullable(amount),
  }),
  deduct_medical: oneOf('full', 'none'),
  deduct_education: oneOf('full', 'none'),
  household: object({ dependent_study_levels: listOf(codeOf('student_level')) }),
  assets: object({
    monetary_months: nullable(decimal()),
    dwelling_max: limit,
    dwelling_area_per_head: nullable(decimal()),
    vehicle_value_limit: nullable(amount),
    vehicle_depreciation: share,
    non_residential_max: limit,
  }),
  amount_method: perProgramme(oneOf('shortfall', 'tiers')),
  tiers: perProgramme(tierAmounts),
  tier_bands: perProgramme(tierBands),
  rounding: object({
    point: oneOf('household_total', 'per_capita_income', 'per_capita_amount'),
    unit: roundingUnit,
    mode: roundingMode,
  }),
  minimum_share: share,
  single_applicant: singleApplicant,
  top_ups: topUps,
  top_up_overlap: oneOf('highest', 'sum', 'first'),
  payment_start: oneOf('next_month', 'same_month'),
  lines: object({
    marginal_multiple: multiple,
    marginal_cap: nullable(amount),
    extreme_hardship_multiple: multiple,
    minimum_wage: nullable(amount),
    care_rates: listOf(rate),
    rounding_point: oneOf('month', 'year'),
    unit: roundingUnit,
    mode: roundingMode,
  }),
  recheck_months: object({ stable: whole({ least: 1 }), volatile: whole({ least: 1 }) }),
})

export type AssessParameters = Read<typeof readAssessParameters>
export type TopUpRule = AssessParameters['top_ups'][number]
export type TopUpCondition = TopUpRule['when']
export type RoundingUnit = Read<typeof roundingUnit>
export type RoundingMode = Read<typeof roundingMode>
export type Programme = 'urban' | 'rural'
export type PublishedStandard = { readonly value: Fraction; readonly unit: 'month' | 'year' }

/** The leaves of the tree above: the names a pack gives a clause and dated values for. */
export const ASSESS_NAMES: readonly string[] = [
  'standard.urban',
  'standard.rural',
  'standard_month_rounding',
  'income.excluded_items',
  'income.excluded_share',
  'support.rate',
  'support.threshold_multiple',
  'support.divisor',
  'support.base',
  'work_cost.method',
  'work_cost.rate',
  'work_cost.amount',
  'work_cost.cap',
  'deduct_medical',
  'deduct_education',
  'household.dependent_study_levels',
  'assets.monetary_months',
  'assets.dwelling_max',
  'assets.dwelling_area_per_head',
  'assets.vehicle_value_limit',
  'assets.vehicle_depreciation',
  'assets.non_residential_max',
  'amount_method.urban',
  'amount_method.rural',
  'tiers.urban',
  'tiers.rural',
  'tier_bands.urban',
  'tier_bands.rural',
  'rounding.point',
  'rounding.unit',
  'rounding.mode',
  'minimum_share',
  'single_applicant.income_multiple',
  'single_applicant.rate',
  'single_applicant.mode',
  'single_applicant.top_ups',
  'top_ups',
  'top_up_overlap',
  'payment_start',
  'lines.marginal_multiple',
  'lines.marginal_cap',
  'lines.extreme_hardship_multiple',
  'lines.minimum_wage',
  'lines.care_rates',
  'lines.rounding_point',
  'lines.unit',
  'lines.mode',
  'recheck_months.stable',
  'recheck_months.volatile',
]
