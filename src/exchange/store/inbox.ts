/** SQL of what comes in: stored sealed as received, once, in the order of its lane; and what is looked up among it. */

import type { Sql } from '#platform/db'
import type { Lane } from '#wire'
import type { SuiteName } from '#wire/contract'
import { keysAt } from './nodes.ts'
import {
  type LaneTo,
  messageCells,
  messageColumns,
  messageRows,
  messageValues,
  type Place,
  type StoredMessage,
} from './outbox.ts'

/** An incoming channel, locked until the transaction ends. */
export interface InChannel extends LaneTo {
  seq: number
  head: string
}

/** A message stored before. */
export interface KnownMessage {
  unit: string
  id: string
  hash: string
  at: string
}

/** What was sent and may be answered. */
export interface AskedMessage extends Place {
  unit: string
  id: string
  idem: string
  answered: boolean
}

/** Of each message that came in: its lane, its id, and what it answers. */
export interface ArrivedIds extends LaneTo {
  id: string
  corr: string | null
}

/**
 * Locks the incoming channels of messages until the transaction ends (those of a revoked node are left out) and gives what
 * decides about them: where the channels stand, what was stored before, what is answered. Three statements that travel together,
 * however many the messages. Each message is looked up by its id, and nothing else an index could serve: in a table without statistics yet
 * a plain join, or an index that begins with the unit, reads all messages of the unit for every one of them.
 */
export async function lockArrivals(
  sql: Sql,
  arrived: readonly ArrivedIds[],
): Promise<{ channels: InChannel[]; known: KnownMessage[]; asked: AskedMessage[] }> {
  const units = arrived.map((each) => each.unit)
  const [channels, known, asked] = await Promise.all([
    sql.query<InChannel>(
      `select c.unit, c.lane, c.seq, c.head from exchange_channel c join exchange_node n using (unit)
        where c.direction = 'in' and n.state = 'active' and (c.unit, c.lane) in (select * from unnest($1::text[], $2::text[]))
        order by c.unit, c.lane for update of c`,
      [units, arrived.map((each) => each.lane)],
    ),
    sql.query<KnownMessage>(
      `select m.* from unnest($1::text[], $2::uuid[]) as k(unit, id) cross join lateral (
         select unit, id, hash, delivered_at as at from exchange_message
          where id = k.id and direction || '' = 'in' and unit || '' = k.unit limit 1) m`,
      [units, arrived.map((each) => each.id)],
    ),
    sql.query<AskedMessage>(
      `select m.unit, m.id, m.idem, m.kind, m.campaign, m.batch, m.round, m.answered_at is not null as answered
         from (select distinct * from unnest($1::text[], $2::uuid[])) as k(unit, id) cross join lateral (
           select * from exchange_message where id = k.id and direction || '' = 'out' and unit || '' = k.unit limit 1) m
        where m.type in ('request', 'subscription')`,
      [units, arrived.map((each) => each.corr)],
    ),
  ])
  return { channels, known, asked }
}

/**
 * Stores messages as received, moves their channels on, marks the requests they answer and tells who waits for the
 * answers: one statement. (The `case` keeps the planner from the indexes of open requests, which it takes for empty.)
 */
export async function writeInbox(sql: Sql, messages: readonly StoredMessage[], receivedAt: string): Promise<void> {
  await sql.execute(
    `with ${messageRows}, written as (
       insert into exchange_message (direction, delivered_at, ${messageColumns}) select 'in', $20::timestamptz, ${messageCells} from m
     ), moved as (
       update exchange_channel c set seq = l.seq, head = l.hash
         from (select distinct on (unit, lane) unit, lane, seq, hash from m order by unit, lane, seq desc) l
        where c.unit = l.unit and c.lane = l.lane and c.direction = 'in'
     ), answered as (
       update exchange_message a set answered_at = $20 from m
        where a.unit = m.unit and a.direction = 'out' and a.id = m.corr
          and case a.type when 'request' then a.answered_at is null else false end and m.type in ('answer', 'statement', 'refused', 'correction')
     )
     select pg_notify('exchange_answered', place)
       from (select distinct concat_ws(':', campaign, batch, round) as place from m where corr is not null) p`,
    [...messageValues(messages), receivedAt],
  )
}

/** A stored message with its number in its lane: what a receipt says. */
export interface StoredPlace {
  id: string
  seq: number
  hash: string
  at: string
}

/** What is stored of a lane after a number, oldest first. */
export function listStored(sql: Sql, { unit, lane }: LaneTo, after: number, limit: number): Promise<StoredPlace[]> {
  return sql.query<StoredPlace>(
    `select id, seq, hash, delivered_at as at from exchange_message
      where unit = $1 and lane = $2 and direction = 'in' and seq > $3 order by seq limit $4`,
    [unit, lane, after, limit],
  )
}

/** What is looked for among messages: a campaign, or one batch, or one round of it. */
export interface Where {
  campaign: string
  batch?: number
  round?: number
}

const where = `m.campaign = $1 and ($2::int is null or m.batch = $2) and ($3::int is null or m.round = $3)`
const whereValues = (at: Where) => [at.campaign, at.batch ?? null, at.round ?? null]

/** An answer as stored, with the sender's keys that held when it was stored. */
export interface AnswerRow {
  unit: string
  kind: string
  batch: number
  round: number
  corr: string
  header: string
  body: Buffer
  suite: SuiteName
  keys: string[]
}

/** Answers of a batch, in order of unit and number. */
export function listAnswers(sql: Sql, at: Where): Promise<AnswerRow[]> {
  return sql.query<AnswerRow>(
    `select m.unit, m.kind, m.batch, m.round, m.corr, m.header, m.body, n.suite, ${keysAt('m.unit', 'm.delivered_at')} as keys
       from exchange_message m join exchange_node n using (unit)
      where m.direction = 'in' and m.type in ('answer', 'statement', 'refused', 'correction') and ${where}
      order by m.unit, m.delivered_at, m.lane, m.seq`,
    whereValues(at),
  )
}

/** A request without an answer. */
export interface OpenRequest {
  unit: string
  id: string
  lane: Lane
  kind: string
  batch: number
  round: number
  created_at: string
  expires_at: string | null
  delivered_at: string | null
  cancelled: boolean
}

const openColumns = `m.unit, m.id, m.lane, m.kind, m.batch, m.round, m.created_at, m.expires_at, m.delivered_at,
  m.cancelled_at is not null as cancelled`

/** Requests without an answer, cancelled ones included. */
export function listOpenRequests(sql: Sql, at: Where): Promise<OpenRequest[]> {
  return sql.query<OpenRequest>(
    `select ${openColumns} from exchange_message m
      where m.direction = 'out' and m.type = 'request' and m.answered_at is null and ${where} order by m.unit, m.lane, m.seq`,
    whereValues(at),
  )
}

/** A request nobody will answer, and why. */
export type StuckRequest = OpenRequest & { campaign: string; why: 'expired' | 'revoked' }

/** Requests that are neither answered nor cancelled and never will be: expired, or to a node that was revoked; oldest first. */
export function listStuckRequests(sql: Sql, at: string): Promise<StuckRequest[]> {
  return sql.query<StuckRequest>(
    `select ${openColumns}, m.campaign, case when n.state = 'revoked' then 'revoked' else 'expired' end as why
       from exchange_message m join exchange_node n using (unit)
      where m.type = 'request' and m.answered_at is null and m.cancelled_at is null and (n.state = 'revoked' or m.expires_at < $1)
      order by m.created_at`,
    [at],
  )
}

/** A request that is neither answered nor cancelled, as it was sent. */
export interface OpenMessage {
  unit: string
  id: string
  campaign: string
  lane: Lane
  /** the neighbour through which its node is reached */
  via: string | null
  header: string
  body: Buffer
}

/** The request with an id, while it is neither answered nor cancelled. */
export function findOpenRequest(sql: Sql, unit: string, id: string): Promise<OpenMessage | undefined> {
  return sql.maybe<OpenMessage>(
    `select m.unit, m.id, m.campaign, m.lane, n.via, m.header, m.body from exchange_message m join exchange_node n using (unit)
      where m.unit = $1 and m.direction = 'out' and m.id = $2 and m.type = 'request' and m.answered_at is null and m.cancelled_at is null`,
    [unit, id],
  )
}
