/** What becomes of messages that come in: stored, known already, or refused with a reason. Pure: the books are handed in. */
import type { Header, Lane, MessageType } from '#wire'

/** A message that came in, its signature checked. */
export interface Arrival {
  /** the sender, as the tables name it */
  unit: string
  lane: Lane
  header: Header
  hash: string
}

/** Where an answer belongs: where its request does. */
export interface AnswerPlace {
  kind: string
  campaign: string | null
  batch: number | null
  round: number | null
}

/** What is known before the messages came in. */
export interface Books {
  channels: readonly { unit: string; lane: Lane; seq: number; head: string }[]
  known: readonly { unit: string; id: string; hash: string; at: string }[]
  asked: readonly (AnswerPlace & { unit: string; id: string; idem: string; answered: boolean })[]
}

/** Why a message is not stored; `expect` is the number its channel goes on with, where that is the fault. */
export interface Refusal {
  verdict: 'refused'
  code: 'same_id' | 'order' | 'chain' | 'unknown_request' | 'idem' | 'answered_before'
  message: string
  expect: number | null
}

export type Verdict = { verdict: 'new'; place: AnswerPlace } | { verdict: 'repeat'; at: string } | Refusal

/** Types that settle a request. */
const settling: ReadonlySet<MessageType> = new Set(['answer', 'statement', 'refused'])

const nowhere: AnswerPlace = { kind: '', campaign: null, batch: null, round: null }

const refused = (code: Refusal['code'], message: string, expect: number | null = null): Refusal => ({
  verdict: 'refused',
  code,
  message,
  expect,
})

/** Judges messages one after the other; each new one moves its channel on, as if it were stored. */
export class ArrivalBooks {
  readonly #at: string
  readonly #channels: Map<string, { seq: number; head: string }>
  readonly #known: Map<string, { hash: string; at: string }>
  readonly #asked: Map<string, Books['asked'][number]>

  /** @param at instant at which new messages count as stored */
  constructor(books: Books, at: string) {
    this.#at = at
    this.#channels = new Map(books.channels.map(({ unit, lane, seq, head }) => [`${unit} ${lane}`, { seq, head }]))
    this.#known = new Map(books.known.map((each) => [`${each.unit} ${each.id}`, each]))
    this.#asked = new Map(books.asked.map((each) => [`${each.unit} ${each.id}`, { ...each }]))
  }

  /** What becomes of the next message. */
  judge({ unit, lane, header, hash }: Arrival): Verdict {
    const before = this.#known.get(`${unit} ${header.id}`)
    if (before !== undefined) {
      if (before.hash === hash) return { verdict: 'repeat', at: before.at }
      return refused('same_id', '同一编号的报文内容不同，已报警')
    }
    const channel = this.#channels.get(`${unit} ${lane}`) ?? { seq: 0, head: '' }
    const next = channel.seq + 1
    if (header.seq !== next) return refused('order', `报文序号应为 ${next}`, next)
    if (header.prev !== channel.head) return refused('chain', '报文与上一条的摘要不连续，已报警')
    const placed = this.#place(unit, header)
    if (placed.verdict !== 'new') return placed
    this.#channels.set(`${unit} ${lane}`, { seq: header.seq, head: hash })
    this.#known.set(`${unit} ${header.id}`, { hash, at: this.#at })
    return placed
  }

  #place(unit: string, { type, corr, idem }: Header): Verdict {
    if (corr === null) return { verdict: 'new', place: nowhere }
    const asked = this.#asked.get(`${unit} ${corr}`)
    if (asked === undefined) return refused('unknown_request', '所答复的查询不存在')
    const { kind, campaign, batch, round } = asked
    if (settling.has(type) || type === 'correction') {
      if (asked.idem !== idem) return refused('idem', '答复的业务标识与查询不一致')
      if (asked.answered && type !== 'correction') return refused('answered_before', '该查询已有答复')
      asked.answered = true
    }
    return { verdict: 'new', place: { kind, campaign, batch, round } }
  }
}
