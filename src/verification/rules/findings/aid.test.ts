import { describe, expect, it } from 'vitest'
import { type DossierFacts, findingsOf, official } from '#testkit/dossier'
import type { Dossier } from '../household/dossier.ts'
import { accountDigits } from './double-aid.ts'

type Case = [string, string, DossierFacts, string[]]
type Rows = NonNullable<NonNullable<DossierFacts['persons']>[number]['rows']>

const with1 = (rows: Rows, more: DossierFacts = {}): DossierFacts => ({ persons: [{ rows }], ...more })
const paid = { '2026-07': 600, '2026-08': 600, '2026-09': 600, '2026-10': 600 }
const aid = (row: object, more: DossierFacts = {}): DossierFacts =>
  with1({ 'civil_affairs/other_aid': [{ from_month: '2026-01', ...row }] }, { paid, ...more })
const holder = { account_no: '6222-01', account_holder: '子明', account_holder_id: official({}).id_number }
const officials = {
  officials: [
    { official: official({ official_no: 'G2' }), rows: [] },
    { official: official({}), rows: [] },
  ],
}

const double: Case[] = [
  ['DUP-2', 'overlapping up to M(A)', aid({}), ['H1-1 R1 3 -']],
  ['DUP-2', 'ended the month before coverage began', aid({ to_month: '2026-06' }), []],
  ['DUP-2', 'ended in the first month of coverage', aid({ to_month: '2026-07' }), ['H1-1 R1 1 -']],
  ['DUP-2', 'begins after A', aid({ from_month: '2026-10' }), []],
  ['DUP-2', 'cancelled; nursing subsidy', aid({ state: 'cancelled' }), []],
  ['DUP-2', 'nursing subsidy', aid({ project: 'disability_care' }), []],
  ['DUP-2', 'ended aid counts for its months', aid({ state: 'ended', to_month: '2026-08' }), ['H1-1 R1 2 -']],
  ['DUP-5', 'shared with two households: the smallest number', { sameAccount: ['H9', 'H3'] }, ['- H3 - -']],
  ['DUP-5', 'holder is nobody of the household', { household: holder }, ['- - - -']],
  ['DUP-5', 'both at once', { household: holder, sameAccount: ['H3'] }, ['- - - -', '- H3 - -']],
  ['DUP-5', 'a proxy on file', { household: { ...holder, account_proxy_filed: 'yes' } }, []],
  [
    'DUP-5',
    'held by a listed person not counted, by number',
    { household: { ...holder, account_holder_id: '110105198203040026' }, persons: [{}, { row: { counted: 'no' } }] },
    [],
  ],
  [
    'DUP-5',
    'held by a listed person by name',
    { household: { ...holder, account_holder: '甲春山', account_holder_id: null } },
    [],
  ],
  ['DUP-5', 'no holder, or no account', { household: { ...holder, account_holder: null } }, []],
  [
    'DUP-5',
    '(b) not with incomplete members, (a) still',
    { household: { ...holder, incomplete_members: true }, sameAccount: ['H3'] },
    ['- H3 - -'],
  ],
  ['DUP-5', 'not for a new household', { household: { ...holder, kind: 'new' }, sameAccount: ['H3'] }, []],
  ['DUP-6', 'an official holds it: the smallest number', { household: holder, lookups: officials }, ['- G1 - -']],
  [
    'DUP-6',
    'the official is a listed person',
    { household: holder, lookups: officials, persons: [{ row: { id_number: official({}).id_number, counted: 'no' } }] },
    [],
  ],
  [
    'DUP-6',
    'out of office',
    { household: holder, lookups: { officials: [{ official: official({ in_office_to: '2026-09-29' }), rows: [] }] } },
    [],
  ],
  [
    'DUP-6',
    'in office from A on',
    { household: holder, lookups: { officials: [{ official: official({ in_office_from: '2026-09-30' }), rows: [] }] } },
    ['- G1 - -'],
  ],
  ['DUP-6', 'also for a new household', { household: { ...holder, kind: 'new' }, lookups: officials }, ['- G1 - -']],
]

const trip = (...days: string[]): DossierFacts => with1({ 'police/exit_entry': days.map((departed_on) => ({ departed_on })) })
const certificate = (row: object, person: object = {}): DossierFacts => ({
  persons: [{ row: person, rows: { 'disabled_federation/certificates': [row] } }],
})
const severe = { top_ups: ['severe_disability'] }

const living: Case[] = [
  ['LIV-1', 'two days, the latest', trip('2026-01-01', '2026-05-01', '2026-05-01'), ['H1-1 R2 - -']],
  ['LIV-1', 'two trips on one day', trip('2026-05-01', '2026-05-01'), []],
  ['LIV-1', 'the day A − 12 months is out', trip('2025-09-30', '2026-05-01'), []],
  ['LIV-1', 'the day after and A itself are in', trip('2025-10-01', '2026-09-30'), ['H1-1 R2 - -']],
  [
    'LIV-1',
    'work trips',
    with1({ 'police/exit_entry': [{ departed_on: '2026-05-01', reason: 'work' }, { departed_on: '2026-06-01' }] }),
    [],
  ],
  [
    'LIV-1',
    'a school fee above the limit, every row',
    with1({
      'education/enrolments': [
        { fee_payer: 'self', annual_fee: 1_200_001 },
        { fee_payer: 'self', annual_fee: 1_200_002 },
      ],
    }),
    ['H1-1 R1 12000.01 12000.00', 'H1-1 R2 12000.02 12000.00'],
  ],
  [
    'LIV-1',
    'exactly at the limit, paid by others, not enrolled',
    with1({
      'education/enrolments': [
        { fee_payer: 'self', annual_fee: 1_200_000 },
        { fee_payer: 'charity', annual_fee: 9_000_000 },
        { fee_payer: 'self', annual_fee: 9_000_000, state: 'on_leave' },
      ],
    }),
    [],
  ],
  ['MIS-2', 'elder of 70 today', { persons: [{ row: { id_number: '110105195609300016' } }] }, ['H1-1 - - -']],
  ['MIS-2', 'elder tomorrow', { persons: [{ row: { id_number: '110105195610010017' } }] }, []],
  ['MIS-2', 'a minor, 18 tomorrow', { persons: [{ row: { id_number: '110105200810010013' } }] }, ['H1-1 - - -']],
  ['MIS-2', 'severely disabled with a certificate valid on A', certificate({ valid_to: '2026-09-30' }), ['H1-1 R1 - -']],
  [
    'MIS-2',
    'an elder with a certificate names the certificate',
    certificate({}, { id_number: '110105195001010059' }),
    ['H1-1 R1 - -'],
  ],
  ['MIS-2', 'grade 3; expired', certificate({ grade: '3' }), []],
  ['MIS-2', 'any top-up', certificate({}, { top_ups: ['serious_illness'] }), []],
  ['MIS-3', 'expired yesterday', certificate({ valid_to: '2026-09-29' }, severe), ['H1-1 R1 - -']],
  ['MIS-3', 're-graded to 3', certificate({ grade: '3' }, severe), ['H1-1 R1 - -']],
  ['MIS-3', 'valid', certificate({}, severe), []],
  [
    'MIS-3',
    'the latest validity, then the smallest id',
    {
      persons: [
        {
          row: severe,
          rows: {
            'disabled_federation/certificates': [
              { valid_to: '2025-01-01' },
              { valid_to: '2026-01-01' },
              { valid_to: '2026-01-01' },
            ],
          },
        },
      ],
    },
    ['H1-1 R2 - -'],
  ],
  ['MIS-3', 'no record', { persons: [{ row: severe }] }, ['H1-1 - - -']],
  ['MIS-3', 'not answered', { persons: [{ row: severe, status: { 'disabled_federation/certificates': 'NOT_ANSWERED' } }] }, []],
  [
    'PAY-1',
    'before aid_from, after aid_to',
    {
      household: { aid_to: '2026-06' },
      payments: [
        { month: '2025-12', amount: 1 },
        { month: '2026-01', amount: 2 },
        { month: '2026-06', amount: 3 },
        { month: '2026-07', amount: 4 },
        { month: '2026-08', amount: 0 },
      ],
    },
    ['- F1 0.01 -', '- F4 0.04 -'],
  ],
  ['PAY-1', 'open end', { payments: [{ month: '2099-01', amount: 1 }] }, []],
  [
    'PAY-1',
    'any payment of a new household',
    { household: { kind: 'new' }, payments: [{ month: '2026-02', amount: 1 }] },
    ['- F1 0.01 -'],
  ],
]

const query = (row: object): Dossier['queries'] => [
  {
    query_no: 'Q1',
    subject_no: 'H1-1',
    record: 'police/vehicles',
    queried_on: '2026-07-01',
    operator: null,
    purpose: null,
    ...row,
  },
]
const paper = (row: object = {}): Dossier['authorisations'] => [
  {
    authorisation_no: 'A1',
    subject_no: 'H1-1',
    signature: 'signed',
    signed_on: '2026-07-01',
    valid_to: null,
    withdrawn_on: null,
    doc_hash: null,
    items: ['all'],
    ...row,
  },
]
const mismatch = { source_record_id: 'HJ1', as_of_date: '2026-09-20' }

const identity: Case[] = [
  ['PRO-1', 'the day of signing', { queries: query({}), authorisations: paper() }, []],
  ['PRO-1', 'the day before', { queries: query({ queried_on: '2026-06-30' }), authorisations: paper() }, ['H1-1 Q1 - -']],
  [
    'PRO-1',
    'the last day of validity',
    { queries: query({ queried_on: '2026-08-01' }), authorisations: paper({ valid_to: '2026-08-01' }) },
    [],
  ],
  [
    'PRO-1',
    'the day of withdrawal',
    { queries: query({ queried_on: '2026-08-01' }), authorisations: paper({ withdrawn_on: '2026-08-01' }) },
    ['H1-1 Q1 - -'],
  ],
  ['PRO-1', 'another category', { queries: query({}), authorisations: paper({ items: ['finance'] }) }, ['H1-1 Q1 - -']],
  ['PRO-1', 'the bureau’s own data', { queries: query({ record: 'civil_affairs/marriages' }) }, []],
  ['PRO-1', 'somebody else’s paper', { queries: query({}), authorisations: paper({ subject_no: 'H1-2' }) }, ['H1-1 Q1 - -']],
  [
    'PRO-1',
    'a child of 12 who signed alone',
    { queries: query({}), authorisations: paper(), persons: [{ row: { id_number: '110105201405060015' } }] },
    ['H1-1 Q1 - -'],
  ],
  [
    'PRO-1',
    'a guardian signed',
    {
      queries: query({}),
      authorisations: paper({ signature: 'guardian' }),
      persons: [{ row: { id_number: '110105201405060015' } }],
    },
    [],
  ],
  ['PRO-1', 'a supporter without a paper', { queries: query({ subject_no: 'H1-S1' }), supporters: [{}] }, ['H1-S1 Q1 - -']],
  [
    'IDQ-5',
    'the number is of somebody else',
    { persons: [{ status: { 'police/register': 'NAME_MISMATCH' }, registerMismatch: mismatch }] },
    ['H1-1 HJ1 - -'],
  ],
  [
    'IDQ-5',
    'a supporter',
    { supporters: [{ status: { 'police/register': 'NAME_MISMATCH' }, registerMismatch: mismatch }] },
    ['H1-S1 HJ1 - -'],
  ],
  [
    'IDQ-6',
    'the number is not known',
    { persons: [{ row: { counted: 'no' }, status: { 'police/register': 'ID_NOT_FOUND' } }] },
    ['H1-1 - - -'],
  ],
  [
    'IDQ-7',
    'another dot',
    { persons: [{ row: { name: '阿依·古丽' }, rows: { 'police/register': [{ name: '阿依•古丽' }] } }] },
    ['H1-1 R1 - -'],
  ],
  [
    'IDQ-7',
    'a former name',
    { persons: [{ rows: { 'police/register': [{ name: '甲新名', former_name: '甲春山' }] } }] },
    ['H1-1 R1 - -'],
  ],
  [
    'IDQ-7',
    'the normal row decides',
    { persons: [{ rows: { 'police/register': [{ name: '甲新名', former_name: '甲春山', state: 'cancelled' }, {}] } }] },
    [],
  ],
]

describe('aid, living, procedure, identity', () => {
  it.each([...double, ...living, ...identity])('%s: %s', (rule, _name, facts, expected) => {
    expect(findingsOf(rule, facts)).toEqual(expected)
  })

  it('compares accounts by their digits after NFKC', () => {
    expect(accountDigits('６２２２ 01-a')).toBe('622201')
    expect(accountDigits('无')).toBe('')
    expect(accountDigits(null)).toBe('')
  })
})
