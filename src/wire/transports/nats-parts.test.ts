import { headers } from '@nats-io/transport-node'
import { expect, test } from 'vitest'
import { followingReceipts } from '../protocol/receipt-order.ts'
import { Assemblies, PART_BYTES, partsOf } from './nats-parts.ts'
import { nodeToken, permissionsOf } from './nats-subjects.ts'

test('ids of nodes become single tokens, and no two the same', () => {
  const ids = ['629901.police', '629901_police', '629901-police', '乙.centre', 'a*b', 'a/b', 'a=b']
  const tokens = ids.map(nodeToken)
  expect(tokens[0]).toBe('629901_police')
  expect(tokens.every((token) => /^[A-Za-z0-9_=-]+$/.test(token))).toBe(true)
  expect(new Set(tokens).size).toBe(ids.length)
  expect(permissionsOf('a.b').publish[0]).toBe('yingbao.*.a_b.*')
})

test('a frame is cut and joined again; parts that do not follow each other give nothing', () => {
  const frame = Buffer.alloc(PART_BYTES * 2 + 5, 7)
  const parts = partsOf(frame, 'm1')
  expect(parts.map(({ bytes }) => bytes.length)).toEqual([PART_BYTES, PART_BYTES, 5])
  expect(partsOf(Buffer.alloc(10), 'm2')).toMatchObject([{ msgId: 'm2', headers: undefined }])
  const join = (order: readonly number[]) => {
    const assemblies = new Assemblies()
    return order.map((i) => assemblies.add('s', parts[i]?.bytes ?? frame, parts[i]?.headers)).at(-1)
  }
  expect(Buffer.from(join([0, 1, 2]) ?? '').equals(frame)).toBe(true)
  expect(Buffer.from(join([0, 1, 0, 1, 2]) ?? '').equals(frame)).toBe(true)
  for (const order of [[1, 2], [0, 2], [0, 1, 1, 2], [2]]) expect(join(order)).toBeNull()
})

test('a part of a frame beyond every limit is dropped', () => {
  const mark = headers()
  mark.set('Yb-Part', 'm3 0 1000000')
  expect(new Assemblies().add('s', Buffer.alloc(10), mark)).toBeNull()
})

test('receipts are kept in order, per lane; a gap is told', () => {
  const receipt = (seq: number, chan = 'a>b') => ({ id: '', chan, seq, hash: '', at: '' })
  const standing = { batch: { receipted: 3 }, single: { receipted: 0 } }
  const numbers = (list: readonly ReturnType<typeof receipt>[]) => {
    const { next, isGap } = followingReceipts(list, standing)
    return [next.map(({ seq }) => seq), isGap]
  }
  expect(numbers([receipt(5), receipt(4), receipt(2), receipt(4)])).toEqual([[4, 5], false])
  expect(numbers([receipt(4), receipt(6)])).toEqual([[4], true])
  expect(numbers([receipt(1, 'a>b#single'), receipt(2)])).toEqual([[1], false])
})
