import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import pg from 'pg'
import { ConfigError } from './config.ts'
import type { Keys } from './crypto.ts'
import { APP_ROLE, type Db, type Sql, WORKER_ROLE, withSession } from './db.ts'

/**
 * The log-ins of the product's own processes. Migrations and installation run as the owner; everything else logs in as one of two accounts of
 * this database alone, which own nothing, can become nobody else and may only do what yingbao_app and yingbao_worker are granted.
 */

/** Connection strings of one installation. The owner's never goes to a process that answers anybody. */
export interface DatabaseUrls {
  readonly owner: string
  /** Bound by row-level security: requests of persons. */
  readonly app: string
  /** Bulk work over the whole district: row-level security does not bind it. */
  readonly worker: string
}

/** The two log-ins as the operator gives them, where the owner may not make log-ins. */
export type GivenLogins = Pick<DatabaseUrls, 'app' | 'worker'>

/** Session advisory lock: two processes starting at once make the log-ins one after the other. */
const LOCK = 7_355_612

/** PostgreSQL cuts names at 63 bytes. */
const LONGEST_DATABASE = 40

const INSUFFICIENT_PRIVILEGE = '42501'

interface Login {
  readonly name: string
  readonly group: string
  readonly bypassesRls: boolean
}

/** Log-ins belong to a server, not to a database: the name of the database keeps two installations on one server apart. */
function loginsOf(database: string): { readonly app: Login; readonly worker: Login } {
  const digest = createHash('sha256').update(database).digest('hex').slice(0, 8)
  const stem = Buffer.byteLength(database) <= LONGEST_DATABASE ? database : `yingbao_${digest}`
  return {
    app: { name: `${stem}_app_login`, group: APP_ROLE, bypassesRls: false },
    worker: { name: `${stem}_worker_login`, group: WORKER_ROLE, bypassesRls: true },
  }
}

/** The same database as another log-in. */
function urlAs(url: string, name: string, password: string): string {
  const changed = new URL(url)
  if (changed.hostname === '') changed.hostname = 'localhost'
  for (const part of ['user', 'password']) changed.searchParams.delete(part)
  changed.username = encodeURIComponent(name)
  changed.password = password
  return changed.toString()
}

/** What the server keeps of a password (RFC 5803), so that the password itself is in no statement and no log of the server. */
function scramOf(password: string): string {
  const iterations = 4096
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest()
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`
}

const id = pg.escapeIdentifier

function rightsOf(login: Login, database: string): string[] {
  return [
    `grant ${login.group} to ${id(login.name)} with inherit true, set false`,
    `grant connect, temporary on database ${id(database)} to ${id(login.name)}`,
  ]
}

const attributesOf = ({ bypassesRls }: Login): string =>
  `login nosuperuser nocreatedb nocreaterole noreplication ${bypassesRls ? 'bypassrls' : 'nobypassrls'}`

/** The statements a database administrator runs where the owner may not. */
function byHand(logins: readonly Login[], database: string): string {
  const made = logins.flatMap((login) => [
    `create role ${id(login.name)} ${attributesOf(login)} password '…'`,
    ...rightsOf(login, database),
  ])
  return [...made, `revoke connect, temporary on database ${id(database)} from public`].map((text) => `${text};`).join('\n')
}

async function makeLogin(session: Sql, login: Login, password: string, database: string): Promise<void> {
  const known = await session.maybe('select from pg_roles where rolname = $1', [login.name])
  const verifier = pg.escapeLiteral(scramOf(password))
  const texts = [
    known === undefined
      ? `create role ${id(login.name)} ${attributesOf(login)} password ${verifier}`
      : `alter role ${id(login.name)} login password ${verifier}`,
    // An account may change settings of its own; none of them outlives a start.
    `alter role ${id(login.name)} reset all`,
    `alter role ${id(login.name)} in database ${id(database)} reset all`,
    ...rightsOf(login, database),
  ]
  for (const text of texts) await session.query(text, [], { named: false })
}

/** What a log-in could do that it must not, in words; empty when it is as it should be. Temporary tables of another session at work are no fault. */
const FAULTS = `select l.name, array_remove(array[
    case when r.oid is null then '不存在' end,
    case when r.rolsuper then '是超级用户' end,
    case when r.rolcreaterole or r.rolcreatedb or r.rolreplication then '可以建立登录、数据库或复制' end,
    case when r.rolbypassrls and not l.bypasses then '不受行级安全约束' end,
    case when not r.rolbypassrls and l.bypasses then '受行级安全约束（应有 bypassrls）' end,
    case when exists (select from pg_roles other where other.oid <> r.oid and pg_has_role(r.oid, other.oid, 'set')) then '可以切换为其他角色' end,
    case when exists (select from pg_roles other where other.rolname <> all (array[l.name, 'yingbao_app', l.granted])
      and pg_has_role(r.oid, other.oid, 'member')) then '还属于其他角色' end,
    case when not pg_has_role(r.oid, l.granted, 'usage') then '没有得到 ' || l.granted || ' 的权限' end,
    case when exists (select from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and d.deptype = 'o'
      and not (d.dbid = (select oid from pg_database where datname = current_database()) and d.classid = 'pg_class'::regclass
        and exists (select from pg_class c where c.oid = d.objid and c.relpersistence = 't')))
      then '是数据库对象的所有者' end,
    case when has_database_privilege(r.oid, current_database(), 'create') or has_schema_privilege(r.oid, 'public', 'create')
      then '可以建立模式或表' end
  ], null) as faults
  from unnest($1::text[], $2::bool[], $3::text[]) as l(name, bypasses, granted) left join pg_roles r on r.rolname = l.name`

async function checkLogins(session: Sql, logins: readonly Login[], database: string): Promise<void> {
  const columns = [logins.map(({ name }) => name), logins.map(({ bypassesRls }) => bypassesRls), logins.map(({ group }) => group)]
  const found = await session.query<{ name: string; faults: string[] }>(FAULTS, columns)
  const wrong = found.filter(({ faults }) => faults.length > 0).map(({ name, faults }) => `${name}：${faults.join('，')}`)
  if (wrong.length === 0) return
  throw new ConfigError(
    `数据库登录不符合要求（${wrong.join('；')}）。程序的登录应当不拥有任何对象、不能切换为其他角色，请由数据库管理员改正。应有的样子：\n${byHand(logins, database)}`,
  )
}

function refused(error: unknown, logins: readonly Login[], database: string): unknown {
  if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) return error
  return new ConfigError(
    `DATABASE_URL 的用户无权建立程序的登录（需要 createrole 和 bypassrls）。请由数据库管理员执行下列语句（口令自定），再以环境变量 YINGBAO_APP_DATABASE_URL、YINGBAO_WORKER_DATABASE_URL 给出这两个登录的连接：\n${byHand(logins, database)}`,
    { cause: error },
  )
}

const userOf = (url: string): string => {
  const parsed = new URL(url)
  return parsed.searchParams.get('user') ?? decodeURIComponent(parsed.username)
}

async function makeLogins(
  session: Sql,
  logins: readonly Login[],
  keys: Pick<Keys, 'blindIndex'>,
  database: string,
): Promise<string[]> {
  const passwords = logins.map(({ name }) => keys.blindIndex('database-login', name).toString('base64url'))
  try {
    for (const [i, login] of logins.entries()) await makeLogin(session, login, passwords[i] ?? '', database)
    await session.query(`revoke connect, temporary on database ${id(database)} from public`, [], { named: false })
  } catch (error) {
    throw refused(error, logins, database)
  }
  return passwords
}

/**
 * Makes the two log-ins of a migrated database (their passwords come from the installation's keys, so every process that has the keys means
 * the same), or takes those the operator gives. Throws ConfigError, with the statements to run, when the owner may not make them or when one
 * could do more than it may.
 */
export async function prepareLogins(owner: Db, keys: Pick<Keys, 'blindIndex'>, given?: GivenLogins): Promise<DatabaseUrls> {
  return withSession(owner, async (session) => {
    await session.query('select pg_advisory_lock($1)', [LOCK])
    const { database } = await session.one<{ database: string }>('select current_database() as database')
    const { app, worker } = loginsOf(database)
    if (given !== undefined) {
      const named = [
        { ...app, name: userOf(given.app) },
        { ...worker, name: userOf(given.worker) },
      ]
      await checkLogins(session, named, database)
      return { owner: owner.url, ...given }
    }
    const [appPassword = '', workerPassword = ''] = await makeLogins(session, [app, worker], keys, database)
    await checkLogins(session, [app, worker], database)
    return {
      owner: owner.url,
      app: urlAs(owner.url, app.name, appPassword),
      worker: urlAs(owner.url, worker.name, workerPassword),
    }
  })
}

/** Takes the log-ins of a database away again, before or after the database itself is dropped. `owner` may be on another database. */
export async function dropLogins(owner: Db, database: string): Promise<void> {
  const { app, worker } = loginsOf(database)
  for (const { name } of [app, worker]) await owner.pool.query(`drop role if exists ${id(name)}`)
}
