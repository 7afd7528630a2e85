import { describe, expect, it } from 'vitest'
import { schemeOf } from '../household/schemes.ts'
import { type ClockFacts, readClock, reportDueOn, reviewDueOn } from './clock.ts'

const scheme = schemeOf('dibao')
const facts = (more: Partial<ClockFacts> = {}): ClockFacts => ({
  state: 'querying',
  openedOn: '2026-09-01',
  pauses: [],
  objectedOn: null,
  ...more,
})

describe('C1: a report', () => {
  it('is due six working days after its run was opened: two of the units, four of its own', () => {
    // A Tuesday; the weekend between is not counted.
    expect(reportDueOn(scheme, '2026-09-01')).toBe('2026-09-09')
  })

  it('passes over the National Day holiday and counts the Saturday worked instead', () => {
    // 2026-09-28 is a Monday, 1 to 7 October are off, Saturday the 10th is worked.
    expect(reportDueOn(scheme, '2026-09-28')).toBe('2026-10-12')
  })
})

describe('C2: an objection', () => {
  it('is due ten working days after it was raised', () => {
    expect(reviewDueOn(scheme, '2026-09-01')).toBe('2026-09-15')
  })

  it('is what runs over a signed report, and the earlier of two limits counts', () => {
    expect(readClock(scheme, facts({ state: 'objected', objectedOn: '2026-09-01' }), '2026-09-02').dueOn).toBe('2026-09-15')
    expect(readClock(scheme, facts({ openedOn: '2026-09-11', objectedOn: '2026-09-01' }), '2026-09-14').dueOn).toBe('2026-09-15')
    expect(readClock(scheme, facts({ openedOn: '2026-09-02', objectedOn: '2026-09-01' }), '2026-09-02').dueOn).toBe('2026-09-10')
  })
})

describe('C3: a suspension', () => {
  it('puts the last day off by the working days it took', () => {
    expect(reportDueOn(scheme, '2026-09-01', [{ from: '2026-09-03', to: '2026-09-07' }])).toBe('2026-09-11')
  })

  it('of a weekend, after the last day or before the run changes nothing', () => {
    expect(reportDueOn(scheme, '2026-09-01', [{ from: '2026-09-05', to: '2026-09-07' }])).toBe('2026-09-09')
    expect(reportDueOn(scheme, '2026-09-01', [{ from: '2026-09-10', to: '2026-09-30' }])).toBe('2026-09-09')
    expect(reportDueOn(scheme, '2026-09-01', [{ from: '2026-08-03', to: '2026-08-20' }])).toBe('2026-09-09')
  })

  it('a second one inside the days the first one added counts too', () => {
    const pauses = [
      { from: '2026-09-03', to: '2026-09-07' },
      { from: '2026-09-10', to: '2026-09-14' },
    ]
    expect(reportDueOn(scheme, '2026-09-01', pauses)).toBe('2026-09-15')
  })
})

describe('C4: the days left', () => {
  const left = (today: string) => readClock(scheme, facts(), today).daysLeft

  it('fall to 0 on the last day and go on below it', () => {
    expect(['2026-09-01', '2026-09-04', '2026-09-08', '2026-09-09', '2026-09-10', '2026-09-11'].map(left)).toEqual([
      6, 3, 1, 0, -1, -2,
    ])
  })

  it('do not say "today" on a Sunday before the last day, nor "in time" on the Saturday after it', () => {
    const monday = facts({ openedOn: '2026-08-27' })
    const friday = facts({ openedOn: '2026-08-27', pauses: [{ from: '2026-08-31', to: '2026-09-04' }] })
    expect(readClock(scheme, facts({ openedOn: '2026-08-28' }), '2026-09-06')).toEqual({ dueOn: '2026-09-07', daysLeft: 1 })
    expect(readClock(scheme, monday, '2026-09-05')).toEqual({ dueOn: '2026-09-04', daysLeft: -1 })
    expect(readClock(scheme, friday, '2026-09-10')).toEqual({ dueOn: '2026-09-10', daysLeft: 0 })
  })
})

describe('C5: no clock', () => {
  it.each(['report_signed', 'reviewed', 'suspended', 'terminated'])('runs over %s', (state) => {
    expect(readClock(scheme, facts({ state }), '2026-12-31')).toEqual({ dueOn: null, daysLeft: null })
  })

  it('runs over a suspended household with an objection either', () => {
    expect(readClock(scheme, facts({ state: 'suspended', objectedOn: '2026-09-01' }), '2026-12-31').dueOn).toBe(null)
  })
})

it('every length of time is a dated term with its mark and what it rests on', () => {
  for (const term of [scheme.unitAnswerWorkingDays, scheme.reportWorkingDays, scheme.reviewWorkingDays]) {
    expect(term.from).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(['proposal', 'uncertain']).toContain(term.mark)
    expect(term.basis).toContain('未见')
  }
})
