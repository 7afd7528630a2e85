import { cpus } from 'node:os'
import {
  type AssessmentBasis,
  type AssessmentResult,
  assessAll,
  columnsOf,
  emptyResults,
  explainRow,
  type Household,
  type Plan,
  planAssessment,
  REFUSAL,
  type Results,
} from '#policy'
import { assessByHand, floorSpace } from './assess-floor.ts'
import { benchHouseholds, countyBasis, DECISION_DATE } from './assess-households.ts'
import { assessBySql, type OracleRow } from './assess-oracle.ts'

const SEED = 20_260_915
const ROUNDS = 61
const WARM_UP_ROUNDS = 20
const WARM_UP_MS = 1500
const US_PER_MS = 1000
const EXPLAINED = 5000
const NS_PER_MS = 1e6
const FEN = 100
const FIGURES = ['refusals', 'members', 'countable', 'base', 'topUps', 'total', 'tier', 'recheck'] as const

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0
}

interface Timed {
  readonly times: number[]
  /** milliseconds of the measuring thread alone, whatever else the machine does */
  cpuMs: number
  run(): void
}

function cpuMsNow(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / US_PER_MS
}

function timeRound(programs: readonly Timed[]): void {
  for (const program of programs) {
    const cpu = cpuMsNow()
    const begun = performance.now()
    program.run()
    program.times.push(performance.now() - begun)
    program.cpuMs += cpuMsNow() - cpu
  }
}

/**
 * Runs two programs in turn, so that both see the same machine, first one and then the other ahead. The first rounds, in
 * which the engine compiles, are left out: a number of them and a length of time.
 */
function interleaved(first: () => void, second: () => void): { first: Timed; second: Timed } {
  const a: Timed = { times: [], cpuMs: 0, run: first }
  const b: Timed = { times: [], cpuMs: 0, run: second }
  const begun = performance.now()
  for (let round = 0; round < WARM_UP_ROUNDS || performance.now() - begun < WARM_UP_MS; round++) timeRound([a, b])
  for (const program of [a, b]) {
    program.times.length = 0
    program.cpuMs = 0
  }
  for (let round = 0; round < ROUNDS; round++) timeRound(round % 2 === 0 ? [a, b] : [b, a])
  return { first: a, second: b }
}

function differs(a: OracleRow, b: OracleRow): boolean {
  return FIGURES.some((name) => a[name] !== b[name])
}

function rowOf(results: Results, i: number): OracleRow {
  return Object.fromEntries(FIGURES.map((name) => [name, results[name][i]])) as unknown as OracleRow
}

const CODES: Readonly<Record<string, number>> = {
  NOBODY_COUNTED: REFUSAL.nobodyCounted,
  INCOME_NOT_BELOW_STANDARD: REFUSAL.income,
  FAMILY_INCOME_ABOVE_LIMIT: REFUSAL.familyIncome,
  MONETARY_ABOVE_LIMIT: REFUSAL.monetary,
  DWELLINGS_ABOVE_LIMIT: REFUSAL.dwellings,
  VEHICLE_ABOVE_LIMIT: REFUSAL.vehicle,
  NON_RESIDENTIAL_ABOVE_LIMIT: REFUSAL.nonResidential,
  NO_MATCHING_TIER: REFUSAL.noTier,
}

function fenOf(yuan: string): number {
  return Math.round(Number(yuan) * FEN)
}

/** The figures of an explanation, read back from what it tells. */
function rowOfExplanation(result: AssessmentResult): OracleRow {
  return {
    refusals: result.reasons.reduce((bits, { code }) => bits | (CODES[code] ?? 0), 0),
    members: result.counted,
    countable: fenOf(result.countable_income),
    base: fenOf(result.base_amount),
    topUps: result.top_ups.reduce((sum, { amount }) => sum + fenOf(amount), 0),
    total: fenOf(result.total),
    tier: result.tier === null ? -1 : 'ABCD'.indexOf(result.tier),
    recheck: result.recheck_months,
  }
}

interface Mismatches {
  readonly by_hand: number
  readonly single: number
  readonly explain: number
  readonly sql: number
}

function countMismatches(results: Results, others: (i: number) => OracleRow): number {
  let count = 0
  for (let i = 0; i < results.members.length; i++) if (differs(rowOf(results, i), others(i))) count++
  return count
}

/** Each household once more as a case of its own: its own columns, its own plan. */
function assessSingly(basis: AssessmentBasis, household: Household): OracleRow {
  return rowOf(assessAll(planAssessment(basis.parameters, DECISION_DATE, columnsOf([household]))), 0)
}

function explainTimes(
  plan: Plan,
  households: readonly Household[],
  basis: AssessmentBasis,
): { median: number; p99: number; characters: number } {
  const times: number[] = []
  let characters = 0
  const step = Math.max(1, Math.floor(households.length / EXPLAINED))
  for (let i = 0; i < households.length; i += step) {
    const begun = performance.now()
    const text = JSON.stringify(explainRow(plan, i, households[i] as Household, basis.clause))
    times.push(performance.now() - begun)
    characters += text.length
  }
  const sorted = times.slice(times.length >> 2).sort((a, b) => a - b)
  return {
    median: median(sorted),
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    characters: Math.round(characters / times.length),
  }
}

function rounded(x: number, decimals = 3): number {
  return Number(x.toFixed(decimals))
}

/**
 * Bulk assessment of a made-up county against a hand-written loop in the same run, the time to explain one household,
 * whether bulk is slower after explanations were asked for, and the equality, to the fen, of bulk, single, explanation,
 * hand-written loop and SQL over every household.
 */
export async function runAssessBench(options: Readonly<Record<string, number>>, say: (text: string) => void): Promise<object> {
  const count = options.households ?? 100_000
  const basis = countyBasis()
  say(`生成 ${count} 户（种子 ${SEED}）`)
  const households = benchHouseholds(basis, SEED, count)
  const loading = performance.now()
  const columns = columnsOf(households)
  const columnsMs = performance.now() - loading
  const planning = performance.now()
  const plan = planAssessment(basis.parameters, DECISION_DATE, columns)
  const planMs = performance.now() - planning
  const results = emptyResults(count)
  const byHand = emptyResults(count)
  const space = floorSpace(columns)
  say('成批核算与手写循环交替运行')
  const { first: bulk, second: floor } = interleaved(
    () => assessAll(plan, results),
    () => assessByHand(columns, space, byHand),
  )
  say('逐户说明')
  const explained = explainTimes(plan, households, basis)
  const again = interleaved(
    () => assessAll(plan, results),
    () => assessByHand(columns, space, byHand),
  )
  say('逐户单独核算、说明，与 SQL 逐分比较')
  const oracle = await assessBySql(households)
  const differences: Mismatches = {
    by_hand: countMismatches(results, (i) => rowOf(byHand, i)),
    single: countMismatches(results, (i) => assessSingly(basis, households[i] as Household)),
    explain: countMismatches(results, (i) => rowOfExplanation(explainRow(plan, i, households[i] as Household, basis.clause))),
    sql: countMismatches(results, (i) => oracle.rows[i] as OracleRow),
  }
  const ratio = median(floor.times) / median(bulk.times)
  const after = median(again.second.times) / median(again.first.times)
  return {
    households: count,
    persons: columns.relation.length,
    ratio: rounded(ratio),
    explain_ms: rounded(explained.median, 4),
    mismatches: Object.values(differences).reduce((sum, x) => sum + x, 0),
    mismatches_by_runner: differences,
    bulk_ms: rounded(median(bulk.times)),
    floor_ms: rounded(median(floor.times)),
    bulk_ms_range: [rounded(Math.min(...bulk.times)), rounded(Math.max(...bulk.times))],
    floor_ms_range: [rounded(Math.min(...floor.times)), rounded(Math.max(...floor.times))],
    ratio_of_best: rounded(Math.min(...floor.times) / Math.min(...bulk.times)),
    ratio_of_cpu_time: rounded(floor.cpuMs / bulk.cpuMs),
    ratio_after_explaining: rounded(after),
    bulk_ns_per_household: rounded((median(bulk.times) * NS_PER_MS) / count, 1),
    floor_ns_per_household: rounded((median(floor.times) * NS_PER_MS) / count, 1),
    explain_p99_ms: rounded(explained.p99, 4),
    explain_characters: explained.characters,
    plan_ms: rounded(planMs),
    columns_ms: rounded(columnsMs),
    sql_ms: rounded(oracle.statementMs),
    exact_households: plan.rows.irregular.length,
    eligible: results.refusals.filter((bits) => bits === 0).length,
    seed: SEED,
    machine: { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version },
  }
}
