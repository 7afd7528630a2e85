import type { Tx } from '#platform/db'
import type { StatusRequest } from '../contract/index.ts'
import { type InboundRow, listInbound, listUnderWay } from '../store/messages.ts'
import type { PartnerRow } from '../store/partners.ts'

/** Answers txn/status: what became of the items of a transaction, without any data of a person. */

function criteriaOf(request: StatusRequest): Parameters<typeof listInbound>[2] {
  const { attribute_type: type, attribute_value: value } = request.txnstatus_request
  if (type === 'reference_id_list') return { references: Array.isArray(value) ? value : [value] }
  const [one] = Array.isArray(value) ? value : [value]
  return type === 'transaction_id' ? { transactionId: one ?? '' } : { correlationId: one ?? '' }
}

type Item = Readonly<Record<string, unknown>>

/** Items of a message; settled ones are pending as long as the answer has not arrived. */
function itemsOf(row: InboundRow, underWay: ReadonlySet<string>): Item[] {
  const isUnderWay = underWay.has(row.transaction_id)
  return row.items.map(({ referenceId, timestamp, status, code }) => {
    const shown = row.state === 'done' && isUnderWay && row.answer_address !== null ? 'pdng' : status
    return {
      reference_id: referenceId,
      timestamp,
      status: shown,
      ...(shown === 'rjct' && code !== undefined ? { status_reason_code: code } : {}),
    }
  })
}

/** The body of the answer; a transaction that nobody asked here is a rejected item. */
export async function answerStatus(
  tx: Tx,
  partner: PartnerRow,
  request: StatusRequest,
  correlationId: string,
  at: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { txn_type: type, reference_id: reference } = request.txnstatus_request
  const rows = type === 'receipt' ? [] : await listInbound(tx, partner.partner_id, criteriaOf(request), [type])
  const [first] = rows
  const transactions = rows.map((row) => row.transaction_id)
  const underWay = new Set(first === undefined ? [] : await listUnderWay(tx, partner.partner_id, transactions, `on-${type}`))
  const items = rows.flatMap((row) => itemsOf(row, underWay))
  const unknown = {
    reference_id: reference,
    timestamp: at,
    status: 'rjct',
    status_reason_code: 'rjct.reference_id.invalid',
    status_reason_message: type === 'receipt' ? '本系统不登记领款回执' : '没有收到过这一事项',
  }
  const list = first === undefined ? [unknown] : items
  return {
    transaction_id: request.transaction_id,
    correlation_id: correlationId,
    txnstatus_response: {
      txn_type: type,
      txn_status: {
        transaction_id: first?.transaction_id ?? request.transaction_id,
        correlation_id: first?.correlation_id ?? correlationId,
        [type === 'subscribe' ? 'subscribe_response' : 'search_response']: list,
      },
    },
  }
}
