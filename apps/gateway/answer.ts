/** From a request to the lines of its answer and what the log keeps of it. */
import {
  type GatewayConfig,
  type LookupHead,
  type PlatformProof,
  type PrepareHead,
  type RecordName,
  type RecordsHead,
  type RequestHead,
  recordTypeOf,
  type Statement,
  statementLines,
} from '#sources/contract'
import type { Header, MessageType, RefusedBody } from '#wire'
import { answerLookup } from './answer-lookup.ts'
import { answerRecords, type HandQuestion, type RecordsResult } from './answer-records.ts'
import { correctedLines, correctedLog } from './desk/manual-answer.ts'
import type { RequestBook } from './ledger/request-book.ts'
import type { UnitStore } from './store/unit-store.ts'
import { Turn } from './turn.ts'

/** An answer before it is sealed. */
export interface Answer {
  type: Extract<MessageType, 'answer' | 'statement' | 'refused'>
  lines: string[]
  /** for the log: what was asked */
  subject: string
  /** for the log: number, states, rows and authorisations of each person asked about */
  persons: string
  /** for the log: rows given, and how it ended */
  rows: number
  code: 'answered' | 'unanswered' | RefusedBody['code']
  note: string
}

/** For the log: what a request asks. */
function subjectOf(head: RequestHead | null): string {
  if (head === null) return ''
  if (head.kind === 'records') return head.records.join(' ')
  return head.kind === 'lookup' ? head.lookup : head.kind
}

/** For the log: whose word the rows of a record type rest on, and the hash of the calls they came by. */
function proofNote({ record, connector, by, batch, calls, root }: PlatformProof): string {
  return `${record} ${by}-authenticated by ${connector}: ${calls} calls, batch ${batch}, root ${root}`
}

/** The statement with the record types a person answers as pending, whether or not the source has them. */
function withHandRecords(statement: Statement, byHand: ReadonlySet<RecordName>): Statement {
  if (byHand.size === 0) return statement
  const files = new Set([...byHand].map((record) => recordTypeOf(record).file))
  const pending = { state: 'pending', reason: 'not_answered', cutOff: false, stale: false } as const
  const records = statement.records.map((each) => (byHand.has(each.record) ? { ...each, ...pending } : each))
  const issues = statement.issues.filter(({ file, code }) => !(code === 'SOURCE_MISSING' && files.has(file)))
  return { ...statement, records, issues }
}

/** Answers requests of one unit. */
export class Answerer {
  readonly #config: GatewayConfig
  readonly #store: UnitStore
  readonly #requests: RequestBook
  readonly #turn: Turn
  /** record types that only a person can look up */
  readonly #byHand: ReadonlySet<RecordName>

  /** @param turn whose turn it is at the unit's data: this, or whoever watches for changes */
  constructor(config: GatewayConfig, store: UnitStore, requests: RequestBook, turn = new Turn()) {
    this.#turn = turn
    this.#byHand = new Set((config.manual ?? []).map((short) => recordTypeOf(`${config.unit}/${short}`).name))
    this.#config = config
    this.#store = store
    this.#requests = requests
  }

  /**
   * Answers a request; throws when the unit's data cannot be read.
   * @param denied record types, by index, that the asker has no right to ask
   */
  answer(head: RequestHead, items: readonly string[], request: Header, denied: ReadonlySet<number>): Promise<Answer> {
    return this.#turn.take(() => {
      if (head.kind === 'prepare') return this.#prepare(head)
      return head.kind === 'records' ? this.#records(head, items, request, denied) : this.#lookup(head, items)
    })
  }

  #place(head: RequestHead) {
    const { campaign, batch, round } = head
    return { campaign, batch, round, unit: this.#config.unit }
  }

  /** Refuses a request as a whole; without a head when it could not be read. */
  refuse(head: RequestHead | null, code: RefusedBody['code'], message: string): Answer {
    const place = head === null ? { campaign: '', batch: 0, round: 0, unit: this.#config.unit } : this.#place(head)
    const body: RefusedBody = { kind: 'refused', ...place, code, message }
    const lines = [JSON.stringify(body)]
    return { type: 'refused', lines, subject: subjectOf(head), persons: '', rows: 0, code, note: message }
  }

  async #prepare(head: PrepareHead): Promise<Answer> {
    this.#store.refresh(head.basis)
    const statement = withHandRecords((await this.#store.prepare(head.basis)).statement, this.#byHand)
    const first = { kind: 'statement', ...this.#place(head), asOf: head.basis.asOf, ...this.#requests.counts() }
    const note = `${statement.records.length} records, ${statement.quarantine.length} rows quarantined`
    const lines = [JSON.stringify(first), ...statementLines(statement)]
    return { type: 'statement', lines, subject: 'prepare', persons: '', rows: 0, code: 'answered', note }
  }

  /** Keeps what a person has to look up before the answer that says "pending" goes out: a repeat keeps nothing twice. */
  #keepQuestions(head: RequestHead, request: Header, questions: readonly HandQuestion[]): void {
    if (questions.length === 0) return
    const { campaign, batch, round } = head
    const of = { header: JSON.stringify(request), request: request.id, asOf: head.basis.asOf, campaign, batch, round }
    this.#store.keepQuestions?.(
      questions.map(({ record, i, place, idNumber, names, covering }) => {
        const person = { idNumber, names: [...names], papers: [...covering] }
        return { ...of, record, subject: i, place, person }
      }),
    )
  }

  /** Puts in what a person found when the same was asked before in this campaign; the rest are questions for a person. */
  #withHandAnswers(
    head: RecordsHead,
    { lines, log, rows, byHand }: RecordsResult,
  ): Pick<RecordsResult, 'lines' | 'log' | 'rows'> & { questions: HandQuestion[] } {
    const first = JSON.stringify({ kind: 'records', ...this.#place(head), records: head.records, asked: 0 })
    const { campaign, batch, round, basis } = head
    let known = [first, ...lines]
    const said = [...log]
    const questions: HandQuestion[] = []
    let given = rows
    for (const question of byHand) {
      const { record, idNumber, i: subject, place, papers } = question
      const answer = this.#store.findHandAnswer?.({ campaign, asOf: basis.asOf, record, idNumber })
      if (answer === undefined) {
        questions.push(question)
        continue
      }
      if (answer.kind === 'rows') given += answer.rows.length
      known = correctedLines(known, { record, subject, place, campaign, batch, round }, this.#config.unit, answer)
      const at = said.findIndex((line) => line.startsWith(`${idNumber} `) && line.endsWith(` ${papers}`))
      if (at >= 0) said[at] = correctedLog(said[at] ?? '', { record, place }, answer)
    }
    return { lines: known.slice(1), log: said, rows: given, questions }
  }

  async #records(head: RecordsHead, items: readonly string[], request: Header, denied: ReadonlySet<number>): Promise<Answer> {
    const foreign = head.records.find((record) => !record.startsWith(`${this.#config.unit}/`))
    if (foreign) throw new RangeError(`本单位没有记录类型 ${foreign}`)
    const prepared = await this.#store.prepare(head.basis)
    const store = 'ask' in prepared ? prepared.onGrounds(request) : prepared
    const revoked = this.#requests.revoked(request.from)
    const result = await answerRecords(head, items, store, revoked, this.#byHand, denied)
    const { asked, platform } = result
    const { lines, log, rows, questions } = this.#withHandAnswers(head, result)
    this.#keepQuestions(head, request, questions)
    const mark = platform.length === 0 ? {} : { platform }
    const first = { kind: 'records', ...this.#place(head), records: head.records, asked, ...mark }
    const persons = log.join('\n')
    const refused = [...denied].map((index) => `no right to ${head.records[index] ?? ''}`)
    const note = [`${asked} persons`, ...refused, ...platform.map(proofNote)].join('; ')
    const given = { type: 'answer', subject: subjectOf(head), persons, rows, code: 'answered', note } as const
    return { ...given, lines: [JSON.stringify(first), ...lines] }
  }

  async #lookup(head: LookupHead, items: readonly string[]): Promise<Answer> {
    const store = await this.#store.prepare(head.basis)
    const { lines, answered, asked, rows } = await answerLookup(head, items, this.#config.unit, store)
    const first = { kind: 'lookup', ...this.#place(head), lookup: head.lookup, answered, asked: items.length }
    const persons = asked.join('\n')
    const note = answered ? `${items.length} items, ${rows} rows` : 'not answered'
    const given = {
      type: 'answer',
      subject: subjectOf(head),
      persons,
      rows,
      code: answered ? 'answered' : 'unanswered',
      note,
    } as const
    return { ...given, lines: [JSON.stringify(first), ...lines] }
  }
}
