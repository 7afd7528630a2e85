/** What the unit's desk sees and does of the ledger: log, volumes, what waits, what was set aside or could not be used. */
import { encodeLines, type Header } from '#wire'
import type { SuiteName } from '#wire/contract'
import type { Bell } from './bell.ts'
import type { ChainRow, ChainState } from './ledger/chain-log.ts'
import type { LogFacts, LoggedEntry } from './ledger/log-entry.ts'
import type { Parked } from './ledger/parking.ts'
import type { StoredAnswer } from './ledger/request-book.ts'
import type { SqliteLedger } from './ledger/sqlite-ledger.ts'

/** A request that was set aside after too many failures; the desk sends it again or gives it up. */
export interface SetAside {
  id: string
  from: string
  received: string
  attempts: number
  /** why it failed last */
  reason: string
}

/** What the log says of a correction. */
export interface CorrectionFacts {
  subject: string
  persons: string
  rows: number
  /** who at the unit answered */
  note: string
}

/** How requests stand. */
export interface OpenState {
  open: number
  /** when the longest waiting one was stored */
  oldest: string | null
  setAside: number
}

/** The ledger as the unit's desk uses it. */
export class DeskBook {
  readonly #ledger: SqliteLedger
  readonly #work: Bell

  constructor(ledger: SqliteLedger, work: Bell) {
    this.#ledger = ledger
    this.#work = work
  }

  /** Entries after a place, oldest first, and whether the chain holds through them. */
  readLog(after = 0, limit = 1000): { entries: LoggedEntry[]; intact: boolean } {
    return this.#ledger.log.read(after, limit)
  }

  /** Entries after a place as they stand in the chain, persons sealed. */
  chainRows(after: number, limit: number): ChainRow[] {
    return this.#ledger.log.rows(after, limit)
  }

  /** Whose digest makes the chain. */
  get logSuite(): SuiteName {
    return this.#ledger.log.suite
  }

  /** Appends what a person did at the desk. */
  note(event: string, facts: LogFacts): void {
    this.#ledger.transaction(() => this.#ledger.note(event, null, facts))
  }

  /** Walks through the whole log. */
  checkLog(): ChainState {
    return this.#ledger.log.check()
  }

  openState(): OpenState {
    const { requests } = this.#ledger
    return { open: requests.openCount(), oldest: requests.oldestOpen(), setAside: requests.listDead(1000).length }
  }

  /** Messages that wait for a receipt, and their bytes. */
  waiting(): { messages: number; bytes: number } {
    return this.#ledger.channels.waiting()
  }

  isCancelled(request: Header): boolean {
    return this.#ledger.requests.isCancelled(request)
  }

  /** Numbers of an asker's withdrawn authorisations. */
  revoked(asker: string): ReadonlySet<string> {
    return this.#ledger.requests.revoked(asker)
  }

  /** The answer a request was given, as last corrected; undefined when none was given. */
  findStored({ from, idem }: Header): StoredAnswer | undefined {
    const { requests } = this.#ledger
    const stored = requests.findAnswer(from, idem)
    return stored && { ...stored, lines: requests.listCorrections(from, idem).at(-1) ?? stored.lines }
  }

  /** Requests that were set aside, oldest first. */
  listSetAside(limit = 100): SetAside[] {
    return this.#ledger.requests.listDead(limit).map(({ header, received, attempts, note }) => {
      return { id: header.id, from: header.from, received, attempts, reason: note }
    })
  }

  /** Tries a request that was set aside again; its answer corrects the refusal. False when there is none of that id. @param by who says so */
  sendAgain(id: string, by: string): boolean {
    const { requests } = this.#ledger
    const held = requests.findDead(id)
    if (!held) return false
    this.#ledger.transaction(() => {
      requests.reopen(held.n)
      this.#ledger.note('sent_again', held.header, { operator: by, code: 'reopened', note: held.note })
      this.#ledger.afterCommit(() => this.#work.ring())
    })
    return true
  }

  /** Gives a request up that was set aside: the refusal stays. False when there is none of that id. @param by who says so */
  giveUp(id: string, by: string, reason: string): boolean {
    const { requests } = this.#ledger
    const held = requests.findDead(id)
    if (!held) return false
    this.#ledger.transaction(() => {
      requests.settle(held.n, 'refused')
      this.#ledger.note('given_up', held.header, { operator: by, code: 'given_up', note: reason })
    })
    return true
  }

  /** Bytes that could not be used, newest first. */
  listParked(limit = 100): Parked[] {
    return this.#ledger.parking.list(limit)
  }

  /**
   * A second answer to a request that was answered: it supersedes the first, which stays. Throws RangeError when there is no
   * such request or nothing went out for it yet.
   */
  postCorrection(asked: Header, lines: readonly string[], facts: CorrectionFacts): void {
    const { requests } = this.#ledger
    const request = requests.findRequest(asked)
    if (!request || !requests.isAnswered(asked)) throw new RangeError('没有这条查询，或它尚未答复，不能更正')
    const { id: corr, from, idem, purpose, legalBasis, auth, caseNo, operator } = request.header
    const content = { type: 'correction', corr, idem, purpose, legalBasis, auth, caseNo, operator } as const
    this.#ledger.transaction(() => {
      const sealed = this.#ledger.post(from, request.lane, content, (suite) => encodeLines(lines, suite))
      const sent = { bytesOut: sealed.body.length, reply: sealed.header.id, replyHash: sealed.hash }
      this.#ledger.note('correction', request.header, { ...facts, ...sent, code: 'answered' })
      requests.keepCorrection(request.header, lines)
    })
  }
}
