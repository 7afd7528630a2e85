import { isoInstant } from '#platform/clock'
import { type Tx, wholeScope, withTransaction } from '#platform/db'
import { Lookup, outcomeOf, refusedOutcomes, type Work, writeSearchAnswers } from '../actions/answer-search.ts'
import { answerStatus } from '../actions/answer-status.ts'
import { answerSubscribe, answerUnsubscribe } from '../actions/answer-subscribe.ts'
import { type DciDeps, instant, partnerScope } from '../actions/deps.ts'
import { outboundRow, writeHeader } from '../actions/write-message.ts'
import type { RequestStatus, StatusRequest } from '../contract/index.ts'
import { type InboundRow, insertOutbound, listWaiting, markDone, noteFailure, takeWaiting } from '../store/messages.ts'
import { findPartner, type PartnerRow } from '../store/partners.ts'

/**
 * Does the work of messages that were acknowledged: the answers, what became of the items, and the mark that it is done are one
 * transaction, so a process killed at any moment leaves the message waiting or its answers in the outbox.
 */

type Message = Readonly<Record<string, unknown>>

function names(row: InboundRow): { transaction_id: string; correlation_id: string } {
  return { transaction_id: row.transaction_id, correlation_id: row.correlation_id }
}

async function search(deps: DciDeps, tx: Tx, partner: PartnerRow, row: InboundRow, message: Message): Promise<Work> {
  return writeSearchAnswers(deps, tx, partner, row, {
    items: message.search_request as unknown[],
    // What is kept is one page an item, as in an answer at once; another page is another question.
    whole: row.answer_address !== null,
  })
}

async function subscribe(deps: DciDeps, tx: Tx, partner: PartnerRow, row: InboundRow, message: Message): Promise<Work> {
  const lookup = await Lookup.open(deps, tx, partner)
  const subscribing = { deps, tx, partner, lookup, address: row.answer_address }
  const answers = await answerSubscribe(subscribing, message.subscribe_request as unknown[])
  const header = writeHeader(deps, partner, 'on-subscribe', answers.length, { status: 'succ' })
  return { answers: [{ header, message: { ...names(row), subscribe_response: answers } }], items: answers.map(outcomeOf) }
}

async function unsubscribe(deps: DciDeps, tx: Tx, partner: PartnerRow, row: InboundRow, message: Message): Promise<Work> {
  const { subscription_codes: codes } = message as { subscription_codes: string[] }
  const answer = await answerUnsubscribe(deps, tx, partner, codes)
  const header = writeHeader(deps, partner, 'on-unsubscribe', 1, { status: 'succ' })
  // No txn/status asks about an end of subscriptions, unless its answer goes nowhere else.
  const outcome = { timestamp: String(answer.timestamp), status: answer.status as RequestStatus }
  const items = row.answer_address === null ? codes.map((referenceId) => ({ referenceId, ...outcome })) : []
  return { answers: [{ header, message: { ...names(row), ...answer } }], items }
}

async function status(deps: DciDeps, tx: Tx, partner: PartnerRow, row: InboundRow, message: Message): Promise<Work> {
  const request = message as unknown as StatusRequest
  const answer = await answerStatus(deps, tx, partner, request, row.correlation_id)
  const header = writeHeader(deps, partner, 'txn-on-status', 1, { status: 'succ' })
  return { answers: [{ header, message: answer }], items: [] }
}

const WORK = { search, subscribe, unsubscribe, 'txn-status': status } as const

async function run(deps: DciDeps, tx: Tx, partner: PartnerRow, row: InboundRow): Promise<void> {
  const work = WORK[row.action as keyof typeof WORK]
  const message = JSON.parse(deps.keys.openText(row.body ?? Buffer.alloc(0))) as Message
  const { answers, items } = await work(deps, tx, partner, row, message)
  const address = row.answer_address
  if (address !== null) {
    await insertOutbound(
      tx,
      answers.map((answer) => outboundRow(deps, partner, answer, address)),
    )
  }
  const answer = address === null ? keptAnswer(deps, answers) : null
  await markDone(tx, row, { items, answer, at: instant(deps) })
}

/** The items of the answers to a search or a subscription, sealed, for whoever asks by txn/status; null when there are none. */
function keptAnswer(deps: DciDeps, answers: Work['answers']): Buffer | null {
  const items = answers.flatMap(({ message }) => message.search_response ?? message.subscribe_response ?? [])
  return items.length === 0 ? null : deps.keys.seal(JSON.stringify(items))
}

const EMPTY: Readonly<Record<keyof typeof WORK, object>> = {
  search: { search_response: [] },
  subscribe: { subscribe_response: [] },
  unsubscribe: { status: 'rjct' },
  'txn-status': {},
}

/** A message whose work failed time and again is answered by that, so that nobody waits for ever. */
async function giveUp(deps: DciDeps, tx: Tx, partner: PartnerRow, row: InboundRow): Promise<void> {
  const at = instant(deps)
  const action = row.action === 'txn-status' ? 'txn-on-status' : `on-${row.action}`
  const header = writeHeader(deps, partner, action, 0, { status: 'rjct', reason: '系统未能处理这条报文，已记录，请稍后重新提交' })
  const message = { ...names(row), timestamp: at, ...EMPTY[row.action as keyof typeof WORK] }
  if (row.answer_address !== null) {
    await insertOutbound(tx, [outboundRow(deps, partner, { header, message }, row.answer_address)])
  }
  await markDone(tx, row, { items: refusedOutcomes(row), answer: null, at })
}

const MOST_ATTEMPTS = 5
const WAIT_MS = 15_000

async function workOn(deps: DciDeps, partner: PartnerRow, messageId: string, work: typeof run): Promise<boolean> {
  return withTransaction(deps.db, partnerScope(partner), async (tx) => {
    const row = await takeWaiting(tx, partner.partner_id, messageId)
    if (row === undefined) return false
    await work(deps, tx, partner, row)
    return true
  })
}

async function afterFailure(deps: DciDeps, partner: PartnerRow, messageId: string): Promise<void> {
  const attempts = await withTransaction(deps.db, partnerScope(partner), (tx) =>
    noteFailure(tx, partner.partner_id, messageId, isoInstant(deps.clock.nowMs() + WAIT_MS)),
  )
  if (attempts >= MOST_ATTEMPTS) await workOn(deps, partner, messageId, giveUp)
}

/** Does the work of every message that waits; gives how many. A message whose work fails waits longer and does not hold the others. */
export async function runRequests(deps: DciDeps, most = 20): Promise<number> {
  const scope = wholeScope('system:dci')
  const waiting = await withTransaction(deps.db, scope, (tx) => listWaiting(tx, instant(deps), most))
  let done = 0
  for (const { partner_id: partnerId, message_id: messageId } of waiting) {
    const partner = await withTransaction(deps.db, scope, (tx) => findPartner(tx, partnerId))
    if (partner === undefined) continue
    try {
      if (await workOn(deps, partner, messageId, run)) done += 1
    } catch (error) {
      deps.log.error('a DCI message could not be worked on', { partner: partnerId, message: messageId, error })
      await afterFailure(deps, partner, messageId)
    }
  }
  return done
}
