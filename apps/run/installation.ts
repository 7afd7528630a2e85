/** Opens what every long-running command works on: PostgreSQL (embedded or a server), the migrated schema, the keys. */
import { join } from 'node:path'
import { installProcedures } from '#casework/server'
import { type Clock, systemClock } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import { type Db, openDb } from '#platform/db'
import { startEmbedded } from '#platform/embedded-postgres'
import { checkKeys, loadKeys, memoryKeys } from '#platform/key-file'
import { type DatabaseUrls, type GivenLogins, prepareLogins } from '#platform/logins'
import { migrate } from '#platform/migrate'
import { type JobList, prepareQueue } from '#platform/queue'

/** A database ready for work. */
export interface Installation {
  urls: DatabaseUrls
  /** connections of the application's log-in, bound by row-level security */
  db: Db
  /** connections of the log-in of bulk work: worker, imports, exports */
  workerDb: Db
  keys: Keys
  clock: Clock
  /** process id of the embedded server; undefined with DATABASE_URL */
  postgresPid: number | undefined
  stop(): Promise<void>
}

export interface InstallationOptions {
  /** folder of the installation; left out: a throw-away database that is gone at the end */
  dataDir?: string
  /** a PostgreSQL server to use instead of the embedded one */
  databaseUrl?: string | undefined
  /** the log-ins on that server, where its owner may not make them */
  logins?: GivenLogins | undefined
  /** the background jobs whose queues are made, for a command that starts the centre's processes */
  jobs?: JobList
  /** key file; left out with a throw-away database: keys that live only in memory */
  keysFile?: string
  settings?: Readonly<Record<string, string>>
  /** throw-away database without durability; only for results that are written to files at the end */
  throwAway?: boolean
  maxConnections?: number
  /** called with the owner's connection string before anything is written; what it throws ends the opening */
  onServer?(url: string): Promise<void>
  /** the system's if left out; a demo has a clock that its pages move on */
  clock?: Clock
}

async function openServer(
  options: InstallationOptions,
): Promise<{ url: string; pid: number | undefined; stop(): Promise<void> }> {
  if (options.databaseUrl !== undefined) return { url: options.databaseUrl, pid: undefined, stop: async () => undefined }
  return startEmbedded({
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    throwAway: options.throwAway ?? options.dataDir === undefined,
  })
}

/** Starts or joins the database, brings its schema up to date and checks the keys against it. */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const server = await openServer(options)
  const opened: Db[] = []
  const open = (url: string): Db => {
    const db = openDb({ url, max: options.maxConnections ?? 16 })
    opened.push(db)
    return db
  }
  try {
    await options.onServer?.(server.url)
    const owner = open(server.url)
    await migrate(owner)
    await installProcedures(owner)
    const keysFile = options.keysFile ?? (options.dataDir === undefined ? undefined : join(options.dataDir, 'keys.json'))
    const keys = keysFile === undefined ? memoryKeys() : loadKeys(keysFile)
    await checkKeys(owner, keys)
    const urls = await prepareLogins(owner, keys, options.logins)
    if (options.jobs !== undefined) await prepareQueue(urls.owner, options.jobs)
    return {
      urls,
      db: open(urls.app),
      workerDb: open(urls.worker),
      keys,
      clock: options.clock ?? systemClock,
      postgresPid: server.pid,
      stop: async () => {
        await Promise.all(opened.map((db) => db.close()))
        await server.stop()
      },
    }
  } catch (error) {
    await Promise.allSettled(opened.map((db) => db.close()))
    await server.stop()
    throw error
  }
}
