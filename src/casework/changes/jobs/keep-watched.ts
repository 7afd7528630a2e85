/** Keeps up whom member units watch, over all households: what no event told (a month ended, a paper ran out) is caught here. */
import { z } from 'zod'
import { wholeScope, withTransaction } from '#platform/db'
import { type Job, type JobContext, job } from '#platform/job'
import { keepWatched, listWatchHouseholds, tellWatches, watching } from '#verification'
import { listRunningHouseholds } from '../store/tasks.ts'

/** Households looked at in one transaction. */
const AT_ONCE = 1000

const scope = wholeScope('system:subscriptions')

/** Looks at every household on aid, with a running case, or watched; gives how many watches changed. */
export async function keepAllWatched(
  context: Pick<JobContext, 'workerDb' | 'keys' | 'clock' | 'today' | 'signal'>,
): Promise<number> {
  const { workerDb, today, signal } = context
  let changed = 0
  const running = await withTransaction(workerDb, scope, (tx) => listRunningHouseholds(tx, null))
  for (let start = 0; start < running.length && !signal.aborted; start += AT_ONCE) {
    const some = running.slice(start, start + AT_ONCE)
    changed += await withTransaction(workerDb, scope, (tx) => keepWatched(tx, some, some, context))
  }
  for (let after = ''; !signal.aborted; ) {
    const place = after
    const { last, count } = await withTransaction(workerDb, scope, async (tx) => {
      const some = await listWatchHouseholds(tx, today, place, AT_ONCE)
      return { last: some.at(-1), count: some.length === 0 ? 0 : await keepWatched(tx, some, running, context) }
    })
    if (last === undefined) break
    changed += count
    after = last
  }
  while (!signal.aborted && (await withTransaction(workerDb, scope, (tx) => tellWatches(tx, context))) > 0);
  return changed
}

/** Every ten minutes, and once when the server starts. */
export const keepWatchedJob: Job<Record<string, never>> = job({
  name: 'casework.keep-watched',
  cron: '*/10 * * * *',
  retries: 1,
  maxSeconds: 1800,
  input: z.object({}).transform((): Record<string, never> => ({})),
  async run(context) {
    const changed = await keepAllWatched(context)
    if (changed === 0) return null
    return {
      chain: 'system:subscriptions',
      divisionCode: '000000000000',
      basis: watching.clause,
      purpose: '登记或终止对成员单位的订阅',
      detail: { changed },
    }
  },
})
