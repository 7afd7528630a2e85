/** Every ten minutes: an anchor over the heads of all logs. A backlog is told by its age: how many is no measure of danger. */
import { z } from 'zod'
import { instantMs } from '#platform/clock'
import { withRead, withTransaction } from '#platform/db'
import { type Job, job } from '#platform/job'
import { nextAnchor, readHeads, saveAnchor } from '../actions/anchors.ts'
import { exchangeScope } from '../actions/scope.ts'
import { findOldestUnanchored } from '../store/anchors.ts'

/** What is not anchored for so long is told to a person. */
const LATE_MS = 60 * 60_000

export const anchorsJob: Job<Record<string, never>> = job({
  name: 'exchange.anchors',
  cron: '*/10 * * * *',
  retries: 1,
  maxSeconds: 300,
  input: z.object({}).transform((): Record<string, never> => ({})),
  async run({ db, keys, clock, log }) {
    const before = await withRead(db, exchangeScope, findOldestUnanchored)
    const { heads, last } = await withRead(db, exchangeScope, readHeads)
    const anchor = nextAnchor(heads, last, { keys, clock })
    const no = await withTransaction(db, exchangeScope, (tx) => saveAnchor(tx, anchor))
    if (no !== null) log.debug('heads of logs anchored', { no })
    const age = before === null ? 0 : clock.nowMs() - instantMs(before)
    if (age > LATE_MS) log.error('logs were not anchored for long', { oldest: before })
    return null
  },
})
