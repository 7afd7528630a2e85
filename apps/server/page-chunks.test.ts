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

const session = '</api/session>; rel=preload; as=fetch; crossorigin=anonymous'

it('names the session and the chunks of the page at an address, the written word before the place of any', () => {
  const links = pageLinks(
    folder({
      '/cases/$caseNo': ['assets/case.js'],
      '/cases/open': ['assets/frame.js', 'assets/open.js'],
      '/sign-in': ['assets/in.js'],
    }),
  )
  expect(links('/cases/2026-1?step=2')).toBe(`${session}, </assets/case.js>; rel=modulepreload`)
  expect(links('/cases/open')).toBe(`${session}, </assets/frame.js>; rel=modulepreload, </assets/open.js>; rel=modulepreload`)
  expect(links('/cases')).toBeUndefined()
  expect(links('/sign-in')).toBe('</assets/in.js>; rel=modulepreload')
})

it('knows nothing of pages that were built without the list, and refuses a list that would write another header', () => {
  expect(pageLinks('/nowhere')('/cases')).toBeUndefined()
  expect(() => pageLinks(folder({ '/cases': ['a.js>; rel=preload'] }))).toThrow()
})
