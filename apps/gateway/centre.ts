/** The line to the verification centre: three calls, each a signed frame there and signed frames back. */
import type { GatewayConfig } from '#exchange/contract'
import {
  EnvelopeFault,
  ErrorBody,
  encodeLines,
  exchangePaths,
  FRAME_TYPE,
  type Header,
  Hello,
  MAX_FRAME_BYTES,
  type OwnKeys,
  openMessage,
  type PeerKeys,
  type PollBody,
  Receipt,
  readFrame,
  readFrames,
  SCHEMA_VERSION,
  sealMessage,
  uuidV7,
  verifyMessage,
  writeFrame,
} from '#exchange/wire'
import { Line } from './http-post.ts'
import type { GatewayIo } from './io.ts'
import type { InboxMessage } from './mailbox.ts'

/** The centre did not take a call, and says why. */
export class CentreError extends Error {
  readonly code: string
  readonly expect: number | null

  constructor(code: string, message: string, expect: number | null) {
    super(message)
    this.name = 'CentreError'
    this.code = code
    this.expect = expect
  }
}

/** Milliseconds beyond the agreed waiting time after which a call counts as lost. */
const CALL_MS = 60_000

/** Calls to the centre in the name of one unit. */
export class Centre {
  readonly #config: GatewayConfig
  readonly #own: OwnKeys
  readonly #peer: PeerKeys
  readonly #io: GatewayIo
  readonly #line: Line

  constructor(config: GatewayConfig, own: OwnKeys, peer: PeerKeys, io: GatewayIo) {
    this.#config = config
    this.#own = own
    this.#peer = peer
    this.#io = io
    this.#line = new Line(config.centreUrl)
  }

  /** Ends the connections. */
  close(): void {
    this.#line.close()
  }

  #frame(type: 'hello' | 'accepted', body: object): Buffer {
    const now = this.#io.clock.nowMs()
    const encoded = encodeLines([JSON.stringify(body)], this.#own.suite)
    const draft = {
      type,
      id: uuidV7(now),
      seq: 0,
      prev: '',
      from: this.#config.nodeId,
      to: this.#config.centreId,
      created: this.#io.clock.iso(now),
      expires: null,
      corr: null,
      idem: encoded.root,
      auth: '',
      caseNo: '',
      lane: 'batch',
      purpose: '',
      legalBasis: '',
      operator: '',
    } as const
    return writeFrame(sealMessage(draft, encoded, this.#own, this.#peer))
  }

  async #call(path: string, frame: Buffer, waitMs: number): Promise<Buffer> {
    const limits = { waitMs: waitMs + CALL_MS, maxBytes: MAX_FRAME_BYTES, signal: this.#io.signal }
    const { status, bytes } = await this.#line.post(path, FRAME_TYPE, frame, limits)
    if (status === 200) return bytes
    let error: unknown
    try {
      error = JSON.parse(bytes.toString('utf8'))
    } catch {
      error = undefined
    }
    const body = ErrorBody.safeParse(error)
    if (!body.success) throw new CentreError(`http_${status}`, `中心回复 HTTP ${status}`, null)
    throw new CentreError(body.data.code, body.data.message, body.data.expect)
  }

  /** Checks that a frame is the centre's and for this unit. Throws EnvelopeFault. */
  check(frame: Buffer): InboxMessage {
    const { header, body } = readFrame(frame)
    if (header.from !== this.#config.centreId || header.to !== this.#config.nodeId) {
      throw new EnvelopeFault('addressee', '报文不是中心发给本单位的')
    }
    verifyMessage(header, body, this.#peer)
    return { header, body }
  }

  /** The lines of a checked message. */
  open(message: { header: Header; body: Uint8Array }): string[] {
    return openMessage(message.header, message.body, this.#own)
  }

  #firstLine(message: InboxMessage): unknown {
    return JSON.parse(this.open(message)[0] ?? 'null')
  }

  /** Says hello; gives what the centre has seen, and by how many milliseconds the clocks differ. */
  async hello(seen: number, sent: number): Promise<Hello & { skewMs: number }> {
    const body: Hello = { kind: 'hello', suites: [this.#own.suite], schemaVers: [SCHEMA_VERSION], seen, sent }
    const reply = this.check(await this.#call(exchangePaths.hello, this.#frame('hello', body), 0))
    const { clock } = this.#io
    return { ...Hello.parse(this.#firstLine(reply)), skewMs: Math.abs(clock.nowMs() - clock.msOf(reply.header.created)) }
  }

  /** Fetches the next messages, waiting for some. */
  async poll(body: Omit<PollBody, 'kind'>): Promise<InboxMessage[]> {
    const bytes = await this.#call(exchangePaths.poll, this.#frame('accepted', { kind: 'poll', ...body }), body.waitMs)
    return readFrames(bytes).map((frame) => this.check(frame))
  }

  /** Hands a message over; gives the centre's signed receipt. */
  async send(message: InboxMessage): Promise<Receipt> {
    return Receipt.parse(this.#firstLine(this.check(await this.#call(exchangePaths.messages, writeFrame(message), 0))))
  }
}
