/**
 * The log as the data officer reads it: what each entry says without its persons, counted and filtered; persons only when
 * somebody looks for one by citizen number. Entries are read once, a page at a time, so that answering goes on meanwhile.
 */
import { setImmediate as breathe } from 'node:timers/promises'
import { addDays } from '#kernel/dates'
import { type GatewayClock, todayOf, wallClock } from '../clock.ts'
import type { DeskBook } from '../gateway-desk-book.ts'
import type { LoggedEntry } from '../ledger/log-entry.ts'
import { answerEvents } from './words.ts'

/** An entry without its persons, with what can be counted of them. */
export interface DigestEntry extends Omit<LoggedEntry, 'persons'> {
  /** day by the unit's wall clock */
  day: string
  persons: number
  /** states of the persons, counted by letter */
  states: Readonly<Record<string, number>>
}

/** What entries are looked for; empty texts match everything. Days are included. */
export interface LogFilter {
  from: string
  to: string
  event: string
  subject: string
  operator: string
  purpose: string
}

/** What was answered in some days. */
export interface Volume {
  requests: number
  persons: number
  states: Readonly<Record<string, number>>
  /** whole requests that were refused, by code */
  refused: Readonly<Record<string, number>>
}

/** An entry that names the person looked for, with the line about that person. */
export interface PersonEntry {
  entry: DigestEntry
  /** states, rows and authorisations, as logged; empty for a look-up */
  states: string
  rows: number
  papers: string
}

const PAGE = 500

/** Parts of a person's line in the log: number, states, rows, authorisations; of a look-up the number alone. */
function partsOf(line: string): { idNumber: string; states: string; rows: number; papers: string } {
  const [idNumber = '', states = '', rows = '0', papers = ''] = line.split(' ')
  return { idNumber, states, rows: Number(rows), papers }
}

function digestOf({ persons, ...entry }: LoggedEntry, clock: GatewayClock): DigestEntry {
  const lines = persons === '' ? [] : persons.split('\n')
  const states: Record<string, number> = {}
  for (const line of lines) for (const letter of partsOf(line).states) states[letter] = (states[letter] ?? 0) + 1
  return { ...entry, day: wallClock(entry.at, clock).slice(0, 10), persons: lines.length, states }
}

function fits(entry: DigestEntry, { from, to, event, subject, operator, purpose }: LogFilter): boolean {
  if (from !== '' && entry.day < from) return false
  if (to !== '' && entry.day > to) return false
  if (event !== '' && entry.event !== event) return false
  if (subject !== '' && !entry.subject.split(' ').includes(subject)) return false
  return entry.operator.includes(operator) && `${entry.purpose} ${entry.legalBasis}`.includes(purpose)
}

function add(counts: Record<string, number>, key: string, n: number): void {
  counts[key] = (counts[key] ?? 0) + n
}

/** The log of a gateway for its desk. */
export class LogDigest {
  readonly #ledger: DeskBook
  readonly #clock: GatewayClock
  readonly #entries: DigestEntry[] = []
  #reading: Promise<void> = Promise.resolve()

  constructor(ledger: DeskBook, clock: GatewayClock) {
    this.#ledger = ledger
    this.#clock = clock
  }

  async #pages(after: number, take: (entries: readonly LoggedEntry[]) => void): Promise<void> {
    for (let last = after; ; ) {
      const { entries } = this.#ledger.readLog(last, PAGE)
      take(entries)
      last = entries.at(-1)?.n ?? last
      if (entries.length < PAGE) return
      await breathe()
    }
  }

  /** All entries so far, oldest first. */
  async entries(): Promise<readonly DigestEntry[]> {
    const more = async (): Promise<void> => {
      const last = this.#entries.at(-1)?.n ?? 0
      await this.#pages(last, (entries) => {
        for (const each of entries) this.#entries.push(digestOf(each, this.#clock))
      })
    }
    this.#reading = this.#reading.then(more, more)
    await this.#reading
    return this.#entries
  }

  /** Entries that fit, newest first. */
  async find(filter: LogFilter): Promise<DigestEntry[]> {
    return (await this.entries()).filter((entry) => fits(entry, filter)).reverse()
  }

  /** What was asked and answered in the last days, today included. */
  async volume(days: number): Promise<Volume> {
    const since = addDays(todayOf(this.#clock), 1 - days)
    const states: Record<string, number> = {}
    const refused: Record<string, number> = {}
    let requests = 0
    let persons = 0
    for (const entry of await this.entries()) {
      if (entry.day < since || !answerEvents.has(entry.event) || entry.event === 'correction') continue
      requests += 1
      persons += entry.persons
      for (const [letter, n] of Object.entries(entry.states)) add(states, letter, n)
      if (entry.event === 'refused') add(refused, entry.code, 1)
    }
    return { requests, persons, states, refused }
  }

  /** Every entry that names a citizen number, newest first. This opens what stands sealed: the caller logs it. */
  async findPerson(idNumber: string): Promise<PersonEntry[]> {
    const found: PersonEntry[] = []
    await this.#pages(0, (entries) => {
      for (const each of entries) {
        for (const line of each.persons.split('\n')) {
          const { idNumber: named, states, rows, papers } = partsOf(line)
          if (named === idNumber) found.push({ entry: digestOf(each, this.#clock), states, rows, papers })
        }
      }
    })
    return found.reverse()
  }
}
