/** What casework does about news that concern watching: tasks of hints, and whom units watch once a case begins or ends. */
import { type Clock, nowIso } from '#platform/clock'
import type { Tx } from '#platform/db'
import type { EventPayloads } from '#platform/events'
import { keepWatched, tellWatches, type WatchDeps } from '#verification'
import { insertChangeTasks, listRunningHouseholds } from '../store/tasks.ts'

declare module '#platform/events' {
  interface EventPayloads {
    /** Cases of these households began or ended; told by the database (0019_subscriptions.sql). */
    'casework.case-running': { readonly householdNos: readonly string[] }
  }
}

/** Looks anew at whom units watch of some households. */
export async function watchAnew(tx: Tx, householdNos: readonly string[], deps: WatchDeps): Promise<void> {
  await keepWatched(tx, householdNos, await listRunningHouseholds(tx, householdNos), deps)
  await tellWatches(tx, deps)
}

/** Handlers for the table of subscriptions. */
export function changeNews(deps: WatchDeps & { readonly clock: Clock }) {
  return {
    noticed: (tx: Tx, { hintNos }: EventPayloads['verification.change-noticed']) =>
      insertChangeTasks(tx, hintNos, nowIso(deps.clock)),
    running: (tx: Tx, { householdNos }: EventPayloads['casework.case-running']) => watchAnew(tx, householdNos, deps),
    corrected: (tx: Tx, { householdNos }: EventPayloads['registry.corrected']) => watchAnew(tx, householdNos, deps),
  }
}
