/**
 * Watching the unit's data for what is subscribed: every few seconds what changed of files or tables is looked at, and changes
 * go out as notices. What is told and the notice that tells it are one transaction. A source that fails says nothing.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { type GatewayConfig, type NoticeLine, type RecordName, recordTypeOf } from '#sources/contract'
import { encodeLines } from '#wire'
import { todayOf } from '../clock.ts'
import { withoutValues } from '../gateway-answering.ts'
import { deniedOf } from '../gateway-rights.ts'
import type { GatewayIo } from '../io.ts'
import type { SqliteLedger } from '../ledger/sqlite-ledger.ts'
import type { WatchOrder } from '../ledger/watch-book.ts'
import type { PreparedStore, UnitStore } from '../store/unit-store.ts'
import type { Turn } from '../turn.ts'
import { type LookResult, lookAt } from './look.ts'

const LOOK_EVERY_SECONDS = 10
/** Changes in one notice. */
const NOTICE_LINES = 1000

/** What watching needs. */
export interface WatchingParts {
  config: GatewayConfig
  ledger: SqliteLedger
  store: UnitStore
  turn: Turn
  io: GatewayIo
}

/** What an order was last looked at with: the same again shows nothing new. */
interface Looked {
  prepared: object
  changes: number
  asOf: string
}

/** The loop that watches. */
export class Watching {
  readonly #parts: WatchingParts
  readonly #looked = new Map<string, Looked>()
  readonly #byHand: ReadonlySet<RecordName>
  #failing = false

  constructor(parts: WatchingParts) {
    const { unit, manual = [] } = parts.config
    this.#parts = parts
    this.#byHand = new Set(manual.map((short) => recordTypeOf(`${unit}/${short}`).name))
  }

  /** Runs until the signal ends it. */
  async run(): Promise<void> {
    const { config, io } = this.#parts
    const everyMs = (config.watchSeconds ?? LOOK_EVERY_SECONDS) * 1000
    while (!io.signal.aborted) {
      try {
        await this.look()
        this.#failing = false
      } catch (error) {
        if (io.signal.aborted) return
        if (!this.#failing) io.say(`订阅的数据暂时无法读取，不作任何变动提示，稍后重试：${withoutValues(error)}`)
        this.#failing = true
      }
      await wait(everyMs, undefined, { signal: io.signal }).catch(() => undefined)
    }
  }

  /** Looks once at everything that is watched; gives how many changes were told. Throws when the data cannot be read. */
  async look(): Promise<number> {
    const { ledger, io, turn } = this.#parts
    const asOf = todayOf(io.clock)
    let told = 0
    const refreshed = new Set<string>()
    for (const order of ledger.watches.listOrders()) {
      if (io.signal.aborted) break
      told += await turn.take(() => this.#lookAt(order, asOf, refreshed))
    }
    return told
  }

  async #lookAt(order: WatchOrder, asOf: string, refreshed: Set<string>): Promise<number> {
    const { store } = this.#parts
    const basis = { ...order.basis, asOf }
    const name = JSON.stringify(basis)
    if (!refreshed.has(name)) store.refresh(basis)
    refreshed.add(name)
    const prepared = await store.prepare(basis)
    // a service is asked person by person: nobody asks it for everybody every few seconds
    return 'ask' in prepared ? 0 : this.#lookIn(prepared, order, asOf)
  }

  /** Record types of the unit that say nothing to this asker; null when it has no right at all. */
  #silent({ header, basis, scheme }: WatchOrder, records: readonly RecordName[]): Set<RecordName> | null {
    const { config } = this.#parts
    const place = { campaign: 'subscription', batch: 0, round: 0 }
    const head = { kind: 'records' as const, ...place, basis, scheme, records: [...records], wants: [], papers: [] }
    const denied = deniedOf(config.rights, header.from, header.purpose, head)
    if (denied.whole) return null
    return new Set(records.filter((record, at) => denied.records.has(at) || this.#byHand.has(record)))
  }

  async #lookIn(prepared: PreparedStore, order: WatchOrder, asOf: string): Promise<number> {
    const { config, ledger } = this.#parts
    const { watches, requests } = ledger
    const { from, id } = order.header
    const { changes } = watches
    const before = this.#looked.get(id)
    if (before?.prepared === prepared && before.changes === changes && before.asOf === asOf) return 0
    const persons = watches.listWatched(from, id)
    const over = persons.filter(({ until }) => until < asOf)
    const records = [...new Set(persons.flatMap((person) => person.records))]
    const silent = this.#silent(order, records)
    if (over.length > 0) this.#end(order, over)
    if (silent === null || over.length > 0) return 0
    const revoked = requests.revoked(from)
    const known = { bases: watches.listBases(from, id), told: watches.listTold(from, id), revoked, silent }
    const result = await lookAt(config.unit, order, asOf, persons, known, prepared, (text) => watches.digestOf(text))
    // what came in meanwhile (an end, a withdrawal) holds: the next look counts
    if (watches.changes !== changes || requests.revoked(from).size !== revoked.size) return 0
    ledger.transaction(() => this.#tell(order, asOf, result))
    this.#say(result)
    this.#looked.set(id, { prepared, changes, asOf })
    return result.changes.length
  }

  #say({ bases, changes }: LookResult): void {
    const { say } = this.#parts.io
    if (bases.length > 0) say(`订阅：首次查看 ${bases.length} 项，作为比对基础，不作提示`)
    if (changes.length > 0) say(`订阅：${changes.length} 条变动提示已登记，待发往核对中心`)
  }

  /** Watches whose last day is over end here as well. */
  #end({ header }: WatchOrder, over: readonly { no: string }[]): void {
    const { ledger } = this.#parts
    ledger.transaction(() => {
      for (const { no } of over) ledger.watches.end(header.from, no)
      ledger.note('subscription_ended', header, { code: 'expired', note: `${over.length} ended` })
    })
  }

  #tell({ header }: WatchOrder, asOf: string, { bases, first, changes, log }: LookResult): void {
    const { ledger, config } = this.#parts
    const { from, purpose, legalBasis, auth, caseNo, operator, id } = header
    for (const { no, record } of bases) ledger.watches.saveBase(from, no, record)
    for (const row of first) ledger.watches.saveTold(from, row)
    if (bases.length > 0) {
      ledger.note('watch_base', header, { note: `${bases.length} record types of persons, ${first.length} rows: told nothing` })
    }
    const records = [...new Set(changes.map(({ record }) => record))]
    for (let start = 0; start < changes.length; start += NOTICE_LINES) {
      const part = changes.slice(start, start + NOTICE_LINES)
      for (const { no, record, key, after } of part) ledger.watches.saveTold(from, { no, record, key, digest: after })
      const lines = part.map(({ record, no, what, key, before, after, row }) => {
        const cells = row === null ? null : [...row]
        const line: NoticeLine = { no, record: records.indexOf(record), what, on: asOf, key, before, after, row: cells }
        return JSON.stringify(line)
      })
      const content = { type: 'notice', corr: id, purpose, legalBasis, auth, caseNo, operator } as const
      const head = JSON.stringify({ kind: 'notice', unit: config.unit, records })
      const sealed = ledger.post(from, 'single', content, (suite) => encodeLines([head, ...lines], suite))
      ledger.note('notice', header, {
        subject: records.join(' '),
        persons: start === 0 ? log.join('\n') : '',
        code: 'told',
        rows: part.length,
        bytesOut: sealed.body.length,
        reply: sealed.header.id,
        replyHash: sealed.hash,
        note: `${part.length} changes`,
      })
    }
  }
}
