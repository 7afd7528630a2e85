import { expect, it } from 'vitest'
import { draw, shareOf } from '../../deliberation/rules/draw.ts'
import { firstMonth, lastDay, mayBeUndone } from './terms.ts'

it('a decision pays from the month of its day or the next one, over the turn of a year', () => {
  expect(firstMonth('2026-12-31', 'next_month')).toBe('2027-01')
  expect(firstMonth('2026-01-31', 'next_month')).toBe('2026-02')
  expect(firstMonth('2026-12-31', 'same_month')).toBe('2026-12')
})

it('stands for the months of its pack, to the last day of the last one', () => {
  const validity = { full: 24, shortfall: 12 }
  expect(lastDay('2026-11', true, validity)).toBe('2028-10-31')
  expect(lastDay('2026-03', false, validity)).toBe('2027-02-28')
  expect(lastDay('2026-03', false, { full: 24, shortfall: null })).toBeNull()
})

it('may be taken back for the minutes of its pack, not a moment longer', () => {
  expect(mayBeUndone(0, 600_000, 10)).toBe(true)
  expect(mayBeUndone(0, 600_001, 10)).toBe(false)
  expect(mayBeUndone(0, 1, 0)).toBe(false)
})

it('a sample of a share is rounded up and does not depend on the order of the cases', () => {
  const digest = (text: string) =>
    [...text]
      .reduce((h, c) => (h * 33 + c.charCodeAt(0)) % 999_983, 7)
      .toString(16)
      .padStart(6, '0')
  const cases = Array.from({ length: 17 }, (_each, k) => `AJ${k}`)
  const n = shareOf(cases.length, { num: 3, den: 10 })
  expect(n).toBe(6)
  expect(draw('seed', cases.toReversed(), n, digest)).toEqual(draw('seed', cases, n, digest))
  expect(draw('other', cases, n, digest)).not.toEqual(draw('seed', cases, n, digest))
})
