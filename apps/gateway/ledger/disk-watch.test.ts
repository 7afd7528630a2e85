/** How full a disk is, as df counts. */
import { expect, test } from 'vitest'
import { DISK_WARN, usedOf } from './disk-watch.ts'

test('blocks kept back for others are neither used nor free', () => {
  expect(usedOf({ blocks: 252, bfree: 217, bavail: 55 })).toBeCloseTo(35 / 90)
  expect(usedOf({ blocks: 252, bfree: 217, bavail: 55 })).toBeLessThan(DISK_WARN)
  expect(usedOf({ blocks: 100, bfree: 5, bavail: 0 })).toBe(1)
  expect(usedOf({ blocks: 100, bfree: 100, bavail: 95 })).toBe(0)
  expect(usedOf({ blocks: 0, bfree: 0, bavail: 0 })).toBe(0)
})
