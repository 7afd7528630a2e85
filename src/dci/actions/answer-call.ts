import { type Tx, withTransaction } from '#platform/db'
import { type Ack, type AnswerHeader, LIMITS, type RequestHeader, type StatusRequest } from '../contract/index.ts'
import { callbackAddress } from '../rules/callback-address.ts'
import { type HeaderFault, isInstant } from '../rules/check-header.ts'
import { referenceOf } from '../rules/read-item.ts'
import {
  findInbound,
  type InboundRow,
  type ItemOutcome,
  insertInbound,
  insertOutbound,
  listSent,
  saveReply,
} from '../store/messages.ts'
import type { PartnerRow } from '../store/partners.ts'
import { writeSearchAnswers } from './answer-search.ts'
import { answerStatus } from './answer-status.ts'
import { type DciDeps, instant, newId, partnerScope, Refusal } from './deps.ts'
import type { Call, Operation } from './read-call.ts'
import { signEnvelope } from './signatures.ts'
import { checkAnyRight } from './tokens.ts'
import { type Outcome, outboundRow, type Written, writeHeader } from './write-message.ts'

/** What is done with a message that was taken: answered at once, acknowledged and put aside for the worker, or stored. */

const DUPLICATE: HeaderFault = {
  at: 'header',
  code: 'rjct.message_id.duplicate',
  message: '同一 message_id 已用于另一条内容不同的报文',
}

function ackOf(deps: DciDeps, status: 'ACK' | 'NACK', correlationId: string): Ack {
  return { message: { ack_status: status, timestamp: instant(deps), correlation_id: correlationId } }
}

/** The empty list that an answer to a refused message carries, since its schema asks for one. */
function emptyMessage(operation: Operation, call: Call, correlationId: string, at: string): Readonly<Record<string, unknown>> {
  const names = { transaction_id: call.message.transaction_id, correlation_id: correlationId }
  if (operation.action === 'search') return { ...names, search_response: [] }
  if (operation.action === 'subscribe') return { ...names, subscribe_response: [] }
  if (operation.action === 'unsubscribe') return { ...names, timestamp: at, status: 'rjct' }
  const { txn_type: type } = (call.message as unknown as StatusRequest).txnstatus_request
  const nothing = { ...names, [type === 'subscribe' ? 'subscribe_response' : 'search_response']: [] }
  return { ...names, txnstatus_response: { txn_type: type, txn_status: nothing } }
}

/** The answer to a message whose header is refused. */
function headerAnswer(deps: DciDeps, call: Call, fault: HeaderFault, correlationId: string): Written {
  const outcome: Outcome = { status: 'rjct', reason: fault.message, ...(fault.at === 'header' ? { code: fault.code } : {}) }
  const action = call.operation.answer?.action ?? call.operation.action
  return {
    header: writeHeader(deps, call.partner, action, 0, outcome),
    message: emptyMessage(call.operation, call, correlationId, instant(deps)),
  }
}

/** The items as they stand when a message is taken; a message that its header refuses may have more than are kept. */
function receivedItems(call: Call, at: string): ItemOutcome[] {
  const status = call.fault === undefined ? 'rcvd' : 'rjct'
  return call.items.slice(0, LIMITS.items).map((item) => {
    const given = (item as { timestamp?: unknown } | null)?.timestamp
    return { referenceId: referenceOf(item), timestamp: isInstant(given) ? given : at, status }
  })
}

function inboundRow(deps: DciDeps, call: Call, more: Pick<InboundRow, 'answer_address' | 'state'>): InboundRow {
  const at = instant(deps)
  const owed = more.state === 'waiting'
  return {
    partner_id: call.partner.partner_id,
    message_id: call.header.message_id,
    division_code: call.partner.division_code,
    action: call.operation.action,
    transaction_id: call.message.transaction_id,
    correlation_id: newId(),
    hash: call.hash,
    body: owed ? deps.keys.seal(JSON.stringify(call.message)) : null,
    reply: null,
    items: call.operation.caller === 'asker' ? receivedItems(call, at) : [],
    received_at: at,
    ...more,
  }
}

/** Stores the message; gives back the one that is there under its id already, the same or another. */
async function store(tx: Tx, row: InboundRow): Promise<InboundRow | undefined> {
  return (await insertInbound(tx, row)) ? undefined : findInbound(tx, row.partner_id, row.message_id)
}

// Answered at once ---------------------------------------------------------------------------------------------------------------------

async function searchNow(
  deps: DciDeps,
  tx: Tx,
  call: Call,
  row: InboundRow,
): Promise<{ written: Written; items: readonly ItemOutcome[] }> {
  const { answers, items } = await writeSearchAnswers(deps, tx, call.partner, row, { items: call.items, whole: false })
  const [written] = answers
  if (written === undefined) throw new Error('a search without an answer')
  return { written, items }
}

async function statusNow(
  deps: DciDeps,
  tx: Tx,
  call: Call,
  row: InboundRow,
): Promise<{ written: Written; items: readonly ItemOutcome[] }> {
  const request = call.message as unknown as StatusRequest
  const message = await answerStatus(tx, call.partner, request, row.correlation_id, instant(deps))
  return { written: { header: writeHeader(deps, call.partner, 'txn-on-status', 1, { status: 'succ' }), message }, items: [] }
}

/** Answers a synchronous call; gives the reply as text. A repeat gets the very same reply. */
async function answerNow(deps: DciDeps, call: Call): Promise<string> {
  const { partner, fault } = call
  const sign = (written: Written): Promise<string> =>
    signEnvelope(deps, partner.our_id, { ...written, header: { ...written.header } })
  if (fault !== undefined) return sign(headerAnswer(deps, call, fault, newId()))
  return withTransaction(deps.db, partnerScope(partner), async (tx) => {
    if (call.operation.action === 'search') await checkAnyRight(tx, partner, false)
    const row = inboundRow(deps, call, { answer_address: null, state: 'done' })
    const known = await store(tx, row)
    if (known !== undefined) {
      if (known.hash.equals(call.hash) && known.reply !== null) return deps.keys.openText(known.reply)
      return sign(headerAnswer(deps, call, DUPLICATE, known.correlation_id))
    }
    const work = call.operation.action === 'search' ? searchNow : statusNow
    const { written, items } = await work(deps, tx, call, row)
    const reply = await sign(written)
    await saveReply(tx, row, deps.keys.seal(reply), items)
    return reply
  })
}

// Answered later -----------------------------------------------------------------------------------------------------------------------

function addressFor(partner: PartnerRow, header: RequestHeader | AnswerHeader, operation: Operation): string {
  const asked = 'sender_uri' in header && typeof header.sender_uri === 'string' ? header.sender_uri : undefined
  const address = operation.answer === undefined ? undefined : callbackAddress(asked, partner.callbacks, operation.answer.path)
  if (address !== undefined) return address
  throw new Refusal('err.sender_uri.invalid', 'sender_uri 不是为该合作方登记的回调地址')
}

function repeatedAck(deps: DciDeps, known: InboundRow): Ack {
  if (known.reply === null) throw new Refusal('err.request.bad', '这条报文早已答复，答复已过保存期，请换一个 message_id')
  return JSON.parse(deps.keys.openText(known.reply)) as Ack
}

/** Takes an asynchronous call: stored with its acknowledgement, the worker does the rest. A repeat gets the same acknowledgement. */
async function takeForLater(deps: DciDeps, call: Call): Promise<Ack> {
  const { partner, operation, fault } = call
  const address = addressFor(partner, call.header, operation)
  return withTransaction(deps.db, partnerScope(partner), async (tx) => {
    if (operation.action !== 'txn-status' && operation.action !== 'unsubscribe') {
      await checkAnyRight(tx, partner, operation.action === 'subscribe')
    }
    const row = inboundRow(deps, call, { answer_address: address, state: fault === undefined ? 'waiting' : 'done' })
    const known = await store(tx, row)
    if (known?.hash.equals(call.hash) === true) return repeatedAck(deps, known)
    const wrong = known === undefined ? fault : DUPLICATE
    const ack = ackOf(deps, 'ACK', known === undefined ? row.correlation_id : newId())
    if (wrong !== undefined) {
      const answer = headerAnswer(deps, call, wrong, ack.message.correlation_id)
      await insertOutbound(tx, [outboundRow(deps, partner, answer, address)])
    }
    if (known === undefined) await saveReply(tx, row, deps.keys.seal(JSON.stringify(ack)), row.items)
    return ack
  })
}

// Answers to questions of ours ---------------------------------------------------------------------------------------------------------

async function checkAsked(deps: DciDeps, tx: Tx, call: Call): Promise<boolean> {
  if (call.operation.action === 'notify') return true
  const sent = await listSent(tx, call.partner.partner_id, call.message.transaction_id)
  if (sent.length > 0) return true
  if (deps.testMode === true) return false
  throw new Refusal('err.request.bad', '本系统没有发起过这一事项（transaction_id）')
}

/** Stores an answer of another registry. NACK: it is taken, and nothing more follows. */
async function takeAnswer(deps: DciDeps, call: Call): Promise<Ack> {
  const { partner, fault } = call
  if (fault !== undefined) throw new Refusal('err.request.bad', fault.message)
  return withTransaction(deps.db, partnerScope(partner), async (tx) => {
    const keeps = await checkAsked(deps, tx, call)
    const body = keeps ? deps.keys.seal(JSON.stringify(call.message)) : null
    const row: InboundRow = { ...inboundRow(deps, call, { answer_address: null, state: 'done' }), body }
    const known = await store(tx, row)
    if (known !== undefined && !known.hash.equals(call.hash)) throw new Refusal('err.request.bad', DUPLICATE.message)
    return ackOf(deps, 'NACK', known?.correlation_id ?? row.correlation_id)
  })
}

/** Whatever the operation asks for: the reply as JSON text, and whether it stands for an acknowledgement of something still to come. */
export async function answerCall(deps: DciDeps, call: Call): Promise<{ text: string; accepted: boolean }> {
  if (call.operation.caller === 'registry') return { text: JSON.stringify(await takeAnswer(deps, call)), accepted: false }
  if (call.operation.now) return { text: await answerNow(deps, call), accepted: false }
  return { text: JSON.stringify(await takeForLater(deps, call)), accepted: true }
}
