import { describe, expect, it } from 'vitest'
import { hasLostDigits, isExponent, isLostAccount } from './lost-digits.ts'

describe('numbers a spreadsheet has cut', () => {
  it.each([
    ['6.228408704483513E+18', true],
    ['６．２２８４Ｅ＋１８', true],
    ["'6.22841e18 ", true],
    ['1E+15', true],
    ['1.38E+11', true],
    ['3E12', false],
    ['6.2E-18', false],
    ['6228408704483513000', false],
    ['家庭1E+15号', false],
    ['', false],
  ])('%s in exponent form: %s', (text, lost) => {
    expect(isExponent(text)).toBe(lost)
  })

  it.each([
    ['622840870448351000', true],
    ['6228408704483510000', true],
    ['6228 4087 0448 3510 000', true],
    ['6,228,408,704,483,510,000.00', true],
    ['6.22840870448351E+18', true],
    ['6228408704483510010', false],
    ['622840870448351001', false],
    ['62284087044835100', false],
    ['6228408704483510', false],
    ['100000000000000', false],
    ['', false],
  ])('account %s: lost %s', (text, lost) => {
    expect(isLostAccount(text)).toBe(lost)
  })

  it('asks of each column what its numbers can be', () => {
    expect(hasLostDigits({ name: 'account_no', type: 'text' }, '622840870448351000')).toBe(true)
    expect(hasLostDigits({ name: 'household_no', type: 'key' }, '622840870448351000')).toBe(false)
    expect(hasLostDigits({ name: 'household_no', type: 'key' }, '6.2E+17')).toBe(true)
    expect(hasLostDigits({ name: 'account_holder_id', type: 'idlink' }, '3.41E+17')).toBe(true)
    expect(hasLostDigits({ name: 'id_number', type: 'id' }, '3.41E+17')).toBe(false)
    expect(hasLostDigits({ name: 'amount', type: 'money' }, '3.41E+17')).toBe(false)
  })
})
