import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divideHalfUp, formatYuan, mulDivHalfUp, parseYuan, readHundredths, readYuan } from './money.ts'
import { isProblem } from './problem.ts'

const fen = fc.integer({ min: -99_999_999_999_999, max: 99_999_999_999_999 })

describe('amounts', () => {
  it('reads plain amounts only', () => {
    expect(readYuan('1234.5')).toBe(123450)
    expect(readYuan('0')).toBe(0)
    expect(readYuan('-0.05')).toBe(-5)
    expect(Object.is(readYuan('-0.00'), 0)).toBe(true)
    for (const bad of ['', '-', '.5', '1.', '1.234', '1,234', '1.2E+05', '+5', '1234567890123', '¥1', '１'])
      expect(readYuan(bad)).toBeNull()
  })

  it('writes two decimals and reads them back', () => {
    expect(formatYuan(123450)).toBe('1234.50')
    expect(formatYuan(-5)).toBe('-0.05')
    fc.assert(fc.property(fen, (n) => parseYuan(formatYuan(n)) === n))
  })

  it('names the text that is no amount', () => {
    expect(() => parseYuan('abc')).toThrow(/abc/)
    try {
      parseYuan('x')
    } catch (error) {
      expect(isProblem(error, 'money.invalid')).toBe(true)
    }
  })

  it('reads decimals of at most nine digits', () => {
    expect(readHundredths('62.5')).toBe(6250)
    expect(readHundredths('1234567890')).toBeNull()
    expect(readHundredths('-1')).toBeNull()
  })
})

describe('rounding half up', () => {
  it('rounds halves up', () => {
    expect(divideHalfUp(5n, 2n)).toBe(3n)
    expect(divideHalfUp(-5n, 2n)).toBe(-2n)
    expect(mulDivHalfUp(100, 1, 3)).toBe(33)
    expect(mulDivHalfUp(1, 1, 2)).toBe(1)
  })

  it('is exact for large products', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e12 }),
        fc.integer({ min: 0, max: 8000 }),
        fc.integer({ min: 1, max: 1200 }),
        (a, n, d) => {
          return BigInt(mulDivHalfUp(a, n, d)) === divideHalfUp(BigInt(a) * BigInt(n), BigInt(d))
        },
      ),
    )
  })
})
