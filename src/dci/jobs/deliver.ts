import { z } from 'zod'
import { instantMs, isoInstant } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import { callPartner, type PartnerReply } from '../actions/call-partner.ts'
import { type DciDeps, instant } from '../actions/deps.ts'
import { OPERATIONS } from '../actions/read-call.ts'
import { signEnvelope } from '../actions/signatures.ts'
import type { Written } from '../actions/write-message.ts'
import { callbackAddress } from '../rules/callback-address.ts'
import { type DueRow, markDelivered, markFailed, takeDue } from '../store/messages.ts'
import { findPartner, type PartnerRow } from '../store/partners.ts'

/**
 * Sends what stands in the outbox until it has arrived: at least once, since the other side knows a repeat by its message_id. A process
 * that dies between sending and noting it sends again.
 */

/** A message in the hands of a process is due again after this, should the process not come back. */
const LEASE_MS = 30_000
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 300_000
/** Refusals of the content after which a person has to look. */
const MOST_REFUSALS = 5
/** After this the message is too old for the receiver. */
const GIVE_UP_MS = 24 * 3_600_000
const AT_ONCE = 8

const AckReply = z.looseObject({
  message: z.looseObject({
    ack_status: z.enum(['ACK', 'NACK', 'ERR']),
    correlation_id: z.string().optional(),
    error: z.looseObject({ code: z.string().optional() }).optional(),
  }),
})

interface Outcome {
  readonly delivered: boolean
  readonly correlationId: string | null
  /** The other side read the message and does not take it. */
  readonly refused: boolean
  readonly error: string
}

/** What a reply says. A bare 2xx counts as arrival: not every receiver writes the acknowledgement out. */
function outcomeOf(reply: PartnerReply): Outcome {
  const ack = AckReply.safeParse(reply.body)
  const isFine = reply.status >= 200 && reply.status < 300
  if (isFine && (!ack.success || ack.data.message.ack_status !== 'ERR')) {
    return { delivered: true, correlationId: ack.data?.message.correlation_id ?? null, refused: false, error: '' }
  }
  const code = ack.data?.message.error?.code?.slice(0, 60) ?? `HTTP ${reply.status}`
  const passes = reply.status >= 500 || reply.status === 429
  return { delivered: false, correlationId: null, refused: !passes, error: code }
}

/** 1 s doubling to 5 min; the message's own number spreads those that failed together. */
function waitMs(attempts: number, messageId: string): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 10))
  const spread = Number.parseInt(messageId.replaceAll('-', '').slice(0, 4), 16) / 0xffff
  return Math.round(wait * (0.75 + 0.5 * (Number.isNaN(spread) ? 0.5 : spread)))
}

/** Why a message may not go out any more; undefined when it may. */
function forbidden(partner: PartnerRow | undefined, row: DueRow): string | undefined {
  if (partner === undefined || partner.disabled) return 'partner-disabled'
  const path = OPERATIONS.find(({ action }) => action === row.action)?.path ?? ''
  if (partner.registry_uri !== null && row.address.startsWith(`${partner.registry_uri}/registry/`)) return undefined
  return callbackAddress(row.address, partner.callbacks, path) === undefined ? 'address-not-registered' : undefined
}

async function send(deps: DciDeps, partner: PartnerRow, row: DueRow): Promise<Outcome> {
  try {
    const written = JSON.parse(deps.keys.openText(row.body)) as Written
    const text = await signEnvelope(deps, partner.our_id, { header: { ...written.header }, message: written.message })
    return outcomeOf(await callPartner(deps, partner, row.address, text))
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const code = (cause as { code?: unknown }).code
    return {
      delivered: false,
      correlationId: null,
      refused: false,
      error: typeof code === 'string' ? code : String(cause).slice(0, 200),
    }
  }
}

async function note(deps: DciDeps, row: DueRow, outcome: Outcome, stop: string | undefined): Promise<void> {
  const now = deps.clock.nowMs()
  const refusals = row.refusals + (outcome.refused ? 1 : 0)
  const tooOld = now - instantMs(row.created_at) > GIVE_UP_MS
  const parks = stop !== undefined || refusals >= MOST_REFUSALS || tooOld
  await withTransaction(deps.db, wholeScope('system:dci'), async (tx) => {
    if (outcome.delivered) return markDelivered(tx, row.message_id, outcome.correlationId, instant(deps))
    const dueAt = isoInstant(now + waitMs(row.attempts, row.message_id))
    return markFailed(tx, row.message_id, {
      error: stop ?? outcome.error,
      refusals,
      dueAt,
      parkedAt: parks ? instant(deps) : null,
    })
  })
  if (parks)
    deps.log.warn('a DCI message waits for a person', {
      partner: row.partner_id,
      message: row.message_id,
      reason: stop ?? outcome.error,
    })
}

async function deliverOne(deps: DciDeps, row: DueRow): Promise<boolean> {
  const partner = await withTransaction(deps.db, wholeScope('system:dci'), (tx) => findPartner(tx, row.partner_id))
  const stop = forbidden(partner, row)
  const nothing: Outcome = { delivered: false, correlationId: null, refused: false, error: '' }
  const outcome = stop === undefined && partner !== undefined ? await send(deps, partner, row) : nothing
  await note(deps, row, outcome, stop)
  return outcome.delivered
}

/** Sends every message that is due; gives how many arrived. */
export async function deliver(deps: DciDeps): Promise<number> {
  const now = deps.clock.nowMs()
  const due = await withTransaction(deps.db, wholeScope('system:dci'), (tx) =>
    takeDue(tx, isoInstant(now), isoInstant(now + LEASE_MS), AT_ONCE),
  )
  const arrived = await Promise.all(due.map((row) => deliverOne(deps, row)))
  return arrived.filter(Boolean).length
}
