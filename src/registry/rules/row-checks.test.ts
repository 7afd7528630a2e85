import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkCharacter } from '#kernel/id-number'
import { CORE_TABLES, type CoreTableName, coreTable } from '../tables.ts'
import { familyIssues } from './family-checks.ts'
import { namedHouseholds } from './marks.ts'
import { digestOf, householdOf, leave, newRoll, type Roll } from './roll.ts'
import { judgeRow, type Verdict, withoutConsequences } from './row-checks.ts'

const LIMITS = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
const AS_OF = '2026-09-30'

type Fields = Readonly<Record<string, string>>

/** A district of two households that grows row by row. */
function district() {
  const roll = newRoll(CORE_TABLES)
  let row = 1
  const submit = (name: CoreTableName, fields: Fields): Verdict => {
    const table = coreTable(name)
    row++
    const header = { width: table.columns.length, positions: table.columns.map((_, i) => i) }
    const cells = table.columns.map((column) => fields[column.name] ?? '')
    return judgeRow(roll, table, { header, fields: cells, row }, { asOf: AS_OF, maxAge: 120, isCore: true })
  }
  for (const no of ['H1', 'H2']) submit('households', household(no))
  return { roll, submit }
}

function household(no: string, more: Fields = {}): Fields {
  return { household_no: no, programme: 'rural', kind: 'new', division_code: '629901001001', applied_on: '2026-01-01', ...more }
}

function number(birth: string, sex: 'm' | 'f' = 'm', serial = '00'): string {
  const digits = `629901${birth}${serial}${sex === 'm' ? 1 : 2}`
  return digits + checkCharacter(digits)
}

function person(no: string, id: string, more: Fields = {}): Fields {
  const birth = `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`
  return {
    person_no: no,
    household_no: 'H1',
    name: '甲',
    id_number: id,
    gender: '9',
    birth_date: birth,
    counted: 'yes',
    relation: 'other',
    ...more,
  }
}

const told = ({ state, issues }: Verdict): string[] => [
  state,
  ...issues.map(({ column, code, severity }) => `${column} ${code} ${severity}`),
]

describe('row checks in their order', () => {
  it('asks for what another field requires', () => {
    const { submit } = district()
    expect(told(submit('households', household('H3', { kind: 'existing' })))).toEqual([
      'quarantined',
      'aid_from REQUIRED_EMPTY error',
    ])
    const paper = { authorisation_no: 'A1', subject_no: 'nobody', signature: 'signed', items: 'all' }
    expect(told(submit('authorisations', paper))).toEqual(['quarantined', 'signed_on REQUIRED_EMPTY error'])
    expect(told(submit('authorisations', { ...paper, signature: 'missing' }))).toEqual([
      'quarantined',
      'subject_no REF_NOT_FOUND error',
    ])
  })

  it('tells a repetition from a duplicate by the fields as they stand in the file', () => {
    const { submit } = district()
    expect(told(submit('households', household('H1')))).toEqual(['repeated', 'household_no REPEATED_ROW warn'])
    expect(told(submit('households', household('H1', { address: '甲村' })))).toEqual([
      'quarantined',
      'household_no DUPLICATE_KEY error',
    ])
    expect(told(submit('households', household('H1', { applied_on: '2026/1/1' })))).toEqual([
      'quarantined',
      'applied_on DATE_NORMALISED warn',
      'household_no DUPLICATE_KEY error',
    ])
  })

  it('does not count a refused row as an earlier one', () => {
    const { submit } = district()
    submit('households', household('H3', { kind: 'existing' }))
    expect(submit('households', household('H3')).state).toBe('accepted')
  })

  it('holds persons of declared lines to their household', () => {
    const { submit } = district()
    submit('persons', person('P1', number('19800101')))
    const line = { line_no: 'L1', item: 'wage', amount: '1', period_from: '2026-01', period_to: '2025-12', person_no: 'P1' }
    expect(told(submit('declared_income', { ...line, household_no: 'H2' }))).toEqual([
      'quarantined',
      'person_no REF_NOT_FOUND error',
    ])
    expect(told(submit('declared_income', { ...line, household_no: 'H9' }))).toEqual([
      'quarantined',
      'household_no REF_NOT_FOUND error',
    ])
    expect(told(submit('declared_income', { ...line, household_no: 'H1' }))).toEqual([
      'quarantined',
      'period_to PERIOD_REVERSED error',
    ])
    expect(told(submit('declared_income', { ...line, household_no: 'H1', period_to: '2026-01' }))).toEqual(['accepted'])
  })

  it('finds the same number in a household, and warns in another one', () => {
    const { submit } = district()
    const id = number('19800101')
    submit('persons', person('P1', id))
    expect(told(submit('persons', person('P2', id)))).toEqual(['quarantined', 'id_number IDQ-8 error'])
    expect(told(submit('persons', person('P3', id, { household_no: 'H2' })))).toEqual(['accepted', 'id_number IDQ-8 warn'])
  })

  it('warns about sex, birth date and a second head', () => {
    const { submit } = district()
    submit('persons', person('P1', number('19800101'), { relation: 'head' }))
    const second = person('P2', number('19810101', 'f'), { relation: 'head', gender: '1', birth_date: '1981-01-02' })
    expect(told(submit('persons', second))).toEqual([
      'accepted',
      'gender IDQ-4 warn',
      'birth_date IDQ-4 warn',
      'relation IDQ-8 warn',
    ])
  })

  it('reports every faulty field of a refused row and nothing more', () => {
    const { submit } = district()
    const faulty = person('P1', '110', { household_no: 'H9', gender: '7', counted: '' })
    expect(told(submit('persons', { ...faulty, birth_date: '20230230' }))).toEqual([
      'quarantined',
      'id_number IDQ-1 error',
      'gender CODE_UNKNOWN error',
      'birth_date DATE_INVALID error',
      'counted REQUIRED_EMPTY error',
    ])
  })
})

describe('family checks', () => {
  function family(head: string, others: readonly [string, string][]): { roll: Roll; issues: (incomplete?: boolean) => string[] } {
    const { roll, submit } = district()
    submit('persons', person('P0', head, { relation: 'head' }))
    for (const [i, [relation, id]] of others.entries()) submit('persons', person(`P${i + 1}`, id, { relation }))
    const issues = (incomplete = false) =>
      familyIssues(roll, 'H1', incomplete, AS_OF, LIMITS).map(({ row, column, code }) => `${row} ${column} ${code}`)
    return { roll, issues }
  }
  const head = number('19800615')

  it.each<[string, string, boolean]>([
    ['child', number('19940614'), true],
    ['child', number('19940615'), false],
    ['child', number('19800615', 'f'), true],
    ['child', number('19700101'), true],
    ['parent', number('19660615'), false],
    ['parent', number('19660616'), true],
    ['parent', number('19190616'), false],
    ['parent', number('19190615'), true],
    ['spouse', number('19820101', 'f'), false],
    ['spouse', number('19820101', 'm'), true],
    ['spouse', number('20080930', 'f'), false],
    ['spouse', number('20081001', 'f'), true],
    ['sibling', number('20200101'), false],
    ['', number('19900101'), true],
  ])('%s with %s: doubtful %s', (relation, id, doubtful) => {
    expect(family(head, [[relation, id]]).issues()).toEqual(doubtful ? ['5 relation IDQ-9'] : [])
  })

  it('compares with nobody where there are two heads', () => {
    expect(
      family(head, [
        ['head', number('19810101')],
        ['child', number('19700101')],
      ]).issues(),
    ).toEqual([])
  })

  it('misses a head only where no person is refused', () => {
    const { roll, submit } = district()
    expect(familyIssues(roll, 'H1', false, AS_OF, LIMITS)).toMatchObject([{ row: 2, column: 'household_no', code: 'IDQ-8' }])
    expect(familyIssues(roll, 'H1', true, AS_OF, LIMITS)).toEqual([])
    submit('persons', person('P1', head, { relation: 'head', counted: 'no' }))
    expect(familyIssues(roll, 'H1', false, AS_OF, LIMITS)).toEqual([])
  })
})

describe('roll', () => {
  it('is as before when a row is taken out and put back', () => {
    const { roll, submit } = district()
    submit('persons', person('P1', number('19800101')))
    submit('persons', person('P2', number('19800101', 'f'), { household_no: 'H2' }))
    const before = JSON.stringify([[...roll.families], [...roll.numbers], [...roll.personHousehold]])
    const putBack = leave(roll, coreTable('persons'), 'P1')
    expect(roll.numbers.has(number('19800101'))).toBe(false)
    putBack()
    expect(JSON.stringify([[...roll.families], [...roll.numbers].sort(), [...roll.personHousehold].sort()])).toBe(
      JSON.stringify([JSON.parse(before)[0], [...JSON.parse(before)[1]].sort(), [...JSON.parse(before)[2]].sort()]),
    )
  })

  it('knows the household of a subject, a person before a supporter', () => {
    const { roll, submit } = district()
    submit('persons', person('X1', number('19800101'), { household_no: 'H2' }))
    submit('persons', person('P1', number('19800101', 'f')))
    submit('supporters', {
      supporter_no: 'X1',
      household_no: 'H1',
      supported_person_no: 'P1',
      relation: 'son',
      name: '乙',
      id_number: number('20000101'),
    })
    const table = coreTable('query_log')
    const values = table.columns.map(({ name }) => (name === 'subject_no' ? 'X1' : null))
    expect(householdOf(roll, table, values)).toBe('H2')
  })

  it('gives equal rows equal digests and others different ones', () => {
    const fields = fc.array(fc.string({ maxLength: 4 }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(fields, fields, (a, b) => {
        const same = a.every((field, i) => field === b[i])
        return (digestOf(a, [0, 1, 2]) === digestOf(b, [0, 1, 2])) === same
      }),
    )
    expect(digestOf(['ab', 'c'], [0, 1])).not.toBe(digestOf(['a', 'bc'], [0, 1]))
  })
})

describe('marks', () => {
  it('takes any field of a torn row as a household it may name', () => {
    const table = coreTable('persons')
    expect(namedHouseholds(table, [], ['P1', ' H1 ', '', 'H1'])).toEqual(['P1', 'H1'])
    const values = table.columns.map(({ name }) => (name === 'household_no' ? 'H2' : null))
    expect(namedHouseholds(table, values, ['x'])).toEqual(['H2'])
  })
})

it('does not tell what only follows from a citizen number that cannot be used', () => {
  const { submit } = district()
  const table = coreTable('persons')
  const refused = submit('persons', {
    person_no: 'P1',
    household_no: 'H1',
    name: '甲',
    id_number: '629901199001010000',
    counted: 'yes',
  })
  expect(refused.issues.map(({ column, code }) => `${column} ${code}`)).toEqual([
    'id_number IDQ-1',
    'gender REQUIRED_EMPTY',
    'birth_date REQUIRED_EMPTY',
  ])
  expect(withoutConsequences(table, refused).issues.map(({ code }) => code)).toEqual(['IDQ-1'])
  const empty = submit('persons', {
    person_no: 'P2',
    household_no: 'H1',
    name: '甲',
    id_number: number('19900101'),
    counted: 'yes',
  })
  expect(withoutConsequences(table, empty)).toEqual(empty)
})
