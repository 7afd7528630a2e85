/** The gateway's only clock: at a member unit there is nothing of the bureau's platform. */

import { readFileSync } from 'node:fs'

/** Milliseconds since 1970 and their ISO 8601 form in UTC. */
export interface GatewayClock {
  nowMs(): number
  iso(ms: number): string
  /** milliseconds of an ISO instant */
  msOf(iso: string): number
}

export const systemClock: GatewayClock = {
  nowMs: () => Date.now(),
  iso: (ms) => new Date(ms).toISOString(),
  msOf: (iso) => Date.parse(iso),
}

/** The clock of a demo, moved by what a file says (read each time: a demo asks seldom); the system's own without a file. */
export function clockOf(file: string | undefined): GatewayClock {
  if (file === undefined) return systemClock
  const offset = (): number => (JSON.parse(readFileSync(file, 'utf8')) as { offsetMs: number }).offsetMs
  return { ...systemClock, nowMs: () => Date.now() + offset() }
}
