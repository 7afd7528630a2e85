import { z } from 'zod'
import { sweepSessions } from '#identity'
import { isoInstant } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import { type Job, job } from '#platform/job'
import { journalCounts } from './refusals.ts'
import { forgetAnswers } from './store.ts'

const DAY_MS = 86_400_000

/** Once an hour: sessions that are over and answers kept under idempotency keys for more than a day are removed, refusals that were counted are journaled. */
export const sweepJob: Job<Record<string, never>> = job({
  name: 'runner.sweep',
  cron: '17 * * * *',
  input: z.object({}).transform((): Record<string, never> => ({})),
  async run({ db, clock, log }) {
    const sessions = await sweepSessions(db, clock)
    const before = isoInstant(clock.nowMs() - DAY_MS)
    const answers = await withTransaction(db, wholeScope('system:sweep'), (tx) => forgetAnswers(tx, before))
    const refusals = await journalCounts(db, clock)
    log.debug('swept', { sessions, answers, refusals })
    return null
  },
})
