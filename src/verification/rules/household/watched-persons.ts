/**
 * Whom member units watch: members of households on aid or with a running case, for the record types that an authorisation
 * covers (or that are the bureau's own) and that a right allows to ask, until the authorisation or the aid ends, a year at most.
 */
import type { Wanted } from '#exchange'
import { addDays, addMonths } from '#kernel/dates'
import { type RecordName, recordNames, recordTypeOf, watchedRecord } from '#sources/contract'
import { watching } from './schemes.ts'

/** A person who may be watched. */
export interface WatchablePerson {
  person_no: string
  household_no: string
  born_on: string
  /** bits of the record types that papers or their nature allow */
  mask: number
  papers: string[]
  /** last day of the papers; null: open */
  papers_to: string | null
  /** last month of the aid; null: open, or a case runs */
  aid_to: string | null
}

export const bitOf = (record: RecordName): number => 1 << recordNames.indexOf(record)

/** Bits of the record types of each unit that can be watched and that a right allows to ask. */
export function watchedBits(rights: readonly { unit: string; item: string }[]): Map<string, number> {
  const items = new Set(rights.map(({ unit, item }) => `${unit} ${item}`))
  const bits = new Map<string, number>()
  for (const record of recordNames) {
    const { unit, category } = recordTypeOf(record)
    if (watchedRecord(record) === undefined || !items.has(`${unit} ${category}`)) continue
    bits.set(unit, (bits.get(unit) ?? 0) | bitOf(record))
  }
  return bits
}

/** What each unit is to watch of these persons. */
export function watchesOf(
  persons: readonly WatchablePerson[],
  bits: ReadonlyMap<string, number>,
  on: string,
  guardianAge: number,
): Wanted[] {
  return persons.flatMap((person) => {
    const {
      person_no: subjectNo,
      household_no: householdNo,
      born_on: bornOn,
      papers,
      papers_to: papersTo,
      aid_to: aidTo,
    } = person
    const aidEnd = aidTo === null ? null : addDays(addMonths(`${aidTo}-01`, 1), -1)
    const [until = on] = [addDays(on, watching.longestDays.value), papersTo, aidEnd].filter((end) => end !== null).sort()
    return [...bits].flatMap(([unit, wanted]) => {
      const asked = wanted & person.mask
      return asked === 0 ? [] : [{ unit, subjectNo, householdNo, bornOn, guardianAge, asked, papers, until }]
    })
  })
}
