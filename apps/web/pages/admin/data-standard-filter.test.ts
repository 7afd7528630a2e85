import { expect, test } from 'vitest'
import type { DataElement, MappedList } from '#verification/contract'
import { chosenElements, chosenLists, isNarrowed } from './data-standard-filter.ts'

const name: DataElement = {
  table: 'persons',
  tableLabel: '家庭成员',
  column: 'name',
  label: '姓名',
  class: 'A',
  definition: '与证件一致',
  type: '文本',
  maxLength: null,
  unit: null,
  codeList: null,
  codeListLabel: null,
  standardId: 'X1',
  standardName: '姓名',
  reference: 'GB 18030-2022',
  sensitivity: 'personal',
  protection: 'scoped',
  source: null,
  mark: 'known',
}
const balance: DataElement = {
  ...name,
  table: 'banks/deposits',
  tableLabel: '银行 存款理财',
  column: 'balance',
  label: '余额',
  class: 'C',
  standardId: null,
  sensitivity: 'sensitive',
  mark: 'sourced',
}
const both = [name, balance]

test.each([
  [{}, both],
  [{ class: 'C' }, [balance]],
  [{ mark: 'known' }, [name]],
  [{ id: 'blank' }, [balance]],
  [{ id: 'known' }, [name]],
  [{ sensitivity: 'sensitive' }, [balance]],
  [{ q: ' gb 18030 ', class: 'A' }, [name]],
  [{ q: '存款' }, [balance]],
  [{ class: 'A', id: 'blank' }, []],
])('%j leaves %#', (search, left) => {
  expect(chosenElements(both, search)).toEqual(left)
})

const gender: MappedList = {
  list: 'gender',
  label: '性别',
  standardId: null,
  standardName: null,
  reference: 'GB/T 2261.1-2003',
  source: null,
  mark: 'sourced',
  codes: [
    { code: '1', label: '男', standardCode: '1', standardLabel: '男性', mark: 'sourced' },
    { code: '9', label: '未说明', standardCode: null, standardLabel: null, mark: null },
  ],
}

test('codes are chosen one by one, and a list that is named keeps them all', () => {
  expect(chosenLists([gender], { q: '性别' })).toEqual([gender])
  expect(chosenLists([gender], { q: '男' })).toEqual([{ ...gender, codes: gender.codes.slice(0, 1) }])
  expect(chosenLists([gender], { id: 'blank' })).toEqual([{ ...gender, codes: gender.codes.slice(1) }])
  expect(chosenLists([gender], { mark: 'proposal' })).toEqual([])
})

test('the part of the page is no choice', () => {
  expect(isNarrowed({ part: 'codes', q: ' ' })).toBe(false)
  expect(isNarrowed({ class: 'A' })).toBe(true)
})
