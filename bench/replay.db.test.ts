import { expect, it } from 'vitest'
import { runReplayBench } from './replay.bench.ts'

it('a district replayed from the database comes to what it comes to in memory, by a few statements', async () => {
  const report = (await runReplayBench({ households: 400 }, () => undefined)) as {
    winners: number
    losers: number
    machine: object
    from_database: { households: number; winners: number; losers: number; kept_rows: number; statements: number }
  }
  const { winners, losers, from_database: kept } = report
  expect(kept).toMatchObject({ households: 400, winners, losers, kept_rows: winners + losers })
  expect(winners).toBeGreaterThan(0)
  expect(kept.statements).toBeLessThan(20)
  expect(report.machine).toHaveProperty('cpu')
})
