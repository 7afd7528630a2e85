import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from './clock.ts'

/** Doing work again when it failed for a reason that passes by itself. */

const passing = new Set(['40001', '40P01', '57P01', '57P02', '57P03', '53300', '08000', '08001', '08003', '08004', '08006'])
const passingSystem = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'])

/** True when the same work may succeed if simply done again: connection lost, server starting or stopping, deadlock, serialisation. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string' && (passing.has(code) || (passingSystem.has(code) && 'syscall' in error))) return true
  return /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|Client was closed/.test(
    error.message,
  )
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
