/** All SQL of the exchange. A message is written once, sealed, and never changed but for the marks of its way. */
import type { UnitName } from '#exchange/contract'
import type { Sealed } from '#exchange/wire'
import type { Sql } from '#platform/db'

/** The outgoing channel of a unit, locked until the transaction ends, with what sealing needs. */
export interface OutChannel {
  unit: string
  node_id: string
  centre_id: string
  sign_public: string
  seal_public: string
  seq: number
  head: string
}

/** Locks the outgoing channels of units, in order of their names so that two writers never wait for each other. */
export function lockOutChannels(sql: Sql, units: readonly string[]): Promise<OutChannel[]> {
  return sql.query<OutChannel>(
    `select c.unit, n.node_id, n.centre_id, n.sign_public, n.seal_public, c.seq, c.head
       from exchange_channel c join exchange_node n using (unit)
      where c.direction = 'out' and c.unit = any($1::text[]) and n.state = 'active'
      order by c.unit for update of c`,
    [units],
  )
}

/** Requests already sent with the same business key. */
export function sentRequests(
  sql: Sql,
  keys: readonly { unit: string; idem: string }[],
): Promise<{ unit: string; idem: string; id: string }[]> {
  return sql.query(
    `select m.unit, m.idem, m.id from exchange_message m
       join unnest($1::text[], $2::text[]) as k(unit, idem) on m.unit = k.unit and m.idem = k.idem
      where m.type = 'request'`,
    [keys.map((key) => key.unit), keys.map((key) => key.idem)],
  )
}

/** Where a message belongs. */
export interface Place {
  kind: string
  campaign: string | null
  batch: number | null
  round: number | null
}

/** A sealed message with its place. */
export interface StoredMessage extends Sealed, Place {
  unit: UnitName
}

const COLUMNS = `unit, direction, id, seq, type, kind, corr, idem, campaign, batch, round, hash, header, body, created_at, expires_at`

/** Writes sealed messages into the outbox, moves the channels on and wakes the units' waiting calls: one statement. */
export async function writeOutbox(sql: Sql, messages: readonly StoredMessage[]): Promise<void> {
  const of = <T>(pick: (message: StoredMessage) => T): T[] => messages.map(pick)
  await sql.execute(
    `with m as (
       select * from unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::int[],
         $10::int[], $11::text[], $12::text[], $13::bytea[], $14::timestamptz[], $15::timestamptz[])
         as t(unit, id, seq, type, kind, corr, idem, campaign, batch, round, hash, header, body, created_at, expires_at)
     ), written as (
       insert into exchange_message (${COLUMNS})
       select unit, 'out', id, seq, type, kind, corr, idem, campaign, batch, round, hash, header, body, created_at, expires_at from m
     ), moved as (
       update exchange_channel c set seq = m.seq, head = m.hash
         from (select distinct on (unit) unit, seq, hash from m order by unit, seq desc) m
        where c.unit = m.unit and c.direction = 'out'
     )
     select pg_notify('exchange_outbox', string_agg(distinct unit, ',')) from m`,
    [
      of((m) => m.unit),
      of((m) => m.header.id),
      of((m) => m.header.seq),
      of((m) => m.header.type),
      of((m) => m.kind),
      of((m) => m.header.corr),
      of((m) => m.header.idem),
      of((m) => m.campaign),
      of((m) => m.batch),
      of((m) => m.round),
      of((m) => m.hash),
      of((m) => JSON.stringify(m.header)),
      of((m) => m.body),
      of((m) => m.header.created),
      of((m) => m.header.expires),
    ],
  )
}

/** What decides about a message of a unit. */
export interface Arrival {
  /** where the channel stands */
  seq: number
  head: string
  /** hash and time of a message stored before under the same id */
  before_hash: string | null
  before_at: string | null
  /** the request it answers; null when there is none */
  idem: string | null
  kind: string | null
  campaign: string | null
  batch: number | null
  round: number | null
  answered: boolean
}

/** Locks the incoming channel of a unit until the transaction ends and gives what decides about a message. */
export function lockArrival(sql: Sql, unit: string, id: string, corr: string | null): Promise<Arrival> {
  return sql.one<Arrival>(
    `select c.seq, c.head, b.hash as before_hash, b.delivered_at as before_at,
            r.idem, r.kind, r.campaign, r.batch, r.round, r.answered_at is not null as answered
       from exchange_channel c
       left join exchange_message b on b.unit = c.unit and b.direction = 'in' and b.id = $2
       left join exchange_message r on r.unit = c.unit and r.direction = 'out' and r.id = $3 and r.type = 'request'
      where c.unit = $1 and c.direction = 'in' for update of c`,
    [unit, id, corr],
  )
}

/**
 * Stores a message of a unit as received, moves its channel on, marks the request it answers and tells who waits for
 * the answers of the batch: one statement.
 */
export async function writeInbox(sql: Sql, message: StoredMessage, receivedAt: string): Promise<void> {
  const { header } = message
  await sql.execute(
    `with written as (
       insert into exchange_message (${COLUMNS}, delivered_at)
       values ($1, 'in', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     ), moved as (
       update exchange_channel set seq = $3, head = $11 where unit = $1 and direction = 'in'
     ), answered as (
       update exchange_message set answered_at = $16
        where unit = $1 and direction = 'out' and id = $6 and answered_at is null
     )
     select pg_notify('exchange_answered', concat_ws(':', $8::text, $9::int, $10::int))`,
    [
      message.unit,
      header.id,
      header.seq,
      header.type,
      message.kind,
      header.corr,
      header.idem,
      message.campaign,
      message.batch,
      message.round,
      message.hash,
      JSON.stringify(header),
      message.body,
      header.created,
      header.expires,
      receivedAt,
    ],
  )
}

/**
 * Notes what a unit has stored: its receipts reach up to a number. Answers the channel's own last number, and the hash of
 * the message with that number (null for 0). The unit's row is written only when there is something to note or it was last
 * seen more than `quietSeconds` ago, so that a unit that asks again at once costs a look.
 */
export function noteReceipts(
  sql: Sql,
  unit: string,
  after: number,
  at: string,
  quietSeconds = 5,
): Promise<{ seq: number; hash: string | null } | undefined> {
  return sql.maybe(
    `with seen as (
       update exchange_node n set last_seen_at = $3, receipted = greatest(receipted, least(c.seq, $2))
         from exchange_channel c
        where n.unit = $1 and c.unit = $1 and c.direction = 'out'
          and (n.receipted < least(c.seq, $2) or n.last_seen_at is null or n.last_seen_at <= $3::timestamptz - make_interval(secs => $4))
     )
     select c.seq, (select m.hash from exchange_message m where m.unit = $1 and m.direction = 'out' and m.seq = $2) as hash
       from exchange_channel c where c.unit = $1 and c.direction = 'out'`,
    [unit, after, at, quietSeconds],
  )
}

/** A message as it goes over the line. */
export interface OutboxRow {
  header: string
  body: Buffer
}

/** The next messages of a unit's channel after a number, up to `credit` of them; marks when each was first handed out. */
export function takeOutbox(
  sql: Sql,
  unit: string,
  after: number,
  credit: number,
  bytes: number,
  at: string,
): Promise<OutboxRow[]> {
  return sql.query<OutboxRow>(
    `with next as (
       select seq, sum(octet_length(body)) over (order by seq) - octet_length(body) as before
         from exchange_message where unit = $1 and direction = 'out' and seq > $2 order by seq limit $3
     ), marked as (
       update exchange_message m set delivered_at = $5 from next n
        where m.unit = $1 and m.direction = 'out' and m.seq = n.seq and n.before < $4 and m.delivered_at is null
     )
     select m.header, m.body from exchange_message m join next n using (seq)
      where m.unit = $1 and m.direction = 'out' and n.before < $4 order by m.seq`,
    [unit, after, credit, bytes, at],
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

/** An answer as stored. */
export interface AnswerRow {
  unit: string
  kind: string
  batch: number
  round: number
  corr: string
  header: string
  body: Buffer
  sign_public: string
  seal_public: string
}

/** Answers of a batch, in order of unit and number. */
export function answersOf(sql: Sql, at: Where): Promise<AnswerRow[]> {
  return sql.query<AnswerRow>(
    `select m.unit, m.kind, m.batch, m.round, m.corr, m.header, m.body, n.sign_public, n.seal_public
       from exchange_message m join exchange_node n using (unit)
      where m.direction = 'in' and ${where} order by m.unit, m.seq`,
    whereValues(at),
  )
}

/** A request without an answer. */
export interface OpenRequest {
  unit: string
  id: string
  kind: string
  batch: number
  round: number
  created_at: string
  delivered_at: string | null
  cancelled: boolean
}

/** Requests without an answer, cancelled ones included. */
export function openRequests(sql: Sql, at: Where): Promise<OpenRequest[]> {
  return sql.query<OpenRequest>(
    `select m.unit, m.id, m.kind, m.batch, m.round, m.created_at, m.delivered_at, m.cancelled_at is not null as cancelled
       from exchange_message m
      where m.direction = 'out' and m.type = 'request' and m.answered_at is null and ${where} order by m.unit, m.seq`,
    whereValues(at),
  )
}

/** Marks requests as cancelled. */
export function markCancelled(sql: Sql, ids: readonly string[], at: string): Promise<number> {
  return sql.execute(`update exchange_message set cancelled_at = $2 where direction = 'out' and id = any($1::uuid[])`, [ids, at])
}

/** Keeps bytes that could not be used. */
export async function park(sql: Sql, unit: string, fault: string, reason: string, bytes: Uint8Array, at: string): Promise<void> {
  await sql.execute(`insert into exchange_parked (unit, fault, reason, bytes, at) values ($1, $2, $3, $4, $5)`, [
    unit,
    fault,
    reason,
    bytes,
    at,
  ])
}

/** How a unit stands. */
export interface UnitRow {
  unit: string
  node_id: string
  state: string
  last_seen_at: string | null
  owed: number
  oldest_owed_at: string | null
  sent: number
  receipted: number
  received: number
}

/** Every enrolled unit with what it owes. */
export function unitRows(sql: Sql): Promise<UnitRow[]> {
  return sql.query<UnitRow>(
    `select n.unit, n.node_id, n.state, n.last_seen_at, coalesce(o.owed, 0)::int as owed, o.oldest as oldest_owed_at,
            co.seq as sent, n.receipted, ci.seq as received
       from exchange_node n
       join exchange_channel co on co.unit = n.unit and co.direction = 'out'
       join exchange_channel ci on ci.unit = n.unit and ci.direction = 'in'
       left join (select unit, count(*) as owed, min(created_at) as oldest from exchange_message
                   where type = 'request' and answered_at is null and cancelled_at is null group by unit) o on o.unit = n.unit
      order by n.unit`,
  )
}

/** Makes or renews a unit; the channels stay. */
export async function saveNode(
  sql: Sql,
  node: { unit: string; nodeId: string; centreId: string; signing: string; box: string; at: string },
): Promise<void> {
  await sql.execute(
    `with node as (
       insert into exchange_node (unit, node_id, centre_id, sign_public, seal_public, enrolled_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (unit) do update set node_id = excluded.node_id, centre_id = excluded.centre_id, state = 'active',
         sign_public = excluded.sign_public, seal_public = excluded.seal_public, enrolled_at = excluded.enrolled_at
       returning unit
     )
     insert into exchange_channel (unit, direction) select unit, d from node, unnest(array['in', 'out']) as d on conflict do nothing`,
    [node.unit, node.nodeId, node.centreId, node.signing, node.box, node.at],
  )
}

export interface NodeRow {
  unit: string
  node_id: string
  centre_id: string
  sign_public: string
  seal_public: string
}

/** An enrolled unit that is not revoked, by the id its messages carry. */
export function activeNode(sql: Sql, nodeId: string): Promise<NodeRow | undefined> {
  return sql.maybe<NodeRow>(
    `select unit, node_id, centre_id, sign_public, seal_public from exchange_node where node_id = $1 and state = 'active'`,
    [nodeId],
  )
}
