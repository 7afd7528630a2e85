import { type ChildProcess, execFileSync, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { monotonicMs } from './clock.ts'
import { type Binaries, findBinaries } from './embedded-binaries.ts'

/**
 * A real PostgreSQL server from npm, started for this installation alone: reachable over a unix socket in a folder of our own, with a
 * generated password; it listens on no network. As root the server runs inside a user namespace as an unprivileged uid, or else as uid `nobody`. When this process dies,
 * however it dies, the server shuts itself down (Linux).
 */
export interface EmbeddedServer {
  /** Connection string of the owner role (superuser of this cluster). */
  readonly url: string
  /** Process id of the server. */
  readonly pid: number
  /** True when a server that was already running for this folder was taken over; `stop` then leaves it running. */
  readonly adopted: boolean
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** Folder that keeps the cluster (`<dataDir>/pg`). Left out only with `throwAway`, which then makes one under the temporary folder. */
  readonly dataDir?: string
  /** Further server settings; they win over the defaults, not over where it listens. */
  readonly settings?: Readonly<Record<string, string>>
  /** No durability at all (fsync off), and `stop` removes the folder. For tests and for `yingbao verify`. */
  readonly throwAway?: boolean
}

const OWNER = 'yingbao_owner'
const DATABASE = 'yingbao'
const NOBODY = 65_534
/** Only a part of the socket's name. */
const SOCKET_PORT = 5432
/** sockaddr_un holds 108 bytes, macOS 104, including `/.s.PGSQL.5432` and the closing zero. */
const SOCKET_DIR_MAX = 86

const defaults: Readonly<Record<string, string>> = {
  shared_buffers: '256MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_connections: '100',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  random_page_cost: '1.1',
  effective_cache_size: '2GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  huge_pages: 'off',
}

const throwAwaySettings: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum_naptime: '1min',
}

/** How to start a program so that PostgreSQL accepts to run and dies with us. */
interface Launcher {
  readonly wrap: (command: string, args: readonly string[]) => readonly [string, readonly string[]]
  readonly spawnOptions: Pick<SpawnOptions, 'uid' | 'gid'>
  /** The files must belong to uid `nobody`. */
  readonly needsChown: boolean
}

function works(command: string, args: readonly string[], options: SpawnOptions = {}): boolean {
  return spawnSync(command, [...args], { stdio: 'ignore', ...options }).status === 0
}

/** Who a cluster's files belong to, or undefined before there is one. */
function ownerOf(pgData: string): { uid: number; gid: number } | undefined {
  return existsSync(path.join(pgData, 'PG_VERSION')) ? statSync(pgData) : undefined
}

function chooseLauncher(pgData: string): Launcher {
  const deathSignal = ['--pdeathsig', 'INT'] as const
  const hasSetpriv = process.platform === 'linux' && works('setpriv', [...deathSignal, 'true'])
  const guarded = (command: string, args: readonly string[]): readonly [string, readonly string[]] =>
    hasSetpriv ? ['setpriv', [...deathSignal, command, ...args]] : [command, args]
  if (process.getuid?.() !== 0) return { wrap: guarded, spawnOptions: {}, needsChown: false }
  const owner = ownerOf(pgData)
  if (owner !== undefined && owner.uid !== 0) {
    // Made by another account, or as `nobody` on an earlier start: the server goes on as that account.
    return { wrap: guarded, spawnOptions: { uid: owner.uid, gid: owner.gid }, needsChown: false }
  }
  const namespace = [`--map-user=${NOBODY}`, `--map-group=${NOBODY}`]
  if (hasSetpriv && works('unshare', [...namespace, 'setpriv', ...deathSignal, 'true'])) {
    return {
      wrap: (command, args) => ['unshare', [...namespace, 'setpriv', ...deathSignal, command, ...args]],
      spawnOptions: {},
      needsChown: false,
    }
  }
  return { wrap: guarded, spawnOptions: { uid: NOBODY, gid: NOBODY }, needsChown: true }
}

interface Cluster {
  readonly home: string
  readonly pgData: string
  readonly password: string
  readonly binaries: Binaries
  readonly launcher: Launcher
}

function initialise(cluster: Cluster, throwAway: boolean): void {
  const { pgData, launcher, binaries } = cluster
  mkdirSync(pgData, { recursive: true, mode: 0o700 })
  const passwordFile = path.join(cluster.home, `.initdb-${randomBytes(4).toString('hex')}`)
  writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 })
  if (launcher.needsChown) {
    chownSync(pgData, NOBODY, NOBODY)
    chownSync(passwordFile, NOBODY, NOBODY)
  }
  const args = ['-D', pgData, '-U', OWNER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8']
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions')
  if (throwAway) args.push('--no-sync', '--no-data-checksums')
  const [command, all] = launcher.wrap(binaries.initdb, args)
  try {
    execFileSync(command, [...all], { ...launcher.spawnOptions, cwd: cluster.home, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    rmSync(pgData, { recursive: true, force: true })
    const detail = (error as { stderr?: Buffer }).stderr?.toString() ?? String(error)
    const hint = launcher.needsChown
      ? `当前以 root 运行且系统不允许用户命名空间，数据库改用 nobody 账号，请把程序和数据放在 nobody 可进入的目录（不能在 /root 之下）。`
      : ''
    throw new Error(`内置数据库初始化失败：${detail.trim()}\n${hint}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

function readOrMakePassword(home: string, pgData: string): string {
  const file = path.join(home, 'pg.password')
  if (existsSync(file) && existsSync(path.join(pgData, 'PG_VERSION'))) return readFileSync(file, 'utf8').trim()
  const password = randomBytes(24).toString('base64url')
  writeFileSync(file, `${password}\n`, { mode: 0o600 })
  return password
}

/** Where a server listens: a unix socket folder and the number in the socket's name. */
interface Place {
  readonly socketDir: string
  readonly port: number
}

/** What the running (or dead) server wrote into postmaster.pid: process id, and where it listens. */
function readPidFile(pgData: string): (Place & { readonly pid: number }) | undefined {
  const file = path.join(pgData, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  return { pid: Number(lines[0]), port: Number(lines[3]), socketDir: (lines[4] ?? '').trim() }
}

function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const comm = `/proc/${pid}/comm`
  return existsSync(comm) ? readFileSync(comm, 'utf8').trim() === 'postgres' : true
}

function urlOf(password: string, place: Place, database = DATABASE): string {
  return `postgres://${OWNER}:${password}@localhost/${database}?host=${encodeURIComponent(place.socketDir)}&port=${place.port}`
}

/** Connects once to the maintenance database; makes the product's database if it is missing. Resolves false when not reachable yet. */
async function tryConnect(password: string, place: Place): Promise<boolean> {
  const connectionString = urlOf(password, place, 'postgres')
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`)
    return true
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') throw error
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** An already running server of this folder: taken over, or waited for until its shutdown is over. */
async function adopt(cluster: Cluster): Promise<EmbeddedServer | undefined> {
  const until = monotonicMs() + 30_000
  for (let seen = readPidFile(cluster.pgData); seen !== undefined; seen = readPidFile(cluster.pgData)) {
    if (!isPostgres(seen.pid)) {
      rmSync(path.join(cluster.pgData, 'postmaster.pid'), { force: true })
      return undefined
    }
    const url = urlOf(cluster.password, seen)
    if (await tryConnect(cluster.password, seen)) return { url, pid: seen.pid, adopted: true, stop: async () => undefined }
    if (monotonicMs() > until) throw new Error(`数据库进程 ${seen.pid} 占用 ${cluster.pgData} 但不接受连接，请先结束它`)
    await wait(50)
  }
  return undefined
}

/**
 * The folder of the socket, which nobody else may enter: that of the cluster, or where its path is too long for a socket one that is named
 * after it in the temporary folder, the same at every start. Somebody else's folder of that name is refused.
 */
function socketDirOf({ pgData, launcher }: Cluster): string {
  if (Buffer.byteLength(pgData) <= SOCKET_DIR_MAX) return pgData
  const name = `yingbao-${createHash('sha256').update(pgData).digest('hex').slice(0, 16)}`
  const wished = path.join(os.tmpdir(), name)
  const dir = Buffer.byteLength(wished) <= SOCKET_DIR_MAX ? wished : path.join('/tmp', name)
  const { uid = process.getuid?.() ?? 0, gid = process.getgid?.() ?? 0 } = launcher.spawnOptions
  if (!existsSync(dir)) {
    mkdirSync(dir, { mode: 0o700 })
    chownSync(dir, uid, gid)
  }
  const found = lstatSync(dir)
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new Error(`数据库的套接字要放在 ${dir}，但它属于他人或他人可以进入；请先移走它，或把数据放到路径较短的文件夹`)
  }
  return dir
}

function serverArgs(cluster: Cluster, options: EmbeddedOptions): { args: string[]; place: Place } {
  const place = { socketDir: socketDirOf(cluster), port: SOCKET_PORT }
  const settings: Record<string, string> = {
    ...defaults,
    ...(options.throwAway === true ? throwAwaySettings : {}),
    ...options.settings,
    port: String(place.port),
    unix_socket_directories: place.socketDir,
    listen_addresses: '',
  }
  const args = ['-D', cluster.pgData]
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)
  return { args, place }
}

function launch(cluster: Cluster, args: readonly string[]): ChildProcess {
  const [command, all] = cluster.launcher.wrap(cluster.binaries.postgres, args)
  const log = openSync(path.join(cluster.home, 'pg.log'), 'a', 0o600)
  const child = spawn(command, [...all], {
    ...cluster.launcher.spawnOptions,
    cwd: cluster.pgData,
    // A session of its own: Ctrl-C in the terminal reaches the product first, which then stops the database in order.
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.on('error', () => undefined)
  return child
}

function lastLogLines(home: string): string {
  const file = path.join(home, 'pg.log')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n') : ''
}

/** Starts the server and waits until it accepts connections; tries again while a killed predecessor's children are still leaving. */
async function startServer(cluster: Cluster, options: EmbeddedOptions): Promise<{ child: ChildProcess; url: string }> {
  const { args, place } = serverArgs(cluster, options)
  const url = urlOf(cluster.password, place)
  const until = monotonicMs() + 60_000
  for (;;) {
    const child = launch(cluster, args)
    while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      if (await tryConnect(cluster.password, place)) return { child, url }
      if (monotonicMs() > until) {
        child.kill('SIGQUIT')
        break
      }
      await wait(15)
    }
    if (monotonicMs() > until - 50_000) throw new Error(`内置数据库无法启动：\n${lastLogLines(cluster.home)}`)
    await wait(200)
  }
}

async function stopChild(child: ChildProcess, throwAway: boolean): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
  })
  child.kill(throwAway ? 'SIGQUIT' : 'SIGINT')
  const timer = setTimeout(() => child.kill('SIGQUIT'), 30_000)
  await gone
  clearTimeout(timer)
}

function prepareHome(options: EmbeddedOptions): string {
  if (options.dataDir !== undefined) {
    const home = path.resolve(options.dataDir)
    mkdirSync(home, { recursive: true })
    return home
  }
  if (options.throwAway !== true) throw new Error('startEmbedded needs a dataDir unless throwAway is set')
  return mkdtempSync(path.join(os.tmpdir(), 'yingbao-'))
}

/** Starts (or takes over) the embedded PostgreSQL of a folder. Throws with a Chinese message saying what to do when it cannot. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const home = prepareHome(options)
  const throwAway = options.throwAway === true
  const pgData = path.join(home, 'pg')
  const launcher = chooseLauncher(pgData)
  if (launcher.needsChown) chmodSync(home, 0o711)
  const cluster: Cluster = { home, pgData, password: readOrMakePassword(home, pgData), binaries: findBinaries(), launcher }
  if (!existsSync(path.join(pgData, 'PG_VERSION'))) initialise(cluster, throwAway)
  const running = await adopt(cluster)
  if (running !== undefined) return running
  const { child, url } = await startServer(cluster, options)
  const removeHome = throwAway && options.dataDir === undefined
  const onExit = (): void => {
    child.kill(throwAway ? 'SIGQUIT' : 'SIGINT')
    // The server may still be writing its last file.
    if (removeHome) rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
  }
  process.once('exit', onExit)
  child.unref()
  return {
    url,
    pid: child.pid ?? 0,
    adopted: false,
    async stop() {
      child.ref()
      await stopChild(child, throwAway)
      process.removeListener('exit', onExit)
      if (removeHome) rmSync(home, { recursive: true, force: true })
    },
  }
}
