/**
 * One unit's gateway: a line to the centre (or a relay), a ledger on disk, and the loop that answers. They know each other
 * only through the ledger.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { GatewayConfig } from '#sources/contract'
import { cipherLibrary, ownKeys, peerKeys } from '#wire'
import type { PeerKeyTexts } from '#wire/contract'
import { Dialer } from '#wire/server'
import { Answerer } from './answer.ts'
import { Bell } from './bell.ts'
import { runCarriers } from './carriers.ts'
import { Answering } from './gateway-answering.ts'
import { DeskBook } from './gateway-desk-book.ts'
import { UnitTaking } from './gateway-taking.ts'
import type { GatewayIo } from './io.ts'
import { SqliteLedger } from './ledger/sqlite-ledger.ts'
import { Reconciling } from './reconciling.ts'
import type { UnitStore } from './store/unit-store.ts'
import { readTls } from './tls-files.ts'
import { Turn } from './turn.ts'
import { Watching } from './watch/watching.ts'
import { WatchedLine } from './watched-line.ts'

/** Old bodies are looked for so often. */
const TIDY_MS = 3_600_000

function peerOf({ suite, signing, box }: PeerKeyTexts) {
  return { suite, peers: [peerKeys({ suite, signing, box })] }
}

/** The ledger of a unit, with what follows there from messages. `work` rings when there is something to answer. */
export function openUnitLedger(
  config: GatewayConfig,
  io: Pick<GatewayIo, 'clock' | 'say' | 'diskUsed'>,
  work: Bell,
): SqliteLedger {
  const { nodeId, stateDir, centreId, centreKeys } = config
  const own = [config.keys, ...config.formerKeys].map(ownKeys)
  const neighbours = [{ nodeId: centreId, ...peerOf(centreKeys) }]
  const far = config.askers.map((asker) => ({ nodeId: asker.nodeId, via: centreId, ...peerOf(asker) }))
  const disk = io.diskUsed ? { diskUsed: io.diskUsed } : {}
  const plan = { nodeId, stateDir, own, neighbours, far, clock: io.clock, say: (text: string) => io.say(text), ...disk }
  return new SqliteLedger(plan, (ledger) => new UnitTaking(ledger, work))
}

/** A running gateway. */
export class Gateway {
  readonly #config: GatewayConfig
  readonly #io: GatewayIo
  readonly #store: UnitStore
  readonly #ledger: SqliteLedger
  readonly #answering: Answering
  readonly #watching: Watching
  /** what the unit's desk sees and does */
  readonly deskBook: DeskBook
  /** the line to the centre; null where messages go by bundles or a bus alone */
  readonly line: WatchedLine | null

  constructor(config: GatewayConfig, store: UnitStore, io: GatewayIo) {
    this.#config = config
    this.#store = store
    this.#io = { ...io, say: (text) => io.say(`[${config.unit}] ${text}`) }
    const work = new Bell()
    this.#ledger = openUnitLedger(config, this.#io, work)
    const turn = new Turn()
    const answerer = new Answerer(config, store, this.#ledger.requests, turn)
    this.#answering = new Answering({ ledger: this.#ledger, answerer, rights: config.rights, work, io: this.#io })
    this.#watching = new Watching({ config, ledger: this.#ledger, store, turn, io: this.#io })
    this.deskBook = new DeskBook(this.#ledger, work)
    const { centreUrl, tls } = config
    this.line = centreUrl === undefined ? null : new WatchedLine(centreUrl, io.clock, tls && readTls(tls))
  }

  /** Runs until the io's signal ends it. */
  async run(): Promise<void> {
    const { centreId, keys } = this.#config
    const { clock, say, signal } = this.#io
    say(`前置机已启动，密码套件 ${keys.suite}（${cipherLibrary(keys.suite)}）`)
    const { line } = this
    const dialing = line && new Dialer({ ledger: this.#ledger, neighbour: centreId, line, clock, say, signal }).run()
    const carriers = runCarriers({ ...this.#config, ledger: this.#ledger, neighbours: [centreId] }, this.#io)
    await Promise.all([dialing, carriers, this.#answering.run(), this.#watching.run(), this.#tidying()])
    await this.#store.close()
    this.#ledger.close()
  }

  async #tidying(): Promise<void> {
    const { signal } = this.#io
    const { centreId, askers } = this.#config
    const reconciling = new Reconciling(this.#ledger)
    const nodes = [centreId, ...askers.map((asker) => asker.nodeId)]
    while (!signal.aborted) {
      this.#ledger.tidy()
      reconciling.sendDue(nodes)
      await wait(TIDY_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}
