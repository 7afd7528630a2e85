import { describe, expect, it } from 'vitest'
import {
  assessAll,
  assessmentBasis,
  columnsOf,
  explainRow,
  loadPack,
  packAt,
  parseExactJson,
  planAssessment,
  type Results,
} from '#policy'
import { assessByHand, floorSpace } from './assess-floor.ts'
import { benchHouseholds, countyBasis, DECISION_DATE } from './assess-households.ts'

const FIGURES = ['refusals', 'members', 'countable', 'base', 'topUps', 'total', 'tier', 'recheck'] as const
const county = countyBasis()
const households = benchHouseholds(county, 11, 400)

function rowOf(results: Results, i: number): number[] {
  return FIGURES.map((name) => results[name][i] as number)
}

describe('the county of the benchmark', () => {
  const columns = columnsOf(households)

  it('comes out alike by the rules and by the hand-written loop', () => {
    const results = assessAll(planAssessment(county.parameters, DECISION_DATE, columns))
    const byHand = assessAll(planAssessment(county.parameters, DECISION_DATE, columns))
    assessByHand(columns, floorSpace(columns), byHand)
    for (const [i] of households.entries()) expect(rowOf(byHand, i)).toEqual(rowOf(results, i))
  })

  it('has households of every outcome, also ones that run exactly', () => {
    const plan = planAssessment(county.parameters, DECISION_DATE, columnsOf(benchHouseholds(county, 3, 2000)))
    const { refusals } = assessAll(plan)
    const seen = refusals.reduce((bits, own) => bits | own, 0)
    expect(seen).toBe(255)
    expect(refusals.filter((own) => own === 0).length).toBeGreaterThan(500)
    expect(plan.rows.irregular.length).toBeGreaterThan(0)
  })
})

const SHAPES: readonly [string, string][] = [
  ['as the pack has it', '{}'],
  ['rounding of the per-capita income to jiao, down', '{"rounding":{"point":"per_capita_income","unit":"jiao","mode":"down"}}'],
  ['rounding of the per-capita amount to fen, up', '{"rounding":{"point":"per_capita_amount","unit":"fen","mode":"up"}}'],
  [
    'a standard of thirds, rounded by nobody',
    '{"standard":{"urban":{"value":5000,"unit":"year"},"rural":{"value":4001,"unit":"year"}}}',
  ],
  ['work cost by share of the standard', '{"work_cost":{"method":"share_of_standard","rate":0.333,"cap":100.01}}'],
  ['support of the whole income', '{"support":{"base":"income","rate":0.07,"divisor":"one","threshold_multiple":1.25}}'],
  [
    'top-ups of the own benefit, all of them',
    '{"top_ups":[{"class":"x","when":{"age_min":30},"base":"own_benefit","rate":0.15},{"class":"y","when":{"student":true},"base":"fixed","amount":33.3}],"top_up_overlap":"sum"}',
  ],
  ['the first top-up', '{"top_up_overlap":"first"}'],
  ['single applicants at a fixed share', '{"single_applicant":{"mode":"fixed","rate":0.55,"top_ups":false}}'],
  [
    'no asset limits',
    '{"assets":{"monetary_months":null,"dwelling_max":null,"vehicle_value_limit":null,"non_residential_max":null}}',
  ],
  [
    'decimals that leave the range of number',
    '{"support":{"rate":0.123456789012},"income":{"excluded_share":{"wage":0.987654321}}}',
  ],
]

describe('bulk and explanation', () => {
  it.each(SHAPES)('agree to the fen: %s', (_, params) => {
    const basis = assessmentBasis(packAt(loadPack('reference'), DECISION_DATE), parseExactJson(params, 'params'))
    const plan = planAssessment(basis.parameters, DECISION_DATE, columnsOf(households))
    const results = assessAll(plan)
    for (const [i, household] of households.entries()) {
      const told = explainRow(plan, i, household, basis.clause)
      const fen = [told.countable_income, told.base_amount, told.top_up_total, told.total].map((yuan) =>
        Math.round(Number(yuan) * 100),
      )
      expect([told.eligible, told.counted, told.recheck_months, ...fen]).toEqual([
        results.refusals[i] === 0,
        results.members[i],
        results.recheck[i],
        results.countable[i],
        results.base[i],
        results.topUps[i],
        results.total[i],
      ])
    }
  })
})
