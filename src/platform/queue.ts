import { type JobWithMetadata as BossJob, type ConstructorOptions, PgBoss } from 'pg-boss'
import { APP_ROLE, type Db, openDb, type Sql, type Tx, withSession } from './db.ts'
import type { Job } from './job.ts'
import type { Log } from './log.ts'

/**
 * Jobs and schedules (exports, reminders, seals) on pg-boss, in the same database: a thin face, so that the library can be replaced.
 * A worker that dies is noticed within some ten seconds (heartbeat and a short monitor) and its job is done again from the start.
 */

const SCHEMA = 'pgboss'
const HEARTBEAT_SECONDS = 10
const MONITOR_SECONDS = 5

/** What the application's roles need of the queue's schema; one statement block, so that it runs as it is. */
const GRANTS = `do $$ begin
  grant usage on schema ${SCHEMA} to ${APP_ROLE};
  grant select, insert, update, delete on all tables in schema ${SCHEMA} to ${APP_ROLE};
  grant usage on all sequences in schema ${SCHEMA} to ${APP_ROLE};
  grant execute on all functions in schema ${SCHEMA} to ${APP_ROLE};
end $$`

/** A list of jobs of different inputs. */
export type JobList = readonly Job<never>[]

/** Session advisory lock: two processes starting at once prepare one after the other. */
const LOCK = 7_355_609

/** Makes the queue's tables and queues, and lets the application's roles use them. Run by the owner, after migrate(). */
export async function prepareQueue(ownerUrl: string, jobs: JobList): Promise<void> {
  const owner = openDb({ url: ownerUrl, max: 1 })
  try {
    await withSession(owner, async (session) => {
      await session.query('select pg_advisory_lock($1)', [LOCK])
      await makeQueues(ownerUrl, jobs)
      await session.query(GRANTS, [], { named: false })
    })
  } finally {
    await owner.close()
  }
}

async function makeQueues(ownerUrl: string, jobs: JobList): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, schema: SCHEMA, supervise: false, schedule: false, max: 2 })
  boss.on('error', () => undefined)
  await boss.start()
  try {
    for (const { name, retries, maxSeconds } of jobs) {
      const settings = { retryLimit: retries ?? 5, retryBackoff: true, retryDelay: 2, expireInSeconds: maxSeconds ?? 900 }
      const queue = { ...settings, heartbeatSeconds: HEARTBEAT_SECONDS }
      if ((await boss.getQueue(name)) === null) await boss.createQueue(name, { ...queue, policy: 'standard' })
      else await boss.updateQueue(name, queue)
    }
  } finally {
    await boss.stop({ graceful: false })
  }
}

export interface Queue {
  /**
   * Puts a job into its queue, in the caller's transaction when one is given. With `key`, a job of the same key that still waits
   * is not doubled. Payloads carry business keys only.
   */
  send<I extends object>(
    job: Job<I>,
    input: I,
    options?: { readonly tx?: Tx; readonly key?: string; readonly afterSeconds?: number },
  ): Promise<void>
  /** Lets a job that failed for good be done once more, in the caller's transaction. */
  retry(tx: Tx, name: string, id: string): Promise<void>
  /** Starts taking jobs; `run` does one and throws when it failed. */
  work(
    jobs: JobList,
    run: (job: Job<never>, input: unknown, signal: AbortSignal, isLastTry: boolean) => Promise<void>,
  ): Promise<void>
  /** Lets running jobs finish (up to 20 s) and stops. */
  stop(): Promise<void>
}

function options(url: string, works: boolean): ConstructorOptions {
  return {
    connectionString: url,
    schema: SCHEMA,
    application_name: works ? 'yingbao-jobs' : 'yingbao-jobs-send',
    migrate: false,
    createSchema: false,
    max: works ? 3 : 2,
    supervise: works,
    schedule: works,
    superviseIntervalSeconds: MONITOR_SECONDS,
    monitorIntervalSeconds: MONITOR_SECONDS,
    reindex: false,
    monitorVacuum: false,
  }
}

function adapterOf(tx: Tx): { executeSql(text: string, values?: unknown[]): Promise<{ rows: object[] }> } {
  return { executeSql: async (text, values) => ({ rows: await tx.query<object>(text, values ?? []) }) }
}

/**
 * Connects to the queue as the log-in of `url`: the application's to send, the worker's where `works` says that jobs are run too. prepareQueue
 * must have run before.
 */
export async function openQueue(url: string, settings: { readonly works: boolean; readonly log: Log }): Promise<Queue> {
  const boss = new PgBoss(options(url, settings.works))
  boss.on('error', (error) => settings.log.warn('job queue', { error }))
  await boss.start()
  return {
    async send(job, input, { tx, key, afterSeconds } = {}) {
      await boss.send(job.name, input, {
        ...(key === undefined ? {} : { singletonKey: key }),
        ...(afterSeconds === undefined ? {} : { startAfter: afterSeconds }),
        ...(tx === undefined ? {} : { db: adapterOf(tx) }),
      })
    },
    async retry(tx, name, id) {
      await boss.retry(name, id, { db: adapterOf(tx) })
    },
    async work(jobs, run) {
      for (const job of jobs) {
        if (job.cron !== undefined) await boss.schedule(job.name, job.cron, {}, { tz: 'Asia/Shanghai' })
        const one = { pollingIntervalSeconds: 1, batchSize: 1, includeMetadata: true } as const
        await boss.work(job.name, one, async ([taken]: BossJob<object>[]) => {
          if (taken !== undefined) await run(job, taken.data ?? {}, taken.signal, taken.retryCount >= taken.retryLimit)
        })
      }
    },
    stop: () => boss.stop({ graceful: true, timeout: 20_000 }),
  }
}

export interface FailedJob {
  readonly id: string
  readonly name: string
  readonly since: string
  readonly tries: number
}

/** Most rows of the list. */
const MOST_FAILED = 200

/** Jobs that failed for good and were not done later with the same input (a scheduled one: at its next hour), the oldest first. */
export async function listFailedJobs(sql: Sql): Promise<FailedJob[]> {
  const { there } = await sql.one<{ there: boolean }>(`select to_regclass('${SCHEMA}.job') is not null as there`)
  if (!there) return []
  return sql.query<FailedJob>(
    `select j.id, j.name, j.completed_on as since, j.retry_count + 1 as tries from ${SCHEMA}.job j
     where j.state = 'failed' and not exists (select from ${SCHEMA}.job later where later.name = j.name and later.data is not distinct from j.data
       and (later.created_on, later.id) > (j.created_on, j.id))
     order by j.completed_on, j.id limit ${MOST_FAILED}`,
  )
}

/** How many jobs of a queue wait, run, and failed for good; for the health page. */
export async function countJobs(db: Db): Promise<readonly { name: string; state: string; n: number }[]> {
  const { rows } = await db.pool.query<{ name: string; state: string; n: number }>(
    `select name, state::text as state, count(*) as n from ${SCHEMA}.job where state in ('created', 'retry', 'active', 'failed') group by 1, 2 order by 1, 2`,
  )
  return rows
}
