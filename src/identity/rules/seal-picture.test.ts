import { describe, expect, it } from 'vitest'
import { sealFault } from './seal-picture.ts'

/** The first bytes of a PNG. */
function head(width: number, height: number, colour: number): Uint8Array {
  const bytes = new Uint8Array(33)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const view = new DataView(bytes.buffer)
  view.setUint32(16, width)
  view.setUint32(20, height)
  view.setUint8(24, 8)
  view.setUint8(25, colour)
  return bytes
}

describe('sealFault', () => {
  it.each([
    [200, 2000, 6],
    [600, 600, 4],
  ])('takes %i × %i of colour kind %i', (width, height, colour) => expect(sealFault(head(width, height, colour))).toBeNull())

  it.each([
    ['a photograph', new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), /须是 PNG/],
    ['a cut file', head(600, 600, 6).subarray(0, 20), /须是 PNG/],
    ['a thumbnail', head(199, 600, 6), /199×600/],
    ['a poster', head(600, 2001, 6), /600×2001/],
    ['a white ground', head(600, 600, 2), /透明背景/],
  ])('refuses %s in words', (_what, bytes, words) => expect(sealFault(bytes)).toMatch(words))
})
