import type { Depreciation } from './vehicle-value.ts'

/**
 * What the rules read and write, over whole numbers of a carrier T: `number` while everything fits 2^53, `bigint`
 * beyond. Amounts are in ticks: 1 fen = `scale` ticks, with a scale that makes every quotient of the rules whole, so
 * that no rule ever rounds where the law does not.
 */

export const ROUND_MODE = { halfUp: 0, up: 1, down: 2 } as const
export const ROUND_POINT = { householdTotal: 0, perCapitaIncome: 1, perCapitaAmount: 2 } as const
export const SINGLE_MODE = { none: 0, atLeast: 1, fixed: 2 } as const
export const WORK_METHOD = { none: 0, shareOfPay: 1, perHead: 2 } as const
export const TOP_UP_BASE = { constant: 0, ownBenefit: 1 } as const
export const OVERLAP = { highest: 0, sum: 1, first: 2 } as const

/** Why a household is refused, one bit each, in the order of the steps. */
export const REFUSAL = {
  nobodyCounted: 1,
  income: 2,
  familyIncome: 4,
  monetary: 8,
  dwellings: 16,
  vehicle: 32,
  nonResidential: 64,
  noTier: 128,
} as const

/** One category top-up, ready to run. */
export interface TopUpTerms<T> {
  readonly ageMin: number
  readonly ageMax: number
  /** traits that rule the top-up out */
  readonly forbidden: number
  /** tag that is asked for: -1 none, -2 one that no member has */
  readonly tag: number
  readonly base: number
  /** rounded amount, base `constant` */
  readonly amount: T
  /** rate, base `ownBenefit` */
  readonly rateNum: T
  readonly rateDen: T
}

/** Parameters of one programme on one date, ready to run. */
export interface Terms<T> {
  readonly scale: T
  /** decision date YYYYMMDD */
  readonly on: number
  readonly standard: T
  /** ticks per fen that count, by income item */
  readonly itemScale: readonly T[]
  readonly dependentStudy: number
  readonly workMethod: number
  readonly workRateNum: T
  readonly workRateDen: T
  readonly workPerHead: T
  readonly workCapped: boolean
  readonly workCap: T
  /** bits of the expense kinds that are deducted */
  readonly deducted: number
  readonly supportThreshold: T
  readonly supportOnExcess: boolean
  readonly supportRateNum: T
  readonly supportRateDen: T
  readonly supportShared: boolean
  readonly monetaryLimited: boolean
  readonly monetaryPerHead: T
  /** -1 where there is no limit */
  readonly dwellingMax: number
  readonly areaLimited: boolean
  readonly areaNum: T
  readonly areaDen: T
  /** fen, -1 where there is no limit */
  readonly vehicleLimit: number
  readonly depreciation: Depreciation
  readonly nonResidentialMax: number
  readonly familyLimit: T
  readonly byTiers: boolean
  readonly tierNames: readonly string[]
  readonly tierAmount: readonly T[]
  /** tier of the columns → tier of the pack, -1 where the pack has none of that name */
  readonly tierOf: Int32Array
  readonly bandLimit: readonly T[]
  readonly bandTier: Int32Array
  readonly roundUnit: T
  readonly roundMode: number
  readonly roundPoint: number
  readonly minimum: T
  readonly minimumRounded: T
  readonly singleMode: number
  readonly singleAmount: T
  readonly singleTopUps: boolean
  readonly topUps: readonly TopUpTerms<T>[]
  readonly overlap: number
  readonly recheckStable: number
  readonly recheckVolatile: number
}

export const SUPPORT_BASIS = { agreed: 0, paid: 1, formula: 2 } as const

/** Every intermediate figure of one household, written only when it is asked for. */
export interface Detail<T> {
  readonly standings: number[]
  readonly ages: number[]
  readonly monthly: T[]
  readonly counted: T[]
  readonly support: T[]
  readonly supportBasis: number[]
  readonly workCosts: { member: number; amount: T }[]
  readonly topUps: { member: number; rule: number; amount: T }[]
  readonly vehicleValues: number[]
}

/** Working space and results of the rules for the household they ran over last. */
export interface Work<T> {
  /** 1 for each member row that counts */
  readonly counted: Uint8Array
  /** counted wage by member row, where the work-cost rule needs it */
  readonly wage: { [row: number]: T }
  detail: Detail<T> | null
  members: number
  refusals: number
  income: T
  workCost: T
  expense: T
  countable: T
  base: T
  topUps: T
  tier: number
  recheck: number
}
