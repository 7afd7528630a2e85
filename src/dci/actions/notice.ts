import { LIMITS, type Right } from '../contract/index.ts'
import type { PartnerRow } from '../store/partners.ts'
import type { SubscriptionRow } from '../store/subscriptions.ts'
import type { Lookup } from './answer-search.ts'
import { type DciDeps, instant } from './deps.ts'
import { type Written, writeHeader } from './write-message.ts'

/** The notice about a person whose registration changed: one event per record, as far as the right goes, and an entry in the journal. */
export async function writeNotice(
  deps: DciDeps,
  partner: PartnerRow,
  lookup: Lookup,
  right: Right,
  subscription: SubscriptionRow,
): Promise<Written> {
  const number = deps.keys.openText(subscription.sealed)
  const grounds = { purpose: subscription.purpose, reference: subscription.reference }
  const who = { kind: 'compare', attribute: 'identifier', operator: 'eq', values: [number] } as const
  const member = { right, grounds, referenceId: '', condition: who, sort: [], pageSize: LIMITS.pageSize, pageNumber: 1 }
  const { recordType } = right
  const condition =
    recordType === 'Member'
      ? who
      : ({ kind: 'compare', attribute: 'group_identifier', operator: 'in', values: await lookup.households(member) } as const)
  const found = await lookup.page({ ...member, recordType, condition }, 1)
  await lookup.journal('dci.notify', { grounds, condition: who, recordType }, found.shown)
  // Nobody of that number receives aid any more: said by a record without data, never by silence.
  const records = found.records.length > 0 ? found.records : [{ '@type': `spdci:${recordType}`, is_registered: false }]
  const at = instant(deps)
  return {
    header: writeHeader(deps, partner, 'notify', records.length, { status: 'succ' }),
    message: {
      // One transaction for all notices of a subscription: they arrive in order.
      transaction_id: subscription.code,
      notify_event: records.map((record) => ({
        reference_id: subscription.reference_id,
        timestamp: at,
        data: {
          version: '1.0.0',
          reg_type: 'Social',
          reg_event_type: subscription.event_type,
          reg_record_type: recordType,
          subscription_code: subscription.code,
          reg_records: record,
        },
      })),
    },
  }
}
