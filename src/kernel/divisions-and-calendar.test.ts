import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addWorkingDays, dayKind, isWorkingDay, workingDaysBetween } from './calendar.ts'
import { readCreditCode } from './credit-code.ts'
import { ancestors, divisionAt, isDivision, isWithin, rangeOf, rankOf, successorOn, wasInUse } from './division.ts'
import { contains, intersect, isEmpty, overlaps, period } from './period.ts'

describe('divisions', () => {
  it('knows ranks, ancestors and ranges', () => {
    expect(rangeOf('629901001000')).toEqual({ lo: '629901001000', hi: '629901002000' })
    expect(rangeOf('629901000000')).toEqual({ lo: '629901000000', hi: '629902000000' })
    expect(rangeOf('629901001001')).toEqual({ lo: '629901001001', hi: '629901001002' })
    expect(rangeOf('990000000000').hi > '999999999999').toBe(true)
    expect(rankOf('629901001000')).toBe('township')
    expect(ancestors('629901001001')).toEqual(['629901001000', '629901000000', '629900000000', '620000000000'])
    expect(divisionAt('629901001001', 'township')).toBe('629901001000')
    expect(divisionAt('629901000000', 'township')).toBe('629901000000')
    expect(isDivision('62990100100')).toBe(false)
    expect(isDivision('62990100100a')).toBe(false)
  })

  it('holds a code within exactly its ancestors and itself', () => {
    const code = fc.integer({ min: 0, max: 999_999_999_999 }).map((n) => String(n).padStart(12, '0'))
    fc.assert(fc.property(code, (c) => isWithin(c, c) && ancestors(c).every((a) => isWithin(c, a))))
    fc.assert(fc.property(code, code, (a, b) => isWithin(a, b) === (a === b || ancestors(a).includes(b))))
  })

  it('follows dated changes', () => {
    const changes = [
      { code: '629901001001', successor: '629901001009', on: '2024-01-01' },
      { code: '629901001009', successor: '629901002001', on: '2025-06-01' },
    ]
    expect(successorOn(changes, '629901001001', '2023-12-31')).toBe('629901001001')
    expect(successorOn(changes, '629901001001', '2024-01-01')).toBe('629901001009')
    expect(successorOn(changes, '629901001001', '2026-01-01')).toBe('629901002001')
    expect(wasInUse(changes, '629901001009', '2024-05-01')).toBe(true)
    expect(wasInUse(changes, '629901001009', '2023-05-01')).toBe(false)
    expect(wasInUse(changes, '629901001009', '2026-05-01')).toBe(false)
  })
})

describe('working days', () => {
  it('knows holidays and days worked in exchange', () => {
    expect(isWorkingDay('2026-02-14')).toBe(true)
    expect(isWorkingDay('2026-02-16')).toBe(false)
    expect(isWorkingDay('2026-09-28')).toBe(true)
    expect(isWorkingDay('2026-10-01')).toBe(false)
    expect(isWorkingDay('2025-09-28')).toBe(true)
  })

  it('marks years without a notice as provisional', () => {
    expect(dayKind('2026-05-06').provisional).toBe(false)
    expect(dayKind('2099-10-01')).toEqual({ working: false, provisional: true })
  })

  it('counts across holidays', () => {
    expect(addWorkingDays('2026-09-30', 1).date).toBe('2026-10-08')
    expect(addWorkingDays('2026-10-08', -1).date).toBe('2026-09-30')
    expect(addWorkingDays('2026-10-03', 0).date).toBe('2026-10-08')
    expect(addWorkingDays('2026-12-30', 5).provisional).toBe(true)
    expect(workingDaysBetween('2026-09-28', '2026-10-09')).toBe(4)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), (k) => {
        const { date } = addWorkingDays('2026-01-05', k)
        return workingDaysBetween('2026-01-05', date) === k
      }),
    )
  })
})

describe('periods', () => {
  it('are half-open', () => {
    const p = period('2026-01', '2026-03')
    expect([contains(p, '2026-02'), contains(p, '2026-03')]).toEqual([true, false])
    expect(intersect(p, period('2026-02', null))).toEqual({ from: '2026-02', to: '2026-03' })
    expect(overlaps(p, period('2026-03', null))).toBe(false)
    expect(isEmpty(period('2026-03', '2026-01'))).toBe(true)
  })
})

describe('credit codes', () => {
  it('checks the last character', () => {
    expect(readCreditCode('91350100M000100Y43')).toBe('91350100M000100Y43')
    expect(readCreditCode(' 91350100m000100y43 ')).toBe('91350100M000100Y43')
    expect(readCreditCode('91350100M000100Y44')).toBeNull()
    expect(readCreditCode('91350100I000100Y43')).toBeNull()
    expect(readCreditCode('9135')).toBeNull()
  })
})
