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
import { replayFromDatabase } from './replay-database.ts'

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

const [BEFORE, AFTER]: [Side, Side] = [
  { pack: 'qingdao', on: DECISION_DATE },
  { pack: 'nanjing', on: DECISION_DATE },
]

type Say = (text: string) => void

function madeUp(options: Readonly<Record<string, number>>, say: Say): readonly Household[] {
  const count = options.households ?? 25_000
  say(`生成 ${count} 户（种子 ${SEED}）`)
  return benchHouseholds(countyBasis(), SEED, count)
}

/** Households in memory under two packs (the rural standard rises, the urban one falls a little), and under one pack on two dates: who gains, who loses, cost by township. */
export function replayInMemory(households: readonly Household[], say: Say): object {
  const townships = households.map((_, i) => townshipOf(i))
  say('两个政策包')
  const packs = told(BEFORE, AFTER, timed(BEFORE, AFTER, households, townships))
  say('一个政策包的两个日期')
  const [c, d]: [Side, Side] = [
    { pack: 'chongqing', on: DATES[0] },
    { pack: 'chongqing', on: DATES[1] },
  ]
  const born = households.filter(({ members }) => members.every((m) => (m.birth_date ?? '') <= DATES[0]))
  const bornTownships = born.map((_, i) => townshipOf(i))
  return { ...packs, two_dates: told(c, d, timed(c, d, born, bornTownships)) }
}

/** A made-up roll of the bench's size. */
export function benchRoll(households: number): readonly Household[] {
  return madeUp({ households }, () => undefined)
}

/** The made-up roll in memory, and the same roll as the product replays it: from the database, with the result kept. */
export async function runReplayBench(options: Readonly<Record<string, number>>, say: Say): Promise<object> {
  const households = madeUp(options, say)
  const memory = replayInMemory(households, say)
  say('从数据库：事实成批载入、解封，两边核算，变化的家庭入库')
  const database = await replayFromDatabase(households, TOWNSHIPS, BEFORE, AFTER)
  return {
    ...memory,
    from_database: database,
    seed: SEED,
    machine: { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version },
  }
}
