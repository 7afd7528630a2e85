/**
 * The store a gateway answers from while it runs: its source may be replaced without a restart, what the unit has is noted
 * for its data officer, and questions that only a person can answer are kept.
 */
import type { Basis, GatewayConfig, GatewaySource } from '#sources/contract'
import { clockOf, type GatewayClock } from '../clock.ts'
import type { DropIntake } from '../drop/intake.ts'
import type { AskedByHand, HandAnswer, ManualQuestion, UnitRegister } from './unit-register.ts'
import type { UnitStore } from './unit-store.ts'

/** What a live store is made of. */
export interface LiveParts {
  register: UnitRegister
  /** opens the store of a source */
  open(source: GatewaySource): Promise<UnitStore>
  /** takes dropped files, where the source is a folder for them */
  intake: DropIntake | undefined
}

/** What a store gave for a basis. */
type Prepared = Awaited<ReturnType<UnitStore['prepare']>>

/** The store of a running gateway. */
export class LiveStore implements UnitStore {
  readonly register: UnitRegister
  readonly intake: DropIntake | undefined
  readonly #open: LiveParts['open']
  readonly #clock: GatewayClock
  readonly #noted = new WeakSet<Prepared>()
  #source: GatewaySource
  #inner: UnitStore
  /** the store before the last replacement: an answer under way may still read it */
  #retired: UnitStore | undefined

  private constructor(config: GatewayConfig, { register, open, intake }: LiveParts, inner: UnitStore) {
    this.register = register
    this.intake = intake
    this.#open = open
    this.#clock = clockOf(config.clockFile)
    this.#source = config.source
    this.#inner = inner
  }

  /** Opens the store of a configuration. */
  static async open(config: GatewayConfig, parts: LiveParts): Promise<LiveStore> {
    return new LiveStore(config, parts, await parts.open(config.source))
  }

  /** What is answered from now. */
  get source(): GatewaySource {
    return this.#source
  }

  /** Answers from another source from the next request on. */
  async replace(source: GatewaySource): Promise<void> {
    const before = this.#retired
    const next = await this.#open(source)
    this.#retired = this.#inner
    this.#inner = next
    this.#source = source
    if (source.kind === 'drop') this.intake?.rename(source)
    await before?.close()
  }

  refresh(basis: Basis): void {
    this.#inner.refresh(basis)
  }

  async prepare(basis: Basis): Promise<Prepared> {
    await this.intake?.settled()
    const prepared = await this.#inner.prepare(basis)
    if (!this.#noted.has(prepared)) {
      this.#noted.add(prepared)
      this.register.saveFreshness(basis, prepared.statement.records, this.#now())
    }
    return prepared
  }

  keepQuestions(questions: readonly ManualQuestion[]): void {
    this.register.keepQuestions(questions, this.#now())
  }

  findHandAnswer(asked: AskedByHand): HandAnswer | undefined {
    return this.register.findHandAnswer(asked)
  }

  #now(): string {
    return this.#clock.iso(this.#clock.nowMs())
  }

  async close(): Promise<void> {
    await this.intake?.close()
    await this.#retired?.close()
    await this.#inner.close()
    this.register.close()
  }
}
