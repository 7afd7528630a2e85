import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { carriedTogether } from './carried-together.ts'

async function callsOf(sizes: readonly number[], atOnce: number): Promise<number[][]> {
  let next = 0
  const groups = sizes.map((size) => Array.from({ length: size }, () => next++))
  const written = new Set<number>()
  const calls: number[][] = []
  await carriedTogether(
    groups,
    { atOnce, together: 16 },
    {
      write: async (group) => {
        await turn()
        for (const each of group) written.add(each)
      },
      carry: async (call) => {
        expect(call.every((each) => written.has(each))).toBe(true)
        calls.push([...call])
        await turn()
      },
    },
  )
  return calls
}

const same = (size: number, times: number): number[] => Array.from({ length: times }, () => size)

test('messages of small groups are carried sixteen together', async () => {
  expect((await callsOf(same(4, 10), 1)).map((call) => call.length)).toEqual([16, 16, 8])
  expect((await callsOf(same(64, 2), 1)).map((call) => call.length)).toEqual(same(16, 8))
})

test('each is carried once, whoever works at once', async () => {
  const calls = await callsOf([...same(2, 31), 1, 64], 4)
  expect(calls.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 127 }, (_, i) => i))
  expect(calls.filter((call) => call.length === 16).length).toBeGreaterThanOrEqual(4)
  expect(Math.max(...calls.map((call) => call.length))).toBe(16)
})
