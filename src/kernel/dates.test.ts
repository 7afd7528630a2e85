import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDays,
  addMonths,
  dateFromDayNumber,
  dayNumber,
  daysBetween,
  isDate,
  isMonth,
  lastMonths,
  monthFromIndex,
  monthIndex,
  monthOf,
  readDate,
  readMonth,
  weekdayOf,
} from './dates.ts'

const anyDate = fc.integer({ min: dayNumber('1900-01-01'), max: dayNumber('2100-12-31') }).map(dateFromDayNumber)

describe('dates', () => {
  it('knows which days exist', () => {
    expect(isDate('2024-02-29')).toBe(true)
    expect(isDate('1900-02-29')).toBe(false)
    expect(isDate('2023-02-30')).toBe(false)
    expect(isDate('2023-2-3')).toBe(false)
    expect(isDate('2023-13-01')).toBe(false)
    expect(isMonth('2023-12')).toBe(true)
    expect(isMonth('2023-13')).toBe(false)
    expect(isMonth('2023-00')).toBe(false)
  })

  it('moves by months to the last day where the day does not exist', () => {
    expect(addMonths('2026-08-31', -6)).toBe('2026-02-28')
    expect(addMonths('2024-02-29', 12)).toBe('2025-02-28')
    expect(addMonths('2026-01-15', 12)).toBe('2027-01-15')
  })

  it('counts the whole months before the as-of month', () => {
    const window = lastMonths('2026-09-30', 12)
    expect([monthFromIndex(window.from), monthFromIndex(window.to)]).toEqual(['2025-09', '2026-08'])
    expect(monthFromIndex(monthIndex('2026-12'))).toBe('2026-12')
    expect(monthOf('2026-09-30')).toBe('2026-09')
  })

  it('counts days as the Gregorian calendar does', () => {
    const epoch = Date.UTC(1970, 0, 1)
    fc.assert(
      fc.property(anyDate, (date) => Date.parse(`${date}T00:00:00Z`) - epoch === daysBetween('1970-01-01', date) * 86_400_000),
    )
    fc.assert(fc.property(anyDate, fc.integer({ min: -9999, max: 9999 }), (date, k) => daysBetween(date, addDays(date, k)) === k))
    expect(weekdayOf('2026-09-30')).toBe(3)
    expect(weekdayOf('2026-02-15')).toBe(7)
  })
})

describe('reading dates', () => {
  it('accepts the five forms', () => {
    for (const form of ['1962-02-03', '19620203', '1962/2/3', '1962.02.3', '1962年2月03日'])
      expect(readDate(form)).toBe('1962-02-03')
  })

  it('refuses everything else', () => {
    for (const form of [
      '20230230',
      '1962/2.3',
      '62-2-3',
      '1962-2-3',
      '1899-12-31',
      '2101-01-01',
      '1962年2月',
      '',
      '1962-02-03 ',
    ]) {
      expect(readDate(form)).toBeNull()
    }
  })

  it('accepts the four forms of a month', () => {
    for (const form of ['2025-09', '202509', '2025/9', '2025.09', '2025年9月']) expect(readMonth(form)).toBe('2025-09')
    for (const form of ['2025-13', '202500', '2025-9', '2025', '1899-12']) expect(readMonth(form)).toBeNull()
  })
})
