/** SQL of anchors: the heads of all logs, read at one moment without a lock, and the signed roots over them. */

import type { Sql } from '#platform/db'
import type { Anchor } from '#wire'

interface AnchorRow extends Omit<Anchor, 'no'> {
  anchor_no: number
}

const columns = `anchor_no, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, suite, cardinality(heads) as count, root, prev, sig`

const anchorOf = ({ anchor_no: no, ...rest }: AnchorRow): Anchor => ({ no, ...rest })

/** The newest anchor; undefined before the first. */
export async function findLastAnchor(sql: Sql): Promise<Anchor | undefined> {
  const row = await sql.maybe<AnchorRow>(`select ${columns} from exchange_anchor order by anchor_no desc limit 1`)
  return row && anchorOf(row)
}

/** What is anchored: heads of logs as the books stand now, and instants of what is not anchored yet. */
export interface HeadsNow {
  channels: { chan: string; seq: number; head: string }[]
  logs: { node: string; statement: string; n: number; head: string }[]
  journal: { no: number; root: string } | null
}

/**
 * The heads of all channels, of the logs that nodes stated, and the journal's newest seal: one statement, one snapshot, no lock
 * that a writer waits for or holds.
 */
export function loadHeads(sql: Sql): Promise<HeadsNow> {
  return sql.one<HeadsNow>(
    `select coalesce((select jsonb_agg(jsonb_build_object('chan', c.unit || ' ' || c.lane || ' ' || c.direction, 'seq', c.seq, 'head', c.head)
                       order by c.unit, c.lane, c.direction) from exchange_channel c where c.seq > 0), '[]') as channels,
            coalesce((select jsonb_agg(jsonb_build_object('node', n.node_id, 'statement', s.id, 'n', s.said->'log'->'n', 'head', s.said->'log'->'head')
                       order by n.node_id, s.at)
                        from exchange_statement s join exchange_node n using (unit)
                       where s.direction = 'in' and s.said->'log' is not null and s.said->'log' <> 'null'
                         and s.at > coalesce((select max(a.at) from exchange_anchor a), '-infinity') - interval '1 hour'), '[]') as logs,
            (select jsonb_build_object('no', j.seal_no, 'root', encode(j.root, 'hex'))
               from journal_seal j order by j.seal_no desc limit 1) as journal`,
  )
}

/** An anchor with the lines below its root. */
export interface NewAnchor extends Anchor {
  heads: readonly string[]
}

/** Stores an anchor. False when another process was faster: its number is taken. */
export async function insertAnchor(sql: Sql, { no, at, suite, heads, root, prev, sig }: NewAnchor): Promise<boolean> {
  const rows = await sql.execute(
    `insert into exchange_anchor (anchor_no, at, suite, heads, root, prev, sig) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [no, at, suite, heads, root, prev, sig],
  )
  return rows === 1
}

/** Anchors from a number to another, oldest first, with their lines. */
export async function listAnchors(sql: Sql, from: number, to: number): Promise<NewAnchor[]> {
  const rows = await sql.query<AnchorRow & { heads: string[] }>(
    `select ${columns}, heads from exchange_anchor where anchor_no between $1 and $2 order by anchor_no`,
    [from, to],
  )
  return rows.map((row) => ({ ...anchorOf(row), heads: row.heads }))
}

/** Number of the first anchor over the log that a statement told; undefined when there is none yet. */
export async function findAnchorOver(sql: Sql, statement: string): Promise<number | undefined> {
  const row = await sql.maybe<{ no: number }>(
    `select anchor_no as no from exchange_anchor
      where at >= coalesce((select min(s.at) from exchange_statement s where s.id = ($1::text)::uuid), '-infinity')
        and exists (select from unnest(heads) h where strpos(h, $1::text) > 0)
      order by anchor_no limit 1`,
    [statement],
  )
  return row?.no
}

/** When the oldest thing that no anchor covers was stored; null when all is anchored. */
export async function findOldestUnanchored(sql: Sql): Promise<string | null> {
  const row = await sql.one<{ at: string | null }>(
    `select min(m.at) as at from (
       select (select min(case x.direction when 'in' then x.delivered_at else x.created_at end) from exchange_message x
                where x.unit = c.unit and x.lane = c.lane and x.direction = c.direction and x.seq > coalesce(
                  (select (h::jsonb->>'seq')::bigint from exchange_anchor a, unnest(a.heads) h
                    where a.anchor_no = (select max(anchor_no) from exchange_anchor)
                      and h::jsonb->>'chan' = c.unit || ' ' || c.lane || ' ' || c.direction), 0)) as at
         from exchange_channel c) m`,
  )
  return row.at
}

/** Number and root of the journal's newest seal; undefined before the first. */
export function findNewestSeal(sql: Sql): Promise<{ no: number; root: string } | undefined> {
  return sql.maybe(`select seal_no as no, encode(root, 'hex') as root from journal_seal order by seal_no desc limit 1`)
}

/** A seal of the journal as an anchor or a node's statement holds it. */
export interface HeldSeal {
  /** number of the anchor that held it first; null: a node's statement */
  anchor: number | null
  /** unit of the node; null: an anchor */
  unit: string | null
  no: number
  root: string
}

/** Every seal that an anchor holds, once, and of each node the latest it has stated. */
export function listHeldSeals(sql: Sql): Promise<HeldSeal[]> {
  return sql.query(
    `select min(a.anchor_no) as anchor, null as unit, (h::jsonb->>'no')::bigint as no, h::jsonb->>'root' as root
       from exchange_anchor a, unnest(a.heads) h where h like '%"kind":"journal"%' group by 3, 4
     union all
     (select distinct on (unit) null, unit, (said->'journal'->>'no')::bigint, said->'journal'->>'root'
        from exchange_statement where direction = 'in' and jsonb_typeof(said->'journal') = 'object'
       order by unit, (said->'journal'->>'no')::bigint desc, at desc)`,
  )
}
