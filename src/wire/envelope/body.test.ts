import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { suiteNames } from '../contract.ts'
import { digestHex } from '../suites/suite.ts'
import { encodeBody, encodeLines, encodeRelay, prepareLines, proveLine, provesLine, readBody } from './body.ts'

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
        expect(readBody(body.packed, body.count, body.root, suite).lines).toEqual(lines)
      }),
    )
  })

  test('a small body travels as it is, a larger one compressed', () => {
    for (const [length, isCompressed] of [
      [100, false],
      [4000, false],
      [4096, true],
      [100_000, true],
    ] as const) {
      const { root, packed, count } = encodeLines(['x'.repeat(length)], suite)
      expect(packed.length < length).toBe(isCompressed)
      expect(readBody(packed, count, root, suite).lines[0]).toHaveLength(length)
    }
  })
  test('any one line is provable alone, and no other text, place or root', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), line, (lines, pick, other) => {
        const at = pick % lines.length
        const text = lines[at] ?? ''
        const { root, packed, count } = encodeLines(lines, suite)
        const read = readBody(packed, count, root, suite)
        const proof = proveLine(read, at)
        expect(provesLine(text, proof, root, suite)).toBe(true)
        if (other !== text) expect(provesLine(other, proof, root, suite)).toBe(false)
        expect(provesLine(`${text} `, proof, root, suite)).toBe(false)
        const another = encodeLines([...lines, '{}'], suite).root
        expect(provesLine(text, proof, another, suite)).toBe(false)
        const elsewhere = lines.findIndex((each) => each !== text)
        if (elsewhere >= 0) expect(provesLine(text, proveLine(read, elsewhere), root, suite)).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  test('a line in the third level of the tree is proven by three steps', () => {
    const lines = Array.from({ length: 300 }, (_, i) => JSON.stringify({ i }))
    const { root, packed, count } = encodeLines(lines, suite)
    const read = readBody(packed, count, root, suite)
    for (const at of [0, 15, 16, 255, 256, 299]) {
      const proof = proveLine(read, at)
      const { salt, steps } = proof
      expect(steps).toHaveLength(3)
      expect(provesLine(lines[at] ?? '', proof, root, suite)).toBe(true)
      expect(provesLine(lines[at] ?? '', { salt, steps: steps.slice(1) }, root, suite)).toBe(false)
      expect(provesLine(lines[at] ?? '', { salt, steps: steps.toReversed() }, root, suite)).toBe(false)
    }
  })

  test('neither a header nor the proof of one line lets anyone try out what other lines say', () => {
    const lines = ['{"head":1}', '["guessed"]', '["own"]']
    const [sent, guessed] = [encodeLines(lines, suite), encodeLines(lines, suite)]
    expect(guessed.root).not.toBe(sent.root)
    const proof = proveLine(readBody(sent.packed, 3, sent.root, suite), 2)
    const [leaf] = [proof.steps[0]?.children[1]]
    const hash = digestHex(suite, lines[1] ?? '')
    const tries = [hash, digestHex(suite, proof.salt + hash), digestHex(suite, digestHex(suite, ':1') + hash)]
    expect(tries).not.toContain(leaf)
  })

  test('the same lines under the same nonce are the same body; a nonce has one form', () => {
    const nonce = 'n'.repeat(22)
    expect(encodeLines(['{}'], suite, nonce)).toEqual(encodeLines(['{}'], suite, nonce))
    expect(() => encodeLines(['{}'], suite, 'short')).toThrow(RangeError)
    expect(() => readBody(zstdCompressSync('{}\n{}\n'), 1, 'a'.repeat(64), suite)).toThrow('without its nonce')
  })

  test('a node of the tree does not pass for a line', () => {
    const { root, packed } = encodeLines(['{"i":0}', '{"i":1}'], suite)
    const { salt, steps } = proveLine(readBody(packed, 2, root, suite), 0)
    const node = `\u0001${steps[0]?.children.join('')}`
    for (const proof of [
      { salt, steps: [] },
      { salt: '', steps },
      { salt: '', steps: [] },
    ]) {
      expect(provesLine(node, proof, root, suite)).toBe(false)
    }
    const unsound = { salt, steps: [{ children: [`${steps[0]?.children[0]}`, 'x'], position: 0 }] }
    expect(provesLine('{"i":0}', unsound, root, suite)).toBe(false)
  })

  test('is refused with another count, root or suite, or cut', () => {
    const body = encodeLines(['{"i":0}', '{"i":1}'], suite)
    const other = suite === 'GM1' ? 'ED1' : 'GM1'
    expect(() => readBody(body.packed, 3, body.root, suite)).toThrow(RangeError)
    expect(() => readBody(body.packed, 2, 'a'.repeat(64), suite)).toThrow(RangeError)
    expect(() => readBody(body.packed, 2, body.root, other)).toThrow(RangeError)
    expect(() => readBody(body.packed.subarray(0, -3), 2, body.root, suite)).toThrow()
    expect(() => encodeBody([prepareLines(['{}'], other)], suite)).toThrow('another suite')
  })

  test('joined parts are one body, whoever prepared them', () => {
    const [first, second] = [['{"kind":"records"}'], ['[1]', '[2]']]
    const nonce = 'n'.repeat(22)
    const joined = encodeBody([prepareLines(first ?? [], suite), prepareLines(second ?? [], suite)], suite, nonce)
    expect(joined.root).toBe(encodeLines(['{"kind":"records"}', '[1]', '[2]'], suite, nonce).root)
    expect(readBody(joined.packed, 3, joined.root, suite).lines).toEqual(['{"kind":"records"}', '[1]', '[2]'])
  })

  test('of a relay is the frame itself', () => {
    const frame = Buffer.from('any bytes')
    expect(encodeRelay(frame, suite)).toEqual({ suite, count: 1, root: digestHex(suite, frame), packed: frame })
  })
})
