import { describe, expect, test } from 'vitest'
import { DIBAO_2012 } from '../../procedure/rules/styles/dibao-2012.ts'
import { DIBAO_2021 } from '../../procedure/rules/styles/dibao-2021.ts'
import { type Listed, listingFault, noticePeriod, noticeRule, noticeTitle, showsAmount, totalsOf } from './notice.ts'

const working = (days: number) => ({ level: 'village', days, unit: 'working' }) as const
const calendar = (days: number) => ({ level: 'village', days, unit: 'calendar' }) as const

describe('the last day of a notice', () => {
  test('calendar days run on over weekends and holidays, the day of posting not counted', () => {
    expect(noticePeriod(calendar(7), '2026-09-28')).toEqual({
      fromOn: '2026-09-28',
      toOn: '2026-10-05',
      days: 7,
      unit: 'calendar',
      provisional: false,
    })
  })

  test('working days leave out National Day and count the Saturdays worked for it', () => {
    // 2026: off 1–7 October, worked on Sunday 20 September and Saturday 10 October.
    expect(noticePeriod(working(5), '2026-09-28').toOn).toBe('2026-10-10')
    expect(noticePeriod(working(2), '2026-09-18').toOn).toBe('2026-09-21')
  })

  test('a year without a holiday notice makes the last day provisional', () => {
    expect(noticePeriod(working(5), '2031-03-03').provisional).toBe(true)
    expect(noticePeriod(working(5), '2026-03-02').provisional).toBe(false)
  })
})

describe('which rule a notice follows', () => {
  const rules = { notices: [calendar(7), { level: 'township', days: 5, unit: 'working' } as const], renotice: calendar(3) }
  test('another notice has its own length at its level, elsewhere the ordinary one', () => {
    expect(noticeRule(rules, 'village', 'review')?.days).toBe(7)
    expect(noticeRule(rules, 'village', 'again')?.days).toBe(3)
    expect(noticeRule(rules, 'township', 'again')?.days).toBe(5)
    expect(noticeRule(rules, 'district', 'review')).toBeUndefined()
    expect(noticeRule({ ...rules, renotice: null }, 'village', 'again')?.days).toBe(7)
  })
})

describe('figures of a list', () => {
  const good: Listed = { caseNo: 'A1', name: '王秀英', members: 3, covered: 2, base: 40_000, topUp: 5_000, amount: 45_000 }

  test('agree, or the fault is told', () => {
    expect(listingFault(good, true)).toBeNull()
    expect(listingFault({ ...good, amount: 45_001 }, true)).toMatch(/应为 450.00 元，登记为 450.01 元/)
    expect(listingFault({ ...good, topUp: null }, true)).toMatch(/还没有核定/)
    expect(listingFault({ ...good, base: -1, topUp: 45_001 }, true)).toMatch(/负数/)
    expect(listingFault({ ...good, base: 0, topUp: 0, amount: 0 }, true)).toMatch(/金额为 0/)
    expect(listingFault({ ...good, covered: 4 }, true)).toMatch(/保障人数 4 人多于家庭人口 3 人/)
    expect(listingFault({ ...good, covered: 0 }, true)).toMatch(/保障人数为 0/)
    expect(listingFault({ ...good, members: 0, covered: null }, false)).toMatch(/家庭人数为 0/)
    expect(listingFault({ ...good, base: null, topUp: null, amount: null }, false)).toBeNull()
  })

  test('totals leave an amount that is not there out, and never call it nought', () => {
    expect(
      totalsOf([
        { members: 3, amount: 45_000 },
        { members: 1, amount: 10_050 },
      ]),
    ).toEqual({
      households: 2,
      persons: 4,
      amount: 55_050,
    })
    expect(totalsOf([{ members: 3, amount: null }])).toEqual({ households: 1, persons: 3, amount: null })
  })
})

test('a notice shows amounts only behind the sheet', () => {
  const [first] = DIBAO_2012
  const [newer] = DIBAO_2021
  if (first === undefined || newer === undefined) throw new Error('procedures are missing')
  expect(showsAmount(first, 'village')).toBe(false)
  expect(showsAmount(first, 'township')).toBe(true)
  expect(showsAmount(first, 'district')).toBe(true)
  expect(showsAmount(newer, 'village')).toBe(true)
  expect(noticeTitle('槐树村', 'village', 'again')).toBe('槐树村最低生活保障再次公示')
})
