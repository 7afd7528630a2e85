/** For tests: what a family writes into its application, change by change. */

import type { DraftView } from '#casework/contract'
import { passesLuhn } from '#kernel/bank-account'
import { checkCharacter } from '#kernel/id-number'

type Values = Record<string, string>

const adult = {
  marital_status: '20',
  health: 'good',
  work_status: 'flexible',
  student_level: 'none',
  away: 'none',
  lives_together: 'yes',
  counted: 'yes',
}

function rowsOf(section: string, row: string, values: Values): object[] {
  const isThere = section === 'household' || row === '+head'
  return [
    ...(isThere ? [] : [{ do: 'add', section, row }]),
    ...Object.entries(values).map(([column, value]) => ({ do: 'set', section, row, column, value, seen: '' })),
  ]
}

/** A citizen number of the fictional district that the tests alone use. */
export function numberOf(born: string, order: string): string {
  const body = `629901${born}${order}`
  return body + checkCharacter(body)
}

/** A bank card of its own for each order. */
export function cardOf(order: string): string {
  const body = `6217${order.padStart(14, '0')}`
  return body + [...'0123456789'].find((digit) => passesLuhn(body + digit))
}

/** An application of a father and his child; `monthly` is what they live on, in yuan; the account is the father's. */
export function applicationOf(order: string, monthly: string, holder = '丁新来'): object[] {
  return [
    ...rowsOf('household', 'household', {
      address: '甲子村1组1号',
      reason: '因病缺少劳动力，收入微薄',
      phone: '13900001234',
      bank_name: '甲子农商银行',
      account_no: cardOf(order),
      account_holder: holder,
      has_relatives: 'no',
      no_supporters: 'yes',
      no_assets: 'yes',
      no_expenditures: 'yes',
    }),
    ...rowsOf('members', '+head', {
      ...adult,
      id_number: numberOf('19800101', `${order}1`),
      gender: '1',
      birth_date: '1980-01-01',
    }),
    ...rowsOf('members', '+child', {
      ...adult,
      name: '丁小来',
      id_number: numberOf('20160304', `${order}3`),
      gender: '1',
      birth_date: '2016-03-04',
      relation: 'child',
      work_status: 'minor',
      student_level: 'primary',
      marital_status: '10',
    }),
    ...rowsOf('incomes', '+wage', {
      person_no: '+head',
      item: 'wage',
      amount: String(Number(monthly) * 12),
      period_from: '2025-11',
      period_to: '2026-10',
    }),
  ]
}

const plainest: Values = {
  ...adult,
  reason: '因病缺少劳动力，收入微薄',
  address: '甲子村1组2号',
  phone: '13900001234',
  bank_name: '甲子农商银行',
  account_no: cardOf('9901'),
  no_account_reason: '尚未开户，已约定开户日期',
  has_relatives: 'no',
  no_supporters: 'yes',
  no_assets: 'yes',
  no_expenditures: 'yes',
  no_incomes: 'yes',
  counted_reason: '共同生活',
}

/** Confirms every row that comes from the registry. */
export function confirmationsOf({ draft }: DraftView): object[] {
  const rows = [
    ['household', [draft.household]],
    ['members', draft.members],
    ['supporters', draft.supporters],
    ['incomes', draft.incomes],
    ['assets', draft.assets],
    ['expenditures', draft.expenditures],
  ] as const
  return rows.flatMap(([section, list]) =>
    list.filter((row) => row.known.length > 0).map((row) => ({ do: 'confirm', section, row: row.id })),
  )
}

const nothing: Values = {
  supporters: 'no_supporters',
  incomes: 'no_incomes',
  assets: 'no_assets',
  expenditures: 'no_expenditures',
}

/** Fills what is missing with the plainest answer. */
export function fillingsOf({ draft, gaps, verdicts }: DraftView): object[] {
  const ruled = new Map(verdicts.map((verdict) => [verdict.row, verdict.ruled ? 'yes' : 'no']))
  const head = draft.members.find(({ values }) => values.relation === 'head')?.values.name
  const plain: Record<string, string | undefined> = { ...plainest, account_holder: head }
  return gaps.flatMap(({ section, row, column }) => {
    const none = nothing[section]
    if (row === '' && none !== undefined) {
      return [
        {
          do: 'set',
          section: 'household',
          row: 'household',
          column: none,
          value: 'yes',
          seen: draft.household.values[none] ?? '',
        },
      ]
    }
    const value = column === 'counted' ? ruled.get(row) : plain[column]
    if (value === undefined || column === '') return []
    const rows = section === 'household' ? [draft.household] : (draft[section as 'members'] ?? [])
    const seen = rows.find((each) => each.id === row)?.values[column] ?? ''
    return [{ do: 'set', section, row, column, value, seen }]
  })
}
