import { describe, expect, it } from 'vitest'
import { type CommissionFact, type FindingFact, ruleStatistics, type StatisticsFacts, statisticsOf } from './statistics.ts'

const commission = (commissionId: string, more: Partial<CommissionFact> = {}): CommissionFact => ({
  commissionId,
  programme: 'urban',
  unit: 'T1',
  fromOtherBody: false,
  state: 'reported',
  commissionedOn: '2026-09-02',
  ...more,
})

const subject = (commissionId: string, subjectNo: string, records = ['police/register', 'police/vehicles']) => ({
  commissionId,
  subjectNo,
  kind: 'person' as const,
  records,
})

const facts: StatisticsFacts = {
  commissions: [
    commission('1'),
    commission('2', { programme: 'rural', commissionedOn: '2026-08-30' }),
    commission('3', { state: 'suspended', commissionedOn: '2026-08-01' }),
    commission('4', { state: 'terminated', fromOtherBody: true }),
  ],
  subjects: [
    subject('1', 'a'),
    subject('1', 'b'),
    { ...subject('1', 'a'), kind: 'supporter' },
    subject('2', 'a', ['police/register']),
    subject('4', 'c'),
    subject('4', 'd'),
  ],
  reports: [
    { reportNo: 'R1', commissionId: '1', kind: 'result' },
    { reportNo: 'R2', commissionId: '2', kind: 'result' },
    { reportNo: 'R2-2', commissionId: '2', kind: 'review' },
    { reportNo: 'R3', commissionId: '3', kind: 'suspension' },
  ],
  objections: [
    { objectionId: 'O1', reportNo: 'R2' },
    { objectionId: 'O2', reportNo: 'R2' },
  ],
  tasks: [
    { taskId: 'A', commissionId: '1', dueOn: '2026-09-10', doneOn: '2026-09-10' },
    { taskId: 'B', commissionId: '2', dueOn: '2026-09-10', doneOn: '2026-09-11' },
    { taskId: 'C', commissionId: '2', dueOn: '2026-09-29', doneOn: null },
    { taskId: 'D', commissionId: '3', dueOn: '2026-09-29', doneOn: null },
    { taskId: 'E', commissionId: '4', dueOn: '2026-09-30', doneOn: null },
  ],
  sharedRecords: ['police/register', 'police/vehicles', 'police/register'],
  on: '2026-09-30',
}

/** The rows as a careless join gives them: every row three times. */
const joined: StatisticsFacts = {
  ...facts,
  commissions: [facts.commissions, facts.commissions, facts.commissions].flatMap((rows) => [...rows]),
  subjects: [facts.subjects, facts.subjects].flatMap((rows) =>
    [...rows].map((row) => ({ ...row, records: [...row.records, ...row.records] })),
  ),
  reports: [facts.reports, facts.reports].flatMap((rows) => [...rows]),
  objections: [facts.objections, facts.objections].flatMap((rows) => [...rows]),
  tasks: [facts.tasks, facts.tasks].flatMap((rows) => [...rows]),
}

const values = (given: StatisticsFacts): Record<string, number | null> =>
  Object.fromEntries(statisticsOf(given).figures.map((figure) => [figure.key, figure.value]))

describe('the sixteen statistics', () => {
  it('count distinct things', () => {
    expect(values(facts)).toEqual({
      subjects: 6,
      terminated_subjects: 2,
      commissions: 4,
      suspended: 1,
      suspended_share: 0.25,
      verified: 2,
      shared_records: 2,
      queries: 11,
      result_reports: 3,
      suspension_reports: 1,
      objections: 2,
      terminated: 1,
      other_bodies: 1,
      growth: 4,
      overdue: 2,
      objection_share: 1 / 3,
    })
  })

  it('do not grow with the rows of a join', () => {
    expect(statisticsOf(joined)).toEqual(statisticsOf(facts))
  })

  it('are sixteen, in their order', () => {
    const { figures, byProgramme } = statisticsOf(facts)
    expect(figures).toHaveLength(16)
    expect(byProgramme).toEqual([
      { programme: 'rural', verified: 1, queries: 1, reports: 2 },
      { programme: 'urban', verified: 1, queries: 10, reports: 1 },
    ])
  })

  it('say nothing where there is nothing to divide by', () => {
    const empty = { ...facts, commissions: [], subjects: [], reports: [], objections: [], on: '2026-01-15' }
    expect(values(empty)).toMatchObject({ subjects: 0, suspended_share: null, growth: null, objection_share: null })
  })

  it('compare January with December', () => {
    const given = {
      ...facts,
      commissions: [commission('1', { commissionedOn: '2026-01-05' }), commission('2', { commissionedOn: '2025-12-05' })],
      on: '2026-01-31',
    }
    expect(values(given).growth).toBe(2)
  })
})

describe('rules', () => {
  it('count findings, households and outcomes once', () => {
    const finding = (key: string, householdNo: string, outcome: FindingFact['outcome'], rule = 'VEH-1'): FindingFact => ({
      key,
      householdNo,
      rule,
      outcome,
    })
    const rows = [
      finding('1', 'H1', 'true'),
      finding('2', 'H1', null),
      finding('3', 'H2', 'not_true'),
      finding('3', 'H2', 'not_true'),
      finding('4', 'H2', null, 'DEA-1'),
    ]
    expect(ruleStatistics(rows, 10)).toEqual([
      { rule: 'DEA-1', findings: 1, households: 1, detection: 0.1, cleared: 0, true: 0, notTrue: 0, otherAid: 0, clearing: 0 },
      {
        rule: 'VEH-1',
        findings: 3,
        households: 2,
        detection: 0.2,
        cleared: 2,
        true: 1,
        notTrue: 1,
        otherAid: 0,
        clearing: 2 / 3,
      },
    ])
  })
})
