import { Problem } from './problem.ts'

/** Exact rational numbers: numerator over a positive denominator, always in lowest terms. */
export interface Fraction {
  readonly n: bigint
  readonly d: bigint
}

export type RoundingMode = 'half_up' | 'up' | 'down'

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a
  let y = b
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

/** n ÷ d. Throws `fraction.divided_by_zero`. */
export function fraction(n: bigint | number, d: bigint | number = 1n): Fraction {
  const bottom = BigInt(d)
  if (bottom === 0n) throw new Problem('fraction.divided_by_zero', '除数不能为 0')
  const sign = bottom < 0n ? -1n : 1n
  const top = BigInt(n) * sign
  const divisor = greatestCommonDivisor(top, bottom * sign)
  return divisor === 1n ? { n: top, d: bottom * sign } : { n: top / divisor, d: (bottom * sign) / divisor }
}

export const ZERO: Fraction = { n: 0n, d: 1n }
export const ONE: Fraction = { n: 1n, d: 1n }

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/

/** The exact value of a decimal text or of the shortest decimal that writes a number (0.2 is two tenths). */
export function fractionOfDecimal(x: string | number): Fraction {
  const match = DECIMAL.exec(String(x))
  if (match === null) throw new Problem('fraction.invalid', `“${x}”不是十进制数`)
  const [, sign = '', whole = '0', decimals = '', exponent = '0'] = match
  const digits = BigInt(whole + decimals) * (sign === '-' ? -1n : 1n)
  const scale = Number(exponent) - decimals.length
  return scale >= 0 ? fraction(digits * 10n ** BigInt(scale)) : fraction(digits, 10n ** BigInt(-scale))
}

export function add(a: Fraction, b: Fraction): Fraction {
  return a.d === b.d ? fraction(a.n + b.n, a.d) : fraction(a.n * b.d + b.n * a.d, a.d * b.d)
}

export function subtract(a: Fraction, b: Fraction): Fraction {
  return add(a, { n: -b.n, d: b.d })
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return fraction(a.n * b.n, a.d * b.d)
}

export function divide(a: Fraction, b: Fraction): Fraction {
  return fraction(a.n * b.d, a.d * b.n)
}

/** Negative, zero or positive as a is below, equal to or above b. */
export function compareFractions(a: Fraction, b: Fraction): number {
  const difference = a.n * b.d - b.n * a.d
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export function largerOf(a: Fraction, b: Fraction): Fraction {
  return compareFractions(a, b) < 0 ? b : a
}

export function smallerOf(a: Fraction, b: Fraction): Fraction {
  return compareFractions(a, b) > 0 ? b : a
}

function floorDivide(n: bigint, d: bigint): bigint {
  const quotient = n / d
  return n % d < 0n ? quotient - 1n : quotient
}

/** Whole number by the mode: `half_up` (halves towards plus infinity), `up` (ceiling), `down` (floor). */
export function roundToWhole(a: Fraction, mode: RoundingMode): bigint {
  if (mode === 'down') return floorDivide(a.n, a.d)
  if (mode === 'up') return -floorDivide(-a.n, a.d)
  return floorDivide(2n * a.n + a.d, 2n * a.d)
}

/** The multiple of `step` (above 0) next to a, by the mode. */
export function roundToStep(a: Fraction, step: Fraction, mode: RoundingMode): Fraction {
  return multiply(fraction(roundToWhole(divide(a, step), mode)), step)
}

/** Fixed decimals, half up: two decimals unless told ('1234.50'). */
export function formatFraction(a: Fraction, decimals = 2): string {
  const scaled = roundToWhole({ n: a.n * 10n ** BigInt(decimals), d: a.d }, 'half_up')
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(decimals + 1, '0')
  const sign = scaled < 0n ? '-' : ''
  if (decimals === 0) return sign + digits
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
