/**
 * Which source is asked for which member and supporter.
 *
 * P1 a pair of subject and record type is asked only if the aid scheme allows the item and a signed authorisation
 *    covers it on the as-of date (or its category is the bureau's own);
 * P2 the plan of a household is a function of its rows, the scheme and the date alone;
 * P3 subjects of a batch stand in order of household_no and subject_no: the position is the item number of every
 *    question about them.
 */

import { birthDateOf } from '#kernel/id-number'
import { compareCodePoints } from '#kernel/text'
import type { AuthorisationRow, HouseholdRow, PersonRow, SupporterRow } from '#registry'
import { authorises, type Category, type RecordName, recordNames, recordTypeOf } from '#sources/contract'

/** A subject with the bits of the record types it may be asked about, in catalogue order. */
export interface PlannedSubject {
  subjectNo: string
  kind: 'person' | 'supporter'
  householdNo: string
  divisionCode: string
  idNumber: string
  name: string
  bornOn: string
  /** bit k set: record type k may be asked */
  asked: number
  authorisations: readonly AuthorisationRow[]
}

/** The rows a plan is made from. */
export interface PlanInput {
  households: readonly HouseholdRow[]
  persons: readonly PersonRow[]
  supporters: readonly SupporterRow[]
  authorisations: readonly AuthorisationRow[]
}

const categories = recordNames.map((name) => recordTypeOf(name).category)

/** Bits of the bureau's own record types, which need no authorisation: all that is left of a halted line. */
export const ownMask = categories.reduce((mask, category, place) => (category === 'own' ? mask | (1 << place) : mask), 0)

/** Bits of the record types of each category that needs an authorisation. */
const maskOf = new Map<Category, number>()
categories.forEach((category, place) => {
  if (category !== 'own') maskOf.set(category, (maskOf.get(category) ?? 0) | (1 << place))
})

/** Bits of all record types a scheme may ask about. */
export function schemeMask(records: readonly RecordName[]): number {
  return records.reduce((mask, record) => mask | (1 << recordNames.indexOf(record)), 0)
}

/** Bits of the record types the signed papers of one person cover on a date. */
export function authorisedMask(
  authorisations: readonly AuthorisationRow[],
  idNumber: string,
  on: string,
  guardianAge: number,
): number {
  let mask = ownMask
  for (const [category, bits] of maskOf) {
    if (authorisations.some((paper) => authorises(paper, { idNumber }, category, on, guardianAge))) mask |= bits
  }
  return mask
}

/** The subjects of some households with what may be asked about each. */
export function planSubjects(input: PlanInput, allowed: number, asOf: string, guardianAge: number): PlannedSubject[] {
  const division = new Map(input.households.map((household) => [household.household_no, household.division_code]))
  const papers = Map.groupBy(input.authorisations, (paper) => paper.subject_no)
  const planned = (kind: 'person' | 'supporter', subjectNo: string, row: PersonRow | SupporterRow): PlannedSubject => {
    const authorisations = papers.get(subjectNo) ?? []
    return {
      subjectNo,
      kind,
      householdNo: row.household_no,
      divisionCode: division.get(row.household_no) ?? '',
      idNumber: row.id_number,
      name: row.name,
      bornOn: birthDateOf(row.id_number),
      asked: allowed & authorisedMask(authorisations, row.id_number, asOf, guardianAge),
      authorisations,
    }
  }
  return [
    ...input.persons.map((person) => planned('person', person.person_no, person)),
    ...input.supporters.map((supporter) => planned('supporter', supporter.supporter_no, supporter)),
  ].sort(
    (a, b) =>
      compareCodePoints(a.householdNo, b.householdNo) ||
      compareCodePoints(a.subjectNo, b.subjectNo) ||
      compareCodePoints(a.kind, b.kind),
  )
}
