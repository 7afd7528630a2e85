/** SQL of evidence: where a household was asked about. */
import type { Sql } from '#platform/db'

/** Commissions for a case: the campaigns that name it, and their households. */
export function listCommissionsOf(sql: Sql, reference: string): Promise<{ campaignId: string; householdNos: string[] }[]> {
  return sql.query(
    `select campaign_id as "campaignId", coalesce(household_nos, '{}') as "householdNos"
       from campaign where reference = $1 order by campaign_no`,
    [reference],
  )
}

/** The batches in which a household was asked about, and the numbers of its subjects there. */
export function listHouseholdPlaces(
  sql: Sql,
  campaignId: string,
  householdNo: string,
): Promise<{ batch: number; items: number[] }[]> {
  return sql.query(
    `select batch_no as batch, array_agg(i::int order by i) as items
       from (select batch_no, household_no,
                    row_number() over (partition by batch_no order by household_no, subject_no, subject_kind collate "C") - 1 as i
               from query_line
              where campaign_id = $1 and batch_no in (select batch_no from query_line where campaign_id = $1 and household_no = $2)) l
      where household_no = $2 group by batch_no order by batch_no`,
    [campaignId, householdNo],
  )
}

/** Where a household lies; undefined for one that was not asked about. */
export async function findDivision(sql: Sql, campaignId: string, householdNo: string): Promise<string | undefined> {
  const row = await sql.maybe<{ code: string }>(
    `select division_code as code from commission where campaign_id = $1 and household_no = $2`,
    [campaignId, householdNo],
  )
  return row?.code
}
