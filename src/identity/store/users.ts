import type { Sql } from '#platform/db'

/** All SQL of users and sessions. */

export interface UserRow {
  readonly user_id: string
  readonly login: string
  readonly display_name: string
  readonly role: string
  readonly division_code: string
  readonly unit_code: string | null
  readonly demo: boolean
  /** Out of use, or not confirmed yet. */
  readonly disabled: boolean
  readonly password_given: boolean
}

export interface LoginRow extends UserRow {
  readonly password_hash: string
  readonly password_changed_at: string
}

const columns =
  'user_id, login, display_name, role, division_code, unit_code, demo, (disabled or not confirmed) as disabled, password_given'

export function findLogin(sql: Sql, login: string): Promise<LoginRow | undefined> {
  return sql.maybe<LoginRow>(`select ${columns}, password_hash, password_changed_at from app_user where login = $1`, [login])
}

/** Puts the same password under a hash of today's cost; nothing else of the account changes. */
export async function saveHash(sql: Sql, userId: string, former: string, passwordHash: string): Promise<void> {
  await sql.execute('update app_user set password_hash = $3 where user_id = $1 and password_hash = $2', [
    userId,
    former,
    passwordHash,
  ])
}

export interface NewUser {
  readonly userId: string
  readonly login: string
  readonly displayName: string
  readonly role: string
  readonly divisionCode: string
  readonly unitCode: string | null
  readonly passwordHash: string
  readonly demo: boolean
  /** Only when administrators make it: it waits to be confirmed, its password was given, it has posts. */
  readonly made?: { readonly posts: readonly string[] }
}

/** False when the login is already taken. */
export async function insertUser(sql: Sql, user: NewUser): Promise<boolean> {
  const added = await sql.execute(
    `insert into app_user (user_id, login, display_name, role, division_code, unit_code, password_hash, demo, confirmed, password_given, posts)
     values ($1, $2, $3, $4, $5, $6, $7, $8, not $9, $9, $10) on conflict do nothing`,
    [
      ...[user.userId, user.login, user.displayName, user.role, user.divisionCode, user.unitCode, user.passwordHash, user.demo],
      ...[user.made !== undefined, user.made?.posts ?? []],
    ],
  )
  return added === 1
}

export async function countUsers(sql: Sql): Promise<number> {
  return (await sql.one<{ n: number }>('select count(*) as n from app_user')).n
}

/** Names of users by id. */
export function listNames(sql: Sql, userIds: readonly string[]): Promise<{ user_id: string; display_name: string }[]> {
  return sql.query('select user_id, display_name from app_user where user_id = any($1)', [userIds])
}

/** The account as sessions and jobs know it; undefined when there is none in scope. */
export function findUser(sql: Sql, userId: string): Promise<UserRow | undefined> {
  return sql.maybe<UserRow>(`select ${columns} from app_user where user_id = $1`, [userId])
}

/** Gives an account another password. */
export async function savePassword(sql: Sql, userId: string, passwordHash: string, at: string, given: boolean): Promise<void> {
  await sql.execute('update app_user set password_hash = $2, password_changed_at = $3, password_given = $4 where user_id = $1', [
    userId,
    passwordHash,
    at,
    given,
  ])
}

/** Ends every session of an account, except one. */
export async function deleteSessionsOf(sql: Sql, userId: string, except: Buffer | null): Promise<void> {
  await sql.execute('delete from app_session where user_id = $1 and ($2::bytea is null or token_hash <> $2)', [userId, except])
}

/** Takes an account out of use or puts it back; false when there is none. */
export async function setDisabled(sql: Sql, userId: string, disabled: boolean): Promise<boolean> {
  return (await sql.execute('update app_user set disabled = $2 where user_id = $1', [userId, disabled])) === 1
}

// Sessions ---------------------------------------------------------------------------------------------------------------------------------

export interface SessionRow extends UserRow {
  readonly last_seen_at: string
  readonly expires_at: string
}

export async function insertSession(
  sql: Sql,
  session: {
    readonly tokenHash: Buffer
    readonly userId: string
    readonly at: string
    readonly expiresAt: string
    readonly address: string
  },
): Promise<void> {
  await sql.execute(
    'insert into app_session (token_hash, user_id, created_at, last_seen_at, expires_at, address) values ($1, $2, $3, $3, $4, $5)',
    [session.tokenHash, session.userId, session.at, session.expiresAt, session.address],
  )
}

export function findSession(sql: Sql, tokenHash: Buffer): Promise<SessionRow | undefined> {
  return sql.maybe<SessionRow>(
    `select ${columns}, s.last_seen_at, s.expires_at from app_session s join app_user using (user_id) where s.token_hash = $1`,
    [tokenHash],
  )
}

export async function touchSession(sql: Sql, tokenHash: Buffer, at: string): Promise<void> {
  await sql.execute('update app_session set last_seen_at = $2 where token_hash = $1', [tokenHash, at])
}

export async function deleteSession(sql: Sql, tokenHash: Buffer): Promise<void> {
  await sql.execute('delete from app_session where token_hash = $1', [tokenHash])
}

/** Removes sessions over their end or idle since `idleBefore`; gives how many. */
export function deleteOldSessions(sql: Sql, now: string, idleBefore: string): Promise<number> {
  return sql.execute('delete from app_session where expires_at < $1 or last_seen_at < $2', [now, idleBefore])
}
