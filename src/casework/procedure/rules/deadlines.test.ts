import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayKind } from '#kernel/calendar'
import { addDays, fullOn, isFullOn } from '#kernel/dates'
import { noticePeriod } from '../../notice/rules/notice.ts'
import { clockView } from '../actions/clock-view.ts'
import { daysLeft, dueAfterPause, dueOn, lightOfDays } from './deadlines.ts'

test('a limit counts from the day after, over weekends, holidays and worked Saturdays', () => {
  // 1 to 7 October 2026 are off, 10 October is a worked Saturday.
  expect(dueOn({ days: 3, unit: 'working' }, '2026-09-30')).toEqual({ date: '2026-10-10', provisional: false })
  expect(dueOn({ days: 7, unit: 'calendar' }, '2026-09-30').date).toBe('2026-10-07')
  expect(dueOn({ days: 30, unit: 'working' }, '2026-11-26').provisional).toBe(true)
})

test('a pause moves the last day by as many days of its kind as the clock stood still', () => {
  expect(dueAfterPause('2026-06-30', 'calendar', '2026-06-22', '2026-06-25').date).toBe('2026-07-03')
  expect(dueAfterPause('2026-06-30', 'working', '2026-06-26', '2026-06-29').date).toBe('2026-07-01')
  expect(dueAfterPause('2026-06-30', 'working', '2026-06-27', '2026-06-28').date).toBe('2026-06-30')
})

test('clocks never run backwards: a pause never brings a last day forward, a longer limit is never over earlier', () => {
  const day = fc.integer({ min: 0, max: 700 }).map((n) => addDays('2025-01-06', n))
  const unit = fc.constantFrom('working' as const, 'calendar' as const)
  fc.assert(
    fc.property(day, unit, fc.integer({ min: 1, max: 30 }), fc.nat(60), (from, kind, days, pause) => {
      const due = dueOn({ days, unit: kind }, from).date
      expect(due >= from).toBe(true)
      expect(dueOn({ days: days + 1, unit: kind }, from).date > due).toBe(true)
      expect(dueAfterPause(due, kind, from, addDays(from, pause)).date >= due).toBe(true)
    }),
  )
})

/** Days of its kind on which can be worked until a limit is over, today included. */
function usable(today: string, due: string, unit: 'working' | 'calendar'): number {
  let days = 0
  for (let day = today; day <= due; day = addDays(day, 1)) {
    if (unit === 'calendar' || dayKind(day).working) days += 1
  }
  return days
}

test('clocks never run backwards: over any pauses the last day only moves on, a longer pause never less, and nobody loses or wins a day', () => {
  const unit = fc.constantFrom('working' as const, 'calendar' as const)
  const pauses = fc.array(fc.record({ worked: fc.nat(6), stood: fc.nat(40) }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(fc.nat(600), unit, fc.integer({ min: 1, max: 30 }), pauses, (start, kind, days, list) => {
      let today = addDays('2025-01-06', start)
      let due = dueOn({ days, unit: kind }, today).date
      for (const { worked, stood } of list) {
        const stopped = addDays(today, worked)
        const resumed = addDays(stopped, stood)
        const moved = dueAfterPause(due, kind, stopped, resumed).date
        expect(moved >= due).toBe(true)
        expect(dueAfterPause(due, kind, stopped, addDays(resumed, 1)).date >= moved).toBe(true)
        if (stopped <= due) expect(usable(resumed, moved, kind)).toBe(usable(stopped, due, kind))
        due = moved
        today = resumed
      }
    }),
    { numRuns: 500 },
  )
})

test('days left and colour', () => {
  // over since Friday, looked at on Saturday
  expect(daysLeft('2026-06-26', 'working', '2026-06-27')).toBe(-1)
  expect(daysLeft('2026-06-25', 'working', '2026-06-23')).toBe(2)
  expect(daysLeft('2026-06-23', 'working', '2026-06-23')).toBe(0)
  expect(daysLeft('2026-06-22', 'working', '2026-06-24')).toBe(-2)
  expect(
    [null, '2026-06-20', '2026-06-24', '2026-07-20'].map((due) =>
      lightOfDays(due === null ? null : daysLeft(due, 'calendar', '2026-06-22')),
    ),
  ).toEqual(['none', 'red', 'yellow', 'green'])
})

test('a period is full on the day after its last, and whoever ends it then is not late', () => {
  const last = noticePeriod({ level: 'village', days: 7, unit: 'calendar' }, '2026-09-21').toOn
  expect([last, fullOn(last)]).toEqual(['2026-09-28', '2026-09-29'])
  expect([isFullOn(last, '2026-09-28'), isFullOn(last, '2026-09-29')]).toEqual([false, true])
  const told = (today: string) => clockView(last, null, null, today, true)
  expect(told('2026-09-28')).toMatchObject({ left: 1, light: 'yellow' })
  expect(told('2026-09-29')).toMatchObject({ left: 0, light: 'yellow' })
  expect(told('2026-09-30')).toMatchObject({ left: -1, light: 'red' })
})
