/** Long numbers that a spreadsheet kept as numbers: it keeps fifteen digits, the others are gone. Pure. */
import type { Column } from './column.ts'
import { nfkc } from './text.ts'

/** Digits of a number that a spreadsheet keeps. */
const KEPT_DIGITS = 15
/** A shorter number that ends in zeros is nothing strange. */
const STRANGE_FROM = 18
/** Longer texts are no number. */
const LONGEST = 60

/** As spreadsheets show long numbers, 6.228408704483513E+18; a code like 3E12 is none. */
const EXPONENT = /^\d(?:\.\d+E\+?|E\+)\d{2,3}$/i

/** True for a long number in exponent form: nobody can say which number it was. */
export function isExponent(text: string): boolean {
  return text.length <= LONGEST && EXPONENT.test(nfkc(text).replace(/[\s'’]/g, ''))
}

/** True for eighteen digits or more of which all from the sixteenth on are zeros: how a number that was not kept is written out. */
function endsInLostZeros(text: string): boolean {
  if (text.length > LONGEST || !text.includes('0')) return false
  const digits = nfkc(text)
    .replace(/[\s'’,-]/g, '')
    .replace(/\.0*$/, '')
  return digits.length >= STRANGE_FROM && /^\d+$/.test(digits) && /^0+$/.test(digits.slice(KEPT_DIGITS))
}

/** True for an account number whose last digits are lost. */
export function isLostAccount(text: string): boolean {
  return isExponent(text) || endsInLostZeros(text)
}

/** Numbers of these columns may be long; citizen numbers have a check of their own (IDQ-3). */
const LONG: ReadonlySet<Column['type']> = new Set(['key', 'text', 'idlink'])

/**
 * True where a column holds a number whose digits are lost. A household's number that ends in zeros is an ordinary number; an account that does
 * must be typed by somebody who has the card before them.
 */
export function hasLostDigits({ name, type }: Pick<Column, 'name' | 'type'>, text: string): boolean {
  return LONG.has(type) && (name === 'account_no' ? isLostAccount(text) : isExponent(text))
}
