import { randomBytes } from 'node:crypto'
import { installProcedures } from '#casework/server'
import { readConfig } from '#platform/config'
import { type Db, openDb } from '#platform/db'
import { startEmbedded } from '#platform/embedded-postgres'
import { migrate } from '#platform/migrate'

/** The same server, another database. */
export function databaseUrl(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.toString()
}

export interface TestServer {
  readonly templateUrl: string
  stop(): Promise<void>
}

/** Does something on a connection of the owner. */
export async function onServer(url: string, work: (db: Db) => Promise<unknown>): Promise<void> {
  const db = openDb({ url, max: 1 })
  try {
    await work(db)
  } finally {
    await db.close()
  }
}

/** Runs one statement as the owner, outside any transaction. */
export function asOwner(url: string, sql: string): Promise<void> {
  return onServer(url, (db) => db.pool.query(sql))
}

/**
 * A server for tests with a freshly migrated template database, on DATABASE_URL or embedded. The account of DATABASE_URL must be a
 * superuser: tests look behind row-level security and tamper with the journal. (The product itself needs no superuser.)
 */
export async function startTestServer(): Promise<TestServer> {
  const configured = readConfig().databaseUrl
  const embedded =
    configured === undefined ? await startEmbedded({ throwAway: true, settings: { max_connections: '300' } }) : undefined
  const serverUrl = configured ?? embedded?.url ?? ''
  const name = `yingbao_template_${randomBytes(4).toString('hex')}`
  await asOwner(
    serverUrl,
    `create database ${name} template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'`,
  )
  const templateUrl = databaseUrl(serverUrl, name)
  const stop = async (): Promise<void> => {
    await asOwner(serverUrl, `drop database if exists ${name} with (force)`)
    await embedded?.stop()
  }
  const owner = openDb({ url: templateUrl, max: 1 })
  try {
    await migrate(owner)
    await installProcedures(owner)
  } catch (error) {
    await owner.close()
    await stop()
    throw error
  }
  await owner.close()
  return { templateUrl, stop }
}
