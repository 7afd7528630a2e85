import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { officePages } from './pages/navigation.ts'
import { helpTexts } from './ui/help-texts.ts'

/** Every page has a short help beside it: what it is for, who does what, what comes next. */

const here = import.meta.dirname
const addresses = readdirSync(here)
  .filter((name) => name.endsWith('.tsx'))
  .flatMap((name) => [...readFileSync(join(here, name), 'utf8').matchAll(/^ {2}path: '([^']+)'/gm)].map(([, path = '']) => path))

/** Addresses without a help, or with one that is too short or too long to be read. */
function lacking(paths: readonly string[], texts: Readonly<Record<string, readonly string[]>>): string[] {
  return paths.filter((path) => {
    const sentences = (texts[path] ?? []).join('').match(/[^。？！]+[。？！]/g) ?? []
    return sentences.length < 3 || sentences.length > 6
  })
}

describe('the help of pages', () => {
  it('is there for every page of the router and of the navigation, in three to six sentences', () => {
    expect(addresses.length).toBeGreaterThan(40)
    expect(lacking([...addresses, ...officePages.map(({ to }) => to)], helpTexts)).toEqual([])
  })

  it('is missed where it is missing or says too little', () => {
    const { '/payments': _payments, ...others } = helpTexts
    expect(lacking(addresses, others)).toEqual(['/payments'])
    expect(lacking(addresses, { ...helpTexts, '/cases/$caseNo': ['这里是一个案件。'] })).toEqual(['/cases/$caseNo'])
  })

  it('belongs to a page each, and each is written for its page', () => {
    expect(Object.keys(helpTexts).filter((path) => !addresses.includes(path))).toEqual([])
    const first = Object.values(helpTexts).map(([purpose]) => purpose)
    expect(new Set(first).size).toBe(first.length)
  })

  it('is opened from the frame of the office and from the pages outside it, and its words are loaded when asked for', () => {
    for (const frame of ['shell', 'sign-in/sign-in-page', 'report/check-page'])
      expect(readFileSync(join(here, `pages/${frame}.tsx`), 'utf8'), frame).toContain('<PageHelp')
    const button = readFileSync(join(here, 'ui/page-help.tsx'), 'utf8')
    expect(button).toMatch(/lazy\(async.*import\('\.\/help-dialog\.tsx'\)/)
    expect(button).not.toContain('help-texts')
  })
})
