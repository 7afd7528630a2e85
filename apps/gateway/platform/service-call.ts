/** One call of a service and its repetitions: signed anew each time, kept byte for byte, read by the connector's codes. */
import { setTimeout as wait } from 'node:timers/promises'
import type { CallOutcome, Connector, ConnectorLimits, StateLetter } from '#sources/contract'
import type { GatewayClock } from '../clock.ts'
import type { Grounds } from '../store/unit-store.ts'
import { type PageRead, readAnswer, statusOutcome } from './answer-reading.ts'
import { type Carried, carry, type EnvelopeEnds } from './call-body.ts'
import { CallLost, type PlatformLine, type PlatformReply } from './http-call.ts'
import type { KeptCalls } from './kept-calls.ts'
import { OutOfTime, type Pace, type Patience } from './pace.ts'
import type { ServicePlan } from './read-connector.ts'
import { ServiceSession, SessionFault } from './session.ts'
import { runSteps } from './steps.ts'
import { fill, fillTree, type Scope, TemplateFault } from './templates.ts'

/** What all services of one platform share. */
export interface PlatformLink {
  connector: Connector
  limits: ConnectorLimits
  line: PlatformLine
  pace: Pace
  kept: KeptCalls
  ends: EnvelopeEnds | undefined
  clock: GatewayClock
  signal: AbortSignal
}

/** A call in its context. */
export interface Question {
  /** persons the call is about, as `asked` in templates */
  persons: readonly { id: string; name: string }[]
  page: { number: number; size: number; cursor: string }
  grounds: Grounds
  asOf: string
  batch: string
  patience: Patience
}

/** The service did not answer for these persons; `refused` when it would answer for nobody. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
  readonly letter: StateLetter
  readonly refused: boolean

  constructor(code: string, letter: StateLetter, refused: boolean) {
    super(code.slice(0, 40))
    this.letter = letter
    this.refused = refused
  }
}

interface Attempt extends PageRead {
  /** nothing whole came back in time */
  lost: boolean
  retryAfterMs: number
}

const nothing = { rows: [], total: null, page: null, next: '', lost: false, retryAfterMs: 0 }
const failed = (outcome: CallOutcome, code: string): Attempt => ({ ...nothing, outcome, code })

/** Milliseconds until another call is welcome: the header gives seconds or an instant. */
function retryAfterMs(text: string, clock: GatewayClock): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000
  return text === '' ? 0 : Math.max(0, clock.msOf(text) - clock.nowMs()) || 0
}

const isSuccess = (status: number): boolean => Math.floor(status / 100) === 2

/** Calls one service. */
export class ServiceCall {
  readonly #plan: ServicePlan
  readonly #link: PlatformLink
  readonly #session: ServiceSession | undefined

  constructor(plan: ServicePlan, link: PlatformLink) {
    this.#plan = plan
    this.#link = link
    const { session } = link.connector
    this.#session = session && new ServiceSession(link.connector, session, plan.values, link.clock)
  }

  /** One page of an answer: `found` or `none`. Throws Unanswered when there is none, after the repetitions that make sense. */
  async page(question: Question): Promise<PageRead> {
    let renewed = false
    for (let attempt = 1; ; attempt++) {
      const got = await this.#attempt(question)
      if (got.outcome === 'found' || got.outcome === 'none') return got
      const isAgain: boolean = got.outcome === 'renew' && !renewed
      this.#giveUp(got, attempt, isAgain)
      renewed ||= isAgain
      await this.#pause(got, isAgain ? 0 : attempt, question.patience)
    }
  }

  /** Throws Unanswered when repeating the call makes no sense (any more). */
  #giveUp({ outcome, code, lost }: Attempt, attempt: number, isAgain: boolean): void {
    if (isAgain) return
    if (outcome === 'refused' || outcome === 'renew') throw new Unanswered(code, 'E', true)
    if (outcome === 'failed' || attempt >= this.#link.limits.tries) throw new Unanswered(code, lost ? 'T' : 'E', false)
  }

  /** Waits before the next attempt: longer each time, as long as the platform asks for, not at all for a new session. */
  async #pause({ code, retryAfterMs }: Attempt, attempt: number, patience: Patience): Promise<void> {
    if (attempt === 0) return
    const [first, longest] = this.#link.limits.backOff
    const delay = Math.max(Math.min(first * 2 ** (attempt - 1), longest) * (0.5 + Math.random() / 2), retryAfterMs)
    if (delay > patience.leftMs()) throw new Unanswered(code, 'T', false)
    await wait(delay, undefined, { signal: this.#link.signal })
  }

  async #attempt(question: Question): Promise<Attempt> {
    const { pace, signal } = this.#link
    try {
      if (this.#session && !this.#session.held()) await this.#session.open((call) => this.#send(call, question.patience))
      return await pace.run(() => this.#ask(question), question.patience, signal)
    } catch (error) {
      if (error instanceof OutOfTime) throw new Unanswered('timeout', 'T', false)
      if (error instanceof TemplateFault) return failed('refused', error.message)
      if (error instanceof SessionFault) return failed(error.later ? 'later' : 'refused', error.message)
      if (error instanceof CallLost) return { ...failed('later', error.message), lost: true }
      throw error
    }
  }

  /** The session's own call: within the pace, but no person is in it, so it is not kept. */
  #send(call: Carried['call'], patience: Patience): Promise<PlatformReply> {
    return this.#link.pace.run(() => this.#overLine(call, patience), patience, this.#link.signal)
  }

  #overLine(call: Carried['call'], patience: Patience): Promise<PlatformReply> {
    const { line, limits, signal } = this.#link
    const waitMs = Math.max(1, Math.min(limits.waitSeconds * 1000, patience.leftMs()))
    return line.send(call, { waitMs, maxBytes: limits.maxBytes, signal })
  }

  #packed(question: Question, session: Scope): { carried: Carried; scope: Scope } {
    const { connector, clock, ends } = this.#link
    const { persons, page, asOf, grounds } = question
    const asked = persons.length === 1 ? { asked: { ...persons[0] } } : {}
    const given: Scope = { ...this.#plan.values, ...session, asOf, grounds: { ...grounds }, page: { ...page }, ...asked }
    const scope = runSteps(connector.call.steps, given, clock)
    const headers = Object.entries(connector.call.headers).map(([name, text]): [string, string] => [name, fill(text, scope)])
    const { method, carries } = connector.call
    const call = { method, carries, path: fill(this.#plan.path, scope), headers: Object.fromEntries(headers) }
    const tree = fillTree(
      this.#plan.ask,
      scope,
      persons.map((each) => ({ ...each })),
    )
    return { carried: carry(call, tree, ends && { ends, grounds, clock }), scope }
  }

  /** Signs, sends, keeps and reads one call. */
  async #ask(question: Question): Promise<Attempt> {
    const { kept, clock } = this.#link
    const session = this.#session?.held() ?? {}
    if (this.#session && !this.#session.held()) return failed('later', 'session ended')
    const { carried, scope } = this.#packed(question, session)
    const at = clock.iso(clock.nowMs())
    const keep = (status: number, outcome: string, bytes: { sent: Buffer; received: Buffer }): void =>
      kept.keep(question.batch, this.#plan.record, {
        at,
        status,
        outcome,
        persons: question.persons.map(({ id }) => id),
        sent: bytes.sent,
        received: bytes.received,
      })
    try {
      const reply = await this.#overLine(carried.call, question.patience)
      const read = this.#read(reply, carried, scope)
      keep(reply.status, read.outcome, reply)
      if (read.outcome === 'renew') this.#session?.drop(session)
      return { ...read, lost: false, retryAfterMs: retryAfterMs(reply.retryAfter, clock) }
    } catch (error) {
      if (error instanceof CallLost) keep(0, 'lost', error)
      throw error
    }
  }

  #read(reply: PlatformReply, { open }: Carried, scope: Scope): PageRead {
    const { answer } = this.#plan
    if (!isSuccess(reply.status)) return failed(statusOutcome(answer, reply.status), `HTTP ${reply.status}`)
    try {
      return readAnswer(answer, open(reply.body), scope)
    } catch {
      return failed('failed', 'unreadable')
    }
  }
}
