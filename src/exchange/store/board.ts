/** SQL of the centre's board: how nodes stand, counted as sets. A look costs the same statements whatever the number of nodes and messages. */

import type { Sql } from '#platform/db'
import type { SuiteName } from '#wire/contract'
import type { NodeKind } from './nodes.ts'
import { type TermRow, termColumns, termsOn } from './terms.ts'

/** When a node of the row `n` was last heard: by its line, or through others or a bundle by what it sent and receipted. */
export const seenAt = `greatest(n.last_seen_at,
  (select max(m.delivered_at) from exchange_channel c join exchange_message m
      on m.unit = c.unit and m.lane = c.lane and m.direction = 'in' and m.seq = c.seq
    where c.unit = n.unit and c.direction = 'in'),
  (select max(r.at) from unnest(array['batch', 'single']) as l(lane),
      lateral (select k.at from exchange_receipt k where k.unit = n.unit and k.lane = l.lane order by k.last_seq desc limit 1) r))`

/** Open things that could not be used, with the node they belong to; unit is null where nobody known sent them. */
export const parkedOpen = `select p.parked_no, p.at, coalesce(p.unit, n.unit) as unit
  from exchange_parked p left join exchange_node n on n.node_id = p.sender where p.state = 'open'`

/** The last statement of a unit, with what comparing it gave. */
export const lastStated = (unit: string): string =>
  `select z.at, z.ours, z.differences from exchange_statement z where z.unit = ${unit} and z.direction = 'in' order by z.at desc limit 1`

/** A node as the board shows it. */
export interface BoardRow extends TermRow {
  unit: string
  node_id: string
  name: string
  kind: NodeKind
  suite: SuiteName
  via: string | null
  state: 'active' | 'revoked'
  enrolled_at: string
  revoked_at: string | null
  seen_at: string | null
  /** the open outage, and the end of the last one */
  out_since: string | null
  back_at: string | null
  open: number
  oldest_at: string | null
  asked: number
  answered: number
  median: number | null
  p95: number | null
  counted_at: string | null
  asked_today: number
  unreceipted: number
  parked: number
  key_since: string | null
  key_until: string | null
  keys: number
  tasks: number
  /** the last statement of the node; differences null: it could not be read */
  stated_at: string | null
  differences: number | null
}

/** The instant of a look and China's date of it. */
export interface BoardDay {
  at: string
  today: string
}

/** Every node, or one. One statement. */
export function listBoardRows(sql: Sql, { at, today }: BoardDay, unit: string | null): Promise<BoardRow[]> {
  return sql.query<BoardRow>(
    `with owed as (
       select unit, count(*) as open, min(created_at) as oldest_at from exchange_message
        where type = 'request' and answered_at is null and cancelled_at is null and ($3::text is null or unit = $3) group by unit
     ), sent as (
       select c.unit, sum(c.seq - coalesce((select max(r.last_seq) from exchange_receipt r where r.unit = c.unit and r.lane = c.lane), 0))
                        as unreceipted
         from exchange_channel c where c.direction = 'out' group by c.unit
     ), parked as (
       select unit, count(*) as parked from (${parkedOpen}) p group by unit
     ), task as (
       select unit, count(*) as tasks from exchange_task where closed_at is null group by unit
     )
     select n.unit, n.node_id, n.name, n.kind, n.suite, v.name as via, n.state, n.enrolled_at, n.revoked_at, ${seenAt} as seen_at,
            (select o.from_at from exchange_outage o where o.unit = n.unit and o.until_at is null) as out_since,
            (select max(o.until_at) from exchange_outage o where o.unit = n.unit) as back_at,
            coalesce(owed.open, 0)::int as open, owed.oldest_at, coalesce(delay.asked, 0)::int as asked,
            coalesce(delay.answered, 0)::int as answered, delay.median, delay.p95,
            delay.counted_at,
            coalesce(delay.asked_today, 0)::int as asked_today, coalesce(sent.unreceipted, 0)::bigint as unreceipted,
            coalesce(parked.parked, 0)::int as parked, key.key_since, key.key_until, key.keys::int,
            coalesce(task.tasks, 0)::int as tasks, stated.at as stated_at,
            case when stated.ours is not null then jsonb_array_length(stated.differences) end as differences, ${termColumns}
       from exchange_node n
       left join exchange_node v on v.unit = n.via
       left join owed on owed.unit = n.unit left join exchange_delay delay on delay.unit = n.unit left join sent on sent.unit = n.unit
       left join parked on parked.unit = n.unit left join task on task.unit = n.unit
       left join lateral (${lastStated('n.unit')}) stated on true
       cross join lateral (${termsOn('n.unit', '$2')}) t
       cross join lateral (
         select count(*) as keys, max(coalesce(k.valid_from, n.enrolled_at)) as key_since,
                (array_agg(k.valid_to order by k.valid_from desc nulls last))[1] as key_until
           from exchange_key k where k.unit = n.unit and (k.valid_from is null or k.valid_from <= $1)
            and (k.valid_to is null or k.valid_to > $1)
       ) key
      where $3::text is null or n.unit = $3
      order by n.unit`,
    [at, today, unit],
    { named: false },
  )
}

/** A key of a node, in force or not. */
export interface KeyRow {
  signing: string
  box: string
  valid_from: string | null
  valid_to: string | null
}

export function listKeyRows(sql: Sql, unit: string): Promise<KeyRow[]> {
  return sql.query(
    `select signing, box, valid_from, valid_to from exchange_key where unit = $1 order by valid_from desc nulls last limit 50`,
    [unit],
  )
}

/** Purposes that any right has. */
export async function listPurposes(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ purpose: string }>('select distinct purpose from exchange_right order by purpose')
  return rows.map((row) => row.purpose)
}

/** The newest receipts of a node. */
export function listReceiptRows(
  sql: Sql,
  unit: string,
  limit: number,
): Promise<{ lane: 'batch' | 'single'; first: number; last: number; at: string; bytes: number }[]> {
  return sql.query(
    `select r.lane, r.first_seq as first, r.last_seq as last, r.at, octet_length(r.frame) as bytes
       from unnest(array['batch', 'single']) as l(lane),
            lateral (select * from exchange_receipt k where k.unit = $1 and k.lane = l.lane order by k.last_seq desc limit $2) r
      order by r.at desc, r.lane, r.last_seq desc limit $2`,
    [unit, limit],
  )
}

/** The newest times in which a node was not heard. */
export function listOutages(sql: Sql, unit: string, limit: number): Promise<{ from: string; until: string | null }[]> {
  return sql.query(
    `select from_at as "from", until_at as "until" from exchange_outage where unit = $1 order by from_at desc limit $2`,
    [unit, limit],
  )
}

/** Requests of a node that nobody will answer: expired, or it was revoked. Oldest first. */
export function listStuckOf(
  sql: Sql,
  unit: string,
  at: string,
  limit: number,
): Promise<{ id: string; kind: string; created_at: string; expires_at: string | null; why: 'expired' | 'revoked' }[]> {
  return sql.query(
    `select m.id, m.kind, m.created_at, m.expires_at, case when n.state = 'revoked' then 'revoked' else 'expired' end as why
       from exchange_message m join exchange_node n using (unit)
      where m.unit = $1 and m.type = 'request' and m.answered_at is null and m.cancelled_at is null
        and (n.state = 'revoked' or m.expires_at < $2)
      order by m.created_at limit $3`,
    [unit, at, limit],
  )
}

/** A parked thing on the board. */
export interface ParkedOnBoard {
  parked_no: number
  sender: string
  fault: string
  reason: string
  size: number
  at: string
  of_request: boolean
  state: 'open' | 'resent' | 'given_up'
  settled_by: string | null
  settled_at: string | null
  settled_reason: string | null
}

const parkedColumns = `p.parked_no, p.sender, p.fault, p.reason, octet_length(p.bytes) as size, p.at, p.request is not null as of_request,
  p.state, p.settled_by, p.settled_at, p.settled_reason`

/** What is parked of a node: open ones first, then the newest settled. */
export function listParkedOf(sql: Sql, unit: string, nodeId: string, limit: number): Promise<ParkedOnBoard[]> {
  return sql.query<ParkedOnBoard>(
    `select ${parkedColumns} from exchange_parked p where p.unit = $1 or (p.unit is null and p.sender = $2)
      order by p.state <> 'open', p.at desc, p.parked_no desc limit $3`,
    [unit, nodeId, limit],
  )
}

/** What is parked and came from nobody known, newest first. */
export function listStrays(sql: Sql, limit: number): Promise<ParkedOnBoard[]> {
  return sql.query<ParkedOnBoard>(
    `select ${parkedColumns} from exchange_parked p
      where p.state = 'open' and p.unit is null and not exists (select from exchange_node n where n.node_id = p.sender)
      order by p.at desc, p.parked_no desc limit $1`,
    [limit],
  )
}
