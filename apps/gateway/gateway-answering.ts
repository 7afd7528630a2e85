/** Answering at a unit: single cases first, each question once, whatever it asks again gets the stored answer. */
import { setTimeout as wait } from 'node:timers/promises'
import { type GatewayRight, PAPER_CELLS, RequestHead, readSubjects } from '#sources/contract'
import { encodeLines, type Header, type MessageType, messageHash } from '#wire'
import type { Answer, Answerer } from './answer.ts'
import type { Bell } from './bell.ts'
import { deniedOf } from './gateway-rights.ts'
import type { GatewayIo } from './io.ts'
import type { HeldRequest, StoredAnswer } from './ledger/request-book.ts'
import type { Content, SqliteLedger } from './ledger/sqlite-ledger.ts'

/** Requests answered in one transaction, and their bytes. */
const GROUP = 16
const GROUP_BYTES = 256 * 1024
/** Failures of the same request (not of the line) after which it is refused and set aside. */
const MAX_ATTEMPTS = 5
/** First and longest wait before a group is tried again. */
const RETRY_MS = [1000, 5 * 60_000] as const
const MAX_ERROR_LENGTH = 200

/** The text of an error without what may be personal: parsers and databases quote the values they stumble over. */
export function withoutValues(error: unknown): string {
  if (error instanceof SyntaxError) return '内容不是 JSON'
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/[0-9]{6,}[0-9Xx]*/g, '***').slice(0, MAX_ERROR_LENGTH)
}

/** What goes out for a request. */
interface Answered {
  request: HeldRequest
  answer: Answer
  /** how it is logged and kept: given now; the stored answer once more; refused after too many failures */
  as: 'given' | 'repeated' | 'set_aside'
  /** whether the answer is kept for the same question asked again */
  isKept?: boolean
}

/** What answering needs. */
export interface AnsweringParts {
  ledger: SqliteLedger
  answerer: Answerer
  rights: readonly GatewayRight[]
  /** rings when a request came in */
  work: Bell
  io: GatewayIo
}

/** The loop that answers what waits in the ledger. */
export class Answering {
  readonly #parts: AnsweringParts

  constructor(parts: AnsweringParts) {
    this.#parts = parts
  }

  /** Runs until the signal ends it. */
  async run(): Promise<void> {
    const { signal, say } = this.#parts.io
    let failures = 0
    while (!signal.aborted) {
      try {
        await this.step()
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        say(`${withoutValues(error)}；稍后重试`)
        const delay = Math.min(RETRY_MS[0] * 2 ** failures, RETRY_MS[1]) * (0.5 + Math.random() / 2)
        failures += 1
        await wait(delay, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  /** Answers the next group, or waits until there is one. Throws when a request could not be answered. */
  async step(): Promise<void> {
    const { ledger, work, io } = this.#parts
    const waiting = ledger.requests.nextOpen(GROUP, GROUP_BYTES)
    if (waiting.length === 0) return work.wait(io.signal)
    const answered: Answered[] = []
    const asked = new Set<string>()
    try {
      for (const request of waiting) {
        const key = `${request.header.from} ${request.header.idem}`
        const mustPost = asked.has(key) || (request.lane === 'batch' && answered.length > 0 && ledger.requests.hasOpenSingle())
        if (mustPost || io.signal.aborted) break
        asked.add(key)
        answered.push(await this.#answered(request))
      }
    } finally {
      if (answered.length > 0) this.#postAll(answered)
    }
  }

  /** Answers of a group go to disk together. */
  #postAll(answered: readonly Answered[]): void {
    this.#parts.ledger.transaction(() => {
      for (const each of answered) this.#post(each)
    })
  }

  /** The head and items of a request; null when it cannot be opened or read, which no repetition would mend. */
  #read(request: HeldRequest): { head: RequestHead; items: string[] } | null {
    try {
      const [first = 'null', ...items] = this.#parts.ledger.open(request)
      return { head: RequestHead.parse(JSON.parse(first)), items }
    } catch (error) {
      this.#alarm(request.header, 'unusable', `查询无法打开或格式未知：${withoutValues(error)}`)
      return null
    }
  }

  #alarm(header: Header, code: string, note: string): void {
    const { ledger, io } = this.#parts
    io.say(`警报：${note}（报文 ${header.id}）`)
    ledger.transaction(() => ledger.note('alarm', header, { code, note, hash: messageHash(header) }))
  }

  async #answered(request: HeldRequest): Promise<Answered> {
    const { answerer, ledger, rights } = this.#parts
    const { header } = request
    const read = this.#read(request)
    const refuse = (
      head: RequestHead | null,
      code: 'cancelled' | 'expired' | 'no_right' | 'unusable',
      message: string,
    ): Answered => ({
      request,
      answer: answerer.refuse(head, code, message),
      as: 'given',
    })
    if (read === null) return refuse(null, 'unusable', '查询无法打开或格式未知')
    const { head, items } = read
    if (ledger.requests.isCancelled(header)) return refuse(head, 'cancelled', '查询已撤销')
    if (header.expires !== null && header.expires < ledger.now()) return refuse(head, 'expired', '查询已过答复期限')
    const denied = deniedOf(rights, header.from, header.purpose, head)
    if (denied.whole) return refuse(head, 'no_right', `本单位未授权 ${header.from} 以此用途查询所列项目`)
    const stored = ledger.requests.findAnswer(header.from, header.idem)
    if (stored && stored.asked !== header.root) {
      this.#alarm(header, 'idem', '同一业务标识的查询内容不同')
      return refuse(head, 'unusable', '同一业务标识的查询内容不同')
    }
    if (stored && denied.records.size === 0 && !this.#restsOnWithdrawn(head, items, header.from, stored)) {
      return { request, answer: repeatOf(stored), as: 'repeated' }
    }
    const computed = await this.#computed(request, head, items, denied.records)
    // what a right was missing for is looked up once the right is there
    return denied.records.size === 0 && computed.answer.code === 'answered' ? { ...computed, isKept: true } : computed
  }

  /** Whether an authorisation of the request was withdrawn after its answer was given: then it is looked at anew. */
  #restsOnWithdrawn(head: RequestHead, items: readonly string[], asker: string, { answered }: StoredAnswer): boolean {
    const withdrawn = this.#parts.ledger.requests.revoked(asker, answered)
    return head.kind === 'records' && withdrawn.size > 0 && items.some((item) => namesPaper(item, withdrawn))
  }

  async #computed(
    request: HeldRequest,
    head: RequestHead,
    items: readonly string[],
    denied: ReadonlySet<number>,
  ): Promise<Answered> {
    const { answerer, ledger, io } = this.#parts
    const { header } = request
    try {
      const answer = await answerer.answer(head, items, header, denied)
      return { request, answer, as: 'given' }
    } catch (error) {
      if (io.signal.aborted) throw error
      const text = withoutValues(error)
      const attempts = ledger.transaction(() => ledger.requests.noteFailure(request.n, text))
      if (attempts < MAX_ATTEMPTS) throw error
      this.#alarm(header, 'set_aside', `查询 ${attempts} 次未能答复，已搁置待人工处理：${text}`)
      const answer = answerer.refuse(head, 'unusable', '单位数据暂时无法读取，查询未能答复')
      return { request, answer, as: 'set_aside' }
    }
  }

  /** What was corrected since the stored answer follows it again. */
  #postCorrections({ header, lane }: HeldRequest, content: Content): void {
    const { ledger } = this.#parts
    for (const lines of ledger.requests.listCorrections(header.from, header.idem)) {
      ledger.post(header.from, lane, { ...content, type: 'correction' }, (suite) => encodeLines(lines, suite))
    }
  }

  /** Seals the answer as the next of the channel, logs it and settles the request: one transaction. */
  #post({ request, answer, as, isKept }: Answered): void {
    const { ledger, io } = this.#parts
    const { header, n } = request
    const wasAnswered = ledger.requests.isAnswered(header)
    if (as === 'set_aside') ledger.requests.setAside(n)
    else ledger.requests.settle(n, answer.type === 'refused' ? 'refused' : 'answered')
    // the asker has a refusal of this request already: only a real answer is news to it
    if (wasAnswered && answer.type === 'refused') return
    const type: MessageType = wasAnswered ? 'correction' : answer.type
    const { from, idem, purpose, legalBasis, auth, caseNo, operator } = header
    const content = { type, corr: header.id, idem, purpose, legalBasis, auth, caseNo, operator }
    const sealed = ledger.post(from, request.lane, content, (suite) => encodeLines(answer.lines, suite))
    if (as === 'repeated') this.#postCorrections(request, content)
    if (isKept) ledger.requests.keepAnswer(header, { ...answer, asked: header.root, answered: ledger.now() }, sealed.encoded)
    ledger.note(as === 'repeated' ? 'repeat' : type, header, {
      subject: answer.subject,
      persons: answer.persons,
      code: answer.code,
      rows: answer.rows,
      bytesIn: request.body.length,
      bytesOut: sealed.body.length,
      delayMs: Math.max(0, io.clock.nowMs() - io.clock.msOf(request.received)),
      hash: messageHash(header),
      reply: sealed.header.id,
      replyHash: sealed.hash,
      note: answer.note,
    })
  }
}

function namesPaper(item: string, numbers: ReadonlySet<string>): boolean {
  return readSubjects(item).some(([, , , , papers]) => papers.some((no, at) => at % PAPER_CELLS === 0 && numbers.has(String(no))))
}

/** The stored answer as it goes out once more: the same lines. */
function repeatOf({ type, lines, subject, rows, answered }: StoredAnswer): Answer {
  const note = `stored answer of ${answered} again`
  return { type: type === 'statement' ? 'statement' : 'answer', lines, subject, persons: '', rows, code: 'answered', note }
}
