import { describe, expect, it } from 'vitest'
import { compareFacts, type DossierFacts } from '#testkit/dossier'
import type { FigureKey } from './income-kinds.ts'

type Key = FigureKey | 'income'

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
const expense = (kind: string, amount: number, period_from: string, period_to: string) => ({
  line_no: 'Z1',
  household_no: 'H1',
  person_no: 'H1-1',
  kind,
  amount,
  period_from,
  period_to,
})

const declared: [string, DossierFacts, Key, number][] = [
  [
    'a period inside W counts wholly',
    { incomes: [{ amount: 1_000, period_from: '2025-09', period_to: '2026-08' }] },
    'wage',
    1_000,
  ],
  ['half of the period', { incomes: [{ amount: 1_001, period_from: '2025-08', period_to: '2025-09' }] }, 'wage', 501],
  ['months after W', { incomes: [{ amount: 1_200, period_from: '2026-01', period_to: '2026-12' }] }, 'wage', 800],
  ['outside W', { incomes: [{ amount: 1_200, period_from: '2026-09', period_to: '2026-12' }] }, 'wage', 0],
  [
    'rows are rounded one by one',
    {
      incomes: [
        { amount: 1, period_from: '2025-08', period_to: '2025-09' },
        { amount: 1, period_from: '2025-08', period_to: '2025-09' },
      ],
    },
    'wage',
    2,
  ],
  [
    'farm is business',
    {
      incomes: [
        { item: 'farm', amount: 10 },
        { item: 'business', amount: 5 },
      ],
    },
    'business',
    15,
  ],
  ['land transfer is property', { incomes: [{ item: 'land_transfer', amount: 10 }] }, 'property', 10],
  [
    'support and scholarships are transfer, declared also if excluded',
    {
      incomes: [
        { item: 'support', amount: 10 },
        { item: 'scholarship', amount: 5 },
      ],
    },
    'transfer',
    15,
  ],
  [
    'rows of a person who is not counted do not enter',
    { persons: [{}, { row: { counted: 'no' } }], incomes: [{ person_no: 'H1-2', amount: 10 }] },
    'income',
    0,
  ],
  ['deposits', { assets: [asset('deposit', { amount: 5 }), asset('deposit')] }, 'deposit', 5],
  ['a business', { assets: [asset('business', { amount: 7 })] }, 'business_capital', 7],
  ['a dwelling by its area', { assets: [asset('dwelling', { area: 6_210, amount: 9 })] }, 'dwelling_area', 6_210],
  ['a shop is no dwelling', { assets: [asset('non_residential', { area: 6_210 })] }, 'dwelling_area', 0],
  [
    'medical, cut to W',
    { expenditures: [expense('medical', 1_001, '2025-08', '2025-09'), expense('other', 5, '2026-01', '2026-01')] },
    'medical',
    501,
  ],
]

describe('declared totals', () => {
  it.each(declared)('%s', (_name, facts, key, amount) => {
    expect(compareFacts(facts).totals.declared[key]).toBe(amount)
  })
})
