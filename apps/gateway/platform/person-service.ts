/** Asks a service of a platform about persons and reads its rows: who is not answered for is told, never taken for none. */
import { type Basis, recordTypeOf, type StateLetter } from '#sources/contract'
import { todayOf } from '../clock.ts'
import { RowReader } from '../store/row-reader.ts'
import type { AskedPerson, Found, Grounds } from '../store/unit-store.ts'
import { Patience } from './pace.ts'
import { allPages } from './pages.ts'
import type { ServicePlan } from './read-connector.ts'
import { type PlatformLink, ServiceCall, Unanswered } from './service-call.ts'
import { fill, type Json, namesIn, type Scope } from './templates.ts'

/** A person under one name. */
interface Entry {
  id: string
  name: string
}

/** What a question rests on. */
export interface AskedOn {
  basis: Basis
  grounds: Grounds
  /** what its calls are kept under */
  batch: string
}

/** What came of asking. */
export interface PersonAnswers {
  found: Found[]
  unanswered: Map<string, StateLetter>
  /** why persons were not answered for, as the platform called it, with how many calls it was */
  reasons: Map<string, number>
}

function groups<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))
}

/** A service that is asked about persons. */
export class PersonService {
  readonly #plan: ServicePlan
  readonly #link: PlatformLink
  readonly #call: ServiceCall
  /** the service compares names itself: a person is asked about under each name */
  readonly #byName: boolean

  constructor(plan: ServicePlan, link: PlatformLink) {
    this.#plan = plan
    this.#link = link
    this.#call = new ServiceCall(plan, link)
    const { headers, steps } = link.connector.call
    this.#byName = namesIn([plan.path, plan.ask, headers, steps as unknown as Json]).includes('asked.name')
  }

  /** Asks about persons, a few in a call, until all are answered or nothing is answered any more. */
  async ask(persons: readonly AskedPerson[], { basis, grounds, batch }: AskedOn): Promise<PersonAnswers> {
    const { limits, clock, signal } = this.#link
    const today = todayOf(clock)
    const [asOf = today] = [basis.asOf, today].sort()
    const patience = new Patience(limits.patienceSeconds)
    const answers: PersonAnswers = { found: [], unanswered: new Map(), reasons: new Map() }
    const rules = { paging: this.#link.connector.paging, empty: this.#plan.answer.empty, maxPages: limits.maxPages }
    const reader = new RowReader(this.#plan.record, this.#plan.codes, basis)
    let refused: string | undefined
    const askGroup = async (entries: Entry[]): Promise<void> => {
      try {
        if (refused !== undefined) throw new Unanswered(refused, 'E', true)
        const rows = await allPages(this.#call, rules, { persons: entries, grounds, asOf, batch, patience })
        patience.renew()
        answers.found.push(...this.#read(rows, entries, asOf, reader))
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error
        if (error.refused) refused = error.message
        for (const { id } of entries) answers.unanswered.set(id, error.letter)
        answers.reasons.set(error.message, (answers.reasons.get(error.message) ?? 0) + 1)
      }
    }
    await this.#allGroups(groups(this.#entries(persons), limits.persons), askGroup)
    signal.throwIfAborted()
    return { ...answers, found: answers.found.filter(({ id }) => !answers.unanswered.has(id)) }
  }

  /** As many groups at a time as calls may be under way; the first error that is no answer ends them all. */
  async #allGroups(all: readonly Entry[][], askGroup: (entries: Entry[]) => Promise<void>): Promise<void> {
    const waiting = all[Symbol.iterator]()
    const worker = async (): Promise<void> => {
      for (const entries of waiting) await askGroup(entries)
    }
    await Promise.all(Array.from({ length: Math.min(all.length, this.#link.limits.atOnce) }, worker))
  }

  #entries(persons: readonly AskedPerson[]): Entry[] {
    if (!this.#byName) return persons.map(({ id, names }) => ({ id, name: names[0] ?? '' }))
    return persons.flatMap(({ id, names }) => names.map((name) => ({ id, name })))
  }

  /** Rows as found. A row that names nobody who was asked about makes the whole answer unusable. */
  #read(rows: readonly Json[], entries: readonly Entry[], asOf: string, reader: RowReader): Found[] {
    const ids = new Set(entries.map(({ id }) => id))
    const asked = entries.length === 1 ? { asked: { ...entries[0] } } : {}
    return rows.flatMap((row) => {
      const found = reader.read(this.#fields({ ...this.#plan.values, ...asked, asOf, row })).filter(({ id }) => ids.has(id))
      if (found.length === 0) throw new Unanswered('a row of somebody else', 'E', false)
      return found
    })
  }

  #fields(scope: Scope): string[] {
    return recordTypeOf(this.#plan.record).table.columns.map(({ name }) => fill(this.#plan.columns[name] ?? '', scope))
  }
}
