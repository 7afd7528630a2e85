/** SQL of the task list and the list of cases: paged and sorted by indexes, under the reader's scope. */
import { addDays } from '#kernel/dates'
import type { Scope, Tx } from '#platform/db'
import type { CaseRow } from '../../procedure/store/cases.ts'
import { beginsWith, townshipOf, Values } from './conditions.ts'

/** A step of a case on somebody's desk. */
export interface TaskRow {
  case_no: string
  step: string
  state: string
  since: string
  due_on: string | null
  /** what the list is sorted by */
  due: string
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

type Days = Pick<TaskFilter, 'today' | 'soon'>

const earliest = '-infinity'
const latest = 'infinity'
const lastDay = '9999-12-31'

/** First and last value of `due` of a tab; 'infinity' is a clock that stands still or that there is none of. */
function daysOfTab(due: NonNullable<TaskFilter['due']>, { today, soon }: Days): [string, string] {
  switch (due) {
    case 'overdue':
      return [earliest, addDays(today, -1)]
    case 'today':
      return [today, today]
    case 'soon':
      return [addDays(today, 1), soon]
    case 'other':
      return [addDays(soon, 1), latest]
  }
}

function daysOfLight(light: NonNullable<TaskFilter['light']>, { today, soon }: Days): [string, string] {
  switch (light) {
    case 'red':
      return [earliest, addDays(today, -1)]
    case 'yellow':
      return [today, soon]
    case 'green':
      return [addDays(soon, 1), lastDay]
    case 'none':
      return [latest, latest]
  }
}

/** Whose and where: what decides which index is used. Row-level security stands behind each. */
function placeConditions(values: Values, scope: Scope, { returned, who, userId }: TaskFilter): string[] {
  const mine = who === 'mine' ? [`s.assigned_to = ${values.put(userId)}`] : []
  if (returned) return ['s.returned', ...mine]
  const township = townshipOf(scope)
  return mine.length > 0 || township === null ? mine : [`s.township_code = ${values.put(township)}`]
}

/** What a task must be, besides lying on one of the role's desks. `s` is the step, `d` the desk. */
function taskConditions(values: Values, scope: Scope, filter: TaskFilter): string {
  const said = placeConditions(values, scope, filter)
  if (filter.step !== null) said.push(`d.step = ${values.put(filter.step)}`)
  for (const [from, to] of [
    filter.due === null ? [earliest, latest] : daysOfTab(filter.due, filter),
    filter.light === null ? [earliest, latest] : daysOfLight(filter.light, filter),
  ] as const) {
    if (from === to) said.push(`s.due = ${values.put(from)}::date`)
    else if (from !== earliest || to !== latest) said.push(`s.due between ${values.put(from)}::date and ${values.put(to)}::date`)
  }
  if (filter.after !== null) {
    const { due, caseNo, step } = filter.after
    const place = `(${values.put(due)}::date, ${values.put(caseNo)})`
    said.push(`(s.due, s.case_no) >= ${place} and ((s.due, s.case_no) > ${place} or d.step > ${values.put(step)})`)
  }
  return said.map((condition) => ` and ${condition}`).join('')
}

/** The first tasks of every desk of the role, each in the order of an index; then the first of them all. */
function fromDesks(values: Values, scope: Scope, filter: TaskFilter): string {
  const limit = values.put(filter.limit)
  return `select d.step, t.case_no, t.due from desk d cross join lateral (
       select s.case_no, s.due from case_step s where s.desk = d.desk${taskConditions(values, scope, filter)}
       order by s.due, s.case_no limit ${limit}) t
     where ${values.put(filter.role)} = any (d.roles) order by t.due, t.case_no, d.step limit ${limit}`
}

/** The tasks of cases that are named: these are few, so they come first. */
function fromCases(values: Values, scope: Scope, filter: TaskFilter): string {
  const q = filter.q ?? ''
  return `select d.step, s.case_no, s.due
     from (select c.case_no from casefile c
       where c.result is null and (${beginsWith(values, 'c.applicant_name', q)} or c.case_no = ${values.put(q)}) offset 0) c
     join case_step s on s.case_no = c.case_no join desk d on d.desk = s.desk
     where ${values.put(filter.role)} = any (d.roles)${taskConditions(values, scope, filter)}
     order by s.due, s.case_no, d.step limit ${values.put(filter.limit)}`
}

/** One page of tasks, the most urgent first. */
export function listTaskRows(tx: Tx, filter: TaskFilter): Promise<TaskRow[]> {
  const values = new Values()
  const byCase = filter.q !== null
  const page = (byCase ? fromCases : fromDesks)(values, tx.scope, filter)
  return tx.query<TaskRow>(
    `with page as materialized (${page})
     select s.case_no, s.step, s.state, s.since, s.due_on, s.due, s.stopped_on, c.procedure_id, c.procedure_version, c.pack_id, c.pack_hash, c.pack_on,
       c.applicant_name, c.members, c.programme, c.division_code, c.related, c.assigned_to, s.returned,
       u.display_name as assigned_name, coalesce(t.name, '') as township_name, coalesce(v.name, '') as village_name
     from page p join case_step s on s.case_no = p.case_no and s.step = p.step join casefile c on c.case_no = p.case_no
     left join app_user u on u.user_id = c.assigned_to
     left join division v on v.code = c.division_code left join division t on t.code = left(c.division_code, 9) || '000'
     order by p.due, p.case_no, p.step`,
    values.list,
    { named: !byCase },
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

/** Figures over all tasks of the caller's desks: one statement, from indexes alone. */
export function countTasks(tx: Tx, filter: Pick<TaskFilter, 'role' | 'userId' | 'today' | 'soon'>): Promise<TaskCounts> {
  const values = new Values()
  const township = townshipOf(tx.scope)
  const here = township === null ? '' : ` and s.township_code = ${values.put(township)}`
  const [today, soon] = [`${values.put(filter.today)}::date`, `${values.put(filter.soon)}::date`]
  return tx.one<TaskCounts>(
    `with own as materialized (select desk, step from desk where ${values.put(filter.role)} = any (roles)), task as materialized (
       select o.step, t.*, (select count(*) from case_step s where s.desk = o.desk and s.returned) as returned
       from own o cross join lateral (
         select count(*) as n, count(*) filter (where s.due < ${today}) as overdue, count(*) filter (where s.due = ${today}) as today,
           count(*) filter (where s.due > ${today} and s.due <= ${soon}) as soon
         from case_step s where s.desk = o.desk${here}) t)
     select coalesce(sum(overdue), 0)::int as overdue, coalesce(sum(today), 0)::int as today, coalesce(sum(soon), 0)::int as soon,
       coalesce(sum(n - overdue - today - soon), 0)::int as other, coalesce(sum(returned), 0)::int as returned,
       (select count(*)::int from own o join case_step s on s.desk = o.desk where s.assigned_to = ${values.put(filter.userId)}) as mine,
       coalesce((select jsonb_object_agg(step, n) from (select step, sum(n)::int as n from task where n > 0 group by step) b), '{}'::jsonb) as steps
     from task`,
    values.list,
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
  readonly unserved: boolean
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

/** Orders of the list: the expression an index stands for, and its value as text and back for the place of the next page. */
const orders = {
  opened: {
    by: 'c.opened_at',
    text: `to_char(c.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    type: 'timestamptz',
    order: 'desc',
  },
  due: {
    by: `coalesce(c.total_due_on, 'infinity'::date)`,
    text: `coalesce(c.total_due_on, 'infinity'::date)::text`,
    type: 'date',
    order: 'asc',
  },
  village: { by: 'c.division_code', text: 'c.division_code', type: 'text', order: 'asc' },
} as const

/** Conditions of the list and of its count: `c` is the case. */
export function caseConditions(values: Values, filter: CaseFilter): string {
  const { q, lo, hi, programme, step, state, cleanUp, doneBy } = filter
  const said = ['true']
  if (q !== null) {
    const [name, initials] = [beginsWith(values, 'c.applicant_name', q), beginsWith(values, 'c.initials', q.toLowerCase())]
    const number = values.put(q)
    said.push(`(${name} or ${initials} or c.case_no = ${number} or c.household_no = ${number})`)
  }
  if (lo !== null) said.push(`c.division_code >= ${values.put(lo)} and c.division_code < ${values.put(hi)}`)
  if (programme !== null) said.push(`c.programme = ${values.put(programme)}`)
  if (step !== null) {
    const live = `s.step = ${values.put(step)} and s.state in ('open', 'posted', 'paused')`
    said.push(`c.case_no in (select s.case_no from case_step s where ${live})`)
  }
  if (state === 'running') said.push('c.result is null')
  else if (state === 'ended') said.push('c.result is not null')
  else if (state !== null) said.push(`c.result = ${values.put(state)}`)
  if (filter.related) said.push('c.related')
  if (filter.overdue) said.push(`c.result is null and c.total_due_on < ${values.put(filter.today)}::date`)
  if (filter.unserved)
    said.push('c.case_no in (select d.case_no from case_decision d where d.undone_at is null and d.notified_at is null)')
  if (cleanUp !== null) said.push(`c.clean_up_id = ${values.put(cleanUp)}::uuid`)
  if (doneBy !== null) said.push(`c.case_no in (select m.case_no from case_move m where m.by_user = ${values.put(doneBy)})`)
  return said.join(' and ')
}

/** True: the cases asked for are a small part that an index names, so all of them are taken and then sorted. */
function isNarrow({ q, step, related, overdue, unserved, cleanUp, doneBy }: CaseFilter): boolean {
  return q !== null || step !== null || related || overdue || unserved || cleanUp !== null || doneBy !== null
}

/** One page of cases. Planned for its own values: how rare a name or a step is decides where to begin. */
export function listCaseRows(tx: Tx, filter: CaseFilter): Promise<CaseListRow[]> {
  const values = new Values()
  const { by, text, type, order } = orders[filter.sort]
  const { after } = filter
  const beyond =
    after === null
      ? ''
      : ` and (${by}, c.case_no) ${order === 'desc' ? '<' : '>'} (${values.put(after.key)}::${type}, ${values.put(after.caseNo)})`
  return tx.query<CaseListRow>(
    `with page as materialized (
       select case_no, place from (
         select c.case_no, ${by} as place from casefile c where ${caseConditions(values, filter)}${beyond}
         ${isNarrow(filter) ? 'offset 0' : ''}) f
       order by place ${order}, case_no ${order} limit ${values.put(filter.limit)})
     select c.*, ${text} as key, a.at_steps, a.due_on, a.stopped_on, d.amount as decided_amount,
       coalesce(t.name, '') as township_name, coalesce(v.name, '') as village_name
     from page p join casefile c on c.case_no = p.case_no
     left join lateral (select array_agg(s.step order by s.step) as at_steps, min(s.due_on) as due_on, min(s.stopped_on) as stopped_on
       from case_step s where s.case_no = c.case_no and s.state in ('open', 'posted', 'paused')) a on true
     left join case_decision d on d.case_no = c.case_no and d.undone_at is null
     left join division v on v.code = c.division_code left join division t on t.code = c.township_code
     order by p.place ${order}, c.case_no ${order}`,
    values.list,
    { named: false },
  )
}

export async function countCases(tx: Tx, filter: CaseFilter): Promise<number> {
  const values = new Values()
  const text = `select count(*)::int as n from casefile c where ${caseConditions(values, filter)}`
  const [row] = await tx.query<{ n: number }>(text, values.list, { named: false })
  return row?.n ?? 0
}
