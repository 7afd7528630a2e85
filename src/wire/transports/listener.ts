/**
 * The answering end of a line: hello, poll and messages of neighbours that dial this node, whatever keeps its ledger.
 * A neighbour is known by the signature of its frames; the certificate of the connection is checked against it and proves
 * nothing by itself.
 */
import { z } from 'zod'
import {
  channelOf,
  EnvelopeFault,
  type Frame,
  isClear,
  lanes,
  readFrame,
  readFrames,
  writeFrame,
  writeFrames,
} from '../envelope/envelope.ts'
import { type Ledger, LedgerFault, type LineClock, type Neighbour } from '../message-store.ts'
import { controlBody, controlFrame, type Ends } from '../protocol/control.ts'
import {
  type AcceptedBody,
  type Credit,
  type ErrorBody,
  exchangePaths,
  FRAME_TYPE,
  Hello,
  MAX_FRAME_BYTES,
  MAX_SKEW_MS,
  MAX_UNKNOWN_BYTES,
  PollBody,
  WARN_SKEW_MS,
} from '../protocol/frames.ts'
import { fullOf, helloOf } from '../protocol/hello.ts'
import { msOf } from '../protocol/instant.ts'
import { findSigner, isSignedHeader, signerOf } from '../protocol/signer.ts'
import { claimsOf } from './claims.ts'

/** A call that is not taken; the caller is told why. */
export class Rejection extends Error {
  override readonly name = 'Rejection'
  readonly code: string
  readonly status: number

  constructor(code: string, status: number, message: string) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** What goes back over HTTP. */
export interface LineReply {
  status: number
  type: string
  bytes: Buffer
}

/** What the caller's connection shows of it. */
export interface Caller {
  /** common name of the client certificate; left out where the connection has none */
  certificate?: string
}

interface Call {
  neighbour: Neighbour
  frame: Frame
  ends: Ends
}

/** Bytes handed out in one reply at most, whatever credit the caller gives. */
const REPLY_BYTES = 32 * 1024 * 1024

/** Refusals that say nothing about the bytes: nobody has to look at them. */
const harmless: ReadonlySet<string> = new Set(['path', 'disk_full'])

/** So many callers are remembered whose calls are not taken. */
const MAX_REMEMBERED = 1000

/** A fault, and the frame of a call that it is of. */
class FrameFault extends Error {
  readonly fault: unknown
  readonly bytes: Uint8Array

  constructor(fault: unknown, bytes: Uint8Array) {
    super('', { cause: fault })
    this.fault = fault
    this.bytes = bytes
  }
}

/** Does something with one frame of several; a fault is that frame's. */
async function withFrame<T>(bytes: Uint8Array, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (fault) {
    throw new FrameFault(fault, bytes)
  }
}

/** What an endpoint needs of the answering end. */
export type Answering = Pick<LineServer, 'handle' | 'knownCaller' | 'refuseTooLarge' | 'refuseUnknown'>

/** Answers the calls of neighbours. */
export class LineServer {
  readonly #ledger: Ledger
  readonly #clock: LineClock
  readonly #say: (text: string) => void
  /** codes with which calls of a caller are not taken at the moment: each is kept once, however often it calls */
  readonly #refused = new Map<string, Set<string>>()
  /** neighbours that take nothing new */
  readonly #full = new Set<string>()

  constructor(ledger: Ledger, { clock, say }: { clock: LineClock; say: (text: string) => void }) {
    this.#ledger = ledger
    this.#clock = clock
    this.#say = say
  }

  /** Answers one call. Faults of the caller become a reply with a code; only faults of this node throw. */
  async handle(path: string, bytes: Uint8Array, caller: Caller = {}): Promise<LineReply> {
    try {
      return { status: 200, type: FRAME_TYPE, bytes: await this.#answer(path, bytes, caller) }
    } catch (error) {
      const blamed = error instanceof FrameFault ? error : { fault: error, bytes }
      const { code, status, message } = faultOf(blamed.fault)
      this.#say(`不接收节点的来电：${code} ${message}`)
      const { from } = claimsOf(blamed.bytes)
      if (this.#isToKeep(from, code, path)) await this.#ledger.park({ from, code, message, bytes: blamed.bytes })
      return refusal(status, code, message)
    }
  }

  /** Refuses a body larger than a frame may be: nothing of it was read. */
  async refuseTooLarge({ certificate = '' }: Caller = {}): Promise<LineReply> {
    const message = `报文超过 ${MAX_FRAME_BYTES} 字节，请分批发送`
    this.#say(`不接收节点的来电：too_large ${message}`)
    const parked = { from: certificate, code: 'too_large', message, bytes: Buffer.from(message) }
    if (this.#isToKeep(certificate, 'too_large', '')) await this.#ledger.park(parked)
    return refusal(413, 'too_large', message)
  }

  /**
   * Whose call it is that begins so, before the rest of a large body is taken: the node of the certificate, or the one that signed the first
   * header; null for everybody else, and where nothing large is expected.
   */
  async knownCaller(path: string, head: Uint8Array, { certificate }: Caller = {}): Promise<string | null> {
    if (path !== exchangePaths.messages && path !== exchangePaths.poll) return null
    if (certificate !== undefined) return (await this.#ledger.findNeighbour(certificate)) === undefined ? null : certificate
    const header = headerOf(firstFrame(path, head))
    if (header === undefined || header.to !== this.#ledger.nodeId) return null
    return (await isSignedHeader(this.#ledger, header)) ? header.from : null
  }

  /** Refuses the rest of a large body of somebody who is not known; `head` is what was taken of it. */
  async refuseUnknown(path: string, head: Uint8Array, { certificate }: Caller = {}): Promise<LineReply> {
    const message = `发送方未能确认，只接收 ${MAX_UNKNOWN_BYTES} 字节以内的来电`
    this.#say(`不接收节点的来电：unknown_sender ${message}`)
    const from = certificate ?? claimsOf(firstFrame(path, head)).from
    if (this.#isToKeep(from, 'unknown_sender', '')) {
      await this.#ledger.park({ from, code: 'unknown_sender', message, bytes: head })
    }
    return refusal(403, 'unknown_sender', message)
  }

  /** Messages are kept each, calls of the same caller once with the same code until one is taken. */
  #isToKeep(from: string, code: string, path: string): boolean {
    if (harmless.has(code)) return false
    if (path === exchangePaths.messages) return true
    if (this.#refused.size >= MAX_REMEMBERED) this.#refused.clear()
    const known = this.#refused.get(from) ?? new Set()
    this.#refused.set(from, known)
    return known.size < known.add(code).size
  }

  #answer(path: string, bytes: Uint8Array, caller: Caller): Promise<Buffer> {
    if (path === exchangePaths.hello) return this.#hello(bytes, caller)
    if (path === exchangePaths.poll) return this.#poll(bytes, caller)
    if (path === exchangePaths.messages) return this.#messages(bytes, caller)
    throw new Rejection('path', 404, '没有这个地址')
  }

  /** The sender of a frame, when it is registered, its certificate fits and its signature holds under one of its keys. */
  async #sender(frame: Frame, caller: Caller): Promise<{ neighbour: Neighbour; ends: Ends }> {
    const { header } = frame
    if (header.to !== this.#ledger.nodeId) throw new Rejection('addressee', 403, '报文不是发给本节点的')
    if (caller.certificate !== undefined && caller.certificate !== header.from) {
      throw new Rejection('certificate', 403, `连接证书属于 ${caller.certificate}，报文却署名 ${header.from}`)
    }
    const signed = await findSigner(this.#ledger, frame)
    if (!signed) throw new Rejection('unknown_sender', 403, `未登记或已吊销的节点：${header.from}`)
    await this.#ledger.heard(header.from)
    const { neighbour, peer } = signed
    const own = this.#ledger.own(neighbour.suite)
    return { neighbour, ends: { from: this.#ledger.nodeId, to: header.from, own, peer } }
  }

  /** A control frame of a neighbour: signed, of the expected type, by a clock that is near enough. */
  async #call(bytes: Uint8Array, type: 'hello' | 'accepted', caller: Caller): Promise<Call> {
    const frame = readFrame(bytes)
    if (frame.header.type !== type) throw new Rejection('type', 400, `此地址只接收 ${type} 报文`)
    const { neighbour, ends } = await this.#sender(frame, caller)
    const skew = Math.abs(this.#clock.nowMs() - msOf(frame.header.created))
    if (skew > MAX_SKEW_MS) throw new Rejection('clock', 409, '双方时钟相差超过 10 分钟，请先校时')
    this.#refused.delete(neighbour.nodeId)
    if (type === 'hello' && skew > WARN_SKEW_MS) this.#say(`警告：与 ${neighbour.nodeId} 的时钟相差超过 5 分钟，请校时`)
    return { neighbour, frame, ends }
  }

  #reply(body: Hello | AcceptedBody, call: Pick<Call, 'ends'>, corr: string | null): Buffer {
    return controlFrame(body, call.ends, this.#clock.nowMs(), corr)
  }

  async #hello(bytes: Uint8Array, caller: Caller): Promise<Buffer> {
    const call = await this.#call(bytes, 'hello', caller)
    const theirs = Hello.parse(controlBody(call.frame, call.ends.own))
    const { suite, nodeId } = call.neighbour
    if (!theirs.suites.includes(suite)) throw new Rejection('suite', 409, `对方不支持本链路的密码套件 ${suite}`)
    return this.#reply(helloOf(await this.#ledger.standing(nodeId)), call, call.frame.header.id)
  }

  async #poll(bytes: Uint8Array, caller: Caller): Promise<Buffer> {
    const call = await this.#call(bytes, 'accepted', caller)
    const poll = PollBody.parse(controlBody(call.frame, call.ends.own))
    const { nodeId } = call.neighbour
    await this.#ledger.saveReceipts(nodeId, poll.receipts, bytes)
    if (poll.refused) await this.#ledger.noteRefused(nodeId, poll.refused)
    await this.#noteFull(nodeId, poll.credit.why)
    const wake = this.#ledger.nextOutgoing(nodeId, poll.waitMs)
    try {
      const frames = await this.#outgoing(nodeId, poll)
      if (frames.length > 0 || poll.waitMs === 0) return writeFrames(frames)
      await wake.rung
    } finally {
      wake.cancel()
    }
    return writeFrames(await this.#outgoing(nodeId, poll))
  }

  /** A neighbour that takes nothing new is noted once, until it takes something again. */
  async #noteFull(nodeId: string, why: Credit['why']): Promise<void> {
    if (why === undefined) this.#full.delete(nodeId)
    if (why === undefined || this.#full.has(nodeId)) return
    await this.#ledger.noteRefused(nodeId, fullOf(why))
    this.#full.add(nodeId)
  }

  /** The next messages for a neighbour: the lane of single cases first, each lane within its own credit. */
  async #outgoing(nodeId: string, { stored, inHand, credit }: PollBody): Promise<Buffer[]> {
    const frames: Buffer[] = []
    let bytes = Math.min(credit.bytes, REPLY_BYTES)
    for (const lane of ['single', 'batch'] as const) {
      if (credit[lane] === 0 || bytes <= 0) continue
      const after = inHand === undefined ? stored[lane] : { seq: Math.max(inHand[lane], stored[lane].seq) }
      for (const frame of await this.#ledger.listOutgoing(nodeId, lane, after, { messages: credit[lane], bytes })) {
        const written = writeFrame(frame)
        bytes -= written.length
        frames.push(written)
      }
    }
    return frames
  }

  async #messages(bytes: Uint8Array, caller: Caller): Promise<Buffer> {
    const parts = readFrames(bytes)
    const [start] = parts
    if (start === undefined) throw new EnvelopeFault('malformed', '请求中没有报文')
    const first = await withFrame(start, () => readFrame(start))
    const call = await withFrame(start, () => this.#sender(first, caller))
    const frames: Frame[] = []
    for (const part of parts) {
      const frame = part === start ? first : await withFrame(part, () => signedFrame(part, first, call.neighbour))
      await withFrame(part, () => checkNumbered(frame.header))
      frames.push(frame)
    }
    const { receipts, refused } = await withFrame(start, () => this.#ledger.take(call.neighbour.nodeId, frames))
    const credit = await this.#ledger.credit(call.neighbour.nodeId)
    const body: AcceptedBody = { kind: 'receipts', receipts, refused: refused && { kind: 'error', ...refused }, credit }
    return this.#reply(body, call, first.header.id)
  }
}

/** A message of the same sender and receiver as the first of the call, signed. */
function signedFrame(bytes: Buffer, { header: { from, to } }: Frame, { peers }: Neighbour): Frame {
  const frame = readFrame(bytes)
  const { header } = frame
  if (header.from !== from || header.to !== to) {
    throw new Rejection('foreign_channel', 403, '一次来电中的报文必须同属一个发送方')
  }
  signerOf(frame, peers)
  return frame
}

/** A numbered message in a channel of its sender and receiver. */
function checkNumbered({ type, chan, from, to }: Frame['header']): void {
  if (isClear(type) && type !== 'relay') throw new Rejection('type', 400, '此地址只接收编号的报文')
  if (!lanes.some((lane) => chan === channelOf(from, to, lane))) {
    throw new Rejection('foreign_channel', 403, '报文通道不是该发送方的')
  }
}

const LENGTH_BYTES = 4

/** Where the first frame of a call begins: several stand behind a length each. */
function firstFrame(path: string, head: Uint8Array): Uint8Array {
  return path === exchangePaths.messages ? head.subarray(LENGTH_BYTES) : head
}

/** The header with which bytes begin; undefined where there is none. */
function headerOf(head: Uint8Array): Frame['header'] | undefined {
  try {
    return readFrame(head).header
  } catch (error) {
    if (error instanceof EnvelopeFault) return undefined
    throw error
  }
}

function refusal(status: number, code: string, message: string): LineReply {
  const body: ErrorBody = { kind: 'error', code, message, id: null, chan: null, expect: null }
  return { status, type: 'application/json; charset=utf-8', bytes: Buffer.from(JSON.stringify(body)) }
}

function faultOf(error: unknown): { code: string; status: number; message: string } {
  if (error instanceof Rejection) return error
  if (error instanceof EnvelopeFault) return { code: error.fault, status: 400, message: error.message }
  if (error instanceof LedgerFault) return { code: error.code, status: 409, message: error.message }
  if (error instanceof z.ZodError) return { code: 'malformed', status: 400, message: '报文内容格式有误' }
  throw error
}
