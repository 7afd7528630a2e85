import { describe, expect, it } from 'vitest'
import { fileType } from '#kernel/file-type'
import { type PaperState, paperState, scanPages } from './authorisation-paper.ts'

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))

describe('state of a paper', () => {
  const paper = { signature: 'signed', signed_on: '2026-01-10', valid_to: '2027-01-09', withdrawn_on: null }

  it.each<[string, Partial<Record<keyof typeof paper, string | null>>, string, PaperState]>([
    ['on its first day', {}, '2026-01-10', 'signed'],
    ['before it', {}, '2026-01-09', 'missing'],
    ['on its last day', {}, '2027-01-09', 'signed'],
    ['after it', {}, '2027-01-10', 'expired'],
    ['open at the end', { valid_to: null }, '2099-01-01', 'signed'],
    ['signed by a guardian', { signature: 'guardian' }, '2026-02-01', 'guardian'],
    ['never signed', { signature: 'missing', signed_on: null }, '2026-02-01', 'missing'],
    ['signed without a day', { signed_on: null }, '2026-02-01', 'missing'],
    ['the day before its withdrawal', { withdrawn_on: '2026-03-01' }, '2026-02-28', 'signed'],
    ['on the day of its withdrawal', { withdrawn_on: '2026-03-01' }, '2026-03-01', 'withdrawn'],
    ['withdrawn and run out', { withdrawn_on: '2026-03-01' }, '2028-01-01', 'withdrawn'],
  ])('%s', (_, change, on, state) => {
    expect(paperState({ ...paper, ...change } as typeof paper, on)).toBe(state)
  })

  it('is missing where there is none', () => {
    expect(paperState(undefined, '2026-01-01')).toBe('missing')
  })
})

describe('a scan', () => {
  it.each<[string, string, string | null]>([
    ['JPEG', '\xff\xd8\xff\xe0rest', 'image/jpeg'],
    ['PNG', '\x89PNG\r\n\x1a\nrest', 'image/png'],
    ['PDF', '%PDF-1.4\n', 'application/pdf'],
    ['a web page named .jpg', '<html><script>', null],
    ['SVG', '<?xml version="1.0"?><svg/>', null],
    ['GIF', 'GIF89a....', null],
    ['half a magic number', '\xff\xd8', null],
    ['nothing', '', null],
  ])('%s', (_, content, type) => {
    expect(fileType(bytes(content))).toBe(type)
  })

  it('counts the pages of a PDF that stand in clear', () => {
    const page = '<< /Type /Page /Parent 1 0 R >>'
    const tree = '<< /Type /Pages /Count 2 >>'
    expect(scanPages('application/pdf', bytes(`%PDF-1.4 ${tree} ${page} ${page}`))).toBe(2)
    expect(scanPages('application/pdf', bytes('%PDF-1.7 compressed'))).toBeNull()
    expect(scanPages('image/png', bytes(''))).toBe(1)
  })
})
