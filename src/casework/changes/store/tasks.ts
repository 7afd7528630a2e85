/** SQL of tasks that follow from hints of member units, and of the households with a running case. */
import type { Sql } from '#platform/db'

/** Makes the tasks of hints, each once, for whoever has the household's running case. One statement. */
export async function insertChangeTasks(sql: Sql, hintNos: readonly number[], at: string): Promise<void> {
  await sql.execute(
    `insert into change_task (hint_no, household_no, subject_no, case_no, division_code, record, what, seen_on, assigned_to, raised_at)
     select h.hint_no, h.household_no, h.subject_no, c.case_no, h.division_code, h.record, h.what, h.seen_on, c.assigned_to, $2::timestamptz
       from change_hint h
       left join lateral (select case_no, assigned_to from casefile f where f.household_no = h.household_no and f.result is null
                           order by f.opened_at desc limit 1) c on true
      where h.hint_no = any($1::bigint[])
     on conflict do nothing`,
    [hintNos, at],
  )
}

/** A task as lists show it. */
export interface ChangeTaskRow {
  hint_no: number
  household_no: string
  head_name: string
  case_no: string | null
  division_code: string
  village_name: string
  seen_on: string
  raised_at: string
  assigned_to: string | null
  assigned_name: string | null
  outcome: 'no_effect' | 'in_case' | 'review' | null
  note: Buffer | null
  settled_by_name: string | null
  settled_at: string | null
  id_number_index: Buffer | null
}

const columns = `t.hint_no, t.household_no, coalesce(h.head_name, '') as head_name, t.case_no, t.division_code,
  coalesce(v.name, t.division_code) as village_name, t.seen_on, t.raised_at, t.assigned_to, u.display_name as assigned_name, t.outcome, t.note,
  t.settled_by_name, t.settled_at, p.id_number_index`

const joined = `change_task t left join household h using (household_no) left join division v on v.code = t.division_code
  left join app_user u on u.user_id = t.assigned_to left join person p on p.person_no = t.subject_no`

/** Tasks after a place: open ones oldest first, settled ones newest first. */
export function listChangeTaskRows(sql: Sql, isOpen: boolean, after: number | null, limit: number): Promise<ChangeTaskRow[]> {
  const which = isOpen
    ? `t.outcome is null and ($1::bigint is null or t.hint_no > $1) order by t.hint_no`
    : `t.outcome is not null and ($1::bigint is null or t.hint_no < $1) order by t.hint_no desc`
  return sql.query<ChangeTaskRow>(`select ${columns} from ${joined} where ${which} limit $2`, [after, limit])
}

export async function countChangeTasks(sql: Sql, isOpen: boolean): Promise<number> {
  const text = `select count(*)::int as n from change_task where (outcome is null) = $1`
  return (await sql.one<{ n: number }>(text, [isOpen])).n
}

/** Locks a task in sight; undefined when there is none. */
export function lockChangeTask(
  sql: Sql,
  hintNo: number,
): Promise<Pick<ChangeTaskRow, 'household_no' | 'division_code' | 'outcome' | 'id_number_index'> | undefined> {
  return sql.maybe(
    `select t.household_no, t.division_code, t.outcome, p.id_number_index
       from change_task t left join person p on p.person_no = t.subject_no where t.hint_no = $1 for update of t`,
    [hintNo],
  )
}

/** Notes what a person made of a hint. */
export async function settleChange(
  sql: Sql,
  hintNo: number,
  settled: { outcome: string; note: Buffer; by: string; byName: string; at: string },
): Promise<void> {
  const { outcome, note, by, byName, at } = settled
  await sql.execute(
    'update change_task set outcome = $2, note = $3, settled_by = $4, settled_by_name = $5, settled_at = $6 where hint_no = $1',
    [hintNo, outcome, note, by, byName, at],
  )
}

/** Which of these households have a running case; all that have one where no list is given. */
export async function listRunningHouseholds(sql: Sql, householdNos: readonly string[] | null): Promise<string[]> {
  const rows = await sql.query<{ no: string }>(
    `select distinct household_no as no from casefile
      where result is null and household_no is not null and ($1::text[] is null or household_no = any($1)) order by 1`,
    [householdNos],
  )
  return rows.map(({ no }) => no)
}
