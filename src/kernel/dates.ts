/**
 * Civil dates as 'YYYY-MM-DD' and months as 'YYYY-MM' texts, so that text order is time order; no time zone, no clock.
 * A month index is year × 12 + month − 1.
 */

import { min } from './money.ts'

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** Days of a month (1–12) of a year; 0 for a month that does not exist. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0)
}

/** The number written in `count` digits at `at`, or -1 if one is no ASCII digit. */
export function digitsAt(x: string, at: number, count: number): number {
  let n = 0
  for (let i = at; i < at + count; i++) {
    const d = x.charCodeAt(i) - 48
    if (!(d >= 0 && d <= 9)) return -1
    n = n * 10 + d
  }
  return n
}

function pad(n: number, width: number): string {
  return String(n).padStart(width, '0')
}

/** 'YYYY-MM-DD' of a year, month and day; does not check that the day exists. */
export function dateOf(year: number, month: number, day: number): string {
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
}

/** True if the text is 'YYYY-MM-DD' and the day exists. */
export function isDate(x: string): boolean {
  if (x.length !== 10 || x.charCodeAt(4) !== 45 || x.charCodeAt(7) !== 45) return false
  const day = digitsAt(x, 8, 2)
  const month = digitsAt(x, 5, 2)
  const year = digitsAt(x, 0, 4)
  return year >= 0 && day >= 1 && day <= daysInMonth(year, month)
}

/** True if the text is 'YYYY-MM' with a month 01–12. */
export function isMonth(x: string): boolean {
  if (x.length !== 7 || x.charCodeAt(4) !== 45) return false
  const month = digitsAt(x, 5, 2)
  return digitsAt(x, 0, 4) >= 0 && month >= 1 && month <= 12
}

/** The month of a date (or of a month). */
export function monthOf(date: string): string {
  return date.slice(0, 7)
}

/** year × 12 + month − 1 of a month or date. */
export function monthIndex(month: string): number {
  return digitsAt(month, 0, 4) * 12 + digitsAt(month, 5, 2) - 1
}

/** The month of a month index. */
export function monthFromIndex(index: number): string {
  const month = index % 12
  return `${pad((index - month) / 12, 4)}-${pad(month + 1, 2)}`
}

/** The date `k` months later (earlier if negative); the last day of the month if the day does not exist there. */
export function addMonths(date: string, k: number): string {
  const index = monthIndex(date) + k
  const month = index % 12
  const year = (index - month) / 12
  return dateOf(year, month + 1, min(digitsAt(date, 8, 2), daysInMonth(year, month + 1)))
}

/** The `k` whole months before the month of `asOf`, as month indexes, both ends included. */
export function lastMonths(asOf: string, k: number): { from: number; to: number } {
  const index = monthIndex(asOf)
  return { from: index - k, to: index - 1 }
}

function daysBeforeYear(year: number): number {
  const y = year - 1
  return y * 365 + (y - (y % 4)) / 4 - (y - (y % 100)) / 100 + (y - (y % 400)) / 400
}

/** Days since 0001-01-01 (which is 0). */
export function dayNumber(date: string): number {
  const year = digitsAt(date, 0, 4)
  const month = digitsAt(date, 5, 2)
  const leapDay = month > 2 && isLeap(year) ? 1 : 0
  return daysBeforeYear(year) + (DAYS_BEFORE_MONTH[month - 1] ?? 0) + leapDay + digitsAt(date, 8, 2) - 1
}

/** The date of a day number. */
export function dateFromDayNumber(n: number): string {
  let year = (n - (n % 366)) / 366 + 1
  while (daysBeforeYear(year + 1) <= n) year++
  let rest = n - daysBeforeYear(year)
  let month = 1
  for (let days = daysInMonth(year, month); rest >= days; days = daysInMonth(year, month)) {
    rest -= days
    month++
  }
  return dateOf(year, month, rest + 1)
}

/** The date `k` days later (earlier if negative). */
export function addDays(date: string, k: number): string {
  return dateFromDayNumber(dayNumber(date) + k)
}

/** Days from `a` to `b`; negative if `b` is earlier. */
export function daysBetween(a: string, b: string): number {
  return dayNumber(b) - dayNumber(a)
}

/** Day of the week, 1 = Monday … 7 = Sunday. */
export function weekdayOf(date: string): number {
  return (dayNumber(date) % 7) + 1
}

const DATE_FORM =
  /^(?:(?<y1>\d{4})-(?<m1>\d\d)-(?<d1>\d\d)|(?<y2>\d{4})(?<m2>\d\d)(?<d2>\d\d)|(?<y3>\d{4})(?<s>[/.])(?<m3>\d\d?)\k<s>(?<d3>\d\d?)|(?<y4>\d{4})年(?<m4>\d\d?)月(?<d4>\d\d?)日)$/
const MONTH_FORM =
  /^(?:(?<y1>\d{4})-(?<m1>\d\d)|(?<y2>\d{4})(?<m2>\d\d)|(?<y3>\d{4})[/.](?<m3>\d\d?)|(?<y4>\d{4})年(?<m4>\d\d?)月)$/

function numbered(groups: Record<string, string | undefined>, letter: string): number {
  const text = groups[`${letter}1`] ?? groups[`${letter}2`] ?? groups[`${letter}3`] ?? groups[`${letter}4`]
  return text === undefined ? -1 : Number(text)
}

function inYears(year: number): boolean {
  return year >= 1900 && year <= 2100
}

/**
 * Reads one of the five written forms (YYYY-MM-DD, YYYYMMDD, YYYY/M/D, YYYY.M.D, YYYY年M月D日) of an existing day of
 * 1900–2100; null for anything else. Expects text in NFKC form.
 */
export function readDate(v: string): string | null {
  if (isDate(v)) return inYears(digitsAt(v, 0, 4)) ? v : null
  const groups = DATE_FORM.exec(v)?.groups
  if (groups === undefined) return null
  const year = numbered(groups, 'y')
  const month = numbered(groups, 'm')
  const day = numbered(groups, 'd')
  return inYears(year) && day >= 1 && day <= daysInMonth(year, month) ? dateOf(year, month, day) : null
}

/** Reads one of the four written forms of a month (YYYY-MM, YYYYMM, YYYY/M or YYYY.M, YYYY年M月) of 1900–2100, or null. */
export function readMonth(v: string): string | null {
  if (isMonth(v)) return inYears(digitsAt(v, 0, 4)) ? v : null
  const groups = MONTH_FORM.exec(v)?.groups
  if (groups === undefined) return null
  const year = numbered(groups, 'y')
  const month = numbered(groups, 'm')
  return inYears(year) && month >= 1 && month <= 12 ? `${pad(year, 4)}-${pad(month, 2)}` : null
}

/** The first day on which a period with this last day is full, so that it can be ended; whoever ends it on that day is not late. */
export function fullOn(lastDay: string): string {
  return addDays(lastDay, 1)
}

/** Whether a period with this last day is full. */
export function isFullOn(lastDay: string, today: string): boolean {
  return today >= fullOn(lastDay)
}
