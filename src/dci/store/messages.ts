import type { Sql } from '#platform/db'
import { LIMITS, type RequestStatus } from '../contract/index.ts'

/** SQL of the messages that came in and of those that go out. */

/** What became of one item, as txn/status tells it. */
export interface ItemOutcome {
  readonly referenceId: string
  readonly timestamp: string
  readonly status: RequestStatus
  readonly code?: string
}

export interface InboundRow {
  readonly partner_id: string
  readonly message_id: string
  readonly division_code: string
  readonly action: string
  readonly transaction_id: string
  readonly correlation_id: string
  readonly hash: Buffer
  readonly answer_address: string | null
  readonly body: Buffer | null
  readonly reply: Buffer | null
  /** The items of the answer where no address is known for it, sealed; txn/status gives them. */
  readonly answer: Buffer | null
  readonly items: readonly ItemOutcome[]
  readonly state: 'waiting' | 'done'
  readonly received_at: string
}

/** Stores a message; false when one of this partner under the same id is there already. */
export async function insertInbound(sql: Sql, row: InboundRow): Promise<boolean> {
  const inserted = await sql.execute(
    `insert into dci_inbound (partner_id, message_id, division_code, action, transaction_id, correlation_id, hash, answer_address, body,
       reply, answer, items, state, received_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing`,
    [
      row.partner_id,
      row.message_id,
      row.division_code,
      row.action,
      row.transaction_id,
      row.correlation_id,
      row.hash,
      row.answer_address,
      row.body,
      row.reply,
      row.answer,
      JSON.stringify(row.items),
      row.state,
      row.received_at,
    ],
  )
  return inserted === 1
}

export function findInbound(sql: Sql, partnerId: string, messageId: string): Promise<InboundRow | undefined> {
  return sql.maybe<InboundRow>('select * from dci_inbound where partner_id = $1 and message_id = $2', [partnerId, messageId])
}

/** What the reply to a message was, and what became of its items. */
export async function saveReply(sql: Sql, key: InboundRow, reply: Buffer | null, items: readonly ItemOutcome[]): Promise<void> {
  await sql.execute('update dci_inbound set reply = $3, items = $4 where partner_id = $1 and message_id = $2', [
    key.partner_id,
    key.message_id,
    reply,
    JSON.stringify(items),
  ])
}

/** Whose messages wait for their work, the oldest first; those of a partner that was disabled rest. */
export function listWaiting(sql: Sql, at: string, most: number): Promise<Pick<InboundRow, 'partner_id' | 'message_id'>[]> {
  return sql.query(
    `select partner_id, message_id from dci_inbound where state = 'waiting' and due_at <= $1
       and partner_id in (select partner_id from dci_partner where not disabled)
     order by due_at, received_at limit $2`,
    [at, most],
  )
}

/** Counts a failure of a message's work, which is tried again at `dueAt`; gives how many there were. */
export async function noteFailure(sql: Sql, partnerId: string, messageId: string, dueAt: string): Promise<number> {
  const row = await sql.maybe<{ attempts: number }>(
    `update dci_inbound set attempts = attempts + 1, due_at = $3 where partner_id = $1 and message_id = $2 and state = 'waiting'
     returning attempts`,
    [partnerId, messageId, dueAt],
  )
  return row?.attempts ?? 0
}

/** The waiting message, locked until the end of the transaction; undefined when somebody else has it or it is done. */
export function takeWaiting(sql: Sql, partnerId: string, messageId: string): Promise<InboundRow | undefined> {
  return sql.maybe<InboundRow>(
    `select * from dci_inbound where partner_id = $1 and message_id = $2 and state = 'waiting' for update skip locked`,
    [partnerId, messageId],
  )
}

/** The work of a message is done; `answer` is what is kept of it where it goes to no address. */
export async function markDone(
  sql: Sql,
  key: InboundRow,
  done: { readonly items: readonly ItemOutcome[]; readonly answer: Buffer | null; readonly at: string },
): Promise<void> {
  await sql.execute(
    `update dci_inbound set state = 'done', done_at = $3, items = $4, answer = $5, body = null
     where partner_id = $1 and message_id = $2`,
    [key.partner_id, key.message_id, done.at, JSON.stringify(done.items), done.answer],
  )
}

/** Columns of a message in a list: without the reply, and with kept answers of so many bytes at most, those of the newest messages. */
const LISTED = (most: string): string => `
  partner_id, message_id, division_code, action, transaction_id, correlation_id, hash, answer_address, body, null as reply,
  case when sum(octet_length(answer)) over (order by received_at desc, message_id) - octet_length(answer) < ${most} then answer end as answer,
  items, state, received_at`

/** The newest hundred messages of a transaction, or with one of these correlations or item references; oldest of them first. */
export function listInbound(
  sql: Sql,
  partnerId: string,
  by: { readonly transactionId?: string; readonly correlationId?: string; readonly references?: readonly string[] },
  actions: readonly string[],
): Promise<InboundRow[]> {
  return sql.query<InboundRow>(
    `select * from (
       select ${LISTED('$6')} from dci_inbound where partner_id = $1 and action = any($2)
         and ($3::text is null or transaction_id = $3) and ($4::text is null or correlation_id = $4)
         and ($5::text[] is null or exists (select from jsonb_array_elements(items) i where i ->> 'referenceId' = any($5)))
       order by received_at desc limit 100) newest
     order by received_at`,
    [partnerId, actions, by.transactionId ?? null, by.correlationId ?? null, by.references ?? null, LIMITS.keptBytes],
    { named: false },
  )
}

export interface OutboundRow {
  readonly message_id: string
  readonly partner_id: string
  readonly division_code: string
  readonly action: string
  readonly transaction_id: string
  readonly address: string
  readonly body: Buffer
  readonly created_at: string
}

/** A message to be sent, with how often that was tried. */
export interface DueRow extends OutboundRow {
  readonly attempts: number
  readonly refusals: number
}

export async function insertOutbound(sql: Sql, rows: readonly OutboundRow[]): Promise<void> {
  for (const row of rows) {
    await sql.execute(
      `insert into dci_outbound (message_id, partner_id, division_code, action, transaction_id, address, body, created_at, due_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
      [row.message_id, row.partner_id, row.division_code, row.action, row.transaction_id, row.address, row.body, row.created_at],
    )
  }
}

/**
 * Takes messages that are due, those tried least first, and puts them off until `until`: should this process die, they are due again then.
 * Of a transaction only the first that has neither arrived nor been parked, so that its messages arrive in the order they were written.
 */
export function takeDue(sql: Sql, at: string, until: string, most: number): Promise<DueRow[]> {
  return sql.query<DueRow>(
    `update dci_outbound o set due_at = $2, attempts = o.attempts + 1
     from (select message_id from dci_outbound m where delivered_at is null and parked_at is null and due_at <= $1
             and not exists (select from dci_outbound earlier where earlier.partner_id = m.partner_id
               and earlier.transaction_id = m.transaction_id and earlier.number < m.number
               and earlier.delivered_at is null and earlier.parked_at is null)
           order by attempts, number limit $3 for update skip locked) due
     where o.message_id = due.message_id returning o.*`,
    [at, until, most],
  )
}

export async function markDelivered(sql: Sql, messageId: string, correlationId: string | null, at: string): Promise<void> {
  await sql.execute(
    `update dci_outbound set delivered_at = $3, correlation_id = $2, last_error = null, body = null where message_id = $1`,
    [messageId, correlationId, at],
  )
}

/** Notes a failed attempt: due again at an instant, or parked for a person. */
export async function markFailed(
  sql: Sql,
  messageId: string,
  failure: { readonly error: string; readonly refusals: number; readonly dueAt: string; readonly parkedAt: string | null },
): Promise<void> {
  await sql.execute(
    `update dci_outbound set last_error = $2, refusals = $3, due_at = $4, parked_at = $5 where message_id = $1 and delivered_at is null`,
    [messageId, failure.error, failure.refusals, failure.dueAt, failure.parkedAt],
  )
}

/** What became of the messages of a transaction that we sent. */
export interface SentRow {
  readonly message_id: string
  readonly action: string
  readonly correlation_id: string | null
  readonly attempts: number
  readonly last_error: string | null
  readonly delivered_at: string | null
  readonly parked_at: string | null
}

export function listSent(sql: Sql, partnerId: string, transactionId: string): Promise<SentRow[]> {
  return sql.query<SentRow>(
    `select message_id, action, correlation_id, attempts, last_error, delivered_at, parked_at from dci_outbound
     where partner_id = $1 and transaction_id = $2 order by number`,
    [partnerId, transactionId],
  )
}

/** Which of these transactions have an answer of this kind that has neither arrived nor been parked. */
export async function listUnderWay(
  sql: Sql,
  partnerId: string,
  transactionIds: readonly string[],
  action: string,
): Promise<string[]> {
  const rows = await sql.query<{ transaction_id: string }>(
    `select distinct transaction_id from dci_outbound
     where partner_id = $1 and transaction_id = any($2) and action = $3 and delivered_at is null and parked_at is null`,
    [partnerId, transactionIds, action],
  )
  return rows.map((row) => row.transaction_id)
}

/** A parked message is due again; false when there is none of that id, or its body was taken away. */
export async function sendAgain(sql: Sql, messageId: string, at: string): Promise<boolean> {
  const sent = await sql.execute(
    'update dci_outbound set parked_at = null, refusals = 0, due_at = $2 where message_id = $1 and parked_at is not null and body is not null',
    [messageId, at],
  )
  return sent === 1
}

export function listParked(sql: Sql): Promise<(SentRow & { partner_id: string })[]> {
  return sql.query(
    `select message_id, partner_id, action, correlation_id, attempts, last_error, delivered_at, parked_at from dci_outbound
     where parked_at is not null order by number limit 200`,
  )
}

/** Takes bodies away that are older than an instant; what is still to be done keeps its own. */
export async function dropBodies(sql: Sql, before: string): Promise<void> {
  await sql.execute(
    `update dci_inbound set body = null, reply = null, answer = null
     where received_at < $1 and state = 'done' and (body is not null or reply is not null or answer is not null)`,
    [before],
  )
  await sql.execute('update dci_outbound set body = null where created_at < $1 and body is not null and parked_at is not null', [
    before,
  ])
}
