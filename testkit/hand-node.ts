/** For tests: a node played by hand, message by message, over the centre's endpoints. */

import {
  AcceptedBody,
  controlBody,
  controlFrame,
  type Draft,
  type EncodedBody,
  ErrorBody,
  encodeLines,
  encodeRelay,
  exchangePaths,
  FRAME_TYPE,
  type Frame,
  type Header,
  type Lane,
  laneOf,
  messageHash,
  openMessage,
  ownKeys,
  type PollBody,
  peerKeys,
  type Receipt,
  readFrame,
  readFrames,
  type Sealed,
  sealMessage,
  uuidV7,
  verifyMessage,
  writeFrame,
  writeFrames,
} from '#wire'
import type { NodeKeyTexts, PeerKeyTexts } from '#wire/contract'
import { HttpLine, type HttpReply, type TlsTexts } from '#wire/server'

/** Who the node is, and whom it speaks to. */
export interface HandIdentity {
  nodeId: string
  centreId: string
  keys: NodeKeyTexts
  centreKeys: PeerKeyTexts
}

/** What a poll gave: messages, or why it was refused. */
export interface Polled {
  status: number
  code: string
  messages: Frame[]
}

const nothingYet = { seq: 0, head: '' }

/** A node whose every word is chosen by the test. */
export class HandNode {
  readonly id: HandIdentity
  readonly #url: () => string
  readonly #tls: TlsTexts | undefined
  #line: HttpLine | undefined
  /** last message of each lane, as this node numbers them */
  readonly sent: Record<Lane, { seq: number; head: string }> = { batch: nothingYet, single: nothingYet }

  /** @param tls its certificate, where the centre listens over mutual TLS */
  constructor(id: HandIdentity, url: () => string, tls?: TlsTexts) {
    this.id = id
    this.#url = url
    this.#tls = tls
  }

  draft(change: Partial<Draft> = {}): Draft {
    const { lane = 'batch' } = change
    const { seq, head } = this.sent[lane]
    const { nodeId: from, centreId: to } = this.id
    const facts = { idem: '0'.repeat(64), auth: '', caseNo: '', purpose: '', legalBasis: '', operator: '' }
    const at = { created: new Date().toISOString(), expires: null, corr: null }
    return { type: 'answer', id: uuidV7(Date.now()), lane, seq: seq + 1, prev: head, from, to, ...at, ...facts, ...change }
  }

  #sealed(draft: Draft, body: EncodedBody): Sealed {
    return sealMessage(draft, body, ownKeys(this.id.keys), peerKeys(this.id.centreKeys))
  }

  seal(lines: readonly string[], change: Partial<Draft> = {}): Sealed {
    return this.#sealed(this.draft(change), encodeLines(lines, this.id.keys.suite))
  }

  /** The next message of a lane, sealed; the lane moves on. */
  next(lines: readonly string[], change: Partial<Draft> = {}): Sealed {
    return this.#moved(this.seal(lines, change))
  }

  #moved(message: Sealed): Sealed {
    this.sent[laneOf(message.header)] = { seq: message.header.seq, head: message.hash }
    return message
  }

  /** The next message of a lane: a relay that carries a frame as it is. */
  carry(frame: Buffer, lane: Lane = 'batch'): Sealed {
    return this.#moved(this.#sealed(this.draft({ type: 'relay', lane }), encodeRelay(frame, this.id.keys.suite)))
  }

  /** A frame of this node outside the numbering. */
  control(body: PollBody | AcceptedBody | ErrorBody, corr: string | null = null, nowMs = Date.now()): Buffer {
    const ends = { from: this.id.nodeId, to: this.id.centreId, own: ownKeys(this.id.keys), peer: peerKeys(this.id.centreKeys) }
    return controlFrame(body, ends, nowMs, corr)
  }

  call(path: string, bytes: Uint8Array): Promise<HttpReply> {
    this.#line ??= new HttpLine(this.#url(), this.#tls)
    return this.#line.post(path, FRAME_TYPE, bytes, { waitMs: 10_000, signal: new AbortController().signal })
  }

  /** Hands messages over in one call and gives what the centre says of them. Throws the code when the call is refused. */
  async send(...messages: Pick<Sealed, 'header' | 'body'>[]): Promise<AcceptedBody> {
    const { status, bytes } = await this.call(exchangePaths.messages, writeFrames(messages.map(writeFrame)))
    if (status !== 200) throw new Error(ErrorBody.parse(JSON.parse(bytes.toString('utf8'))).code)
    return AcceptedBody.parse(this.open(readFrame(bytes)))
  }

  /** The body of a frame of the centre that has one line; its signature is checked. */
  open(frame: Frame): unknown {
    verifyMessage(frame.header, frame.body, peerKeys(this.id.centreKeys))
    return controlBody(frame, ownKeys(this.id.keys))
  }

  /** The lines of a message of the centre. */
  read({ header, body }: Frame): string[] {
    return openMessage(header, body, ownKeys(this.id.keys))
  }

  /** Asks for messages after what is stored of each lane; hands receipts over. */
  async poll(
    stored: Partial<PollBody['stored']> = {},
    change: { receipts?: readonly Receipt[]; nowMs?: number } = {},
  ): Promise<Polled> {
    const body: PollBody = {
      kind: 'poll',
      receipts: [...(change.receipts ?? [])],
      stored: { batch: nothingYet, single: nothingYet, ...stored },
      credit: { batch: 200, single: 200, bytes: 1e7 },
      waitMs: 0,
    }
    const { status, bytes } = await this.call(exchangePaths.poll, this.control(body, null, change.nowMs))
    if (status !== 200) return { status, code: ErrorBody.parse(JSON.parse(bytes.toString('utf8'))).code, messages: [] }
    return { status, code: '', messages: readFrames(bytes).map(readFrame) }
  }
}

/** The receipt of a message, as its receiver gives it. */
export function receiptFor(header: Header): Receipt {
  return { id: header.id, chan: header.chan, seq: header.seq, hash: messageHash(header), at: new Date().toISOString() }
}

/** Where a lane stands after a message. */
export function placeOf(header: Header): { seq: number; head: string } {
  return { seq: header.seq, head: messageHash(header) }
}
