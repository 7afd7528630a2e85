import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dateFromDayNumber, dayNumber } from './dates.ts'
import { ageOn, birthDateOf, checkCharacter, maskIdNumber, readIdNumber, sexOf } from './id-number.ts'

const AS_OF = '2026-09-30'
const GOOD = '11010519491231002X'
const read = (raw: string) => readIdNumber(raw, AS_OF, 120)

const validNumber = fc
  .tuple(
    fc.integer({ min: 110000, max: 659004 }),
    fc.integer({ min: dayNumber('1910-01-01'), max: dayNumber(AS_OF) }),
    fc.integer({ min: 0, max: 999 }),
  )
  .map(([division, day, sequence]) => {
    const digits = `${division}${dateFromDayNumber(day).replaceAll('-', '')}${String(sequence).padStart(3, '0')}`
    return digits + checkCharacter(digits)
  })

describe('readIdNumber', () => {
  it('takes a number as it should stand', () => {
    expect(read(GOOD)).toEqual({ value: GOOD, code: null, changed: false })
  })

  it.each([
    ['lower-case x', '11010519491231002x', GOOD],
    ['apostrophe', "'11010519491231002X", GOOD],
    ['typographic apostrophe', '’11010519491231002X', GOOD],
    ['15 digits', '110105491231002', GOOD],
    ['full width', '１１０１０５１９４９１２３１００２Ｘ', GOOD],
    ['spaces', ' 110105 19491231 002X ', GOOD],
    ['O for 0', '11O1O519491231OO2X', GOOD],
    ['I, l and | for 1', 'Il0105|9491231002X', GOOD],
    ['invisible characters', '\u200b11010519491231002X\ufeff', GOOD],
  ])('mends %s with IDQ-3 as a warning', (_, raw, value) => {
    expect(read(raw)).toEqual({ value, code: 'IDQ-3', changed: true })
  })

  it.each([
    ['exponent form', '1.2E+17', 'IDQ-3'],
    ['exponent form without sign', '1E17', 'IDQ-3'],
    ['exponent form in full width', '１．１Ｅ＋１７', 'IDQ-3'],
    ['wrong check character', '110105194912310021', 'IDQ-1'],
    ['17 digits', '11010519491231002', 'IDQ-1'],
    ['X in the middle', '1101051949123100XX', 'IDQ-1'],
    ['only marks', "''", 'IDQ-1'],
    ['a day that does not exist', '110105194902310020', 'IDQ-2'],
    ['a month that does not exist', '110105194913310020', 'IDQ-2'],
    ['a birth after the as-of date', '110105202610010020', 'IDQ-2'],
    ['an age above 120', '110105190509290020', 'IDQ-2'],
  ])('refuses %s', (_, raw, code) => {
    expect(read(raw)).toEqual({ value: null, code, changed: false })
  })

  it('takes a birth on the as-of date and an age of exactly the limit', () => {
    for (const digits of ['11010520260930002', '11010519060930002']) expect(read(digits + checkCharacter(digits)).code).toBeNull()
  })

  it('accepts every number with the right check character and no other', () => {
    fc.assert(fc.property(validNumber, (id) => read(id).value === id))
    fc.assert(
      fc.property(validNumber, fc.nat(16), fc.integer({ min: 1, max: 9 }), (id, at, by) => {
        const digit = (Number(id[at]) + by) % 10
        return read(id.slice(0, at) + digit + id.slice(at + 1)).value === null
      }),
    )
  })
})

describe('what a number tells', () => {
  it('birth date, sex and age', () => {
    expect(birthDateOf(GOOD)).toBe('1949-12-31')
    expect(sexOf(GOOD)).toBe('2')
    expect(sexOf('629901199411100015')).toBe('1')
    expect(ageOn(GOOD, '2026-12-30')).toBe(76)
    expect(ageOn(GOOD, '2026-12-31')).toBe(77)
    expect(ageOn('2008-02-29', '2026-02-28')).toBe(17)
  })

  it('is hidden for display', () => {
    expect(maskIdNumber(GOOD)).toBe('110105********002X')
    expect(maskIdNumber('12345')).toBe('*****')
  })
})
