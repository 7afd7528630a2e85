/** Looks every minute who is off line and what waits for a person, and counts how fast units answer. */
import { z } from 'zod'
import { chinaDate, isoInstant } from '#platform/clock'
import { type Db, withTransaction } from '#platform/db'
import { type Job, job } from '#platform/job'
import { exchangeScope } from '../actions/scope.ts'
import { taskRanks } from '../rules/node-standing.ts'
import { countDelays, keepTasks, noteOutages } from '../store/tasks.ts'

const DAY_MS = 24 * 3_600_000
/** Delays and counts are of so many days. */
const COUNTED_DAYS = 30

/** One look: outages are noted, delays counted, tasks raised, closed and handed on. Three statements whatever the number of nodes. */
export async function watchNodes(db: Db, nowMs: number): Promise<void> {
  const at = isoInstant(nowMs)
  const today = chinaDate(at)
  await withTransaction(db, exchangeScope, async (tx) => {
    await noteOutages(tx, at, today)
    await countDelays(tx, at, isoInstant(nowMs - COUNTED_DAYS * DAY_MS), `${today}T00:00:00+08:00`)
    await keepTasks(tx, at, today, taskRanks.length - 1)
  })
}

export const watchNodesJob: Job<Record<string, never>> = job({
  name: 'exchange.watch-nodes',
  cron: '* * * * *',
  retries: 0,
  maxSeconds: 60,
  input: z.object({}).transform((): Record<string, never> => ({})),
  async run({ db, clock }) {
    await watchNodes(db, clock.nowMs())
    return null
  },
})
