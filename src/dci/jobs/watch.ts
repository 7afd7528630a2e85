import { type Tx, wholeScope, withTransaction } from '#platform/db'
import { Lookup } from '../actions/answer-search.ts'
import { type DciDeps, instant, partnerScope } from '../actions/deps.ts'
import { writeNotice } from '../actions/notice.ts'
import { outboundRow } from '../actions/write-message.ts'
import { callbackAddress } from '../rules/callback-address.ts'
import { insertOutbound } from '../store/messages.ts'
import { listPartners, type PartnerRow } from '../store/partners.ts'
import { endSubscriptions, type SubscriptionRow, saveSeen, takeChanged } from '../store/subscriptions.ts'

/**
 * Looks for persons somebody subscribed to whose registration changed, by whatever way it did, and puts the notice into the outbox in the
 * same transaction in which the new state counts as known. Without an address for it the change waits until one is registered.
 */

const MOST = 100
const NOTIFY = '/registry/notify'

type Changed = SubscriptionRow & { readonly state: Buffer }

interface Telling {
  readonly deps: DciDeps
  readonly tx: Tx
  readonly partner: PartnerRow
  readonly lookup: Lookup
  /** Where notices of subscriptions go that name no address: the registered one, if there is one. */
  readonly usual: string | undefined
}

async function notify({ deps, tx, partner, lookup, usual }: Telling, changed: Changed): Promise<void> {
  const { purpose, record_type: type, event_type: event } = changed
  const right = lookup.rightFor(purpose, type === 'Group' ? 'Group' : 'Member')
  if (right === undefined || !right.events.includes(event)) return endSubscriptions(tx, [changed.code], instant(deps))
  const address = changed.address ?? usual
  if (address === undefined) return
  const notice = await writeNotice(deps, partner, lookup, right, changed)
  await insertOutbound(tx, [outboundRow(deps, partner, notice, address)])
  await saveSeen(tx, changed.code, changed.state)
}

/** Writes the notices that are owed; gives how many subscriptions had changed. */
export async function watchSubscriptions(deps: DciDeps): Promise<number> {
  const partners = await withTransaction(deps.db, wholeScope('system:dci'), (tx) => listPartners(tx))
  let count = 0
  for (const partner of partners) {
    if (partner.disabled || !partner.is_asker) continue
    count += await withTransaction(deps.db, partnerScope(partner), async (tx) => {
      const usual = callbackAddress(undefined, partner.callbacks, NOTIFY)
      const limits = { most: MOST, needsAddress: usual === undefined }
      const changed = await takeChanged(tx, partner.partner_id, instant(deps), limits)
      if (changed.length === 0) return 0
      const lookup = await Lookup.open(deps, tx, partner)
      for (const one of changed) await notify({ deps, tx, partner, lookup, usual }, one)
      return changed.length
    })
  }
  return count
}
