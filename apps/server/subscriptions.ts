import { caseworkNews, changeNews } from '#casework/server'
import type { Clock } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Subscriptions } from '#platform/events'
import { verificationNews } from '#verification'

/** Event → handlers: every side effect between capabilities on one screen. */
export function subscriptionsOf(deps: { readonly keys: Keys; readonly clock: Clock }): Subscriptions {
  const verification = verificationNews(deps)
  const casework = caseworkNews(deps)
  const change = changeNews(deps)
  return {
    'registry.corrected': [verification.corrected, change.corrected],
    'registry.households-moved': [verification.moved, casework.moved],
    'registry.authorisation-withdrawn': [verification.withdrawn],
    'verification.reported': [casework.reported],
    'exchange.noticed': [verification.noticed],
    'verification.change-noticed': [change.noticed],
    'casework.case-running': [change.running],
  }
}
