/** SQL of what units were asked about one person. */
import type { Sql } from '#platform/db'

/** A batch of a campaign. */
export interface AskedPlace {
  campaignId: string
  batchNo: number
}

/** What may be asked of a subject in a batch, and how it was answered; empty while the batch is not compared. */
export interface AskedRow extends AskedPlace {
  asked: number
  statuses: string
}

/** A subject in some batches. One statement. */
export function listAskedOf(sql: Sql, subjectNo: string, places: readonly AskedPlace[]): Promise<AskedRow[]> {
  return sql.query<AskedRow>(
    `select q.campaign_id as "campaignId", q.batch_no as "batchNo", q.asked, coalesce(r.statuses, '') as statuses
     from unnest($2::uuid[], $3::int[]) as p (campaign_id, batch_no)
     join query_line q on q.campaign_id = p.campaign_id and q.batch_no = p.batch_no and q.subject_no = $1
     left join subject_result r on r.campaign_id = q.campaign_id and r.version = q.version and r.subject_no = q.subject_no
       and r.subject_kind = q.subject_kind and r.household_no = q.household_no`,
    [subjectNo, places.map((place) => place.campaignId), places.map((place) => place.batchNo)],
  )
}
