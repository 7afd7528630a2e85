import { describe, expect, it } from 'vitest'
import { type DossierFacts, findingsOf } from '#testkit/dossier'
import type { Dossier } from '../household/dossier.ts'

type Case = [string, string, DossierFacts, string[]]
type Rows = NonNullable<NonNullable<DossierFacts['persons']>[number]['rows']>

const with1 = (rows: Rows, more: DossierFacts = {}): DossierFacts => ({ persons: [{ rows }], ...more })
const cars = (...rows: NonNullable<Rows['police/vehicles']>): DossierFacts => with1({ 'police/vehicles': rows })
const limb = { 'disabled_federation/certificates': [{ disability_class: '4', grade: '4', valid_to: '2026-09-30' }] }
const mobility = { 'police/vehicles': [{ vehicle_use: 'disabled_mobility' }] }

const vehicles: Case[] = [
  ['VEH-1', 'a van', cars({ vehicle_type: 'van' }), ['H1-1 R1 - -']],
  ['VEH-1', 'overdue for inspection still counts', cars({ status: 'overdue' }), ['H1-1 R1 - -']],
  [
    'VEH-1',
    'scrapped, transferred, motorcycle, tricycle',
    cars({ status: 'scrapped' }, { status: 'transferred' }, { vehicle_type: 'motorcycle' }, { vehicle_type: 'tricycle' }),
    [],
  ],
  ['VEH-1', 'a mobility car with a limb certificate valid on A', with1({ ...mobility, ...limb }), []],
  [
    'VEH-1',
    'the certificate of a listed person who is not counted',
    { persons: [{ rows: mobility }, { row: { counted: 'no' }, rows: limb }] },
    [],
  ],
  [
    'VEH-1',
    'the certificate of a supporter exempts nobody',
    { persons: [{ rows: mobility }], supporters: [{ rows: limb }] },
    ['H1-1 R1 - -'],
  ],
  [
    'VEH-1',
    'an expired certificate',
    with1({ ...mobility, 'disabled_federation/certificates': [{ valid_to: '2026-09-29' }] }),
    ['H1-1 R1 - -'],
  ],
  [
    'VEH-1',
    'a certificate of another class',
    with1({ ...mobility, 'disabled_federation/certificates': [{ disability_class: '1' }] }),
    ['H1-1 R1 - -'],
  ],
  [
    'VEH-1',
    'a silent federation exempts nobody',
    { persons: [{ rows: mobility, status: { 'disabled_federation/certificates': 'NOT_ANSWERED' } }] },
    ['H1-1 R1 - -'],
  ],
  [
    'VEH-1',
    'two rows of one plate are one car of the owner with the smaller id',
    {
      persons: [
        { rows: { 'police/vehicles': [{ source_record_id: 'V2' }] } },
        { rows: { 'police/vehicles': [{ source_record_id: 'V1' }] } },
      ],
    },
    ['H1-2 V1 - -'],
  ],
  [
    'VEH-1',
    'of one plate the countable row is taken',
    cars({ source_record_id: 'V1', status: 'transferred' }, { source_record_id: 'V2' }),
    ['H1-1 V2 - -'],
  ],
  ['VEH-1', 'commercial vehicles are VEH-4', cars({ vehicle_use: 'taxi' }), []],
  ['VEH-2', 'exactly at the limit, bought before', cars({ purchase_price: 8_000_000 }), []],
  ['VEH-2', 'above the limit', cars({ purchase_price: 8_000_001 }), ['H1-1 R1 80000.01 80000.00']],
  [
    'VEH-2',
    'bought in the first month of aid, price unknown',
    cars({ purchase_price: null, acquired_on: '2026-01-01' }),
    ['H1-1 R1 - 80000.00'],
  ],
  ['VEH-2', 'bought the day before the first month', cars({ acquired_on: '2025-12-31' }), []],
  [
    'VEH-2',
    'not for a new household',
    { ...cars({ purchase_price: 9_000_000 }), household: { kind: 'new', aid_from: null } },
    [],
  ],
  ['VEH-3', 'two cars', cars({}, { plate_no: 'P2' }), ['- - 2 -']],
  [
    'VEH-3',
    'one car in two rows, a motorcycle, a taxi',
    cars({}, {}, { plate_no: 'P2', vehicle_type: 'motorcycle' }, { plate_no: 'P3', vehicle_use: 'taxi' }),
    [],
  ],
  ['VEH-4', 'a taxi', cars({ vehicle_use: 'taxi' }), ['H1-1 R1 - -']],
  ['VEH-4', 'a commercial tricycle does not count', cars({ vehicle_use: 'commercial_goods', vehicle_type: 'tricycle' }), []],
  [
    'VEH-4',
    'a machine exactly at the price',
    with1({ 'agriculture/machinery': [{ price: 5_000_000 }] }),
    ['H1-1 R1 50000.00 50000.00'],
  ],
  [
    'VEH-4',
    'a tiller, and a harvester of the cooperative',
    with1({ 'agriculture/machinery': [{ price: 400_000 }, { price: 9_000_000, owner_kind: 'cooperative' }] }),
    [],
  ],
]

const titles = (...rows: NonNullable<Rows['natural_resources/titles']>): DossierFacts =>
  with1({ 'natural_resources/titles': rows })
const secondHome = (area: number): DossierFacts => titles({ area: 2_000 }, { unit_no: 'U2', area })

const housing: Case[] = [
  ['HOU-1', 'two dwellings exactly at 35 per head', secondHome(1_500), []],
  ['HOU-1', 'two dwellings above', secondHome(1_501), ['- - 35.01 35.00']],
  ['HOU-1', 'rural limit', { ...secondHome(2_600), household: { programme: 'rural' } }, ['- - 46.00 45.00']],
  ['HOU-1', 'one dwelling, however large', titles({ area: 99_900 }), []],
  [
    'HOU-1',
    'man and wife in two rows of one flat',
    {
      persons: [
        { rows: { 'natural_resources/titles': [{ share_percent: 5_000 }] } },
        { rows: { 'natural_resources/titles': [{ share_percent: 5_000 }] } },
      ],
    },
    [],
  ],
  [
    'HOU-1',
    'the old house under expropriation',
    titles({ area: 9_000 }, { unit_no: 'U2', area: 9_000, state: 'demolishing' }),
    [],
  ],
  [
    'HOU-1',
    'the area is by shares: largest of each owner, together at most 100',
    {
      persons: [
        {
          rows: {
            'natural_resources/titles': [
              { source_record_id: 'T2', area: 9_999, share_percent: 3_000 },
              { source_record_id: 'T1', area: 10_000, share_percent: 5_000 },
            ],
          },
        },
        {
          rows: {
            'natural_resources/titles': [
              { source_record_id: 'T3', area: 8_000, share_percent: 7_000 },
              { source_record_id: 'T4', unit_no: 'U2', area: 3_333, share_percent: 3_333 },
            ],
          },
        },
      ],
    },
    ['- - 55.56 35.00'],
  ],
  ['HOU-1', 'incomplete members', { ...secondHome(9_000), household: { incomplete_members: true } }, []],
  [
    'HOU-2',
    'a shop, once per unit',
    titles(
      { source_record_id: 'T2', house_use: 'shop' },
      { source_record_id: 'T1', house_use: 'shop' },
      { unit_no: 'U2', house_use: 'garage' },
    ),
    ['H1-1 T1 - -'],
  ],
  ['HOU-2', 'a cancelled title', titles({ house_use: 'office', state: 'cancelled' }), []],
  [
    'HOU-3',
    'the window of an existing household begins 12 months before aid_from',
    titles({ issued_on: '2025-01-01' }),
    ['H1-1 R1 - -'],
  ],
  ['HOU-3', 'a day before the window', titles({ issued_on: '2024-12-31' }), []],
  [
    'HOU-3',
    'the window of a new one begins 12 months before applying',
    { ...titles({ issued_on: '2025-09-15' }), household: { kind: 'new', aid_from: null, applied_on: '2026-09-15' } },
    ['H1-1 R1 - -'],
  ],
  [
    'HOU-3',
    'a day before',
    { ...titles({ issued_on: '2025-09-14' }), household: { kind: 'new', aid_from: null, applied_on: '2026-09-15' } },
    [],
  ],
  [
    'HOU-3',
    'homestead, relocation, inheritance',
    titles(
      { issued_on: '2026-01-01', acquired_by: 'first_registration' },
      { unit_no: 'U2', issued_on: '2026-01-01', acquired_by: 'relocation' },
    ),
    [],
  ],
  [
    'HOU-3',
    'a gift is a purchase; any use',
    titles({ issued_on: '2026-01-01', acquired_by: 'gift', house_use: 'garage' }),
    ['H1-1 R1 - -'],
  ],
  [
    'HOU-3',
    'a contract goes before the title of its unit',
    with1({
      'natural_resources/titles': [{ source_record_id: 'A1', issued_on: '2026-01-01' }],
      'housing/presale_contracts': [
        { source_record_id: 'WQ2', signed_on: '2026-01-01' },
        { source_record_id: 'WQ1', signed_on: '2026-02-01' },
      ],
    }),
    ['H1-1 WQ1 - -'],
  ],
  [
    'HOU-3',
    'a cancelled contract',
    with1({ 'housing/presale_contracts': [{ signed_on: '2026-01-01', state: 'cancelled' }] }),
    [],
  ],
  [
    'HOU-4',
    'sold 12 months before applying',
    {
      ...with1({ 'natural_resources/transfers': [{ transferred_on: '2025-03-01' }] }),
      household: { kind: 'new', applied_on: '2026-03-01' },
    },
    ['H1-1 R1 - -'],
  ],
  [
    'HOU-4',
    'a day earlier',
    {
      ...with1({ 'natural_resources/transfers': [{ transferred_on: '2025-02-28' }] }),
      household: { kind: 'new', applied_on: '2026-03-01' },
    },
    [],
  ],
  [
    'HOU-4',
    'applied on 31 March: the window begins on 31 March',
    {
      ...with1({ 'natural_resources/transfers': [{ transferred_on: '2025-03-31' }] }),
      household: { kind: 'new', applied_on: '2026-03-31' },
    },
    ['H1-1 R1 - -'],
  ],
  [
    'HOU-4',
    'expropriated',
    {
      ...with1({ 'natural_resources/transfers': [{ transferred_on: '2026-01-01', kind: 'expropriation' }] }),
      household: { kind: 'new', applied_on: '2026-03-01' },
    },
    [],
  ],
  ['HOU-4', 'not for an existing household', with1({ 'natural_resources/transfers': [{ transferred_on: '2026-01-01' }] }), []],
  [
    'HOU-5',
    'public rental beside a dwelling',
    with1({ 'natural_resources/titles': [{}], 'housing/housing_aid': [{ from_date: '2025-01-01', to_date: '2026-09-30' }] }),
    ['H1-1 R1 - -'],
  ],
  [
    'HOU-5',
    'ended the day before A',
    with1({ 'natural_resources/titles': [{}], 'housing/housing_aid': [{ from_date: '2025-01-01', to_date: '2026-09-29' }] }),
    [],
  ],
  ['HOU-5', 'no dwelling', with1({ 'housing/housing_aid': [{ from_date: '2025-01-01' }] }), []],
  [
    'HOU-5',
    'rebuilt 36 months ago, another dwelling',
    with1({
      'natural_resources/titles': [{}],
      'housing/housing_aid': [{ project: 'dilapidated_rebuild', state: 'ended', unit_no: 'U9', from_date: '2023-09-30' }],
    }),
    ['H1-1 R1 - -'],
  ],
  [
    'HOU-5',
    'rebuilt a day before that',
    with1({
      'natural_resources/titles': [{}],
      'housing/housing_aid': [{ project: 'dilapidated_rebuild', unit_no: 'U9', from_date: '2023-09-29' }],
    }),
    [],
  ],
  [
    'HOU-5',
    'the rebuilt house itself',
    with1({
      'natural_resources/titles': [{}],
      'housing/housing_aid': [{ project: 'dilapidated_rebuild', unit_no: 'U1', from_date: '2025-01-01' }],
    }),
    [],
  ],
  [
    'HOU-5',
    'rebuilding without a unit equals no dwelling',
    with1({
      'natural_resources/titles': [{}],
      'housing/housing_aid': [{ project: 'dilapidated_rebuild', from_date: '2025-01-01' }],
    }),
    ['H1-1 R1 - -'],
  ],
]

const shop = (identifier: string | null): Dossier['assets'] => [
  { line_no: 'C1', household_no: 'H1', person_no: 'H1-9', kind: 'business', identifier, area: null, amount: null },
]

const business: Case[] = [
  [
    'BUS-1',
    'open and not declared, once per code',
    with1({ 'market/self_employed': [{ source_record_id: 'GT2' }, { source_record_id: 'GT1' }] }),
    ['H1-1 GT1 - -'],
  ],
  [
    'BUS-1',
    'declared in other letters',
    with1({ 'market/self_employed': [{ credit_code: '92A' }] }, { assets: shop('９２a') }),
    [],
  ],
  ['BUS-1', 'declared without a code', with1({ 'market/self_employed': [{}] }, { assets: shop(null) }), ['H1-1 R1 - -']],
  ['BUS-1', 'suspended', with1({ 'market/self_employed': [{ state: 'suspended' }] }), []],
  [
    'BUS-2',
    'director of a company, once per code',
    with1({ 'market/officers': [{ post: 'director' }, { post: 'manager' }, { credit_code: 'C2' }] }),
    ['H1-1 R1 - -', 'H1-1 R3 - -'],
  ],
  [
    'BUS-2',
    'cooperative, revoked, supervisor',
    with1({
      'market/officers': [{ enterprise_type: 'farmer_cooperative' }, { enterprise_state: 'revoked' }, { post: 'supervisor' }],
    }),
    [],
  ],
  ['BUS-3', 'exactly at the limit', with1({ 'market/investors': [{ subscribed_capital: 2_000_000 }] }), []],
  [
    'BUS-3',
    'the largest of the pair, the smallest record',
    with1({ 'market/investors': [{ subscribed_capital: 100 }, { subscribed_capital: 2_000_001 }] }),
    ['H1-1 R1 20000.01 20000.00'],
  ],
  [
    'BUS-3',
    'a cooperative',
    with1({ 'market/investors': [{ subscribed_capital: 9_000_000, enterprise_type: 'farmer_cooperative' }] }),
    [],
  ],
]

describe('things', () => {
  it.each([...vehicles, ...housing, ...business])('%s: %s', (rule, _name, facts, expected) => {
    expect(findingsOf(rule, facts)).toEqual(expected)
  })
})
