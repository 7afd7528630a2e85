/**
 * What the units answered about the subjects of a batch, gathered from the lines of their messages.
 *
 * B1 a pair that was not asked stays NOT_AUTHORISED (A), a pair asked and not yet answered stays PENDING (P);
 * B2 a later answer about a pair replaces the earlier one; a silent answer (E, T, P) never replaces a hit;
 * B3 a pair nobody said anything about when the deadline is over becomes TIMEOUT (T); what a unit itself called pending stays P;
 * B4 rows of a record type stand in order of source_record_id by code points, whatever order the unit sent.
 */

import { compareCodePoints } from '#kernel/text'
import {
  type RecordName,
  type RecordsAnswer,
  recordNames,
  recordRow,
  type SilenceReason,
  type SourceRow,
  type StateLetter,
  type SubjectAnswer,
} from '#sources/contract'
import type { PairStatus, SubjectAnswers } from '../household/dossier.ts'

/** The six states of the contract by letter; only N says "has none". */
export const pairStatusOf: Readonly<Record<StateLetter, PairStatus>> = {
  H: 'HIT',
  N: 'NO_RECORD',
  M: 'NAME_MISMATCH',
  I: 'ID_NOT_FOUND',
  A: 'NOT_AUTHORISED',
  E: 'NOT_ANSWERED',
  T: 'NOT_ANSWERED',
  P: 'NOT_ANSWERED',
}

/** What is known about one subject. */
interface Entry {
  idNumber: string
  asked: number
  /** bits of the pairs a unit has said something about */
  told: number
  letters: StateLetter[]
  /** the letters as one text, until one changes */
  text: string | null
  rows: Rows
  reasons: Reasons
  mismatchId: string | null
}

type Rows = Partial<Record<RecordName, SourceRow[] | undefined>>
type Reasons = Partial<Record<RecordName, SilenceReason>>

/** Every subject has a place for each record type: rules look into all of them, which is quick where all have one shape. */
const noRows: Readonly<Rows> = Object.fromEntries(recordNames.map((name) => [name, undefined]))
/** Of most subjects nothing is silent. */
const noReasons: Readonly<Reasons> = {}

const silent = new Set<string>(['E', 'T', 'P'])

function isLetter(letter: string): letter is StateLetter {
  return letter.length === 1 && 'HNMIAETP'.includes(letter)
}

/** The rows were made record type by record type, each by its own catalogue entry. */
function usableOf(rows: Rows): SubjectAnswers['usable'] {
  return rows as unknown as SubjectAnswers['usable']
}

function textOf(entry: Entry): string {
  entry.text ??= entry.letters.join('')
  return entry.text
}

function byRecordId(a: SourceRow, b: SourceRow): number {
  return compareCodePoints(a.source_record_id, b.source_record_id)
}

/** Gathers answers for the subjects of a batch; item numbers are positions in `subjects`. */
export class AnswerBook {
  readonly #entries: Entry[]
  readonly #statuses = new Map<string, SubjectAnswers['status']>()
  readonly #places = new Map<string, number>(recordNames.map((name, place) => [name, place]))

  constructor(subjects: readonly { idNumber: string; asked: number }[]) {
    this.#entries = subjects.map(({ idNumber, asked }) => ({
      idNumber,
      asked,
      told: 0,
      letters: recordNames.map((_, position): StateLetter => (asked & (1 << position) ? 'P' : 'A')),
      text: null,
      rows: noRows,
      reasons: noReasons,
      mismatchId: null,
    }))
  }

  /** Takes over one unit's answer. A pair outside what was asked is ignored: nothing unasked ever counts. */
  take(answer: RecordsAnswer): void {
    const places = answer.records.map((record) => this.#places.get(record) ?? 0)
    for (const item of answer.none) {
      const entry = this.#entries[item]
      if (entry !== undefined) for (const place of places) if (entry.asked & (1 << place)) this.#silence(entry, place, 'N')
    }
    for (const subject of answer.subjects) {
      const entry = this.#entries[subject.i]
      if (entry !== undefined) this.#takeSubject(entry, subject, answer.records, places)
    }
  }

  #takeSubject(entry: Entry, subject: SubjectAnswer, records: readonly RecordName[], places: readonly number[]): void {
    let k = 0
    for (let index = 0; index < records.length; index++) {
      const record = records[index]
      const place = places[index] ?? 0
      if (record === undefined || !(entry.asked & (1 << place))) continue
      const letter = subject.states[k++] ?? 'P'
      if (isLetter(letter)) this.#set(entry, record, place, letter, subject, String(index))
    }
  }

  /** Records a state without rows; a silent answer never replaces a hit. */
  #silence(entry: Entry, place: number, letter: StateLetter): boolean {
    entry.told |= 1 << place
    if (entry.letters[place] === 'H' && silent.has(letter)) return false
    entry.letters[place] = letter
    entry.text = null
    this.#forget(entry, place)
    return true
  }

  /** Takes rows and reason of a pair back, if there are any. */
  #forget(entry: Entry, place: number): void {
    const record = recordNames[place]
    if (record === undefined) return
    if (entry.rows[record] !== undefined) entry.rows[record] = undefined
    if (entry.reasons !== noReasons) delete entry.reasons[record]
  }

  #set(entry: Entry, record: RecordName, place: number, letter: StateLetter, subject: SubjectAnswer, index: string): void {
    if (!this.#silence(entry, place, letter)) return
    const reason = subject.why[index]
    if (reason !== undefined) {
      if (entry.reasons === noReasons) entry.reasons = {}
      entry.reasons[record] = reason
    }
    if (letter === 'H') {
      const rows: SourceRow[] = (subject.rows[index] ?? []).map((cells) => recordRow(record, cells, entry.idNumber))
      if (entry.rows === noRows) entry.rows = { ...noRows }
      entry.rows[record] = rows.length > 1 ? rows.sort(byRecordId) : rows
    }
    if (record === 'police/register') entry.mismatchId = letter === 'M' ? (subject.mismatch[index] ?? null) : null
  }

  /** Takes back what an authorisation no longer covers: only the bits of `kept` stay, what was answered else is unusable. */
  halt(item: number, kept: number): void {
    const entry = this.#entries[item]
    if (entry === undefined) return
    entry.asked &= kept
    entry.text = null
    for (let place = 0; place < recordNames.length; place++) {
      if (kept & (1 << place)) continue
      entry.letters[place] = 'A'
      this.#forget(entry, place)
    }
    entry.mismatchId = null
  }

  /** Ends the waiting: pairs nobody has answered are TIMEOUT from here on. True when there were any. */
  expire(): boolean {
    let any = false
    for (const entry of this.#entries) {
      for (let place = 0; place < entry.letters.length; place++) {
        if (entry.letters[place] !== 'P' || entry.told & (1 << place)) continue
        entry.letters[place] = 'T'
        entry.text = null
        any = true
      }
    }
    return any
  }

  /** The thirty letters of a subject, in catalogue order. */
  letters(item: number): string {
    const entry = this.#entries[item]
    return entry === undefined ? '' : textOf(entry)
  }

  /** Reasons of silent pairs of a subject, by record type; undefined where there are none. */
  reasons(item: number): Partial<Record<RecordName, SilenceReason>> {
    return this.#entries[item]?.reasons ?? noReasons
  }

  /** The rows of a subject's hits. */
  usable(item: number): SubjectAnswers['usable'] {
    return usableOf(this.#entries[item]?.rows ?? noRows)
  }

  /** The answers of a subject as the rules read them. */
  answers(item: number): SubjectAnswers {
    const entry = this.#entries[item]
    if (entry === undefined) throw new Error(`answer book: no subject ${item}`)
    const status = this.#statusOf(textOf(entry))
    const registerMismatch = entry.mismatchId === null ? null : { source_record_id: entry.mismatchId, as_of_date: '' }
    return { status, usable: usableOf(entry.rows), registerMismatch }
  }

  /** Many subjects of a batch are answered alike: they share one object. */
  #statusOf(letters: string): SubjectAnswers['status'] {
    const known = this.#statuses.get(letters)
    if (known !== undefined) return known
    const made = Object.fromEntries(
      recordNames.map((name, position) => [name, pairStatusOf[(letters[position] ?? 'P') as StateLetter]]),
    ) as SubjectAnswers['status']
    this.#statuses.set(letters, made)
    return made
  }
}
