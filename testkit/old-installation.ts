/** An installation as it was before a migration, whose owner is no superuser: for tests of upgrades. */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Db, openDb } from '#platform/db'
import { dropLogins } from '#platform/logins'
import { migrationsDir } from '#platform/migrate'
import type { TestDb } from './db.ts'
import { asOwner, databaseUrl, onServer } from './server.ts'

export interface OldInstallation {
  readonly owner: Db
  /** The superuser of its server. */
  readonly behind: Db
  /** Folder of the migrations it has. */
  readonly migrations: string
  /** Drops its database and everybody who could sign in. */
  close(): Promise<void>
}

/** An empty database beside the test's own; `before` is the number of the first migration it has not, e.g. '0038'. */
export async function oldInstallation(db: TestDb, before: string): Promise<OldInstallation> {
  const name = `${new URL(db.url).pathname.slice(1)}_old`
  for (const text of [
    `create role ${name} login createrole password 'old'`,
    `grant yingbao_app, yingbao_worker to ${name} with admin option`,
    `create database ${name} owner ${name} template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'`,
  ]) {
    await db.ownerPool.pool.query(text)
  }
  const url = new URL(databaseUrl(db.url, name))
  const behind = openDb({ url: url.toString(), max: 2 })
  url.username = name
  url.password = 'old'
  const owner = openDb({ url: url.toString(), max: 2 })
  const migrations = mkdtempSync(join(tmpdir(), 'yingbao-old-'))
  for (const file of readdirSync(migrationsDir).filter((each) => each < before)) {
    copyFileSync(join(migrationsDir, file), join(migrations, file))
  }
  return {
    owner,
    behind,
    migrations,
    async close() {
      await owner.close()
      await behind.close()
      const server = databaseUrl(db.url, 'postgres')
      await asOwner(server, `drop database if exists ${name} with (force)`)
      await onServer(server, (each) => dropLogins(each, name))
      await asOwner(server, `drop role if exists ${name}`)
      rmSync(migrations, { recursive: true, force: true })
    },
  }
}
