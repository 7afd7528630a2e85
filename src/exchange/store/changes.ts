/** SQL of changes of nodes that a second person confirms. */
import type { Sql } from '#platform/db'

export interface ChangeRowStored {
  change_no: number
  unit: string
  name: string | null
  what: unknown
  reason: string
  asked_by: string
  asked_by_name: string
  asked_at: string
  state: 'waiting' | 'done' | 'refused'
  decided_by_name: string | null
  decided_at: string | null
  refusal: string | null
}

const columns = `c.change_no, c.unit, n.name, c.what, c.reason, c.asked_by, c.asked_by_name, c.asked_at, c.state, c.decided_by_name,
  c.decided_at, c.refusal`

/** Changes that wait (unit null: of every node), or the newest of one node. */
export function listChanges(sql: Sql, unit: string | null): Promise<ChangeRowStored[]> {
  return sql.query<ChangeRowStored>(
    unit === null
      ? `select ${columns} from exchange_change c left join exchange_node n using (unit) where c.state = 'waiting' order by c.asked_at limit 200`
      : `select ${columns} from exchange_change c left join exchange_node n using (unit) where c.unit = $1
          order by c.state <> 'waiting', c.asked_at desc limit 30`,
    unit === null ? [] : [unit],
  )
}

/** A change, locked while it waits. */
export function lockChange(sql: Sql, changeNo: number): Promise<ChangeRowStored | undefined> {
  return sql.maybe<ChangeRowStored>(
    `select ${columns} from exchange_change c left join exchange_node n using (unit)
      where c.change_no = $1 and c.state = 'waiting' for update of c`,
    [changeNo],
  )
}

/** A wish for a change. */
export interface NewChange {
  unit: string
  kind: string
  what: unknown
  reason: string
  by: string
  byName: string
  at: string
}

export async function insertChange(sql: Sql, { unit, kind, what, reason, by, byName, at }: NewChange): Promise<number> {
  const row = await sql.one<{ change_no: number }>(
    `insert into exchange_change (unit, kind, what, reason, asked_by, asked_by_name, asked_at) values ($1, $2, $3, $4, $5, $6, $7)
     returning change_no`,
    [unit, kind, JSON.stringify(what), reason, by, byName, at],
  )
  return row.change_no
}

/** Notes what was decided; refusal null: done. */
export async function saveDecision(
  sql: Sql,
  changeNo: number,
  { by, byName, at, refusal }: { by: string; byName: string; at: string; refusal: string | null },
): Promise<void> {
  await sql.execute(
    `update exchange_change set state = case when $5::text is null then 'done' else 'refused' end, decided_by = $2, decided_by_name = $3,
       decided_at = $4, refusal = $5 where change_no = $1`,
    [changeNo, by, byName, at, refusal],
  )
}
