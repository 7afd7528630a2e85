import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, type Json } from './canonical.ts'

/** The number whose IEEE 754 double has these 16 hexadecimal digits. */
function double(hex: string): number {
  return Buffer.from(hex, 'hex').readDoubleBE()
}

describe('the examples of RFC 8785', () => {
  test('primitive values (3.2.2)', () => {
    const input = String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
      "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`
    const output = String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`
    expect(canonicalJson(JSON.parse(input))).toBe(output)
  })
  test('order of members by UTF-16 code units (3.2.3)', () => {
    const names: Json = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\u{1f600}': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    const order = ['\\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33']
    const text = canonicalJson(names)
    const places = order.map((name) => text.indexOf(`"${name}":`))
    expect(places.every((place) => place > 0)).toBe(true)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })
  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('number %s is written %s (appendix B)', (hex, text) => expect(canonicalJson(double(hex))).toBe(text))
  test.each(['7fffffffffffffff', '7ff0000000000000'])('number %s has no form (appendix B)', (hex) => {
    expect(() => canonicalJson(double(hex))).toThrow(RangeError)
  })
  test('half of a surrogate pair has no form (3.2.2.2)', () => {
    expect(() => canonicalJson('\ud83d')).toThrow(RangeError)
    expect(() => canonicalJson({ '\ude00': 1 })).toThrow(RangeError)
  })
})

test('what is undefined is left out', () => {
  expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}')
})

/** one of each kind that matters to escaping and order */
const character = fc.constantFrom(
  ...'aZ09"\\/',
  '\u0000',
  '\n',
  '\u007f',
  '\u0080',
  'é',
  '€',
  '字',
  '\u2028',
  '\ufb33',
  '\u{1f600}',
  '\u{10ffff}',
)

test('any value is written as the RFC 8785 package writes it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: character }), (value) => {
      expect(canonicalJson(value as Json)).toBe(canonicalize(value))
    }),
  )
})
