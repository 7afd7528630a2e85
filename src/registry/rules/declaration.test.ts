import { describe, expect, it } from 'vitest'
import { checkShape, countNewRows, type HouseholdDeclaration, numberRows } from './declaration.ts'

const declaration: HouseholdDeclaration = {
  householdNo: null,
  household: { programme: 'rural' },
  persons: [{ person_no: '+a', name: '甲' }, { name: '乙' }],
  supporters: [{ supported_person_no: '+a' }],
  authorisations: [{ authorisation_no: 'SQ1', subject_no: ' +a ' }],
  incomes: [{ person_no: '+a' }],
}

describe('numbers of declared rows', () => {
  it('gives each new row a number of its own and resolves the names rows are referred to by', () => {
    expect(countNewRows(declaration)).toBe(5)
    const { rows, given } = numberRows(declaration, 'H1', [11, 12, 13, 14])
    expect(rows.map(({ table, key }) => [table.name, key])).toEqual([
      ['households', 'H1'],
      ['persons', 'H1-N11'],
      ['persons', 'H1-N12'],
      ['supporters', 'H1-SN13'],
      ['authorisations', 'SQ1'],
      ['declared_income', 'SRN0000014'],
    ])
    expect(rows[3]?.texts).toMatchObject({ household_no: 'H1', supported_person_no: 'H1-N11' })
    expect(rows[4]?.texts).toEqual({ authorisation_no: 'SQ1', subject_no: 'H1-N11' })
    expect([...given]).toEqual([['+a', 'H1-N11']])
  })

  it('leaves the household’s own row as it is when nothing of it is declared', () => {
    const { rows } = numberRows({ householdNo: 'H1', household: {}, persons: [{ person_no: 'H1-1' }] }, 'H1', [])
    expect(rows.map(({ table, key }) => [table.name, key])).toEqual([['persons', 'H1-1']])
  })

  it('refuses a name given twice', () => {
    const twice = { ...declaration, persons: [{ person_no: '+a' }, { person_no: '+a' }] }
    expect(() => numberRows(twice, 'H1', [1, 2, 3, 4])).toThrow(/“\+a”出现了两次/)
  })
})

describe('what is no declaration', () => {
  it.each<[string, Partial<HouseholdDeclaration>, RegExp]>([
    ['a column that does not exist', { persons: [{ name: '甲' }, { age: '9' }] }, /家庭成员第 2 行没有“age”这一列/],
    ['a household without anybody', { persons: [] }, /至少登记一名/],
    ['rows without end', { incomes: Array.from({ length: 501 }, () => ({})) }, /申报收入一次最多登记 500 行/],
  ])('%s', (_, change, message) => {
    expect(() => checkShape({ ...declaration, ...change })).toThrow(message)
  })

  it('takes a section that is left out', () => {
    expect(() => checkShape({ householdNo: 'H1', household: { address: '一组' } })).not.toThrow()
  })
})
