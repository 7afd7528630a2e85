import { describe, expect, it } from 'vitest'
import { type DossierFacts, extract, findingsOf, rulesWith } from '#testkit/dossier'
import { daysOfMonthWithin } from './custody-register.ts'

type Case = [string, string, DossierFacts, string[]]

const paid = { '2026-04': 600, '2026-05': 600, '2026-06': 600, '2026-09': 600, '2026-10': 600 }
const inCustody = (row: object, more: DossierFacts = {}): DossierFacts => ({
  persons: [{ rows: { 'police/custody': [{ source_record_id: 'JY1', ...row }] } }],
  paid,
  ...more,
})

const custody: Case[] = [
  [
    'PRI-1',
    'prison from 10 May: May has 22 days, then every paid month up to A',
    inCustody({ from_date: '2026-05-10' }),
    ['H1-1 JY1 3 -'],
  ],
  [
    'PRI-1',
    'the month after A never counts, and A itself ends the period',
    inCustody({ from_date: '2026-09-16' }),
    ['H1-1 JY1 1 -'],
  ],
  ['PRI-1', '14 days in September do not make it', inCustody({ from_date: '2026-09-17' }), []],
  ['PRI-1', 'detained for 14 days', inCustody({ state: 'detention', from_date: '2026-05-10', to_date: '2026-05-23' }), []],
  [
    'PRI-1',
    'detained for 15 days',
    inCustody({ state: 'detention', from_date: '2026-05-10', to_date: '2026-05-24' }),
    ['H1-1 JY1 1 -'],
  ],
  ['PRI-1', 'community correction', inCustody({ state: 'community_correction', from_date: '2026-05-10' }), []],
  [
    'PRI-1',
    'aid_to before custody began',
    inCustody(
      { from_date: '2026-05-10' },
      { persons: [{ row: { aid_to: '2026-04' }, rows: { 'police/custody': [{ from_date: '2026-05-10' }] } }] },
    ),
    [],
  ],
  [
    'REG-1',
    'registered in another district',
    { persons: [{ rows: { 'police/register': [{ division_code: '629902001001' }] } }] },
    ['H1-1 R1 629902001001 -'],
  ],
  [
    'REG-1',
    'a spouse registered elsewhere',
    { persons: [{ row: { relation: 'spouse' }, rows: { 'police/register': [{ division_code: '629902001001' }] } }] },
    [],
  ],
  [
    'REG-1',
    'a student in a school register',
    { persons: [{ rows: { 'police/register': [{ division_code: '629902001001', register_type: 'school_collective' }] } }] },
    [],
  ],
  [
    'REG-1',
    'no relation given is no exemption',
    { persons: [{ row: { relation: null }, rows: { 'police/register': [{ division_code: '629902001001' }] } }] },
    ['H1-1 R1 629902001001 -'],
  ],
  [
    'REG-1',
    'a cancelled row is REG-2',
    {
      persons: [
        { rows: { 'police/register': [{ division_code: '629902001001', state: 'cancelled', cancel_reason: 'moved_out' }] } },
      ],
    },
    [],
  ],
  [
    'REG-2',
    'cancelled, moved out',
    { persons: [{ rows: { 'police/register': [{ state: 'cancelled', cancel_reason: 'moved_out' }] } }] },
    ['H1-1 R1 cancelled -'],
  ],
  [
    'REG-2',
    'cancelled without a reason',
    { persons: [{ rows: { 'police/register': [{ state: 'cancelled' }] } }] },
    ['H1-1 R1 cancelled -'],
  ],
  [
    'REG-2',
    'cancelled by death or enlistment',
    { persons: [{ rows: { 'police/register': [{ state: 'cancelled', cancel_reason: 'military' }] } }] },
    [],
  ],
  [
    'REG-2',
    'a duplicate row with a reason that excuses cancelling',
    { persons: [{ rows: { 'police/register': [{ state: 'duplicate', cancel_reason: 'death' }] } }] },
    ['H1-1 R1 duplicate -'],
  ],
  [
    'REG-2',
    'two normal registers in different books; the third is in the first book',
    {
      persons: [
        {
          rows: {
            'police/register': [
              { register_household_no: 'B1' },
              { register_household_no: 'B2' },
              { register_household_no: 'B1' },
            ],
          },
        },
      ],
    },
    ['H1-1 R2 normal -'],
  ],
  [
    'REG-2',
    'a normal row beside a cancelled one with a smaller id',
    { persons: [{ rows: { 'police/register': [{ state: 'cancelled', cancel_reason: 'moved_out' }, { state: 'normal' }] } }] },
    [],
  ],
]

const spouse = {
  party_a_id: '11010519800101001X',
  party_a_name: '甲春山',
  party_b_id: '110105198001010052',
  party_b_name: '子某',
}
const married = (rows: object[], more: DossierFacts = {}): DossierFacts => ({
  persons: [{ rows: { 'civil_affairs/marriages': rows.map((row) => ({ ...spouse, registered_on: '2024-05-01', ...row })) } }],
  ...more,
})

const family: Case[] = [
  ['FAM-1', 'married, spouse not listed', married([{}]), ['H1-1 R1 2024-05-01 -']],
  [
    'FAM-1',
    'the member is party B',
    married([{ party_a_id: spouse.party_b_id, party_a_name: '子某', party_b_id: spouse.party_a_id, party_b_name: '甲春山' }]),
    ['H1-1 R1 2024-05-01 -'],
  ],
  ['FAM-1', 'a later divorce', married([{}, { kind: 'divorce', registered_on: '2025-01-01' }]), []],
  ['FAM-1', 'divorce of the same day with the larger id', married([{}, { kind: 'divorce' }]), []],
  ['FAM-1', 'marriage of the same day with the larger id', married([{ kind: 'divorce' }, {}]), ['H1-1 R2 2024-05-01 -']],
  ['FAM-1', 'a reissued certificate', married([{ kind: 'reissue' }]), ['H1-1 R1 2024-05-01 -']],
  ['FAM-1', 'a void registration', married([{ state: 'void' }]), []],
  ['FAM-1', 'spouse in the death list', married([{}], { lookups: { dead: (id) => id === spouse.party_b_id } }), []],
  [
    'FAM-1',
    'spouse listed under a mistyped number',
    { ...married([{}]), persons: [...(married([{}]).persons ?? []), { row: { name: '子某', counted: 'no' } }] },
    [],
  ],
  ['FAM-1', 'a supporter is not named', { ...married([{}]), supporters: [{ row: { name: '子某' } }] }, ['H1-1 R1 2024-05-01 -']],
  ['FAM-1', 'incomplete members', married([{}], { household: { incomplete_members: true } }), []],
]

const brother = extract({ name: '甲长林' })
const inBook = (rows: ReturnType<typeof extract>[], more: DossierFacts = {}): DossierFacts => ({
  lookups: { registerBook: (no) => (no === 'B1' ? rows : []) },
  ...more,
})

const register: Case[] = [
  ['FAM-3', 'an adult brother in the same book', inBook([brother]), ['- X1 - -']],
  [
    'FAM-3',
    'one per number, the smallest id',
    inBook([extract({ source_record_id: 'X3' }), extract({ source_record_id: 'X2' })]),
    ['- X2 - -'],
  ],
  ['FAM-3', 'a stated supporter by name', inBook([brother], { supporters: [{ row: { name: '甲长林' } }] }), []],
  [
    'FAM-3',
    'a person with a case of their own',
    inBook([brother], { lookups: { registerBook: () => [brother], listedAnywhere: () => true } }),
    [],
  ],
  ['FAM-3', 'dead', inBook([brother], { lookups: { registerBook: () => [brother], dead: () => true } }), []],
  [
    'FAM-3',
    'a book of a dormitory is none',
    inBook([brother], { persons: [{ rows: { 'police/register': [{ register_type: 'school_collective' }] } }] }),
    [],
  ],
  ['FAM-3', 'a book of a person not counted is none', inBook([brother], { persons: [{ row: { counted: 'no' } }] }), []],
  ['FAM-3', 'incomplete supporters', inBook([brother], { household: { incomplete_supporters: true } }), []],
]

const head = '11010519800101001X'
const minor = { row: { id_number: '110105201205060016', name: '丙小', relation: 'child' } }
const thirdSon = extract({ id_number: '110105200001010017', name: '甲三', father_id: head })
const asksChildren = (rows: ReturnType<typeof extract>[]): DossierFacts => ({
  lookups: { registerChildren: (id) => (id === head ? rows : []) },
})

const obligors: Case[] = [
  ['FAM-5', 'a third son not on the list', asksChildren([thirdSon]), ['H1-1 X1 - -']],
  ['FAM-5', 'a son of 17', asksChildren([extract({ id_number: '110105200810010013', father_id: head })]), []],
  [
    'FAM-5',
    'a son who is 18 on A',
    asksChildren([extract({ id_number: '110105200809300014', father_id: head })]),
    ['H1-1 X1 - -'],
  ],
  ['FAM-5', 'the son is dead', { lookups: { registerChildren: () => [thirdSon], dead: (_, name) => name === '甲三' } }, []],
  [
    'FAM-5',
    'a supporter with a mistyped number and the same name',
    { ...asksChildren([thirdSon]), supporters: [{ row: { name: '甲三' } }] },
    [],
  ],
  [
    'FAM-5',
    'both parents are members: one row under the smaller number',
    { persons: [{}, {}], lookups: { registerChildren: () => [thirdSon] } },
    ['H1-1 X1 - -'],
  ],
  ['FAM-5', 'no identity row of the parent', { ...asksChildren([thirdSon]), persons: [{ unregistered: true }] }, []],
  [
    'FAM-5',
    'the parent of a minor, under the child; its own number asks nothing of adults',
    {
      persons: [{}, { ...minor, rows: { 'police/register': [{ father_id: '110105198001010095' }] } }],
      lookups: { registerPerson: (id) => (id === '110105198001010095' ? [extract({ id_number: id, name: '丁父' })] : []) },
    },
    ['H1-2 X1 - -'],
  ],
  [
    'FAM-5',
    'one father of two minors: once, under the smaller person',
    {
      persons: [
        {},
        { ...minor, rows: { 'police/register': [{ mother_id: 'M' }] } },
        { row: { ...minor.row, id_number: '110105201305060019' }, rows: { 'police/register': [{ mother_id: 'M' }] } },
      ],
      lookups: {
        registerPerson: () => [
          extract({ name: '丁母', source_record_id: 'X2' }),
          extract({ name: '丁母', source_record_id: 'X1' }),
        ],
      },
    },
    ['H1-2 X1 - -'],
  ],
  ['FAM-5', 'incomplete supporters', { ...asksChildren([thirdSon]), household: { incomplete_supporters: true } }, []],
]

describe('people', () => {
  it.each([...custody, ...family, ...register, ...obligors])('%s: %s', (rule, _name, facts, expected) => {
    expect(findingsOf(rule, facts)).toEqual(expected)
  })

  it('keeps both rows when a parent of one and a child of another is one person', () => {
    const row = extract({ id_number: '110105197001010058', name: '丁祖' })
    const facts: DossierFacts = {
      persons: [{}, { ...minor, rows: { 'police/register': [{ father_id: row.id_number }] } }],
      lookups: { registerChildren: (id) => (id === head ? [row] : []), registerPerson: () => [row] },
    }
    expect(findingsOf('FAM-5', facts)).toEqual(['H1-1 X1 - -', 'H1-2 X1 - -'])
  })

  it('counts days of a month at both ends', () => {
    expect(daysOfMonthWithin('2026-02', '2025-01-01', '2026-02-28')).toBe(28)
    expect(daysOfMonthWithin('2024-02', '2024-02-29', '2024-03-01')).toBe(1)
    expect(daysOfMonthWithin('2026-02', '2026-03-01', '2026-04-01')).toBe(0)
  })

  it('compares as many digits of the division as the pack says', () => {
    const facts: DossierFacts = { persons: [{ rows: { 'police/register': [{ division_code: '629902001001' }] } }] }
    expect(findingsOf('REG-1', facts, rulesWith({ district_prefix_digits: 5 }))).toEqual([])
  })
})
