import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clean, compareCodePoints, isPlainAscii, lengthOf, nfkc, owned } from './text.ts'

describe('clean', () => {
  it('deletes invisible characters anywhere and cuts white space at both ends', () => {
    expect(clean('\ufeff 甲\u200b乙\u3000')).toBe('甲乙')
    expect(clean('a\u0000b\u0085c\u2060')).toBe('abc')
    expect(clean('\u200e \t\r\n')).toBe('')
    expect(clean('　阿依·古丽　')).toBe('阿依·古丽')
    expect(clean('a  b')).toBe('a  b')
  })

  it('equals the definition for any text', () => {
    const slow = (x: string) => x.replace(/[\ufeff\u200b-\u200f\u2060\u0000-\u001f\u007f-\u009f]/g, '').trim()
    const mixed = fc.string({
      unit: fc.constantFrom(' ', '\u3000', 'x', '甲', '\u200b', '\ufeff', '\n', '\u0085', '\u007f', '𠮷', '\u2060'),
    })
    fc.assert(fc.property(mixed, (x) => clean(x) === slow(x)))
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (x) => clean(x) === slow(x)))
  })

  it('changes nothing the second time', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (x) => clean(clean(x)) === clean(x)))
  })
})

it('nfkc is the standard form', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (x) => nfkc(x) === x.normalize('NFKC')))
  expect(nfkc('１２３')).toBe('123')
})

it('compareCodePoints orders characters beyond the basic plane last', () => {
  const slow = (a: string, b: string) => {
    const x = [...a].map((c) => c.codePointAt(0) ?? 0)
    const y = [...b].map((c) => c.codePointAt(0) ?? 0)
    for (let i = 0; i < x.length && i < y.length; i++) if (x[i] !== y[i]) return (x[i] ?? 0) - (y[i] ?? 0)
    return x.length - y.length
  }
  expect(compareCodePoints('\uffee', '𠮷')).toBeLessThan(0)
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\ue000', '\uffee', '𠮷', '𠮶', '甲') })
  fc.assert(fc.property(text, text, (a, b) => sign(compareCodePoints(a, b)) === sign(slow(a, b))))
})

it('counts code points', () => {
  expect(lengthOf('丙䶮𠮷')).toBe(3)
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (x) => lengthOf(x) === [...x].length))
})

it('isPlainAscii refuses spaces and everything beyond', () => {
  expect(isPlainAscii('A-1;~')).toBe(true)
  expect(isPlainAscii('a b')).toBe(false)
  expect(isPlainAscii('１')).toBe(false)
})

function sign(n: number): number {
  return n < 0 ? -1 : n > 0 ? 1 : 0
}

describe('owned', () => {
  it('is the same text, and lets go of the one it was cut from', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (x) => owned(x) === x))
    const megabyte = 2 ** 20
    const before = process.memoryUsage().heapUsed
    const cut = Array.from({ length: 100 }, (_, i) => owned(`${i}`.padEnd(megabyte, '甲乙丙').slice(100, 120)))
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * megabyte)
    expect(new Set(cut.map((text) => text.length))).toEqual(new Set([20]))
  })
})
