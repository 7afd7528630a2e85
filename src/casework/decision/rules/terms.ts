/** From when a decision pays, until when it stands, and how long it may be taken back. */
import { addDays, addMonths, monthOf } from '#kernel/dates'
import type { CaseworkParameters } from '#policy'

/** The month a decision of a day pays from. */
export function firstMonth(decidedOn: string, start: 'same_month' | 'next_month'): string {
  return start === 'same_month' ? monthOf(decidedOn) : monthOf(addMonths(`${monthOf(decidedOn)}-01`, 1))
}

/** The last day a decision stands by its first month; null where the pack sets no validity. */
export function lastDay(fromMonth: string, full: boolean, validity: CaseworkParameters['validity_months']): string | null {
  const months = full ? validity.full : validity.shortfall
  return months === null ? null : addDays(addMonths(`${fromMonth}-01`, months), -1)
}

const MS_PER_MINUTE = 60_000

/** Whether a decision is young enough to be taken back. */
export function mayBeUndone(decidedMs: number, nowMs: number, minutes: number): boolean {
  return nowMs - decidedMs <= minutes * MS_PER_MINUTE
}
