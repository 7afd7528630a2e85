import { dayKind, holidayNoticeOf } from '#kernel/calendar'
import { addDays, weekdayOf } from '#kernel/dates'
import { compactDays, expandDays, readHolidayNotice } from '#kernel/holiday-notice'
import { Problem } from '#kernel/problem'
import { type Action, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import { previewCalendar, readCalendar, saveCalendar } from '../contract/calendar.ts'
import { loadHolidayNotices } from '../holidays.ts'
import { insertNotice, listNoticeVersions } from '../store/holidays.ts'

/** The working calendar as data: a notice is pasted, looked at, and kept as a version. */

const BASIS = '国务院办公厅关于部分节假日安排的通知'
const BUILT_IN = '程序自带的节假日表'

export const readCalendarAction: Action = routeAction(readCalendar, {
  async run({ tx }, { year }) {
    const versions = await listNoticeVersions(tx, year)
    const [newest] = versions
    const notice = newest === undefined ? holidayNoticeOf(year) : { off: newest.off_days, work: newest.work_days }
    return {
      year,
      version: newest?.version ?? (notice === undefined ? null : 0),
      source: newest?.source ?? (notice === undefined ? '' : BUILT_IN),
      off: expandDays(year, notice?.off ?? ''),
      work: expandDays(year, notice?.work ?? ''),
      versions: versions.map((row) => ({
        version: row.version,
        source: row.source,
        enteredByName: row.entered_by_name,
        enteredAt: row.entered_at,
      })),
    }
  },
  journal: () => null,
})

/** Days of a year whose working changes with a notice. */
function changedDays(year: number, off: readonly string[], work: readonly string[]): { date: string; working: boolean }[] {
  const [offDays, workDays] = [new Set(off), new Set(work)]
  const changed: { date: string; working: boolean }[] = []
  for (let date = `${year}-01-01`; date <= `${year}-12-31`; date = addDays(date, 1)) {
    const weekend = weekdayOf(date) >= 6
    const working = workDays.has(date) || (!weekend && !offDays.has(date))
    if (working !== dayKind(date).working) changed.push({ date, working })
  }
  return changed
}

export const previewCalendarAction: Action = routeAction(previewCalendar, {
  kind: 'read',
  async run(_, { year, text }) {
    const { off, work, problems } = readHolidayNotice(year, text)
    return { off: [...off], work: [...work], problems: [...problems], changed: changedDays(year, off, work) }
  },
  journal: () => null,
})

export const saveCalendarAction: Action = routeAction(saveCalendar, {
  async run({ tx, actor, clock }, { year, text, source }) {
    const { off, work, problems } = readHolidayNotice(year, text)
    if (problems.length > 0)
      throw new Problem('identity.bad-notice', `通知还有读不准的地方，没有保存：${problems[0]}`, { status: 422 })
    const entered = { by: actor.userId, byName: actor.name, at: isoInstant(clock.nowMs()) }
    const version = await insertNotice(tx, { year, off: compactDays(off), work: compactDays(work), source, ...entered })
    await loadHolidayNotices(tx)
    return { version }
  },
  journal: ({ year, source }) => ({
    chain: 'system:calendar',
    basis: BASIS,
    purpose: '录入节假日安排',
    detail: { year, source },
  }),
})
