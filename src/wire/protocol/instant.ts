/** Instants as headers and certificates carry them. A node that is not the bureau's has nothing of its platform. */

/** ISO 8601 text in UTC of milliseconds since 1970. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** Milliseconds since 1970 of an ISO instant. */
export function msOf(iso: string): number {
  return Date.parse(iso)
}

/** The form certificates want. */
export function dateOf(ms: number): Date {
  return new Date(ms)
}
