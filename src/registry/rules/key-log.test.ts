import { describe, expect, it } from 'vitest'
import { KeyLog } from './key-log.ts'

/** Numbers that look random and are the same each time. */
function* numbers(): Generator<number> {
  for (let n = 7; ; n = (n * 1_103_515_245 + 12_345) % 2_147_483_648) yield n
}

const orders: Readonly<Record<string, (i: number, random: number) => string>> = {
  'in order': (i) => String(i).padStart(6, '0'),
  'in order, with one before the others now and then': (i, random) => String(i % 50 === 49 ? random % i : i).padStart(6, '0'),
  'from the last to the first': (i) => String(9999 - i).padStart(6, '0'),
  'in no order, many of them twice': (_, random) => String(random % 700),
}

describe('accepted keys', () => {
  it.each(Object.entries(orders))('are known as a Map knows them: %s', (_, keyAt) => {
    const log = new KeyLog()
    const map = new Map<string, number>()
    const random = numbers()
    for (let i = 0; i < 1500; i++) {
      const key = keyAt(i, random.next().value as number)
      const other = String((random.next().value as number) % 1500).padStart(6, '0')
      expect([log.get(key), log.has(other)]).toEqual([map.get(key), map.has(other)])
      if (i % 9 === 8) expect(log.delete(other)).toBe(map.delete(other))
      else {
        log.set(key, i)
        map.set(key, i)
      }
    }
    for (const [key, digest] of map) expect(log.get(key)).toBe(digest)
    log.clear()
    for (const key of map.keys()) expect(log.has(key)).toBe(false)
  })

  it('keep a digest that is no number, and the empty key', () => {
    const log = new KeyLog().set('', Number.NaN).set('a', 1)
    expect([log.get(''), log.has(''), log.get('a')]).toEqual([Number.NaN, true, 1])
  })
})
