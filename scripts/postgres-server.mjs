// A PostgreSQL server from Debian's package on a throw-away cluster, for running the database tests a second time.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRoot, postgresPrograms } from './setup.mjs'

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** The user `postgres` of Debian's package when we are root (PostgreSQL refuses to run as root), else ourselves. */
function serverUser() {
  if (!isRoot()) return {}
  const id = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim())
  return { uid: id('-u'), gid: id('-g') }
}

/** Starts a server; resolves to its DATABASE_URL and a stop function. Settings favour speed: nothing in it is worth keeping. */
export async function startPostgresServer() {
  const programs = postgresPrograms()
  if (!programs) throw new Error('Debian package postgresql is not installed')
  const user = serverUser()
  const folder = mkdtempSync(join(tmpdir(), 'yingbao-server-'))
  const data = join(folder, 'data')
  chmodSync(folder, 0o777)
  const clean = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...user, cwd: folder, env: clean, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr || made.error?.message}`)
  const port = await freePort()
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'max_connections=300',
    'jit=off',
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    `port=${port}`,
  ]
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...user,
    cwd: folder,
    env: clean,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  const ready = new Promise((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', (text) => {
      log = (log + text).slice(-4000)
      if (text.includes('ready to accept connections')) resolve()
    })
    server.on('exit', () => reject(new Error(`PostgreSQL did not start: ${log}`)))
  })
  await ready
  const stop = () =>
    new Promise((resolve) => {
      server.removeAllListeners('exit')
      server.on('exit', () => {
        rmSync(folder, { recursive: true, force: true })
        resolve()
      })
      server.kill('SIGINT')
    })
  process.on('exit', () => server.kill('SIGKILL'))
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, version: programs, stop }
}
