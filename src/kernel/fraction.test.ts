import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  compareFractions,
  divide,
  formatFraction,
  fraction,
  fractionOfDecimal,
  largerOf,
  multiply,
  ONE,
  roundToStep,
  roundToWhole,
  smallerOf,
  subtract,
  ZERO,
} from './fraction.ts'

const anyFraction = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 6n }))
  .map(([n, d]) => fraction(n, d))

describe('fractions', () => {
  it('keeps lowest terms and a positive denominator', () => {
    expect(fraction(6, -8)).toEqual({ n: -3n, d: 4n })
    expect(() => fraction(1, 0)).toThrow(/0/)
  })

  it('takes decimals exactly', () => {
    expect(fractionOfDecimal(0.2)).toEqual({ n: 1n, d: 5n })
    expect(fractionOfDecimal('5640.00')).toEqual({ n: 5640n, d: 1n })
    expect(fractionOfDecimal('-1.5e2')).toEqual({ n: -150n, d: 1n })
    expect(fractionOfDecimal(1e-7)).toEqual({ n: 1n, d: 10_000_000n })
    expect(() => fractionOfDecimal('1/3')).toThrow()
  })

  it('is a field', () => {
    fc.assert(fc.property(anyFraction, anyFraction, (a, b) => compareFractions(subtract(add(a, b), b), a) === 0))
    fc.assert(fc.property(anyFraction, anyFraction, (a, b) => b.n === 0n || compareFractions(multiply(divide(a, b), b), a) === 0))
    fc.assert(fc.property(anyFraction, anyFraction, (a, b) => compareFractions(largerOf(a, b), smallerOf(a, b)) >= 0))
    expect(add(ZERO, ONE)).toEqual(ONE)
  })

  it('rounds by each mode', () => {
    const x = fraction(-7, 2)
    expect([roundToWhole(x, 'half_up'), roundToWhole(x, 'up'), roundToWhole(x, 'down')]).toEqual([-3n, -3n, -4n])
    expect(roundToStep(fraction(1234, 100), fraction(1, 10), 'up')).toEqual(fraction(124, 10))
    fc.assert(
      fc.property(
        anyFraction,
        (a) => roundToWhole(a, 'down') <= roundToWhole(a, 'half_up') && roundToWhole(a, 'half_up') <= roundToWhole(a, 'up'),
      ),
    )
  })

  it('writes decimals half up', () => {
    expect(formatFraction(fraction(1, 3))).toBe('0.33')
    expect(formatFraction(fraction(5, 1000))).toBe('0.01')
    expect(formatFraction(fraction(-1, 100))).toBe('-0.01')
    expect(formatFraction(fraction(7, 2), 0)).toBe('4')
  })
})
