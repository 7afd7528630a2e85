import type { Depreciation } from './vehicle-value.ts'

/**
 * What the rules read and write, over whole numbers of a carrier T: `number` while everything fits 2^53, `bigint`
 * beyond. Amounts are in ticks: 1 fen = `scale` ticks, with a scale that makes every quotient of the rules whole, so
 * that no rule ever rounds where the law does not.
 */

/** A column of figures: a Float64Array on the number carrier, a list on the exact one. */
export type Figures<T> = { [k: number]: T }

export const ROUND_MODE = { halfUp: 0, up: 1, down: 2 } as const
export const ROUND_POINT = { householdTotal: 0, perCapitaIncome: 1, perCapitaAmount: 2 } as const
export const SINGLE_MODE = { none: 0, atLeast: 1, fixed: 2 } as const
export const WORK_METHOD = { none: 0, shareOfPay: 1, perHead: 2 } as const
export const TOP_UP_BASE = { constant: 0, ownBenefit: 1 } as const
export const OVERLAP = { highest: 0, sum: 1, first: 2 } as const

/** Above every number that is compared with it. */
export const NO_LIMIT: number = Number.MAX_SAFE_INTEGER

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

/** Ages above this one are alike to every top-up. */
export const OLDEST = 130

/** The category top-ups, ready to run: one place per rule of the pack, in its order; in a mask, one bit per rule. */
export interface TopUpTerms<T> {
  /** rules whose age condition holds, by age + 1 up to OLDEST + 2; an unknown age is -1 */
  readonly byAge: Int32Array
  /** rules that the traits allow, by the byte of `traits` */
  readonly byTraits: Int32Array
  /** tag that is asked for: -1 none, -2 one that no member has */
  readonly tag: Int32Array
  readonly base: Uint8Array
  /** rounded amount, base `constant` */
  readonly amount: Figures<T>
  /** rate, base `ownBenefit` */
  readonly rateNum: Figures<T>
  readonly rateDen: Figures<T>
}

/** Parameters of one programme on one date, ready to run. */
export interface Terms<T> {
  readonly scale: T
  /** decision date YYYYMMDD */
  readonly on: number
  readonly standard: T
  /** ticks per fen that count, by income item */
  readonly itemScale: Figures<T>
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
  /** NO_LIMIT where there is none */
  readonly dwellingMax: number
  readonly areaLimited: boolean
  readonly areaNum: T
  readonly areaDen: T
  /** fen, NO_LIMIT where there is none */
  readonly vehicleLimit: number
  readonly depreciation: Depreciation
  readonly nonResidentialMax: number
  readonly familyLimit: T
  readonly byTiers: boolean
  readonly tierNames: readonly string[]
  readonly tierAmount: Figures<T>
  /** tier of the columns → tier of the pack, -1 where the pack has none of that name */
  readonly tierOf: Int32Array
  readonly bandLimit: Figures<T>
  readonly bandTier: Int32Array
  readonly roundUnit: T
  readonly roundMode: number
  readonly roundPoint: number
  readonly minimum: T
  readonly minimumRounded: T
  readonly singleMode: number
  readonly singleAmount: T
  readonly singleTopUps: boolean
  readonly topUps: TopUpTerms<T>
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

/** Working columns of the steps, by household row; `counted` and `wage` by member row. */
export interface Work<T> {
  /** 1 for each member row that counts */
  readonly counted: Uint8Array
  /** counted wage by member row, where the work-cost rule needs it */
  readonly wage: Figures<T>
  /** room for the rows of a run that nothing refuses */
  readonly eligible: Int32Array
  /** 1 where a line of wages stands */
  readonly waged: Uint8Array
  readonly members: Int32Array
  readonly recheck: Int16Array
  /** bits of REFUSAL; 0 = eligible */
  readonly refusals: Uint16Array
  readonly tier: Int16Array
  readonly income: Figures<T>
  readonly workCost: Figures<T>
  readonly expense: Figures<T>
  readonly countable: Figures<T>
  readonly base: Figures<T>
  readonly topUps: Figures<T>
  /** asked for when a single household is run to be explained */
  readonly detail: Detail<T> | null
}
