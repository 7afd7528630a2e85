/** Whether a household may be commissioned: every member has signed for what the pack cannot do without. */

import { labelOf } from '#kernel/terms'
import type { AuthorisationRow, PersonRow } from '#registry'
import { isOldEnough, type RecordName, recordNames, recordTypeOf } from '#sources/contract'
import { authorisedMask, ownMask } from '../asking/plan.ts'

/** A member without whose signature nothing can be asked, and why, in Chinese. */
export interface Unsigned {
  readonly name: string
  readonly why: string
}

/** What a commission needs of the members of a household. */
export interface ConsentTerms {
  readonly asOf: string
  readonly guardianAge: number
  /** record types without which no conclusion stands */
  readonly required: readonly RecordName[]
}

function lackingOf(mask: number, required: readonly RecordName[]): RecordName[] {
  return required.filter((record) => ((mask | ownMask) & (1 << recordNames.indexOf(record))) === 0)
}

function whyNot(
  person: PersonRow,
  papers: readonly AuthorisationRow[],
  { asOf, guardianAge }: ConsentTerms,
  lacking: readonly RecordName[],
): string {
  const signed = papers.filter((paper) => paper.signature !== 'missing' && paper.signed_on !== null)
  if (signed.length === 0) return '没有签署授权书'
  const begun = signed.filter((paper) => (paper.signed_on ?? '') <= asOf)
  if (begun.length === 0) return `授权书签于核对时点 ${asOf} 之后`
  const standing = begun.filter((paper) => paper.withdrawn_on === null || paper.withdrawn_on > asOf)
  if (standing.length === 0) return '授权已撤回'
  const running = standing.filter((paper) => paper.valid_to === null || paper.valid_to >= asOf)
  if (running.length === 0) return '授权书已过期'
  if (!running.some((paper) => isOldEnough(paper, { idNumber: person.id_number }, guardianAge))) {
    return `签署时未满 ${guardianAge} 周岁，须由监护人签署`
  }
  const items = [...new Set(lacking.map((record) => labelOf('auth_item', recordTypeOf(record).category)))]
  return `授权项目不全，缺${items.join('、')}`
}

/** Why a person has not signed for all that is required, in Chinese; undefined where he has. */
export function whyUnsigned(person: PersonRow, papers: readonly AuthorisationRow[], terms: ConsentTerms): string | undefined {
  const lacking = lackingOf(authorisedMask(papers, person.id_number, terms.asOf, terms.guardianAge), terms.required)
  return lacking.length === 0 ? undefined : whyNot(person, papers, terms, lacking)
}

/** Counted members who have not signed for all that is required, in the order of the household. */
export function unsignedMembers(
  persons: readonly PersonRow[],
  authorisations: readonly AuthorisationRow[],
  terms: ConsentTerms,
): Unsigned[] {
  const papers = Map.groupBy(authorisations, (paper) => paper.subject_no)
  return persons.flatMap((person) => {
    if (person.counted !== 'yes') return []
    const why = whyUnsigned(person, papers.get(person.person_no) ?? [], terms)
    return why === undefined ? [] : [{ name: person.name, why }]
  })
}
