import { describe, expect, it } from 'vitest'
import type { KeyRow, LedgerKey } from '../../synth/ledgers/index.ts'
import { differing, emptyTally, holdAgainst, holdInvented, type Register, RegisterView, share } from './held-against.ts'

/** A register against the key of one household with one member and one payment; what is planted beside them is found. */

const at = { sheet: '一', from: 2, to: 2, codes: [], warns: [], status: 'in', household: 'h1' } as const
const rows: readonly KeyRow[] = [
  { ...at, table: 'households', key: '0001', values: { household_no: '0001' } },
  { ...at, table: 'persons', key: 'A1', values: { id_number: 'A1' } },
  { ...at, table: 'payments', key: '2026-09', values: { amount: '500.00' } },
]
const key: LedgerKey = {
  file: 'a.xlsx',
  layout: 'member-rows',
  shape: 'member-rows 0',
  dirt: [],
  asOf: '2026-09-30',
  households: { h1: { no: '0001', head: 'A1' } },
  rows,
  spares: [],
  answers: { columns: [], words: {}, places: {}, constants: {}, hiddenRows: null },
}

type Planted = Readonly<Record<'households' | 'persons' | 'payments', readonly Record<string, string>[]>>
const right: Planted = {
  households: [{ household_no: '0001' }],
  persons: [{ household_no: '0001', id_number: 'A1' }],
  payments: [{ household_no: '0001', month: '2026-09', amount: '500.00' }],
}
const registerOf = (tables: Partial<Planted>): Register => new Map(Object.entries(tables))

function invented(before: Register, after: Register): string[] {
  const tally = emptyTally()
  holdAgainst(key, new RegisterView(after), [], tally)
  holdInvented([key], before, after, tally)
  expect(tally.silentWrong).toBe(tally.faults.length)
  return tally.faults.map(({ kind, where, what }) => `${kind} ${where} ${what}`)
}

it('only money may be written otherwise', () => {
  const found = { approved_amount: '840', household_no: '840', phone: '0840', tier: 'A' }
  expect(differing({ table: 'households', values: { approved_amount: '840.00', tier: 'A' } }, found)).toEqual([])
  expect(differing({ table: 'households', values: { approved_amount: '840.50' } }, found)).toEqual([
    'approved_amount: 840 instead of 840.50',
  ])
  expect(differing({ table: 'households', values: { household_no: '0840' } }, found)).toEqual([
    'household_no: 840 instead of 0840',
  ])
  expect(differing({ table: 'persons', values: { phone: '840' } }, found)).toEqual(['phone: 0840 instead of 840'])
  expect(differing({ table: 'payments', values: { amount: '5.00' } }, { amount: '5' })).toEqual([])
})

it('a share of nothing is none, not all', () => {
  expect(share(0, 0)).toBeNull()
  expect(share(1, 3)).toBe(0.3333)
})

const none = registerOf({})

describe('rows of a register that no key names', () => {
  it('are none where it holds what the key says', () => expect(invented(none, registerOf(right))).toEqual([]))

  it.each([
    ['a line of totals taken for a household', 'households', { household_no: '合计' }, '合计'],
    ['a member whom nobody has written down', 'persons', { household_no: '0001', id_number: 'B2' }, '0001 B2'],
    ['a member of the household in another one', 'persons', { household_no: '0002', id_number: 'A1' }, '0002 A1'],
    ['a payment of another month', 'payments', { household_no: '0001', month: '2026-08', amount: '500.00' }, '0001 2026-08'],
  ] as const)('%s is silently wrong, unless it stood there before', (_name, table, row, what) => {
    const after = registerOf({ ...right, [table]: [...right[table], row] })
    expect(invented(none, after)).toEqual([`invented ${table} ${what}`])
    expect(invented(registerOf({ [table]: [row] }), after)).toEqual([])
  })
})
