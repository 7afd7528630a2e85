import { expect, it } from 'vitest'
import { compareIssues, ISSUE_CODES, issueMessage } from './import-issue.ts'
import { RECORD_TYPES, recordLabel, UNITS, unitOf } from './record-types.ts'
import { CODE_LISTS, codesOf, GLOSSARY, isRecordType, labelOf } from './terms.ts'

it('has every code list of the interchange with labels', () => {
  expect(Object.keys(CODE_LISTS)).toHaveLength(68)
  for (const list of Object.values(CODE_LISTS)) for (const label of Object.values(list)) expect(label).not.toBe('')
  expect(labelOf('tier', 'A')).toBe('一类')
  expect(labelOf('tier', 'Z')).toBe('Z')
  expect(codesOf('gender').has('9')).toBe(true)
})

it('has 30 record types of 18 units', () => {
  expect(Object.keys(RECORD_TYPES)).toHaveLength(30)
  expect(Object.keys(UNITS)).toHaveLength(18)
  expect(isRecordType('police/vehicles')).toBe(true)
  expect(isRecordType('constructor')).toBe(false)
  expect(unitOf('police/vehicles')).toBe('police')
  expect(recordLabel('police/vehicles')).toBe('公安 机动车')
})

it('uses each word of the glossary once', () => {
  const words = GLOSSARY.map(({ word }) => word)
  expect(new Set(words).size).toBe(words.length)
})

it('says in Chinese what is wrong and how to mend it', () => {
  for (const code of ISSUE_CODES) {
    const message = issueMessage({ column: 'amount', code, severity: 'error' }, { label: '金额' })
    expect(message).toMatch(/^金额（amount）：.+，.+。$/)
  }
  expect(issueMessage({ column: 'id_number', code: 'IDQ-3', severity: 'error' })).toContain('科学计数法')
  expect(issueMessage({ column: 'relation', code: 'IDQ-9', severity: 'warn' }, { empty: true })).toContain('未填')
})

it('orders issues by file, row, column, code', () => {
  const issue = { severity: 'error', message: '' } as const
  const list = [
    { ...issue, file: 'b.csv', row: 2, column: 'x', code: 'IDQ-1' },
    { ...issue, file: 'a.csv', row: 10, column: 'x', code: 'IDQ-1' },
    { ...issue, file: 'a.csv', row: 9, column: 'y', code: 'IDQ-1' },
    { ...issue, file: 'a.csv', row: 9, column: 'x', code: 'IDQ-4' },
  ] as const
  expect([...list].sort(compareIssues).map(({ file, row, column }) => `${file}${row}${column}`)).toEqual([
    'a.csv9x',
    'a.csv9y',
    'a.csv10x',
    'b.csv2x',
  ])
})
