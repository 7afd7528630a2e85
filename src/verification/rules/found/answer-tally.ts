/** Counts answer states per township and record type. */
import { itemStates, recordNames, type StateLetter } from '#sources/contract'

const letters = Object.keys(itemStates) as StateLetter[]
const slotOf = new Map(letters.map((letter, slot) => [letter.charCodeAt(0), slot]))

const townshipDigits = 9

/** A count as it is stored. */
export interface TallyCount {
  townshipCode: string
  record: string
  state: string
  subjects: number
}

/** Adds up the statuses of subjects: one letter per record type, in catalogue order. */
export class AnswerTally {
  readonly #townships = new Map<string, Int32Array>()

  /** Adds a subject's letters `by` times; -1 takes them off. */
  add(divisionCode: string, statuses: string, by: number): void {
    const township = divisionCode.slice(0, townshipDigits)
    let slots = this.#townships.get(township)
    if (slots === undefined) {
      slots = new Int32Array(recordNames.length * letters.length)
      this.#townships.set(township, slots)
    }
    for (let place = 0; place < recordNames.length; place++) {
      const slot = slotOf.get(statuses.charCodeAt(place))
      if (slot === undefined) throw new RangeError(`unknown state in ${statuses}`)
      const at = place * letters.length + slot
      slots[at] = (slots[at] ?? 0) + by
    }
  }

  /** Counts that are not zero. */
  counts(): TallyCount[] {
    const counts: TallyCount[] = []
    for (const [township, slots] of this.#townships) {
      let at = 0
      for (const record of recordNames) {
        for (const state of letters) {
          const subjects = slots[at++] ?? 0
          if (subjects !== 0) counts.push({ townshipCode: township.padEnd(12, '0'), record, state, subjects })
        }
      }
    }
    return counts
  }
}
