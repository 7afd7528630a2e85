import { expect, it } from 'vitest'
import { COPIED, exactCopy, storedCopy } from './exact-copy.ts'

it.each(COPIED)('the exact copy of %s.ts is fresh (node tools/exact-copy.ts)', (name) => {
  expect(storedCopy(name)).toBe(exactCopy(name))
  expect(exactCopy(name)).toContain("from './carrier-exact.ts'")
})
