import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pageLinks } from './page-chunks.ts'

function folder(list: object): string {
  const dir = mkdtempSync(join(tmpdir(), 'page-chunks-'))
  writeFileSync(join(dir, 'page-chunks.json'), JSON.stringify(list))
  return dir
}

const script = (file: string) => `<link rel="modulepreload" crossorigin href="/${file}">`
const data = (address: string) => `<link rel="preload" as="fetch" crossorigin href="${address}">`
const session = data('/api/session')

it('names the session and the chunks of the page at an address, the written word before the place of any', () => {
  const links = pageLinks(
    folder({
      '/cases/$caseNo': { chunks: ['assets/case.js'], asks: [] },
      '/cases/open': { chunks: ['assets/frame.js', 'assets/open.js'], asks: [] },
      '/sign-in': { chunks: ['assets/in.js'], asks: [] },
    }),
  )
  expect(links('/cases/2026-1?step=2')).toBe(session + script('assets/case.js'))
  expect(links('/cases/open')).toBe(session + script('assets/frame.js') + script('assets/open.js'))
  expect(links('/cases')).toBe('')
  expect(links('/sign-in')).toBe(script('assets/in.js'))
})

it('names what the page asks first, but not under conditions of its own, and writes no part of an address that is not plain', () => {
  const links = pageLinks(
    folder({
      '/cases': { chunks: [], asks: ['/api/cases?limit=50'] },
      '/cases/$caseNo': { chunks: [], asks: ['/api/cases/$caseNo'] },
    }),
  )
  expect(links('/cases')).toBe(session + data('/api/cases?limit=50'))
  expect(links('/cases?state=open')).toBe(session)
  expect(links('/cases/AJ2026000001?step=visit')).toBe(session + data('/api/cases/AJ2026000001'))
  expect(links('/cases/"><script>')).toBe(session)
  expect(links('/cases/%22')).toBe(session)
  expect(links('/cases/$&')).toBe(session)
})

it('knows nothing of pages that were built without the list, and refuses a list that would write another element', () => {
  expect(pageLinks('/nowhere')('/cases')).toBe('')
  expect(() => pageLinks(folder({ '/cases': { chunks: ['a.js">'], asks: [] } }))).toThrow()
  expect(() => pageLinks(folder({ '/cases': { chunks: [], asks: ['/api/x">'] } }))).toThrow()
  expect(() => pageLinks(folder({ '/cases': { chunks: [], asks: ['//elsewhere/api/x'] } }))).toThrow()
})
