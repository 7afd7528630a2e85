/**
 * The clocks of a verification.
 *
 * C1 a report is due when the units' working days and then the report's own have passed since its run was opened;
 * C2 an objection is due when the review's working days have passed since it was raised;
 * C3 while a verification is suspended its clock stands still: working days of the suspension are not counted;
 * C4 the day an event falls on is not counted, and something is late from the day after its last day;
 * C5 no clock runs over what is signed, suspended or ended.
 *
 * The working days are dated terms of the scheme, each with its mark (schemes.ts).
 */
import { addWorkingDays, workingDaysBetween } from '#kernel/calendar'
import { addDays } from '#kernel/dates'
import { max } from '#kernel/money'
import type { Scheme } from '../household/schemes.ts'

/** A suspension [from, to), dates in China; `to` is null while it lasts. */
export interface Pause {
  from: string
  to: string | null
}

/** Working days from the opening of a run to its report, units included. */
export function reportWorkingDays(scheme: Scheme): number {
  return scheme.unitAnswerWorkingDays.value + scheme.reportWorkingDays.value
}

/** C1, C3: last day for the report of a run opened on a day. */
export function reportDueOn(scheme: Scheme, openedOn: string, pauses: readonly Pause[] = []): string {
  let due = addWorkingDays(openedOn, reportWorkingDays(scheme)).date
  for (const { from, to } of pauses) {
    if (to === null || from < openedOn || from > due) continue
    due = addWorkingDays(due, workingDaysBetween(from, to)).date
  }
  return due
}

/** C2: last day for the answer to an objection raised on a day. */
export function reviewDueOn(scheme: Scheme, raisedOn: string): string {
  return addWorkingDays(raisedOn, scheme.reviewWorkingDays.value).date
}

/** What the clock of a household is read from. */
export interface ClockFacts {
  state: string
  /** day its run under way was opened, or null */
  openedOn: string | null
  /** suspensions in order of time */
  pauses: readonly Pause[]
  /** day of the oldest objection nobody has answered, or null */
  objectedOn: string | null
}

/** The last day to act and the working days left until its end; negative when late. Null: no clock runs. */
export interface ClockReading {
  dueOn: string | null
  daysLeft: number | null
}

const running = new Set(['commissioned', 'querying'])
const stopped = new Set(['suspended', 'terminated'])

/** Working days from after `today` to the end of `dueOn`; at least one late once that day has passed. */
function daysLeft(dueOn: string, today: string): number {
  const tomorrow = addDays(today, 1)
  const after = addDays(dueOn, 1)
  return today <= dueOn ? workingDaysBetween(tomorrow, after) : -max(1, workingDaysBetween(after, tomorrow))
}

/** The clock of a household on a day: the earlier one where a report and an answer are owed. */
export function readClock(scheme: Scheme, facts: ClockFacts, today: string): ClockReading {
  if (stopped.has(facts.state)) return { dueOn: null, daysLeft: null }
  const due = [
    ...(running.has(facts.state) && facts.openedOn !== null ? [reportDueOn(scheme, facts.openedOn, facts.pauses)] : []),
    ...(facts.objectedOn === null ? [] : [reviewDueOn(scheme, facts.objectedOn)]),
  ].sort()
  const [dueOn] = due
  return dueOn === undefined ? { dueOn: null, daysLeft: null } : { dueOn, daysLeft: daysLeft(dueOn, today) }
}
