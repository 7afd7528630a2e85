import { describe, expect, it } from 'vitest'
import { compareFacts, type DossierFacts, rulesWith } from '#testkit/dossier'
import type { FigureKey } from './income-kinds.ts'

type Rows = NonNullable<NonNullable<DossierFacts['persons']>[number]['rows']>

const with1 = (rows: Rows, more: DossierFacts = {}): DossierFacts => ({ persons: [{ rows }], ...more })
const asset = (kind: string, more: object = {}) => ({
  line_no: 'C1',
  household_no: 'H1',
  person_no: 'H1-1',
  kind,
  identifier: null,
  area: null,
  amount: null,
  ...more,
})
const supporter = (row: object): DossierFacts => ({ supporters: [{ row }] })

type Key = FigureKey | 'income' | 'monetary' | 'per_capita_monthly'

const pay = { 'hrss/contributions': [{ month: '2026-01', base: 4_000 }] }

const verified: [string, DossierFacts, Key, number][] = [
  [
    'tax first',
    with1({
      ...pay,
      'tax/personal_income': [{ income: 100 }, { payer: '乙厂', item: 'labour', income: 50 }],
      'finance/payroll': [{ month: '2026-01', net_pay: 3_000 }],
    }),
    'wage',
    150,
  ],
  ['a tax row of 0 has nothing', with1({ ...pay, 'tax/personal_income': [{ income: 0 }] }), 'wage', 4_000],
  [
    'payroll second, all rows of the month, even 0',
    with1({ ...pay, 'finance/payroll': [{ month: '2026-01', net_pay: 0 }] }),
    'wage',
    0,
  ],
  [
    'payroll is summed',
    with1({
      'finance/payroll': [
        { month: '2026-01', net_pay: 30 },
        { month: '2026-01', net_pay: 12, post_kind: 'village_cadre' },
      ],
    }),
    'wage',
    42,
  ],
  [
    'contributions: the largest base of the month',
    with1({
      'hrss/contributions': [
        { month: '2026-01', base: 30 },
        { month: '2026-01', base: 40, insurance_kind: 'unemployment', payer_kind: 'public_welfare_post' },
        { month: '2026-01', base: 90, payer_kind: 'flexible' },
        { month: '2026-01', base: 90, insurance_kind: 'injury' },
      ],
    }),
    'wage',
    40,
  ],
  [
    'housing fund: sealed counts, closed not, months at both ends',
    with1({
      'housing_fund/accounts': [
        { base: 10, state: 'sealed', first_month: '2025-01', last_month: '2025-10' },
        { account_no: 'G2', base: 90, state: 'closed' },
      ],
    }),
    'wage',
    20,
  ],
  [
    'each month takes its own source',
    with1({
      'housing_fund/accounts': [{ base: 10, first_month: '2025-01', last_month: '2026-12' }],
      'tax/personal_income': [{ income: 7, month: '2026-08' }],
    }),
    'wage',
    117,
  ],
  [
    'months outside W',
    with1({
      'finance/payroll': [
        { month: '2025-08', net_pay: 5 },
        { month: '2026-09', net_pay: 5 },
      ],
    }),
    'wage',
    0,
  ],
  [
    'the larger of declared and found, per item',
    with1({ 'finance/payroll': [{ month: '2026-01', net_pay: 50 }] }, { incomes: [{ amount: 60 }] }),
    'wage',
    60,
  ],
  [
    'per member',
    {
      persons: [{ rows: { 'finance/payroll': [{ month: '2026-01', net_pay: 50 }] } }, {}],
      incomes: [{ person_no: 'H1-2', amount: 60 }],
    },
    'wage',
    110,
  ],
  ['tax items', with1({ 'tax/personal_income': [{ item: 'business', income: 5 }] }), 'business', 5],
  [
    'interest of two payers, one amended',
    with1({
      'tax/personal_income': [
        { item: 'interest', income: 5 },
        { item: 'interest', income: 6, payer: '乙行', declared_on: '2026-01-01' },
        { item: 'interest', income: 2, payer: '乙行', declared_on: '2026-02-01' },
      ],
    }),
    'property',
    7,
  ],
  ['incidental is other', with1({ 'tax/personal_income': [{ item: 'incidental', income: 5 }] }), 'other', 5],
  [
    'a pension over the window',
    with1({ 'hrss/benefits': [{ monthly_amount: 100, from_month: '2026-07', last_paid_month: '2026-12' }] }),
    'transfer',
    200,
  ],
  [
    'of one benefit the row with the latest beginning',
    with1({
      'hrss/benefits': [
        { monthly_amount: 100, from_month: '2020-01' },
        { monthly_amount: 120, from_month: '2026-01' },
      ],
    }),
    'transfer',
    4 * 100 + 8 * 120,
  ],
  [
    'of the same beginning the largest id',
    with1({ 'hrss/benefits': [{ monthly_amount: 100 }, { monthly_amount: 120 }] }),
    'transfer',
    1_440,
  ],
  [
    'suspended and ended rows count for the months paid',
    with1({ 'hrss/benefits': [{ monthly_amount: 100, state: 'ended', last_paid_month: '2025-09' }] }),
    'transfer',
    100,
  ],
  [
    'resident pension above the base part',
    with1({
      'hrss/benefits': [
        { kind: 'resident_pension', monthly_amount: 150, base_part: 100 },
        { benefit_no: 'D2', kind: 'resident_pension', monthly_amount: 50, base_part: 80 },
      ],
    }),
    'transfer',
    600,
  ],
  [
    'one number, two kinds',
    with1({
      'hrss/benefits': [
        { kind: 'survivor', monthly_amount: 1 },
        { kind: 'unemployment', monthly_amount: 2 },
      ],
    }),
    'transfer',
    36,
  ],
  [
    'veteran compensation counts nothing',
    with1({ 'hrss/benefits': [{ kind: 'veteran_compensation', monthly_amount: 100 }] }),
    'transfer',
    0,
  ],
  [
    'subsidies to their items',
    with1({
      'finance/subsidy_card': [
        { amount: 5, project: 'forest_compensation', paid_on: '2025-09-01' },
        { amount: 7, project: 'farm_subsidy' },
        { amount: 9, project: 'other_subsidy', paid_on: '2026-09-01' },
        { amount: 11, project: 'other_subsidy', paid_on: '2026-08-31' },
      ],
    }),
    'transfer',
    16,
  ],
  ['an excluded item is 0', { incomes: [{ item: 'scholarship', amount: 500 }] }, 'transfer', 0],
  [
    'support agreed goes before the formula',
    supporter({ support_agreed: 100, support_paid: 900, monthly_income: 9_000_000, household_persons: 1 }),
    'transfer',
    1_200,
  ],
  ['support agreed of 0 is none', supporter({ support_agreed: 0, support_paid: 100 }), 'transfer', 1_200],
  [
    'formula: 20 % above twice S per person, by the number supported',
    supporter({ monthly_income: 500_000, household_persons: 3, supported_count: 3 }),
    'transfer',
    12 * 4_533,
  ],
  ['formula half up', supporter({ monthly_income: 432_013, household_persons: 3, supported_count: 0 }), 'transfer', 12 * 3],
  [
    'formula: the yearly standard stays exact',
    { household: { programme: 'rural', kind: 'existing' }, ...supporter({ monthly_income: 100_000, household_persons: 1 }) },
    'transfer',
    12 * 1_200,
  ],
  ['below the threshold', supporter({ monthly_income: 432_000, household_persons: 3 }), 'transfer', 0],
  ['no income given', supporter({ household_persons: 3, support_paid: 5 }), 'transfer', 60],
  [
    'support declared is larger',
    { ...supporter({ support_paid: 5 }), incomes: [{ item: 'support', amount: 61 }] },
    'transfer',
    61,
  ],
  ['support owed is larger', { ...supporter({ support_paid: 5 }), incomes: [{ item: 'support', amount: 59 }] }, 'transfer', 60],
  ['per head and month, half up', { persons: [{}, {}], incomes: [{ amount: 36 }] }, 'per_capita_monthly', 2],
  [
    'deposits with wealth, wallets once',
    with1({
      'banks/deposits': [{ balance: 10, wealth_value: 5 }, { balance: 99 }, { bank: '乙行', balance: 1 }],
      'third_party_payment/balances': [{ balance: 3 }, { balance: 99 }],
    }),
    'deposit',
    19,
  ],
  [
    'the exempt row of an account is left out before the smallest is taken',
    with1({ 'banks/deposits': [{ balance: 10, account_kind: 'guardianship' }, { balance: 7 }] }),
    'deposit',
    7,
  ],
  [
    'monetary is the sum of the verified three',
    with1(
      {
        'banks/deposits': [{ balance: 10 }],
        'insurance/policies': [{ cash_value: 4 }, { cash_value: 9 }],
        'securities/holdings': [{ market_value: 1, cash: 1 }],
      },
      { assets: [asset('security', { amount: 5 })] },
    ),
    'monetary',
    19,
  ],
  [
    'policies of the insured or lapsed',
    with1({
      'insurance/policies': [
        { cash_value: 4, role: 'insured' },
        { policy_no: 'Y2', cash_value: 4, state: 'lapsed' },
      ],
    }),
    'insurance',
    0,
  ],
  [
    'vehicles, private and commercial, once per plate',
    with1({
      'police/vehicles': [
        { current_value: 5 },
        { current_value: 9 },
        { plate_no: 'P2', vehicle_use: 'taxi', current_value: 7 },
        { plate_no: 'P3', current_value: null },
      ],
    }),
    'vehicle',
    12,
  ],
  [
    'capital: the largest per person and enterprise',
    with1({
      'market/investors': [
        { subscribed_capital: 5 },
        { subscribed_capital: 9 },
        { credit_code: 'C2', subscribed_capital: 1 },
        { credit_code: 'C3', subscribed_capital: 7, enterprise_state: 'cancelled' },
      ],
    }),
    'business_capital',
    10,
  ],
  [
    'the dwelling area is what was found',
    with1(
      { 'natural_resources/titles': [{ area: 5_000, share_percent: 5_000 }] },
      { assets: [asset('dwelling', { area: 9_900 })] },
    ),
    'dwelling_area',
    2_500,
  ],
  [
    'medical: what was paid oneself, once per settlement, discharged in W',
    with1({
      'medical_security/settlements': [
        { discharged_on: '2026-08-31', total: 100, reimbursed: 60, medical_aid: 10 },
        { discharged_on: '2026-08-31', total: 999 },
        { settlement_no: 'J2', discharged_on: '2026-01-01', total: 10, reimbursed: 60 },
        { settlement_no: 'J3', discharged_on: '2026-09-01', total: 50 },
        { settlement_no: 'J4', total: 50 },
      ],
    }),
    'medical',
    30,
  ],
  [
    'education: enrolled and paid oneself',
    with1({
      'education/enrolments': [
        { annual_fee: 5, fee_payer: 'self' },
        { annual_fee: 6, fee_payer: 'self' },
        { annual_fee: 9, fee_payer: 'public' },
        { annual_fee: 9, fee_payer: 'self', state: 'graduated' },
      ],
    }),
    'education',
    11,
  ],
]

describe('totals', () => {
  it.each(verified)('verified: %s', (_name, facts, key, amount) => {
    const totals: Partial<Record<Key, number | null>> = compareFacts(facts).totals.verified
    expect(totals[key]).toBe(amount)
  })

  it('has no per-capita income without members', () => {
    const { totals } = compareFacts({ persons: [{ row: { counted: 'no' } }], incomes: [{ amount: 5 }] })
    expect(totals.verified.per_capita_monthly).toBeNull()
    expect(totals.declared.income).toBe(0)
  })

  it('counts no support when the pack excludes it', () => {
    const ctx = rulesWith({ income_excluded_items: ['support'] })
    expect(compareFacts(supporter({ support_paid: 5 }), ctx).totals.verified.transfer).toBe(0)
  })
})
