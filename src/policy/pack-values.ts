import { packAt } from './resolve.ts'
import { exactJson } from './rules/exact-value.ts'
import { type DatedValue, type Mark, type Pack, type Parameter, SECTIONS, type SectionName } from './rules/pack-model.ts'
import { sameValue, valueText } from './rules/value-text.ts'

/** Tools for whoever keeps a pack: its values over time, and how it differs from another pack or another day. */

/** One value of a parameter with its days and what it rests on. */
export interface ValueOverTime {
  readonly from: string
  /** the day the next value begins; null: in force until further notice */
  readonly until: string | null
  readonly text: string
  /** the value as JSON text, numbers as they were written */
  readonly json: string
  readonly clause: string
  readonly mark: Mark
  readonly reviewed_until: string | null
  /** id of the pack that states it */
  readonly origin: string
  readonly inherited: boolean
}

export interface PackValue {
  readonly section: SectionName
  readonly name: string
  readonly label: string
  readonly unit: string
  /** in order of `from` */
  readonly values: readonly ValueOverTime[]
}

function overTime(pack: Pack, { values }: Parameter): ValueOverTime[] {
  const inForce = values.filter((_, i) => (values[i + 1]?.from ?? '9999-12-31') > pack.effective_from)
  return inForce.map((dated, i) => ({
    from: dated.from,
    until: inForce[i + 1]?.from ?? null,
    text: valueText(dated.value),
    json: exactJson(dated.value),
    clause: dated.clause,
    mark: dated.mark,
    reviewed_until: dated.reviewed_until,
    origin: dated.origin,
    inherited: dated.origin !== pack.id,
  }))
}

/** Every parameter of a pack with its values over time, from the pack's first day on. */
export function packValues(pack: Pack): readonly PackValue[] {
  return SECTIONS.flatMap((section) =>
    [...(pack[section] ?? [])].map(([name, parameter]) => ({
      section,
      name,
      label: parameter.label,
      unit: parameter.unit,
      values: overTime(pack, parameter),
    })),
  )
}

/** A value on one side of a comparison. */
export interface SideValue {
  readonly from: string
  readonly text: string
  readonly clause: string
  readonly mark: Mark
  readonly origin: string
}

export interface ParameterDifference {
  readonly section: SectionName
  readonly name: string
  readonly label: string
  readonly unit: string
  /** `value`: another value; `clause`: the same value on another clause; `missing`: one side has no such parameter */
  readonly kind: 'value' | 'clause' | 'missing'
  readonly before: SideValue | null
  readonly after: SideValue | null
}

function side(dated: DatedValue | undefined): SideValue | null {
  if (dated === undefined) return null
  const { from, clause, mark, origin } = dated
  return { from, text: valueText(dated.value), clause, mark, origin }
}

function kindOf(a: DatedValue | undefined, b: DatedValue | undefined): ParameterDifference['kind'] | null {
  if (a === undefined || b === undefined) return a === b ? null : 'missing'
  if (!sameValue(a.value, b.value)) return 'value'
  return a.clause === b.clause ? null : 'clause'
}

/**
 * The parameters in which one pack on a day differs from another pack (or the same one) on another day. Throws as
 * `packAt` where a pack is not in force.
 */
export function packDifference(packA: Pack, dateA: string, packB: Pack, dateB: string): readonly ParameterDifference[] {
  const before = packAt(packA, dateA)
  const after = packAt(packB, dateB)
  return SECTIONS.flatMap((section) => {
    const names = new Set([...(before[section]?.keys() ?? []), ...(after[section]?.keys() ?? [])])
    return [...names].flatMap((name) => {
      const [a, b] = [before[section]?.get(name), after[section]?.get(name)]
      const kind = kindOf(a, b)
      const parameter = packB[section]?.get(name) ?? packA[section]?.get(name)
      if (kind === null || parameter === undefined) return []
      return [{ section, name, label: parameter.label, unit: parameter.unit, kind, before: side(a), after: side(b) }]
    })
  })
}
