import { formatFraction } from '#kernel/fraction'
import { formatYuan } from '#kernel/money'
import type { Household } from './household.ts'
import { fenOfTicks } from './plan.ts'

/** The answer of one assessment as it is written out; amounts are yuan with two decimals. */
export interface AssessmentResult {
  readonly eligible: boolean
  readonly programme: Household['programme']
  readonly members: readonly { id: string; counted: boolean; reason: string }[]
  readonly counted: number
  readonly countable_income: string
  readonly per_capita_income: string | null
  readonly standard: string
  readonly incomes: readonly { ref: string; item: string; monthly: string; counted: string }[]
  readonly assets_ok: boolean
  readonly base_amount: string
  readonly top_ups: readonly { member: string; class: string; amount: string }[]
  readonly top_up_total: string
  readonly total: string
  readonly tier: string | null
  readonly payment_from: string | null
  readonly recheck_months: number
  readonly lines: LinesResult
  readonly reasons: readonly Reason[]
  readonly trace: readonly TraceStep[]
  /** facts that were not given, and what was assumed for them */
  readonly missing: readonly MissingFact[]
}

export interface LinesResult {
  readonly standard_monthly: string
  readonly standard_yearly: string
  readonly marginal_monthly: string
  readonly marginal_yearly: string
  readonly extreme_hardship_monthly: string
  readonly extreme_hardship_yearly: string
  readonly care_monthly: readonly string[]
  readonly care_yearly: readonly string[]
}

export type ReasonCode =
  | 'INCOME_BELOW_STANDARD'
  | 'INCOME_NOT_BELOW_STANDARD'
  | 'FAMILY_INCOME_ABOVE_LIMIT'
  | 'MONETARY_ABOVE_LIMIT'
  | 'DWELLINGS_ABOVE_LIMIT'
  | 'VEHICLE_ABOVE_LIMIT'
  | 'NON_RESIDENTIAL_ABOVE_LIMIT'
  | 'NO_MATCHING_TIER'
  | 'NOBODY_COUNTED'

export interface Reason {
  readonly code: ReasonCode
  readonly clause: string
  readonly text: string
}

export interface TraceStep {
  readonly step: 'members' | 'income' | 'deductions' | 'income_test' | 'assets' | 'base_amount' | 'top_ups' | 'total'
  readonly clause: string
  readonly text: string
  readonly value: string
  readonly lines: readonly string[]
}

export interface MissingFact {
  readonly fact: string
  readonly text: string
}

/** How a carrier's figures are written: yuan of x ÷ n ticks, half up to the fen. */
export type Writer<T> = (x: T, n?: number) => string

export function numberWriter(scale: number): Writer<number> {
  return (x, n = 1) => formatYuan(fenOfTicks(x, scale * n))
}

const FEN_PER_YUAN = 100n

export function exactWriter(scale: bigint): Writer<bigint> {
  return (x, n = 1) => formatFraction({ n: x, d: scale * BigInt(n) * FEN_PER_YUAN })
}
