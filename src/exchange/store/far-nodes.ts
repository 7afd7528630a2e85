/** SQL of nodes of other districts and levels: which may be asked for a purpose, and how what was asked of them stands. */
import type { Sql } from '#platform/db'

/** A node that is neither a unit of the district nor a relay, with the items it may be asked for a purpose. */
export interface FarNodeRow {
  unit: string
  name: string
  /** name of the neighbour it is reached through; null: it has a line of its own */
  via: string | null
  items: string[]
}

/** The active nodes beyond the district that may be asked anything for a purpose, and can be reached. */
export function listFarNodeRows(sql: Sql, purpose: string): Promise<FarNodeRow[]> {
  return sql.query<FarNodeRow>(
    `select n.unit, n.name, v.name as via, array_agg(r.item) as items
       from exchange_node n join exchange_right r using (unit) left join exchange_node v on v.unit = n.via
      where n.kind = 'node' and n.state = 'active' and r.purpose = $1 and (n.via is null or v.state = 'active')
      group by n.unit, n.name, v.name order by n.name, n.unit`,
    [purpose],
  )
}

/** How a request of a campaign stands beside its answers. */
export interface RequestStanding {
  batch: number
  /** name of the node as it is registered */
  name: string
  expires_at: string | null
  answered_at: string | null
  cancelled_at: string | null
  is_revoked: boolean
  /** what waits for a person because of it, or was given up; null: nothing */
  parked: 'open' | 'given_up' | null
  /** why it waits, or why it was given up */
  parked_reason: string | null
}

/** How the requests of a campaign stand, in the order they were sent. One statement. */
export function listRequestStandings(sql: Sql, campaign: string): Promise<RequestStanding[]> {
  return sql.query<RequestStanding>(
    `select m.batch, n.name, m.expires_at, m.answered_at, m.cancelled_at, n.state = 'revoked' as is_revoked, p.state as parked,
            case p.state when 'given_up' then p.settled_reason else p.reason end as parked_reason
       from exchange_message m join exchange_node n using (unit)
       left join lateral (
         select k.state, k.reason, k.settled_reason from exchange_parked k
          where k.unit = m.unit and k.request = m.id and k.state <> 'resent' order by k.state, k.parked_no desc limit 1) p on true
      where m.direction = 'out' and m.type = 'request' and m.campaign = $1 order by m.created_at`,
    [campaign],
  )
}
