import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Assessment, assessHousehold, assessmentBasis, householdOf } from './assess.ts'
import { parseExactJson } from './exact-text.ts'
import { loadPack } from './pack.ts'
import { packAt } from './resolve.ts'
import { EXPENSE_KINDS, INCOME_ITEMS, MEMBER_RELATIONS, STUDY_LEVELS } from './rules/household.ts'

const pack = packAt(loadPack('reference'), '2026-09-15')
const RUNS = { numRuns: 150 }

function assess(household: object, params: object = {}): Assessment {
  const basis = assessmentBasis(pack, parseExactJson(JSON.stringify(params), 'params'))
  return assessHousehold(basis, householdOf(basis, parseExactJson(JSON.stringify(household), 'household')))
}

const money = (most: number) => fc.integer({ min: 0, max: most * 100 }).map((fen) => (fen / 100).toFixed(2))
const months = fc.constantFrom(1, 2, 3, 6, 7, 12, 13)

const member = fc.record(
  {
    relation: fc.constantFrom(...MEMBER_RELATIONS.slice(1)),
    age: fc.integer({ min: 0, max: 99 }),
    lives_together: fc.boolean(),
    study: fc.constantFrom(...STUDY_LEVELS),
    cannot_live_independently: fc.boolean(),
    serving: fc.boolean(),
    disability: fc.record({ class: fc.integer({ min: 1, max: 7 }), grade: fc.integer({ min: 1, max: 4 }) }),
    serious_illness: fc.boolean(),
    works: fc.boolean(),
    income_stable: fc.boolean(),
    able_to_work: fc.boolean(),
  },
  { requiredKeys: ['relation'] },
)

const household = fc
  .record({
    programme: fc.constantFrom('urban', 'rural'),
    others: fc.array(member, { maxLength: 5 }),
    incomes: fc.array(fc.record({ item: fc.constantFrom(...INCOME_ITEMS), amount: money(900), months, place: fc.nat(6) }), {
      maxLength: 4,
    }),
    expenses: fc.array(fc.record({ kind: fc.constantFrom(...EXPENSE_KINDS), amount: money(300), months }), { maxLength: 2 }),
    supporters: fc.array(
      fc.record({
        relation: fc.constant('son'),
        monthly_income: money(6000),
        household_persons: fc.integer({ min: 1, max: 5 }),
        supported_count: fc.integer({ min: 1, max: 4 }),
      }),
      { maxLength: 2 },
    ),
    monetary: money(20_000),
  })
  .map(({ programme, others, incomes, expenses, supporters, monetary }) => {
    const members = [{ relation: 'applicant', age: 40, works: true }, ...others].map((m, k) => ({ id: `m${k}`, ...m }))
    const lines = incomes.map(({ place, ...line }) => ({ ...line, ...(place < members.length ? { member: `m${place}` } : {}) }))
    return { programme, members, incomes: lines, expenses, supporters, assets: { monetary } }
  })

const fen = (yuan: string) => Math.round(Number(yuan) * 100)

/** The figures of an answer, without the order of its lists. */
function figures(result: Assessment): unknown {
  const { eligible, counted, countable_income, per_capita_income, base_amount, top_up_total, total, recheck_months, reasons } =
    result
  const codes = reasons.map(({ code }) => code)
  return { eligible, counted, countable_income, per_capita_income, base_amount, top_up_total, total, recheck_months, codes }
}

describe('properties of the assessment', () => {
  it('the order of members and lines does not matter', () => {
    fc.assert(
      fc.property(household, (h) => {
        const turned = {
          ...h,
          members: h.members.toReversed(),
          incomes: h.incomes.toReversed(),
          supporters: h.supporters.toReversed(),
        }
        expect(figures(assess(turned))).toEqual(figures(assess(h)))
      }),
      RUNS,
    )
  })

  it('excluded income changes nothing', () => {
    const excluded = fc.constantFrom('base_pension', 'veteran_compensation', 'scholarship', 'social_aid', 'elder_allowance')
    fc.assert(
      fc.property(household, excluded, money(5000), (h, item, amount) => {
        const richer = { ...h, incomes: [...h.incomes, { item, amount, months: 1 }] }
        expect(figures(assess(richer))).toEqual(figures(assess(h)))
      }),
      RUNS,
    )
  })

  it('raising the standard removes nobody and pays nobody less', () => {
    fc.assert(
      fc.property(household, fc.integer({ min: 1, max: 300 }), (h, rise) => {
        const before = assess(h)
        const after = assess(h, { standard: { urban: { value: 720 + rise }, rural: { value: 5640 + 12 * rise } } })
        if (before.eligible) expect(after.eligible).toBe(true)
        expect(fen(after.total)).toBeGreaterThanOrEqual(fen(before.total))
      }),
      RUNS,
    )
  })

  it('the total is base and top-ups, never below 0, and 0 for who is refused', () => {
    fc.assert(
      fc.property(household, (h) => {
        const result = assess(h)
        const added = result.top_ups.reduce((sum, { amount }) => sum + fen(amount), 0)
        expect(fen(result.top_up_total)).toBe(added)
        expect(fen(result.total)).toBe(fen(result.base_amount) + added)
        expect(fen(result.base_amount)).toBeGreaterThanOrEqual(0)
        if (!result.eligible)
          expect([result.total, result.payment_from, result.tier, result.top_ups]).toEqual(['0.00', null, null, []])
      }),
      RUNS,
    )
  })

  it('what counts of the lines, less deductions, is the countable income', () => {
    fc.assert(
      fc.property(household, (h) => {
        const result = assess({ ...h, incomes: h.incomes.map((line) => ({ ...line, months: 1 })), expenses: [], supporters: [] })
        const counted = result.incomes.reduce((sum, line) => sum + fen(line.counted), 0)
        expect(fen(result.countable_income)).toBe(counted)
      }),
      RUNS,
    )
  })

  it('every step tells its result, and the operands of the sum stand in its sentence', () => {
    fc.assert(
      fc.property(household, (h) => {
        const result = assess(h)
        expect(result.trace.map(({ clause }) => clause)).not.toContain('')
        for (const { text, value } of result.trace) expect(text.includes(value) || value.includes('符合')).toBe(true)
        const { countable_income, counted, per_capita_income, standard, base_amount, top_up_total, total } = result
        const operands = {
          income_test: [countable_income, String(counted), per_capita_income, standard],
          total: [base_amount, top_up_total, total],
        }
        for (const [step, values] of Object.entries(operands)) {
          const { text } = result.trace.find((entry) => entry.step === step) ?? { text: values.join(' ') }
          for (const value of values) expect(text).toContain(value)
        }
        expect(result.trace.some(({ step }) => step === 'total')).toBe(result.eligible)
      }),
      RUNS,
    )
  })
})

describe('missing facts', () => {
  it('are named, never silently read as zero', () => {
    const result = assess(
      {
        programme: 'urban',
        members: [{ id: 'a', relation: 'applicant' }],
        incomes: [{ item: 'wage', amount: 100 }],
        assets: { vehicles: [{}, { price: 100 }, { exempt: true }] },
      },
      { work_cost: { method: 'share_of_pay', rate: 0.1 }, lines: { care_rates: [0.1] } },
    )
    expect(result.missing.map(({ fact }) => fact)).toEqual([
      'members[1].birth_date',
      'incomes[1].member',
      'assets.vehicles[1].price',
      'assets.vehicles[2].age_years',
      'lines.minimum_wage',
    ])
  })

  it('include the tier where no band of income gives it, and one that the pack does not know', () => {
    const byTiers = { amount_method: { rural: 'tiers' }, tiers: { rural: [{ tier: 'A', amount: 470 }] } }
    const missing = (tier: object, more: object = {}) => {
      const household = { programme: 'rural', members: [{ id: 'a', relation: 'applicant', age: 50 }], ...tier }
      return assess(household, { ...byTiers, ...more } as never).missing.map(({ text }) => text)
    }
    expect(missing({})).toEqual(['缺少保障类别：分档补助不能确定金额，须先认定'])
    expect(missing({ tier: 'Z' })).toEqual(['政策包中没有“Z”这一保障类别（有A）：须重新认定'])
    expect(missing({ tier: 'A' })).toEqual([])
    expect(missing({}, { tier_bands: { rural: [{ tier: 'A', max_ratio: 1 }] } })).toEqual([])
  })
})
