import { randomBytes } from 'node:crypto'
import { afterAll, inject } from 'vitest'
import type { Keys } from '#platform/crypto'
import { type Db, openDb, type Scope, type Tx, wholeScope, withTransaction } from '#platform/db'
import { memoryKeys } from '#platform/key-file'
import { type DatabaseUrls, dropLogins, prepareLogins } from '#platform/logins'
import { asOwner, databaseUrl, onServer } from './server.ts'
import './global-setup.ts'

/** One database of its own for a test file, cloned from the migrated template. */
export interface TestDb {
  /** Connections of the application's log-in. */
  readonly pool: Db
  /** Connections of the log-in of bulk work: COPY into scoped tables. */
  readonly workerPool: Db
  /** Connections as the owner (for looking behind the scenes, and for tampering). */
  readonly ownerPool: Db
  readonly keys: Keys
  /** Owner connection string, for commands that open an installation. */
  readonly url: string
  readonly urls: DatabaseUrls
  /** What a command that opens this database as an installation needs in its environment, whatever keys it has. */
  readonly environment: Readonly<Record<string, string>>
  /** Runs `fn` in a committed transaction under a scope (default: everything). */
  as<T>(scope: Scope | undefined, fn: (tx: Tx) => Promise<T>): Promise<T>
  /** Runs `fn` in a transaction that is rolled back whatever happens: one per test. */
  rolledBack<T>(scope: Scope | undefined, fn: (tx: Tx) => Promise<T>): Promise<T>
}

class RollBack extends Error {}

/** Clones the template; the clone is dropped after the file's last test. Call it in `beforeAll` or at the top of a describe. */
export async function testDb(): Promise<TestDb> {
  const templateUrl = inject('testTemplateUrl')
  if (templateUrl === undefined) throw new Error('run database tests with `npx vitest run --project db <path>`')
  const template = new URL(templateUrl).pathname.slice(1)
  const name = `yingbao_test_${randomBytes(6).toString('hex')}`
  const serverUrl = databaseUrl(templateUrl, 'postgres')
  await asOwner(serverUrl, `create database ${name} template ${template}`)
  const url = databaseUrl(templateUrl, name)
  const ownerPool = openDb({ url, applicationName: 'yingbao-test-owner' })
  const keys = memoryKeys()
  const urls = await prepareLogins(ownerPool, keys)
  const pool = openDb({ url: urls.app, applicationName: 'yingbao-test' })
  const workerPool = openDb({ url: urls.worker, applicationName: 'yingbao-test-worker' })
  afterAll(async () => {
    await pool.close()
    await workerPool.close()
    await ownerPool.close()
    await asOwner(serverUrl, `drop database if exists ${name} with (force)`)
    await onServer(serverUrl, (server) => dropLogins(server, name))
  })
  const as: TestDb['as'] = (scope, fn) => withTransaction(pool, scope ?? wholeScope('test'), fn)
  return {
    pool,
    workerPool,
    ownerPool,
    keys,
    url,
    urls,
    environment: { DATABASE_URL: url, YINGBAO_APP_DATABASE_URL: urls.app, YINGBAO_WORKER_DATABASE_URL: urls.worker },
    as,
    async rolledBack(scope, fn) {
      let out: { value: Awaited<ReturnType<typeof fn>> } | undefined
      try {
        await as(scope, async (tx) => {
          out = { value: await fn(tx) }
          throw new RollBack()
        })
      } catch (error) {
        if (!(error instanceof RollBack) || out === undefined) throw error
      }
      if (out === undefined) throw new Error('the transaction did not run')
      return out.value
    },
  }
}
