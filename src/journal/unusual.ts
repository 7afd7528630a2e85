/** What is unusual among looks: limits with their reasons, and the words an auditor reads. Pure. */
import { isWorkingDay } from '#kernel/calendar'
import { addDays } from '#kernel/dates'
import type { UnusualKind } from './contract.ts'

/** So far back an auditor's first screen looks: a month is what one review covers. */
export const LOOKED_BACK_DAYS = 30

/**
 * More persons than this in an hour of the clock. A household has two to three members and takes a careful reader some minutes; sixty persons
 * are more than a household every three minutes for a whole hour, which is leafing, not handling. A page of a list that shows names in clear counts whom it shows; masked ones do not.
 */
export const MANY_PERSONS = 60

/** Looks before or after these hours, or on days off, are shown: villages are visited in the evening until eight, nobody works at night. */
export const FIRST_HOUR = 7
export const LAST_HOUR = 20

/** Days off within the days looked back, as the district's calendar has them. */
export function daysOff(today: string): string[] {
  return Array.from({ length: LOOKED_BACK_DAYS + 1 }, (_, back) => addDays(today, -back)).filter((day) => !isWorkingDay(day))
}

/** Names of actions that show persons and change nothing; those that open a case write, whatever they are called. */
export const LOOKING =
  '^(?!casework\\.open(-clean-up-cases|-after-appeal)?$).*(\\.(open|read|list|search|reveal|explain|print|download|export|ask)-|\\.(open|compare|table|search)$)'

/** Why looks stand on the list. */
export function reasonOf(kind: UnusualKind, persons: number): string {
  const reasons: Readonly<Record<UnusualKind, string>> = {
    many: `一小时内查看 ${persons} 人，超过 ${MANY_PERSONS} 人`,
    own: '查看了与本人同名的备案人员或其已备案的近亲属家庭',
    colleague: '查看了同事（备案人员）或其已备案的近亲属家庭',
    hours: `在 ${LAST_HOUR}:00 至次日 ${FIRST_HOUR}:00 或休息日查看`,
  }
  return reasons[kind]
}
