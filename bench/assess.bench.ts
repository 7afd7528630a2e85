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
const REPETITIONS = 41
const EXPLAINED = 5000
const NS_PER_MS = 1e6
const FEN = 100
const FIGURES = ['refusals', 'members', 'countable', 'base', 'topUps', 'total', 'tier', 'recheck'] as const

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0
}

interface Timed {
  readonly times: number[]
  run(): void
}

/** Runs two programs in turn, so that both see the same machine; the first rounds, in which code is compiled, are left out. */
function interleaved(first: () => void, second: () => void): { first: number[]; second: number[] } {
  const programs: [Timed, Timed] = [
    { times: [], run: first },
    { times: [], run: second },
  ]
  for (let round = 0; round < REPETITIONS; round++) {
    for (const program of round % 2 === 0 ? programs : programs.toReversed()) {
      const begun = performance.now()
      program.run()
      program.times.push(performance.now() - begun)
    }
  }
  const [a, b] = programs.map(({ times }) => times.slice(REPETITIONS >> 2)) as [number[], number[]]
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
  const ratio = median(floor) / median(bulk)
  const after = median(again.second) / median(again.first)
  return {
    households: count,
    persons: columns.relation.length,
    ratio: rounded(ratio),
    explain_ms: rounded(explained.median, 4),
    mismatches: Object.values(differences).reduce((sum, x) => sum + x, 0),
    mismatches_by_runner: differences,
    bulk_ms: rounded(median(bulk)),
    floor_ms: rounded(median(floor)),
    bulk_ms_range: [rounded(Math.min(...bulk)), rounded(Math.max(...bulk))],
    floor_ms_range: [rounded(Math.min(...floor)), rounded(Math.max(...floor))],
    ratio_of_best: rounded(Math.min(...floor) / Math.min(...bulk)),
    ratio_after_explaining: rounded(after),
    bulk_ns_per_household: rounded((median(bulk) * NS_PER_MS) / count, 1),
    floor_ns_per_household: rounded((median(floor) * NS_PER_MS) / count, 1),
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
