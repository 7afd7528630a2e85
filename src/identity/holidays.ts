import { type HolidayNotice, setHolidayNotices } from '#kernel/calendar'
import { type Db, type Sql, wholeScope, withTransaction } from '#platform/db'
import type { Log } from '#platform/log'
import { listNoticesInForce } from './store/holidays.ts'

/** The district's holiday notices, taken into the calendar of this process. */

/** So often a process looks for a notice that another one entered. */
const LOOK_MS = 60_000

/** Takes the notices in force over into the calendar; the only place that does. */
export async function loadHolidayNotices(sql: Sql): Promise<void> {
  const rows = await listNoticesInForce(sql)
  setHolidayNotices(new Map(rows.map((row): [number, HolidayNotice] => [row.year, { off: row.off_days, work: row.work_days }])))
}

/** Loads the notices now and looks again every minute, for every long-running process; `stop` ends it. */
export async function keepHolidayNotices(db: Db, log: Log): Promise<{ stop(): void }> {
  const look = (): Promise<void> => withTransaction(db, wholeScope('system:calendar'), loadHolidayNotices)
  await look()
  const timer = setInterval(() => {
    look().catch((error: unknown) => log.warn('holiday notices wait for the database', { error: String(error) }))
  }, LOOK_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
