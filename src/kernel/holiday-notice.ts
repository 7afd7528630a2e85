import { addDays, dateOf, daysInMonth, digitsAt, weekdayOf } from './dates.ts'

/** Reads the State Council's yearly notice as it is pasted, or the short form of the built-in table, into days. */

/** Days of one year, in order; `problems` in sentences, empty when the text is certain. */
export interface NoticeDays {
  readonly off: readonly string[]
  readonly work: readonly string[]
  readonly problems: readonly string[]
}

/** 'MMDD' and 'MMDD-MMDD', separated by spaces, as dates of the year in order. */
export function expandDays(year: number, list: string): string[] {
  const days: string[] = []
  for (const part of list.split(' ').filter((each) => each !== '')) {
    const [first = '', last = first] = part.split('-')
    const end = dateOf(year, digitsAt(last, 0, 2), digitsAt(last, 2, 2))
    for (let day = dateOf(year, digitsAt(first, 0, 2), digitsAt(first, 2, 2)); day <= end; day = addDays(day, 1)) days.push(day)
  }
  return days
}

const monthDay = (date: string): string => date.slice(5, 7) + date.slice(8, 10)

/** Dates of one year in the short form; days that follow one another become a range. */
export function compactDays(dates: readonly string[]): string {
  const sorted = [...new Set(dates)].sort()
  const ranges: { first: string; last: string }[] = []
  for (const date of sorted) {
    const open = ranges.at(-1)
    if (open !== undefined && addDays(open.last, 1) === date) open.last = date
    else ranges.push({ first: date, last: date })
  }
  return ranges.map(({ first, last }) => (first === last ? monthDay(first) : `${monthDay(first)}-${monthDay(last)}`)).join(' ')
}

const WEEKDAYS = '一二三四五六日'
const DAY = /(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:[（(]([^）)]*)[）)])?/g
/** What stands between the two ends of a range. */
const RANGE = /^\s*[至到\-—–~～]+\s*$/

interface Reading {
  readonly year: number
  readonly off: Set<string>
  readonly work: Set<string>
  readonly problems: string[]
  /** Days of the holiday read last, for the count in the notice. */
  lastOff: number
}

function checkWeekday(reading: Reading, date: string, note: string): void {
  const said = /(?:周|星期)([一二三四五六日天])/.exec(note)?.[1]
  if (said === undefined) return
  const is = WEEKDAYS[weekdayOf(date) - 1]
  if (said.replace('天', '日') !== is) {
    reading.problems.push(`${date} 是星期${is}，通知里写的是星期${said}：请核对年份是否选对`)
  }
}

/** The dates a clause names, with ranges filled in. */
function datesOf(reading: Reading, clause: string): string[] {
  const dates: string[] = []
  let month = 0
  let year = reading.year
  let end = 0
  for (const match of clause.matchAll(DAY)) {
    year = match[1] === undefined ? year : Number(match[1])
    month = match[2] === undefined ? month : Number(match[2])
    const day = Number(match[3])
    if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
      reading.problems.push(`“${match[0]}”不是 ${year} 年的日期`)
      continue
    }
    const date = dateOf(year, month, day)
    checkWeekday(reading, date, match[4] ?? '')
    const before = dates.at(-1)
    if (before !== undefined && RANGE.test(clause.slice(end, match.index))) {
      for (let next = addDays(before, 1); next < date; next = addDays(next, 1)) dates.push(next)
    }
    dates.push(date)
    end = match.index + match[0].length
  }
  return dates
}

function take(reading: Reading, clause: string, dates: readonly string[]): void {
  const own = dates.filter((date) => Number(date.slice(0, 4)) === reading.year)
  const isWork = clause.includes('上班')
  if (!isWork && !/放假|休息|休假/.test(clause)) {
    if (own.length > 0) reading.problems.push(`看不出“${clause.trim()}”是放假还是上班`)
    return
  }
  for (const date of dates.filter((each) => !own.includes(each))) {
    reading.problems.push(`${date} 不在 ${reading.year} 年内，请在 ${date.slice(0, 4)} 年的安排里补入`)
  }
  for (const date of own) (isWork ? reading.work : reading.off).add(date)
  if (!isWork) reading.lastOff = dates.length
}

function readSentences(reading: Reading, text: string): void {
  for (const clause of text.split(/[。；;，,\n]/)) {
    const dates = datesOf(reading, clause)
    if (dates.length > 0) take(reading, clause, dates)
    const said = /共\s*(\d+)\s*天/.exec(clause)?.[1]
    if (said !== undefined && Number(said) !== reading.lastOff) {
      reading.problems.push(`“${clause.trim()}”与读出的 ${reading.lastOff} 天不符，请核对起止日期`)
    }
  }
}

function isMonthDay(year: number, text: string): boolean {
  const month = Number(text.slice(0, 2))
  const day = Number(text.slice(2, 4))
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

/** Short form: '放假 0101-0103 …' and '上班 0104 …', each on a line of its own. */
function readShort(reading: Reading, text: string): void {
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const list = line.replace(/[^\d\s-]/g, ' ')
    const parts = list.split(/\s+/).filter((each) => each !== '')
    const wrong = parts.find(
      (part) => !/^\d{4}(-\d{4})?$/.test(part) || !part.split('-').every((x) => isMonthDay(reading.year, x)),
    )
    if (wrong !== undefined) {
      reading.problems.push(`“${wrong}”应写成 0101 或 0101-0103 这样的月日`)
      continue
    }
    for (const date of expandDays(reading.year, parts.join(' '))) (line.includes('上班') ? reading.work : reading.off).add(date)
  }
}

/** Reads a pasted notice of a year. Nothing is guessed: what is not understood stands in `problems`. */
export function readHolidayNotice(year: number, text: string): NoticeDays {
  const reading: Reading = { year, off: new Set(), work: new Set(), problems: [], lastOff: 0 }
  if (/\d日/.test(text)) readSentences(reading, text)
  else readShort(reading, text)
  for (const date of reading.work) {
    if (reading.off.has(date)) reading.problems.push(`${date} 既放假又上班，请核对`)
    if (weekdayOf(date) < 6) reading.problems.push(`${date} 是星期${WEEKDAYS[weekdayOf(date) - 1]}，本来就上班，请核对`)
  }
  if (reading.off.size === 0) reading.problems.push('没有读出放假的日期，请粘贴国务院办公厅通知的正文')
  return { off: [...reading.off].sort(), work: [...reading.work].sort(), problems: reading.problems }
}
