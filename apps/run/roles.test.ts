import { spawnSync } from 'node:child_process'
import { afterEach, expect, it, vi } from 'vitest'
import { childEnvironment } from '#platform/config'
import { type CentreProcess, centreRoles, roleCommand } from './roles.ts'

/** What a process of the centre can read of the database's log-ins: those it needs, and never the owner's. */

const urls = {
  owner: 'postgres://yingbao_owner:owners-secret@localhost/yingbao?host=/data/pg',
  app: 'postgres://yingbao_app_login:apps-secret@localhost/yingbao?host=/data/pg',
  worker: 'postgres://yingbao_worker_login:workers-secret@localhost/yingbao?host=/data/pg',
}

afterEach(() => vi.unstubAllEnvs())

function environmentOf(role: CentreProcess): string {
  for (const [name, value] of Object.entries({
    DATABASE_URL: urls.owner,
    PGPASSWORD: 'owners-secret',
    PGPASSFILE: '/root/.pgpass',
  })) {
    vi.stubEnv(name, value)
  }
  const env = childEnvironment(roleCommand(role, urls, { PORT: '8080' }).env)
  return spawnSync(process.execPath, ['-e', 'console.log(JSON.stringify(process.env))'], { env, encoding: 'utf8' }).stdout
}

it.each([...new Set(centreRoles)])('the process %s never sees the owner', (role) => {
  const seen = environmentOf(role)
  expect(seen).toContain('"PORT":"8080"')
  expect(seen).toContain('workers-secret')
  expect(seen).not.toMatch(/owners-secret|yingbao_owner|pgpass/)
})

it('a worker gets the log-in of bulk work alone', () => {
  expect(environmentOf('worker')).not.toContain('apps-secret')
  expect(environmentOf('server')).toContain('apps-secret')
})
