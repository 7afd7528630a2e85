import { type Tx, withTransaction } from '#platform/db'
import { type Ack, type AnswerHeader, isInstant, LIMITS, type RequestHeader, type StatusRequest } from '../contract/index.ts'
import { callbackAddress } from '../rules/callback-address.ts'
import type { HeaderFault } from '../rules/check-header.ts'
import { messageFormFault, referenceOf } from '../rules/item-form.ts'
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

function ackOf(deps: DciDeps, correlationId: string): Ack {
  return { message: { ack_status: 'ACK', timestamp: instant(deps), correlation_id: correlationId } }
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
    answer: null,
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
  const message = await answerStatus(deps, tx, call.partner, request, row.correlation_id)
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

/** Where the answer goes; null when the message names no address and none is registered: it is kept for txn/status. */
function addressFor(partner: PartnerRow, header: RequestHeader | AnswerHeader, operation: Operation): string | null {
  const asked = 'sender_uri' in header && typeof header.sender_uri === 'string' ? header.sender_uri : undefined
  const address = operation.answer === undefined ? undefined : callbackAddress(asked, partner.callbacks, operation.answer.path)
  if (address !== undefined) return address
  if (asked === undefined) return null
  throw new Refusal('err.sender_uri.invalid', 'sender_uri 不是为该合作方登记的回调地址')
}

function repeatedAck(deps: DciDeps, known: InboundRow): Ack {
  if (known.reply === null) throw new Refusal('err.request.bad', '这条报文早已答复，答复已过保存期，请换一个 message_id')
  return JSON.parse(deps.keys.openText(known.reply)) as Ack
}

/** Refuses what the published schema rules out: nothing would follow that an acknowledgement could announce. */
function checkForm({ operation, message, items, fault }: Call): void {
  const form = fault?.at === 'header' && fault.isForm === true ? fault : messageFormFault(operation.action, message, items)
  if (form !== undefined) throw new Refusal('err.request.bad', `${form.code}：${form.message}`)
}

/** What a message that cannot be worked on is answered with, sent to where the answer would go. */
async function refuseLater(
  deps: DciDeps,
  tx: Tx,
  call: Call,
  refused: { readonly fault: HeaderFault; readonly address: string | null; readonly correlationId: string },
): Promise<void> {
  const { fault, address, correlationId } = refused
  if (address === null) throw new Refusal('err.request.bad', `${fault.code}：${fault.message}`)
  await insertOutbound(tx, [outboundRow(deps, call.partner, headerAnswer(deps, call, fault, correlationId), address)])
}

/** Takes an asynchronous call: stored with its acknowledgement, the worker does the rest. A repeat gets the same acknowledgement. */
async function takeForLater(deps: DciDeps, call: Call): Promise<Ack> {
  const { partner, operation, fault } = call
  checkForm(call)
  const address = addressFor(partner, call.header, operation)
  return withTransaction(deps.db, partnerScope(partner), async (tx) => {
    if (operation.action !== 'txn-status' && operation.action !== 'unsubscribe') {
      await checkAnyRight(tx, partner, operation.action === 'subscribe')
    }
    const row = inboundRow(deps, call, { answer_address: address, state: fault === undefined ? 'waiting' : 'done' })
    const known = await store(tx, row)
    if (known?.hash.equals(call.hash) === true) return repeatedAck(deps, known)
    const isNew = known === undefined
    const ack = ackOf(deps, isNew ? row.correlation_id : newId())
    const wrong = isNew ? fault : DUPLICATE
    if (wrong !== undefined)
      await refuseLater(deps, tx, call, { fault: wrong, address, correlationId: ack.message.correlation_id })
    if (isNew) await saveReply(tx, row, deps.keys.seal(JSON.stringify(ack)), row.items)
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

/** Stores an answer of another registry, or its notice. */
async function takeAnswer(deps: DciDeps, call: Call): Promise<Ack> {
  const { partner, fault } = call
  if (fault !== undefined) throw new Refusal('err.request.bad', fault.message)
  return withTransaction(deps.db, partnerScope(partner), async (tx) => {
    const keeps = await checkAsked(deps, tx, call)
    const body = keeps ? deps.keys.seal(JSON.stringify(call.message)) : null
    const row: InboundRow = { ...inboundRow(deps, call, { answer_address: null, state: 'done' }), body }
    const known = await store(tx, row)
    if (known !== undefined && !known.hash.equals(call.hash)) throw new Refusal('err.request.bad', DUPLICATE.message)
    return ackOf(deps, known?.correlation_id ?? row.correlation_id)
  })
}

/** Whatever the operation asks for: the reply as JSON text, and whether it stands for an acknowledgement of something still to come. */
export async function answerCall(deps: DciDeps, call: Call): Promise<{ text: string; accepted: boolean }> {
  if (call.operation.caller === 'registry') return { text: JSON.stringify(await takeAnswer(deps, call)), accepted: false }
  if (call.operation.now) return { text: await answerNow(deps, call), accepted: false }
  return { text: JSON.stringify(await takeForLater(deps, call)), accepted: true }
}
