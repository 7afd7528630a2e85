import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { packageRoot } from './config.ts'
import { startEmbedded } from './embedded-postgres.ts'

const dirs: string[] = []
const newDir = (): string => {
  const dir = mkdtempSync(path.join(tmpdir(), 'yingbao-embedded-'))
  dirs.push(dir)
  return dir
}

afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
})

/** One cluster for the tests that do not need a fresh one: making it is what takes time. */
const shared = newDir()

const quick = { settings: { fsync: 'off', shared_buffers: '16MB' } }

async function ask<T>(url: string, text: string): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows[0] as T
  } finally {
    await client.end()
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let i = 0; i < 400; i += 1) {
    if (!isAlive(pid)) return true
    await wait(25)
  }
  return false
}

test('start, write, stop, start again: the data is there; no network port, a password needed', async () => {
  const dataDir = shared
  const first = await startEmbedded({ dataDir, ...quick })
  const settings = await ask<Record<string, string>>(
    first.url,
    `select current_setting('listen_addresses') as listen, current_setting('server_encoding') as encoding,
       (select datlocprovider::text || ':' || datlocale from pg_database where datname = current_database()) as locale`,
  )
  expect(settings).toEqual({ listen: '', encoding: 'UTF8', locale: 'b:C.UTF-8' })
  await ask(first.url, `create table words as select '汉字'::text as x`)
  await expect(ask(first.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/)
  expect(statSync(path.join(dataDir, 'pg.password')).mode & 0o077).toBe(0)
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)
  const second = await startEmbedded({ dataDir, ...quick })
  expect(await ask(second.url, 'select x from words')).toEqual({ x: '汉字' })
  await second.stop()
})

test('a server that already runs for the folder is taken over, and left running by whoever took it over', async () => {
  const dataDir = shared
  const first = await startEmbedded({ dataDir, ...quick })
  const second = await startEmbedded({ dataDir, ...quick })
  expect([second.adopted, second.pid, second.url]).toEqual([true, first.pid, first.url])
  await second.stop()
  expect(isAlive(first.pid)).toBe(true)
  await first.stop()
})

test('after kill -9 of the database the next start recovers what was committed', async () => {
  const dataDir = shared
  const first = await startEmbedded({ dataDir, ...quick })
  await ask(first.url, 'create table numbers as select 7 as n')
  process.kill(first.pid, 'SIGKILL')
  const second = await startEmbedded({ dataDir, ...quick })
  expect(await ask(second.url, 'select n from numbers')).toEqual({ n: 7 })
  await second.stop()
})

test('a postmaster.pid left behind with the number of another program is no obstacle', async () => {
  const dataDir = shared
  const first = await startEmbedded({ dataDir, ...quick })
  await first.stop()
  writeFileSync(path.join(dataDir, 'pg/postmaster.pid'), `${process.pid}\n${dataDir}/pg\n0\n5432\n${dataDir}/pg\n\n\n`)
  const second = await startEmbedded({ dataDir, ...quick })
  expect(second.adopted).toBe(false)
  await second.stop()
})

test('when its parent is killed with -9 the database shuts itself down in order', async () => {
  const dataDir = shared
  const script = `import { startEmbedded } from ${JSON.stringify(path.join(packageRoot, 'src/platform/embedded-postgres.ts'))}
    const server = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, settings: { fsync: 'off', shared_buffers: '16MB' } })
    process.stdout.write(String(server.pid))
    setInterval(() => undefined, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(said.toString())
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  expect(await gone(pid)).toBe(true)
  expect(existsSync(path.join(dataDir, 'pg/postmaster.pid'))).toBe(false)
})

test('a throw-away server leaves nothing behind', async () => {
  const server = await startEmbedded({ throwAway: true, settings: { shared_buffers: '16MB' } })
  const dir = path.dirname(new URL(server.url).searchParams.get('host') ?? '')
  expect(existsSync(dir)).toBe(true)
  await server.stop()
  expect([existsSync(dir), isAlive(server.pid)]).toEqual([false, false])
})

test('where the path is too long for a socket it has a folder of its own, which nobody else may enter and which must not be theirs', async () => {
  const dataDir = path.join(newDir(), 'x'.repeat(100))
  const server = await startEmbedded({ dataDir, ...quick })
  const socketDir = new URL(server.url).searchParams.get('host') ?? ''
  dirs.push(socketDir)
  expect(statSync(socketDir).mode & 0o077).toBe(0)
  expect(await ask(server.url, `select current_setting('listen_addresses') as listen`)).toEqual({ listen: '' })
  await server.stop()
  chmodSync(socketDir, 0o755)
  await expect(startEmbedded({ dataDir, ...quick })).rejects.toThrow(socketDir)
})
