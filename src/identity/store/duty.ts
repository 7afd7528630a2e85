import type { Sql } from '#platform/db'

/** All SQL of duty areas. */

export interface DutyRow {
  readonly duty_id: string
  readonly user_id: string
  readonly user_name: string
  readonly village_code: string
  readonly valid_from: string
  readonly valid_to: string | null
  readonly note: string
  /** Null when the account lies outside the caller's scope. */
  readonly role: string | null
  readonly posts: string[] | null
}

const COLUMNS = `d.duty_id, d.user_id, d.user_name, d.village_code, d.valid_from, d.valid_to, d.note, u.role, u.posts
  from duty_area d left join app_user u using (user_id)`

export interface DutyFilter {
  readonly lo: string | null
  readonly hi: string | null
  readonly on: string
  /** Also duties that had ended by that day. */
  readonly past: boolean
}

export function listDutyRows(sql: Sql, filter: DutyFilter): Promise<DutyRow[]> {
  return sql.query<DutyRow>(
    `select ${COLUMNS} where ($1::text is null or d.division_code >= $1 and d.division_code < $2)
       and ($4::boolean or d.valid_from <= $3 and (d.valid_to is null or d.valid_to > $3))
     order by d.village_code, d.valid_from, d.user_name`,
    [filter.lo, filter.hi, filter.on, filter.past],
    { named: false },
  )
}

/** Duties of one village on a day. */
export function listDutyOf(sql: Sql, villageCode: string, on: string): Promise<DutyRow[]> {
  return sql.query<DutyRow>(
    `select ${COLUMNS} where d.division_code = $1 and d.valid_from <= $2 and (d.valid_to is null or d.valid_to > $2)
     order by d.valid_from, d.user_name`,
    [villageCode, on],
  )
}

export interface OfficerRow {
  readonly user_id: string
  readonly login: string
  readonly display_name: string
  readonly role: string
  readonly division_code: string
}

/** Accounts in use of some roles within the scope. */
export function listOfficerRows(sql: Sql, roles: readonly string[]): Promise<OfficerRow[]> {
  return sql.query<OfficerRow>(
    `select user_id, login, display_name, role, division_code from app_user
     where not disabled and confirmed and role = any($1) order by display_name, login`,
    [roles],
  )
}

export interface NewDuty {
  readonly dutyId: string
  readonly userId: string
  readonly userName: string
  readonly villageCode: string
  readonly from: string
  readonly note: string
  readonly by: string
  readonly at: string
}

/** Enters duties except where the person has that village on that day already, the earliest of several; gives how many. One statement, however many. */
export function insertDuties(sql: Sql, duties: readonly NewDuty[]): Promise<number> {
  return sql.execute(
    `insert into duty_area (duty_id, user_id, user_name, village_code, valid_from, note, assigned_by, assigned_at)
     select distinct on (n.user_id, n.village_code) n.* from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[], $8::timestamptz[])
       as n(duty_id, user_id, user_name, village_code, valid_from, note, assigned_by, assigned_at)
     where not exists (select from duty_area d where d.user_id = n.user_id and d.division_code = n.village_code
       and (d.valid_to is null or d.valid_to > n.valid_from))
     order by n.user_id, n.village_code, n.valid_from`,
    [
      duties.map((each) => each.dutyId),
      duties.map((each) => each.userId),
      duties.map((each) => each.userName),
      duties.map((each) => each.villageCode),
      duties.map((each) => each.from),
      duties.map((each) => each.note),
      duties.map((each) => each.by),
      duties.map((each) => each.at),
    ],
  )
}

export function findDuty(sql: Sql, dutyId: string): Promise<DutyRow | undefined> {
  return sql.maybe<DutyRow>(`select ${COLUMNS} where d.duty_id = $1`, [dutyId])
}

export async function saveDutyEnd(sql: Sql, dutyId: string, on: string): Promise<void> {
  await sql.execute('update duty_area set valid_to = $2 where duty_id = $1', [dutyId, on])
}

/** Duties of a village that is merged into another on a day go on there: they end here and begin there. */
export async function moveDutyRows(sql: Sql, from: string, to: string, on: string, by: string, at: string): Promise<number> {
  const moved = await sql.execute(
    `insert into duty_area (duty_id, user_id, user_name, village_code, valid_from, note, assigned_by, assigned_at)
     select gen_random_uuid(), d.user_id, d.user_name, $2, greatest(d.valid_from, $3::date), d.note, $4, $5::timestamptz from duty_area d
     where d.division_code = $1 and d.valid_to is null
       and not exists (select from duty_area o where o.user_id = d.user_id and o.division_code = $2 and o.valid_to is null)`,
    [from, to, on, by, at],
  )
  await sql.execute(
    `update duty_area set valid_to = greatest($2::date, valid_from + 1) where division_code = $1 and valid_to is null`,
    [from, on],
  )
  return moved
}
