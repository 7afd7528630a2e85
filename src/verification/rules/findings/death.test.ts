import { describe, expect, it } from 'vitest'
import { type DossierFacts, findingsOf } from '#testkit/dossier'

/** A household of two, paid 600 yuan in each of the months; the first member dies on the date. */
function died(on: string, months: readonly string[], more: DossierFacts = {}): DossierFacts {
  return {
    persons: [{ rows: { 'police/deaths': [{ death_date: on, source_record_id: 'SW1' }] } }, {}],
    paid: Object.fromEntries(months.map((month) => [month, 600])),
    ...more,
  }
}

const cases: [string, string, DossierFacts, string[]][] = [
  ['DEA-1', 'died in March, paid for April', died('2026-03-31', ['2026-03', '2026-04']), ['H1-1 SW1 1 -']],
  ['DEA-1', 'died in March, last paid month March', died('2026-03-31', ['2026-02', '2026-03']), []],
  ['DEA-1', 'months after M(A) count too', died('2026-08-31', ['2026-09', '2026-10', '2026-11']), ['H1-1 SW1 3 -']],
  [
    'DEA-1',
    'the dead member ended in March, the family is still paid',
    {
      ...died('2026-03-31', ['2026-04']),
      persons: [{ row: { aid_to: '2026-03' }, rows: { 'police/deaths': [{ death_date: '2026-03-31' }] } }],
    },
    [],
  ],
  [
    'DEA-1',
    'a death row under another name is no usable row',
    { ...died('2026-03-31', ['2026-04']), persons: [{ status: { 'police/deaths': 'NAME_MISMATCH' } }] },
    [],
  ],
  ['DEA-1', 'a new household is not paid', died('2026-03-31', ['2026-04'], { household: { kind: 'new', aid_from: null } }), []],
  ['DEA-1', 'a payment of 0 covers nobody', { ...died('2026-03-31', []), paid: { '2026-04': 0 } }, []],
  [
    'DEA-1',
    'the earliest of both lists; the same day is the police record',
    {
      persons: [
        {
          rows: {
            'police/deaths': [{ death_date: '2026-03-05', source_record_id: 'SW9' }],
            'civil_affairs/funerals': [
              { death_date: '2026-03-05', source_record_id: 'BZ1' },
              { death_date: '2026-03-06', source_record_id: 'BZ0' },
            ],
          },
        },
      ],
      paid: { '2026-04': 600 },
    },
    ['H1-1 SW9 1 -'],
  ],
  [
    'DEA-1',
    'an earlier funeral goes before the police date',
    {
      persons: [
        {
          rows: {
            'police/deaths': [{ death_date: '2026-03-05', source_record_id: 'SW9' }],
            'civil_affairs/funerals': [{ death_date: '2026-02-20', source_record_id: 'BZ1' }],
          },
        },
      ],
      paid: { '2026-03': 600 },
    },
    ['H1-1 BZ1 1 -'],
  ],
  [
    'DEA-1',
    'a person who is not counted is no member',
    {
      ...died('2026-03-31', ['2026-04']),
      persons: [{ row: { counted: 'no' }, rows: { 'police/deaths': [{ death_date: '2026-03-31' }] } }],
    },
    [],
  ],
  ['DEA-2', 'one month is within the grace', died('2026-03-31', ['2026-04']), []],
  ['DEA-2', 'two months: half of 600 twice', died('2026-03-31', ['2026-04', '2026-05']), ['H1-1 SW1 600.00 -']],
  [
    'DEA-2',
    'the share is rounded half up each month: 100 by three',
    {
      persons: [{ rows: { 'police/deaths': [{ death_date: '2026-03-31', source_record_id: 'SW1' }] } }, {}, {}],
      payments: [
        { month: '2026-04', amount: 10_001 },
        { month: '2026-05', amount: 10_000 },
        { month: '2026-05', amount: 4 },
      ],
    },
    ['H1-1 SW1 66.69 -'],
  ],
  [
    'DEA-2',
    'members covered in the month share it',
    {
      persons: [
        { rows: { 'police/deaths': [{ death_date: '2026-03-31', source_record_id: 'SW1' }] } },
        { row: { aid_from: '2026-05' } },
      ],
      paid: { '2026-04': 600, '2026-05': 600 },
    },
    ['H1-1 SW1 900.00 -'],
  ],
  [
    'DEA-3',
    '31 days apart are tolerated, 32 are not',
    {
      persons: [
        {
          rows: {
            'police/deaths': [{ death_date: '2026-05-01' }],
            'civil_affairs/funerals': [
              { death_date: '2026-06-01', source_record_id: 'BZ1' },
              { death_date: '2026-06-02', source_record_id: 'BZ2' },
              { death_date: '2026-03-31', source_record_id: 'BZ3' },
              { death_date: '2026-03-30', source_record_id: 'BZ4' },
            ],
          },
        },
      ],
    },
    ['H1-1 BZ2 2026-06-02 -', 'H1-1 BZ4 2026-03-30 -'],
  ],
  [
    'DEA-3',
    'pension of the month of death is fine, of a later month not; also for a new household',
    {
      household: { kind: 'new' },
      persons: [
        {
          rows: {
            'civil_affairs/funerals': [{ death_date: '2026-04-30' }],
            'hrss/benefits': [
              { last_paid_month: '2026-04', source_record_id: 'DY1' },
              { last_paid_month: '2026-06', source_record_id: 'DY2' },
            ],
          },
        },
      ],
    },
    ['H1-1 DY2 2026-06 -'],
  ],
  [
    'DEA-3',
    'admitted on the day of death is fine, a day later not',
    {
      persons: [
        {
          rows: {
            'police/deaths': [{ death_date: '2026-04-30' }],
            'medical_security/settlements': [
              { admitted_on: '2026-04-30', source_record_id: 'YB1' },
              { admitted_on: '2026-05-01', source_record_id: 'YB2' },
            ],
          },
        },
      ],
    },
    ['H1-1 YB2 2026-05-01 -'],
  ],
  [
    'DEA-3',
    'without a police row funerals contradict nobody',
    { persons: [{ rows: { 'civil_affairs/funerals': [{ death_date: '2026-01-01' }, { death_date: '2026-08-01' }] } }] },
    [],
  ],
]

describe('death', () => {
  it.each(cases)('%s: %s', (rule, _name, facts, expected) => {
    expect(findingsOf(rule, facts)).toEqual(expected)
  })
})
