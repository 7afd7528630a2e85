/**
 * The dialling end of a line: one loop fetches what the neighbour has for this node, one hands over what this node has
 * for it. Both know only the ledger, so they may break off at any moment.
 */
import { setImmediate as letOthersRun, setTimeout as wait } from 'node:timers/promises'
import {
  EnvelopeFault,
  type Frame,
  type Header,
  type Lane,
  lanes,
  readFrame,
  readFrames,
  writeFrame,
  writeFrames,
} from '../envelope/envelope.ts'
import {
  type LaneState,
  type Ledger,
  LedgerFault,
  type LineClock,
  type Neighbour,
  type RefusedBy,
  type Taken,
} from '../message-store.ts'
import { controlBody, controlFrame, type Ends } from '../protocol/control.ts'
import {
  AcceptedBody,
  type Credit,
  ErrorBody,
  exchangePaths,
  FRAME_TYPE,
  Hello,
  type PollBody,
  WARN_SKEW_MS,
} from '../protocol/frames.ts'
import { fullOf, helloOf } from '../protocol/hello.ts'
import { msOf } from '../protocol/instant.ts'
import { signerOf } from '../protocol/signer.ts'
import { claimsOf } from './claims.ts'
import { type HttpLine, type HttpReply, LineFault } from './http-line.ts'
import { creditBeside, type InHand, inHandOf, isMuch } from './in-hand.ts'
import { NeighbourError } from './neighbour-error.ts'

/** What a dialler needs. */
export interface DialerParts {
  ledger: Ledger
  /** id of the node it dials */
  neighbour: string
  line: HttpLine
  clock: LineClock
  /** a line for whoever runs the node; holds no personal data */
  say(text: string): void
  signal: AbortSignal
}

/** First and longest wait before a step is repeated that the other side or the own ledger refused. */
const RETRY_MS = [1000, 5 * 60_000] as const
/** The same while the line or the other side's server is down. */
const LINE_RETRY_MS = [250, 3000] as const
const POLL_WAIT_MS = 25_000
/** Milliseconds beyond the agreed waiting time after which a call counts as lost. */
const CALL_MS = 60_000
/** Look again after so long when one of the two takes nothing more at the moment. */
const NO_CREDIT_WAIT_MS = 300
/** Messages of a lane handed over in one call. */
const SEND_AT_ONCE = 64
/** Messages taken in one transaction. */
export const TAKE_AT_ONCE = 16
const SEND_BYTES = 16 * 1024 * 1024
/** Receipts of a lane in one call, where the other side has missed some. */
const RECEIPTS_AT_ONCE = 1000

const fullCredit: Credit = { batch: SEND_AT_ONCE, single: SEND_AT_ONCE, bytes: SEND_BYTES }

/** No answer at all, or one from a server that is just starting or stopping. */
function isLineFault(error: unknown): boolean {
  return error instanceof LineFault || (error instanceof NeighbourError && error.code.startsWith('http_5'))
}

/** One line to one neighbour. */
export class Dialer {
  readonly #parts: DialerParts
  /** up to these numbers the neighbour has our receipts */
  #told: Record<Lane, number> = { batch: 0, single: 0 }
  #credit: Credit = fullCredit
  /** where the neighbour wants a lane to go on, when that is before what it has receipted */
  #goOnAfter: Partial<Record<Lane, number>> = {}
  /** what this node did not take of the neighbour: it is told with the next call */
  #objection: ErrorBody | undefined
  /** what it was told last */
  #objected = ''
  /** the books of the two contradict each other: nothing is handed over */
  #isStopped = false
  /** ends the waits between retries when the line is back */
  #reconnected = new AbortController()

  constructor(parts: DialerParts) {
    this.#parts = parts
  }

  /** Runs until the signal ends it. */
  async run(): Promise<void> {
    await Promise.all([this.#fetching(), this.#sending()])
    this.#parts.line.close()
  }

  /**
   * Repeats a step while it fails. A dead line is tried again soon and then every few seconds, so that work goes on as
   * soon as the other side is back; what it refuses is tried 1 s later, doubling to 5 minutes.
   */
  async #loop(step: () => Promise<void>): Promise<void> {
    const { signal, say, neighbour } = this.#parts
    let failures = 0
    let noted = ''
    while (!signal.aborted) {
      try {
        await step()
        failures = 0
        noted = ''
      } catch (error) {
        if (signal.aborted) return
        noted = await this.#noted(error, noted)
        say(`与 ${neighbour} 的连接：${error instanceof Error ? error.message : String(error)}；稍后重试`)
        const [first, last] = isLineFault(error) ? LINE_RETRY_MS : RETRY_MS
        const delay = Math.min(first * 2 ** failures, last) * (0.5 + Math.random() / 2)
        failures += 1
        await wait(delay, undefined, { signal: AbortSignal.any([signal, this.#reconnected.signal]) }).catch(() => undefined)
      }
    }
  }

  /** Notes a refusal of the neighbour in the own log, unless it is the one noted before; gives what is noted now. */
  async #noted(error: unknown, before: string): Promise<string> {
    const { ledger, neighbour, say } = this.#parts
    if (!(error instanceof NeighbourError) || error.by === undefined || isLineFault(error)) return before
    const now = `${error.by.code} ${error.by.id ?? ''}`
    if (now === before) return before
    try {
      await ledger.noteRefused(neighbour, error.by)
      return now
    } catch (fault) {
      say(`未能记入日志：${fault instanceof Error ? fault.message : String(fault)}`)
      return before
    }
  }

  async #neighbour(fresh = false): Promise<Neighbour> {
    const { ledger, neighbour } = this.#parts
    const found = await ledger.findNeighbour(neighbour, fresh)
    if (!found || found.peers.length === 0) throw new NeighbourError('unknown_neighbour', `节点 ${neighbour} 未登记或已吊销`)
    return found
  }

  #ends({ nodeId, suite, peers }: Neighbour): Ends {
    const { ledger } = this.#parts
    const [peer] = peers
    if (peer === undefined) throw new NeighbourError('unknown_neighbour', `节点 ${nodeId} 没有有效的公钥`)
    return { from: ledger.nodeId, to: nodeId, own: ledger.own(suite), peer }
  }

  /** One call: the bytes of a reply, or the fault the neighbour names. */
  async #call(path: string, body: Uint8Array, waitMs: number, about?: Header): Promise<Buffer> {
    const { status, bytes } = await this.#post(path, body, waitMs)
    if (status === 200) return bytes
    const { data } = ErrorBody.safeParse(jsonOf(bytes))
    const { code, message } = data ?? { code: `http_${status}`, message: `对方回复 HTTP ${status}` }
    throw new NeighbourError(code, message, { code, message, id: about?.id ?? null, chan: about?.chan ?? null })
  }

  async #post(path: string, body: Uint8Array, waitMs: number): Promise<HttpReply> {
    const { line, signal } = this.#parts
    try {
      return await line.post(path, FRAME_TYPE, body, { waitMs: waitMs + CALL_MS, signal })
    } catch (error) {
      if (error instanceof RangeError) await this.#keep('too_large', error.message, Buffer.from(error.message))
      throw error
    }
  }

  /** A frame of the neighbour for this node, under one of its keys. */
  #checked(bytes: Buffer, neighbour: Neighbour): Promise<Frame> {
    return this.#reading(bytes, () => this.#check(bytes, neighbour))
  }

  /** Reads what the neighbour sent; what cannot be used is kept for a person, and the neighbour is told. */
  async #reading<T>(bytes: Buffer, read: () => T): Promise<T> {
    try {
      return read()
    } catch (error) {
      if (error instanceof EnvelopeFault) await this.#keep(error.fault, error.message, bytes)
      throw error
    }
  }

  async #keep(code: string, message: string, bytes: Uint8Array): Promise<void> {
    this.#object({ code, message, ...claimsOf(bytes) })
    await this.#park(code, message, bytes)
  }

  /** The neighbour is told once what was not taken, however often it comes again. */
  #object({ code, message, id, chan }: RefusedBy): void {
    const objected = `${code} ${id ?? ''}`
    if (objected === this.#objected) return
    this.#objected = objected
    this.#objection = { kind: 'error', code, message, id, chan, expect: null }
  }

  #park(code: string, message: string, bytes: Uint8Array): Promise<void> {
    const { ledger, neighbour } = this.#parts
    return ledger.park({ from: neighbour, code, message, bytes })
  }

  #check(bytes: Buffer, neighbour: Neighbour): Frame {
    const frame = readFrame(bytes)
    const { header } = frame
    if (header.from !== neighbour.nodeId || header.to !== this.#parts.ledger.nodeId) {
      throw new EnvelopeFault('addressee', '报文不是对方发给本节点的')
    }
    signerOf(frame, neighbour.peers)
    return frame
  }

  async #fetching(): Promise<void> {
    let greeted = false
    await this.#loop(async () => {
      try {
        if (!greeted) await this.#greet()
        greeted = true
        await this.#fetch()
      } catch (error) {
        greeted = false
        throw error
      }
    })
  }

  async #greet(): Promise<void> {
    const { ledger, clock, say, neighbour: nodeId } = this.#parts
    const neighbour = await this.#neighbour(true)
    const ends = this.#ends(neighbour)
    const standing = await ledger.standing(nodeId)
    const bytes = await this.#call(exchangePaths.hello, controlFrame(helloOf(standing), ends, clock.nowMs(), null), 0)
    const frame = await this.#checked(bytes, neighbour)
    if (Math.abs(clock.nowMs() - msOf(frame.header.created)) > WARN_SKEW_MS) {
      say(`警告：本机与 ${nodeId} 的时钟相差超过 5 分钟，请校时`)
    }
    const theirs = Hello.parse(controlBody(frame, ends.own))
    const now = await ledger.standing(nodeId)
    this.#isStopped = lanes.some((lane) => contradicts(standing[lane], now[lane], theirs.lanes[lane]))
    if (this.#isStopped) {
      const text = `与 ${nodeId} 的账册不一致：一方的数据库像是旧的副本，已停止收发，请人工核查`
      await this.#park('ahead', text, Buffer.from(text))
      throw new LedgerFault('ahead', text)
    }
    this.#told = { batch: theirs.lanes.batch.receipted, single: theirs.lanes.single.receipted }
    this.#credit = fullCredit
    this.#goOnAfter = {}
    this.#reconnected.abort()
    this.#reconnected = new AbortController()
  }

  /** Fetches until nothing is left for the moment: while messages are taken, those after them are on their way. */
  async #fetch(): Promise<void> {
    let frames = await this.#ask(await this.#neighbour(), null)
    do {
      const neighbour = await this.#neighbour()
      const next = isMuch(frames) ? this.#ask(neighbour, inHandOf(frames)) : Promise.resolve([])
      // looked at below, once what is in hand is taken
      next.catch(() => undefined)
      await this.#takeAll(frames, neighbour)
      this.#objected = ''
      frames = await next
    } while (frames.length > 0)
  }

  /** Asks for messages, and tells what is stored; beyond what is in hand it is not waited for. */
  async #ask(neighbour: Neighbour, inHand: InHand | null): Promise<Buffer[]> {
    const { ledger, clock, signal } = this.#parts
    const { nodeId } = neighbour
    const { batch, single } = await ledger.standing(nodeId)
    const missing = await Promise.all(lanes.map((lane) => ledger.listReceipts(nodeId, lane, this.#told[lane], RECEIPTS_AT_ONCE)))
    const receipts = missing.flat()
    const credit = creditBeside(inHand, await ledger.credit(nodeId))
    const objection = this.#objection
    const isFull = inHand === null && credit.batch === 0 && credit.single === 0
    const isBehind = missing.some((list) => list.length === RECEIPTS_AT_ONCE)
    const waitMs = isFull || isBehind || inHand !== null ? 0 : POLL_WAIT_MS
    const poll: PollBody = {
      kind: 'poll',
      receipts,
      stored: { batch: batch.received, single: single.received },
      ...(inHand && { inHand: inHand.last }),
      credit,
      ...(objection && { refused: objection }),
      waitMs,
    }
    const bytes = await this.#call(exchangePaths.poll, controlFrame(poll, this.#ends(neighbour), clock.nowMs(), null), waitMs)
    lanes.forEach((lane, i) => {
      this.#told[lane] = missing[i]?.at(-1)?.seq ?? this.#told[lane]
    })
    if (this.#objection === objection) this.#objection = undefined
    if (isFull) await wait(NO_CREDIT_WAIT_MS, undefined, { signal }).catch(() => undefined)
    return this.#reading(bytes, () => readFrames(bytes))
  }

  /** Takes some at a time, so that handing over, in the same thread, keeps up with what follows from them. */
  async #takeAll(frames: readonly Buffer[], neighbour: Neighbour): Promise<void> {
    for (let at = 0; at < frames.length; at += TAKE_AT_ONCE) {
      if (at > 0) await letOthersRun()
      const next = frames.slice(at, at + TAKE_AT_ONCE)
      await this.#take(await Promise.all(next.map((frame) => this.#checked(frame, neighbour))))
    }
  }

  async #take(frames: readonly Frame[]): Promise<void> {
    const { ledger, neighbour } = this.#parts
    const { refused } = await ledger.take(neighbour, frames)
    if (!refused) return
    if (refused.expect === null) this.#object(refused)
    throw new NeighbourError(refused.code, `收到的报文未被接收：${refused.message}`)
  }

  async #sending(): Promise<void> {
    await this.#loop(async () => {
      const { ledger, neighbour, signal } = this.#parts
      const wake = ledger.nextOutgoing(neighbour, POLL_WAIT_MS)
      signal.addEventListener('abort', wake.cancel, { once: true })
      try {
        if (!(await this.#send())) await wake.rung
      } finally {
        signal.removeEventListener('abort', wake.cancel)
        wake.cancel()
      }
    })
  }

  /** Hands over the next messages, the lane of single cases first; false when there is nothing to hand over. */
  async #send(): Promise<boolean> {
    const { ledger, neighbour: nodeId, signal } = this.#parts
    if (this.#isStopped) return false
    const standing = await ledger.standing(nodeId)
    for (const lane of ['single', 'batch'] as const) {
      const seq = this.#goOnAfter[lane] ?? standing[lane].receipted
      if (seq >= standing[lane].sent.seq) continue
      if (this.#credit[lane] === 0) await wait(NO_CREDIT_WAIT_MS, undefined, { signal })
      const credit = { messages: Math.max(1, Math.min(this.#credit[lane], SEND_AT_ONCE)), bytes: Math.max(1, this.#credit.bytes) }
      const frames = await ledger.listOutgoing(nodeId, lane, { seq }, { ...credit, bytes: Math.min(credit.bytes, SEND_BYTES) })
      if (frames.length === 0) continue
      this.#noteRefusal(lane, seq, await this.#handOver(frames))
      return true
    }
    return false
  }

  async #handOver(frames: readonly Frame[]): Promise<Taken> {
    const { ledger, neighbour: nodeId } = this.#parts
    const neighbour = await this.#neighbour()
    const bytes = await this.#call(exchangePaths.messages, writeFrames(frames.map(writeFrame)), 0, frames[0]?.header)
    const frame = await this.#checked(bytes, neighbour)
    const { receipts, refused, credit } = AcceptedBody.parse(controlBody(frame, this.#ends(neighbour).own))
    if (credit.why && !this.#credit.why) await ledger.noteRefused(nodeId, fullOf(credit.why))
    this.#credit = credit
    if (receipts.length > 0) await ledger.saveReceipts(nodeId, receipts, bytes)
    return { receipts, refused }
  }

  /** A lane goes on at once where the neighbour expects it; any other refusal is an error that is tried again later. */
  #noteRefusal(lane: Lane, after: number, { refused }: Taken): void {
    delete this.#goOnAfter[lane]
    if (refused === null) return
    if (refused.expect !== null) this.#goOnAfter[lane] = refused.expect - 1
    if (refused.expect !== null && refused.expect - 1 !== after) return
    throw new NeighbourError(refused.code, `对方未接收报文：${refused.message}`, refused)
  }
}

/**
 * Whether the neighbour knows more of a lane than this node has, or less than this node had of it before the call (other lines
 * may carry meanwhile): one of the books is an old copy.
 */
function contradicts(before: LaneState, now: LaneState, theirs: Hello['lanes'][Lane]): boolean {
  return theirs.seen > now.sent.seq || theirs.receipted > now.received.seq || theirs.sent < before.received.seq
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
