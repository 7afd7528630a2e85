import { expect, test } from 'vitest'
import { hashNumbers, Presence } from './presence.ts'

const numbers = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `6299011990${String(from + i).padStart(7, '0')}X`)

function presenceOf(ids: readonly string[]): Presence {
  const presence = Presence.sized(ids.length)
  for (const id of ids) presence.add(id)
  return presence
}

test('a number that is there is never missed, also after keeping', () => {
  const there = numbers(0, 20_000)
  const hashes = hashNumbers(there)
  const kept = Presence.from(presenceOf(there).bytes())
  expect(there.every((_, i) => kept.mayHold(hashes, i))).toBe(true)
})

test('few of those that are not there are looked for', () => {
  const presence = presenceOf(numbers(0, 20_000))
  const others = hashNumbers(numbers(1_000_000, 20_000))
  const inVain = numbers(1_000_000, 20_000).filter((_, i) => presence.mayHold(others, i)).length
  expect(inVain).toBeLessThan(20_000 * 0.02)
})

test('an empty record type holds nobody', () => {
  const asked = hashNumbers(numbers(0, 10))
  const presence = presenceOf([])
  expect(numbers(0, 10).some((_, i) => presence.mayHold(asked, i))).toBe(false)
})
