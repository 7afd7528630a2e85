/** SQL of what units were asked about one person. */
import type { Sql } from '#platform/db'

/** A batch of a campaign. */
export interface AskedPlace {
  campaignId: string
  batchNo: number
}

/** What may be asked of a subject in a batch, on which papers, and how it was answered; empty while the batch is not compared. */
export interface AskedRow extends AskedPlace {
  asked: number
  authorisationNos: string[]
  statuses: string
}

/**
 * A subject in some batches. One statement. A line knows every paper that was on file; those named are what it rests on: they cover something
 * that was asked on the as-of date. Of papers corrected since, so that none covers it any more, all are named.
 */
export function listAskedOf(sql: Sql, subjectNo: string, places: readonly AskedPlace[]): Promise<AskedRow[]> {
  return sql.query<AskedRow>(
    `select q.campaign_id as "campaignId", q.batch_no as "batchNo", q.asked,
       case when q.asked & ~(select mask from auth_item_mask where item = 'own') = 0 then '{}' else coalesce(
         (select array_agg(a.authorisation_no order by a.signed_on, a.authorisation_no) from authorisation a
          where a.subject_no = q.subject_no and a.authorisation_no = any(q.authorisation_nos)
            and a.signature in ('signed', 'guardian') and a.signed_on <= c.as_of
            and (a.valid_to is null or c.as_of <= a.valid_to) and (a.withdrawn_on is null or c.as_of < a.withdrawn_on)
            and exists (select from auth_item_mask m where m.item = any(a.items) and m.item <> 'own' and m.mask & q.asked <> 0)),
         q.authorisation_nos) end as "authorisationNos",
       coalesce(r.statuses, '') as statuses
     from unnest($2::uuid[], $3::int[]) as p (campaign_id, batch_no)
     join query_line q on q.campaign_id = p.campaign_id and q.batch_no = p.batch_no and q.subject_no = $1
     join campaign c on c.campaign_id = q.campaign_id
     left join subject_result r on r.campaign_id = q.campaign_id and r.version = q.version and r.subject_no = q.subject_no
       and r.subject_kind = q.subject_kind and r.household_no = q.household_no`,
    [subjectNo, places.map((place) => place.campaignId), places.map((place) => place.batchNo)],
  )
}
