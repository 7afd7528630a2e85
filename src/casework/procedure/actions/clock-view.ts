/** A clock as pages show it. */
import { dayKind } from '#kernel/calendar'
import { fullOn } from '#kernel/dates'
import type { ClockRule } from '#policy'
import type { Clock } from '../../cases/contract/case.ts'
import { daysLeft, lightOfDays } from '../rules/deadlines.ts'

/** A clock in figures as of today. `period`: the days are one that has to be full before the step is ended. */
export function clockView(
  due: string | null,
  rule: Pick<ClockRule, 'unit'> | null,
  stoppedOn: string | null,
  today: string,
  period = false,
): Clock {
  const unit = rule?.unit ?? 'calendar'
  const left = due === null ? null : daysLeft(period ? fullOn(due) : due, unit, today)
  return {
    dueOn: due,
    light: stoppedOn === null ? lightOfDays(left) : 'none',
    left,
    unit: due === null ? null : unit,
    stoppedOn,
    period,
    provisional: due !== null && dayKind(due).provisional,
  }
}
