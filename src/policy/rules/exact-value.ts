import { type Fraction, fractionOfDecimal } from '#kernel/fraction'

/**
 * A tree as JSON or YAML writes it, with every number kept as the text it was written in: 0.2 is two tenths, never the
 * nearest binary fraction.
 */
export type ExactValue = null | boolean | string | ExactNumber | readonly ExactValue[] | ExactObject

export interface ExactObject {
  readonly [key: string]: ExactValue
}

/** A number as it was written. */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Largest power of ten a number may be written with; beyond it the text is refused, not computed. */
const LARGEST_EXPONENT = 30
const NUMBER = /^-?\d{1,40}(?:\.\d{1,40})?(?:[eE]([+-]?\d{1,3}))?$/

/** The exact value of a written number, or null if it is written in a form or size that is not computed. */
export function exactFraction(x: ExactNumber): Fraction | null {
  const match = NUMBER.exec(x.text)
  if (match === null) return null
  const exponent = Number(match[1] ?? '0')
  return exponent > LARGEST_EXPONENT || exponent < -LARGEST_EXPONENT ? null : fractionOfDecimal(x.text)
}

export function isExactObject(x: ExactValue): x is ExactObject {
  return typeof x === 'object' && x !== null && !Array.isArray(x) && !(x instanceof ExactNumber)
}

function canonicalNumber(x: ExactNumber): string {
  const value = exactFraction(x)
  if (value === null) return JSON.stringify(x.text)
  return value.d === 1n ? String(value.n) : `${value.n}/${value.d}`
}

/** One text per value: members in order of their names, numbers in lowest terms (`0.20` and `0.2` are both `1/5`). */
export function canonicalText(x: ExactValue): string {
  if (x instanceof ExactNumber) return canonicalNumber(x)
  if (Array.isArray(x)) return `[${x.map(canonicalText).join(',')}]`
  if (!isExactObject(x)) return JSON.stringify(x)
  const parts = Object.keys(x)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(x[key] ?? null)}`)
  return `{${parts.join(',')}}`
}

/** JSON text of a value, numbers as they were written. */
export function exactJson(x: ExactValue): string {
  if (x instanceof ExactNumber) return x.text
  if (Array.isArray(x)) return `[${x.map(exactJson).join(',')}]`
  if (!isExactObject(x)) return JSON.stringify(x)
  return `{${Object.keys(x)
    .map((key) => `${JSON.stringify(key)}:${exactJson(x[key] ?? null)}`)
    .join(',')}}`
}
