import { nameOf } from '#platform/actor-name'
import type { Sql } from '#platform/db'

/** All SQL of keeping accounts: lists, changes, and powers that wait for a second administrator. */

export interface RoleChangeRow {
  readonly change_id: string
  readonly user_id: string
  readonly role: string
  readonly division_code: string
  readonly unit_code: string | null
  readonly reason: string
  readonly requested_by: string
  readonly requested_by_name: string
  readonly requested_at: string
}

export interface ResetRow {
  readonly reset_id: string
  readonly user_id: string
  readonly password_hash: string
  readonly reason: string
  readonly requested_by: string
  readonly requested_by_name: string
  readonly requested_at: string
}

export interface AccountRow {
  readonly user_id: string
  readonly login: string
  readonly display_name: string
  readonly role: string
  readonly division_code: string
  readonly unit_code: string | null
  readonly posts: string[]
  readonly confirmed: boolean
  readonly disabled: boolean
  readonly locked: boolean
  readonly created_at: string
  readonly change: RoleChangeRow | null
  readonly reset: Omit<ResetRow, 'password_hash'> | null
}

export interface AccountFilter {
  readonly role: string | null
  /** Only accounts of divisions lo <= code < hi. */
  readonly lo: string | null
  readonly hi: string | null
  readonly state: string | null
  readonly word: string | null
  /** Logins after this one. */
  readonly after: string
  readonly limit: number
  readonly now: string
}

const LOCKED = `exists (select from sign_in_count g where g.user_id = u.user_id and g.until > $1)`
const STATE = `case when not u.confirmed then 'awaiting' when u.disabled then 'disabled' when ${LOCKED} then 'locked' else 'active' end`

const FILTER = `($2::text is null or u.role = $2) and ($3::text is null or u.division_code >= $3 and u.division_code < $4)
  and ($5::text is null or ${STATE} = $5)
  and ($6::text is null or position($6 in u.display_name) > 0 or position(lower($6) in u.login) > 0)`

const ACCOUNT = `u.user_id, u.login, u.display_name, u.role, u.division_code, u.unit_code, u.posts, u.confirmed, u.disabled, u.created_at,
  ${LOCKED} as locked,
  (select jsonb_build_object('change_id', c.change_id, 'user_id', c.user_id, 'role', c.role, 'division_code', c.division_code,
      'unit_code', c.unit_code, 'reason', c.reason, 'requested_by', c.requested_by, 'requested_at', c.requested_at,
      'requested_by_name', ${nameOf('(select a.display_name from app_user a where a.user_id = c.requested_by)', 'c.requested_by')})
   from role_change c where c.user_id = u.user_id and c.state = 'open') as change,
  (select jsonb_build_object('reset_id', r.reset_id, 'user_id', r.user_id, 'reason', r.reason, 'requested_by', r.requested_by,
      'requested_at', r.requested_at,
      'requested_by_name', ${nameOf('(select a.display_name from app_user a where a.user_id = r.requested_by)', 'r.requested_by')})
   from password_reset r where r.user_id = u.user_id and r.state = 'open') as reset`

function valuesOf(filter: AccountFilter): unknown[] {
  return [filter.now, filter.role, filter.lo, filter.hi, filter.state, filter.word]
}

/** A page of accounts in scope by login. */
export function listAccounts(sql: Sql, filter: AccountFilter): Promise<AccountRow[]> {
  return sql.query<AccountRow>(
    `select ${ACCOUNT} from app_user u where ${FILTER} and u.login > $7 order by u.login limit $8`,
    [...valuesOf(filter), filter.after, filter.limit],
    { named: false },
  )
}

/** How many accounts the filter has, and how many requests are open in scope. */
export async function countAccounts(sql: Sql, filter: AccountFilter): Promise<{ total: number; waiting: number }> {
  const rows = await sql.query<{ total: number; waiting: number }>(
    `select (select count(*) from app_user u where ${FILTER}) as total,
       (select count(*) from role_change where state = 'open') + (select count(*) from password_reset where state = 'open') as waiting`,
    valuesOf(filter),
    { named: false },
  )
  return rows[0] ?? { total: 0, waiting: 0 }
}

export function findAccount(sql: Sql, userId: string, now: string): Promise<AccountRow | undefined> {
  return sql.maybe<AccountRow>(`select ${ACCOUNT} from app_user u where u.user_id = $2`, [now, userId])
}

export interface NewRoleChange {
  readonly changeId: string
  readonly userId: string
  readonly role: string
  readonly divisionCode: string
  readonly unitCode: string | null
  readonly reason: string
  readonly by: string
  readonly at: string
}

/** Enters a power to be confirmed; one that was asked for before and is still open is replaced by it (and stands as refused). */
export async function insertRoleChange(sql: Sql, change: NewRoleChange): Promise<void> {
  await sql.execute(
    `insert into role_change (change_id, user_id, role, division_code, unit_code, reason, requested_by, requested_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (user_id) where state = 'open' do update set change_id = excluded.change_id, role = excluded.role,
       division_code = excluded.division_code, unit_code = excluded.unit_code, reason = excluded.reason,
       requested_by = excluded.requested_by, requested_at = excluded.requested_at`,
    [change.changeId, change.userId, change.role, change.divisionCode, change.unitCode, change.reason, change.by, change.at],
  )
}

/** The open request of an id, held until the transaction ends; undefined when it was decided or does not exist. */
export function findOpenChange(sql: Sql, changeId: string): Promise<RoleChangeRow | undefined> {
  return sql.maybe<RoleChangeRow>(
    `select change_id, user_id, role, division_code, unit_code, reason, requested_by, requested_by as requested_by_name, requested_at
     from role_change where change_id = $1 and state = 'open' for update`,
    [changeId],
  )
}

export async function closeChange(
  sql: Sql,
  changeId: string,
  decided: { readonly state: 'confirmed' | 'refused'; readonly by: string; readonly at: string; readonly reason: string },
): Promise<void> {
  await sql.execute('update role_change set state = $2, decided_by = $3, decided_at = $4, decision = $5 where change_id = $1', [
    changeId,
    decided.state,
    decided.by,
    decided.at,
    decided.reason,
  ])
}

/** Puts a confirmed power into force; the password of a new account counts from then on. */
export async function givePower(sql: Sql, change: RoleChangeRow, at: string): Promise<void> {
  await sql.execute(
    `update app_user set role = $2, division_code = $3, unit_code = $4, confirmed = true,
       password_changed_at = case when confirmed then password_changed_at else $5 end
     where user_id = $1`,
    [change.user_id, change.role, change.division_code, change.unit_code, at],
  )
}

export interface NewReset {
  readonly resetId: string
  readonly userId: string
  readonly divisionCode: string
  readonly passwordHash: string
  readonly reason: string
  readonly by: string
  readonly at: string
}

/** Enters a new password to be confirmed, in place of one that waits already. */
export async function insertReset(sql: Sql, reset: NewReset): Promise<void> {
  await sql.execute(
    `insert into password_reset (reset_id, user_id, division_code, password_hash, reason, requested_by, requested_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (user_id) where state = 'open' do update set reset_id = excluded.reset_id, password_hash = excluded.password_hash,
       reason = excluded.reason, requested_by = excluded.requested_by, requested_at = excluded.requested_at`,
    [reset.resetId, reset.userId, reset.divisionCode, reset.passwordHash, reset.reason, reset.by, reset.at],
  )
}

/** The open new password of an id, held until the transaction ends; undefined when it was decided or does not exist. */
export function findOpenReset(sql: Sql, resetId: string): Promise<ResetRow | undefined> {
  return sql.maybe<ResetRow>(
    `select reset_id, user_id, password_hash, reason, requested_by, requested_by as requested_by_name, requested_at
     from password_reset where reset_id = $1 and state = 'open' for update`,
    [resetId],
  )
}

export async function closeReset(
  sql: Sql,
  resetId: string,
  decided: { readonly state: 'confirmed' | 'refused'; readonly by: string; readonly at: string; readonly reason: string },
): Promise<void> {
  await sql.execute(
    `update password_reset set state = $2, password_hash = '', decided_by = $3, decided_at = $4, decision = $5 where reset_id = $1`,
    [resetId, decided.state, decided.by, decided.at, decided.reason],
  )
}

/** Name and posts, which give no power. */
export async function saveNameAndPosts(sql: Sql, userId: string, name: string, posts: readonly string[]): Promise<void> {
  await sql.execute('update app_user set display_name = $2, posts = $3 where user_id = $1', [userId, name, posts])
  await sql.execute('update duty_area set user_name = $2 where user_id = $1 and user_name <> $2', [userId, name])
}
