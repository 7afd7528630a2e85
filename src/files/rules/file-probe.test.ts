import { describe, expect, it } from 'vitest'
import { dotJpeg, dotPng, shortPdf } from '#testkit/handed-files'
import { PAPERS, PICTURES } from '../contract.ts'
import { FileProbe } from './file-probe.ts'

/** What is said of a file that comes in pieces of a size; null when it is taken. */
function said(bytes: Uint8Array, { types = PAPERS, piece = 1000 } = {}): string | null {
  const probe = new FileProbe('照片.jpg', types)
  for (let at = 0; at < bytes.length; at += piece) {
    const wrong = probe.add(bytes.subarray(at, at + piece))
    if (wrong !== null) return wrong
  }
  return probe.end()
}

const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => (i * 7919 + (i >> 3)) % 251))

/** A camera's picture whose head is larger than what is kept of a file. */
function largeJpeg(end = true): Buffer {
  const whole = dotJpeg()
  const ended = whole.subarray(-2)
  return Buffer.concat([whole.subarray(0, -2), noise(3_000_000), ...(end ? [ended] : [])])
}

describe('a file that is handed in', () => {
  it.each([
    ['a photo', dotJpeg('a')],
    ['a large photo', largeJpeg()],
    ['a photo with a film behind it', Buffer.concat([largeJpeg(), noise(500_000)])],
    ['a picture', dotPng],
    ['a PDF', shortPdf()],
  ])('is taken when it is %s, in pieces of any size', (_, bytes) => {
    for (const piece of [7, 1000, 5_000_000]) {
      if (bytes.length / piece < 5000) expect(said(bytes, { piece })).toBe(null)
    }
  })

  it('is refused by its first bytes, whatever its name, before the rest is looked at', () => {
    const probe = new FileProbe('照片.jpg', PAPERS)
    expect(probe.add(noise(1000))).toMatch(/“照片.jpg”不是 JPEG、PNG 图片或 PDF（按文件内容判断，与文件名无关），请/)
    expect(said(Buffer.from('<html>'))).toMatch(/不是 JPEG/)
    expect(said(shortPdf(), { types: PICTURES })).toMatch(/不是 JPEG 或 PNG 图片/)
  })

  it.each([
    ['random bytes behind the mark of a JPEG', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), noise(60_000)]), /打不开/],
    ['a photo whose upload broke off', largeJpeg(false), /打不开：图片不完整/],
    ['a picture cut in the middle', dotPng.subarray(0, 40), /打不开/],
    ['a PDF without an end', Buffer.from('%PDF-1.7\n1 0 obj\n<< >>\nendobj\n'), /不是完整的 PDF/],
    ['nothing', Buffer.alloc(0), /空文件/],
  ])('is refused when it is %s', (_, bytes, sentence) => {
    expect(said(bytes)).toMatch(sentence)
  })

  it('is refused when opening it would fill the memory', () => {
    const huge = Buffer.from(dotPng)
    huge.writeUInt32BE(30_000, 16)
    huge.writeUInt32BE(30_000, 20)
    expect(said(huge)).toMatch(/30000×30000 个像素，太大/)
  })
})
