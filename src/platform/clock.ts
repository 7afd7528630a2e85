/** The only clock of the product. Everything else is handed a time as text or as milliseconds. */

/** China has one time zone and no summer time since 1991. */
const CHINA_OFFSET_MS = 8 * 3_600_000

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now() }

/** A clock that stands still until it is moved; for tests and for replays. */
export function fixedClock(iso: string): Clock & { advance(ms: number): void } {
  let at = Date.parse(iso)
  if (Number.isNaN(at)) throw new RangeError(`not an instant: ${iso}`)
  return {
    nowMs: () => at,
    advance(ms) {
      at += ms
    },
  }
}

/** An instant as ISO 8601 text in UTC with milliseconds, e.g. '2026-06-30T16:00:00.000Z'. */
export function isoInstant(ms: number): string {
  return new Date(ms).toISOString()
}

/** Milliseconds of an ISO instant; throws RangeError when it is not one. */
export function instantMs(iso: string): number {
  const ms = Date.parse(iso)
  if (Number.isNaN(ms)) throw new RangeError(`not an instant: ${iso}`)
  return ms
}

/** The current instant as ISO text in UTC. */
export function nowIso(clock: Clock = systemClock): string {
  return isoInstant(clock.nowMs())
}

/** The date in China at an instant, 'YYYY-MM-DD'. Throws RangeError for a text that is no instant. */
export function chinaDate(iso: string): string {
  return isoInstant(instantMs(iso) + CHINA_OFFSET_MS).slice(0, 10)
}

/** Today's date in China, 'YYYY-MM-DD'. */
export function today(clock: Clock = systemClock): string {
  return isoInstant(clock.nowMs() + CHINA_OFFSET_MS).slice(0, 10)
}

/** Monotonic milliseconds, for measuring durations only. */
export function monotonicMs(): number {
  return performance.now()
}
