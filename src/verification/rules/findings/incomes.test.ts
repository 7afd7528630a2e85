import { describe, expect, it } from 'vitest'
import { type DossierFacts, findingsOf } from '#testkit/dossier'

type Case = [string, string, DossierFacts, string[]]
type Rows = NonNullable<NonNullable<DossierFacts['persons']>[number]['rows']>

const with1 = (rows: Rows, more: DossierFacts = {}): DossierFacts => ({ persons: [{ rows }], ...more })
const contributed = (...rows: NonNullable<Rows['hrss/contributions']>): DossierFacts => with1({ 'hrss/contributions': rows })

const work: Case[] = [
  [
    'EMP-1',
    'the latest month, then the smallest id',
    contributed({ month: '2026-06' }, { month: '2026-08' }, { month: '2026-08' }),
    ['H1-1 R2 4000.00 -'],
  ],
  ['EMP-1', 'the month of A and four months ago', contributed({ month: '2026-09' }, { month: '2026-05' }), []],
  [
    'EMP-1',
    'flexible worker, resident insurance, injury',
    contributed(
      { month: '2026-08', payer_kind: 'flexible' },
      { month: '2026-08', insurance_kind: 'pension_resident' },
      { month: '2026-08', insurance_kind: 'injury' },
    ),
    [],
  ],
  ['EMP-1', 'declared wage', { ...contributed({ month: '2026-08' }), incomes: [{ amount: 1 }] }, []],
  [
    'EMP-1',
    'a declared wage of 0 declares nothing',
    { ...contributed({ month: '2026-08' }), incomes: [{ amount: 0 }] },
    ['H1-1 R1 4000.00 -'],
  ],
  [
    'EMP-1',
    'stated as employed',
    { persons: [{ row: { work_status: 'employed' }, rows: { 'hrss/contributions': [{ month: '2026-08' }] } }] },
    [],
  ],
  [
    'EMP-2',
    'declared 2,000, base 2,200',
    with1({ 'housing_fund/accounts': [{ base: 220_000 }] }, { incomes: [{ amount: 2_400_000 }] }),
    [],
  ],
  [
    'EMP-2',
    'base 2,200.01',
    with1({ 'housing_fund/accounts': [{ base: 220_001 }] }, { incomes: [{ amount: 2_400_000 }] }),
    ['H1-1 R1 2200.01 2000.00'],
  ],
  [
    'EMP-2',
    'declared 500, base 600: 100 exactly is tolerated',
    with1({ 'housing_fund/accounts': [{ base: 60_000 }] }, { incomes: [{ amount: 600_000 }] }),
    [],
  ],
  [
    'EMP-2',
    'base 600.01',
    with1({ 'housing_fund/accounts': [{ base: 60_001 }] }, { incomes: [{ amount: 600_000 }] }),
    ['H1-1 R1 600.01 500.00'],
  ],
  [
    'EMP-2',
    'the latest row of the account is sealed',
    with1({
      'housing_fund/accounts': [
        { base: 300_000, last_month: '2026-07' },
        { base: 300_000, state: 'sealed' },
      ],
    }),
    [],
  ],
  [
    'EMP-2',
    'of equal months the smallest id',
    with1({ 'housing_fund/accounts': [{ base: 300_000 }, { base: 300_000, state: 'sealed' }] }),
    ['H1-1 R1 3000.00 0.00'],
  ],
  [
    'EMP-2',
    'last deposited in June',
    with1({ 'housing_fund/accounts': [{ base: 300_000, last_month: '2026-06' }] }),
    ['H1-1 R1 3000.00 0.00'],
  ],
  ['EMP-2', 'last deposited in May', with1({ 'housing_fund/accounts': [{ base: 300_000, last_month: '2026-05' }] }), []],
  [
    'EMP-2',
    'the declared rate takes every row whatever its period',
    with1(
      { 'housing_fund/accounts': [{ base: 220_000 }] },
      {
        incomes: [
          { amount: 1_000_000, period_from: '2020-01', period_to: '2020-10' },
          { amount: 300_000, period_from: '2026-01', period_to: '2026-03' },
        ],
      },
    ),
    [],
  ],
  ['EMP-3', 'exactly 12 × 720', with1({ 'tax/personal_income': [{ income: 864_000 }] }), []],
  ['EMP-3', 'a fen above', with1({ 'tax/personal_income': [{ income: 864_001 }] }), ['- - 8640.01 -']],
  [
    'EMP-3',
    'an amended declaration counts once',
    with1({
      'tax/personal_income': [
        { income: 864_001, declared_on: '2026-08-01' },
        { income: 100, declared_on: '2026-09-01' },
      ],
    }),
    [],
  ],
  ['EMP-3', 'of the same day the largest id', with1({ 'tax/personal_income': [{ income: 864_001 }, { income: 100 }] }), []],
  [
    'EMP-3',
    'other payers, items and months add up; chance gains do not',
    with1({
      'tax/personal_income': [
        { income: 400_000 },
        { income: 400_000, payer: '乙厂' },
        { income: 64_000, item: 'rent' },
        { income: 1, month: '2025-09' },
        { income: 900_000, item: 'incidental' },
        { income: 900_000, month: '2025-08' },
        { income: 900_000, month: '2026-09' },
      ],
    }),
    ['- - 8640.01 -'],
  ],
  [
    'EMP-3',
    'rural standard 5,640 a year',
    { ...with1({ 'tax/personal_income': [{ income: 564_000 }] }), household: { programme: 'rural' } },
    [],
  ],
  [
    'EMP-3',
    'incomplete members',
    { ...with1({ 'tax/personal_income': [{ income: 9_000_000 }] }), household: { incomplete_members: true } },
    [],
  ],
]

const pension = (...rows: NonNullable<Rows['hrss/benefits']>): DossierFacts => with1({ 'hrss/benefits': rows })

const income: Case[] = [
  [
    'INC-1',
    '1,200 stated as 800',
    { ...pension({ monthly_amount: 120_000 }), incomes: [{ item: 'pension', amount: 960_000 }] },
    ['H1-1 R1 1200.00 800.00'],
  ],
  [
    'INC-1',
    'a difference of 1.00',
    { ...pension({ monthly_amount: 80_100 }), incomes: [{ item: 'pension', amount: 960_000 }] },
    [],
  ],
  [
    'INC-1',
    'a difference of 1.01',
    { ...pension({ monthly_amount: 80_101 }), incomes: [{ item: 'pension', amount: 960_000 }] },
    ['H1-1 R1 801.01 800.00'],
  ],
  [
    'INC-1',
    'two benefits; of one the row last paid',
    pension(
      { monthly_amount: 5, last_paid_month: '2026-07' },
      { monthly_amount: 1_000 },
      { monthly_amount: 2_000, benefit_no: 'D2' },
    ),
    ['H1-1 R2 30.00 0.00'],
  ],
  [
    'INC-1',
    'the last row is suspended',
    pension({ monthly_amount: 1_000, last_paid_month: '2026-07' }, { monthly_amount: 1_000, state: 'suspended' }),
    [],
  ],
  [
    'INC-1',
    'of the same month the largest id',
    pension({ monthly_amount: 1_000, state: 'ended' }, { monthly_amount: 2_000 }),
    ['H1-1 R2 20.00 0.00'],
  ],
  [
    'INC-1',
    'last paid in June, in May',
    pension(
      { monthly_amount: 1_000, last_paid_month: '2026-06' },
      { benefit_no: 'D2', monthly_amount: 900, last_paid_month: '2026-05' },
    ),
    ['H1-1 R1 10.00 0.00'],
  ],
  ['INC-1', 'a resident pension', pension({ kind: 'resident_pension', monthly_amount: 100_000 }), []],
  ['INC-2', 'a survivor benefit', pension({ kind: 'survivor', monthly_amount: 86_600 }), ['H1-1 R1 866.00 -']],
  [
    'INC-2',
    'declared with its own name',
    { ...pension({ kind: 'survivor', monthly_amount: 86_600 }), incomes: [{ item: 'survivor', amount: 1 }] },
    [],
  ],
  [
    'INC-2',
    'declared under another name',
    { ...pension({ kind: 'survivor', monthly_amount: 86_600 }), incomes: [{ item: 'subsidy', amount: 1 }] },
    ['H1-1 R1 866.00 -'],
  ],
  ['INC-2', 'ended in the last month before W', pension({ kind: 'unemployment', last_paid_month: '2025-08' }), []],
  [
    'INC-2',
    'ended in the first month of W',
    pension({ kind: 'unemployment', monthly_amount: 1, last_paid_month: '2025-09' }),
    ['H1-1 R1 0.01 -'],
  ],
  ['INC-2', 'begins in the month of A', pension({ kind: 'unemployment', from_month: '2026-09' }), []],
  [
    'INC-2',
    'an excluded income must be stated too',
    pension({ kind: 'veteran_compensation', monthly_amount: 100 }),
    ['H1-1 R1 1.00 -'],
  ],
  [
    'INC-2',
    'once per benefit',
    pension({ kind: 'survivor', monthly_amount: 100 }, { kind: 'survivor', monthly_amount: 200 }),
    ['H1-1 R1 1.00 -'],
  ],
  ['INC-3', 'a fen below', { incomes: [{ amount: 863_999 }] }, []],
  ['INC-3', 'exactly the standard', { incomes: [{ amount: 864_000 }] }, ['- - 720.00 720.00']],
  ['INC-3', 'nobody counted', { persons: [{ row: { counted: 'no' } }], incomes: [{ amount: 9_000_000 }] }, []],
  ['INC-3', 'incomplete members', { household: { incomplete_members: true }, incomes: [{ amount: 864_000 }] }, []],
]

const money: Case[] = [
  ['FIN-1', 'exactly 24 × 720', with1({ 'banks/deposits': [{ balance: 1_728_000 }] }), []],
  ['FIN-1', 'a fen above', with1({ 'banks/deposits': [{ balance: 1_728_001 }] }), ['- - 17280.01 17280.00']],
  [
    'FIN-1',
    'guardianship and compensation accounts',
    with1({
      'banks/deposits': [
        { balance: 9_000_000, account_kind: 'guardianship' },
        { account_no: 'A2', balance: 9_000_000, account_kind: 'compensation' },
      ],
    }),
    [],
  ],
  [
    'FIN-1',
    'a joint account in two rows, bank_total repeated',
    {
      persons: [
        { rows: { 'banks/deposits': [{ balance: 1_728_001, bank_total: 9_000_000 }] } },
        { rows: { 'banks/deposits': [{ balance: 1_728_001, bank_total: 9_000_000 }] } },
      ],
    },
    [],
  ],
  [
    'FIN-2',
    'an outflow above 50,000',
    with1({ 'banks/deposits': [{ outflow_6m: 5_000_001 }] }, { household: { kind: 'new' } }),
    ['H1-1 R1 50000.01 50000.00'],
  ],
  [
    'FIN-2',
    'exactly 50,000; a hospital bill',
    with1(
      { 'banks/deposits': [{ outflow_6m: 5_000_000 }, { account_no: 'A2', outflow_6m: 9_000_000, outflow_purpose: 'medical' }] },
      { household: { kind: 'new' } },
    ),
    [],
  ],
  ['FIN-2', 'not for an existing household', with1({ 'banks/deposits': [{ outflow_6m: 9_000_000 }] }), []],
  ['FIN-3', 'exactly 20,000', with1({ 'securities/holdings': [{ market_value: 1_500_000, cash: 500_000 }] }), []],
  [
    'FIN-3',
    'one account in two rows is one',
    with1({ 'securities/holdings': [{ market_value: 2_000_000 }, { market_value: 2_000_000 }] }),
    [],
  ],
  [
    'FIN-3',
    'two accounts; the record is the smallest of all',
    with1({ 'securities/holdings': [{ market_value: 2_000_000 }, { account_no: 'Z2', market_value: 1 }] }),
    ['H1-1 R1 20000.01 20000.00'],
  ],
  [
    'FIN-3',
    'two members are not added',
    {
      persons: [
        { rows: { 'securities/holdings': [{ market_value: 1_500_000 }] } },
        { rows: { 'securities/holdings': [{ account_no: 'Z2', market_value: 1_500_000 }] } },
      ],
    },
    [],
  ],
  [
    'FIN-4',
    'premiums above 3,000 in the year',
    with1({
      'insurance/policies': [{ annual_premium: 300_000 }, { policy_no: 'Y2', annual_premium: 1, last_paid_on: '2025-10-01' }],
    }),
    ['- - 3000.01 3000.00'],
  ],
  [
    'FIN-4',
    'the day A − 12 months is out',
    with1({
      'insurance/policies': [{ annual_premium: 300_000 }, { policy_no: 'Y2', annual_premium: 1, last_paid_on: '2025-09-30' }],
    }),
    [],
  ],
  [
    'FIN-4',
    'paid on A is in, after A out, never paid out',
    with1({
      'insurance/policies': [
        { annual_premium: 300_001, last_paid_on: '2026-09-30' },
        { policy_no: 'Y2', annual_premium: 1, last_paid_on: '2026-10-01' },
        { policy_no: 'Y3', annual_premium: 1, last_paid_on: null },
      ],
    }),
    ['- - 3000.01 3000.00'],
  ],
  [
    'FIN-4',
    'employer, insured person, accident, health up to 1,000, lapsed',
    with1({
      'insurance/policies': [
        { annual_premium: 900_000, payer: 'employer' },
        { policy_no: 'Y2', annual_premium: 900_000, role: 'insured' },
        { policy_no: 'Y3', annual_premium: 900_000, kind: 'accident' },
        { policy_no: 'Y4', annual_premium: 100_000, kind: 'health' },
        { policy_no: 'Y5', annual_premium: 900_000, state: 'lapsed' },
      ],
    }),
    [],
  ],
  [
    'FIN-4',
    'health above 1,000 counts; one policy once',
    with1({
      'insurance/policies': [
        { annual_premium: 100_001, kind: 'health' },
        { annual_premium: 900_000 },
        { policy_no: 'Y2', annual_premium: 200_000 },
      ],
    }),
    ['- - 3000.01 3000.00'],
  ],
]

describe('work, income and money', () => {
  it.each([...work, ...income, ...money])('%s: %s', (rule, _name, facts, expected) => {
    expect(findingsOf(rule, facts)).toEqual(expected)
  })
})
