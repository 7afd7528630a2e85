import { expect, it } from 'vitest'
import { benchRoll, replayInMemory } from './replay.bench.ts'

interface Told {
  readonly households: number
  readonly seconds: number
  readonly winners: number
  readonly losers: number
  readonly changes: Readonly<Record<string, number>>
  readonly cost_per_month: { readonly before: number; readonly after: number; readonly difference: number }
  readonly cost_by_township: readonly { readonly households: number; readonly winners: number; readonly difference: number }[]
}

function sum(xs: readonly number[]): number {
  return xs.reduce((total, x) => total + x, 0)
}

it('the townships add up to the district, under two packs and on two dates', () => {
  const report = replayInMemory(benchRoll(1200), () => undefined) as Told & { two_dates: Told }
  expect(report.households).toBe(1200)
  for (const told of [report, report.two_dates]) {
    expect(told.seconds).toBeGreaterThan(0)
    expect(sum(Object.values(told.changes))).toBe(told.households)
    expect(sum(told.cost_by_township.map((own) => own.households))).toBe(told.households)
    expect(sum(told.cost_by_township.map((own) => own.winners))).toBe(told.winners)
    expect(sum(told.cost_by_township.map((own) => own.difference))).toBeCloseTo(told.cost_per_month.difference, 2)
    expect(told.cost_per_month.after - told.cost_per_month.before).toBeCloseTo(told.cost_per_month.difference, 2)
    expect(told.winners).toBeGreaterThan(0)
  }
  expect(report.losers).toBeGreaterThan(0)
})
