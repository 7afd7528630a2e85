/**
 * What is due when. A clock counts from the day after the event that starts it (working days by the holiday notices, or calendar days);
 * while a step is paused its clock stands still, and the day it is due moves on by as many days of its own kind.
 */
import { addWorkingDays, dayKind, workingDaysBetween } from '#kernel/calendar'
import { addDays, daysBetween } from '#kernel/dates'
import type { ClockRule } from '#policy'

export interface DueDay {
  readonly date: string
  /** a year without a holiday notice is in it */
  readonly provisional: boolean
}

/** The last day of a limit that starts with an event on `from`. */
export function dueOn({ days, unit }: Pick<ClockRule, 'days' | 'unit'>, from: string): DueDay {
  if (unit === 'working') return addWorkingDays(from, days)
  const date = addDays(from, days)
  return { date, provisional: dayKind(date).provisional }
}

/**
 * The last day after a pause from `stopped` to `resumed`: the clock did not run from the day it stopped to the day before it resumed, so as many
 * days can be worked on as before.
 */
export function dueAfterPause(due: string, unit: ClockRule['unit'], stopped: string, resumed: string): DueDay {
  if (unit === 'calendar') {
    const date = addDays(due, daysBetween(stopped, resumed))
    return { date, provisional: dayKind(date).provisional }
  }
  const lost = workingDaysBetween(stopped, resumed)
  return lost === 0 ? { date: due, provisional: dayKind(due).provisional } : addWorkingDays(due, lost)
}

/** Days left until a limit: working days, or calendar days; negative once it is over, be it by a day off. Today counts while the limit is not over. */
export function daysLeft(due: string, unit: ClockRule['unit'], today: string): number {
  const late = due < today
  const [from, to] = late ? [due, today] : [today, due]
  const days = unit === 'calendar' ? daysBetween(from, to) : workingDaysBetween(addDays(from, 1), addDays(to, 1))
  if (!late) return days
  return days === 0 ? -1 : -days
}

export type ClockLight = 'green' | 'yellow' | 'red' | 'none'

/** The colour of a clock by the days left of it: red once over, yellow within three days of its kind; none without a limit. */
export function lightOfDays(left: number | null): ClockLight {
  if (left === null) return 'none'
  return left < 0 ? 'red' : left <= 3 ? 'yellow' : 'green'
}
