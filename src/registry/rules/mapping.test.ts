import { describe, expect, it } from 'vitest'
import { coreTable } from '../tables.ts'
import { guessColumns, mapper } from './mapping.ts'

const persons = coreTable('persons')
const at = (fields: readonly string[], column: string) => fields[persons.columns.findIndex(({ name }) => name === column)]

describe('mapping of other lists', () => {
  const map = mapper(persons, ['户编号 ', '姓名', '身份证号', '性别', '关系', '分类'], {
    columns: {
      household_no: '户编号',
      name: '姓名',
      id_number: '身份证号',
      gender: '性别',
      relation: '关系',
      counted: "='yes'",
      top_ups: '分类',
    },
    codes: { relation: { 之妻: 'spouse' } },
  })

  it('takes mapped columns, constants and nothing else', () => {
    const fields = map(['H1', '甲', '110', '男', '之妻', ''])
    expect([at(fields, 'household_no'), at(fields, 'counted'), at(fields, 'phone')]).toEqual(['H1', 'yes', ''])
  })

  it('turns words into codes by the mapping, then by our own labels, and leaves the rest to the checks', () => {
    expect(at(map(['', '', '', '男', '之妻', '']), 'gender')).toBe('1')
    expect(at(map(['', '', '', '', '之妻', '']), 'relation')).toBe('spouse')
    expect(at(map(['', '', '', '', '女婿', '']), 'relation')).toBe('child_in_law')
    expect(at(map(['', '', '', '', '邻居', '']), 'relation')).toBe('邻居')
    expect(at(map(['', '', '', '', '', '高龄老人、重病']), 'top_ups')).toBe('elder;serious_illness')
  })

  it('guesses columns by name, label and common words', () => {
    expect(guessColumns(persons, ['户号', 'name', '公民身份号码', '别的'])).toEqual({
      household_no: '户号',
      name: 'name',
      id_number: '公民身份号码',
    })
  })
})
