/** A clock as pages show it. */
import { dayKind } from '#kernel/calendar'
import type { ClockRule } from '#policy'
import type { Clock } from '../contract/case.ts'
import { daysLeft, lightOfDays } from '../rules/deadlines.ts'

/** A clock in figures as of today. */
export function clockView(
  due: string | null,
  rule: Pick<ClockRule, 'unit'> | null,
  stoppedOn: string | null,
  today: string,
): Clock {
  const unit = rule?.unit ?? 'calendar'
  const left = due === null ? null : daysLeft(due, unit, today)
  return {
    dueOn: due,
    light: stoppedOn === null ? lightOfDays(left) : 'none',
    left,
    unit: due === null ? null : unit,
    stoppedOn,
    provisional: due !== null && dayKind(due).provisional,
  }
}
