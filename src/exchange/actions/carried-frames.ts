/** What relays carry for the centre, and what goes back to far nodes the same way: receipts, errors, messages asked for again. */

import { isoInstant } from '#platform/clock'
import type { Tx } from '#platform/db'
import {
  AcceptedBody,
  channelOf,
  controlBody,
  controlFrame,
  EnvelopeFault,
  ErrorBody,
  type Frame,
  type Header,
  type Lane,
  laneOf,
  lanes,
  openRelay,
  type Receipt,
  readFrame,
  signerOf,
  writeFrame,
} from '#wire'
import { centreKeys, type ExchangeDeps, instant, type Node, nodeOf } from '../node.ts'
import { listNodes } from '../store/nodes.ts'
import { listForResend, lockOutChannels, type OutChannel, type StoredMessage, writeOutbox } from '../store/outbox.ts'
import type { NewParked } from '../store/parked.ts'
import { markDelivered, type ReceiptRow, writeReceipts } from '../store/receipts.ts'
import { messageCredit } from './message-credit.ts'
import { channelTo, wrapFrame } from './number-messages.ts'

interface Fault {
  fault: string
  reason: string
}

/** What a relay carries and cannot be used. */
interface FaultyCarried {
  bytes: Buffer
  /** left out when the bytes are no frame */
  frame?: Frame
  /** sender, when it is a node reached through this neighbour */
  node?: Node
  fault: Fault
}

/** What a relay carries: a frame of a far node that holds, or bytes and why they do not. */
export type Carried = FaultyCarried | { bytes: Buffer; frame: Frame; node: Node; fault?: undefined }

function faultOf(error: unknown): Fault {
  if (error instanceof EnvelopeFault) return { fault: error.fault, reason: error.message }
  throw error
}

function unwrap({ header, body }: Frame): { bytes: Buffer; frame: Frame } | FaultyCarried | null {
  if (header.type !== 'relay') return null
  const bytes = Buffer.from(body)
  try {
    return { bytes, frame: readFrame(openRelay(header, body)) }
  } catch (error) {
    return { bytes, fault: faultOf(error) }
  }
}

/**
 * Checks the frame inside a relay: sender, receiver, channel, signature. The relay itself may only say that something did not
 * go on: its own messages are those that carry.
 */
export function checkCarried(bytes: Buffer, frame: Frame, node: Node | undefined, neighbour: Node): Carried {
  const { centreId } = neighbour
  const { header } = frame
  const faulty = (fault: string, reason: string): Carried => ({
    bytes,
    frame,
    ...(node ? { node } : {}),
    fault: { fault, reason },
  })
  if (!node) return faulty('unknown_sender', `转送的报文来自未登记的节点 ${header.from}，或不应由此线路到达`)
  if (header.type === 'relay' || (node.unit === neighbour.unit && header.type !== 'error')) {
    return faulty('malformed', '转送报文的类型不可用')
  }
  if (header.to !== centreId) return faulty('no_route', `转送的报文是发给 ${header.to} 的，本中心不转发`)
  try {
    laneOf(header)
    signerOf(frame, node.peers)
  } catch (error) {
    const { fault, reason } = faultOf(error)
    return faulty(fault, reason)
  }
  return { bytes, frame, node }
}

/** The nodes among these ids whose frames a neighbour may carry: those reached through it, and itself. */
export async function loadFarNodes(
  tx: Tx,
  neighbour: Pick<Node, 'unit'>,
  nodeIds: readonly string[],
  deps: ExchangeDeps,
): Promise<Map<string, Node>> {
  if (nodeIds.length === 0) return new Map()
  const nodes = (await listNodes(tx, [...new Set(nodeIds)], instant(deps))).map(nodeOf)
  const carried = nodes.filter((node) => node.via === neighbour.unit || node.unit === neighbour.unit)
  return new Map(carried.map((node) => [node.nodeId, node]))
}

/** Reads what the relays among frames carry; null in the place of a frame that is no relay. One statement when there are relays. */
export async function readCarried(
  tx: Tx,
  neighbour: Node,
  frames: readonly Frame[],
  deps: ExchangeDeps,
): Promise<(Carried | null)[]> {
  const inside = frames.map(unwrap)
  const senders = inside.flatMap((each) => (each?.frame ? [each.frame.header.from] : []))
  const nodes = await loadFarNodes(tx, neighbour, senders, deps)
  return inside.map((each) => {
    if (each === null || 'fault' in each) return each
    return checkCarried(each.bytes, each.frame, nodes.get(each.frame.header.from), neighbour)
  })
}

/** Number of messages wrapped again at a time. */
const RESEND_AT_ONCE = 50
/** A message is not wrapped again so soon after it was: a far node asks once for every message that comes too early. */
const RESEND_AGAIN_MS = 60_000

interface FarReceipts {
  node: Node
  receipts: readonly Receipt[]
  frame: Buffer
}

/** Receipts as the tables keep them; undefined when one names a channel that is not the centre's to the node. */
export function receiptRows(node: Pick<Node, 'nodeId' | 'centreId'>, receipts: readonly Receipt[]): ReceiptRow[] | undefined {
  const rows: ReceiptRow[] = []
  for (const { id, chan, seq, hash } of receipts) {
    const lane = lanes.find((each) => chan === channelOf(node.centreId, node.nodeId, each))
    if (lane === undefined) return undefined
    rows.push({ lane, id, seq, hash })
  }
  return rows
}

/** What goes back to far nodes through one neighbour, and what they said outside the numbering. */
export class RelayReplies {
  readonly #neighbour: Node
  readonly #deps: ExchangeDeps
  readonly #receipts = new Map<string, { node: Node; lane: Lane; list: Receipt[] }>()
  readonly #frames: { frame: Buffer; lane: Lane }[] = []
  readonly #heard: FarReceipts[] = []
  readonly #resends = new Map<string, { node: Node; lane: Lane; from: number }>()
  readonly #faults: NewParked[] = []

  constructor(neighbour: Node, deps: ExchangeDeps) {
    this.#neighbour = neighbour
    this.#deps = deps
  }

  #control(node: Node, body: AcceptedBody | ErrorBody, corr: string | null): Buffer {
    const [peer] = node.peers
    if (peer === undefined) throw new RangeError(`no key of ${node.nodeId}`)
    const ends = { from: node.centreId, to: node.nodeId, own: centreKeys(this.#deps, node.suite), peer }
    return controlFrame(body, ends, this.#deps.clock.nowMs(), corr)
  }

  /** A message of a far node is stored: its receipt goes back with those of the same lane. */
  receipt(node: Node, lane: Lane, receipt: Receipt): void {
    const name = `${node.unit} ${lane}`
    const group = this.#receipts.get(name) ?? { node, lane, list: [] }
    group.list.push(receipt)
    this.#receipts.set(name, group)
  }

  /** A frame of a far node was not taken: it is told why. */
  error(
    node: Node,
    { header }: Frame,
    { code, message, expect }: { code: string; message: string; expect: number | null },
  ): void {
    const { id, chan } = header
    const lane = lanes.find((each) => chan === channelOf(node.nodeId, node.centreId, each)) ?? 'batch'
    const frame = this.#control(node, { kind: 'error', code, message, id, chan, expect }, id)
    this.#frames.push({ frame, lane })
  }

  #park(node: Node, bytes: Buffer, fault: string, reason: string, request: NewParked['request'] = null): void {
    this.#faults.push({ sender: node.nodeId, via: this.#neighbour.unit, request, fault, reason, bytes })
  }

  /** What a far node says outside the numbering: receipts, or that it cannot use a message. */
  heard(node: Node, frame: Frame, bytes: Buffer): void {
    const body = this.#bodyOf(frame, node)
    if (body === undefined) this.#park(node, bytes, 'malformed', '转送的应答报文内容格式有误')
    const [receipts, refused] = body?.kind === 'receipts' ? [body.receipts, body.refused] : [[], body ?? null]
    if (receipts.length > 0) this.#heard.push({ node, receipts, frame: bytes })
    if (refused !== null) this.#refused(node, refused, bytes)
  }

  /**
   * A gap is filled from its first number on; anything else waits for a person. A relay speaks of a message that is for
   * another node: the channel says for which.
   */
  #refused(node: Node, { chan, expect, code, message, id }: ErrorBody, bytes: Buffer): void {
    const lane = lanes.find((each) => chan === channelOf(node.centreId, node.nodeId, each))
    if (expect === null || lane === undefined) {
      const [from, to] = (chan ?? '').replace(/#single$/, '').split('>')
      const unit = from === node.centreId ? to : undefined
      this.#park(node, bytes, code, message, unit !== undefined && id !== null ? { unit, id } : null)
      return
    }
    const name = `${node.unit} ${lane}`
    const from = Math.min(expect, this.#resends.get(name)?.from ?? expect)
    this.#resends.set(name, { node, lane, from })
  }

  #bodyOf(frame: Frame, node: Node): AcceptedBody | ErrorBody | undefined {
    try {
      const value = controlBody(frame, centreKeys(this.#deps, node.suite))
      const read = frame.header.type === 'error' ? ErrorBody.safeParse(value) : AcceptedBody.safeParse(value)
      return read.success ? read.data : undefined
    } catch (error) {
      if (error instanceof EnvelopeFault) return undefined
      throw error
    }
  }

  async #keepReceipts(tx: Tx): Promise<void> {
    const at = instant(this.#deps)
    for (const { node, receipts, frame } of this.#heard) {
      const rows = receiptRows(node, receipts)
      if (rows !== undefined && (await writeReceipts(tx, node.unit, rows, frame, at))) {
        await markDelivered(tx, node.unit, rows, at)
        continue
      }
      const reason = '回执与所发报文不符，未登记'
      this.#park(node, frame, 'receipt', reason)
    }
  }

  /** Requests that are not this neighbour's matter are no requests of what it says. */
  async #checkRequests(tx: Tx): Promise<void> {
    const units = this.#faults.flatMap((each) => (each.request ? [each.request.unit] : []))
    const far = await loadFarNodes(tx, this.#neighbour, units, this.#deps)
    for (const fault of this.#faults) if (fault.request && !far.has(fault.request.unit)) fault.request = null
  }

  async #resend(tx: Tx, channels: readonly OutChannel[]): Promise<void> {
    const quietSince = isoInstant(this.#deps.clock.nowMs() - RESEND_AGAIN_MS)
    for (const { node, lane, from } of this.#resends.values()) {
      const channel = channelTo(channels, this.#neighbour.unit, lane)
      for (let next = from; ; ) {
        const rows = await listForResend(tx, { unit: node.unit, lane }, this.#neighbour.unit, {
          from: next,
          limit: RESEND_AT_ONCE,
          quietSince,
        })
        const last = rows.at(-1)
        if (last === undefined) break
        const messages = rows.map(({ header, body }): StoredMessage => {
          const parsed: Header = JSON.parse(header)
          return wrapFrame(writeFrame({ header: parsed, body }), parsed, channel, this.#deps)
        })
        await writeOutbox(tx, messages)
        next = last.seq + 1
      }
    }
  }

  /** Writes everything: receipts of far nodes, replies and what they asked for again. What does not fit is added to `parked`. */
  async settle(tx: Tx, parked: NewParked[]): Promise<void> {
    await this.#keepReceipts(tx)
    await this.#checkRequests(tx)
    parked.push(...this.#faults)
    for (const { node, lane, list } of this.#receipts.values()) {
      const body: AcceptedBody = { kind: 'receipts', receipts: list, refused: null, credit: messageCredit }
      this.#frames.push({ frame: this.#control(node, body, null), lane })
    }
    const used = new Set([...this.#frames, ...this.#resends.values()].map((each) => each.lane))
    if (used.size === 0) return
    const wanted = [...used].map((lane) => ({ unit: this.#neighbour.unit, lane }))
    const channels = await lockOutChannels(tx, wanted, '', instant(this.#deps))
    const messages = this.#frames.map(({ frame, lane }) => {
      const channel = channelTo(channels, this.#neighbour.unit, lane)
      return wrapFrame(frame, readFrame(frame).header, channel, this.#deps)
    })
    if (messages.length > 0) await writeOutbox(tx, messages)
    await this.#resend(tx, channels)
  }
}
