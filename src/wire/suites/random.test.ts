import { expect, test } from 'vitest'
import { freshBytes } from './random.ts'

test('bytes are of the length asked for, given out once, and nobody else holds them', () => {
  const seen = new Set<string>()
  for (let n = 0; n < 5000; n += 1) {
    const bytes = freshBytes(16 + (n % 3))
    expect(bytes).toHaveLength(16 + (n % 3))
    const text = bytes.toString('hex')
    expect(seen.has(text)).toBe(false)
    seen.add(text)
    bytes.fill(0)
  }
  const counts = new Array<number>(256).fill(0)
  for (let n = 0; n < 4000; n += 1) for (const byte of freshBytes(64)) counts[byte] = (counts[byte] ?? 0) + 1
  // 1,000 of each value are expected; six deviations of that are 190
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(190)
})
