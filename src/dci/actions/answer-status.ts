import { append } from '#journal'
import { today } from '#platform/clock'
import type { Tx } from '#platform/db'
import type { StatusRequest } from '../contract/index.ts'
import { type InboundRow, listInbound, listUnderWay } from '../store/messages.ts'
import { listRights, type PartnerRow } from '../store/partners.ts'
import { type DciDeps, instant } from './deps.ts'

/** Answers txn/status: what became of the items of a transaction. Data of persons it gives only of answers that go to no address. */

function criteriaOf(request: StatusRequest): Parameters<typeof listInbound>[2] {
  const { attribute_type: type, attribute_value: value } = request.txnstatus_request
  if (type === 'reference_id_list') return { references: Array.isArray(value) ? value : [value] }
  const [one] = Array.isArray(value) ? value : [value]
  return type === 'transaction_id' ? { transactionId: one ?? '' } : { correlationId: one ?? '' }
}

type Item = Readonly<Record<string, unknown>>

/** Items of a message: the answer that is kept of it, or its outcomes; settled ones are pending as long as the answer has not arrived. */
function itemsOf(row: InboundRow, underWay: ReadonlySet<string>, kept: readonly Item[] | undefined): readonly Item[] {
  if (kept !== undefined) return kept
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

/** Whom an answer shows was written down when it was made (`dci.search`); that it was fetched stands beside it each time. */
async function noteGiven(tx: Tx, partner: PartnerRow, given: readonly InboundRow[]): Promise<void> {
  await append(tx, {
    chain: `dci:${partner.partner_id}`,
    role: 'partner',
    action: 'dci.txn-status',
    divisionCode: partner.division_code,
    basis: '数据共享的委托或协议',
    purpose: '取走保存的答复',
    detail: {
      partner: partner.partner_id,
      unitName: partner.name,
      messages: given.map(({ message_id: id }) => id),
      items: given.reduce((sum, { items }) => sum + items.length, 0),
    },
  })
}

/** The body of the answer; a transaction that nobody asked here is a rejected item. */
export async function answerStatus(
  deps: DciDeps,
  tx: Tx,
  partner: PartnerRow,
  request: StatusRequest,
  correlationId: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { txn_type: type, reference_id: reference } = request.txnstatus_request
  const at = instant(deps)
  const on = today(deps.clock)
  // A kept answer is shown as long as the partner may ask at all, as the stored reply to a repeat is.
  const rights = await listRights(tx, partner.partner_id)
  const maySee = rights.some(({ validTo }) => validTo === null || validTo >= on)
  const open = (answer: Buffer): readonly Item[] => JSON.parse(deps.keys.openText(answer)) as Item[]
  const actions = type === 'subscribe' ? ['subscribe', 'unsubscribe'] : [type]
  const listed = type === 'receipt' ? [] : await listInbound(tx, partner.partner_id, criteriaOf(request), actions)
  const rows = listed.filter((row) => row.action === type || row.answer_address === null)
  const [first] = rows
  const transactions = rows.map((row) => row.transaction_id)
  const underWay = new Set(first === undefined ? [] : await listUnderWay(tx, partner.partner_id, transactions, `on-${type}`))
  const given = rows.filter(({ answer }) => maySee && answer !== null)
  const items = rows.flatMap((row) => itemsOf(row, underWay, maySee && row.answer !== null ? open(row.answer) : undefined))
  if (given.length > 0) await noteGiven(tx, partner, given)
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
