/** SQL of the statistics: distinct counts over one campaign, within a range of divisions. Each thing is one row before it is counted. */
import type { Tx } from '#platform/db'

/** Range of divisions [lo, hi). */
export interface Area {
  lo: string
  hi: string
}

export interface ProgrammeRow {
  programme: string
  commissions: number
  suspended: number
  terminated: number
  subjects: number
  terminated_subjects: number
  queries: number
  verified: number
  reports: number
  /** households with a report in force */
  compared: number
}

/** Counts per programme. A subject asked again in a later version is one subject, a pair asked again one query. */
export function countProgrammes(tx: Tx, campaignId: string, { lo, hi }: Area): Promise<ProgrammeRow[]> {
  return tx.query<ProgrammeRow>(
    `select coalesce(h.programme, '') as programme, count(*) as commissions,
       count(*) filter (where c.state = 'suspended') as suspended,
       count(*) filter (where c.state = 'terminated') as terminated,
       sum(c.subjects)::bigint as subjects,
       coalesce(sum(c.subjects) filter (where c.state = 'terminated'), 0)::bigint as terminated_subjects,
       sum(c.pairs)::bigint as queries,
       count(*) filter (where c.reports > 0) as verified, sum(c.reports)::bigint as reports, count(c.report_no) as compared
     from commission c left join household h using (household_no)
     where c.campaign_id = $1 and c.division_code >= $2 and c.division_code < $3
     group by 1 order by 1`,
    [campaignId, lo, hi],
  )
}

/** Objections, and the reports they are against. */
export function countObjections(tx: Tx, campaignId: string, { lo, hi }: Area): Promise<{ objections: number; objected: number }> {
  return tx.one(
    `select count(*) as objections, count(distinct report_no) as objected from objection
     where campaign_id = $1 and division_code >= $2 and division_code < $3`,
    [campaignId, lo, hi],
  )
}

/** Subjects of all campaigns over areas started in a month, and in the one before; months `YYYY-MM` in China's time. */
export function countMonths(tx: Tx, month: string, before: string, { lo, hi }: Area): Promise<{ now: number; before: number }> {
  return tx.one(
    `select coalesce(sum(subjects) filter (where month = $1), 0)::bigint as now,
       coalesce(sum(subjects) filter (where month = $2), 0)::bigint as before
     from (
       select to_char(c.created_at at time zone 'Asia/Shanghai', 'YYYY-MM') as month, (select sum(subjects) from commission m
         where m.campaign_id = c.campaign_id and m.division_code >= $3 and m.division_code < $4) as subjects
       from campaign c where c.kind = 'district' and to_char(c.created_at at time zone 'Asia/Shanghai', 'YYYY-MM') in ($1, $2)
     ) s`,
    [month, before, lo, hi],
  )
}

export interface RuleCountRow {
  rule: string
  findings: number
  households: number
}

/** Findings of the reports in force per rule, and the households they are in. */
export function countRuleFindings(tx: Tx, campaignId: string, { lo, hi }: Area): Promise<RuleCountRow[]> {
  return tx.query<RuleCountRow>(
    `select f.rule, count(*) as findings, count(distinct f.household_no) as households
     from commission c join report r on r.report_no = c.report_no
     join finding f on f.campaign_id = c.campaign_id and f.household_no = c.household_no and f.version = r.version
     where c.campaign_id = $1 and c.division_code >= $2 and c.division_code < $3 group by f.rule order by f.rule`,
    [campaignId, lo, hi],
  )
}

/** Households in which anybody has signed under a finding. */
export async function listTouchedHouseholds(tx: Tx, campaignId: string, { lo, hi }: Area): Promise<string[]> {
  const rows = await tx.query<{ household_no: string }>(
    `select distinct household_no from clearing_step where campaign_id = $1 and division_code >= $2 and division_code < $3`,
    [campaignId, lo, hi],
  )
  return rows.map((row) => row.household_no)
}

/** Subjects per record type and state letter in the townships of an area, from the counts the batches left. */
export function countAreaAnswers(
  tx: Tx,
  campaignId: string,
  { lo, hi }: Area,
): Promise<{ record: string; state: string; subjects: number }[]> {
  return tx.query(
    `select record, state, sum(subjects)::bigint as subjects from answer_count
     where campaign_id = $1 and township_code >= $2 and township_code < $3 group by record, state having sum(subjects) > 0`,
    [campaignId, lo, hi],
  )
}
