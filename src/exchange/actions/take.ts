/**
 * Receiving: frames of a neighbour become stored messages, in the order of their channels, in one transaction. What a relay
 * carries for the centre goes the same way as what comes directly; its receipt goes back wrapped.
 */

import type { Tx } from '#platform/db'
import {
  type ErrorBody,
  type Frame,
  LedgerFault,
  laneOf,
  messageHash,
  openMessage,
  type Receipt,
  RefusedBody,
  writeFrame,
} from '#wire'
import { centreKeys, type ExchangeDeps, instant, type Node } from '../node.ts'
import { type Arrival, ArrivalBooks, type Refusal, type Verdict } from '../rules/arrivals.ts'
import { lockArrivals, writeInbox } from '../store/inbox.ts'
import type { StoredMessage } from '../store/outbox.ts'
import { type NewParked, writeParked } from '../store/parked.ts'
import { type Carried, checkCarried, loadFarNodes, RelayReplies, readCarried } from './carried-frames.ts'
import { takeNotices } from './take-notices.ts'

/** What became of frames that came in; the first that is not taken ends it. */
export interface TakenFrames {
  receipts: Receipt[]
  refused: Omit<ErrorBody, 'kind'> | null
}

/** A frame that is judged by the order of its channel. */
interface Numbered extends Arrival {
  node: Node
  frame: Frame
  /** what it carries, when it is a relay */
  carried: Carried | null
}

function numbered(node: Node, frame: Frame, carried: Carried | null): Numbered {
  const { header } = frame
  return { unit: node.unit, lane: laneOf(header), header, hash: messageHash(header), node, frame, carried }
}

function receiptOf({ header, hash }: Arrival, at: string): Receipt {
  return { id: header.id, chan: header.chan, seq: header.seq, hash, at }
}

/** Refusals of a unit that a person has to look at: the request as a whole could not be used. */
const lasting: ReadonlySet<string> = new Set(['unusable', 'no_right'])

/** What happens in one call, gathered first and written at the end. */
class Intake {
  readonly stored: StoredMessage[] = []
  readonly parked: NewParked[] = []
  readonly replies: RelayReplies
  readonly #books: ArrivalBooks
  readonly #at: string
  readonly #deps: ExchangeDeps

  constructor(books: ArrivalBooks, neighbour: Node, at: string, deps: ExchangeDeps) {
    this.#books = books
    this.#at = at
    this.#deps = deps
    this.replies = new RelayReplies(neighbour, deps)
  }

  /** Judges a message and keeps it when it is new: the same for direct messages and for those inside relays. */
  #judge(message: Numbered, via: string | null): Exclude<Verdict, { verdict: 'new' }> | { verdict: 'new'; at: string } {
    const verdict = this.#books.judge(message)
    if (verdict.verdict === 'new') {
      const { unit, lane, header, hash, frame, carried } = message
      const innerId = carried?.frame?.header.id ?? null
      this.stored.push({ unit, lane, header, hash, body: frame.body, ...verdict.place, innerId })
      this.#noteRefused(message)
      return { verdict: 'new', at: this.#at }
    }
    // a gap fills by itself; whatever else is refused waits for a person
    if (verdict.verdict === 'refused' && verdict.expect === null) {
      this.park(message.frame, via, verdict.code, verdict.message)
    }
    return verdict
  }

  /** A request that a unit refuses as a whole for good stays visible until a person has settled it. */
  #noteRefused({ unit, header, frame, node }: Numbered): void {
    if (header.type !== 'refused' || header.corr === null) return
    const base = { sender: header.from, via: node.via, request: { unit, id: header.corr }, bytes: new Uint8Array() }
    try {
      const [line = ''] = openMessage(header, frame.body, centreKeys(this.#deps, header.suite))
      const { code, message } = RefusedBody.parse(JSON.parse(line))
      if (lasting.has(code)) this.parked.push({ ...base, fault: code, reason: message })
    } catch {
      this.parked.push({ ...base, fault: 'unusable', reason: '单位退回了查询，但退回报文无法打开' })
    }
  }

  park(frame: Frame, via: string | null, fault: string, reason: string): void {
    this.parked.push({ sender: frame.header.from, via, request: null, fault, reason, bytes: writeFrame(frame) })
  }

  /** Takes one message of the neighbour itself. */
  takeDirect(message: Numbered): Refusal | Receipt {
    const verdict = this.#judge(message, null)
    if (verdict.verdict === 'refused') return verdict
    if (verdict.verdict === 'new' && message.carried) this.takeCarried(message.carried, message.node)
    return receiptOf(message, verdict.at)
  }

  /** Takes what a relay carries: whatever is wrong with it, the hop goes on. Gives why it was not taken. */
  takeCarried(carried: Carried, neighbour: Node): string | null {
    const { node, frame, fault } = carried
    if (fault) {
      this.parked.push({ sender: frame?.header.from ?? '', via: neighbour.unit, request: null, ...fault, bytes: carried.bytes })
      if (node && frame) this.replies.error(node, frame, { code: fault.fault, message: fault.reason, expect: null })
      return fault.reason
    }
    if (frame.header.seq === 0) {
      this.replies.heard(node, frame, carried.bytes)
      return null
    }
    const message = numbered(node, frame, null)
    const verdict = this.#judge(message, neighbour.unit)
    if (verdict.verdict !== 'refused') {
      this.replies.receipt(node, message.lane, receiptOf(message, verdict.at))
      return null
    }
    this.replies.error(node, frame, verdict)
    return verdict.message
  }
}

async function intakeFor(
  tx: Tx,
  neighbour: Node,
  arrivals: readonly Numbered[],
  at: string,
  deps: ExchangeDeps,
): Promise<Intake> {
  const inner = arrivals.flatMap(({ carried }) => {
    if (!carried || carried.fault || carried.frame.header.seq === 0) return []
    return [numbered(carried.node, carried.frame, null)]
  })
  const ids = [...arrivals, ...inner].map(({ unit, lane, header }) => ({ unit, lane, id: header.id, corr: header.corr }))
  const books = await lockArrivals(tx, ids)
  if (!books.channels.some((channel) => channel.unit === neighbour.unit)) {
    throw new LedgerFault('unknown_neighbour', `未登记或已吊销的节点：${neighbour.nodeId}`)
  }
  return new Intake(new ArrivalBooks(books, at), neighbour, at, deps)
}

async function write(tx: Tx, intake: Intake, at: string, deps: ExchangeDeps): Promise<void> {
  const { stored, parked, replies } = intake
  if (stored.length > 0) await writeInbox(tx, stored, at)
  await takeNotices(tx, stored, parked, at, deps)
  await replies.settle(tx, parked)
  if (parked.length > 0) await writeParked(tx, parked, at)
}

/**
 * Takes frames of a neighbour whose signatures hold. One transaction with a number of statements that does not depend on
 * the number of frames (messages that a far node asks for again apart). A repeat gives its receipt again.
 */
export async function takeFrames(tx: Tx, neighbour: Node, frames: readonly Frame[], deps: ExchangeDeps): Promise<TakenFrames> {
  const at = instant(deps)
  const carried = await readCarried(tx, neighbour, frames, deps)
  const arrivals = frames.map((frame, i) => numbered(neighbour, frame, carried[i] ?? null))
  const intake = await intakeFor(tx, neighbour, arrivals, at, deps)
  const taken: TakenFrames = { receipts: [], refused: null }
  for (const message of arrivals) {
    const outcome = intake.takeDirect(message)
    if ('verdict' in outcome) {
      const { code, message: text, expect } = outcome
      const { id, chan } = message.header
      taken.refused = { code, message: text, id, chan, expect }
      break
    }
    taken.receipts.push(outcome)
  }
  await write(tx, intake, at, deps)
  return taken
}

/** Takes a frame again that a relay carried before and that could not be used then. Gives why it still cannot be used. */
export async function takeCarriedAgain(tx: Tx, neighbour: Node, frame: Frame, deps: ExchangeDeps): Promise<string | null> {
  const at = instant(deps)
  const nodes = await loadFarNodes(tx, neighbour, [frame.header.from], deps)
  const carried = checkCarried(writeFrame(frame), frame, nodes.get(frame.header.from), neighbour)
  if (carried.fault) return carried.fault.reason
  const { unit, lane, header } = numbered(carried.node, frame, null)
  const books = new ArrivalBooks(await lockArrivals(tx, [{ unit, lane, id: header.id, corr: header.corr }]), at)
  const intake = new Intake(books, neighbour, at, deps)
  const fault = intake.takeCarried(carried, neighbour)
  if (fault === null) await write(tx, intake, at, deps)
  return fault
}
