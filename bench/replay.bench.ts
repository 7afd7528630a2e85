import { cpus } from 'node:os'
import {
  type AssessmentBasis,
  assessmentBasis,
  columnsOf,
  type Household,
  loadPack,
  packAt,
  type ReplaySummary,
  replay,
  replaySummary,
} from '#policy'
import { benchHouseholds, countyBasis, DECISION_DATE } from './assess-households.ts'

const SEED = 20_260_916
const TOWNSHIPS = 40
const MS = 1000
const FEN = 100
/** a standard rises between them */
const DATES = ['2024-10-01', '2025-09-15'] as const

function basisOf(pack: string, on: string): AssessmentBasis {
  return assessmentBasis(packAt(loadPack(pack), on))
}

function townshipOf(i: number): string {
  return `999901${String((i % TOWNSHIPS) + 1).padStart(3, '0')}000`
}

interface Side {
  readonly pack: string
  readonly on: string
}

interface Timed {
  readonly seconds: number
  readonly columns_seconds: number
  readonly summary: ReplaySummary
}

/** From packs on disk and household facts in memory to the summary. */
function timed(a: Side, b: Side, households: readonly Household[], townships: readonly string[]): Timed {
  const begun = performance.now()
  const [before, after] = [basisOf(a.pack, a.on), basisOf(b.pack, b.on)]
  const loading = performance.now()
  const columns = columnsOf(households)
  const loaded = performance.now()
  const summary = replaySummary(replay(before, after, columns), townships)
  return { seconds: (performance.now() - begun) / MS, columns_seconds: (loaded - loading) / MS, summary }
}

function rounded(x: number): number {
  return Number(x.toFixed(3))
}

function yuan(fen: number): number {
  return fen / FEN
}

function told(a: Side, b: Side, { seconds, columns_seconds, summary }: Timed): object {
  const { winners, losers, entering, leaving, more, less, same, neither, townships } = summary
  return {
    before: a,
    after: b,
    households: summary.households,
    seconds: rounded(seconds),
    columns_seconds: rounded(columns_seconds),
    winners,
    losers,
    changes: { entering, leaving, more, less, same, neither },
    cost_per_month: { before: yuan(summary.beforeFen), after: yuan(summary.afterFen), difference: yuan(summary.differenceFen) },
    cost_by_township: townships.map((own) => ({
      township: own.township,
      households: own.households,
      winners: own.entering + own.more,
      losers: own.leaving + own.less,
      before: yuan(own.beforeFen),
      after: yuan(own.afterFen),
      difference: yuan(own.differenceFen),
    })),
  }
}

/** A made-up roll under two packs (the rural standard rises, the urban one falls a little), and under one pack on two dates: who gains, who loses, cost by township. */
export async function runReplayBench(options: Readonly<Record<string, number>>, say: (text: string) => void): Promise<object> {
  const count = options.households ?? 25_000
  say(`生成 ${count} 户（种子 ${SEED}）`)
  const households = benchHouseholds(countyBasis(), SEED, count)
  const townships = households.map((_, i) => townshipOf(i))
  say('两个政策包')
  const a: Side = { pack: 'qingdao', on: DECISION_DATE }
  const b: Side = { pack: 'nanjing', on: DECISION_DATE }
  const packs = told(a, b, timed(a, b, households, townships))
  say('一个政策包的两个日期')
  const [c, d]: [Side, Side] = [
    { pack: 'chongqing', on: DATES[0] },
    { pack: 'chongqing', on: DATES[1] },
  ]
  const born = households.filter(({ members }) => members.every((m) => (m.birth_date ?? '') <= DATES[0]))
  const bornTownships = born.map((_, i) => townshipOf(i))
  const dates = told(c, d, timed(c, d, born, bornTownships))
  return {
    ...packs,
    two_dates: dates,
    seed: SEED,
    machine: { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version },
  }
}
