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

/** China has one time zone. */
const CHINA_MS = 8 * 3_600_000

/** An instant by the wall clock in China, to the second: 2026-09-30 08:00:00. */
export function wallClock(iso: string, clock: GatewayClock): string {
  if (iso === '') return ''
  return clock
    .iso(clock.msOf(iso) + CHINA_MS)
    .slice(0, 19)
    .replace('T', ' ')
}

/** Today in China. */
export function todayOf(clock: GatewayClock): string {
  return clock.iso(clock.nowMs() + CHINA_MS).slice(0, 10)
}

/** The clock of a demo, moved by what a file says (read each time: a demo asks seldom); the system's own without a file. */
export function clockOf(file: string | undefined): GatewayClock {
  if (file === undefined) return systemClock
  const offset = (): number => (JSON.parse(readFileSync(file, 'utf8')) as { offsetMs: number }).offsetMs
  return { ...systemClock, nowMs: () => Date.now() + offset() }
}
