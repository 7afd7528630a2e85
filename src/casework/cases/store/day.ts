/** SQL of a role's day: counts under the caller's scope, all in one statement, and the first of what a village goes out for. */
import type { Tx } from '#platform/db'
import { type DayFigure, SHOWN_ITEMS } from '../rules/day.ts'

const atApproval = `case_step s join casefile c on c.case_no = s.case_no where s.step = 'approval' and s.state = 'open' and c.result is null`

const COUNTS: Readonly<Record<DayFigure, string>> = {
  undrawn: `select count(*) from ${atApproval} and not exists (select from sample_draw d where d.cases @> array[c.case_no])`,
  unvisited: `select count(*) from ${atApproval} and c.sampled
    and not exists (select from case_record r where r.case_no = c.case_no and r.kind = 'sample_visit')`,
  undecided: `select count(*) from case_step s join desk d on d.desk = s.desk
    where s.step in ('approval', 'decision') and d.roles @> array[(select role from given)]`,
  unpublished: `select count(*) from case_step where step = 'notice_district' and state = 'open'`,
  unserved: `select count(*) from case_decision where undone_at is null and notified_at is null`,
  unconfirmed: `select count(*) from payment_roll
    where confirmed_at is null and withdrawn_at is null and made_by <> (select user_id from given)`,
  running: 'select count(*) from casefile where result is null',
  overdue: 'select count(*) from casefile where result is null and total_due_on < (select today from given)',
  unproved: `select count(*) from notice n where n.state = 'posted'
    and not exists (select from notice_posting p where p.notice_no = n.notice_no)`,
  related: 'select count(*) from casefile where result is null and related',
  objections: 'select count(*) from case_objection where outcome is null',
}

/** The figures that are asked for. One statement. */
export async function readDayFigures(
  tx: Tx,
  figures: readonly DayFigure[],
  caller: { readonly userId: string; readonly role: string; readonly today: string },
): Promise<ReadonlyMap<DayFigure, number>> {
  if (figures.length === 0) return new Map()
  const row = await tx.one<Record<string, number>>(
    `with given as materialized (select $1::text as user_id, $2::text as role, $3::date as today)
     select ${figures.map((name) => `(${COUNTS[name]})::int as ${name}`).join(', ')}`,
    [caller.userId, caller.role, caller.today],
  )
  return new Map(figures.map((name) => [name, row[name] ?? 0]))
}

/** The last plan of a home visit. */
export interface PlannedVisit {
  caseNo: string
  name: string
  sealed: Buffer
}

/** Home visits that are planned and not done, as their plans were written; the newest plan of each. */
export function listPlannedVisits(tx: Tx, limit: number): Promise<PlannedVisit[]> {
  return tx.query(
    `select c.case_no as "caseNo", c.applicant_name as name, r.sealed from case_step s join casefile c on c.case_no = s.case_no
     join lateral (select r.sealed from case_record r where r.case_no = c.case_no and r.kind = 'visit_plan' order by r.at desc limit 1) r on true
     where s.step = 'visit' and s.state = 'open' order by s.due, c.case_no limit $1`,
    [limit],
  )
}

export interface DayItem {
  no: string
  name: string
  /** a day that is said beside it */
  day: string | null
  /** of the whole list: how many, and how many are past their day */
  total: number
  late: number
}

/** Applications whose form or undertaking nobody signed yet, the oldest first. */
export function listUnsignedDrafts(tx: Tx, today: string): Promise<DayItem[]> {
  return tx.query(
    `select c.case_no as no, c.applicant_name as name, s.due_on as day, count(*) over ()::int as total,
       count(*) filter (where s.due_on < $1) over ()::int as late
     from case_step s join casefile c on c.case_no = s.case_no
     where s.step = 'intake' and s.state in ('open', 'paused') and 2 > (select count(distinct p.form) from case_paper p
       where p.case_no = c.case_no and p.form in ('application', 'undertaking') and p.signature is not null)
     order by s.due, c.case_no limit $2`,
    [today, SHOWN_ITEMS],
  )
}

/** Notices that hang without a photo, and those whose last day has come without one of that day. */
export function listNoticesToPhoto(tx: Tx, today: string): Promise<DayItem[]> {
  return tx.query(
    `select n.notice_no as no, n.title as name, n.to_on as day, count(*) over ()::int as total,
       count(*) filter (where n.to_on < $1) over ()::int as late from notice n
     left join lateral (select max(p.posted_on) as last from notice_posting p where p.notice_no = n.notice_no) p on true
     where n.state = 'posted' and n.from_on <= $1 and (p.last is null or n.to_on <= $1 and p.last < n.to_on)
     order by n.to_on, n.notice_no limit $2`,
    [today, SHOWN_ITEMS],
  )
}
