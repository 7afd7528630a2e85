import { expect, test } from 'vitest'
import { creditBeside, inHandOf, isMuch } from './in-hand.ts'

const frame = (header: object, bytes = 0): Buffer => {
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, text, Buffer.alloc(bytes)])
}
const chan = '629901.centre>629901.police'
const id = '0197b5a0-0000-7000-8000-000000000001'

test('what is in hand is counted by lane; what cannot be read counts as nothing of a lane', () => {
  const frames = [
    frame({ chan: `${chan}#single`, seq: 9, id, from: 'a' }),
    frame({ chan, seq: 3, id, from: 'a' }),
    frame({ chan, seq: 4, id, from: 'a' }, 100),
    Buffer.from('?'),
  ]
  const hand = inHandOf(frames)
  expect(hand.last).toEqual({ batch: 4, single: 9 })
  expect(hand.count).toEqual({ batch: 3, single: 1 })
  expect(hand.bytes).toBe(frames.reduce((sum, each) => sum + each.length, 0))
})

test('many messages, or large ones, are much', () => {
  const small = frame({ chan, seq: 1 })
  expect(isMuch(Array.from({ length: 31 }, () => small))).toBe(false)
  expect(isMuch(Array.from({ length: 32 }, () => small))).toBe(true)
  expect(isMuch([frame({ chan, seq: 1 }, 300_000)])).toBe(true)
  expect(isMuch([])).toBe(false)
})

test('the credit of a call leaves room for what is in hand, and is never less than nothing', () => {
  const credit = { batch: 200, single: 5, bytes: 1000, why: 'disk_full' } as const
  expect(creditBeside(null, credit)).toEqual({ batch: 128, single: 5, bytes: 1000, why: 'disk_full' })
  const hand = { count: { batch: 128, single: 9 }, last: { batch: 128, single: 9 }, bytes: 1200 }
  expect(creditBeside(hand, credit)).toEqual({ batch: 72, single: 0, bytes: 0, why: 'disk_full' })
})
