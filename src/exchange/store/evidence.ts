/** SQL of evidence: own copies of what was asked, and what the books have about the questions of a batch. */

import type { Sql } from '#platform/db'
import type { Lane } from '#wire'
import type { SuiteName } from '#wire/contract'
import { joinBytes } from './joined-bytes.ts'
import { keysAt } from './nodes.ts'

/** Keeps what was asked, sealed under the installation's own key: the message itself is sealed to the unit. One statement. */
export async function keepAsked(sql: Sql, asked: readonly { unit: string; id: string; body: Buffer }[]): Promise<void> {
  if (asked.length === 0) return
  const bodies = joinBytes(asked.map((each) => each.body))
  await sql.execute(
    `insert into exchange_asked (unit, id, body) select unit, id, substr($5::bytea, start, size)
       from unnest($1::text[], $2::uuid[], $3::int[], $4::int[]) as t(unit, id, start, size) on conflict do nothing`,
    [asked.map((each) => each.unit), asked.map((each) => each.id), bodies.starts, bodies.sizes, bodies.bytes],
  )
}

/** A question with its own copy and the node's receipt. */
export interface AskedRow {
  unit: string
  node_id: string
  id: string
  lane: Lane
  seq: number
  kind: string
  header: string
  kept: Buffer
  receipt: Buffer | null
}

/** Questions of batches, in the order they were sent. */
export function listAsked(sql: Sql, campaign: string, batches: readonly number[]): Promise<AskedRow[]> {
  return sql.query<AskedRow>(
    `select m.unit, n.node_id, m.id, m.lane, m.seq, m.kind, m.header, a.body as kept,
            (select r.frame from exchange_receipt r
              where r.unit = m.unit and r.lane = m.lane and r.first_seq <= m.seq and r.last_seq >= m.seq limit 1) as receipt
       from exchange_message m join exchange_node n using (unit) join exchange_asked a on a.unit = m.unit and a.id = m.id
      where m.campaign = $1 and m.batch = any($2::int[]) and m.direction = 'out' and m.type = 'request' and m.kind in ('records', 'lookup')
      order by m.batch, m.round, m.unit, m.created_at, m.seq`,
    [campaign, batches],
  )
}

/** A message that came in, with the sender's keys that held when it was stored. */
export interface CameRow {
  unit: string
  id: string
  corr: string | null
  header: string
  body: Buffer
  suite: SuiteName
  keys: string[]
}

const came = `m.unit, m.id, m.corr, m.header, m.body, n.suite, ${keysAt('m.unit', 'm.delivered_at')} as keys`

/** What came in return for questions, oldest first. */
export function listReplies(sql: Sql, ids: readonly string[]): Promise<CameRow[]> {
  return sql.query<CameRow>(
    `select ${came} from exchange_message m join exchange_node n using (unit)
      where m.direction = 'in' and m.corr = any($1::uuid[]) order by m.unit, m.delivered_at, m.lane, m.seq`,
    [ids],
  )
}

/** Statements of nodes that reconcile, oldest first, since an instant. */
export function listStated(sql: Sql, units: readonly string[], since: string): Promise<CameRow[]> {
  return sql.query<CameRow>(
    `select ${came} from exchange_message m join exchange_node n using (unit)
      where m.direction = 'in' and m.type = 'statement' and m.corr is null and m.unit = any($1::text[]) and m.delivered_at >= $2
      order by m.unit, m.seq`,
    [units, since],
  )
}

/** Public keys of every node, with the time they hold. */
export function listAllKeys(
  sql: Sql,
): Promise<{ node: string; suite: SuiteName; signing: string; box: string; from: string | null; to: string | null }[]> {
  return sql.query(
    `select n.node_id as node, n.suite, k.signing, k.box, k.valid_from as from, k.valid_to as to
       from exchange_key k join exchange_node n using (unit) order by n.node_id, k.valid_from nulls first, k.signing`,
  )
}
