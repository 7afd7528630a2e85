import { Problem } from './problem.ts'

/** Money is whole fen in a number. This file is the kernel's only user of Math. */

export const min: (...values: number[]) => number = Math.min
export const max: (...values: number[]) => number = Math.max
/** Nearest whole number, halves up (towards plus infinity). */
export const round: (x: number) => number = Math.round
export const floor: (x: number) => number = Math.floor

/** Fen of a plain amount `-?d{1,12}(.d{1,2})?` in yuan, or null if the text is no such amount. */
export function readYuan(text: string): number | null {
  let i = text.charCodeAt(0) === 45 ? 1 : 0
  const negative = i === 1
  const start = i
  let n = 0
  for (; i < text.length; i++) {
    const d = text.charCodeAt(i) - 48
    if (d < 0 || d > 9) break
    n = n * 10 + d
  }
  const whole = i - start
  if (whole < 1 || whole > 12) return null
  const cents = readFraction(text, i)
  if (cents < 0) return null
  const fen = n * 100 + cents
  return negative && fen !== 0 ? -fen : fen
}

/** Hundredths written at `at` (`.d`, `.dd` or the end of the text), or -1. */
function readFraction(text: string, at: number): number {
  const digits = text.length - at - 1
  if (digits < 0) return 0
  if (digits < 1 || digits > 2 || text.charCodeAt(at) !== 46) return -1
  const a = text.charCodeAt(at + 1) - 48
  const b = digits === 2 ? text.charCodeAt(at + 2) - 48 : 0
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : -1
}

/** Fen of a plain amount in yuan with at most two decimals ('1234.5'). Throws `money.invalid`. */
export function parseYuan(text: string): number {
  const fen = readYuan(text)
  if (fen === null) throw new Problem('money.invalid', `“${text}”不是金额，请写成 1234.50 这样的元数`)
  return fen
}

/** Hundredths of a plain decimal `d{1,9}(.d{1,2})?`, or null. */
export function readHundredths(text: string): number | null {
  if (text.charCodeAt(0) === 45) return null
  const dot = text.indexOf('.')
  return (dot < 0 ? text.length : dot) > 9 ? null : readYuan(text)
}

/** Yuan with two decimals, '1234.50'; a negative amount carries '-'. */
export function formatYuan(fen: number): string {
  const absolute = fen < 0 ? -fen : fen
  const cents = absolute % 100
  const text = `${(absolute - cents) / 100}.${cents < 10 ? '0' : ''}${cents}`
  return fen < 0 ? `-${text}` : text
}

/** n ÷ d rounded to a whole number, halves up (towards plus infinity). d must not be 0. */
export function divideHalfUp(n: bigint, d: bigint): bigint {
  const [top, bottom] = d < 0n ? [-n, -d] : [n, d]
  const doubled = 2n * top + bottom
  const step = 2n * bottom
  const quotient = doubled / step
  return doubled % step < 0n ? quotient - 1n : quotient
}

/** amount × num ÷ den rounded half up, exact whatever the size of the product. All three are whole numbers. */
export function mulDivHalfUp(amount: number, num: number, den: number): number {
  const doubled = 2 * amount * num + den
  if (den > 0 && doubled >= 0 && doubled <= Number.MAX_SAFE_INTEGER) {
    const step = 2 * den
    return (doubled - (doubled % step)) / step
  }
  return Number(divideHalfUp(BigInt(amount) * BigInt(num), BigInt(den)))
}
