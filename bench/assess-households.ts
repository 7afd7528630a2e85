import { type AssessmentBasis, assessmentBasis, type Household, householdOf, loadPack, packAt, parseExactJson } from '#policy'

/** Seeded random numbers (mulberry32): the same seed gives the same households on every machine. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

export const DECISION_DATE = '2026-09-15'

/**
 * The county the benchmark assesses: every kind of rule is on. Urban: shortfall with a minimum share; rural: tiers with
 * bands and a yearly standard that is no whole month; work costs, support, both deductions, every asset rule,
 * one-person applications, four top-ups.
 */
export const COUNTY = `{
  "standard": { "urban": { "value": 720, "unit": "month" }, "rural": { "value": 5000, "unit": "year" } },
  "income": { "excluded_share": { "collective_dividend": 0.5 } },
  "work_cost": { "method": "share_of_pay", "rate": 0.1, "cap": 300 },
  "deduct_education": "full",
  "assets": { "dwelling_area_per_head": 30, "vehicle_value_limit": 30000, "vehicle_depreciation": 0.07 },
  "amount_method": { "rural": "tiers" },
  "tiers": { "rural": [ { "tier": "A", "amount": 417 }, { "tier": "B", "amount": 355 }, { "tier": "C", "amount": 240 }, { "tier": "D", "amount": 125.5 } ] },
  "tier_bands": { "rural": [ { "tier": "A", "max_ratio": 0.1 }, { "tier": "B", "max_ratio": 0.3 }, { "tier": "C", "max_ratio": 0.6 }, { "tier": "D", "max_ratio": 0.9 } ] },
  "minimum_share": 0.2,
  "single_applicant": { "mode": "at_least", "rate": 0.6 }
}`

/** The reference pack with the county's rules laid over it. */
export function countyBasis(): AssessmentBasis {
  return assessmentBasis(packAt(loadPack('reference'), DECISION_DATE), parseExactJson(COUNTY, 'county'))
}

type Pick = <T>(choices: readonly T[]) => T

interface Dice {
  readonly chance: (share: number) => boolean
  readonly between: (low: number, high: number) => number
  readonly pick: Pick
}

function dice(random: () => number): Dice {
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1))
  return {
    chance: (share) => random() < share,
    between,
    pick: (choices) => choices[between(0, choices.length - 1)] as (typeof choices)[number],
  }
}

const RELATIONS = [
  'spouse',
  'child',
  'child',
  'child',
  'parent',
  'parent',
  'parent_in_law',
  'child_in_law',
  'sibling',
  'grandchild',
  'grandparent',
  'other',
] as const
const STUDY = ['none', 'none', 'none', 'senior', 'vocational', 'college', 'bachelor', 'master'] as const
const ITEMS = [
  'wage',
  'wage',
  'wage',
  'business',
  'farm',
  'farm',
  'interest',
  'rent',
  'land_transfer',
  'collective_dividend',
  'pension',
  'resident_pension',
  'base_pension',
  'subsidy',
  'veteran_compensation',
  'social_aid',
  'other',
] as const
const PERIODS = [1, 1, 1, 12, 12, 12, 3, 6] as const
/** Periods outside the usual ones: they take the exact path. */
const ODD_PERIODS = [13, 17, 7, 5] as const

type Tree = Record<string, unknown>

function ageOf(relation: string, d: Dice): number {
  if (relation === 'child' || relation === 'grandchild') return d.between(0, 32)
  return relation === 'parent' || relation === 'grandparent' || relation === 'parent_in_law'
    ? d.between(50, 95)
    : d.between(20, 85)
}

function member(k: number, relation: string, d: Dice): Tree {
  const age = ageOf(relation, d)
  const born = `${2026 - age}-${String(d.between(1, 12)).padStart(2, '0')}-${String(d.between(1, 28)).padStart(2, '0')}`
  const on = Number(DECISION_DATE.replaceAll('-', ''))
  const birth = Number(born.replaceAll('-', '')) > on ? DECISION_DATE : born
  return {
    id: `m${k}`,
    relation,
    ...(d.chance(0.01) ? {} : d.chance(0.1) ? { age } : { birth_date: birth }),
    lives_together: d.chance(0.85),
    ...(age >= 15 && age < 30 ? { study: d.pick(STUDY) } : {}),
    ...(d.chance(0.03) ? { cannot_live_independently: true } : {}),
    ...(d.chance(0.01) ? { [d.pick(['serving', 'missing', 'long_term_clergy', 'conscript'])]: true } : {}),
    ...(d.chance(0.12) ? { disability: { class: d.between(1, 7), grade: d.between(1, 4) } } : {}),
    serious_illness: d.chance(0.06),
    works: d.chance(0.4),
    income_stable: d.chance(0.7),
    able_to_work: d.chance(0.5),
  }
}

function yuan(d: Dice, low: number, high: number): string {
  return `${d.between(low, high)}.${String(d.between(0, 99)).padStart(2, '0')}`
}

function months(d: Dice): number {
  return d.chance(0.001) ? d.pick(ODD_PERIODS) : d.pick(PERIODS)
}

function line(k: number, members: number, d: Dice): Tree {
  const period = months(d)
  const amount = d.chance(0.05) ? '0.00' : yuan(d, 20 * period, 700 * period)
  return {
    ref: `r${k}`,
    item: d.pick(ITEMS),
    amount,
    months: period,
    ...(d.chance(0.85) ? { member: `m${d.between(1, members)}` } : {}),
  }
}

function expense(members: number, d: Dice): Tree {
  const period = months(d)
  const kind = d.pick(['medical', 'medical', 'education', 'disability', 'other'])
  return {
    kind,
    amount: yuan(d, 0, 300 * period),
    months: period,
    ...(d.chance(0.8) ? { member: `m${d.between(1, members)}` } : {}),
  }
}

function supporter(d: Dice): Tree {
  return {
    relation: d.pick(['son', 'daughter', 'former_spouse', 'sibling']),
    monthly_income: yuan(d, 800, 9000),
    household_persons: d.between(1, 5),
    ...(d.chance(0.6) ? { supported_count: d.between(1, 5) } : {}),
    ...(d.chance(0.15) ? { agreed: d.chance(0.2) ? 0 : yuan(d, 50, 400) } : {}),
    ...(d.chance(0.3) ? { paid: yuan(d, 20, 500) } : {}),
  }
}

function times<T>(count: number, make: (k: number) => T): T[] {
  return Array.from({ length: count }, (_, k) => make(k))
}

function assets(d: Dice): Tree {
  const vehicles = d.chance(0.08)
    ? times(d.between(1, 2), () => ({
        ...(d.chance(0.1)
          ? { value: yuan(d, 1000, 60_000) }
          : { price: d.between(2, 12) * 10_000 + (d.chance(0.2) ? 0.5 : 0), age_years: d.between(0, 15) }),
        exempt: d.chance(0.2),
      }))
    : []
  return {
    monetary: d.chance(0.1) ? yuan(d, 10_000, 60_000) : yuan(d, 0, 12_000),
    dwellings: times(d.chance(0.06) ? 2 : 1, () => ({ area: d.between(20, 140) + d.pick([0, 0.5, 0.25]) })),
    non_residential: d.chance(0.02) ? 1 : 0,
    vehicles,
  }
}

/** One made-up household in the form of the household file. */
function householdTree(random: () => number): Tree {
  const d = dice(random)
  const single = d.chance(0.06)
  const others = single ? 0 : d.pick([0, 0, 1, 1, 2, 2, 3, 4, 5])
  const programme = d.chance(0.4) ? 'urban' : 'rural'
  const members = [
    member(1, 'applicant', d),
    ...times(others, (k) => member(k + 2, k === 0 && d.chance(0.6) ? 'spouse' : d.pick(RELATIONS), d)),
  ]
  return {
    programme,
    ...(single ? { single_applicant: true, family: { members: d.between(2, 5), monthly_income: yuan(d, 500, 5000) } } : {}),
    ...(programme === 'rural' && d.chance(0.4) ? { tier: d.chance(0.02) ? 'E' : d.pick(['A', 'B', 'C', 'D']) } : {}),
    members,
    incomes: times(d.pick([0, 1, 1, 2, 2, 3, 4]), (k) => line(k + 1, members.length, d)),
    expenses: times(d.pick([0, 0, 0, 1, 1, 2]), () => expense(members.length, d)),
    supporters: times(d.pick([0, 0, 1, 1, 2, 3]), () => supporter(d)),
    assets: assets(d),
  }
}

/** `count` households of a seed, read by the product's own reader. */
export function benchHouseholds(basis: AssessmentBasis, seed: number, count: number): Household[] {
  const random = randomSource(seed)
  return times(count, () => householdOf(basis, parseExactJson(JSON.stringify(householdTree(random)), 'household')))
}
