/** SQL of nodes: who they are, their keys, what may be asked of them, how they stand. */

import type { Sql } from '#platform/db'
import type { Lane } from '#wire'
import type { PeerKeyTexts, SuiteName } from '#wire/contract'

/** What a node is to the centre. */
export type NodeKind = 'unit' | 'relay' | 'node'

/** A node that is not revoked, with the keys that hold at an instant, newest first, each `signing:box`. */
export interface NodeRow {
  unit: string
  node_id: string
  centre_id: string
  kind: NodeKind
  suite: SuiteName
  via: string | null
  keys: string[]
}

/** Whether a key holds at the instant of a parameter. */
const holdsAt = (key: string, at: string): string =>
  `(${key}.valid_from is null or ${key}.valid_from <= ${at}) and (${key}.valid_to is null or ${key}.valid_to > ${at})`

/** The keys of a node that hold at an instant, newest first, as an array of `signing:box`. */
export const keysAt = (unit: string, at: string): string =>
  `array(select k.signing || ':' || k.box from exchange_key k where k.unit = ${unit} and ${holdsAt('k', at)}
         order by k.valid_from desc nulls last)`

const nodeColumns = `n.unit, n.node_id, n.centre_id, n.kind, n.suite, n.via`

/** The active nodes of these ids. */
export function listNodes(sql: Sql, nodeIds: readonly string[], at: string): Promise<NodeRow[]> {
  return sql.query<NodeRow>(
    `select ${nodeColumns}, ${keysAt('n.unit', '$2::timestamptz')} as keys
       from exchange_node n where n.node_id = any($1::text[]) and n.state = 'active'`,
    [nodeIds, at],
  )
}

/** The cipher suite of each of these units that is not revoked. */
export async function loadSuites(sql: Sql, units: readonly string[]): Promise<Map<string, SuiteName>> {
  const rows = await sql.query<{ unit: string; suite: SuiteName }>(
    `select unit, suite from exchange_node where unit = any($1::text[]) and state = 'active'`,
    [units],
  )
  return new Map(rows.map((row) => [row.unit, row.suite]))
}

/** A node by its unit, revoked or not. */
export function findNode(
  sql: Sql,
  unit: string,
): Promise<
  { node_id: string; centre_id: string; suite: SuiteName; kind: NodeKind; via: string | null; state: string } | undefined
> {
  return sql.maybe(`select node_id, centre_id, suite, kind, via, state from exchange_node where unit = $1`, [unit])
}

/** The centre's own id as the nodes know it; undefined before the first is enrolled. */
export async function findCentreId(sql: Sql): Promise<string | undefined> {
  const row = await sql.maybe<{ centre_id: string }>(`select centre_id from exchange_node order by enrolled_at, unit limit 1`)
  return row?.centre_id
}

/** What is stored of a node when it is enrolled or registered. */
export interface NewNode {
  unit: string
  nodeId: string
  centreId: string
  name: string
  kind: NodeKind
  suite: SuiteName
  via: string | null
  at: string
}

/** Makes a node or takes it up again; its channels, and with them the numbering, stay. */
export async function saveNode(sql: Sql, node: NewNode): Promise<void> {
  await sql.execute(
    `with node as (
       insert into exchange_node (unit, node_id, centre_id, name, kind, suite, via, enrolled_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (unit) do update set node_id = excluded.node_id, centre_id = excluded.centre_id, name = excluded.name,
         kind = excluded.kind, suite = excluded.suite, via = excluded.via, state = 'active', enrolled_at = excluded.enrolled_at,
         revoked_at = null
       returning unit
     )
     insert into exchange_channel (unit, lane, direction)
     select unit, lane, direction from node, unnest(array['batch', 'single']) as lane, unnest(array['in', 'out']) as direction
     on conflict do nothing`,
    [node.unit, node.nodeId, node.centreId, node.name, node.kind, node.suite, node.via, node.at],
  )
}

/**
 * Adds keys of a node: they hold from an instant, those before until another. The first keys of a node hold from the
 * beginning.
 */
export async function saveKeys(
  sql: Sql,
  unit: string,
  keys: PeerKeyTexts,
  { from, formerUntil }: { from: string; formerUntil: string },
): Promise<void> {
  await sql.execute(
    `with ended as (
       update exchange_key set valid_to = $5 where unit = $1 and signing <> $2 and (valid_to is null or valid_to > $5)
     )
     insert into exchange_key (unit, signing, box, valid_from)
     select $1, $2, $3, case when exists (select from exchange_key where unit = $1) then $4::timestamptz end
     on conflict (unit, signing) do update set box = excluded.box, valid_to = null`,
    [unit, keys.signing, keys.box, from, formerUntil],
  )
}

/** Shuts a node out: from now on nothing of it is taken and nothing is sent to it. Gives the number of nodes. */
export function closeNode(sql: Sql, unit: string, at: string): Promise<number> {
  return sql.execute(
    `with ended as (update exchange_key set valid_to = $2 where unit = $1 and (valid_to is null or valid_to > $2))
     update exchange_node set state = 'revoked', revoked_at = $2 where unit = $1 and state = 'active'`,
    [unit, at],
  )
}

/** One thing that may be asked of a node, and what for. */
export interface Right {
  item: string
  purpose: string
}

/** What may be asked of a node from now on: exactly this. */
export async function replaceRights(sql: Sql, unit: string, rights: readonly Right[]): Promise<void> {
  await sql.execute(
    `with kept as (
       select * from unnest($2::text[], $3::text[]) as t(item, purpose)
     ), gone as (
       delete from exchange_right r where r.unit = $1 and not exists (select from kept k where (k.item, k.purpose) = (r.item, r.purpose))
     )
     insert into exchange_right (unit, item, purpose) select distinct $1, item, purpose from kept on conflict do nothing`,
    [unit, rights.map((right) => right.item), rights.map((right) => right.purpose)],
  )
}

/** Adds to what may be asked of a node. */
export async function addRights(sql: Sql, unit: string, rights: readonly Right[]): Promise<void> {
  await sql.execute(
    `insert into exchange_right (unit, item, purpose)
     select distinct $1, item, purpose from unnest($2::text[], $3::text[]) as t(item, purpose) on conflict do nothing`,
    [unit, rights.map((right) => right.item), rights.map((right) => right.purpose)],
  )
}

/** Takes away from what may be asked of a node. */
export async function removeRights(sql: Sql, unit: string, rights: readonly Right[]): Promise<void> {
  await sql.execute(
    `delete from exchange_right where unit = $1 and (item, purpose) in (select * from unnest($2::text[], $3::text[]))`,
    [unit, rights.map((right) => right.item), rights.map((right) => right.purpose)],
  )
}

/** What may be asked of a node, in order of purpose and item. */
export function listRights(sql: Sql, unit: string): Promise<Right[]> {
  return sql.query<Right>(`select item, purpose from exchange_right where unit = $1 order by purpose, item`, [unit])
}

/** Notes that a node was heard. */
export async function noteSeen(sql: Sql, unit: string, at: string): Promise<void> {
  await sql.execute(
    `update exchange_node set last_seen_at = $2 where unit = $1 and (last_seen_at is null or last_seen_at < $2)`,
    [unit, at],
  )
}

/** Where a lane of a node stands. */
export interface StandingRow {
  lane: Lane
  received: number
  received_head: string
  sent: number
  sent_head: string
  receipted: number
}

/** Where the lanes of a node stand. */
export function listStandings(sql: Sql, unit: string): Promise<StandingRow[]> {
  return sql.query<StandingRow>(
    `select o.lane, i.seq as received, i.head as received_head, o.seq as sent, o.head as sent_head,
            coalesce((select max(r.last_seq) from exchange_receipt r where r.unit = o.unit and r.lane = o.lane), 0) as receipted
       from exchange_channel o join exchange_channel i on i.unit = o.unit and i.lane = o.lane and i.direction = 'in'
      where o.unit = $1 and o.direction = 'out'`,
    [unit],
  )
}

/** How a node stands; numbers of both lanes together. */
export interface UnitRow {
  unit: string
  node_id: string
  name: string
  kind: NodeKind
  via: string | null
  state: string
  last_seen_at: string | null
  owed: number
  oldest_owed_at: string | null
  sent: number
  receipted: number
  received: number
}

/** Every node with what it owes. */
export function listUnitRows(sql: Sql): Promise<UnitRow[]> {
  return sql.query<UnitRow>(
    `select n.unit, n.node_id, n.name, n.kind, n.via, n.state, n.last_seen_at, coalesce(o.owed, 0)::int as owed,
            o.oldest as oldest_owed_at, c.sent, c.received, c.receipted
       from exchange_node n
       join (select c.unit, coalesce(sum(c.seq) filter (where direction = 'out'), 0)::bigint as sent,
                    coalesce(sum(c.seq) filter (where direction = 'in'), 0)::bigint as received,
                    coalesce(sum((select max(r.last_seq) from exchange_receipt r where r.unit = c.unit and r.lane = c.lane))
                               filter (where direction = 'out'), 0)::bigint as receipted
               from exchange_channel c group by c.unit) c using (unit)
       left join (select unit, count(*) as owed, min(created_at) as oldest from exchange_message
                   where type = 'request' and answered_at is null and cancelled_at is null group by unit) o using (unit)
      order by n.unit`,
  )
}
