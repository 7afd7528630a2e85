import type { HeaderCode, RequestStatus, WrittenHeader } from '../contract/index.ts'
import { LIMITS } from '../contract/index.ts'
import type { OutboundRow } from '../store/messages.ts'
import type { PartnerRow } from '../store/partners.ts'
import { type DciDeps, instant, newId } from './deps.ts'

/** Messages of ours: the header, and the row that sees to it that one arrives. */

export interface Outcome {
  readonly status: RequestStatus
  readonly code?: HeaderCode
  readonly reason?: string
}

export interface Written {
  readonly header: WrittenHeader
  readonly message: Readonly<Record<string, unknown>>
}

/** A header of ours to a partner; with `outcome` that of an answer. */
export function writeHeader(
  deps: Pick<DciDeps, 'clock'>,
  partner: Pick<PartnerRow, 'partner_id' | 'our_id'>,
  action: string,
  count: number,
  outcome?: Outcome,
): WrittenHeader {
  return {
    version: '1.0.0',
    message_id: newId(),
    message_ts: instant(deps),
    action,
    ...(outcome === undefined ? {} : { status: outcome.status, completed_count: count }),
    ...(outcome?.code === undefined ? {} : { status_reason_code: outcome.code }),
    ...(outcome?.reason === undefined ? {} : { status_reason_message: outcome.reason.slice(0, LIMITS.reason) }),
    total_count: count,
    sender_id: partner.our_id,
    receiver_id: partner.partner_id,
    is_msg_encrypted: false,
  }
}

/** The row of the outbox for a message; its body is sealed and is signed when it leaves. */
export function outboundRow(
  deps: Pick<DciDeps, 'clock' | 'keys'>,
  partner: PartnerRow,
  written: Written,
  address: string,
): OutboundRow {
  return {
    message_id: written.header.message_id,
    partner_id: partner.partner_id,
    division_code: partner.division_code,
    action: written.header.action,
    transaction_id: String(written.message.transaction_id),
    address,
    body: deps.keys.seal(JSON.stringify(written)),
    created_at: instant(deps),
  }
}
