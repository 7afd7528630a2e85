import { daysInMonth, digitsAt } from './dates.ts'
import { clean } from './text.ts'

/**
 * Citizen numbers (GB 11643-1999): 6 digits of the division of first issue (never checked: they do not change when the
 * division does), birth date, sequence whose last digit is odd for men, check character.
 */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const
const CHECK_CHARACTERS = '10X98765432'

export type IdNumberCode = 'IDQ-1' | 'IDQ-2' | 'IDQ-3'

export interface IdNumberReading {
  /** The number as 18 characters, or null if it was refused. */
  value: string | null
  /** With a value: IDQ-3 (written otherwise, a warning) or null. Without: the error. */
  code: IdNumberCode | null
  /** True if the value differs from the field as it stands in the file. */
  changed: boolean
}

/** The check character of the first 17 digits. */
export function checkCharacter(digits17: string): string {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += (digits17.charCodeAt(i) - 48) * (WEIGHTS[i] ?? 0)
  return CHECK_CHARACTERS.charAt(sum % 11)
}

function hasForm(v: string): boolean {
  if (v.length !== 18) return false
  for (let i = 0; i < 17; i++) {
    const c = v.charCodeAt(i)
    if (c < 48 || c > 57) return false
  }
  const last = v.charCodeAt(17)
  return last === 88 || (last >= 48 && last <= 57)
}

/** Years between two dates as yyyymmdd numbers, one less before the birthday. */
function fullYears(birthYear: number, birthDay: number, year: number, day: number): number {
  return year - birthYear - (day < birthDay ? 1 : 0)
}

function birthIsPossible(v: string, asOf: string, maxAge: number): boolean {
  const year = digitsAt(v, 6, 4)
  const monthDay = digitsAt(v, 10, 4)
  const day = monthDay % 100
  if (day < 1 || day > daysInMonth(year, (monthDay - day) / 100)) return false
  const asOfYear = digitsAt(asOf, 0, 4)
  const asOfDay = digitsAt(asOf, 5, 2) * 100 + digitsAt(asOf, 8, 2)
  if (year > asOfYear || (year === asOfYear && monthDay > asOfDay)) return false
  return fullYears(year, monthDay, asOfYear, asOfDay) <= maxAge
}

function errorOf(v: string, asOf: string, maxAge: number): IdNumberCode | null {
  if (!hasForm(v)) return 'IDQ-1'
  if (!birthIsPossible(v, asOf, maxAge)) return 'IDQ-2'
  return checkCharacter(v) === v.charAt(17) ? null : 'IDQ-1'
}

const EXPONENT = /^\d(?:\.\d+)?E\+?\d+$/
const NOT_PART = /[\s'’‘`]/gu

function refused(code: IdNumberCode): IdNumberReading {
  return { value: null, code, changed: false }
}

/**
 * Reads a citizen number as written: full width, spaces, apostrophes, lower-case x, O for 0, I, l and | for 1 and the
 * 15-digit form are mended (IDQ-3 as a warning). Refused: exponent form (IDQ-3: the digits are lost), wrong form or
 * check character (IDQ-1), a birth date that does not exist, lies after `asOf` or gives an age above `maxAge` (IDQ-2).
 */
export function readIdNumber(raw: string, asOf: string, maxAge: number): IdNumberReading {
  if (hasForm(raw)) {
    const error = errorOf(raw, asOf, maxAge)
    return error === null ? { value: raw, code: null, changed: false } : refused(error)
  }
  const written = clean(raw).normalize('NFKC').replace(NOT_PART, '').toUpperCase()
  if (EXPONENT.test(written)) return refused('IDQ-3')
  let v = written.replaceAll('O', '0').replace(/[IL|]/g, '1')
  if (/^\d{15}$/.test(v)) {
    v = `${v.slice(0, 6)}19${v.slice(6)}`
    v += checkCharacter(v)
  }
  const error = errorOf(v, asOf, maxAge)
  return error === null ? { value: v, code: v === raw ? null : 'IDQ-3', changed: v !== raw } : refused(error)
}

/** Birth date 'YYYY-MM-DD' inside an 18-character number. */
export function birthDateOf(id: string): string {
  return `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`
}

/** Full years on `date` from the birth date inside a number, or from a birth date: years apart, less one before the birthday. */
export function ageOn(idOrBirth: string, date: string): number {
  const year = digitsAt(date, 0, 4)
  const day = digitsAt(date, 5, 2) * 100 + digitsAt(date, 8, 2)
  return idOrBirth.length === 18
    ? fullYears(digitsAt(idOrBirth, 6, 4), digitsAt(idOrBirth, 10, 4), year, day)
    : fullYears(digitsAt(idOrBirth, 0, 4), digitsAt(idOrBirth, 5, 2) * 100 + digitsAt(idOrBirth, 8, 2), year, day)
}

/** '1' for men, '2' for women, from the 17th digit. */
export function sexOf(id: string): '1' | '2' {
  return id.charCodeAt(16) % 2 === 1 ? '1' : '2'
}

/** The number for display: the first six and the last four characters; everything else is hidden. Short texts are hidden wholly. */
export function maskIdNumber(id: string): string {
  return id.length < 15 ? '*'.repeat(id.length) : `${id.slice(0, 6)}${'*'.repeat(id.length - 10)}${id.slice(-4)}`
}
