/** From a request to the lines of its answer and what the log keeps of it. */
import { type GatewayConfig, type PlatformProof, type PrepareHead, type RequestHead, statementLines } from '#exchange/contract'
import type { MessageType, RefusedBody } from '#exchange/wire'
import { answerLookup } from './answer-lookup.ts'
import { answerRecords } from './answer-records.ts'
import type { Mailbox } from './mailbox.ts'
import type { UnitStore } from './store/unit-store.ts'

/** An answer before it is sealed. */
export interface Answer {
  type: Extract<MessageType, 'answer' | 'statement' | 'refused'>
  lines: string[]
  /** for the log: what was asked */
  subject: string
  /** for the log: number, states, rows and authorisations of each person asked about */
  persons: string
  note: string
}

/** For the log: whose word the rows of a record type rest on, and the hash of the calls they came by. */
function proofNote({ record, connector, by, batch, calls, root }: PlatformProof): string {
  return `${record} ${by}-authenticated by ${connector}: ${calls} calls, batch ${batch}, root ${root}`
}

/** Answers requests of one unit. */
export class Answerer {
  readonly #config: GatewayConfig
  readonly #store: UnitStore
  readonly #mailbox: Mailbox

  constructor(config: GatewayConfig, store: UnitStore, mailbox: Mailbox) {
    this.#config = config
    this.#store = store
    this.#mailbox = mailbox
  }

  /** Answers a request; throws when the unit's data cannot be read. */
  answer(head: RequestHead, items: readonly string[]): Promise<Answer> {
    if (head.kind === 'prepare') return this.#prepare(head)
    return head.kind === 'records' ? this.#records(head, items) : this.#lookup(head, items)
  }

  #place(head: RequestHead) {
    const { campaign, batch, round } = head
    return { campaign, batch, round, unit: this.#config.unit }
  }

  /** Refuses a request as a whole; without a head when it could not be read. */
  refuse(head: RequestHead | null, code: RefusedBody['code'], message: string): Answer {
    const place = head === null ? { campaign: '', batch: 0, round: 0, unit: this.#config.unit } : this.#place(head)
    const body: RefusedBody = { kind: 'refused', ...place, code, message }
    return { type: 'refused', lines: [JSON.stringify(body)], subject: head?.kind ?? '', persons: '', note: `${code}: ${message}` }
  }

  async #prepare(head: PrepareHead): Promise<Answer> {
    this.#store.refresh(head.basis)
    const { statement } = await this.#store.prepare(head.basis)
    const first = { kind: 'statement', ...this.#place(head), asOf: head.basis.asOf, ...this.#mailbox.counts() }
    const note = `${statement.records.length} records, ${statement.quarantine.length} rows quarantined`
    const lines = [JSON.stringify(first), ...statementLines(statement)]
    return { type: 'statement', lines, subject: 'prepare', persons: '', note }
  }

  async #records(head: Extract<RequestHead, { kind: 'records' }>, items: readonly string[]): Promise<Answer> {
    const foreign = head.records.find((record) => !record.startsWith(`${this.#config.unit}/`))
    if (foreign) throw new RangeError(`本单位没有记录类型 ${foreign}`)
    const store = await this.#store.prepare(head.basis)
    const { lines, asked, log, platform } = await answerRecords(head, items, store, this.#mailbox.revoked())
    const mark = platform.length === 0 ? {} : { platform }
    const first = { kind: 'records', ...this.#place(head), records: head.records, asked, ...mark }
    const persons = log.join('\n')
    const note = [`${asked} persons`, ...platform.map(proofNote)].join('; ')
    return { type: 'answer', lines: [JSON.stringify(first), ...lines], subject: head.records.join(' '), persons, note }
  }

  async #lookup(head: Extract<RequestHead, { kind: 'lookup' }>, items: readonly string[]): Promise<Answer> {
    const store = await this.#store.prepare(head.basis)
    const { lines, answered, asked, rows } = await answerLookup(head, items, this.#config.unit, store)
    const first = { kind: 'lookup', ...this.#place(head), lookup: head.lookup, answered, asked: items.length }
    const persons = asked.join('\n')
    const note = answered ? `${items.length} items, ${rows} rows` : 'not answered'
    return { type: 'answer', lines: [JSON.stringify(first), ...lines], subject: head.lookup, persons, note }
  }
}
