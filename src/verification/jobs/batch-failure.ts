/** An error of a step as it is noted. */
import { type Clock, isoInstant } from '#platform/clock'
import { codeOf, obstacleOf } from '#platform/retry'
import { reasonOf, waitAfter } from '../rules/asking/batch-failure.ts'
import type { Failure } from '../store/troubles.ts'

/** The database refused a query line beyond the signed papers: one was withdrawn after the plan was made. */
export const PAPER_MISSING = 'YB001'

/** What is noted of an error that follows on so many failures in a row. */
export function failureOf(error: unknown, before: number, clock: Clock): Failure {
  const obstacle = obstacleOf(error)
  const code = codeOf(error)
  const failures = before + 1
  const seconds = waitAfter(obstacle, failures)
  const nowMs = clock.nowMs()
  return {
    failures,
    reason: reasonOf(obstacle, code, error),
    code: code ?? null,
    at: isoInstant(nowMs),
    retryAt: seconds === null ? null : isoInstant(nowMs + seconds * 1000),
  }
}
