import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type DciDeps, dciRoutes, startDciWorker } from '#dci'
import { openSessions } from '#identity'
import type { Action } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { type Clock, systemClock } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Db } from '#platform/db'
import { runDispatcher } from '#platform/events'
import type { Log } from '#platform/log'
import { type JobList, openQueue } from '#platform/queue'
import { type Runtime, runJob } from '#runner'
import type { BrokerAccess, ListeningPlan } from '#wire/server'
import { openCentreLine } from '../run/centre-endpoint.ts'
import { actionsOf } from './actions.ts'
import { buildHttp } from './http.ts'
import { jobs as ownJobs, startJobs } from './jobs.ts'
import { runMessageBus } from './message-bus.ts'
import { mountPages } from './pages.ts'
import { subscriptionsOf } from './subscriptions.ts'

/** The server: HTTP API, pages, a port for the gateways, events and jobs. */

export interface ServerOptions {
  readonly db: Db
  readonly workerDb: Db
  readonly keys: Keys
  readonly clock: Clock
  readonly log: Log
  readonly host: string
  /** 0: any free port; see the url. */
  readonly port: number
  /** Folder of the built pages. */
  readonly webRoot: string
  /** Folder of stored files. */
  readonly dataDir: string
  readonly secureCookies?: boolean
  /** Proxies whose address header is believed. */
  readonly proxies?: readonly string[] | undefined
  /** The moved clock of a demo, which its pages may move on. */
  readonly clockFile?: string | undefined
  /** Connection string for the job queue, whose queues are there; the worker's log-in where jobs are done here. Left out: no jobs in this process. */
  readonly jobsUrl?: string
  /** True when another process does the jobs (apps/run/jobs-process.ts): this one only sends them. */
  readonly jobsElsewhere?: boolean
  /** Policy pack in force; 'reference' if left out. */
  readonly packId?: string
  /** Where member units and relays dial; left out: they do not. Never the port of the pages. */
  readonly exchange?: ListeningPlan | undefined
  /** A message bus that nodes may use beside the line. */
  readonly bus?: BrokerAccess | undefined
  /** Actions and jobs beyond the product's own (tests, benches). */
  readonly actions?: readonly Action[]
  readonly jobs?: JobList
}

export interface RunningServer {
  /** e.g. http://127.0.0.1:8080 */
  readonly url: string
  readonly app: FastifyInstance
  /** Takes no new requests, lets running ones end (at most 10 s), then stops. The databases stay open: whoever opened them closes them. */
  stop(): Promise<void>
}

const STOP_MS = 10_000

async function closeSoon(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), STOP_MS)
  await app.close()
  clearTimeout(timer)
}

/** Starts the server on an installation that is open, migrated and checked. Throws when the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { db, workerDb, keys, clock, log } = options
  const runtime: Runtime = { db, workerDb, keys, clock, log, blobs: openBlobs(path.join(options.dataDir, 'blobs'), keys) }
  // A session lasts by the real clock, whatever the day of a demo is.
  const sessions = openSessions(db, keys, options.clockFile === undefined ? clock : systemClock)
  const jobs = [...ownJobs, ...(options.jobs ?? [])]
  const works = options.jobsElsewhere !== true
  const queue = options.jobsUrl === undefined ? undefined : await openQueue(options.jobsUrl, { works, log })
  const app = await buildHttp({
    runtime,
    sessions,
    actions: [
      ...actionsOf({ runtime, sessions, queue, packId: options.packId ?? 'reference', clockFile: options.clockFile }),
      ...(options.actions ?? []),
    ],
    secureCookies: options.secureCookies ?? false,
    proxies: options.proxies,
  })
  const exchange = openCentreLine({ db, keys, clock, log })
  // Tokens and messages of partners are of the real day, whatever the day of a demo is.
  const edge: DciDeps = { db, keys, clock: options.clockFile === undefined ? clock : systemClock, log }
  dciRoutes(app, edge)
  const ending = new AbortController()
  try {
    await mountPages(app, options.webRoot)
    await app.listen({ host: options.host, port: options.port })
    if (options.exchange) await exchange.listen(options.exchange)
    if (works) {
      await queue?.work(jobs, (job, input, signal, isLastTry) => runJob(runtime, job, input, signal, isLastTry))
      for (const job of startJobs) await queue?.send(job, {}, { key: 'start' })
    }
  } catch (error) {
    await exchange.close()
    await app.close()
    await queue?.stop()
    throw error
  }
  const edgeWorker = startDciWorker(edge)
  const onBus = runMessageBus({ ledger: exchange.ledger, access: options.bus, db, clock, log, signal: ending.signal })
  const dispatching = runDispatcher(db, subscriptionsOf({ keys, clock }), { log, signal: ending.signal })
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    app,
    async stop() {
      ending.abort()
      await onBus
      await edgeWorker.stop()
      await exchange.close()
      await closeSoon(app)
      await queue?.stop()
      await dispatching
    },
  }
}
