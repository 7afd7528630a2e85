/**
 * One lane to one neighbour over the broker. What was published and has no receipt of the neighbour yet is in flight; the
 * broker's own acknowledgement says nothing but that the broker has it. Without a receipt for a while it is published again.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { JetStreamClient } from '@nats-io/jetstream'
import { type Frame, type Lane, writeFrame } from '../envelope/envelope.ts'
import type { Ledger, LineClock } from '../message-store.ts'
import { partsOf } from './nats-parts.ts'
import { subjectOf } from './nats-subjects.ts'

/** What a lane needs. */
export interface SendingParts {
  ledger: Ledger
  neighbour: string
  lane: Lane
  js: JetStreamClient
  clock: LineClock
  say(text: string): void
  signal: AbortSignal
}

/** Messages in flight, and their bytes. */
const WINDOW = 256
const WINDOW_BYTES = 32 * 1024 * 1024
/** Published in one go. */
const AT_ONCE = 64
/** First and longest time without a receipt after which all that is in flight is published again. */
const REPEAT_MS = [30_000, 10 * 60_000] as const
/** First and longest wait after the broker did not take something. */
const RETRY_MS = [250, 5000] as const
/** A neighbour that takes nothing at the moment is asked again with one message after so long. */
const PROBE_MS = 1000
/** A neighbour that says several times where to go on means the same gap. */
const SAME_GAP_MS = 2000
/** The broker has to take a publication within this time; after it all that followed goes again. */
const PUBLISH_MS = 2500
const LOOK_MS = 25_000
/** The broker holds enough for a neighbour that is away: it is tried again after so long, or when receipts come. */
const FULL_MS = 60_000

interface InFlight {
  seq: number
  bytes: number
}

/** Sends one lane until its signal ends it. */
export class NatsSending {
  readonly #parts: SendingParts
  readonly #subject: string
  /** tells the publications of this process from those of one before it */
  readonly #run: string
  #round = 0
  #flying: InFlight[] = []
  #receipted = -1
  /** messages the neighbour takes beyond its receipts */
  #credit = WINDOW
  #probeAt = 0
  #heldUntil = 0
  #repeatMs: number = REPEAT_MS[0]
  #repeatAt = 0
  #gap = { expect: 0, at: Number.NEGATIVE_INFINITY }
  #stir: () => void = () => undefined

  constructor(parts: SendingParts) {
    this.#parts = parts
    this.#subject = subjectOf(parts.neighbour, parts.ledger.nodeId, parts.lane)
    this.#run = parts.clock.nowMs().toString(36)
  }

  /** Looks again at once: receipts or credit have come. */
  stir(): void {
    this.#stir()
  }

  /** What the neighbour takes next. */
  credit(messages: number): void {
    this.#credit = Math.min(messages, WINDOW)
    this.stir()
  }

  /** The neighbour's channel goes on with this number: what is in flight from there on is published again. */
  goOnWith(expect: number): void {
    const now = this.#parts.clock.nowMs()
    const isSame = this.#gap.expect === expect && now - this.#gap.at < SAME_GAP_MS
    if (isSame || !this.#flying.some(({ seq }) => seq >= expect)) return
    this.#gap = { expect, at: now }
    this.#goBack(expect)
    this.stir()
  }

  #goBack(first: number): void {
    this.#flying = this.#flying.filter(({ seq }) => seq < first)
    this.#round += 1
  }

  /** Runs until the signal ends it. */
  async run(): Promise<void> {
    const { signal, say, neighbour } = this.#parts
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#step()
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        const [first, last] = RETRY_MS
        if (failures === 0)
          say(`经消息总线发往 ${neighbour}：${error instanceof Error ? error.message : String(error)}；稍后重试`)
        await wait(Math.min(first * 2 ** failures, last) * (0.5 + Math.random() / 2), undefined, { signal }).catch(
          () => undefined,
        )
        failures += 1
      }
    }
  }

  async #step(): Promise<void> {
    const { ledger, neighbour, lane, clock } = this.#parts
    const stirred = new Promise<void>((resolve) => {
      this.#stir = resolve
    })
    const now = clock.nowMs()
    const { receipted, sent } = (await ledger.standing(neighbour))[lane]
    this.#noteReceipts(receipted, now)
    const after = this.#flying.at(-1)?.seq ?? receipted
    const room = this.#room(now)
    if (after < sent.seq && room > 0)
      return this.#publish(await ledger.listOutgoing(neighbour, lane, { seq: after }, this.#take(room)))
    const wake = ledger.nextOutgoing(neighbour, this.#waitMs(now, after < sent.seq))
    const look = (await ledger.standing(neighbour))[lane]
    if (look.sent.seq === sent.seq && look.receipted === receipted) await this.#until(wake.rung, stirred)
    wake.cancel()
  }

  #until(...events: Promise<void>[]): Promise<void> {
    const { signal } = this.#parts
    return new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end)
        resolve()
      }
      signal.addEventListener('abort', end, { once: true })
      for (const event of events) void event.then(end)
    })
  }

  #noteReceipts(receipted: number, now: number): void {
    if (receipted !== this.#receipted) {
      this.#receipted = receipted
      this.#heldUntil = 0
      this.#repeatMs = REPEAT_MS[0]
      this.#repeatAt = now + this.#repeatMs
    }
    this.#flying = this.#flying.filter(({ seq }) => seq > receipted)
    if (this.#flying.length === 0 || now < this.#repeatAt) return
    this.#repeatMs = Math.min(this.#repeatMs * 2, REPEAT_MS[1])
    this.#repeatAt = now + this.#repeatMs
    this.#goBack(0)
  }

  /** How many messages may follow now. */
  #room(now: number): number {
    if (now < this.#heldUntil) return 0
    const bytes = this.#flying.reduce((sum, each) => sum + each.bytes, 0)
    if (bytes >= WINDOW_BYTES) return 0
    if (this.#credit > 0) return Math.min(this.#credit, WINDOW) - this.#flying.length
    if (now < this.#probeAt) return 0
    this.#probeAt = now + PROBE_MS
    return 1
  }

  #take(room: number): { messages: number; bytes: number } {
    return { messages: Math.min(room, AT_ONCE), bytes: WINDOW_BYTES / 4 }
  }

  #waitMs(now: number, isHeld: boolean): number {
    const waits = [LOOK_MS]
    if (this.#flying.length > 0) waits.push(this.#repeatAt - now)
    if (isHeld && now < this.#heldUntil) waits.push(this.#heldUntil - now)
    if (isHeld && this.#credit === 0) waits.push(this.#probeAt - now)
    return Math.max(1, Math.min(...waits))
  }

  /** Publishes frames in order. After one that the broker did not take, all go again: a later one may have been taken. */
  async #publish(frames: readonly Frame[]): Promise<void> {
    const { js } = this.#parts
    const round = this.#round
    if (this.#flying.length === 0) this.#repeatAt = this.#parts.clock.nowMs() + this.#repeatMs
    const sends = frames.map((frame) => {
      const bytes = writeFrame(frame)
      this.#flying.push({ seq: frame.header.seq, bytes: bytes.length })
      const parts = partsOf(bytes, `${frame.header.id}.${this.#run}.${round}`)
      const taken = parts.map((part) =>
        js.publish(this.#subject, part.bytes, {
          msgID: part.msgId,
          timeout: PUBLISH_MS,
          ...(part.headers && { headers: part.headers }),
        }),
      )
      return Promise.all(taken)
    })
    const results = await Promise.allSettled(sends)
    const failed = results.findIndex(({ status }) => status === 'rejected')
    const first = frames[failed]
    if (first === undefined) return
    if (this.#round === round) this.#goBack(first.header.seq)
    const [failure] = results.filter((result) => result.status === 'rejected')
    if (!isFull(failure?.reason)) throw failure?.reason
    this.#heldUntil = this.#parts.clock.nowMs() + FULL_MS
  }
}

/** The broker holds as much for one receiver as it may. */
function isFull(error: unknown): boolean {
  return error instanceof Error && error.message.includes('maximum messages per subject')
}
