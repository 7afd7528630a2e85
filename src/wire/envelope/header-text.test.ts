import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, type Json } from './canonical.ts'
import { boundText, headerText, keptHeader, noteHeaderText, signedText } from './header-text.ts'

type Plain = Record<string, Json>

/** Texts that look like the members that are cut out. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('"', ',"sig":"x"', '","sig":"x', '\\","sig":"', ',"digest":"', '",\\"digest\\":\\"'),
)
const nested: fc.Arbitrary<Json> = fc.oneof(
  text,
  fc.record({ a: text, sig: fc.constant('AA'), digest: fc.constant('BB') }),
  fc.record({ a: fc.record({ a: fc.constant(1), sig: text }), z: text }),
  fc.array(text),
)
const header: fc.Arbitrary<Plain> = fc
  .record(
    { auth: text, created: text, expires: text, from: text, seq: fc.nat(), via: fc.array(text), suite: text },
    { noNullPrototype: true },
  )
  .chain((known) =>
    fc
      .dictionary(fc.oneof(fc.constantFrom('aaa', 'sign', 'sigh', 'zz', 'digests'), text), nested, {
        maxKeys: 3,
        noNullPrototype: true,
      })
      .map((added) => ({ ...added, ...known, digest: 'b'.repeat(64), sig: 'A'.repeat(86) })),
  )

const left = (value: Plain, ...keys: readonly string[]): Plain =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)))

describe('texts of a header', () => {
  test('are the canonical JSON without signature and digest, whatever the other members hold', () => {
    fc.assert(
      fc.property(header, (value) => {
        expect(headerText(value)).toBe(canonicalJson(value))
        expect(signedText(value)).toBe(canonicalJson(left(value, 'sig')))
        expect(boundText(value)).toBe(canonicalJson(left(value, 'sig', 'digest')))
      }),
      { numRuns: 500 },
    )
  })
  test('hold for a header that does not change any more', () => {
    const value = { auth: '', sig: 'A', digest: 'b' }
    headerText(value)
    expect(() => {
      value.auth = 'x'
    }).toThrow(TypeError)
    expect(Object.isFrozen(noteHeaderText({ auth: '' }, '{"auth":""}'))).toBe(true)
  })
  test('are those that were kept; a header kept in another form is written anew', () => {
    const value = { auth: 'x', sig: 'A', v: 1 }
    const kept = keptHeader<Plain>(headerText(value))
    expect(kept).toEqual(value)
    expect(signedText(kept)).toBe('{"auth":"x","v":1}')
    expect(headerText(keptHeader<Plain>('{"v":1,"sig":"A","auth":"x"}'))).toBe('{"auth":"x","sig":"A","v":1}')
  })
})
