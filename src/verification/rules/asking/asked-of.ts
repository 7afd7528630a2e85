/** What a person may read of the queries about him: which unit, which kinds of record, whether it answered. Never a value. */

import type { AskedUnit } from '#journal/contract'
import { RECORD_TYPES } from '#kernel/record-types'
import { isRecordName, type RecordName, recordNames, unitLabel, units } from '#sources/contract'

/** The units asked about a subject, and the authorisations the queries rest on. */
export interface Asked {
  readonly units: readonly AskedUnit[]
  readonly authorisationNos: readonly string[]
}

const answeredLetters = 'HNMI'

function outcomeOf(letters: readonly string[]): AskedUnit['outcome'] {
  const answered = letters.filter((letter) => answeredLetters.includes(letter)).length
  if (answered === letters.length) return 'answered'
  if (answered > 0) return 'partly'
  return letters.every((letter) => letter === 'A') ? 'refused' : 'not_answered'
}

/**
 * The units that were asked about a subject.
 * @param asked bits of the record types in catalogue order
 * @param statuses a letter per record type in the same order; empty while nothing is compared yet, which is "not answered"
 */
export function askedUnits(asked: number, statuses: string): AskedUnit[] {
  const wanted = (record: RecordName): boolean => (asked & (1 << recordNames.indexOf(record))) !== 0
  return units.flatMap(({ name, records }) => {
    const mine = records.filter((record): record is RecordName => isRecordName(record) && wanted(record))
    if (mine.length === 0) return []
    const letters = mine.map((record) => statuses[recordNames.indexOf(record)] ?? ' ')
    return [{ unitName: unitLabel(name), records: mine.map((record) => RECORD_TYPES[record].label), outcome: outcomeOf(letters) }]
  })
}

/** A node beyond the district that was asked about a subject. */
export function askedNode(name: string, asked: number, letters: string): AskedUnit {
  const records = recordNames.filter((_, place) => (asked & (1 << place)) !== 0)
  const said = records.map((record) => letters[recordNames.indexOf(record)] ?? ' ')
  return { unitName: name, records: records.map((record) => RECORD_TYPES[record].label), outcome: outcomeOf(said) }
}
