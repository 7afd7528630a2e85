/**
 * Days that are typed at the steps of a case: nothing that is written down as done lies in the future, nothing lies before what it rests on.
 */
import { chineseDate } from '#kernel/chinese-date'

/** A day with what it is of, in words, for the message. */
export interface NamedDay {
  readonly on: string
  readonly of: string
}

/** Why a day cannot be; null when it can. `after`: days it may not lie before, those that are not known are null. */
export function dayFault(what: string, day: string, today: string, after: readonly (NamedDay | null)[] = []): string | null {
  if (day > today) return `${what}不能晚于今天（${chineseDate(today)}），请核对`
  const before = after.find((each) => each !== null && day < each.on)
  return before == null ? null : `${what} ${chineseDate(day)} 早于${before.of}（${chineseDate(before.on)}），请核对`
}
