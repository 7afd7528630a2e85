/** SQL of the task list and the list of cases: paged and sorted by the database, under the reader's scope. */
import type { Tx } from '#platform/db'
import type { CaseRow } from './cases.ts'

/** A step of a case on somebody's desk. */
export interface TaskRow {
  case_no: string
  step: string
  state: string
  since: string
  due_on: string | null
  stopped_on: string | null
  procedure_id: string
  procedure_version: string
  pack_hash: string
  pack_on: string
  pack_id: string
  applicant_name: string
  members: number
  programme: 'urban' | 'rural'
  division_code: string
  related: boolean
  assigned_to: string | null
  assigned_name: string | null
  returned: boolean
  township_name: string
  village_name: string
}

export interface TaskFilter {
  /** steps × procedures whose moves the caller's role may make */
  readonly role: string
  readonly userId: string
  readonly step: string | null
  readonly who: 'mine' | 'desk'
  readonly light: 'green' | 'yellow' | 'red' | 'none' | null
  readonly due: 'overdue' | 'today' | 'soon' | 'other' | null
  readonly returned: boolean
  readonly q: string | null
  readonly today: string
  /** the last day that counts as 'soon' */
  readonly soon: string
  readonly after: { readonly due: string; readonly caseNo: string; readonly step: string } | null
  readonly limit: number
}

/** Steps in which a role has something to do, by procedure and state; that it may end the case there puts no step on its desk. */
const desk = `
  with desk as materialized (
    select distinct procedure_id, version, step, from_state from procedure_move
    where $1 = any (roles) and (ends is null or ends not in ('withdrawn', 'terminated'))
  ), task as (
    select s.case_no, s.step, s.state, s.since, s.due_on, s.stopped_on, c.procedure_id, c.procedure_version, c.pack_id, c.pack_hash, c.pack_on,
      c.applicant_name, c.members, c.programme, c.division_code, c.related, c.assigned_to,
      case when s.stopped_on is null then coalesce(s.due_on, 'infinity'::date) else 'infinity'::date end as due,
      exists (select from case_move m where m.case_no = s.case_no and m.reopened = s.step and m.at = s.since) as returned
    from case_step s join casefile c on c.case_no = s.case_no
    join desk d on d.procedure_id = c.procedure_id and d.version = c.procedure_version and d.step = s.step and d.from_state = s.state
    where s.state in ('open', 'posted', 'paused') and c.result is null and (c.assigned_to is null or c.assigned_to = $2 or $3 = 'desk')
  )`

const lightCondition = `($4::text is null
  or $4 = 'red' and due < $5::date or $4 = 'yellow' and due >= $5::date and due <= $6::date
  or $4 = 'green' and due > $6::date and due <> 'infinity' or $4 = 'none' and due = 'infinity')`

const dueCondition = `($14::text is null or $14 = 'overdue' and due < $5::date or $14 = 'today' and due = $5::date
  or $14 = 'soon' and due > $5::date and due <= $6::date or $14 = 'other' and due > $6::date)`

/** One page of tasks, the most urgent first. */
export function listTaskRows(tx: Tx, filter: TaskFilter): Promise<TaskRow[]> {
  return tx.query<TaskRow>(
    `${desk}, page as (
       select * from task
       where ($3 = 'desk' or assigned_to = $2) and ${lightCondition} and ${dueCondition} and ($7::text is null or step = $7) and (not $8 or returned)
         and ($9::text is null or applicant_name like $9 || '%' or case_no = $9)
         and ($10::date is null or (due, case_no, step) > ($10::date, $11, $12))
       order by due, case_no, step limit $13)
     select p.*, u.display_name as assigned_name, coalesce(t.name, '') as township_name, coalesce(v.name, '') as village_name
     from page p left join app_user u on u.user_id = p.assigned_to
     left join division v on v.code = p.division_code left join division t on t.code = left(p.division_code, 9) || '000'
     order by p.due, p.case_no, p.step`,
    [
      filter.role,
      filter.userId,
      filter.who,
      filter.light,
      filter.today,
      filter.soon,
      filter.step,
      filter.returned,
      filter.q,
      filter.after?.due ?? null,
      filter.after?.caseNo ?? null,
      filter.after?.step ?? null,
      filter.limit,
      filter.due,
    ],
  )
}

export interface TaskCounts {
  overdue: number
  today: number
  soon: number
  other: number
  returned: number
  mine: number
  steps: Record<string, number>
}

/** Figures over all tasks of the caller's desk: one statement. */
export function countTasks(tx: Tx, filter: Pick<TaskFilter, 'role' | 'userId' | 'today' | 'soon'>): Promise<TaskCounts> {
  return tx.one<TaskCounts>(
    `${desk}, by_step as (select step, count(*)::int as n from task group by step)
     select count(*) filter (where due < $4::date)::int as overdue, count(*) filter (where due = $4::date)::int as today,
       count(*) filter (where due > $4::date and due <= $5::date)::int as soon, count(*) filter (where due > $5::date)::int as other,
       count(*) filter (where returned)::int as returned, count(*) filter (where assigned_to = $2)::int as mine,
       coalesce((select jsonb_object_agg(step, n) from by_step), '{}'::jsonb) as steps
     from task`,
    [filter.role, filter.userId, 'desk', filter.today, filter.soon],
  )
}

export interface CaseFilter {
  readonly q: string | null
  readonly lo: string | null
  readonly hi: string | null
  readonly programme: string | null
  readonly step: string | null
  readonly state: string | null
  readonly related: boolean
  readonly overdue: boolean
  readonly cleanUp: string | null
  readonly doneBy: string | null
  readonly today: string
  readonly sort: 'opened' | 'due' | 'village'
  readonly after: { readonly key: string; readonly caseNo: string } | null
  readonly limit: number
}

export type CaseListRow = CaseRow & {
  key: string
  at_steps: string[]
  due_on: string | null
  stopped_on: string | null
  decided_amount: number | null
  township_name: string
  village_name: string
}

const sortKeys = {
  opened: { key: `to_char(c.opened_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')`, order: 'desc' },
  due: { key: `coalesce(c.total_due_on, 'infinity'::date)::text`, order: 'asc' },
  village: { key: 'c.division_code', order: 'asc' },
} as const

const caseConditions = `
  ($1::text is null or c.applicant_name like $1 || '%' or c.initials like lower($1) || '%' or c.case_no = $1 or c.household_no = $1)
  and ($2::text is null or c.division_code >= $2 and c.division_code < $3) and ($4::text is null or c.programme = $4)
  and ($5::text is null or exists (select from case_step s where s.case_no = c.case_no and s.step = $5 and s.state in ('open', 'posted', 'paused')))
  and ($6::text is null or $6 = 'running' and c.result is null or $6 = 'ended' and c.result is not null or c.result = $6)
  and (not $7 or c.related) and (not $8 or c.result is null and c.total_due_on < $9::date)
  and ($10::uuid is null or c.clean_up_id = $10::uuid)
  and ($11::text is null or exists (select from case_move m where m.case_no = c.case_no and m.by_user = $11))`

function conditionValues(filter: CaseFilter): unknown[] {
  return [
    filter.q,
    filter.lo,
    filter.hi,
    filter.programme,
    filter.step,
    filter.state,
    filter.related,
    filter.overdue,
    filter.today,
    filter.cleanUp,
    filter.doneBy,
  ]
}

/** One page of cases. */
export function listCaseRows(tx: Tx, filter: CaseFilter): Promise<CaseListRow[]> {
  const { key, order } = sortKeys[filter.sort]
  const beyond = order === 'desc' ? '<' : '>'
  return tx.query<CaseListRow>(
    `with page as (
       select c.*, ${key} as key from casefile c
       where ${caseConditions} and ($12::text is null or (${key}, c.case_no) ${beyond} ($12, $13))
       order by ${key} ${order}, c.case_no ${order} limit $14)
     select c.*, a.at_steps, a.due_on, a.stopped_on, d.amount as decided_amount,
       coalesce(t.name, '') as township_name, coalesce(v.name, '') as village_name
     from page c
     left join lateral (select array_agg(s.step order by s.step) as at_steps, min(s.due_on) as due_on, min(s.stopped_on) as stopped_on
       from case_step s where s.case_no = c.case_no and s.state in ('open', 'posted', 'paused')) a on true
     left join case_decision d on d.case_no = c.case_no and d.undone_at is null
     left join division v on v.code = c.division_code left join division t on t.code = c.township_code
     order by c.key ${order}, c.case_no ${order}`,
    [...conditionValues(filter), filter.after?.key ?? null, filter.after?.caseNo ?? null, filter.limit],
  )
}

export async function countCases(tx: Tx, filter: CaseFilter): Promise<number> {
  const { n } = await tx.one<{ n: number }>(
    `select count(*)::int as n from casefile c where ${caseConditions}`,
    conditionValues(filter),
  )
  return n
}
