import type { z } from 'zod'
import type { Blobs } from './blobs.ts'
import type { Clock } from './clock.ts'
import type { Keys } from './crypto.ts'
import type { Db } from './db.ts'
import type { Log } from './log.ts'

/** Background work as a typed definition; executed by the runner. A job must be idempotent: it may run again after a crash. */
export interface JobContext {
  /** Application role. */
  readonly db: Db
  /** Role of bulk work: not bound by row-level security. */
  readonly workerDb: Db
  readonly keys: Keys
  readonly clock: Clock
  readonly today: string
  readonly log: Log
  readonly blobs: Blobs
  /** Aborted when the process stops or the job's time is over. */
  readonly signal: AbortSignal
  /** No other try follows by itself when this one fails. */
  readonly isLastTry: boolean
}

/** What a job leaves in the journal; null when it neither wrote nor read anything about a household or person. */
export interface JobNote {
  readonly chain: string
  readonly divisionCode: string
  readonly subjects?: readonly Buffer[]
  readonly basis: string
  readonly purpose: string
  readonly detail?: Readonly<Record<string, unknown>>
}

export interface Job<I = unknown> {
  /** 'capability.verb-noun'; also the queue's name. */
  readonly name: string
  readonly input: z.ZodType<I>
  /** Five-field cron expression in China's time; left out for jobs that are only sent. */
  readonly cron?: string
  /** Tries after the first failure (default 5, with growing waits). */
  readonly retries?: number
  /** A run may last this many seconds (default 900). */
  readonly maxSeconds?: number
  run(context: JobContext, input: I): Promise<JobNote | null>
}

/** Defines a job. */
export function job<I>(definition: Job<I>): Job<I> {
  return definition
}
