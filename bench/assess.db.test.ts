import { expect, it } from 'vitest'
import { runAssessBench } from './assess.bench.ts'

it('bulk, single, explanation, hand-written loop and SQL agree to the fen', async () => {
  const report = await runAssessBench({ households: 1500 }, () => undefined)
  expect(report).toMatchObject({
    households: 1500,
    mismatches: 0,
    mismatches_by_runner: { by_hand: 0, single: 0, explain: 0, sql: 0 },
  })
  expect(Object.keys(report)).toEqual(expect.arrayContaining(['ratio', 'explain_ms', 'machine']))
})
