/** SQL of what could not be used and waits for a person. */
import { hash } from 'node:crypto'
import type { Sql } from '#platform/db'

/** Something that cannot be used. */
export interface NewParked {
  /** node the bytes claim to be from; empty when that cannot be read */
  sender: string
  /** the neighbour (by its unit) that carried it, where it came inside a relay */
  via: string | null
  /** the request that is not answered because of it */
  request: { unit: string; id: string } | null
  fault: string
  reason: string
  bytes: Uint8Array
}

/** Keeps what cannot be used; the same bytes with the same fault once. One statement. */
export async function writeParked(sql: Sql, list: readonly NewParked[], at: string): Promise<void> {
  await sql.execute(
    `insert into exchange_parked (sender, via, unit, request, fault, reason, bytes, digest, at)
     select t.*, $9::timestamptz from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::text[]) t
     on conflict do nothing`,
    [
      list.map((each) => each.sender),
      list.map((each) => each.via),
      list.map((each) => each.request?.unit ?? null),
      list.map((each) => each.request?.id ?? null),
      list.map((each) => each.fault),
      list.map((each) => each.reason),
      list.map((each) => each.bytes),
      list.map((each) => (each.request === null ? hash('sha256', each.bytes) : each.request.id)),
      at,
    ],
  )
}

/** So many calls that belong to no request are kept with their bytes (64 KiB of each at most): what a person can look through. */
const MAX_STRAYS = 200

/**
 * Keeps the newest of the calls that belong to no request, a fair share of each sender, those of registered nodes first; the rest is counted
 * by day and fault.
 */
export async function sumOldStrays(sql: Sql, keep = MAX_STRAYS): Promise<void> {
  await sql.execute(
    `with ranked as (
       select parked_no, row_number() over (partition by sender order by parked_no desc) as nth,
              exists (select from exchange_node n where n.node_id = p.sender) as known
         from exchange_parked p where state = 'open' and request is null and unit is null and via is null
     ), gone as (
       delete from exchange_parked where parked_no in (select parked_no from ranked order by nth, known desc, parked_no desc offset $1)
       returning fault, octet_length(bytes) as size, at
     )
     insert into exchange_stray_sum as s (day, fault, calls, bytes, last_at)
     select (at at time zone 'Asia/Shanghai')::date, fault, count(*), sum(size), max(at) from gone group by 1, 2
     on conflict (day, fault) do update set calls = s.calls + excluded.calls, bytes = s.bytes + excluded.bytes,
       last_at = greatest(s.last_at, excluded.last_at)`,
    [keep],
  )
}

/** How many calls were counted and not kept, and since which day. */
export function sumStrays(sql: Sql): Promise<{ calls: number; since: string | null }> {
  return sql.one(`select coalesce(sum(calls), 0)::bigint as calls, min(day) as since from exchange_stray_sum`)
}

/** Whether the same about the same sender waits for a person already. */
export async function isParkedOpen(sql: Sql, { sender, fault, reason }: Omit<NewParked, 'bytes'>): Promise<boolean> {
  const text = `select 1 from exchange_parked where sender = $1 and fault = $2 and reason = $3 and state = 'open' limit 1`
  return (await sql.maybe(text, [sender, fault, reason])) !== undefined
}

export type ParkedState = 'open' | 'resent' | 'given_up'

/** A parked thing as lists show it. */
export interface ParkedRow {
  parked_no: number
  sender: string
  via: string | null
  unit: string | null
  request: string | null
  /** where the request belongs; null when there is none */
  campaign: string | null
  fault: string
  reason: string
  size: number
  at: string
  state: ParkedState
  settled_by: string | null
  settled_at: string | null
  settled_reason: string | null
}

/** What is parked in a state, newest first. */
export function listParkedRows(sql: Sql, state: ParkedState, limit: number): Promise<ParkedRow[]> {
  return sql.query<ParkedRow>(
    `select p.parked_no, p.sender, p.via, p.unit, p.request, m.campaign, p.fault, p.reason, octet_length(p.bytes) as size, p.at, p.state,
            p.settled_by, p.settled_at, p.settled_reason
       from exchange_parked p left join exchange_message m on m.unit = p.unit and m.direction = 'out' and m.id = p.request
      where p.state = $1 order by p.at desc, p.parked_no desc limit $2`,
    [state, limit],
  )
}

/** Locks a parked thing that nobody has settled yet. */
export function lockParked(
  sql: Sql,
  parkedNo: number,
): Promise<{ sender: string; via: string | null; unit: string | null; request: string | null; bytes: Buffer } | undefined> {
  return sql.maybe(
    `select sender, via, unit, request, bytes from exchange_parked where parked_no = $1 and state = 'open' for update`,
    [parkedNo],
  )
}

/** Notes what a person decided about a parked thing. */
export async function settleParked(
  sql: Sql,
  parkedNo: number,
  settled: { state: 'resent' | 'given_up'; by: string; reason: string; at: string },
): Promise<void> {
  await sql.execute(
    `update exchange_parked set state = $2, settled_by = $3, settled_reason = $4, settled_at = $5 where parked_no = $1`,
    [parkedNo, settled.state, settled.by, settled.reason, settled.at],
  )
}

/** Notes that a person gave a request up that nobody answers. */
export async function writeGivenUp(
  sql: Sql,
  request: { unit: string; id: string },
  settled: { by: string; reason: string; at: string },
): Promise<void> {
  await sql.execute(
    `insert into exchange_parked (sender, unit, request, fault, reason, bytes, digest, at, state, settled_by, settled_at, settled_reason)
     select n.node_id, n.unit, $2::uuid, 'unanswered', '查询一直没有答复', '', ($2::uuid)::text, $5, 'given_up', $3, $5, $4
       from exchange_node n where n.unit = $1
     on conflict do nothing`,
    [request.unit, request.id, settled.by, settled.reason, settled.at],
  )
}
