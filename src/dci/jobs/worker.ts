import { setTimeout as wait } from 'node:timers/promises'
import { isoInstant } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import type { DciDeps } from '../actions/deps.ts'
import { dropBodies } from '../store/messages.ts'
import { hasPartners } from '../store/partners.ts'
import { deliver } from './deliver.ts'
import { runRequests } from './run-requests.ts'
import { watchSubscriptions } from './watch.ts'

/** The edge's background work in one process: several may run side by side, each takes what no other one holds. */

const LOOK_MS = 500
const WATCH_MS = 10_000
const SWEEP_MS = 3_600_000
/** Sealed bodies of settled messages are kept so long. */
const KEEP_MS = 30 * 24 * 3_600_000

/** One round over requests and outbox, without the watch; gives whether there was anything to do. */
export async function workRound(deps: DciDeps): Promise<boolean> {
  const done = await runRequests(deps)
  const arrived = await deliver(deps)
  return done + arrived > 0
}

async function sweep(deps: DciDeps): Promise<void> {
  const before = isoInstant(deps.clock.nowMs() - KEEP_MS)
  await withTransaction(deps.db, wholeScope('system:dci'), (tx) => dropBodies(tx, before))
}

export interface DciWorker {
  /** Ends after the round that is running. */
  stop(): Promise<void>
}

/** Starts the work; it survives a database that is away for a while. */
export function startDciWorker(deps: DciDeps): DciWorker {
  const ending = new AbortController()
  const due = { watch: 0, sweep: 0 }
  let open = false
  const round = async (): Promise<boolean> => {
    const now = deps.clock.nowMs()
    if (now >= due.watch) {
      due.watch = now + WATCH_MS
      open = await withTransaction(deps.db, wholeScope('system:dci'), (tx) => hasPartners(tx))
      if (open) await watchSubscriptions(deps)
    }
    if (now >= due.sweep) {
      due.sweep = now + SWEEP_MS
      await sweep(deps)
    }
    // Without partners nothing is looked for.
    return open ? workRound(deps) : false
  }
  const running = (async () => {
    while (!ending.signal.aborted) {
      const worked = await round().catch((error: unknown) => {
        deps.log.warn('the DCI edge waits', { error: String(error) })
        return false
      })
      if (!worked) await wait(LOOK_MS, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  })()
  return {
    async stop() {
      ending.abort()
      await running
    },
  }
}
