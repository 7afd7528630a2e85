/** The centre's durable book in PostgreSQL: the same port that gateways and relays keep in SQLite. */

import { type Db, type Tx, withRead, withTransaction } from '#platform/db'
import {
  type Credit,
  channelOf,
  type Frame,
  type Header,
  keptHeader,
  type Lane,
  type LaneState,
  type Ledger,
  LedgerFault,
  type Neighbour,
  type Place,
  type Receipt,
  type RefusedBy,
  type Taken,
  type Unusable,
} from '#wire'
import type { OwnKeys, SuiteName } from '#wire/contract'
import { receiptRows } from './actions/carried-frames.ts'
import { messageCredit } from './actions/message-credit.ts'
import { exchangeScope } from './actions/scope.ts'
import { takeFrames } from './actions/take.ts'
import type { OutboxBell } from './jobs/outbox-bell.ts'
import { centreKeys, type ExchangeDeps, instant, type Node, nodeOf } from './node.ts'
import { findOpenRequest, listStored } from './store/inbox.ts'
import { findCentreId, listNodes, listStandings, noteSeen } from './store/nodes.ts'
import { lookAtOutChannel, takeOutbox } from './store/outbox.ts'
import { isParkedOpen, sumOldStrays, writeParked } from './store/parked.ts'
import { writeReceipts } from './store/receipts.ts'

/** A node's keys are looked up again after so long, so that a revoked one is out within seconds. */
const KEYS_FRESH_MS = 2000
/** A node that is heard more often is noted this often. */
const QUIET_MS = 500
/** So much of bytes that a line refuses is kept: a forgery must not cost the disk its whole size. */
const PARKED_BYTES = 64 * 1024
/** What PostgreSQL says when the disk has no room. */
const DISK_FULL = '53100'

interface Held {
  node: Node
  at: number
  noted: number
}

const unknown = (nodeId: string): LedgerFault => new LedgerFault('unknown_neighbour', `未登记或已吊销的节点：${nodeId}`)

/** The ledger of the centre. Call `know` before the first use. */
export class PgLedger implements Ledger {
  readonly #db: Db
  readonly #deps: ExchangeDeps
  readonly #bell: OutboxBell
  readonly #nodes = new Map<string, Held>()
  #nodeId = ''

  constructor(db: Db, deps: ExchangeDeps, bell: OutboxBell) {
    this.#db = db
    this.#deps = deps
    this.#bell = bell
  }

  /** Looks up the centre's own id: it stands with the first node that is enrolled. */
  async know(): Promise<void> {
    if (this.#nodeId === '') this.#nodeId = (await withRead(this.#db, exchangeScope, findCentreId)) ?? ''
  }

  /** empty while no node is enrolled: nothing is addressed to this node then */
  get nodeId(): string {
    return this.#nodeId
  }

  own(suite: SuiteName): OwnKeys {
    return centreKeys(this.#deps, suite)
  }

  async #find(nodeId: string, fresh: boolean): Promise<Held | undefined> {
    const now = this.#deps.clock.nowMs()
    const held = this.#nodes.get(nodeId)
    if (held && !fresh && Math.abs(now - held.at) < KEYS_FRESH_MS) return held
    const [row] = await withRead(this.#db, exchangeScope, (sql) => listNodes(sql, [nodeId], instant(this.#deps)))
    if (!row || row.via !== null || row.keys.length === 0) {
      this.#nodes.delete(nodeId)
      return undefined
    }
    const found = { node: nodeOf(row), at: now, noted: held?.noted ?? 0 }
    this.#nodes.set(nodeId, found)
    return found
  }

  async #neighbour(nodeId: string): Promise<Held> {
    const held = await this.#find(nodeId, false)
    if (held) return held
    throw unknown(nodeId)
  }

  async heard(neighbour: string): Promise<void> {
    const held = await this.#neighbour(neighbour)
    const now = this.#deps.clock.nowMs()
    if (Math.abs(now - held.noted) < QUIET_MS) return
    held.noted = now
    await withTransaction(this.#db, exchangeScope, (tx) => noteSeen(tx, held.node.unit, instant(this.#deps)), { lightly: true })
  }

  async findNeighbour(nodeId: string, fresh = false): Promise<Neighbour | undefined> {
    const held = await this.#find(nodeId, fresh)
    return held && { nodeId, suite: held.node.suite, peers: held.node.peers }
  }

  async standing(neighbour: string): Promise<Record<Lane, LaneState>> {
    const held = await this.#neighbour(neighbour)
    const rows = await withRead(this.#db, exchangeScope, (sql) => listStandings(sql, held.node.unit))
    const of = (lane: Lane): LaneState => {
      const row = rows.find((each) => each.lane === lane)
      return {
        received: { seq: row?.received ?? 0, head: row?.received_head ?? '' },
        sent: { seq: row?.sent ?? 0, head: row?.sent_head ?? '' },
        receipted: row?.receipted ?? 0,
      }
    }
    return { batch: of('batch'), single: of('single') }
  }

  /** A look that finds nothing costs one read. */
  async listOutgoing(neighbour: string, lane: Lane, after: Place, credit: { messages: number; bytes: number }): Promise<Frame[]> {
    const held = await this.#neighbour(neighbour)
    const to = { unit: held.node.unit, lane }
    const channel = await withRead(this.#db, exchangeScope, (sql) => lookAtOutChannel(sql, to, after.seq))
    if (!channel) throw unknown(neighbour)
    if (after.seq > channel.seq) throw new LedgerFault('ahead', '对方已收序号超过本中心已发序号，已报警')
    if (after.head !== undefined && (channel.hash ?? '') !== after.head) {
      throw new LedgerFault('chain', '对方已收报文与本中心所发不一致，已报警')
    }
    if (channel.seq === after.seq || credit.messages === 0) return []
    const at = instant(this.#deps)
    // a mark that is lost only shows the message as not handed out yet
    const take = (tx: Tx) => takeOutbox(tx, to, after.seq, credit, at)
    const rows = await withTransaction(this.#db, exchangeScope, take, { lightly: true })
    return rows.map(({ header, body }) => ({ header: keptHeader<Header>(header), body }))
  }

  async saveReceipts(neighbour: string, receipts: readonly Receipt[], frame: Uint8Array): Promise<void> {
    if (receipts.length === 0) return
    const { node } = await this.#neighbour(neighbour)
    const rows = receiptRows(node, receipts)
    const at = instant(this.#deps)
    const fits =
      rows !== undefined &&
      (await withTransaction(this.#db, exchangeScope, (tx) => writeReceipts(tx, node.unit, rows, frame, at)))
    if (!fits) throw new LedgerFault('receipt', '回执与所发报文不符，已报警')
  }

  async take(neighbour: string, frames: readonly Frame[]): Promise<Taken> {
    const held = await this.#neighbour(neighbour)
    try {
      return await withTransaction(this.#db, exchangeScope, (tx) => takeFrames(tx, held.node, frames, this.#deps))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === DISK_FULL) {
        throw new LedgerFault('disk_full', '本中心磁盘空间不足，未写入任何内容；清理后自动续传')
      }
      throw error
    }
  }

  async listReceipts(neighbour: string, lane: Lane, after: number, limit: number): Promise<Receipt[]> {
    const { node } = await this.#neighbour(neighbour)
    const chan = channelOf(node.nodeId, node.centreId, lane)
    const rows = await withRead(this.#db, exchangeScope, (sql) => listStored(sql, { unit: node.unit, lane }, after, limit))
    return rows.map(({ id, seq, hash, at }) => ({ id, chan, seq, hash, at }))
  }

  async credit(_neighbour: string): Promise<Credit> {
    return messageCredit
  }

  async park({ from, code, message, bytes }: Unusable): Promise<void> {
    const kept = bytes.subarray(0, PARKED_BYTES)
    const parked = { sender: from, via: null, request: null, fault: code, reason: message, bytes: kept }
    await withTransaction(this.#db, exchangeScope, async (tx) => {
      await writeParked(tx, [parked], instant(this.#deps))
      await sumOldStrays(tx)
    })
  }

  /** A person sees what a unit did not take; where it was a request, it can be given up. */
  async noteRefused(neighbour: string, { code, message, id, chan }: RefusedBy): Promise<void> {
    const { node } = await this.#neighbour(neighbour)
    const at = instant(this.#deps)
    await withTransaction(this.#db, exchangeScope, async (tx) => {
      const isRequest = id !== null && (await findOpenRequest(tx, node.unit, id)) !== undefined
      const request = isRequest ? { unit: node.unit, id } : null
      const parked = { sender: node.nodeId, via: null, request, fault: code, reason: `对方未接收：${message}` }
      // a call whose reply was lost says it again
      if (request === null && (await isParkedOpen(tx, parked))) return
      const bytes = Buffer.from(isRequest ? '' : JSON.stringify({ code, message, id, chan, at }))
      await writeParked(tx, [{ ...parked, bytes }], at)
    })
  }

  nextOutgoing(neighbour: string, ms: number): { rung: Promise<void>; cancel(): void } {
    return this.#bell.next(neighbour, ms)
  }
}
