/** SQL of what goes out. A message is written once, sealed, and never changed but for the marks of its way. */

import type { Sql } from '#platform/db'
import { headerText, type Lane, type Sealed } from '#wire'
import type { SuiteName } from '#wire/contract'
import { joinBytes } from './joined-bytes.ts'
import { keysAt } from './nodes.ts'

/** A lane to a node. */
export interface LaneTo {
  unit: string
  lane: Lane
}

/** An outgoing channel, locked until the transaction ends, with what sealing needs and what may be asked. */
export interface OutChannel extends LaneTo {
  node_id: string
  centre_id: string
  suite: SuiteName
  via: string | null
  seq: number
  head: string
  keys: string[]
  /** items that may be asked for the purpose given */
  rights: string[]
}

/**
 * Locks outgoing channels, and those of the neighbours through which they lead, in one order, so that two writers never
 * wait for each other.
 */
export function lockOutChannels(sql: Sql, lanes: readonly LaneTo[], purpose: string, at: string): Promise<OutChannel[]> {
  return sql.query<OutChannel>(
    `with wanted as (
       select * from unnest($1::text[], $2::text[]) as t(unit, lane)
     )
     select c.unit, c.lane, n.node_id, n.centre_id, n.suite, n.via, c.seq, c.head, ${keysAt('n.unit', '$4::timestamptz')} as keys,
            array(select r.item from exchange_right r where r.unit = n.unit and r.purpose = $3) as rights
       from exchange_channel c join exchange_node n using (unit)
      where c.direction = 'out' and n.state = 'active' and (c.unit, c.lane) in
            (select unit, lane from wanted union select r.via, w.lane from wanted w join exchange_node r using (unit) where r.via is not null)
      order by c.unit, c.lane for update of c`,
    [lanes.map((each) => each.unit), lanes.map((each) => each.lane), purpose, at],
  )
}

/** Requests already sent with the same business key. */
export function sentRequests(
  sql: Sql,
  keys: readonly { unit: string; idem: string }[],
): Promise<{ unit: string; idem: string; id: string }[]> {
  return sql.query(
    `select m.* from unnest($1::text[], $2::text[]) as k(unit, idem) cross join lateral (
       select unit, idem, id from exchange_message where type = 'request' and unit = k.unit and idem = k.idem limit 1) m`,
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
export interface StoredMessage extends Sealed, Place, LaneTo {
  /** of a relay: id of the message inside */
  innerId: string | null
}

const columns = `unit, lane, id, seq, type, kind, corr, idem, campaign, batch, round, inner_id, hash, header, created_at, expires_at`

/** Columns of a stored message in the order of `messageCells`. */
export const messageColumns = `${columns}, body`

/** What goes into them from a row of `m`. */
export const messageCells = `${columns}, substr($19::bytea, start, size)`

/** The stored messages as rows named `m`, without their bodies, from the parameters 1 to 18. */
export const messageRows = `m as (
  select * from unnest($1::text[], $2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::text[],
    $10::int[], $11::int[], $12::uuid[], $13::text[], $14::text[], $15::timestamptz[], $16::timestamptz[], $17::int[], $18::int[])
    as t(${columns}, start, size)
)`

/** Values for `messageRows` and `messageCells`: 19. */
export function messageValues(messages: readonly StoredMessage[]): unknown[] {
  const of = <T>(pick: (message: StoredMessage) => T): T[] => messages.map(pick)
  const bodies = joinBytes(of((m) => m.body))
  return [
    of((m) => m.unit),
    of((m) => m.lane),
    of((m) => m.header.id),
    of((m) => m.header.seq),
    of((m) => m.header.type),
    of((m) => m.kind),
    of((m) => m.header.corr),
    of((m) => m.header.idem),
    of((m) => m.campaign),
    of((m) => m.batch),
    of((m) => m.round),
    of((m) => m.innerId),
    of((m) => m.hash),
    of((m) => headerText(m.header)),
    of((m) => m.header.created),
    of((m) => m.header.expires),
    bodies.starts,
    bodies.sizes,
    bodies.bytes,
  ]
}

/** Ids of nodes in one notification: its length is limited. */
const NODES_AT_ONCE = 50

/** Writes sealed messages into the outbox, moves the channels on and wakes the lines of the neighbours: one statement. */
export async function writeOutbox(sql: Sql, messages: readonly StoredMessage[]): Promise<void> {
  await sql.execute(
    `with ${messageRows}, written as (
       insert into exchange_message (direction, ${messageColumns}) select 'out', ${messageCells} from m
     ), moved as (
       update exchange_channel c set seq = l.seq, head = l.hash
         from (select distinct on (unit, lane) unit, lane, seq, hash from m order by unit, lane, seq desc) l
        where c.unit = l.unit and c.lane = l.lane and c.direction = 'out'
     ), woken as (
       select n.node_id, (row_number() over () - 1) / ${NODES_AT_ONCE} as part
         from exchange_node n where n.via is null and n.unit in (select unit from m)
     )
     select pg_notify('exchange_outbox', string_agg(node_id, ',')) from woken group by part`,
    messageValues(messages),
  )
}

/** Where an outgoing channel to an active node stands, and the hash of the message with a number (null for 0 or none). */
export function lookAtOutChannel(
  sql: Sql,
  { unit, lane }: LaneTo,
  after: number,
): Promise<{ seq: number; hash: string | null } | undefined> {
  return sql.maybe(
    `select c.seq, (select m.hash from exchange_message m
                     where m.unit = $1 and m.lane = $2 and m.direction = 'out' and m.seq = $3) as hash
       from exchange_channel c join exchange_node n using (unit)
      where c.unit = $1 and c.lane = $2 and c.direction = 'out' and n.state = 'active'`,
    [unit, lane, after],
  )
}

/** A message as it goes over the line. */
export interface OutboxRow {
  header: string
  body: Buffer
}

/** The next messages of a lane after a number, within the credit; marks when each was first handed out. */
export function takeOutbox(
  sql: Sql,
  { unit, lane }: LaneTo,
  after: number,
  credit: { messages: number; bytes: number },
  at: string,
): Promise<OutboxRow[]> {
  return sql.query<OutboxRow>(
    `with next as materialized (
       select seq, header, body, sum(octet_length(body)) over (order by seq) - octet_length(body) as before
         from exchange_message where unit = $1 and lane = $6 and direction = 'out' and seq > $2 order by seq limit $3
     ), marked as (
       update exchange_message set delivered_at = $5
        where unit = $1 and lane = $6 and direction = 'out' and seq > $2 and seq <= (select max(seq) from next where before < $4)
          and delivered_at is null
     )
     select header, body from next where before < $4 order by seq`,
    [unit, after, credit.messages, credit.bytes, at, lane],
  )
}

/**
 * Messages of a lane from a number on that are wrapped again because the far node misses them: not those still on their way
 * to the neighbour, nor those wrapped again since an instant. Up to `limit`, oldest first.
 */
export function listForResend(
  sql: Sql,
  { unit, lane }: LaneTo,
  via: string,
  { from, limit, quietSince }: { from: number; limit: number; quietSince: string },
): Promise<(OutboxRow & { seq: number })[]> {
  return sql.query(
    `select m.seq, m.header, m.body from exchange_message m
      where m.unit = $1 and m.lane = $2 and m.direction = 'out' and m.seq >= $4
        and not exists (
          select from exchange_message r
           where r.unit = $3 and r.direction = 'out' and r.lane = $2 and r.inner_id = m.id
             and (r.seq > (select coalesce(max(c.last_seq), 0) from exchange_receipt c where c.unit = $3 and c.lane = $2)
                  or r.created_at > $6 and exists (select from exchange_message f where f.unit = $3 and f.direction = 'out'
                                                      and f.lane = $2 and f.inner_id = m.id and f.seq < r.seq)))
      order by m.seq limit $5`,
    [unit, lane, via, from, limit, quietSince],
  )
}

/** Marks requests as cancelled and wakes whoever waits for their answers. */
export async function markCancelled(sql: Sql, ids: readonly string[], at: string): Promise<void> {
  await sql.execute(
    `with marked as (
       update exchange_message set cancelled_at = $2 where direction = 'out' and id = any($1::uuid[]) and cancelled_at is null
       returning campaign, batch, round
     )
     select pg_notify('exchange_answered', place) from (select distinct concat_ws(':', campaign, batch, round) as place from marked) p`,
    [ids, at],
  )
}
