/**
 * Facts of a household as a sheet keeps them: plain JSON from which the same assessment can be made again, to the fen. Areas are exact
 * fractions, whose whole numbers may be beyond what JSON holds, so they are kept as text.
 */
import { type Fraction, fraction } from '#kernel/fraction'
import type { Household } from './household.ts'

interface KeptFraction {
  readonly $n: string
  readonly $d: string
}

const isFraction = (x: object): x is Fraction => 'n' in x && typeof x.n === 'bigint' && 'd' in x && typeof x.d === 'bigint'
const isKept = (x: object): x is KeptFraction => '$n' in x && typeof x.$n === 'string' && '$d' in x && typeof x.$d === 'string'

function mapped(x: unknown, each: (object: object) => unknown): unknown {
  if (typeof x !== 'object' || x === null) return x
  const own = each(x)
  if (own !== undefined) return own
  if (Array.isArray(x)) return x.map((item) => mapped(item, each))
  return Object.fromEntries(Object.entries(x).map(([key, value]) => [key, mapped(value, each)]))
}

/** Plain JSON of the facts. */
export function keepFacts(household: Household): object {
  return mapped(household, (x) => (isFraction(x) ? { $n: String(x.n), $d: String(x.d) } : undefined)) as object
}

/** The facts again, as `keepFacts` wrote them. */
export function factsAgain(kept: unknown): Household {
  return mapped(kept, (x) => (isKept(x) ? fraction(BigInt(x.$n), BigInt(x.$d)) : undefined)) as Household
}

/** Marks a line of income as set by rule. */
const IMPUTED = 'imputed:'

export interface ImputedLine {
  readonly member: string
  readonly item: string
  readonly amount: number
}

/** The facts with imputed income as lines of their own, each marked as such. */
export function withImputed(household: Household, imputed: readonly ImputedLine[]): Household {
  if (imputed.length === 0) return household
  const lines = imputed.map(({ member, item, amount }, k) => ({
    ref: `${IMPUTED}${k + 1}`,
    item: item as NonNullable<Household['incomes']>[number]['item'],
    amount,
    months: 1,
    member,
  }))
  return { ...household, incomes: [...(household.incomes ?? []), ...lines] }
}

/** Whether a line of income was set by rule. */
export function isImputed(line: { readonly ref?: string }): boolean {
  return line.ref?.startsWith(IMPUTED) ?? false
}

/** The facts without imputed income. */
export function withoutImputed(household: Household): Household {
  return { ...household, incomes: (household.incomes ?? []).filter((line) => !isImputed(line)) }
}
