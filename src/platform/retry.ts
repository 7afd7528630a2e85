import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from './clock.ts'

/** Doing work again when it failed for a reason that passes by itself. */

const lost = new Set(['57P01', '57P02', '57P03', '53300', '08000', '08001', '08003', '08004', '08006'])
/** The database lets one of two go first: deadlock, serialisation, a lock that is not to be had. */
const clashes = new Set(['40001', '40P01', '55P03'])
/** No room on a disk or in memory, of the database or of this machine. */
const wantsRoom = new Set(['53000', '53100', '53200', '53400', 'ENOSPC', 'EDQUOT', 'ENOMEM'])
const passingSystem = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'])

/** The code an error of the database or the system carries. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : undefined
}

/** True when the connection or the server is gone, or not there yet: nothing can be noted before it is back. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  if (code !== undefined && (lost.has(code) || (passingSystem.has(code) && 'syscall' in error))) return true
  return /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|Client was closed/.test(
    error.message,
  )
}

/** True when the same work may succeed if simply done again: connection lost, server starting or stopping, deadlock, serialisation. */
export function isPassing(error: unknown): boolean {
  return isLost(error) || clashes.has(codeOf(error) ?? '')
}

/** What stands in the way of work that failed while the database was there. */
export type Obstacle = 'clash' | 'room' | 'fault'

/** Sorts an error: others were first; no room on disk or in memory; or a fault that doing it again will hardly mend. */
export function obstacleOf(error: unknown): Obstacle {
  const code = codeOf(error) ?? ''
  if (clashes.has(code)) return 'clash'
  return wantsRoom.has(code) ? 'room' : 'fault'
}

interface RetryOptions {
  /** Give up after this many milliseconds (default 60,000). */
  readonly forMs?: number
  readonly signal?: AbortSignal
  readonly onRetry?: (error: Error, attempt: number) => void
}

/** Runs idempotent work again while it fails for a passing reason, waiting 50 ms doubling to 2 s. */
export async function withRetry<T>(work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const until = monotonicMs() + (options.forMs ?? 60_000)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || monotonicMs() > until || options.signal?.aborted === true) throw error
      options.onRetry?.(error as Error, attempt)
      await wait(Math.min(2000, 50 * 2 ** Math.min(attempt, 6)), undefined, { signal: options.signal })
    }
  }
}
