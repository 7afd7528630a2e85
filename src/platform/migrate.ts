import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { packageRoot } from './config.ts'
import { type Db, withSession } from './db.ts'

/** Numbered SQL files (`0001_name.sql`) run in order, each in one transaction, once, by the owner of the database. */

export const migrationsDir = path.join(packageRoot, 'db/migrations')

/** Session advisory lock: two processes starting at once migrate one after the other. */
const LOCK = 7_355_608

export interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** Reads the migration files of a folder in order; throws when two carry the same number. */
export async function readMigrations(dir: string = migrationsDir): Promise<Migration[]> {
  const names = (await readdir(dir)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort()
  const numbers = new Set(names.map((name) => name.slice(0, 4)))
  if (numbers.size !== names.length) throw new Error(`two migrations with the same number in ${dir}`)
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(path.join(dir, name), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function applyOne(client: pg.PoolClient, migration: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(migration.sql)
    await client.query('insert into schema_migration (name, checksum) values ($1, $2)', [migration.name, migration.checksum])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`数据库升级 ${migration.name} 失败：${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

/**
 * Row-level security keeps the planner from using an index through a function that is not marked leakproof. LIKE and array containment
 * are made so here, when the owner may (superuser). Checked at every start, since neither a dump nor a major upgrade carries it.
 */
async function markLeakproof(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ name: string; leakproof: boolean }>(
    `select oid::regprocedure::text as name, proleakproof as leakproof from pg_proc
     where oid in ('textlike(text,text)'::regprocedure, 'arraycontains(anyarray,anyarray)'::regprocedure)`,
  )
  const open = rows.filter((row) => !row.leakproof)
  if (open.length === 0) return true
  const { rows: mayRows } = await client.query<{ may: boolean }>(
    'select rolsuper as may from pg_roles where rolname = current_user',
  )
  if (mayRows[0]?.may !== true) return false
  for (const row of open) await client.query(`alter function ${row.name} leakproof`)
  return true
}

export interface MigrationOutcome {
  /** Names of the files applied now. */
  readonly applied: readonly string[]
  /** False: name search is slow for users of a large scope, because the database owner is not allowed to mark LIKE leakproof. */
  readonly searchIsFast: boolean
}

/** Brings the database up to the newest migration. `owner` logs in as the owner of the database. Throws when an applied file was changed. */
export async function migrate(owner: Db, dir: string = migrationsDir): Promise<MigrationOutcome> {
  const migrations = await readMigrations(dir)
  return withSession(owner, async (_, client) => {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await client.query(
      'create table if not exists schema_migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
    )
    const { rows } = await client.query<{ name: string; checksum: string }>('select name, checksum from schema_migration')
    const done = new Map(rows.map((row) => [row.name, row.checksum]))
    const applied: string[] = []
    for (const migration of migrations) {
      const known = done.get(migration.name)
      if (known === migration.checksum) continue
      if (known !== undefined) throw new Error(`数据库升级文件 ${migration.name} 在执行后被改动，请恢复原文件并新增一个升级文件`)
      await applyOne(client, migration)
      applied.push(migration.name)
    }
    return { applied, searchIsFast: await markLeakproof(client) }
  })
}
