import { expect, test } from 'vitest'
import { type Cell, type RecordName, recordTypeOf } from '#sources/contract'
import { changeFacts, changeTitle } from './change-text.ts'

const rowOf = (record: RecordName, values: Readonly<Record<string, Cell>>): Cell[] =>
  recordTypeOf(record).answerColumns.map((name) => values[name] ?? null)

test('watched facts read as everywhere else: codes in words, money in yuan, what is empty left out', () => {
  const row = rowOf('civil_affairs/other_aid', { source_record_id: 'R1', project: 'temporary', amount: 120_050, state: 'active' })
  expect(changeFacts('civil_affairs/other_aid', row).map(({ value }) => value)).toEqual(['临时救助', '1200.50 元', '在享'])
})

test('a row that is gone has no facts, and its title says so', () => {
  expect(changeFacts('police/vehicles', null)).toEqual([])
  expect(changeTitle('police/vehicles', 'gone')).toBe('机动车（公安）不再存在')
})
