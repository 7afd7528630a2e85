/** How often somebody called within the running minute, in this process. */

const MINUTE = 60_000
const MOST_CALLERS = 10_000
const counts = new Map<string, { minute: number; calls: number }>()

/** Counts a call; true when the caller is over the limit of calls a minute. */
export function overRate(caller: string, perMinute: number, nowMs: number): boolean {
  const minute = Math.floor(nowMs / MINUTE)
  const known = counts.get(caller)
  const calls = known?.minute === minute ? known.calls + 1 : 1
  if (counts.size >= MOST_CALLERS && known === undefined) counts.clear()
  counts.set(caller, { minute, calls })
  return calls > perMinute
}
