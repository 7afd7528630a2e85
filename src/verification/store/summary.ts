/** SQL of the totals of a run. */
import type { Tx } from '#platform/db'

/** Counts of one file that was read. */
export interface FileCount {
  rows: number
  accepted: number
  quarantined: number
  repeated: number
  normalised: number
}

export interface RunFacts {
  pack: string
  as_of: string
  district_code: string
  core_files: Record<string, FileCount>
  unit_files: ({ file: string } & FileCount)[]
  households: number
  persons: number
  supporters: number
}

export function loadRunFacts(tx: Tx, campaignId: string, importId: string): Promise<RunFacts> {
  return tx.one<RunFacts>(
    `select c.pack_id as pack, c.as_of, c.district_code,
       (select files from import_run where import_id = $2) as core_files,
       coalesce((select jsonb_agg(f) from source_statement s cross join jsonb_array_elements(s.files) f where s.campaign_id = $1), '[]') as unit_files,
       (select count(*) from household) as households,
       (select count(*) from person) as persons,
       (select count(*) from supporter) as supporters
     from campaign c where c.campaign_id = $1`,
    [campaignId, importId],
  )
}

/** How many pairs ended in each letter, over the results in force. */
export function countLetters(tx: Tx, campaignId: string): Promise<{ letter: string; pairs: number }[]> {
  return tx.query(
    `select letter, sum(n)::bigint as pairs from (
       select r.statuses, count(*) as n from subject_result r
       join commission c on c.campaign_id = r.campaign_id and c.household_no = r.household_no and c.version = r.version
       where r.campaign_id = $1 group by r.statuses) s
     cross join lateral (select l as letter from regexp_split_to_table(s.statuses, '') l) t
     group by letter`,
    [campaignId],
  )
}

export function countFindings(tx: Tx, campaignId: string): Promise<{ rule: string; class: string; findings: number }[]> {
  return tx.query(
    `select f.rule, f.class, count(*) as findings from finding f
     left join commission c on c.campaign_id = f.campaign_id and c.household_no = f.household_no
     where f.campaign_id = $1 and (f.household_no = '' or f.version = c.version)
     group by f.rule, f.class order by f.rule`,
    [campaignId],
  )
}

export function countConclusions(tx: Tx, campaignId: string): Promise<{ conclusion: string; reports: number }[]> {
  return tx.query(
    `select r.conclusion, count(*) as reports from report r
     join commission c on c.campaign_id = r.campaign_id and c.household_no = r.household_no and c.version = r.version
     where r.campaign_id = $1 group by r.conclusion`,
    [campaignId],
  )
}

export function countIssues(
  tx: Tx,
  campaignId: string,
  importId: string,
): Promise<{ severity: string; code: string; issues: number }[]> {
  return tx.query(
    `select severity, code, count(*) as issues from (
       select severity, code from import_issue where import_id = $2
       union all
       select severity, code from source_issue where campaign_id = $1) i
     group by severity, code order by code collate "C"`,
    [campaignId, importId],
  )
}
