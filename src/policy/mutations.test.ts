import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { isDate } from '#kernel/dates'
import { assessHousehold, assessmentBasis, householdOf } from './assess.ts'
import { parseExactJson } from './exact-text.ts'
import { loadPack } from './pack.ts'
import { packAt } from './resolve.ts'
import { ASSESS_NAMES } from './rules/assess-parameters.ts'
import type { ExactObject, ExactValue } from './rules/exact-value.ts'

/** Another value for every parameter: some worked example must come out differently, else nothing watches over it. */
const OTHER: Readonly<Record<string, string>> = {
  'standard.urban': '{"value":721,"unit":"month"}',
  'standard.rural': '{"value":5640,"unit":"month"}',
  standard_month_rounding: '{"unit":"yuan","mode":"down"}',
  'income.excluded_items': '[]',
  'income.excluded_share': '{"wage":0.5}',
  'support.rate': '0.3',
  'support.threshold_multiple': '1.5',
  'support.divisor': '"one"',
  'support.base': '"income"',
  'work_cost.method': '"fixed"',
  'work_cost.rate': '0.5',
  'work_cost.amount': '1',
  'work_cost.cap': '50',
  deduct_medical: '"none"',
  deduct_education: '"full"',
  'household.dependent_study_levels': '["master"]',
  'assets.monetary_months': '12',
  'assets.dwelling_max': '2',
  'assets.dwelling_area_per_head': '1000',
  'assets.vehicle_value_limit': '1000000',
  'assets.vehicle_depreciation': '1',
  'assets.non_residential_max': '9',
  'amount_method.urban': '"tiers"',
  'amount_method.rural': '"tiers"',
  'tiers.urban': '[{"tier":"A","amount":1}]',
  'tiers.rural': '[{"tier":"A","amount":1}]',
  'tier_bands.urban': '[{"tier":"A","max_ratio":1}]',
  'tier_bands.rural': '[{"tier":"A","max_ratio":1}]',
  'rounding.point': '"per_capita_amount"',
  'rounding.unit': '"fen"',
  'rounding.mode': '"down"',
  minimum_share: '1',
  'single_applicant.income_multiple': '1',
  'single_applicant.rate': '0.1',
  'single_applicant.mode': '"none"',
  'single_applicant.top_ups': 'false',
  top_ups: '[]',
  top_up_overlap: '"sum"',
  payment_start: '"same_month"',
  'lines.marginal_multiple': '1.6',
  'lines.marginal_cap': '1',
  'lines.extreme_hardship_multiple': '1.4',
  'lines.minimum_wage': '1',
  'lines.care_rates': '[0.9]',
  'lines.rounding_point': '"year"',
  'lines.unit': '"fen"',
  'lines.mode': '"up"',
  'recheck_months.stable': '11',
  'recheck_months.volatile': '5',
}

const EXAMPLES = new URL('../../packs/reference/examples/', import.meta.url)
const reference = loadPack('reference')
const examples = readdirSync(EXAMPLES)
  .map((name) => parseExactJson(readFileSync(new URL(name, EXAMPLES), 'utf8'), name) as ExactObject)
  .filter((example) => example.exit === undefined && isDate(example.on as string))

/** The figures of an answer; texts and what is said about the pack may change with any value. */
function figures(example: ExactObject, params: ExactObject): string {
  try {
    const basis = assessmentBasis(packAt(reference, example.on as string), params)
    const {
      trace,
      pack: _,
      signable,
      warnings,
      reasons,
      ...rest
    } = assessHousehold(basis, householdOf(basis, example.household ?? null))
    return JSON.stringify({ ...rest, reasons: reasons.map(({ code }) => code), steps: trace.length })
  } catch (error) {
    return String(error)
  }
}

/** The example's own parameters with one leaf set to another value. */
function changed(params: ExactObject, name: string, value: ExactValue): ExactObject {
  const [group, leaf] = name.split('.') as [string, string?]
  if (leaf === undefined) return { ...params, [group]: value }
  return { ...params, [group]: { ...(params[group] as ExactObject | undefined), [leaf]: value } }
}

it('has another value for every parameter', () => expect(Object.keys(OTHER).sort()).toEqual([...ASSESS_NAMES].sort()))

it.each(Object.entries(OTHER))('some worked example notices %s', (name, text) => {
  const value = parseExactJson(text, name)
  const noticed = examples.some((example) => {
    const params = (example.params ?? {}) as ExactObject
    return figures(example, params) !== figures(example, changed(params, name, value))
  })
  expect(noticed).toBe(true)
})
