import { describe, expect, it } from 'vitest'
import { A, B, C, D, persons, rows } from '#testkit/understood-ledger'
import { gridOf } from './grid.ts'

/** Two households under one number, each with a member besides its head. */
const HEADER = ['保障证号', '村', '户主姓名', '户主身份证号', '月保障金额', '享受起始年月', '姓名', '身份证号', '与户主关系']
const first = ['户1', '秋水村', '甲', A, '300', '2020.7']
const second = ['户1', '松岭社区', '丁', D, '300', '2020.7']
const blank = ['', '', '', '', '', '']
const members = [
  ['甲', A, '户主'],
  ['乙', B, '妻'],
  ['丁', D, '户主'],
  ['丙', C, '子'],
]
const own = [first, first, second, second]

describe('a household that uses the number of another one', () => {
  it.each([
    ['every row', own.map((cells, i) => [...cells, ...(members[i] ?? [])]), []],
    [
      'merged cells',
      own.map((cells, i) => [...(i % 2 === 0 ? cells : blank), ...(members[i] ?? [])]),
      [2, 4].flatMap((top) => [0, 1, 2, 3, 4, 5].flatMap((column) => [top, column, top + 1, column])),
    ],
  ])('is refused once, where its head stands on %s', (_, data, merges) => {
    const all = rows([gridOf('', [HEADER, ...data], merges)])
    expect(all.households?.map(({ at, issues }) => [at.row, issues.map(({ code }) => code)])).toEqual([
      [2, ['VALUE_CONFLICT']],
      [4, ['VALUE_CONFLICT']],
    ])
    expect(persons(all)).toEqual(['户1 甲 head 2', '户1 乙 spouse 3', '户1 丁 head 4', '户1 丙 child 5'])
  })

  it('is refused once more where the first one comes again behind it, and then a third', () => {
    const data = [first, second, first, ['户1', '秋水村', '丙', C, '300', '2020.7']]
    const names = [members[0], members[2], members[1], ['丙', C, '户主']]
    const all = rows([gridOf('', [HEADER, ...data.map((cells, i) => [...cells, ...(names[i] ?? [])])])])
    expect(all.households?.map(({ at }) => at.row)).toEqual([2, 3, 5])
  })

  it('has its payment once, whichever of its rows repeat it', () => {
    const paid = own.map((cells, i) => [...cells, ...(members[i] ?? []), i < 2 ? '300' : '350'])
    const all = rows([gridOf('', [[...HEADER, '2026年7月'], ...paid])])
    expect(all.payments?.map(({ at, given, issues }) => [at.row, given.amount, issues.length])).toEqual([
      [2, '300', 0],
      [4, '350', 0],
    ])
  })
})
