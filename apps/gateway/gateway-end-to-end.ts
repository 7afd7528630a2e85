/**
 * The end-to-end side of what relays carry: messages of askers that are no neighbours, sealed to this unit, with channels,
 * receipts and errors of their own inside the relays of the hop.
 */

import { z } from 'zod'
import {
  AcceptedBody,
  channelOf,
  controlBody,
  controlFrame,
  EnvelopeFault,
  ErrorBody,
  type Frame,
  type Lane,
  LedgerFault,
  lanes,
  openRelay,
  type Receipt,
  readFrame,
  signerOf,
  writeFrame,
} from '#wire'
import type { FarNode, SqliteLedger } from './ledger/sqlite-ledger.ts'

/** The same gap is not filled again within so long: what fills it is on its way. */
const FILL_AGAIN_MS = 60_000

/** A gap that was filled: the number it began with, and when. */
interface Filled {
  expect: number
  atMs: number
}

/** What is said of a relayed message that is not taken. */
interface Refusal {
  code: string
  message: string
  expect: number | null
}

/** Takes what relays carry for one unit. */
export class EndToEnd {
  readonly #ledger: SqliteLedger
  /** receipts of the running transaction, by asker and lane */
  #receipts = new Map<string, { asker: FarNode; lane: Lane; receipts: Receipt[] }>()
  readonly #filled = new Map<string, Filled>()
  /** the same of the running transaction */
  #filling = new Map<string, Filled>()

  constructor(ledger: SqliteLedger) {
    this.#ledger = ledger
  }

  /** Takes what a relay carries; within the transaction that stores the relay. Nothing in it ends the hop's channel. */
  take(outer: Frame, lane: Lane): void {
    const inner = this.#inner(outer)
    if (!inner) return
    try {
      this.#takeInner(inner, outer, lane)
    } catch (error) {
      const refusal = refusalOf(error)
      this.#ledger.parkNow({ from: inner.header.from, ...refusal, bytes: writeFrame(inner) }, inner.header)
      if (inner.header.seq > 0) this.#sayError(inner, outer.header.from, lane, refusal)
    }
  }

  #inner(outer: Frame): Frame | undefined {
    try {
      return readFrame(openRelay(outer.header, outer.body))
    } catch (error) {
      if (!(error instanceof EnvelopeFault)) throw error
      const { fault, message } = error
      this.#ledger.parkNow({ from: outer.header.from, code: fault, message, bytes: writeFrame(outer) }, outer.header)
      return undefined
    }
  }

  #takeInner(inner: Frame, outer: Frame, lane: Lane): void {
    const { header } = inner
    if (header.to !== this.#ledger.nodeId) throw new EnvelopeFault('addressee', '转送的报文不是发给本节点的')
    const asker = this.#ledger.findFar(header.from)
    const sender = asker ?? (header.from === outer.header.from ? this.#ledger.neighbour(header.from) : undefined)
    if (!sender) throw new LedgerFault('unknown_sender', `未登记的节点：${header.from}`)
    signerOf(inner, sender.peers)
    if (header.type === 'error') this.#noteError(inner, asker, lane)
    else if (!asker) throw new LedgerFault('unknown_sender', `节点 ${header.from} 不是登记的查询方`)
    else if (header.type === 'accepted') this.#saveReceipts(inner, asker)
    else if (header.seq === 0 || header.type === 'relay') throw new EnvelopeFault('malformed', '转送的报文类型不可用')
    else this.#takeNumbered(inner, asker, outer.header.from, lane)
  }

  #takeNumbered(inner: Frame, asker: FarNode, neighbour: string, lane: Lane): void {
    const arrival = this.#ledger.takeIn(inner)
    if (arrival.is === 'refused') this.#sayError(inner, neighbour, lane, arrival)
    else this.#receiptsOf(asker, lane).push(arrival.receipt)
  }

  #receiptsOf(asker: FarNode, lane: Lane): Receipt[] {
    const key = `${asker.nodeId} ${lane}`
    const known = this.#receipts.get(key) ?? { asker, lane, receipts: [] }
    this.#receipts.set(key, known)
    return known.receipts
  }

  /** Hands over the receipts of a call, one frame for each asker and lane; within its transaction. */
  finish(): void {
    for (const { asker, lane, receipts } of this.#receipts.values()) {
      const body = { kind: 'receipts', receipts, refused: null, credit: { batch: 0, single: 0, bytes: 0 } } as const
      this.#say(asker.nodeId, asker.via, lane, body, null)
    }
  }

  /** Starts anew: what an undone transaction gathered is forgotten. */
  begin(): void {
    this.#receipts = new Map()
    this.#filling = new Map()
  }

  #sayError({ header }: Frame, neighbour: string, lane: Lane, { code, message, expect }: Refusal): void {
    const body = { kind: 'error', code, message, id: header.id, chan: header.chan, expect } as const
    this.#say(header.from, neighbour, lane, body, header.id)
  }

  #say(to: string, via: string, lane: Lane, body: AcceptedBody | ErrorBody, corr: string | null): void {
    const { nodeId, clock } = this.#ledger
    const receiver = this.#ledger.findFar(to) ?? this.#ledger.neighbour(via)
    const peer = receiver?.peers[0]
    if (!receiver || !peer) throw new RangeError(`no node ${via}`)
    const ends = { from: nodeId, to, own: this.#ledger.own(receiver.suite), peer }
    this.#ledger.carry(via, lane, controlFrame(body, ends, clock.nowMs(), corr), [])
  }

  #saveReceipts(inner: Frame, asker: FarNode): void {
    const { receipts, refused } = AcceptedBody.parse(controlBody(inner, this.#ledger.own(asker.suite)))
    this.#ledger.channels.saveReceipts(asker.nodeId, receipts, writeFrame(inner), this.#ledger.now())
    if (refused) this.#goOn(asker, refused)
  }

  #noteError(inner: Frame, asker: FarNode | undefined, lane: Lane): void {
    const error = ErrorBody.parse(controlBody(inner, this.#ledger.own(inner.header.suite)))
    const { code, message, id, expect } = error
    this.#ledger.note('error', inner.header, {
      code,
      note: `${message}; message ${id ?? ''}, lane ${lane}, expect ${expect ?? ''}`,
    })
    if (asker) this.#goOn(asker, error)
  }

  /** Carries again what an asker misses of a channel. */
  #goOn(asker: FarNode, { chan, expect }: Pick<ErrorBody, 'chan' | 'expect'>): void {
    const lane = lanes.find((each) => chan === channelOf(this.#ledger.nodeId, asker.nodeId, each))
    if (chan === null || expect === null || lane === undefined) return
    const atMs = this.#ledger.clock.nowMs()
    const last = this.#filling.get(chan) ?? this.#filled.get(chan)
    if (last && last.expect === expect && atMs - last.atMs < FILL_AGAIN_MS) return
    let after = expect - 1
    for (;;) {
      const frame = this.#ledger.channels.nextSent(asker.nodeId, lane, after)
      if (!frame) break
      this.#ledger.carry(asker.via, lane, writeFrame(frame), [])
      after = frame.header.seq
    }
    this.#filling.set(chan, { expect, atMs })
    this.#ledger.afterCommit(() => void this.#filled.set(chan, { expect, atMs }))
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof EnvelopeFault) return { code: error.fault, message: error.message, expect: null }
  if (error instanceof LedgerFault) return { code: error.code, message: error.message, expect: null }
  if (error instanceof z.ZodError || error instanceof SyntaxError) {
    return { code: 'malformed', message: '报文内容格式有误', expect: null }
  }
  throw error
}
