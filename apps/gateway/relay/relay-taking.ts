/**
 * What follows at a relay from messages that come in: what they carry goes on to the next neighbour as it is, in the same
 * transaction. The relay sees routing, counts and the authorisation's number; content stays sealed.
 */
import {
  type Credit,
  controlFrame,
  EnvelopeFault,
  type Frame,
  type Lane,
  messageHash,
  openRelay,
  readFrame,
  verifyMessage,
  writeFrame,
} from '#wire'
import type { PeerKeys } from '#wire/contract'
import { DISK_FULL } from '../ledger/disk-watch.ts'
import type { Arrived, Behaviour, SqliteLedger } from '../ledger/sqlite-ledger.ts'
import { Reconciling } from '../reconciling.ts'
import type { RelayConfig } from './relay-config.ts'
import { mayPass, nextHop } from './relay-rules.ts'

/** Messages of a lane taken in one call, and their bytes. */
const CREDIT = 64
const CREDIT_BYTES = 32 * 1024 * 1024
/** Answers and receipts come by the same lanes as requests: the lane of single cases stays open longer on a disk that fills up. */
const DISK_LAST = 0.95
/** Most nodes a message passes. */
const MAX_VIA = 8

/** A message that does not go on. */
class NotCarried extends Error {
  override readonly name = 'NotCarried'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** What a relay knows beyond its ledger. */
export interface RelayPlan extends Pick<RelayConfig, 'routes' | 'passes'> {
  /** public keys of all nodes whose messages may pass, neighbours included */
  origins: ReadonlyMap<string, readonly PeerKeys[]>
}

/** The behaviour of a relay's ledger. */
export class RelayTaking implements Behaviour {
  readonly #ledger: SqliteLedger
  readonly #plan: RelayPlan
  readonly #neighbours: ReadonlySet<string>
  readonly #reconciling: Reconciling

  constructor(ledger: SqliteLedger, plan: RelayPlan, neighbours: ReadonlySet<string>) {
    this.#ledger = ledger
    this.#plan = plan
    this.#neighbours = neighbours
    this.#reconciling = new Reconciling(ledger)
  }

  begin(): void {}

  finish(): void {}

  follow({ frame, lane, received }: Arrived): 'done' {
    if (frame.header.type === 'statement') {
      this.#reconciling.take(frame, received)
      return 'done'
    }
    let inner: Frame | undefined
    try {
      inner = readFrame(openRelay(frame.header, frame.body))
      this.#carry(inner, frame, lane)
    } catch (error) {
      this.#refuse(frame, inner, lane, error)
    }
    return 'done'
  }

  credit(used: number): Credit {
    const batch = used >= DISK_FULL ? 0 : CREDIT
    const why = used >= DISK_FULL ? ({ why: 'disk_full' } as const) : {}
    return { batch, single: used >= DISK_LAST ? 0 : CREDIT, bytes: CREDIT_BYTES, ...why }
  }

  #carry(inner: Frame, { header: outer }: Frame, lane: Lane): void {
    const { header } = inner
    this.#checkOrigin(inner)
    this.#checkWay(header.from, outer.from, outer.via)
    if (header.type === 'relay' || !mayPass(this.#plan.passes, header)) {
      throw new NotCarried('no_pass', `本节点不转送 ${header.from} 发给 ${header.to} 的此类报文`)
    }
    const next = nextHop(this.#plan.routes, this.#neighbours, header.to)
    if (next === undefined) throw new NotCarried('no_route', `没有通往 ${header.to} 的路由`)
    if (next === outer.from || outer.via.includes(next)) throw new NotCarried('loop', `通往 ${header.to} 的路由绕回 ${next}`)
    const bytes = writeFrame(inner)
    const sent = this.#ledger.carry(next, lane, bytes, [...outer.via, this.#ledger.nodeId])
    const routed = { via: outer.via, hash: messageHash(header), bytesIn: bytes.length, bytesOut: bytes.length }
    const reply = { reply: sent.header.id, replyHash: sent.hash }
    this.#ledger.note('relayed', header, { ...routed, ...reply, code: 'carried', note: `${header.count} lines by ${next}` })
  }

  /** Who wrote the message must be registered, its signature and digest must hold. */
  #checkOrigin({ header, body }: Frame): void {
    const keys = this.#plan.origins.get(header.from)
    if (!keys || keys.length === 0) throw new NotCarried('unknown_sender', `未登记的节点：${header.from}`)
    for (const [i, peer] of keys.entries()) {
      try {
        verifyMessage(header, body, peer)
        return
      } catch (error) {
        if (i === keys.length - 1) throw error
      }
    }
  }

  /** The nodes passed must end with the neighbour that hands it over, and never name this one. */
  #checkWay(origin: string, neighbour: string, via: readonly string[]): void {
    if ((via.at(-1) ?? origin) !== neighbour) throw new NotCarried('via', '报文的途经节点与来路不符')
    if (via.includes(this.#ledger.nodeId)) throw new NotCarried('loop', '报文已经过本节点')
    if (via.length >= MAX_VIA) throw new NotCarried('too_far', `报文途经的节点超过 ${MAX_VIA} 个`)
  }

  /** Bytes are kept, the origin is told; the hop's channel goes on. */
  #refuse(outer: Frame, inner: Frame | undefined, lane: Lane, error: unknown): void {
    const known = error instanceof NotCarried ? error.code : error instanceof EnvelopeFault ? error.fault : null
    if (known === null || !(error instanceof Error)) throw error
    const { message } = error
    const about = inner ?? outer
    this.#ledger.parkNow({ from: about.header.from, code: known, message, bytes: writeFrame(about) }, about.header)
    if (inner && inner.header.seq > 0) this.#sayError(inner, outer.header.from, lane, known, message)
  }

  #sayError({ header }: Frame, neighbour: string, lane: Lane, code: string, message: string): void {
    const to = this.#ledger.neighbour(neighbour)
    const peer = to?.peers[0]
    if (!to || !peer) return
    const body = { kind: 'error', code, message, id: header.id, chan: header.chan, expect: null } as const
    const ends = { from: this.#ledger.nodeId, to: header.from, own: this.#ledger.own(to.suite), peer }
    this.#ledger.carry(neighbour, lane, controlFrame(body, ends, this.#ledger.clock.nowMs(), header.id), [])
  }
}
