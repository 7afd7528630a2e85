import { z } from 'zod'
import { appendAll } from '#journal'
import { Problem } from '#kernel/problem'
import { today } from '#platform/clock'
import { type Tx, wholeScope, withTransaction } from '#platform/db'
import { AnswerHeader, type Envelope } from '../contract/index.ts'
import { citizenNumberOf } from '../rules/read-query.ts'
import { insertOutbound, listInbound, listSent, type SentRow } from '../store/messages.ts'
import { findPartner, type PartnerRow } from '../store/partners.ts'
import { callPartner } from './call-partner.ts'
import { type DciDeps, instant, newId, partnerScope } from './deps.ts'
import { checkSignature, signEnvelope } from './signatures.ts'
import { outboundRow, type Written, writeHeader } from './write-message.ts'

/** Asking another registry of the standard: at once, or later with the answer at our own callback address. */

type Fields = Readonly<Record<string, unknown>>

/** A question about one person. */
export interface Question {
  readonly idNumber: string
  readonly recordType: 'Member' | 'Group'
  readonly purpose: string
  /** Number or address of the paper that allows the question. */
  readonly reference: string
}

/** A transaction with a registry, as it stands. */
export interface Asked {
  readonly sent: readonly SentRow[]
  /** What came in for it, oldest first. */
  readonly answers: readonly { readonly action: string; readonly message: Fields }[]
}

async function registryOf(tx: Tx, partnerId: string): Promise<PartnerRow & { registry_uri: string }> {
  const partner = await findPartner(tx, partnerId)
  if (partner?.is_registry !== true || partner.registry_uri === null || partner.disabled) {
    throw new Problem('dci.no-registry', `“${partnerId}”不是已登记且在用的登记系统`, { status: 404 })
  }
  return { ...partner, registry_uri: partner.registry_uri }
}

/** The question with its number as numbers are kept, so that the journal finds the person; throws when it is none. */
function readQuestion(deps: DciDeps, question: Question): Question {
  const idNumber = citizenNumberOf(question.idNumber, today(deps.clock))
  if (idNumber !== undefined) return { ...question, idNumber }
  throw new Problem('dci.number', '所问的公民身份号码的位数、出生日期或校验位不对，请核对后重新查询', { status: 422 })
}

function criteriaOf(question: Question, at: string): Fields {
  const authorize = { ts: at, purpose: { code: question.purpose, text: question.purpose, ref_uri: question.reference } }
  return { version: '1.0.0', reg_type: 'Social', authorize, query: { type: 'UIN', value: question.idNumber } }
}

function searchMessage(questions: readonly Question[], at: string): Fields & { transaction_id: string } {
  return {
    transaction_id: newId(),
    search_request: questions.map((question) => {
      const { query, ...criteria } = criteriaOf(question, at)
      const more = { query_type: 'idtype-value', response_entity: question.recordType, query }
      return { reference_id: newId(), timestamp: at, search_criteria: { ...criteria, ...more }, locale: 'zho' }
    }),
  }
}

/** The journal says that we gave a person's number to another registry, and why. */
async function note(deps: DciDeps, tx: Tx, partner: PartnerRow, action: string, questions: readonly Question[]): Promise<void> {
  await appendAll(
    tx,
    questions.map(({ idNumber, purpose, reference }) => ({
      chain: `dci:${partner.partner_id}`,
      action,
      divisionCode: partner.division_code,
      subjects: [deps.keys.blindIndex('id', idNumber)],
      basis: reference,
      purpose,
      detail: { partner: partner.partner_id, unitName: partner.name, authorisation: reference },
    })),
  )
}

const Reply = z.looseObject({
  signature: z.string().optional(),
  header: AnswerHeader,
  message: z.record(z.string(), z.unknown()).optional(),
})

async function post(
  deps: DciDeps,
  partner: PartnerRow & { registry_uri: string },
  path: string,
  written: Written,
): Promise<Fields> {
  const text = await signEnvelope(deps, partner.our_id, { header: { ...written.header }, message: written.message })
  const reply = await callPartner(deps, partner, `${partner.registry_uri}${path}`, text)
  const read = Reply.safeParse(reply.body)
  if (reply.status !== 200 || !read.success) {
    throw new Problem('dci.no-answer', `“${partner.name}”没有作答（状态 ${reply.status}）`, { status: 502 })
  }
  checkSignature(deps, partner, reply.body as Envelope)
  const { header, message } = read.data
  if (header.status === 'rjct' || message === undefined) {
    throw new Problem('dci.refused', `“${partner.name}”退回了请求：${header.status_reason_code ?? '未说明原因'}`, { status: 502 })
  }
  if (message.transaction_id !== written.message.transaction_id) {
    throw new Problem('dci.no-answer', `“${partner.name}”的答复不属于这次请求`, { status: 502 })
  }
  return message
}

/** Asks and waits for the answer: the message of on-search. */
export async function askNow(deps: DciDeps, partnerId: string, asked: readonly Question[]): Promise<Fields> {
  const questions = asked.map((question) => readQuestion(deps, question))
  const partner = await withTransaction(deps.db, wholeScope('system:dci'), async (tx) => {
    const found = await registryOf(tx, partnerId)
    await note(deps, tx, found, 'dci.ask', questions)
    return found
  })
  const message = searchMessage(questions, instant(deps))
  return post(deps, partner, '/registry/sync/search', { header: writeHeader(deps, partner, 'search', questions.length), message })
}

async function askLater(
  deps: DciDeps,
  partnerId: string,
  action: string,
  made: Omit<Written, 'header'> & { items: number },
  noted: readonly Question[],
): Promise<string> {
  return withTransaction(deps.db, wholeScope('system:dci'), async (tx) => {
    const partner = await registryOf(tx, partnerId)
    await note(deps, tx, partner, action === 'subscribe' ? 'dci.ask-changes' : 'dci.ask', noted)
    const header = writeHeader(deps, partner, action, made.items)
    const path = action === 'txn-status' ? 'txn/status' : action
    await insertOutbound(tx, [
      outboundRow(deps, partner, { header, message: made.message }, `${partner.registry_uri}/registry/${path}`),
    ])
    return String(made.message.transaction_id)
  })
}

/** Asks; the answer comes to our own endpoint. Gives the transaction. */
export async function askForLater(deps: DciDeps, partnerId: string, asked: readonly Question[]): Promise<string> {
  const questions = asked.map((question) => readQuestion(deps, question))
  const message = searchMessage(questions, instant(deps))
  return askLater(deps, partnerId, 'search', { message, items: questions.length }, questions)
}

/** Subscribes to changes about a person. Gives the transaction. */
export async function askForChanges(deps: DciDeps, partnerId: string, asked: Question, event: string): Promise<string> {
  const [at, question] = [instant(deps), readQuestion(deps, asked)]
  const { query, ...criteria } = criteriaOf(question, at)
  const more = { reg_event_type: event, filter_type: 'idtype-value', filter: query, notify_record_type: question.recordType }
  const item = { reference_id: newId(), timestamp: at, subscribe_criteria: { ...criteria, ...more }, locale: 'zho' }
  const message = { transaction_id: newId(), subscribe_request: [item] }
  return askLater(deps, partnerId, 'subscribe', { message, items: 1 }, [question])
}

/** Ends subscriptions. Gives the transaction. */
export function endChanges(deps: DciDeps, partnerId: string, codes: readonly string[]): Promise<string> {
  const message = { transaction_id: newId(), timestamp: instant(deps), subscription_codes: codes }
  return askLater(deps, partnerId, 'unsubscribe', { message, items: codes.length }, [])
}

/** Asks at once what became of a transaction: the message of txn-on-status. */
export async function askStatus(
  deps: DciDeps,
  partnerId: string,
  transactionId: string,
  type: 'search' | 'subscribe',
): Promise<Fields> {
  const partner = await withTransaction(deps.db, wholeScope('system:dci'), (tx) => registryOf(tx, partnerId))
  const request = { reference_id: newId(), txn_type: type, attribute_type: 'transaction_id', attribute_value: transactionId }
  const message = { transaction_id: newId(), txnstatus_request: request }
  return post(deps, partner, '/registry/sync/txn/status', { header: writeHeader(deps, partner, 'txn-status', 1), message })
}

/** What was sent for a transaction and what came back. */
export async function findAsked(deps: DciDeps, partnerId: string, transactionId: string): Promise<Asked> {
  const actions = ['on-search', 'on-subscribe', 'on-unsubscribe', 'txn-on-status', 'notify']
  const partner = await withTransaction(deps.db, wholeScope('system:dci'), (tx) => registryOf(tx, partnerId))
  return withTransaction(deps.db, partnerScope(partner), async (tx) => {
    const rows = await listInbound(tx, partnerId, { transactionId }, actions)
    return {
      sent: await listSent(tx, partnerId, transactionId),
      answers: rows.flatMap(({ action, body }) =>
        body === null ? [] : [{ action, message: JSON.parse(deps.keys.openText(body)) as Fields }],
      ),
    }
  })
}

/** Notices that came from a registry, newest last. */
export async function listNotices(deps: DciDeps, partnerId: string): Promise<Fields[]> {
  const partner = await withTransaction(deps.db, wholeScope('system:dci'), (tx) => registryOf(tx, partnerId))
  const rows = await withTransaction(deps.db, partnerScope(partner), (tx) => listInbound(tx, partnerId, {}, ['notify']))
  return rows.flatMap(({ body }) => (body === null ? [] : [JSON.parse(deps.keys.openText(body)) as Fields]))
}
