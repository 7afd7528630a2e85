/**
 * Everything the rules need of a pack and an as-of date, worked out once: sets for the lists, windows, the monthly
 * standard as an exact fraction. Parameter names are those of the pack.
 */

import { addDays, addMonths, lastMonths, monthFromIndex, monthOf } from '#kernel/dates'
import { mulDivHalfUp } from '#kernel/money'
import { type NameVariants, nameVariants } from '#kernel/person-name'
import type { VerifyParameters } from '#policy'

/** A run of whole months, both ends included, as month indexes, months and the days that bound it. */
export interface MonthRange {
  /** month index (year × 12 + month − 1) of the first month */
  readonly first: number
  /** number of months */
  readonly count: number
  readonly from: string
  readonly to: string
  readonly months: readonly string[]
}

type ListName = {
  [K in keyof VerifyParameters]: VerifyParameters[K] extends readonly string[] ? K : never
}[keyof VerifyParameters]

/** The list parameters as sets, by name. */
export type ParameterSets = { readonly [K in ListName]: ReadonlySet<string> }

/** The monthly standard S of a programme: `num` ÷ `den` fen, exact. */
export interface Standard {
  readonly num: number
  readonly den: number
}

/** A prepared pack at an as-of date in a district. */
export interface RuleContext {
  readonly params: VerifyParameters
  readonly sets: ParameterSets
  /** as-of date A, and its month M(A) */
  readonly asOf: string
  readonly asOfMonth: string
  readonly districtCode: string
  /** W, the income window */
  readonly window: MonthRange
  /** lastMonths(`recent_months`) */
  readonly recent: MonthRange
  /** M(A) − `recent_months` */
  readonly recentSince: string
  /** addMonths(A, −12), addMonths(A, −`liv1_months`), addMonths(A, −`hou5_rebuild_months`), A − `fam7_grace_days` days */
  readonly yearBefore: string
  readonly tripsSince: string
  readonly rebuildSince: string
  readonly leftSchoolBy: string
  readonly subsidyItems: ReadonlyMap<string, string>
  readonly taxItems: ReadonlyMap<string, string>
  readonly standards: { readonly urban: Standard; readonly rural: Standard }
  readonly variants: NameVariants
}

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value)

function setsOf(params: VerifyParameters): ParameterSets {
  const entries: [string, ReadonlySet<string>][] = []
  for (const [name, value] of Object.entries(params)) if (isTexts(value)) entries.push([name, new Set(value)])
  return Object.fromEntries(entries) as ParameterSets
}

function monthRange(asOf: string, count: number): MonthRange {
  const { from, to } = lastMonths(asOf, count)
  const months = Array.from({ length: count }, (_, i) => monthFromIndex(from + i))
  return { first: from, count, from: monthFromIndex(from), to: monthFromIndex(to), months }
}

/** Prepares a pack's parameters for an as-of date (`YYYY-MM-DD`) and a district (6-digit code). */
export function prepareRules(params: VerifyParameters, asOf: string, districtCode: string): RuleContext {
  const recent = monthRange(asOf, params.recent_months)
  return {
    params,
    sets: setsOf(params),
    asOf,
    asOfMonth: monthOf(asOf),
    districtCode,
    window: monthRange(asOf, params.income_months),
    recent,
    recentSince: recent.from,
    yearBefore: addMonths(asOf, -12),
    tripsSince: addMonths(asOf, -params.liv1_months),
    rebuildSince: addMonths(asOf, -params.hou5_rebuild_months),
    leftSchoolBy: addDays(asOf, -params.fam7_grace_days),
    subsidyItems: new Map(Object.entries(params.subsidy_items)),
    taxItems: new Map(Object.entries(params.tax_items)),
    standards: { urban: params.standard_urban, rural: params.standard_rural },
    variants: nameVariants(params.name_variants),
  }
}

/** Whether a month lies in the range. Months and dates are texts in time order. */
export function inRange(range: MonthRange, month: string): boolean {
  return month >= range.from && month <= range.to
}

/** Whether the month of a date lies in the range. */
export function dateInRange(range: MonthRange, date: string): boolean {
  return date >= range.from && monthOf(date) <= range.to
}

/** The monthly standard S of a programme. */
export function standardOf(ctx: RuleContext, programme: string): Standard {
  return programme === 'urban' ? ctx.standards.urban : ctx.standards.rural
}

/** Whether an amount in fen is above `times` × S, exactly. */
export function aboveStandard(fen: number, times: number, standard: Standard): boolean {
  return fen * standard.den > times * standard.num
}

/** Whether an amount in fen is at or above `times` × S, exactly. */
export function reachesStandard(fen: number, times: number, standard: Standard): boolean {
  return fen * standard.den >= times * standard.num
}

/** `times` × S in fen, half up: for display only. */
export function standardFen(times: number, standard: Standard): number {
  return mulDivHalfUp(times, standard.num, standard.den)
}
