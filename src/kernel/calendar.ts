import { addDays, daysBetween, digitsAt, weekdayOf } from './dates.ts'
import { expandDays } from './holiday-notice.ts'
import { HOLIDAY_NOTICES } from './holidays.ts'

/** Whether a day is worked in mainland China. `provisional`: no holiday notice of that year is known to this table yet. */
export interface DayKind {
  readonly working: boolean
  readonly provisional: boolean
}

interface YearTable {
  readonly off: ReadonlySet<string>
  readonly work: ReadonlySet<string>
}

/** One year's notice: days off and weekend days worked, as 'MMDD' or 'MMDD-MMDD' separated by spaces. */
export interface HolidayNotice {
  readonly off: string
  readonly work: string
}

const tables = new Map<number, YearTable>()
let added: ReadonlyMap<number, HolidayNotice> = new Map()

/**
 * Takes notices of years beyond the built-in table, or in place of its years, for this process; what was taken before is forgotten.
 * Rules ask the calendar and never call this: only identity's `loadHolidayNotices` does (tools/holiday-notices.test.ts), at the start and
 * after the district entered a notice, so that within one computation the answer cannot change.
 */
export function setHolidayNotices(notices: ReadonlyMap<number, HolidayNotice>): void {
  added = new Map(notices)
  tables.clear()
}

/** The notice of a year as this process knows it; undefined when there is none. */
export function holidayNoticeOf(year: number): HolidayNotice | undefined {
  return added.get(year) ?? HOLIDAY_NOTICES[year]
}

function tableOf(year: number): YearTable | undefined {
  const known = tables.get(year)
  const notice = holidayNoticeOf(year)
  if (known !== undefined || notice === undefined) return known
  const table = { off: new Set(expandDays(year, notice.off)), work: new Set(expandDays(year, notice.work)) }
  tables.set(year, table)
  return table
}

/** Public holidays on fixed dates, all that is certain of a year without a notice. */
const FIXED_HOLIDAYS: ReadonlySet<string> = new Set(['01-01', '05-01', '05-02', '10-01', '10-02', '10-03'])

/** What kind of day it is: by the year's notice, else weekends and the fixed holidays, marked provisional. */
export function dayKind(date: string): DayKind {
  const weekend = weekdayOf(date) >= 6
  const table = tableOf(digitsAt(date, 0, 4))
  if (table === undefined) return { working: !weekend && !FIXED_HOLIDAYS.has(date.slice(5)), provisional: true }
  return { working: table.work.has(date) || (!weekend && !table.off.has(date)), provisional: false }
}

export function isWorkingDay(date: string): boolean {
  return dayKind(date).working
}

/**
 * The date `days` working days after `date` (before, if negative). The day itself is not counted, as periods for acts
 * of the administration begin the day after; 0 gives `date` if it is worked, else the next working day.
 */
export function addWorkingDays(date: string, days: number): { date: string; provisional: boolean } {
  const step = days < 0 ? -1 : 1
  let left = days < 0 ? -days : days
  let current = date
  let kind = dayKind(current)
  let provisional = kind.provisional
  while (left > 0 || !kind.working) {
    current = addDays(current, step)
    kind = dayKind(current)
    provisional ||= kind.provisional
    if (kind.working && left > 0) left--
  }
  return { date: current, provisional }
}

/** Working days in [from, to): from included, to not; 0 if to is not after from. */
export function workingDaysBetween(from: string, to: string): number {
  let count = 0
  for (let i = 0, n = daysBetween(from, to); i < n; i++) {
    if (isWorkingDay(addDays(from, i))) count++
  }
  return count
}
