import { expect, it } from 'vitest'
import { fieldsOf, jsonFrom, shownText } from './value-shape.ts'

const typedAs = (json: string, change: Record<string, string> = {}): string => {
  const fields = fieldsOf(json) ?? []
  const same = Object.fromEntries(fields.map(({ key, was }) => [key, shownText(was)]))
  return jsonFrom(fields, { ...same, ...change })
}

it.each([
  '{"value":720,"unit":"month"}',
  '{"days":30,"unit":"working","extension":null}',
  '12',
  'true',
  '"dibao-2012"',
  '{"num":2,"den":3}',
])('gives back what stood there: %s', (json) => {
  expect(typedAs(json)).toBe(json)
})

it('keeps a number as it was typed, and hands on what is no number for the server to refuse', () => {
  expect(typedAs('{"value":720,"unit":"month"}', { value: ' 760.50 ', unit: 'year' })).toBe('{"value":760.50,"unit":"year"}')
  expect(typedAs('{"value":"720.00","unit":"month"}', { value: '760' })).toBe('{"value":"760","unit":"month"}')
  expect(typedAs('{"value":720,"unit":"month"}', { value: '很多' })).toBe('{"value":"很多","unit":"month"}')
  expect(typedAs('{"days":30,"unit":"working","extension":15}', { extension: '' })).toContain('"extension":null')
})

it('leaves lists, deeper values and what is not set to their text', () => {
  for (const json of ['null', '[1,2]', '{"a":{"b":1}}', '{}']) expect(fieldsOf(json)).toBeNull()
})
