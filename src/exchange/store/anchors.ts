/** SQL of anchors: the heads of all logs, read at one moment without a lock, and the signed roots over them. */
import type { Anchor } from '#exchange/wire'
import type { Sql } from '#platform/db'

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
