import { describe, expect, it } from 'vitest'
import { type Assessment, assessHousehold, assessmentBasis, householdOf } from './assess.ts'
import { parseExactJson } from './exact-text.ts'
import { loadPack } from './pack.ts'
import { packAt } from './resolve.ts'

/** Each limit three times: one fen (or unit) below, at it, one above. Amounts in fen here, so that a step is one fen. */
const pack = packAt(loadPack('reference'), '2026-09-15')

function assess(household: object, params: object = {}): Assessment {
  const basis = assessmentBasis(pack, parseExactJson(JSON.stringify(params), 'params'))
  return assessHousehold(basis, householdOf(basis, parseExactJson(JSON.stringify(household), 'household')))
}

const applicant = { id: 'a', relation: 'applicant', age: 45 }
const yuan = (fen: number) => (fen / 100).toFixed(2)

function urban(more: object): object {
  return { programme: 'urban', members: [applicant], ...more }
}

function codes(result: Assessment): string[] {
  return result.reasons.map(({ code }) => code)
}

interface Limit {
  readonly name: string
  readonly at: number
  readonly household: (fen: number) => object
  readonly params?: object
  /** whether the household is eligible one below, at and one above the limit */
  readonly eligible: readonly [boolean, boolean, boolean]
}

const wage = (fen: number) => ({ incomes: [{ item: 'wage', amount: yuan(fen), member: 'a' }] })
const family = (fen: number) => ({ single_applicant: true, family: { members: 3, monthly_income: yuan(fen) } })

const LIMITS: readonly Limit[] = [
  { name: 'standard.urban', at: 72_000, household: (x) => urban(wage(x)), eligible: [true, false, false] },
  {
    name: 'standard.rural by the year, two persons',
    at: 94_000,
    household: (x) => ({ programme: 'rural', members: [applicant, { id: 'b', relation: 'spouse' }], ...wage(x) }),
    eligible: [true, false, false],
  },
  {
    name: 'standard.rural that is no whole fen (416⅔): 416.66 is below, 416.67 above',
    at: 41_666,
    household: (x) => ({ programme: 'rural', members: [applicant], ...wage(x) }),
    params: { standard: { rural: { value: 5000 } } },
    eligible: [true, true, false],
  },
  {
    name: 'assets.monetary_months',
    at: 1_728_000,
    household: (x) => urban({ assets: { monetary: yuan(x) } }),
    eligible: [true, true, false],
  },
  {
    name: 'assets.vehicle_value_limit',
    at: 3_000_000,
    household: (x) => urban({ assets: { vehicles: [{ value: yuan(x) }] } }),
    params: { assets: { vehicle_value_limit: 30000 } },
    eligible: [true, true, false],
  },
  {
    name: 'assets.vehicle_value_limit on a price: below half a yuan rounds down',
    at: 3_000_049,
    household: (x) => urban({ assets: { vehicles: [{ price: yuan(x), age_years: 0 }] } }),
    params: { assets: { vehicle_value_limit: 30000 } },
    eligible: [true, true, false],
  },
  { name: 'single_applicant.income_multiple', at: 324_000, household: (x) => urban(family(x)), eligible: [true, false, false] },
  {
    name: 'assets.dwelling_max',
    at: 1,
    household: (x) => urban({ assets: { dwellings: Array.from({ length: x }, () => ({ area: 30 })) } }),
    eligible: [true, true, false],
  },
  {
    name: 'assets.dwelling_area_per_head, in hundredths of a square metre',
    at: 3000,
    household: (x) => urban({ assets: { dwellings: [{ area: 20 }, { area: Number(yuan(x - 2000)) }] } }),
    params: { assets: { dwelling_area_per_head: 30 } },
    eligible: [true, true, false],
  },
  {
    name: 'assets.non_residential_max',
    at: 1,
    household: (x) => urban({ assets: { non_residential: x } }),
    params: { assets: { non_residential_max: 1 } },
    eligible: [true, true, false],
  },
  {
    name: 'tier_bands, last end at 0.9',
    at: 64_800,
    household: (x) => urban(wage(x)),
    params: {
      amount_method: { urban: 'tiers' },
      tiers: { urban: [{ tier: 'A', amount: 100 }] },
      tier_bands: { urban: [{ tier: 'A', max_ratio: 0.9 }] },
    },
    eligible: [true, true, false],
  },
]

describe('every limit: one below, at it, one above', () => {
  it.each(LIMITS)('$name', ({ at, household, params, eligible }) => {
    expect([at - 1, at, at + 1].map((x) => assess(household(x), params).eligible)).toEqual(eligible)
  })
})

interface Figure {
  readonly name: string
  readonly at: number
  readonly household: (fen: number) => object
  readonly params?: object
  readonly field: 'base_amount' | 'countable_income' | 'top_up_total'
  readonly expected: readonly [string, string, string]
}

const supporter = (fen: number) => ({ supporters: [{ relation: 'son', monthly_income: yuan(fen), household_persons: 2 }] })
const aged = (age: number) => ({ programme: 'urban', members: [{ id: 'a', relation: 'applicant', age }] })
const expense = (kind: string) => (fen: number) => urban({ ...wage(50_000), expenses: [{ kind, amount: yuan(fen) }] })

const FIGURES: readonly Figure[] = [
  {
    name: 'support.threshold_multiple: nothing at 2 × 720 × 2, a fifth of what is above',
    at: 288_000,
    household: (x) => urban(supporter(x)),
    params: { support: { rate: 1 } },
    field: 'countable_income',
    expected: ['0.00', '0.00', '0.01'],
  },
  {
    name: 'minimum_share: a gap below 144 pays 144, the gap itself from there on',
    at: 57_600,
    household: (x) => urban(wage(x)),
    params: { minimum_share: 0.2, rounding: { unit: 'fen' } },
    field: 'base_amount',
    expected: ['144.01', '144.00', '144.00'],
  },
  {
    name: 'single_applicant.rate at_least 0.6',
    at: 28_800,
    household: (x) => urban({ ...family(0), ...wage(x) }),
    params: { single_applicant: { mode: 'at_least', rate: 0.6 }, rounding: { unit: 'fen' } },
    field: 'base_amount',
    expected: ['432.01', '432.00', '432.00'],
  },
  { name: 'top_ups elder, age_min 70', at: 70, household: aged, field: 'top_up_total', expected: ['0.00', '72.00', '72.00'] },
  { name: 'top_ups minor, age_max 17', at: 17, household: aged, field: 'top_up_total', expected: ['72.00', '72.00', '0.00'] },
  {
    name: 'rounding half up to the yuan',
    at: 50,
    household: (x) => urban(wage(72_000 - 10_000 - x)),
    field: 'base_amount',
    expected: ['100.00', '101.00', '101.00'],
  },
  {
    name: 'deduct_medical full',
    at: 10_000,
    household: expense('medical'),
    field: 'countable_income',
    expected: ['400.01', '400.00', '399.99'],
  },
  {
    name: 'deduct_education none',
    at: 10_000,
    household: expense('education'),
    field: 'countable_income',
    expected: ['500.00', '500.00', '500.00'],
  },
]

describe('every figure: one below, at it, one above', () => {
  it.each(FIGURES)('$name', ({ at, household, params, field, expected }) => {
    expect([at - 1, at, at + 1].map((x) => assess(household(x), params)[field])).toEqual(expected)
  })

  it('work_cost.cap', () => {
    const household = {
      programme: 'urban',
      members: [{ ...applicant, works: true }],
      incomes: [{ item: 'wage', amount: 600, member: 'a' }],
    }
    const capped = (cap: string) =>
      assess(household, JSON.parse(`{"work_cost":{"method":"fixed","amount":300,"cap":${cap}}}`)).countable_income
    expect([capped('299.99'), capped('300'), capped('300.01')]).toEqual(['300.01', '300.00', '300.00'])
  })
})

describe('where a limit is absent', () => {
  it('nothing is refused', () => {
    const assets = {
      monetary: 9_000_000,
      dwellings: [{ area: 500 }, { area: 500 }],
      non_residential: 9,
      vehicles: [{ value: 900_000 }],
    }
    const limits = { monetary_months: null, dwelling_max: null, vehicle_value_limit: null, non_residential_max: null }
    expect(codes(assess(urban({ assets }), { assets: limits }))).toEqual(['INCOME_BELOW_STANDARD'])
    expect(codes(assess(urban({ assets })))).toEqual([
      'MONETARY_ABOVE_LIMIT',
      'DWELLINGS_ABOVE_LIMIT',
      'VEHICLE_ABOVE_LIMIT',
      'NON_RESIDENTIAL_ABOVE_LIMIT',
    ])
  })
})

describe('figures beyond 2^53', () => {
  it('are exact', () => {
    const incomes = [
      { item: 'other', amount: '999999999999.99', months: 7 },
      { item: 'other', amount: '999999999999.99', months: 11 },
      { item: 'other', amount: '999999999999.99', months: 13 },
    ]
    // 99,999,999,999,999 fen × (1/7 + 1/11 + 1/13) = 99,999,999,999,999 × 311 ÷ 1001
    const fen = (99_999_999_999_999n * 311n * 2n + 1001n) / 2002n
    expect(assess(urban({ incomes })).countable_income).toBe(`${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`)
  })

  it('are exact with rates of many decimals', () => {
    const result = assess(
      urban({ incomes: [{ item: 'wage', amount: '600', months: 13, member: 'a' }], members: [{ ...applicant, works: true }] }),
      {
        work_cost: { method: 'share_of_pay', rate: 0.123456789012 },
      },
    )
    // 60000 ÷ 13 × (1 − 0.123456789012) = 4045.583… fen
    expect(result.countable_income).toBe('40.46')
  })
})
