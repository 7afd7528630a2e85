/**
 * Who may be asked about whom: the one predicate of the authorisation (授权), used by the centre before it sends,
 * by the gateway before it touches its store, and by the check of past queries.
 */
import { ageOn } from '#kernel/id-number'
import { type Category, recordTypeOf } from './catalogue.ts'
import type { RecordName } from './record-rows.ts'

/** What the predicate reads of an authorisation; rows of the registry fit. Dates are `YYYY-MM-DD`. */
export interface AuthorisationFacts {
  /** signed, guardian or missing */
  signature: string
  signed_on: string | null
  /** last day of validity; null = open */
  valid_to: string | null
  /** from this day on not valid; null = never withdrawn */
  withdrawn_on: string | null
  /** categories agreed to; `all` covers every one */
  items: readonly string[]
}

/** The person asked about. */
export interface AuthorisedPerson {
  /** normalised citizen number: gives the age at signing */
  idNumber: string
}

/** Whether a paper, as it stands, covers a category on a date: all of the predicate but the age of whoever signed. */
export function covers(facts: AuthorisationFacts, category: Category, on: string): boolean {
  const { signature, signed_on: signedOn, valid_to: validTo, withdrawn_on: withdrawnOn, items } = facts
  if (signature !== 'signed' && signature !== 'guardian') return false
  if (signedOn === null || signedOn > on) return false
  if (validTo !== null && on > validTo) return false
  if (withdrawnOn !== null && on >= withdrawnOn) return false
  return items.includes('all') || items.includes(category)
}

/** Whether a person was old enough to sign for himself; a guardian's signature needs no age. */
export function isOldEnough(facts: AuthorisationFacts, person: AuthorisedPerson, guardianAge: number): boolean {
  return facts.signature === 'guardian' || (facts.signed_on !== null && ageOn(person.idNumber, facts.signed_on) >= guardianAge)
}

/**
 * Whether one authorisation covers a category on a date.
 * @param guardianAge below this age at signing a guardian must have signed
 */
export function authorises(
  facts: AuthorisationFacts,
  person: AuthorisedPerson,
  category: Category,
  on: string,
  guardianAge: number,
): boolean {
  return covers(facts, category, on) && isOldEnough(facts, person, guardianAge)
}

/** Whether a person is authorised for a record type on a date: its category is `own`, or an authorisation covers it. */
export function isAuthorised(
  authorisations: readonly AuthorisationFacts[],
  person: AuthorisedPerson,
  record: RecordName,
  on: string,
  guardianAge: number,
): boolean {
  const { category } = recordTypeOf(record)
  if (category === 'own') return true
  return authorisations.some((facts) => authorises(facts, person, category, on, guardianAge))
}
