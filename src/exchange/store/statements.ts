/** SQL of statements: how the books stand at given numbers, what nodes said of theirs, what differed. */

import type { Sql } from '#platform/db'
import type { BookRow, ChannelStand, Difference, Lane } from '#wire'
import type { SuiteName } from '#wire/contract'
import { keysAt } from './nodes.ts'

/** A direction of a lane at a number; directions as the tables name them. */
export interface StandAt {
  lane: Lane
  direction: 'in' | 'out'
  seq: number
}

/** How the books stand there. */
export interface StandRow extends StandAt {
  /** null when there is no such message */
  hash: string | null
  types: Record<string, number>
  last: number
}

/** How the books of a node stand at numbers: one statement. */
export function listStands(sql: Sql, unit: string, at: readonly StandAt[]): Promise<StandRow[]> {
  return sql.query<StandRow>(
    `with asked as (
       select * from unnest($2::text[], $3::text[], $4::bigint[]) as t(lane, direction, seq)
     ), counted as (
       select a.lane, a.direction, m.type, count(*) as n
         from asked a join exchange_message m on m.unit = $1 and m.lane = a.lane and m.direction = a.direction and m.seq <= a.seq
        group by 1, 2, 3
     )
     select a.lane, a.direction, a.seq,
            (select m.hash from exchange_message m
              where m.unit = $1 and m.lane = a.lane and m.direction = a.direction and m.seq = a.seq) as hash,
            (select c.seq from exchange_channel c where c.unit = $1 and c.lane = a.lane and c.direction = a.direction) as last,
            coalesce((select jsonb_object_agg(c.type, c.n) from counted c where c.lane = a.lane and c.direction = a.direction), '{}') as types
       from asked a`,
    [unit, at.map((each) => each.lane), at.map((each) => each.direction), at.map((each) => each.seq)],
  )
}

/** Messages of a lane after a number, as the books keep them, up to another. */
export function listBookRows(
  sql: Sql,
  { unit, lane, direction, seq }: StandAt & { unit: string },
  after: number,
  limit: number,
): Promise<BookRow[]> {
  return sql.query<BookRow>(
    `select seq, type, hash, header from exchange_message
      where unit = $1 and lane = $2 and direction = $3 and seq > $4 and seq <= $5 order by seq limit $6`,
    [unit, lane, direction, after, seq, limit],
  )
}

/** What a node's statement says beside its books. */
export interface NodeNow {
  /** when requests that are open were written, in milliseconds */
  open: number[]
  parked: number
  /** when the last statement to it was written */
  stated_at: string | null
  /** differences found in its last statement */
  found: number
}

/** What is open, parked and stated of a node. */
export function loadNodeNow(sql: Sql, unit: string): Promise<NodeNow> {
  return sql.one<NodeNow>(
    `select array(select floor(extract(epoch from created_at) * 1000)::float8 from exchange_message
                   where unit = n.unit and type = 'request' and answered_at is null and cancelled_at is null) as open,
            (select count(*) from exchange_parked p
              where p.state = 'open' and (p.unit = n.unit or p.unit is null and p.sender = n.node_id)) as parked,
            (select max(s.at) from exchange_statement s where s.unit = n.unit and s.direction = 'out') as stated_at,
            coalesce((select jsonb_array_length(s.differences) from exchange_statement s
                       where s.unit = n.unit and s.direction = 'in' order by s.at desc limit 1), 0) as found
       from exchange_node n where n.unit = $1`,
    [unit],
  )
}

/** Nodes that are to get a statement: active, with a key, none written since an instant. */
export async function listStatementDue(sql: Sql, since: string, at: string): Promise<string[]> {
  const rows = await sql.query<{ unit: string }>(
    `select n.unit from exchange_node n
      where n.state = 'active' and cardinality(${keysAt('n.unit', '$2::timestamptz')}) > 0
        and not exists (select from exchange_statement s where s.unit = n.unit and s.direction = 'out' and s.at > $1)
      order by n.unit`,
    [since, at],
  )
  return rows.map((row) => row.unit)
}

/** A statement of a node that nobody has compared, with the sender's keys that held when it was stored. */
export interface StatedRow {
  unit: string
  id: string
  header: string
  body: Buffer
  delivered_at: string
  suite: SuiteName
  keys: string[]
}

/** Statements nobody has compared yet, oldest first. */
export function listUncompared(sql: Sql, limit: number): Promise<StatedRow[]> {
  return sql.query<StatedRow>(
    `select m.unit, m.id, m.header, m.body, m.delivered_at, n.suite, ${keysAt('m.unit', 'm.delivered_at')} as keys
       from exchange_message m join exchange_node n using (unit)
      where m.direction = 'in' and m.type = 'statement' and m.corr is null
        and not exists (select from exchange_statement s where s.unit = m.unit and s.direction = 'in' and s.id = m.id)
      order by m.delivered_at, m.seq limit $1`,
    [limit],
  )
}

/** Numbers that the last statement of a node that could be compared spoke of; its channels as the node sees them. */
export async function findLastStated(sql: Sql, unit: string): Promise<readonly ChannelStand[]> {
  const row = await sql.maybe<{ channels: ChannelStand[] }>(
    `select said->'channels' as channels from exchange_statement
      where unit = $1 and direction = 'in' and ours is not null order by at desc limit 1`,
    [unit],
  )
  return row?.channels ?? []
}

/** A statement with what comparing it gave. */
export interface NewStatement {
  unit: string
  direction: 'in' | 'out'
  id: string
  at: string
  said: unknown
  ours: unknown
  differences: readonly Difference[]
}

/** Keeps a statement; one that was kept meanwhile stays as it is. */
export async function insertStatement(sql: Sql, statement: NewStatement): Promise<void> {
  const { unit, direction, id, at, said, ours, differences } = statement
  await sql.execute(
    `insert into exchange_statement (unit, direction, id, at, said, ours, differences) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict do nothing`,
    [unit, direction, id, at, JSON.stringify(said), ours === null ? null : JSON.stringify(ours), JSON.stringify(differences)],
  )
}

/** A kept statement, as pages show it. */
export interface StatementRow {
  unit: string
  direction: 'in' | 'out'
  id: string
  at: string
  said: unknown
  ours: unknown
  differences: Difference[]
}

/** Statements of a node, newest first. */
export function listStatements(sql: Sql, unit: string, limit: number): Promise<StatementRow[]> {
  return sql.query<StatementRow>(
    `select unit, direction, id, at, said, ours, differences from exchange_statement where unit = $1 order by at desc limit $2`,
    [unit, limit],
  )
}
