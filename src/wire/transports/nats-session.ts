/**
 * One connection of a node to the broker. Each side publishes what its ledger has to send and pulls what is for it; the ledger
 * at the other end decides, and its signed receipt alone clears the outbox.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { type ConsumerMessages, type JetStreamClient, type JsMsg, jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { EnvelopeFault, type Frame, isClear, type Lane, laneOf, lanes, readFrame } from '../envelope/envelope.ts'
import { uuidV7 } from '../envelope/ids.ts'
import { type Ledger, LedgerFault, type LineClock, type Neighbour, type RefusedBy, type Taken } from '../message-store.ts'
import { controlBody, controlFrame, type Ends } from '../protocol/control.ts'
import { AcceptedBody, Hello } from '../protocol/frames.ts'
import { helloOf } from '../protocol/hello.ts'
import { followingReceipts } from '../protocol/receipt-order.ts'
import { findSigner } from '../protocol/signer.ts'
import { Assemblies, partsOf } from './nats-parts.ts'
import { NatsSending } from './nats-sending.ts'
import { consumerOf, nodeToken, type Queue, STREAM, subjectOf } from './nats-subjects.ts'

/** A node that uses the broker. */
export interface NodeOnBroker {
  ledger: Ledger
  /** nodes that may be on the broker; asked again now and then */
  listNeighbours(): Promise<readonly string[]>
  clock: LineClock
  /** a line for whoever runs the node; holds no personal data */
  say(text: string): void
  signal: AbortSignal
}

/** What a connection needs; its signal ends with the connection. */
export interface NatsSessionParts extends NodeOnBroker {
  broker: NatsConnection
}

const NEIGHBOURS_MS = 30_000
const RETRY_MS = 1000
/** Receipts in one frame. */
const RECEIPTS_AT_ONCE = 1000
const CONTROL_MS = 2500
const ASK_AGAIN_MS = 2000
/** A pull that nobody heard, because the consumer had just lost its server, is made again after two missed heartbeats. */
const PULL = { expires: 10_000, idle_heartbeat: 1000 }

type Sendings = Record<Lane, NatsSending>

/** A message that came, with the broker's handle on it. */
interface Came {
  msg: JsMsg
  frame: Frame
  bytes: Uint8Array
  neighbour: Neighbour
}

/** What a control frame may carry on the broker. */
function controlOf(value: unknown): Hello | AcceptedBody {
  for (const schema of [AcceptedBody, Hello]) {
    const { data } = schema.safeParse(value)
    if (data) return data
  }
  throw new EnvelopeFault('malformed', '报文内容格式有误')
}

function isNumbered({ header }: Frame): boolean {
  return !isClear(header.type) || header.type === 'relay'
}

/** One node on the broker while a connection lasts. */
export class NatsSession {
  readonly #parts: NatsSessionParts
  readonly #sendings = new Map<string, Sendings>()
  readonly #running: Promise<void>[] = []
  /** when a neighbour was last asked for receipts that are missing */
  readonly #asked = new Map<string, number>()
  /** what was refused last */
  #noted = ''

  constructor(parts: NatsSessionParts) {
    this.#parts = parts
  }

  /** Runs until the connection is closed or the signal ends it. */
  async run(): Promise<void> {
    const { broker } = this.#parts
    const js = jetstream(broker)
    await Promise.all([this.#watch(broker), this.#pulling(js, 'first'), this.#pulling(js, 'batch'), this.#meeting(js)])
    await Promise.all(this.#running)
  }

  /** Says when the broker goes and comes back. */
  async #watch(broker: NatsConnection): Promise<void> {
    for await (const status of broker.status()) {
      if (status.type === 'disconnect') this.#parts.say('与消息总线的连接中断，自动重连')
      if (status.type === 'reconnect') this.#parts.say('已重新连上消息总线')
      if (status.type === 'error') this.#parts.say(`消息总线报错：${status.error.message}`)
    }
  }

  /** Greets every neighbour once. Who is not on the broker never hears it, and nothing more is written there. */
  async #meeting(js: JetStreamClient): Promise<void> {
    const { listNeighbours, signal } = this.#parts
    const greeted = new Set<string>()
    await this.#loop(async () => {
      for (const neighbour of await listNeighbours()) {
        if (!greeted.has(neighbour)) await this.#greet(js, neighbour, null)
        greeted.add(neighbour)
      }
      await wait(NEIGHBOURS_MS, undefined, { signal }).catch(() => undefined)
    })
  }

  /** What sends to a neighbour; started when the neighbour is first heard here. */
  #sendingsTo(js: JetStreamClient, neighbour: string): Sendings {
    const known = this.#sendings.get(neighbour)
    if (known) return known
    const of = (lane: Lane) => new NatsSending({ ...this.#parts, neighbour, lane, js })
    const made = { batch: of('batch'), single: of('single') }
    this.#sendings.set(neighbour, made)
    this.#running.push(...lanes.map((lane) => made[lane].run()))
    return made
  }

  async #loop(step: () => Promise<void>): Promise<void> {
    const { signal, say } = this.#parts
    while (!signal.aborted) {
      try {
        await step()
      } catch (error) {
        if (signal.aborted) return
        say(`消息总线：${error instanceof Error ? error.message : String(error)}；稍后重试`)
        await wait(RETRY_MS, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  async #ends(nodeId: string): Promise<Ends> {
    const { ledger } = this.#parts
    const neighbour = await ledger.findNeighbour(nodeId)
    const peer = neighbour?.peers[0]
    if (!neighbour || !peer) throw new LedgerFault('unknown_neighbour', `节点 ${nodeId} 未登记或已吊销`)
    return { from: ledger.nodeId, to: nodeId, own: ledger.own(neighbour.suite), peer }
  }

  async #control(js: JetStreamClient, to: string, body: Hello | AcceptedBody, corr: string | null): Promise<void> {
    const { ledger, clock } = this.#parts
    const frame = controlFrame(body, await this.#ends(to), clock.nowMs(), corr)
    for (const { bytes, msgId, headers } of partsOf(frame, uuidV7(clock.nowMs()))) {
      await js.publish(subjectOf(to, ledger.nodeId, 'control'), bytes, {
        msgID: msgId,
        timeout: CONTROL_MS,
        ...(headers && { headers }),
      })
    }
  }

  async #greet(js: JetStreamClient, to: string, corr: string | null): Promise<void> {
    await this.#control(js, to, helloOf(await this.#parts.ledger.standing(to)), corr)
  }

  /** Pulls from one of the two consumers; what has gathered while the ledger was busy is taken together. */
  async #pulling(js: JetStreamClient, queue: Queue): Promise<void> {
    const { ledger, signal } = this.#parts
    await this.#loop(async () => {
      const consumer = await js.consumers.get(STREAM, consumerOf(ledger.nodeId, queue))
      const waiting: JsMsg[] = []
      let ring = (): void => undefined
      const messages = await consumer.consume({
        ...PULL,
        callback(msg) {
          waiting.push(msg)
          ring()
        },
      })
      signal.addEventListener('abort', () => messages.stop(), { once: true })
      await this.#taking(js, messages, {
        async next() {
          if (waiting.length === 0) {
            await new Promise<void>((resolve) => {
              ring = resolve
              void messages.closed().then(() => resolve())
            })
          }
          return waiting.splice(0)
        },
      })
    })
  }

  async #taking(js: JetStreamClient, messages: ConsumerMessages, source: { next(): Promise<JsMsg[]> }): Promise<void> {
    const assemblies = new Assemblies()
    for (let group = await source.next(); group.length > 0; group = await source.next()) {
      try {
        await this.#take(js, group, assemblies)
      } catch (error) {
        messages.stop()
        for (const msg of group) msg.nak(RETRY_MS)
        throw error
      }
    }
  }

  /** Takes a group; the broker is told that it is done only when the ledger has it and receipts are on their way. */
  async #take(js: JetStreamClient, group: readonly JsMsg[], assemblies: Assemblies): Promise<void> {
    for (const [from, all] of await this.#sort(group, assemblies)) {
      await this.#parts.ledger.heard(from)
      this.#sendingsTo(js, from)
      const numbered = all.filter(({ frame }) => isNumbered(frame))
      for (const each of all) if (!isNumbered(each.frame)) await this.#hear(js, each)
      for (const lane of lanes) {
        const frames = numbered.map(({ frame }) => frame).filter((frame) => laneOf(frame.header) === lane)
        if (frames.length > 0) await this.#takeLane(js, from, frames)
      }
      for (const { msg } of all) msg.ack()
    }
  }

  /** The whole frames of a group by their senders. Parts wait for the rest; what cannot be used is parked. */
  async #sort(group: readonly JsMsg[], assemblies: Assemblies): Promise<Map<string, Came[]>> {
    const bySender = new Map<string, Came[]>()
    for (const msg of group) {
      const bytes = assemblies.add(msg.subject, msg.data, msg.headers)
      const came = bytes && (await this.#check(msg, bytes))
      if (!came) {
        msg.ack()
        continue
      }
      const { from } = came.frame.header
      bySender.set(from, [...(bySender.get(from) ?? []), came])
    }
    return bySender
  }

  /** The frame, when it is for this node, from whom the subject says, and signed; otherwise it is kept for a person. */
  async #check(msg: JsMsg, bytes: Uint8Array): Promise<Came | null> {
    const { ledger } = this.#parts
    let from = ''
    try {
      const frame = readFrame(bytes)
      from = frame.header.from
      if (frame.header.to !== ledger.nodeId || msg.subject.split('.')[2] !== nodeToken(from)) {
        throw new EnvelopeFault('addressee', '报文的收发节点与主题不符')
      }
      laneOf(frame.header)
      const signed = await findSigner(ledger, frame)
      if (!signed) throw new LedgerFault('unknown_sender', `未登记或已吊销的节点：${from}`)
      return { msg, bytes, frame, neighbour: signed.neighbour }
    } catch (error) {
      if (!(error instanceof EnvelopeFault || error instanceof LedgerFault)) throw error
      const code = error instanceof EnvelopeFault ? error.fault : error.code
      this.#parts.say(`消息总线上的报文不能接收：${code} ${error.message}`)
      await ledger.park({ from, code, message: error.message, bytes })
      return null
    }
  }

  async #takeLane(js: JetStreamClient, from: string, frames: readonly Frame[]): Promise<void> {
    const { ledger, say } = this.#parts
    const inOrder = [...frames].sort((a, b) => a.header.seq - b.header.seq)
    const { receipts, refused }: Taken = await ledger.take(from, inOrder)
    if (refused && refused.expect === null) say(`来自 ${from} 的报文未被接收：${refused.code} ${refused.message}`)
    const credit = await ledger.credit(from)
    await this.#control(js, from, { kind: 'receipts', receipts, refused: refused && { kind: 'error', ...refused }, credit }, null)
  }

  /** What stands outside the numbering. */
  async #hear(js: JetStreamClient, { frame, bytes, neighbour }: Came): Promise<void> {
    const { ledger, say } = this.#parts
    const from = neighbour.nodeId
    try {
      const body = controlOf(controlBody(frame, ledger.own(neighbour.suite)))
      if (body.kind === 'hello') await this.#heardHello(js, from, body, frame)
      if (body.kind === 'receipts') await this.#heardReceipts(js, from, body, bytes)
    } catch (error) {
      if (!(error instanceof LedgerFault || error instanceof EnvelopeFault)) throw error
      const code = error instanceof EnvelopeFault ? error.fault : error.code
      say(`与 ${from} 的往来有误：${code} ${error.message}`)
      await ledger.park({ from, code, message: error.message, bytes })
    }
  }

  async #heardReceipts(
    js: JetStreamClient,
    from: string,
    { receipts, refused, credit }: AcceptedBody,
    bytes: Uint8Array,
  ): Promise<void> {
    const sendings = this.#sendingsTo(js, from)
    const { next, isGap } = followingReceipts(receipts, await this.#parts.ledger.standing(from))
    if (next.length > 0) await this.#parts.ledger.saveReceipts(from, next, bytes)
    if (isGap) await this.#askForReceipts(js, from)
    for (const lane of lanes) sendings[lane].credit(credit[lane])
    if (refused?.expect === null) await this.#noteRefused(from, refused)
    if (!refused || refused.expect === null || refused.chan === null) return
    sendings[refused.chan.endsWith('#single') ? 'single' : 'batch'].goOnWith(refused.expect)
  }

  /** What a neighbour does not take is noted once, however often it comes again. */
  async #noteRefused(from: string, refused: RefusedBy): Promise<void> {
    const { ledger, say } = this.#parts
    const { code, message, id } = refused
    const noted = `${from} ${code} ${id}`
    if (this.#noted === noted) return
    this.#noted = noted
    say(`${from} 未接收报文：${code} ${message}`)
    await ledger.noteRefused(from, refused)
  }

  /** Receipts before these are lost: a hello says up to where they are kept, and the rest comes again. */
  async #askForReceipts(js: JetStreamClient, from: string): Promise<void> {
    const now = this.#parts.clock.nowMs()
    if (now - (this.#asked.get(from) ?? Number.NEGATIVE_INFINITY) < ASK_AGAIN_MS) return
    this.#asked.set(from, now)
    await this.#greet(js, from, null)
  }

  /** A neighbour has come: it hears what it missed, and what it has not seen goes out again. */
  async #heardHello(js: JetStreamClient, from: string, { lanes: theirs }: Hello, { header }: Frame): Promise<void> {
    const { ledger } = this.#parts
    const standing = await ledger.standing(from)
    if (lanes.some((lane) => theirs[lane].seen > standing[lane].sent.seq)) {
      throw new LedgerFault('ahead', '对方收到过本节点没有发过的报文，本机数据库像是旧的副本，请人工核查')
    }
    for (const lane of lanes) {
      await this.#receiptsAfter(js, from, lane, theirs[lane].receipted)
      this.#sendingsTo(js, from)[lane].goOnWith(theirs[lane].seen + 1)
    }
    if (header.corr === null) await this.#greet(js, from, header.id)
  }

  async #receiptsAfter(js: JetStreamClient, from: string, lane: Lane, after: number): Promise<void> {
    const { ledger } = this.#parts
    for (let at = after; ; ) {
      const receipts = await ledger.listReceipts(from, lane, at, RECEIPTS_AT_ONCE)
      if (receipts.length === 0) return
      at = receipts.at(-1)?.seq ?? at
      await this.#control(js, from, { kind: 'receipts', receipts, refused: null, credit: await ledger.credit(from) }, null)
    }
  }
}
