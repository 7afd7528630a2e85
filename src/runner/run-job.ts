import { append } from '#journal'
import { today } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import type { Job } from '#platform/job'
import { systemActor } from './run-action.ts'
import type { Runtime } from './runtime.ts'

/** Runs one job: parse → run → journal. Throws when it failed, so that the queue tries again unless this was the last try. */
export async function runJob(
  runtime: Runtime,
  job: Job<never>,
  input: unknown,
  signal: AbortSignal,
  isLastTry = true,
): Promise<void> {
  const actor = systemActor(job.name)
  const note = await job.run(
    {
      db: runtime.db,
      workerDb: runtime.workerDb,
      blobs: runtime.blobs,
      keys: runtime.keys,
      clock: runtime.clock,
      today: today(runtime.clock),
      log: runtime.log.with({ job: job.name }),
      signal,
      isLastTry,
    },
    job.input.parse(input),
  )
  if (note === null) return
  await withTransaction(runtime.db, wholeScope(actor.userId), (tx) => append(tx, { ...note, action: job.name, role: 'system' }))
}
