import { randomUUID } from 'node:crypto'
import { scopeOf } from '#identity'
import { type Clock, isoInstant } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Db, Scope } from '#platform/db'
import type { Log } from '#platform/log'
import type { TransportCode } from '../contract/index.ts'
import type { PartnerRow } from '../store/partners.ts'

/** What the edge works on. */
export interface DciDeps {
  readonly db: Db
  readonly keys: Keys
  readonly clock: Clock
  readonly log: Log
  /** True in the test-partner mode alone: every reply says so, and answers nobody asked for are taken (and dropped). */
  readonly testMode?: boolean
  /** Milliseconds one statement of a look-up may take; 10 s if left out. */
  readonly searchMs?: number
}

/** A message that is not taken, with the code of the acknowledgement and the status of HTTP. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: TransportCode
  readonly status: number

  constructor(code: TransportCode, message: string) {
    super(message)
    this.code = code
    this.status = STATUS[code] ?? 400
  }
}

const STATUS: Partial<Record<TransportCode, number>> = {
  'err.request.unauthorized': 401,
  'err.signature.missing': 401,
  'err.signature.invalid': 401,
  'err.request.forbidden': 403,
  'err.request.not_found': 404,
  'err.request.too_many_requests': 429,
  'err.service.unavailable': 503,
  'err.request.timeout': 504,
}

/** What a partner's transactions see, and who the journal says did it. */
export function partnerScope(partner: Pick<PartnerRow, 'partner_id' | 'division_code'>): Scope {
  return scopeOf({ userId: `dci:${partner.partner_id}`, divisionCode: partner.division_code })
}

/** Now, as messages carry it. */
export function instant(deps: Pick<DciDeps, 'clock'>): string {
  return isoInstant(deps.clock.nowMs())
}

/** A new name of a message, a transaction or a subscription. */
export function newId(): string {
  return randomUUID()
}
