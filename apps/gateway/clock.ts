/** The gateway's only clock: at a member unit there is nothing of the bureau's platform. */

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
