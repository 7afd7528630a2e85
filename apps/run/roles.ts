/** The long-running processes of the centre on an installation that is ready: the server, the workers, and the one that does jobs. */

import { keepTemplates, setFilingAddress } from '#documents'
import { keepHolidayNotices } from '#identity'
import { systemClock } from '#platform/clock'
import { type Config, type ExchangePort, neededUrl, packageRoot } from '#platform/config'
import { openDb, withRetry } from '#platform/db'
import { clockOf } from '#platform/demo-clock'
import { loadKeys } from '#platform/key-file'
import { createLog, type Log } from '#platform/log'
import type { DatabaseUrls } from '#platform/logins'
import { startWorker, type Workshop } from '#verification'
import type { ListeningPlan } from '#wire/server'
import { startServer } from '../server/main.ts'
import { loadCentreTls, readTlsFolder } from './exchange-tls.ts'

export type Role = 'server' | 'worker'

/** The roles and the process of jobs, which is a program of its own: it loads only what jobs need (apps/run/jobs-process.ts). */
export type CentreProcess = Role | 'jobs'

/**
 * Households in a batch, and batches a worker keeps open at once. A message to a unit costs some milliseconds on both sides
 * whatever it holds, so batches are as large as the memory of a worker allows.
 */
export const batchSize = 1000
export const inFlight = 2

/** Workers that share a campaign: while one waits for the database or the units, another computes. */
const lanes = 2

/** The centre's processes. */
export const centreRoles: readonly CentreProcess[] = ['server', ...Array.from({ length: lanes }, () => 'worker' as const), 'jobs']

/**
 * Heap of a worker: what some batches in flight need, and room to spare. It may grow to three times what is alive before it is
 * swept: the rows of a batch live for seconds, and sweeping more often only reads them again.
 */
const workerLimits = ['--max-old-space-size=560', '--heap-growing-percent=200']

/**
 * What the server holds lives as long as a call: more young space, or a heap that grows fast, only gathers what is dead. To optimise for
 * size took twice the CPU.
 */
const serverLimits = ['--max-semi-space-size=4', '--heap-growing-percent=40']

/** Young rows of an export are swept early and the heap grows slowly, so that its memory stays level. */
const jobsLimits = ['--max-semi-space-size=4', '--optimize-for-size', '--disable-warning=ExperimentalWarning']

interface Running {
  stop(): Promise<void>
}

async function listeningPlan({ host, port, isSecure, names }: ExchangePort, dataDir: string): Promise<ListeningPlan> {
  return isSecure ? { host, port, tls: await loadCentreTls(dataDir, names, systemClock) } : { host, port }
}

async function runServer(config: Config, log: Log): Promise<Running> {
  const url = neededUrl(config, 'app')
  const db = openDb({ url, applicationName: 'yingbao-server' })
  const workerDb = openDb({ url: neededUrl(config, 'worker'), applicationName: 'yingbao-server-bulk', max: 4 })
  await withRetry(() => db.pool.query('select 1'))
  const calendar = await keepHolidayNotices(db, log)
  const templates = await keepTemplates(db, log)
  setFilingAddress(config.publicUrl)
  const clock = clockOf(config.clockFile)
  if (config.secureCookies && config.proxies.length === 0) {
    log.warn('no proxy is listed (YINGBAO_PROXIES): every caller shows under the address of the proxy, and they share its limits')
  }
  const server = await startServer({
    db,
    workerDb,
    keys: loadKeys(config.keysFile),
    clock,
    log,
    host: config.host,
    port: config.port,
    webRoot: config.webRoot,
    dataDir: config.dataDir,
    secureCookies: config.secureCookies,
    proxies: config.proxies,
    clockFile: config.clockFile,
    packId: config.packId,
    exchange: config.exchange && (await listeningPlan(config.exchange, config.dataDir)),
    bus: config.bus && { servers: config.bus.servers, tls: await readTlsFolder(config.bus.tlsDir) },
    jobsUrl: url,
    jobsElsewhere: true,
  })
  return {
    stop: async () => {
      calendar.stop()
      templates.stop()
      await server.stop()
      await Promise.all([db.close(), workerDb.close()])
    },
  }
}

/** Starts workers in this process as the worker's log-in, each on connections of its own; all `lanes` of them unless told how many. */
export function startWorkers(
  installation: Pick<Workshop, 'keys' | 'clock' | 'log' | 'waits'>,
  url: string,
  here = lanes,
): Running & { done: Promise<unknown> } {
  const dbs = Array.from({ length: here }, () => openDb({ url, applicationName: 'yingbao-worker', max: 3 }))
  const workers = dbs.map((db) => startWorker({ ...installation, db, batchSize, inFlight, lanes }))
  return {
    done: Promise.race(workers.map((worker) => worker.done)),
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()))
      await Promise.all(dbs.map((db) => db.close()))
    },
  }
}

async function runWorker(config: Config, log: Log): Promise<Running> {
  const url = neededUrl(config, 'worker')
  const calendarDb = openDb({ url, applicationName: 'yingbao-calendar', max: 1 })
  const calendar = await withRetry(() => keepHolidayNotices(calendarDb, log))
  const workers = startWorkers({ keys: loadKeys(config.keysFile), clock: clockOf(config.clockFile), log, waits: false }, url, 1)
  workers.done.catch((error: unknown) => {
    log.error('the worker stopped', { error })
    process.exit(1)
  })
  return {
    stop: async () => {
      calendar.stop()
      await workers.stop()
      await calendarDb.close()
    },
  }
}

/** Runs one role until the process is told to end. */
export async function runRole(role: Role, config: Config): Promise<void> {
  const log = createLog(config.logLevel, { role })
  const running = await (role === 'server' ? runServer : runWorker)(config, log)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
  await running.stop()
}

/** Program and arguments that run a process of the centre. */
function commandOf(role: CentreProcess): { program: string; args: string[] } {
  if (role === 'jobs') return { program: process.execPath, args: [...jobsLimits, `${packageRoot}/apps/run/jobs-process.ts`] }
  const limits = role === 'worker' ? workerLimits : serverLimits
  return { program: process.execPath, args: [...limits, `${packageRoot}/bin/yingbao.js`, 'serve', '--role', role] }
}

/** How a process of the centre is started: its program, and an environment that holds the log-ins it needs and never the owner's. */
export function roleCommand(
  role: CentreProcess,
  urls: DatabaseUrls,
  env: Readonly<Record<string, string>>,
): { program: string; args: string[]; env: Readonly<Record<string, string>> } {
  const logins = {
    YINGBAO_APP_DATABASE_URL: role === 'worker' ? '' : urls.app,
    YINGBAO_WORKER_DATABASE_URL: urls.worker,
  }
  return { ...commandOf(role), env: { ...env, ...logins } }
}
