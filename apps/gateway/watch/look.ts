/**
 * One look at the persons of an order: what may be looked up is judged exactly as for a request of today; what changed since
 * it was last told comes out. A record type that is unanswered, for whatever reason, says nothing.
 */
import {
  type Cell,
  type PaperCells,
  type RecordName,
  type RecordsAnswer,
  type RecordsHead,
  readRecordsAnswer,
  recordTypeOf,
  type SilenceReason,
  type StateLetter,
  type SubjectAnswer,
  subjectsLine,
  type UnitName,
  watchedRecord,
} from '#sources/contract'
import { answerRecords } from '../answer-records.ts'
import type { ToldRow, Watched, WatchOrder } from '../ledger/watch-book.ts'
import type { PreparedStore } from '../store/unit-store.ts'
import { changesOf, type Digest, type RowChange, rowsNow } from './compare-rows.ts'

/** Persons asked about at a time. */
const CHUNK = 500

/** What is known before a look. */
export interface Before {
  /** `<no> <record>` of what was looked at before */
  bases: ReadonlySet<string>
  told: ReadonlyMap<string, ReadonlyMap<string, string>>
  revoked: ReadonlySet<string>
  /** record types the asker has no right to, only a person can look up, or nobody watches */
  silent: ReadonlySet<RecordName>
}

/** A change of a person's record. */
export interface Seen extends RowChange {
  no: string
  record: RecordName
}

/** What a look found out. */
export interface LookResult {
  /** record types that were looked at for the first time */
  bases: { no: string; record: RecordName }[]
  /** what is told silently: the base line */
  first: ToldRow[]
  changes: Seen[]
  /** for the log, of the persons of whom something is told: number, states, changes, papers */
  log: string[]
}

const nothing: ReadonlyMap<string, string> = new Map()
const UNASKED = { campaign: 'subscription', batch: 0, round: 0 }

/** Persons as the body of a request of today. */
function requestOf(order: WatchOrder, asOf: string, persons: readonly Watched[]): { head: RecordsHead; items: string[] } {
  const records = [...new Set(persons.flatMap((person) => person.records))]
  const places = new Map<string, number>()
  const papers: PaperCells[] = []
  const wants = new Map<string, number>()
  const placeOf = (terms: PaperCells): number => {
    const text = JSON.stringify(terms)
    const known = places.get(text) ?? papers.push(terms) - 1
    places.set(text, known)
    return known
  }
  const items = persons.map(({ idNumber, names, records: wanted, papers: signed }, i) => {
    const list = JSON.stringify(wanted.map((record) => records.indexOf(record)))
    const want = wants.get(list) ?? wants.size
    wants.set(list, want)
    const named = signed.map(([no, terms, docHash]) => ({ no, terms: placeOf(terms), docHash }))
    return subjectsLine([{ i, idNumber, names, want, papers: named }])
  })
  const lists = [...wants.keys()].map((list) => JSON.parse(list) as number[])
  const basis = { ...order.basis, asOf }
  return { head: { kind: 'records', ...UNASKED, basis, scheme: order.scheme, records, wants: lists, papers }, items }
}

/** Whether rows that are missing may be believed to be gone. */
class Absences {
  readonly #store: PreparedStore
  readonly #digest: Digest
  readonly #setAside = new Map<RecordName, ReadonlySet<string>>()

  constructor(store: PreparedStore, digest: Digest) {
    this.#store = store
    this.#digest = digest
  }

  /** Keys of rows that were set aside as faulty: they are there, whatever is wrong with them. */
  #keysSetAside(record: RecordName): ReadonlySet<string> {
    const known = this.#setAside.get(record)
    if (known) return known
    const { file } = recordTypeOf(record)
    const rows = this.#store.statement.quarantine.filter((each) => each.file === file)
    const cells = rows.flatMap(({ raw }) => raw.split(',').map((cell) => cell.replaceAll('"', '').trim()))
    const made = new Set(cells.map((cell) => this.#digest(JSON.stringify([cell]))))
    this.#setAside.set(record, made)
    return made
  }

  /** Whether only a part of the list is there: it is neither what is compared with from now on, nor compared. */
  isCutOff(record: RecordName): boolean {
    return this.#store.standing(record).incomplete === 'cut_off'
  }

  /** Tells of each key whether it may be gone; undefined when rows of this person are faulty. */
  async of(record: RecordName, idNumber: string): Promise<((key: string) => boolean) | undefined> {
    const found = await this.#store.byNumber(record, [idNumber])
    if (found.some((row) => row.faulty)) return undefined
    return (key) => !this.#keysSetAside(record).has(key)
  }
}

/** States and rows of a person by place of the record type in his list. */
type Told = Pick<SubjectAnswer, 'states' | 'rows' | 'why'>

function statesOf(answer: RecordsAnswer, persons: readonly Watched[]): Told[] {
  const none = new Set(answer.none)
  const given = new Map(answer.subjects.map((subject) => [subject.i, subject]))
  return persons.map((person, i) => {
    const silence: StateLetter = none.has(i) ? 'N' : 'P'
    return given.get(i) ?? { states: silence.repeat(person.records.length), rows: {}, why: {} }
  })
}

/** Whether rows, or that there are none, were said. However old a list is: what differs in it from the one before has changed. */
function isSaid(letter: string | undefined, why: SilenceReason | undefined): boolean {
  return letter === 'H' || letter === 'N' || (letter === 'E' && why === 'stale')
}

/** Compares what a chunk of persons has now with what was told. */
class Comparing {
  readonly result: LookResult = { bases: [], first: [], changes: [], log: [] }
  readonly #before: Before
  readonly #absences: Absences
  readonly #digest: Digest

  constructor(before: Before, store: PreparedStore, digest: Digest) {
    this.#before = before
    this.#absences = new Absences(store, digest)
    this.#digest = digest
  }

  async add(person: Watched, told: Told, records: readonly RecordName[]): Promise<void> {
    const before = this.result.changes.length
    for (const [place, record] of person.records.entries()) {
      const at = records.indexOf(record)
      const isSilent = this.#before.silent.has(record) || this.#absences.isCutOff(record)
      if (isSilent || !isSaid(told.states[place], told.why[at])) continue
      await this.#compare(person, record, told.rows[at] ?? [])
    }
    const changed = this.result.changes.length - before
    if (changed === 0) return
    this.result.log.push(`${person.idNumber} ${told.states} ${changed} ${person.papers.map(([no]) => no).join('+')}`)
  }

  async #compare({ no, idNumber }: Watched, record: RecordName, rows: readonly (readonly Cell[])[]): Promise<void> {
    const watched = watchedRecord(record)
    if (watched === undefined) return
    const now = rowsNow(record, watched, rows, this.#digest)
    const { bases, first, changes } = this.result
    if (!this.#before.bases.has(`${no} ${record}`)) {
      bases.push({ no, record })
      for (const { key, digest } of now.values()) first.push({ no, record, key, digest })
      return
    }
    const told = this.#before.told.get(`${no} ${record}`) ?? nothing
    const misses = watched.gone && [...told.keys()].some((key) => !now.has(key))
    const isGone = misses ? await this.#absences.of(record, idNumber) : undefined
    for (const change of changesOf(told, now, isGone ?? (() => false))) changes.push({ ...change, no, record })
  }
}

/** Looks at the persons of an order as of a day. */
export async function lookAt(
  unit: UnitName,
  order: WatchOrder,
  asOf: string,
  persons: readonly Watched[],
  before: Before,
  store: PreparedStore,
  digest: Digest,
): Promise<LookResult> {
  const comparing = new Comparing(before, store, digest)
  for (let start = 0; start < persons.length; start += CHUNK) {
    const chunk = persons.slice(start, start + CHUNK)
    const { head, items } = requestOf(order, asOf, chunk)
    const denied = new Set(head.records.flatMap((record, at) => (before.silent.has(record) ? [at] : [])))
    const { lines, asked } = await answerRecords(head, items, store, before.revoked, before.silent, denied)
    const answer = readRecordsAnswer({ kind: 'records', ...UNASKED, unit, records: head.records, asked }, unit, lines)
    for (const [i, told] of statesOf(answer, chunk).entries()) {
      const person = chunk[i]
      if (person !== undefined) await comparing.add(person, told, head.records)
    }
  }
  return comparing.result
}
