/** SQL of the clocks: what a household's clock is read from, what was slow, how long reports and answers took. */
import type { Tx } from '#platform/db'
import type { Area } from './statistics.ts'

/** A suspension, dates in China; `to` is null while it lasts. */
export interface PauseRow {
  from: string
  to: string | null
}

export interface ClockRow {
  scheme: string
  /** day the run under way was opened; null when none is */
  opened_on: string | null
  pauses: PauseRow[]
  objected_on: string | null
}

const chinaDay = (instant: string): string => `(${instant} at time zone 'Asia/Shanghai')::date`

const pausesSince = (household: string, since: string): string => `
  (select coalesce(jsonb_agg(jsonb_build_object('from', ${chinaDay('p.paused_at')}, 'to', ${chinaDay('p.resumed_at')}) order by p.paused_at), '[]')
   from commission_pause p where p.campaign_id = ${household}.campaign_id and p.household_no = ${household}.household_no and p.paused_at >= ${since})`

const runs = `m.state in ('commissioned', 'querying')`
const opened = 'select b.opened_at from batch b where b.campaign_id = $1 and b.batch_no = m.batch_no'

/** Columns of ClockRow for a commission `m` of campaign $1; nothing is looked up about runs that are over. */
export const clockColumns = `(select c.scheme from campaign c where c.campaign_id = $1) as scheme,
  case when ${runs} then ${chinaDay(`(${opened})`)} end as opened_on,
  case when ${runs} then ${pausesSince('m', `(${opened})`)} else '[]' end as pauses,
  (select min(${chinaDay('o.raised_at')}) from objection o
   where o.campaign_id = $1 and o.household_no = m.household_no and o.outcome is null) as objected_on`

/**
 * What the clocks of some households are read from. A statement of its own that stays prepared: planned with the list, which is
 * planned anew for every filter, it would cost more than the list itself.
 */
export function listClocks(
  tx: Tx,
  campaignId: string,
  householdNos: readonly string[],
): Promise<(ClockRow & { household_no: string; state: string })[]> {
  return tx.query(
    `select m.household_no, m.state, ${clockColumns} from commission m where m.campaign_id = $1 and m.household_no = any($2)`,
    [campaignId, householdNos],
  )
}

/** Lets the clock of a household stand still, or go on again. */
export async function pauseClock(
  tx: Tx,
  household: { campaignId: string; householdNo: string; divisionCode: string },
  at: string,
): Promise<void> {
  await tx.execute(`insert into commission_pause (campaign_id, household_no, paused_at, division_code) values ($1, $2, $3, $4)`, [
    household.campaignId,
    household.householdNo,
    at,
    household.divisionCode,
  ])
}

export async function resumeClock(tx: Tx, campaignId: string, householdNo: string, at: string): Promise<void> {
  await tx.execute(
    'update commission_pause set resumed_at = $3 where campaign_id = $1 and household_no = $2 and resumed_at is null',
    [campaignId, householdNo, at],
  )
}

/** A report or an answer that took, or takes, more days than the shortest limit. */
export interface SlowRow {
  household_no: string
  task: string
  kind: 'report' | 'objection'
  started_on: string
  done_on: string | null
  pauses: PauseRow[]
}

/**
 * First reports of every run, runs without one, and objections, of which done or today is more than so many calendar days after
 * the start: the only ones that can be late, since working days are never fewer.
 */
export function listSlowTasks(
  tx: Tx,
  campaignId: string,
  { lo, hi }: Area,
  limits: { on: string; reportDays: number; reviewDays: number },
): Promise<SlowRow[]> {
  return tx.query<SlowRow>(
    `with run as (
       select r.campaign_id, r.household_no, r.batch_no, min(r.issued_on) as done_on
       from batch b cross join lateral (
         select * from report r where r.campaign_id = b.campaign_id and r.batch_no = b.batch_no
           and r.issued_on > ${chinaDay('b.opened_at')} + $5::int and r.division_code >= $2 and r.division_code < $3 offset 0
       ) r
       where b.campaign_id = $1
         and not exists (select 1 from report e where e.campaign_id = r.campaign_id and e.household_no = r.household_no
           and e.batch_no = r.batch_no and e.issued_on <= ${chinaDay('b.opened_at')} + $5::int)
       group by 1, 2, 3
       union all
       select campaign_id, household_no, batch_no, null from commission m
       where campaign_id = $1 and division_code >= $2 and division_code < $3 and state in ('commissioned', 'querying')
         and not exists (select 1 from report r where r.campaign_id = m.campaign_id and r.household_no = m.household_no and r.batch_no = m.batch_no)
     )
     select run.household_no, 'run ' || run.batch_no as task, 'report' as kind, ${chinaDay('b.opened_at')} as started_on, run.done_on,
       ${pausesSince('run', 'b.opened_at')} as pauses
     from run join batch b on b.campaign_id = run.campaign_id and b.batch_no = run.batch_no
     where coalesce(run.done_on, $4::date) > ${chinaDay('b.opened_at')} + $5::int
     union all
     select household_no, objection_id::text, 'objection', ${chinaDay('raised_at')}, ${chinaDay('answered_at')}, '[]'
     from objection
     where campaign_id = $1 and division_code >= $2 and division_code < $3
       and coalesce(${chinaDay('answered_at')}, $4::date) > ${chinaDay('raised_at')} + $6::int`,
    [campaignId, lo, hi, limits.on, limits.reportDays, limits.reviewDays],
    // planned for its campaign: a plan for any campaign reads every report
    { named: false },
  )
}

/** Median minutes from the opening of a household's first run to its first report; each household counts once. */
export async function medianReportMinutes(tx: Tx, campaignId: string, { lo, hi }: Area): Promise<number | null> {
  const row = await tx.one<{ minutes: number | null }>(
    `select percentile_cont(0.5) within group (order by extract(epoch from f.signed_at - b.opened_at) / 60) as minutes
     from (
       select distinct on (division_code, household_no) batch_no, signed_at from report
       where campaign_id = $1 and division_code >= $2 and division_code < $3 order by division_code, household_no, version
     ) f join batch b on b.campaign_id = $1 and b.batch_no = f.batch_no`,
    [campaignId, lo, hi],
  )
  return row.minutes
}

/** Median minutes from a question to its answer per unit; each question counts once. For whoever sees the district. */
export async function listAnswerMinutes(tx: Tx, campaignId: string): Promise<Map<string, number>> {
  const rows = await tx.query<{ unit: string; minutes: number }>(
    `select unit, percentile_cont(0.5) within group (order by extract(epoch from answered_at - created_at) / 60) as minutes
     from exchange_message where campaign = $1::text and direction = 'out' and type = 'request' and answered_at is not null group by unit`,
    [campaignId],
  )
  return new Map(rows.map((row) => [row.unit, row.minutes]))
}
