/**
 * Who counts as a co-living member. The rule itself is the policy engine's, under the pack of the case (legal duty and living together,
 * study level, sentence, missing, religious site, service); here the entered facts are put to it, and what a clerk enters otherwise needs
 * a reason of its own.
 */
import { isDate } from '#kernel/dates'
import { type CodeOf, codesOf } from '#kernel/terms'
import type { Household } from '#policy'
import type { DraftRow } from '../contract/draft.ts'
import type { MemberVerdict } from '../contract/intake.ts'

type MemberFacts = Household['members'][number]

const RELATIONS: Readonly<Record<string, MemberFacts['relation']>> = {
  head: 'applicant',
  spouse: 'spouse',
  child: 'child',
  parent: 'parent',
  child_in_law: 'child_in_law',
  sibling: 'sibling',
  grandparent: 'grandparent',
  grandchild: 'grandchild',
}

const LEAST_REASON = 4

function isStudyLevel(code: string): code is CodeOf<'student_level'> {
  return codesOf('student_level').has(code)
}

/** The facts of a member that tell whether it counts; what was not entered is left out. */
export function memberFacts({ id, values }: DraftRow): MemberFacts {
  const study = values.student_level ?? ''
  const born = values.birth_date ?? ''
  const away = values.away ?? ''
  return {
    id,
    relation: RELATIONS[values.relation ?? ''] ?? 'other',
    lives_together: values.lives_together === 'yes',
    cannot_live_independently: values.cannot_live_independently === 'yes',
    serving: away === 'serving',
    missing: away === 'missing',
    long_term_clergy: away === 'clergy',
    conscript: away === 'conscript',
    ...(isDate(born) ? { birth_date: born } : {}),
    ...(isStudyLevel(study) ? { study } : {}),
  }
}

/** What the policy engine says of a member. */
export interface Ruling {
  readonly counted: boolean
  readonly reason: string
}

/** Each member with the ruling and what was entered. */
export function verdictsOf(members: readonly DraftRow[], rulings: ReadonlyMap<string, Ruling>, clause: string): MemberVerdict[] {
  return members.map(({ id, values }) => {
    const ruling = rulings.get(id) ?? { counted: false, reason: '' }
    const entered = values.counted ?? ''
    const counted = entered === '' ? null : entered === 'yes'
    const differs = counted !== null && counted !== ruling.counted
    const settled = counted !== null && (!differs || (values.why ?? '').trim().length >= LEAST_REASON)
    return {
      row: id,
      name: values.name ?? '',
      ruled: ruling.counted,
      ruledReason: ruling.reason,
      clause,
      counted,
      differs,
      settled,
    }
  })
}
