import { expect, test } from 'vitest'
import { recordNames, recordTypeOf, units } from './index.ts'

test('18 units answer 30 record types', () => {
  expect(units).toHaveLength(18)
  expect(recordNames).toHaveLength(30)
  expect(units.flatMap((unit) => unit.records)).toEqual(recordNames)
})

test('every record type carries its number and date first, and names its persons', () => {
  for (const name of recordNames) {
    const type = recordTypeOf(name)
    const columns = type.table.columns.map((column) => column.name)
    expect(columns.slice(0, 2)).toEqual(['source_record_id', 'as_of_date'])
    for (const party of type.parties) expect(columns).toEqual(expect.arrayContaining([party.id, party.name]))
    expect(new Set(columns).size).toBe(columns.length)
  }
})

test('an answer leaves out the number of the person asked about, except where a row names two', () => {
  expect(recordTypeOf('police/deaths').answerColumns).toEqual([
    'source_record_id',
    'as_of_date',
    'name',
    'death_date',
    'cancelled_on',
    'station',
  ])
  expect(recordTypeOf('civil_affairs/marriages').answerColumns).toContain('party_b_id')
})
