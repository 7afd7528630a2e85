/**
 * One unit's gateway: fetches what the centre asks, answers in the order asked, hands the answers over. The three loops
 * know each other only through the mailbox on disk.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Cancellation, type GatewayConfig, RequestHead, Revocation } from '#exchange/contract'
import {
  encodeLines,
  type Header,
  messageHash,
  type OwnKeys,
  ownKeys,
  type PeerKeys,
  peerKeys,
  sealMessage,
  uuidV7,
} from '#exchange/wire'
import { type Answer, Answerer } from './answer.ts'
import { Centre, CentreError } from './centre.ts'
import { LineFault } from './http-post.ts'
import type { GatewayIo } from './io.ts'
import { type InboxMessage, type LogEntry, Mailbox } from './mailbox.ts'
import type { UnitStore } from './store/unit-store.ts'

/** First and longest wait before a step is repeated. */
const RETRY_MS = [1000, 5 * 60_000] as const
/** The same while the line or the centre's server is down. */
const LINE_RETRY_MS = [250, 3000] as const
const POLL_WAIT_MS = 25_000
/** A larger difference of the clocks is told; beyond 10 minutes the centre refuses calls. */
const WARN_SKEW_MS = 5 * 60_000
const CREDIT = 8
const CREDIT_BYTES = 32 * 1024 * 1024
/** Requests answered in one transaction. */
const GROUP = 4
/** Failures of the same request (not of the line) after which it is refused and set aside. */
const MAX_ATTEMPTS = 5

const MAX_ERROR_LENGTH = 200

/** The text of an error without what may be personal: parsers and databases quote the values they stumble over. */
function withoutValues(error: unknown): string {
  if (error instanceof SyntaxError) return '内容不是 JSON'
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/[0-9]{6,}[0-9Xx]*/g, '***').slice(0, MAX_ERROR_LENGTH)
}

/** No answer at all, or one from a server that is just starting or stopping. */
function isLineFault(error: unknown): boolean {
  if (error instanceof CentreError) return error.code.startsWith('http_5')
  return error instanceof LineFault
}

/** A bell a loop waits at until another one rings. */
class Bell {
  #ring: (() => void) | undefined
  #rung = false

  ring(): void {
    this.#rung = true
    this.#ring?.()
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#ring = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
      await promise
      this.#ring = undefined
    }
    this.#rung = false
  }
}

/** A running gateway. */
export class Gateway {
  readonly #config: GatewayConfig
  readonly #io: GatewayIo
  readonly #mailbox: Mailbox
  readonly #store: UnitStore
  readonly #centre: Centre
  readonly #own: OwnKeys
  readonly #peer: PeerKeys
  readonly #answerer: Answerer
  readonly #work = new Bell()
  readonly #send = new Bell()
  /** ends the waits between retries when the line is back */
  #reconnected = new AbortController()

  constructor(config: GatewayConfig, store: UnitStore, io: GatewayIo) {
    this.#config = config
    this.#io = io
    this.#store = store
    this.#mailbox = new Mailbox(config.stateDir)
    this.#own = ownKeys(config.keys)
    this.#peer = peerKeys(config.centreKeys)
    this.#centre = new Centre(config, this.#own, this.#peer, io)
    this.#answerer = new Answerer(config, store, this.#mailbox)
  }

  /** Runs until the io's signal ends it. */
  async run(): Promise<void> {
    this.#say('前置机已启动')
    await Promise.all([this.#fetching(), this.#answering(), this.#sending()])
    this.#centre.close()
    await this.#store.close()
    this.#mailbox.close()
  }

  #say(text: string): void {
    this.#io.say(`[${this.#config.unit}] ${text}`)
  }

  /**
   * Repeats a step while it fails. A dead line is tried again soon and then every few seconds, so that work goes on as
   * soon as the centre is back; what the centre or the own data refuse is tried 1 s later, doubling to 5 minutes.
   */
  async #loop(step: () => Promise<void>): Promise<void> {
    let failures = 0
    while (!this.#io.signal.aborted) {
      try {
        await step()
        failures = 0
      } catch (error) {
        if (this.#io.signal.aborted) return
        this.#say(`${withoutValues(error)}；稍后重试`)
        const [first, last] = isLineFault(error) ? LINE_RETRY_MS : RETRY_MS
        const delay = Math.min(first * 2 ** failures, last) * (0.5 + Math.random() / 2)
        failures += 1
        const signal = AbortSignal.any([this.#io.signal, this.#reconnected.signal])
        await wait(delay, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  #wake(): void {
    this.#reconnected.abort()
    this.#reconnected = new AbortController()
    this.#work.ring()
    this.#send.ring()
  }

  async #fetching(): Promise<void> {
    let greeted = false
    await this.#loop(async () => {
      try {
        if (!greeted) await this.#greet()
        greeted = true
        const { seq: after, head } = this.#mailbox.received()
        const credit = this.#mailbox.openCount() >= CREDIT * 4 ? 0 : CREDIT
        const waitMs = credit === 0 ? 0 : POLL_WAIT_MS
        const messages = await this.#centre.poll({ after, head, credit, creditBytes: CREDIT_BYTES, waitMs })
        this.#take(messages)
        if (credit === 0) await wait(200, undefined, { signal: this.#io.signal }).catch(() => undefined)
      } catch (error) {
        greeted = false
        throw error
      }
    })
  }

  async #greet(): Promise<void> {
    const theirs = await this.#centre.hello(this.#mailbox.received().seq, this.#mailbox.sent().seq)
    if (theirs.skewMs > WARN_SKEW_MS) this.#say('警告：本机与核对中心的时钟相差超过 5 分钟，请校时')
    this.#mailbox.transaction(() => this.#mailbox.resendAfter(theirs.seen))
    this.#wake()
  }

  /** Stores messages in order; all that came in one call are one transaction. */
  #take(messages: readonly InboxMessage[]): void {
    if (messages.length === 0) return
    const faults: { header: Header; text: string }[] = []
    this.#mailbox.transaction(() => {
      for (const message of messages) {
        const fault = this.#takeOne(message)
        if (fault === null) continue
        faults.push({ header: message.header, text: fault })
        break
      }
    })
    this.#work.ring()
    for (const { header, text } of faults) this.#alarm(header, text)
    if (faults.length > 0) throw new CentreError('order', '收到的报文与通道不符，未接收', null)
  }

  /** Stores one message; says what is wrong when it does not fit the channel. */
  #takeOne({ header, body }: InboxMessage): string | null {
    const { seq, head } = this.#mailbox.received()
    if (header.seq <= seq) return this.#mailbox.store(header, body) === 'other_content' ? '同一编号的报文内容不同' : null
    if (header.seq !== seq + 1 || header.prev !== head) return '报文序号或摘要不连续'
    this.#mailbox.store(header, body)
    if (header.type === 'authorisation') this.#revoke(header, body)
    if (header.type === 'cancel') this.#cancel(header, body)
    return null
  }

  #revoke(header: Header, body: Buffer): void {
    for (const line of this.#centre.open({ header, body })) {
      const { no, withdrawnOn } = Revocation.parse(JSON.parse(line))
      this.#mailbox.revoke(no, withdrawnOn)
      this.#note(header, 'authorisation_revoked', `${no} ${withdrawnOn}`)
    }
  }

  #cancel(header: Header, body: Buffer): void {
    for (const line of this.#centre.open({ header, body })) {
      const { request, reason } = Cancellation.parse(JSON.parse(line))
      this.#mailbox.cancel(request, reason)
      this.#note(header, 'request_cancelled', `${request} ${reason}`)
    }
  }

  #entry(header: Header, event: string, note: string): LogEntry {
    const { id: message, from, purpose, legalBasis, operator } = header
    const at = this.#io.clock.iso(this.#io.clock.nowMs())
    return { at, event, message, from, purpose, legalBasis, operator, subject: '', persons: '', note }
  }

  #note(header: Header, event: string, note: string): void {
    this.#mailbox.log(this.#entry(header, event, note))
  }

  /** Something a person has to look at: said and kept in the log. */
  #alarm(header: Header, text: string): void {
    this.#say(`警报：${text}（报文 ${header.id}，序号 ${header.seq}）`)
    this.#note(header, 'alarm', `${text}; hash ${messageHash(header)}`)
  }

  async #answering(): Promise<void> {
    await this.#loop(async () => {
      const messages = this.#mailbox.nextOpen(GROUP)
      if (messages.length === 0) return this.#work.wait(this.#io.signal)
      const answered: { request: Header; answer: Answer }[] = []
      try {
        for (const message of messages) answered.push({ request: message.header, answer: await this.#answerOf(message) })
      } finally {
        if (answered.length > 0) this.#postAll(answered)
      }
    })
  }

  /** Answers of a group go to disk together. */
  #postAll(answered: readonly { request: Header; answer: Answer }[]): void {
    this.#mailbox.transaction(() => {
      for (const { request, answer } of answered) this.#post(request, answer)
    })
    this.#send.ring()
  }

  /** The head and items of a request; null when it cannot be opened or read, which no repetition would mend. */
  #read(message: InboxMessage): { head: RequestHead; items: string[] } | null {
    try {
      const [first = 'null', ...items] = this.#centre.open(message)
      return { head: RequestHead.parse(JSON.parse(first)), items }
    } catch (error) {
      this.#alarm(message.header, `查询无法打开或格式未知：${withoutValues(error)}`)
      return null
    }
  }

  async #answerOf(message: InboxMessage & { attempts: number }): Promise<Answer> {
    const { header } = message
    const read = this.#read(message)
    if (read === null) return this.#answerer.refuse(null, 'unusable', '查询无法打开或格式未知')
    const { head, items } = read
    if (this.#mailbox.isCancelled(header.id)) return this.#answerer.refuse(head, 'cancelled', '查询已撤销')
    const now = this.#io.clock.iso(this.#io.clock.nowMs())
    if (header.expires !== null && header.expires < now) return this.#answerer.refuse(head, 'expired', '查询已过答复期限')
    try {
      return await this.#answerer.answer(head, items)
    } catch (error) {
      const text = withoutValues(error)
      this.#mailbox.transaction(() => this.#mailbox.noteFailure(header.id, text))
      if (message.attempts + 1 < MAX_ATTEMPTS) throw error
      this.#alarm(header, `查询无法答复：${text}`)
      return this.#answerer.refuse(head, 'unusable', '单位数据暂时无法读取，查询未能答复')
    }
  }

  /** Seals the answer as the next of the channel, logs it and settles the request: one transaction. */
  #post(request: Header, answer: Answer): void {
    const now = this.#io.clock.nowMs()
    const { seq, head } = this.#mailbox.sent()
    const draft = {
      type: answer.type,
      id: uuidV7(now),
      seq: seq + 1,
      prev: head,
      from: this.#config.nodeId,
      to: this.#config.centreId,
      created: this.#io.clock.iso(now),
      expires: null,
      corr: request.id,
      idem: request.idem,
      auth: request.auth,
      caseNo: request.caseNo,
      lane: 'batch' as const,
      purpose: request.purpose,
      legalBasis: request.legalBasis,
      operator: request.operator,
    }
    this.#mailbox.post(sealMessage(draft, encodeLines(answer.lines, this.#own.suite), this.#own, this.#peer))
    this.#mailbox.log({ ...this.#entry(request, answer.type, answer.note), subject: answer.subject, persons: answer.persons })
    this.#mailbox.settle(request.id, answer.type === 'refused' ? 'refused' : 'answered')
  }

  async #sending(): Promise<void> {
    await this.#loop(async () => {
      const message = this.#mailbox.nextUnsent()
      if (!message) return this.#send.wait(this.#io.signal)
      try {
        const receipt = await this.#centre.send(message)
        if (receipt.id !== message.header.id || receipt.hash !== messageHash(message.header)) {
          throw new CentreError('receipt', '中心的回执与所发报文不符', null)
        }
        this.#mailbox.receipt(receipt.id)
      } catch (error) {
        if (error instanceof CentreError && error.expect !== null) this.#mailbox.resendAfter(error.expect - 1)
        throw error
      }
    })
  }
}
