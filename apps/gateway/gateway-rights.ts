/** What an asker may ask of this unit, by its configuration. What no entry names is refused. */
import type { GatewayRight, RequestHead } from '#sources/contract'

/** What of a request is refused: nothing, the whole, or these record types (indexes into its head). */
export interface Denied {
  whole: boolean
  records: ReadonlySet<number>
}

const none: Denied = { whole: false, records: new Set() }
const whole: Denied = { whole: true, records: new Set() }

function names(listed: GatewayRight['records'], name: string): boolean {
  return listed === '*' || listed.includes(name)
}

/** What an asker, with the purpose it states, has no right to ask. Getting ready needs any right at all, for whatever purpose. */
export function deniedOf(rights: readonly GatewayRight[], asker: string, purpose: string, head: RequestHead): Denied {
  const own = rights.filter((right) => right.asker === asker)
  if (head.kind === 'prepare') return own.length > 0 ? none : whole
  const held = own.filter((right) => names(right.purposes, purpose))
  if (held.length === 0) return whole
  if (head.kind === 'lookup') return held.some((right) => names(right.lookups, head.lookup)) ? none : whole
  const denied = head.records.flatMap((record, i) => (held.some((right) => names(right.records, record)) ? [] : [i]))
  return denied.length === head.records.length ? whole : { whole: false, records: new Set(denied) }
}
