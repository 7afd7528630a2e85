import type { ResolvedPack } from './resolve.ts'
import { type DatedValue, SECTIONS } from './rules/pack-model.ts'
import { sameValue } from './rules/value-text.ts'

/** A value whose review date has passed. */
export interface OverdueValue {
  readonly parameter: string
  readonly reviewed_until: string
  readonly clause: string
}

export interface Signable {
  readonly ok: boolean
  readonly overdue: readonly OverdueValue[]
  /** one Chinese sentence per value that wants a person's confirmation */
  readonly warnings: readonly string[]
}

function overdueIn(section: ReadonlyMap<string, DatedValue> | null, prefix: string, today: string): OverdueValue[] {
  return [...(section ?? [])].flatMap(([name, { reviewed_until: until, clause }]) =>
    until !== null && until < today ? [{ parameter: `${prefix}.${name}`, reviewed_until: until, clause }] : [],
  )
}

/**
 * Whether a decision that rests on this pack may be signed on `today`. A passed review date warns and blocks the
 * signature until somebody confirms the value; it never stops a calculation.
 */
export function signable(pack: ResolvedPack, today: string): Signable {
  const overdue = SECTIONS.flatMap((section) => overdueIn(pack[section], section, today))
  return {
    ok: overdue.length === 0,
    overdue,
    warnings: overdue.map(
      ({ parameter, reviewed_until: until }) => `参数“${parameter}”的复核期限 ${until} 已过：可以核算，复核确认前不得签发决定`,
    ),
  }
}

type Section = ReadonlyMap<string, DatedValue> | null

function isSame(a: DatedValue, b: DatedValue): boolean {
  return a.from === b.from && a.clause === b.clause && sameValue(a.value, b.value)
}

function later(a: string | null, b: string | null): string | null {
  return a === null || b === null ? null : a > b ? a : b
}

function reviewedIn(kept: Section, current: Section): Section {
  if (kept === null) return null
  return new Map(
    [...kept].map(([name, dated]) => {
      const now = current?.get(name)
      const until =
        now !== undefined && isSame(dated, now) ? later(dated.reviewed_until, now.reviewed_until) : dated.reviewed_until
      return [name, { ...dated, reviewed_until: until }]
    }),
  )
}

/** `kept` with the later review date wherever `current` states the same value of the same day on the same clause; hash and values stay. */
export function reviewedAs(kept: ResolvedPack, current: ResolvedPack): ResolvedPack {
  const [verify, assess, casework] = SECTIONS.map((section) => reviewedIn(kept[section], current[section])) as [
    Section,
    Section,
    Section,
  ]
  return { ...kept, verify, assess, casework }
}
