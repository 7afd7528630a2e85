import { beforeAll, describe, expect, it } from 'vitest'
import { type TestDb, testDb } from '#testkit/db'
import { type Db, openDb } from './db.ts'
import { type GivenLogins, prepareLogins } from './logins.ts'

/** What the two log-ins of the product's processes are: nobody who owns, may become, or reaches beyond the database. */
let db: TestDb
let pools: Readonly<Record<'app' | 'worker', Db>>

beforeAll(async () => {
  db = await testDb()
  await db.ownerPool.pool.query(`insert into journal (chain, actor, role, action, division_code, basis, purpose)
    values ('system:test', 'test', '', 'test', '629901000000', '依据', '测试')`)
  pools = { app: db.pool, worker: db.workerPool }
})

const REFUSED = '42501'
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  )

/** Refused because of who asks, not because of how it is asked. */
const attempts: Readonly<Record<string, string>> = {
  'become the owner of the cluster by a setting': `select set_config('role', (select rolname::text from pg_roles where rolsuper order by 1 limit 1), false)`,
  'become the application role by a setting': `select set_config('role', 'yingbao_app', false)`,
  'become the role of bulk work': 'set role yingbao_worker',
  'become another user of the session': 'set session authorization postgres',
  'run a program': `copy (select 1) to program 'cat'`,
  'read by a program': `copy journal_seal from program 'cat /etc/hostname'`,
  'write a file of the server': `copy (select 1) to '/tmp/yingbao-out'`,
  'read a file of the server': `select pg_read_file('/etc/hostname')`,
  'list a folder of the server': `select pg_ls_dir('/')`,
  'take a file in as a large object': `select lo_import('/etc/hostname')`,
  'read the passwords of the log-ins': 'select rolpassword from pg_authid',
  'make a table': 'create table public.mine (n int)',
  'make a schema': 'create schema mine',
  'make a function beside the product’s': `create function public.app_scope_lo(n int) returns text language sql as 'select 1::text'`,
  'switch row-level security off': 'alter table household disable row level security',
  'take a policy away': 'drop policy scope on household',
  'silence the journal’s triggers': 'alter table journal disable trigger all',
  'silence every trigger': 'set session_replication_role = replica',
  'change the journal': `update journal set actor = 'somebody'`,
  'delete from the journal': 'delete from journal',
  'move the journal’s heads': 'update journal_head set seq = 0',
  'replace a function': `create or replace function journal_refuse() returns trigger language plpgsql as $$ begin return null; end $$`,
  'add an extension': 'create extension pg_trgm',
  'make a log-in': 'create role mine login',
  'give itself a role': 'grant yingbao_worker to current_user',
  'make itself a superuser': 'alter role current_user superuser',
  'change what the server does': `alter system set log_statement = 'all'`,
}

describe.each(['app', 'worker'] as const)('the log-in %s', (login) => {
  it.each(Object.entries(attempts))('cannot %s', async (_, text) => {
    const client = await pools[login].pool.connect()
    try {
      const code = await codeOf(client.query(text))
      // a session user that does not exist is refused by its name already when the cluster has no such role
      expect([REFUSED, ...(text.includes('authorization') ? ['22023'] : [])]).toContain(code)
    } finally {
      client.release(true)
    }
  })

  it('stays who it is after the role is reset, is nobody’s member beyond its own grant, and owns nothing', async () => {
    const client = await pools[login].pool.connect()
    try {
      await client.query(`select set_config('role', 'none', false)`)
      await client.query('reset role')
      await client.query('reset session authorization')
      const { rows } = await client.query(
        `select current_user = session_user as same, rolsuper or rolcreaterole or rolcreatedb or rolreplication as strong, rolbypassrls as bypasses,
           (select count(*)::int from pg_class where relowner = r.oid and relpersistence <> 't') as owned,
           (select count(*)::int from pg_roles o where o.oid <> r.oid and pg_has_role(r.oid, o.oid, 'set')) as others,
           array(select o.rolname::text from pg_roles o where o.oid <> r.oid and pg_has_role(r.oid, o.oid, 'usage') order by 1) as may
         from pg_roles r where rolname = current_user`,
      )
      const worker = login === 'worker'
      const may = worker ? ['yingbao_app', 'yingbao_worker'] : ['yingbao_app']
      expect(rows).toEqual([{ same: true, strong: false, bypasses: worker, owned: 0, others: 0, may }])
      await client.query('create temporary table mine (n int)')
    } finally {
      client.release(true)
    }
  })

  it('cannot enter another database of the server', async () => {
    const url = new URL(db.urls[login])
    url.pathname = '/template1'
    await db.ownerPool.pool.query('revoke connect on database template1 from public')
    const other = openDb({ url: url.toString(), max: 1 })
    try {
      expect(await codeOf(other.pool.query('select 1'))).toBe(REFUSED)
    } finally {
      await other.close()
    }
  })
})

describe('making the log-ins', () => {
  it('may be done by several at once and again, while a worker has a temporary table, and changes nothing', async () => {
    const busy = await pools.worker.pool.connect()
    await busy.query('create temporary table busy (n int)')
    const all = await Promise.all([1, 2, 3].map(() => prepareLogins(db.ownerPool, db.keys)))
    expect(all).toEqual([db.urls, db.urls, db.urls])
    expect(db.urls.app).not.toContain(new URL(db.url).password || 'no password')
    const fresh = openDb({ url: db.urls.app, max: 1 })
    expect((await fresh.pool.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    await fresh.close()
    busy.release(true)
  })

  it('undoes what an account changed of itself', async () => {
    const { rows } = await db.pool.pool.query<{ name: string }>('select current_user::text as name')
    await db.pool.pool.query(`alter role current_user set work_mem = '1GB'`)
    await prepareLogins(db.ownerPool, db.keys)
    const { rows: kept } = await db.ownerPool.pool.query(
      'select from pg_db_role_setting where setrole = (select oid from pg_roles where rolname = $1)',
      [rows[0]?.name],
    )
    expect(kept).toEqual([])
  })

  it('is refused with the statements to run where the owner may not make log-ins', async () => {
    const name = new URL(db.url).pathname.slice(1)
    const weak = `${name}_weak`
    await db.ownerPool.pool.query(`create role ${weak} login password 'weak'`)
    await db.ownerPool.pool.query(`grant connect on database ${name} to ${weak}`)
    const url = new URL(db.url)
    url.username = weak
    url.password = 'weak'
    const owner = openDb({ url: url.toString(), max: 1 })
    try {
      const said = await prepareLogins(owner, db.keys).then(String, String)
      expect(said).toContain('YINGBAO_APP_DATABASE_URL')
      expect(said).toContain(`create role "${name}_worker_login" login`)
    } finally {
      await owner.close()
      await db.ownerPool.pool.query(`revoke connect on database ${name} from ${weak}`)
      await db.ownerPool.pool.query(`drop role ${weak}`)
    }
  })

  it('takes log-ins that are given, and refuses those that could do too much', async () => {
    const given: GivenLogins = { app: db.urls.app, worker: db.urls.worker }
    expect(await prepareLogins(db.ownerPool, db.keys, given)).toEqual(db.urls)
    const said = await prepareLogins(db.ownerPool, db.keys, { app: db.url, worker: db.urls.app }).then(String, String)
    expect(said).toContain('是超级用户')
    expect(said).toContain('没有得到 yingbao_worker 的权限')
  })
})
