import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** The calendar of a process may change at one place alone, or rules would not be pure. */
function callersOf(files: readonly { path: string; text: string }[]): string[] {
  return files.filter(({ text }) => text.includes('setHolidayNotices')).map(({ path }) => path)
}

test('only identity takes holiday notices into the calendar', () => {
  const paths = globSync('{src,apps,bench,synth,testkit}/**/*.{ts,tsx}').filter((path) => !/\.test\.tsx?$/.test(path))
  const files = paths.map((path) => ({ path, text: readFileSync(path, 'utf8') }))
  expect(callersOf(files).sort()).toEqual(['src/identity/holidays.ts', 'src/kernel/calendar.ts'])
  const planted = { path: 'src/verification/rules/asking/clock.ts', text: 'setHolidayNotices(new Map())' }
  expect(callersOf([...files, planted])).toContain(planted.path)
})
