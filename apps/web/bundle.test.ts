import { expect, it } from 'vitest'
import { measureWebBytes } from '../../bench/web-bytes.ts'

/** KiB of gzip: what is there before any page, with the first page, and what home, lists and the case may add. */
const mostEntry = 115
const mostFirst = 130
const mostPage = 25

it('the scripts of the office pages stay within their bytes', { timeout: 180_000 }, async () => {
  const { entry, pages, named } = await measureWebBytes()
  expect(entry).toBeGreaterThan(50)
  expect(entry).toBeLessThanOrEqual(mostEntry)
  expect(entry + (pages['sign-in/sign-in'] ?? mostFirst)).toBeLessThanOrEqual(mostFirst)
  const watched = ['task/tasks', 'case/cases', 'case/case', 'household/list', 'household/household']
  expect(Object.keys(pages)).toEqual(expect.arrayContaining(watched))
  expect(watched.filter((page) => (pages[page] ?? 0) > mostPage)).toEqual([])
  // the frame and the page itself at least
  const known = ['/tasks', '/cases', '/cases/$caseNo', '/households', '/households/$householdNo', '/progress']
  expect(known.filter((address) => (named[address] ?? 0) < 2)).toEqual([])
})
