import { describe, expect, it } from 'vitest'
import { CopyBytes } from './copy-bytes.ts'
import { type CopyValue, copyLine } from './copy-text.ts'

const rows: readonly (readonly CopyValue[])[] = [
  ['H001', null, undefined, 540, -1, 12n, true, false, ''],
  ['甲应柏', '乙丑云岭社区2组51号', 'é', 'a\tb', 'c\nd', 'e\r\nf', 'g\\h', '\\N'],
  ['𠮷野', '😀\t', `lone \ud800 half`, '\u0000\u007f\u0080\u07ff\u0800\uffff'],
  [new Uint8Array(0), Buffer.from([0, 1, 0xab, 255]), [Buffer.from([1]), Buffer.from([0xfe])]],
  [['a"b', 'c\\d', '甲', null, 7], [], { 甲: 'a\nb' }],
  ['x'.repeat(70_000), '甲'.repeat(70_000), Buffer.alloc(70_000, 0x5a)],
  ['only'],
  [],
]

describe('lines of COPY as bytes', () => {
  it.each(rows.map((row, i) => [i, row] as const))('are the bytes of the same line as text: row %i', (_, row) => {
    const lines = new CopyBytes()
    lines.line(row)
    expect(lines.take().equals(Buffer.from(copyLine(row), 'utf8'))).toBe(true)
  })

  it('are all there, each piece once, and no piece changes afterwards', () => {
    const lines = new CopyBytes()
    const pieces: Buffer[] = []
    for (let i = 0; i < 600; i++) {
      lines.line(rows[i % rows.length] ?? [])
      if (lines.length > 300_000) pieces.push(lines.take())
    }
    pieces.push(lines.take())
    expect(lines.length).toBe(0)
    const wanted = Array.from({ length: 600 }, (_, i) => copyLine(rows[i % rows.length] ?? [])).join('')
    expect(pieces.length).toBeGreaterThan(30)
    expect(Buffer.concat(pieces).equals(Buffer.from(wanted, 'utf8'))).toBe(true)
  })
})
