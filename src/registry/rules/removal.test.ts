import { expect, it } from 'vitest'
import { removalBlocked } from './removal.ts'

it('lets few households go, or few of many, and refuses what looks like a cut file', () => {
  expect(removalBlocked(2, 40, 2)).toBeNull()
  expect(removalBlocked(3, 40, 2)).toContain('将移出 3 户，占已登记 40 户的 7.5%')
  expect(removalBlocked(20, 1_000, 2)).toBeNull()
  expect(removalBlocked(21, 1_000, 2)).toContain('超过 2% 的上限')
  expect(removalBlocked(21, 1_000, 3)).toBeNull()
  expect(removalBlocked(3, 1_000, 0)).toContain('超过 0% 的上限')
})
