/** What follows at a unit from messages that come in: requests wait to be answered, withdrawals and cancellations hold at once. */
import { z } from 'zod'
import { Cancellation, Revocation } from '#sources/contract'
import { type Credit, EnvelopeFault, type Frame, writeFrame } from '#wire'
import type { Bell } from './bell.ts'
import { EndToEnd } from './gateway-end-to-end.ts'
import { DISK_FULL } from './ledger/disk-watch.ts'
import type { Arrived, Behaviour, SqliteLedger } from './ledger/sqlite-ledger.ts'
import { Reconciling } from './reconciling.ts'
import { takeSubscription } from './watch/take-subscription.ts'

/** Messages of a lane taken in one call, and their bytes. */
const CREDIT = 64
const CREDIT_BYTES = 32 * 1024 * 1024
/** So many requests of a lane may wait; the rest wait at the asker. */
const MAX_WAITING = 1024

/** Faults of what a message says: no repetition would mend them. */
const unusable = [EnvelopeFault, z.ZodError, SyntaxError, RangeError] as const

const nothing: Credit = { batch: 0, single: 0, bytes: 0, why: 'disk_full' }

/** The behaviour of a unit's ledger. */
export class UnitTaking implements Behaviour {
  readonly #ledger: SqliteLedger
  readonly #work: Bell
  readonly #endToEnd: EndToEnd
  readonly #reconciling: Reconciling

  /** @param work rung when there is something to answer */
  constructor(ledger: SqliteLedger, work: Bell) {
    this.#ledger = ledger
    this.#work = work
    this.#endToEnd = new EndToEnd(ledger)
    this.#reconciling = new Reconciling(ledger)
  }

  begin(): void {
    this.#endToEnd.begin()
  }

  follow({ frame, lane, received }: Arrived): 'open' | 'done' {
    switch (frame.header.type) {
      case 'request':
        this.#ledger.afterCommit(() => this.#work.ring())
        return 'open'
      case 'relay':
        this.#endToEnd.take(frame, lane)
        break
      case 'authorisation':
        this.#reading(frame, () => this.#revoke(frame, received))
        break
      case 'cancel':
        this.#reading(frame, () => this.#cancel(frame))
        break
      case 'subscription':
        this.#reading(frame, () => takeSubscription(this.#ledger, frame))
        break
      case 'statement':
        this.#reconciling.take(frame, received)
        break
      default:
        this.#ledger.note('received', frame.header, { bytesIn: frame.body.length, note: '' })
    }
    return 'done'
  }

  finish(): void {
    this.#endToEnd.finish()
  }

  credit(used: number): Credit {
    if (used >= DISK_FULL) return nothing
    const room = (waiting: number): number => Math.max(0, Math.min(CREDIT, MAX_WAITING - waiting))
    const { requests } = this.#ledger
    return { batch: room(requests.openCount('batch')), single: room(requests.openCount('single')), bytes: CREDIT_BYTES }
  }

  /** A message that cannot be opened or read is parked: no repetition would mend it, and its channel goes on. */
  #reading(frame: Frame, read: () => void): void {
    try {
      read()
    } catch (error) {
      const isUnusable = unusable.some((each) => error instanceof each)
      if (!isUnusable) throw error
      const code = error instanceof EnvelopeFault ? error.fault : 'malformed'
      const message = '撤回、撤销或订阅的报文无法打开或格式未知'
      this.#ledger.parkNow({ from: frame.header.from, code, message, bytes: writeFrame(frame) }, frame.header)
    }
  }

  #revoke(frame: Frame, received: string): void {
    const { header } = frame
    const withdrawn = this.#ledger.open(frame).map((line) => Revocation.parse(JSON.parse(line)))
    for (const { no, withdrawnOn } of withdrawn) {
      this.#ledger.requests.revoke(header.from, no, withdrawnOn, received)
      this.#ledger.note('authorisation_revoked', header, { auth: no, note: withdrawnOn })
    }
  }

  #cancel(frame: Frame): void {
    const { header } = frame
    const cancelled = this.#ledger.open(frame).map((line) => Cancellation.parse(JSON.parse(line)))
    for (const { request, reason } of cancelled) {
      this.#ledger.requests.cancel(header.from, request, reason)
      this.#ledger.note('request_cancelled', header, { note: `${request} ${reason}` })
    }
  }
}
