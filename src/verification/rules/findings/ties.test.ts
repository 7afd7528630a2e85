import { describe, expect, it } from 'vitest'
import { type DossierFacts, findingsOf, official } from '#testkit/dossier'

type Case = [string, string, DossierFacts, string[]]

const head = '11010519800101001X'
const dead = { 'police/deaths': [{ death_date: '2026-08-31', source_record_id: 'SW1' }] }
const twin = { id_number: head, person_no: 'H2-1', household_no: 'H2', programme: 'rural', kind: 'existing', counted: 'yes' }

const inflated: Case[] = [
  ['FAM-4', 'dead before the month of A', { persons: [{ rows: dead }] }, ['H1-1 SW1 - -']],
  ['FAM-4', 'dead in the month of A', { persons: [{ rows: { 'police/deaths': [{ death_date: '2026-09-01' }] } }] }, []],
  [
    'FAM-4',
    'dead in the month of A, new household',
    { household: { kind: 'new' }, persons: [{ rows: { 'police/deaths': [{ death_date: '2026-09-01' }] } }] },
    ['H1-1 R1 - -'],
  ],
  ['FAM-4', 'listed as not counted', { persons: [{ row: { counted: 'no' }, rows: dead }] }, []],
  [
    'FAM-4',
    'a prisoner still counted',
    { persons: [{ rows: { 'police/custody': [{ from_date: '2026-09-30' }] } }] },
    ['H1-1 R1 - -'],
  ],
  [
    'FAM-4',
    'released on A',
    { persons: [{ rows: { 'police/custody': [{ from_date: '2025-01-01', to_date: '2026-09-30' }] } }] },
    ['H1-1 R1 - -'],
  ],
  [
    'FAM-4',
    'released the day before',
    { persons: [{ rows: { 'police/custody': [{ from_date: '2025-01-01', to_date: '2026-09-29' }] } }] },
    [],
  ],
  [
    'FAM-4',
    'two running rows: the smallest id',
    { persons: [{ rows: { 'police/custody': [{ from_date: '2025-01-01' }, { from_date: '2025-02-01' }] } }] },
    ['H1-1 R1 - -'],
  ],
  ['FAM-4', 'counted in another household too', { sameNumber: [twin] }, ['H1-1 H2-1 - -']],
  ['FAM-4', 'listed elsewhere without being counted', { sameNumber: [{ ...twin, counted: 'no' }] }, []],
  ['DUP-1', 'urban here, rural there', { sameNumber: [twin] }, ['H1-1 H2-1 - -']],
  ['DUP-1', 'the same programme', { sameNumber: [{ ...twin, programme: 'urban' }] }, []],
  ['DUP-1', 'the other household is new', { sameNumber: [{ ...twin, kind: 'new' }] }, []],
  ['DUP-1', 'this household is new', { household: { kind: 'new' }, sameNumber: [twin] }, []],
]

const supporter = (rows: NonNullable<DossierFacts['supporters']>[number]['rows']): DossierFacts => ({
  supporters: [{ ...(rows === undefined ? {} : { rows }) }],
})

const means: Case[] = [
  [
    'FAM-6',
    'two dwellings',
    supporter({ 'natural_resources/titles': [{ source_record_id: 'T2' }, { source_record_id: 'T1', unit_no: 'U2' }] }),
    ['H1-S1 T1 - -'],
  ],
  ['FAM-6', 'one dwelling in two rows', supporter({ 'natural_resources/titles': [{}, {}] }), []],
  ['FAM-6', 'a dwelling and a shop', supporter({ 'natural_resources/titles': [{}, { unit_no: 'U2', house_use: 'shop' }] }), []],
  ['FAM-6', 'a car above the price', supporter({ 'police/vehicles': [{ purchase_price: 10_000_001 }] }), ['H1-S1 R1 - -']],
  ['FAM-6', 'a car exactly at the price', supporter({ 'police/vehicles': [{ purchase_price: 10_000_000 }] }), []],
  [
    'FAM-6',
    'a taxi, a motorcycle, a scrapped car',
    supporter({
      'police/vehicles': [
        { purchase_price: 20_000_000, vehicle_use: 'taxi' },
        { purchase_price: 20_000_000, vehicle_type: 'motorcycle' },
        { purchase_price: 20_000_000, status: 'scrapped' },
      ],
    }),
    [],
  ],
  ['FAM-6', 'an officer', supporter({ 'market/officers': [{ post: 'supervisor' }, { post: 'manager' }] }), ['H1-S1 R2 - -']],
  [
    'FAM-6',
    'public pay: the latest month',
    supporter({ 'finance/payroll': [{ month: '2026-06' }, { month: '2026-08' }, { month: '2026-08' }, { month: '2026-09' }] }),
    ['H1-S1 R2 - -'],
  ],
  [
    'FAM-6',
    'dwellings go before the car',
    supporter({
      'natural_resources/titles': [{ source_record_id: 'T1' }, { unit_no: 'U2' }],
      'police/vehicles': [{ purchase_price: 99_000_000 }],
    }),
    ['H1-S1 R2 - -'],
  ],
]

const student = (rows: object[] | null, row: object = {}): DossierFacts => ({
  persons: [{ row: { student_level: 'bachelor', ...row }, ...(rows === null ? {} : { rows: { 'education/enrolments': rows } }) }],
})

const students: Case[] = [
  ['FAM-7', 'a full-time master student', student([{ level: 'master' }, { level: 'doctor' }]), ['H1-1 R1 - -']],
  ['FAM-7', 'one enrolment within the levels', student([{ level: 'master' }, { level: 'bachelor', state: 'on_leave' }]), []],
  ['FAM-7', 'graduated 90 days ago', student([{ state: 'graduated', leaving_on: '2026-07-02' }]), ['H1-1 R1 2026-07-02 -']],
  ['FAM-7', 'graduated 89 days ago', student([{ state: 'graduated', leaving_on: '2026-07-03' }]), []],
  [
    'FAM-7',
    'the latest leaving, of equals the smallest id',
    student([
      { state: 'graduated', leaving_on: '2025-01-01' },
      { state: 'withdrawn', leaving_on: '2025-07-01' },
      { state: 'withdrawn', leaving_on: '2025-07-01' },
    ]),
    ['H1-1 R2 2025-07-01 -'],
  ],
  ['FAM-7', 'left, no date known', student([{ state: 'graduated' }]), []],
  ['FAM-7', 'no school record at 46', student(null), ['H1-1 - 46 24']],
  ['FAM-7', 'no school record at 25', student(null, { id_number: '110105200109300016' }), ['H1-1 - 25 24']],
  ['FAM-7', 'no school record at 24 until tomorrow', student(null, { id_number: '110105200110010017' }), []],
  [
    'FAM-7',
    'not answered concludes nothing',
    { persons: [{ row: { student_level: 'senior' }, status: { 'education/enrolments': 'NOT_ANSWERED' } }] },
    [],
  ],
  ['FAM-7', 'level none', { persons: [{ row: { student_level: 'none' } }] }, []],
  ['FAM-7', 'a new household', { household: { kind: 'new' }, ...student(null) }, []],
]

const g = official({})
const links = (rows: { father_id?: string; mother_id?: string; spouse_id?: string }[] = [], row = g) => ({
  official: row,
  rows: rows.map((each) => ({ father_id: null, mother_id: null, spouse_id: null, ...each })),
})
const kin = (own: object, rows: Parameters<typeof links>[0], more: DossierFacts = {}): DossierFacts => ({
  persons: [{ rows: { 'police/register': [own] } }],
  lookups: { officials: [links(rows)] },
  ...more,
})
const filing = { filing_no: 'B1', official_no: 'G1', household_no: 'H1', relation: 'spouse', filed_on: '2026-09-30' }

const pay: Case[] = [
  [
    'FIS-1',
    'paid in the last three months',
    { persons: [{ rows: { 'finance/payroll': [{ month: '2026-06' }, { month: '2026-07' }] } }] },
    ['H1-1 R2 3100.00 -'],
  ],
  [
    'FIS-1',
    'the month of A is never in it; four months ago neither',
    { persons: [{ rows: { 'finance/payroll': [{ month: '2026-09' }, { month: '2026-05' }] } }] },
    [],
  ],
  [
    'FIS-1',
    'a village cadre and a public-welfare post',
    {
      persons: [
        {
          rows: {
            'finance/payroll': [
              { month: '2026-08', post_kind: 'village_cadre' },
              { month: '2026-08', post_kind: 'public_welfare_post' },
            ],
          },
        },
      ],
    },
    [],
  ],
  ['FIS-2', 'the spouse by the member row', kin({ spouse_id: g.id_number }, []), ['H1-1 G1 - -']],
  ['FIS-2', 'the spouse by the official row', kin({}, [{ spouse_id: head }]), ['H1-1 G1 - -']],
  ['FIS-2', 'a child of the official', kin({ mother_id: g.id_number }, []), ['H1-1 G1 - -']],
  ['FIS-2', 'a parent of the official', kin({}, [{ father_id: head }]), ['H1-1 G1 - -']],
  [
    'FIS-2',
    'a sibling by the mother, in any of his rows',
    kin({ mother_id: 'M' }, [{ mother_id: 'X' }, { mother_id: 'M' }]),
    ['H1-1 G1 - -'],
  ],
  ['FIS-2', 'one father of another mother line is no tie', kin({ father_id: 'M' }, [{ mother_id: 'M' }]), []],
  [
    'FIS-2',
    'the official himself',
    { persons: [{ row: { id_number: g.id_number } }], lookups: { officials: [links()] } },
    ['H1-1 G1 - -'],
  ],
  ['FIS-2', 'filed on A', kin({ spouse_id: g.id_number }, [], { filings: [filing] }), []],
  [
    'FIS-2',
    'filed after A',
    kin({ spouse_id: g.id_number }, [], { filings: [{ ...filing, filed_on: '2026-10-01' }] }),
    ['H1-1 G1 - -'],
  ],
  [
    'FIS-2',
    'out of office since yesterday',
    kin({ spouse_id: g.id_number }, [], { lookups: { officials: [links([], official({ in_office_to: '2026-09-29' }))] } }),
    [],
  ],
  [
    'FIS-2',
    'in office until A',
    kin({ spouse_id: g.id_number }, [], { lookups: { officials: [links([], official({ in_office_to: '2026-09-30' }))] } }),
    ['H1-1 G1 - -'],
  ],
  [
    'FIS-2',
    'no identity row of the member',
    { persons: [{ unregistered: true, row: { id_number: g.id_number } }], lookups: { officials: [links()] } },
    [],
  ],
  [
    'FIS-2',
    'two members near one official: the smaller number',
    {
      persons: [
        { rows: { 'police/register': [{ mother_id: g.id_number }] } },
        { rows: { 'police/register': [{ mother_id: g.id_number }] } },
      ],
      lookups: { officials: [links()] },
    },
    ['H1-1 G1 - -'],
  ],
]

describe('people counted twice, means of others, students, officials', () => {
  it.each([...inflated, ...means, ...students, ...pay])('%s: %s', (rule, _name, facts, expected) => {
    expect(findingsOf(rule, facts)).toEqual(expected)
  })
})
