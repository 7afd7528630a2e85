/**
 * Values as bureaus write them, made into what the checks of the registry read.
 *
 * V1 What can be read in one way only is written as the registry wants it; anything else stays as it is, so that the checks refuse it with a reason.
 * V2 A number of 16 digits or more in a numeric cell has lost digits: it is refused in columns of citizen numbers, accounts and keys. What the text
 *    itself shows is judged as everywhere else (#kernel/lost-digits).
 */
import { dateFromDayNumber, dayNumber, isDate, isMonth, readDate, readMonth } from '#kernel/dates'
import type { FieldIssue, IssueCode } from '#kernel/import-issue'
import { isExponent, isLostAccount } from '#kernel/lost-digits'
import { readYuan } from '#kernel/money'
import { clean, nfkc } from '#kernel/text'
import type { LedgerField } from './fields.ts'
import { oneLine } from './text.ts'
import type { Words } from './words.ts'

const DAY_ZERO = dayNumber('1899-12-30')
/** Serial numbers of 1927 to 2064: a number of five digits in a column of dates. */
const SERIAL = /^[12345]\d{4}(?:\.\d+)?$/

function plain(text: string): string {
  return nfkc(clean(text)).replace(/\s+/g, '')
}

function serialDate(text: string): string | null {
  return SERIAL.test(text) ? dateFromDayNumber(DAY_ZERO + Number(text.slice(0, 5))) : null
}

const LOOSE_DAY = /^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?$/
const TIME_BEHIND = /[T\s]+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?$/

function dayText(text: string): string | null {
  const loose = LOOSE_DAY.exec(text)
  if (loose !== null) {
    const date = `${loose[1]}-${(loose[2] ?? '').padStart(2, '0')}-${(loose[3] ?? '').padStart(2, '0')}`
    return isDate(date) ? date : null
  }
  return readDate(text) ?? serialDate(text)
}

const LOOSE_MONTH = /^(\d{4})[-./年](\d{1,2})(?:月份?)?$/

function monthText(text: string): string | null {
  const loose = LOOSE_MONTH.exec(text)
  if (loose !== null) {
    const month = `${loose[1]}-${(loose[2] ?? '').padStart(2, '0')}`
    return isMonth(month) ? month : null
  }
  return readMonth(text) ?? dayText(text)?.slice(0, 7) ?? null
}

/** A day as the registry wants it; the text as it is where it is no single day. */
export function dayOf(raw: string): string {
  return dayText(plain(raw.replace(TIME_BEHIND, ''))) ?? clean(raw)
}

/** A month as the registry wants it, also out of a day; the text as it is where it is none. */
export function monthValue(raw: string): string {
  return monthText(plain(raw.replace(TIME_BEHIND, ''))) ?? clean(raw)
}

/** An amount in yuan; the text as it is where it is none. */
export function moneyText(raw: string): string {
  const text = plain(raw)
    .replace(/^(?:人民币|RMB|¥|￥)/i, '')
    .replace(/(?:元整?)?(?:\/(?:月|人|户))*(?:每月)?$/, '')
  const grouped = /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text
  const short = /^-?\d+\.\d{3,}$/.test(grouped) ? grouped.replace(/0+$/, '').replace(/\.$/, '') : grouped
  return readYuan(short) === null ? clean(raw) : short
}

/** A name: no white space inside a Chinese one. */
export function nameText(raw: string): string {
  return oneLine(raw).replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '')
}

/** An account: its digits without blanks and dashes; anything else as it is. */
export function accountText(raw: string): string {
  const text = plain(raw).replace(/-/g, '')
  return /^\d+$/.test(text) ? text : clean(raw)
}

const SEPARATORS = /[;；、,，/+＋\n]/

function codesText(words: Words, field: string, raw: string): string {
  if (words.isNothing(field, raw)) return ''
  const whole = words.code(field, raw)
  if (whole !== undefined) return whole
  const parts = raw
    .split(SEPARATORS)
    .map(oneLine)
    .filter((part) => part !== '')
  const codes = parts.map((part) => (words.isNothing(field, part) ? '' : (words.code(field, part) ?? part)))
  return [...new Set(codes.filter((code) => code !== ''))].join(';')
}

/** Words of a coded cell that nobody knows. */
export function unknownWords(words: Words, { field, type }: LedgerField, raw: string): string[] {
  const text = oneLine(raw)
  if (text === '' || words.isNothing(field, text) || words.code(field, text) !== undefined) return []
  if (type !== 'codes') return [text]
  return text
    .split(SEPARATORS)
    .map(oneLine)
    .filter((part) => part !== '' && !words.isNothing(field, part) && words.code(field, part) === undefined)
}

/** The text of a cell as the registry is to read it. */
export function valueText(words: Words, { field, type }: LedgerField, raw: string): string {
  const text = clean(raw)
  if (text === '') return ''
  if (words.isNothing('', text)) return ''
  switch (type) {
    case 'date':
      return dayOf(text)
    case 'month':
      return monthValue(text)
    case 'money':
      return moneyText(text)
    case 'person':
      return nameText(text)
    case 'code':
    case 'yesno':
      return words.isNothing(field, text) ? '' : (words.code(field, text) ?? oneLine(text))
    case 'codes':
      return codesText(words, field, text)
    case 'id':
    case 'idlink':
      return oneLine(text).replace(/\s/g, '')
    case 'key':
    case 'int':
      return plain(text)
    default:
      return field.endsWith('.account_no') ? accountText(text) : oneLine(text)
  }
}

/** What a row says of one of its cells. */
export interface CellDoubt {
  readonly isLost: boolean
  readonly isCut: boolean
  /** The file says of each cell whether it is a number, and this one is none; a CSV says nothing. */
  readonly isText?: boolean
}

/** A citizen number that lost its last three digits, as it is written out. */
const LOST_ID = /^\d{15}000$/

function issue(column: string, code: IssueCode): FieldIssue {
  return { column, code, severity: 'error' }
}

const LONG_NUMBERS: Readonly<Record<string, IssueCode>> = { id: 'IDQ-3', account: 'ACCOUNT_LOST', key: 'ACCOUNT_LOST' }

function longKind({ field, type }: LedgerField): string | undefined {
  if (type === 'id' || type === 'idlink') return 'id'
  if (field.endsWith('.account_no')) return 'account'
  return type === 'key' ? 'key' : undefined
}

function isLostNumber(kind: string, digits: string, { isLost, isText }: CellDoubt): boolean {
  if (kind === 'account') return isLost || isLostAccount(digits)
  // fifteen digits are all there: an old citizen number
  if (isExponent(digits) || (isLost && digits.length !== 15)) return true
  return kind === 'id' && isText !== true && LOST_ID.test(digits)
}

/** Why a cell cannot be taken although its text might pass: lost digits, a month whose last naught may be lost. */
export function cellIssue(field: LedgerField, raw: string, doubt: CellDoubt): FieldIssue | null {
  const kind = longKind(field)
  if (kind !== undefined && isLostNumber(kind, plain(raw), doubt)) return issue(field.name, LONG_NUMBERS[kind] ?? 'ACCOUNT_LOST')
  const isMonthly = field.type === 'month' || field.type === 'date'
  return isMonthly && doubt.isCut ? issue(field.name, 'DATE_INVALID') : null
}
