import type { AssessmentBasis } from './assess.ts'
import type { Columns } from './rules/columns.ts'
import { assessAll, planAssessment, type Results } from './rules/plan.ts'

/** A district assessed under two packs, two dates or two sets of values: who gains, who loses, what it costs. */

export interface Replay {
  readonly count: number
  readonly before: Results
  readonly after: Results
}

/** What happens to one household: comes in, goes out, gets more, gets less, gets the same, stays out. */
export type ReplayChange = 'entering' | 'leaving' | 'more' | 'less' | 'same' | 'neither'

export interface ReplaySide {
  readonly eligible: boolean
  readonly totalFen: number
  /** bits of REFUSAL */
  readonly refusals: number
}

export interface ReplayRow {
  readonly before: ReplaySide
  readonly after: ReplaySide
  readonly change: ReplayChange
}

/** Assesses every household of the columns under both; set-based, each side in one pass over the same columns. */
export function replay(basisA: AssessmentBasis, basisB: AssessmentBasis, columns: Columns): Replay {
  const run = ({ parameters, pack }: AssessmentBasis): Results => assessAll(planAssessment(parameters, pack.on, columns))
  return { count: columns.count, before: run(basisA), after: run(basisB) }
}

function changeOf({ before, after }: Replay, i: number): ReplayChange {
  const was = before.refusals[i] === 0
  const is = after.refusals[i] === 0
  if (!was || !is) {
    if (was === is) return 'neither'
    return is ? 'entering' : 'leaving'
  }
  const difference = (after.total[i] as number) - (before.total[i] as number)
  if (difference === 0) return 'same'
  return difference > 0 ? 'more' : 'less'
}

function sideOf(results: Results, i: number): ReplaySide {
  const refusals = results.refusals[i] as number
  return { eligible: refusals === 0, totalFen: results.total[i] as number, refusals }
}

/** Household `i` (by its place in the columns) under both. */
export function replayRow(run: Replay, i: number): ReplayRow {
  return { before: sideOf(run.before, i), after: sideOf(run.after, i), change: changeOf(run, i) }
}

/** Counts of households by change, and the cost of a month. */
export interface ReplayTotals extends Readonly<Record<ReplayChange, number>> {
  readonly households: number
  readonly beforeFen: number
  readonly afterFen: number
  readonly differenceFen: number
}

export interface ReplaySummary extends ReplayTotals {
  /** households that come in or get more */
  readonly winners: number
  /** households that go out or get less */
  readonly losers: number
  /** in order of the township's code */
  readonly townships: readonly (ReplayTotals & { readonly township: string })[]
}

type Sums = { -readonly [K in keyof ReplayTotals]: number }

function emptySums(): Sums {
  const changes = { entering: 0, leaving: 0, more: 0, less: 0, same: 0, neither: 0 }
  return { ...changes, households: 0, beforeFen: 0, afterFen: 0, differenceFen: 0 }
}

function addRow(sums: Sums, change: ReplayChange, beforeFen: number, afterFen: number): void {
  sums.households++
  sums[change]++
  sums.beforeFen += beforeFen
  sums.afterFen += afterFen
  sums.differenceFen += afterFen - beforeFen
}

/** Winners, losers and cost per month, in all and by township; `townshipOf` names the township of each household. */
export function replaySummary(run: Replay, townshipOf: readonly string[]): ReplaySummary {
  if (townshipOf.length !== run.count) throw new RangeError('one township per household')
  const all = emptySums()
  const towns = new Map<string, Sums>()
  for (const [i, township] of townshipOf.entries()) {
    const own = towns.get(township) ?? emptySums()
    towns.set(township, own)
    const change = changeOf(run, i)
    const [beforeFen, afterFen] = [run.before.total[i] as number, run.after.total[i] as number]
    addRow(all, change, beforeFen, afterFen)
    addRow(own, change, beforeFen, afterFen)
  }
  const townships = [...towns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([township, sums]) => ({ township, ...sums }))
  return { ...all, winners: all.entering + all.more, losers: all.leaving + all.less, townships }
}
