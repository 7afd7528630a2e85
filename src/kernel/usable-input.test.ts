import { expect, test } from 'vitest'
import { findUnusable, MOST_LEVELS } from './usable-input.ts'

const nested = (levels: number): unknown => {
  let value: unknown = 'x'
  for (let i = 0; i < levels; i += 1) value = [value]
  return value
}

test('ordinary input is usable, with every character people write', () => {
  expect(findUnusable({ body: { name: '𠮷野家·王', note: '第一行\n第二行\t', list: [1, null, true, ''] } })).toBeUndefined()
  expect(findUnusable({ upload: { stream: Buffer.from('a\u0000') }, query: Object.create(null) as object })).toBeUndefined()
})

test('an empty character or half a character is found with its place, in values and in names', () => {
  expect(findUnusable({ body: { rows: [{ name: 'a' }, { name: '王\u0000' }] } })).toEqual({
    path: ['body', 'rows', 1, 'name'],
    why: 'text',
  })
  expect(findUnusable({ query: { q: '王\ud842' } })).toEqual({ path: ['query', 'q'], why: 'text' })
  expect(findUnusable({ query: { q: '\udfb7王' } })?.why).toBe('text')
  // What an address is read into has a prototype of its own.
  const query: unknown = Object.assign(Object.create(Object.create(null)), { q: '\u0000' })
  expect(findUnusable({ query })?.path).toEqual(['query', 'q'])
  expect(findUnusable({ body: { fields: { 'a\u0000': 1 } } })).toEqual({ path: ['body', 'fields'], why: 'text' })
})

test('nesting is bounded, however deep it goes', () => {
  expect(findUnusable(nested(MOST_LEVELS))).toBeUndefined()
  expect(findUnusable(nested(MOST_LEVELS + 1))?.why).toBe('depth')
  expect(findUnusable(nested(200_000))?.why).toBe('depth')
})
