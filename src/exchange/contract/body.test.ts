import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeBody,
  digestHex,
  encodeBody,
  encodeLines,
  encodeRelay,
  merkleProof,
  prepareLines,
  provesLine,
  suiteNames,
} from '#exchange/wire'

const line = fc.jsonValue().map((value) => JSON.stringify(value))
/** bodies of one, two and three levels of the tree */
const bodies = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 40 }), fc.constantFrom(1, 1, 1, 8))
  .map(([lines, times]) =>
    Array.from({ length: times }, (_, n) => lines.map((text) => (times === 1 ? text : `[${n},${text}]`))).flat(),
  )

describe.each(suiteNames)('the body of a message under %s', (suite) => {
  test('gives its lines back', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const body = encodeLines(lines, suite)
        expect(decodeBody(body.packed, body.count, body.root, suite)).toEqual(lines)
      }),
    )
  })

  test('any one line is provable alone, and no other text, place or root', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), line, (lines, pick, other) => {
        const at = pick % lines.length
        const text = lines[at] ?? ''
        const prepared = prepareLines(lines, suite)
        const { root } = encodeBody([prepared], suite)
        const proof = merkleProof(prepared, at)
        expect(provesLine(text, proof, root, suite)).toBe(true)
        if (other !== text) expect(provesLine(other, proof, root, suite)).toBe(false)
        expect(provesLine(`${text} `, proof, root, suite)).toBe(false)
        const another = encodeLines([...lines, '{}'], suite).root
        expect(provesLine(text, proof, another, suite)).toBe(false)
        const elsewhere = lines.findIndex((each) => each !== text)
        if (elsewhere >= 0) expect(provesLine(text, merkleProof(prepared, elsewhere), root, suite)).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  test('a line in the third level of the tree is proven by three steps', () => {
    const lines = Array.from({ length: 300 }, (_, i) => JSON.stringify({ i }))
    const prepared = prepareLines(lines, suite)
    const { root } = encodeBody([prepared], suite)
    for (const at of [0, 15, 16, 255, 256, 299]) {
      const proof = merkleProof(prepared, at)
      expect(proof).toHaveLength(3)
      expect(provesLine(lines[at] ?? '', proof, root, suite)).toBe(true)
      expect(provesLine(lines[at] ?? '', proof.slice(1), root, suite)).toBe(false)
      expect(provesLine(lines[at] ?? '', proof.toReversed(), root, suite)).toBe(false)
    }
  })

  test('a node of the tree does not pass for a line', () => {
    const prepared = prepareLines(['{"i":0}', '{"i":1}'], suite)
    const { root } = encodeBody([prepared], suite)
    expect(provesLine(`\u0001${prepared.leaves.join('')}`, [], root, suite)).toBe(false)
    const node = Buffer.from(`01${prepared.leaves.join('')}`, 'hex')
    expect(digestHex(suite, node)).toBe(root)
    const lines = encodeBody([{ suite, bytes: Buffer.concat([node, Buffer.of(10)]), leaves: [root] }], suite)
    expect(() => decodeBody(lines.packed, 1, lines.root, suite)).toThrow(RangeError)
  })

  test('is refused with another count, root or suite, or cut', () => {
    const body = encodeLines(['{"i":0}', '{"i":1}'], suite)
    const other = suite === 'GM1' ? 'ED1' : 'GM1'
    expect(() => decodeBody(body.packed, 3, body.root, suite)).toThrow(RangeError)
    expect(() => decodeBody(body.packed, 2, 'a'.repeat(64), suite)).toThrow(RangeError)
    expect(() => decodeBody(body.packed, 2, body.root, other)).toThrow(RangeError)
    expect(() => decodeBody(body.packed.subarray(0, -3), 2, body.root, suite)).toThrow()
    expect(() => encodeBody([prepareLines(['{}'], other)], suite)).toThrow('another suite')
  })

  test('joined parts are one body, whoever prepared them', () => {
    const [first, second] = [['{"kind":"records"}'], ['[1]', '[2]']]
    const joined = encodeBody([prepareLines(first ?? [], suite), prepareLines(second ?? [], suite)], suite)
    expect(joined.root).toBe(encodeLines(['{"kind":"records"}', '[1]', '[2]'], suite).root)
    expect(decodeBody(joined.packed, 3, joined.root, suite)).toEqual(['{"kind":"records"}', '[1]', '[2]'])
  })

  test('of a relay is the frame itself', () => {
    const frame = Buffer.from('any bytes')
    expect(encodeRelay(frame, suite)).toEqual({ suite, count: 1, root: digestHex(suite, frame), packed: frame })
  })
})
