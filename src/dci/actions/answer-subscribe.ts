import { append } from '#journal'
import { instantMs, isoInstant, today } from '#platform/clock'
import type { Tx } from '#platform/db'
import { EVENT_TYPES, isInstant, type RecordType, type SubscribeCode, type UnsubscribeCode } from '../contract/index.ts'
import { type Fields, fieldsOf, referenceOf, repeatedReferences, subscribeFormFault } from '../rules/item-form.ts'
import { checkItem, groundsOf, ItemFault } from '../rules/read-item.ts'
import { citizenNumberOf } from '../rules/read-query.ts'
import type { PartnerRow } from '../store/partners.ts'
import {
  endExpired,
  endSubscriptions,
  insertSubscription,
  listStates,
  listSubscriptions,
  type SubscriptionRow,
  saveSeen,
} from '../store/subscriptions.ts'
import { type Lookup, refusedItem, type SearchAnswer } from './answer-search.ts'
import { type DciDeps, instant, newId } from './deps.ts'

/** Answers subscribe and unsubscribe. A subscription is about one person, for one purpose, on the strength of one paper. */

/** Why an item of a subscription is refused. */
class SubscribeFault extends Error {
  override readonly name = 'SubscribeFault'
  readonly code: SubscribeCode
  constructor(code: SubscribeCode, message: string) {
    super(message)
    this.code = code
  }
}

const PERSON_TYPES = ['uin', 'nin', 'nid', 'nationalid', 'national_id', 'citizen_number']

interface Period {
  readonly from: string
  readonly to: string | null
}

/** The time a subscription lasts: from now until it is ended, or as `frequency` says. */
function periodOf(value: unknown, at: string): Period {
  if (value === undefined || value === null || value === '') return { from: at, to: null }
  const { start_time: from, end_time: to } = fieldsOf(value)
  if (!isInstant(from) || !isInstant(to) || instantMs(to) <= Math.max(instantMs(from), instantMs(at))) {
    throw new SubscribeFault('rjct.notify_details.invalid', 'frequency 的 start_time、end_time 应为时间，且止期晚于起期和现在')
  }
  return { from: isoInstant(instantMs(from)), to: isoInstant(instantMs(to)) }
}

function recordTypeOf(value: unknown): RecordType {
  const last = typeof value === 'string' ? (value.split(/[:/]/).at(-1) ?? '') : ''
  if (/^(sr)?(member|person)$/i.test(last)) return 'Member'
  if (/^(sr)?group$/i.test(last)) return 'Group'
  throw new SubscribeFault('rjct.notify_details.invalid', 'notify_record_type 可用 Member、Group')
}

function personOf(criteria: Fields, on: string): string {
  const filter = fieldsOf(criteria.filter)
  const type = criteria.filter_type ?? 'idtype-value'
  const known = typeof filter.type === 'string' && PERSON_TYPES.includes(filter.type.toLowerCase())
  const number =
    type === 'idtype-value' && known && typeof filter.value === 'string' ? citizenNumberOf(filter.value, on) : undefined
  if (number !== undefined) return number
  throw new SubscribeFault('rjct.person_id.invalid', 'filter 应以 idtype-value 写明一个人：type 为 UIN，value 为公民身份号码')
}

/** The grounds, or the fault in the words of a subscription. */
function groundsFor(criteria: Fields, on: string): ReturnType<typeof groundsOf> {
  try {
    return groundsOf(criteria, on)
  } catch (error) {
    if (error instanceof ItemFault) throw new SubscribeFault('rjct.notify_details.invalid', error.message)
    throw error
  }
}

export interface Subscribing {
  readonly deps: DciDeps
  readonly tx: Tx
  readonly partner: PartnerRow
  readonly lookup: Lookup
  /** Address of on-subscribe; notices go beside it. Null: they wait until an address is registered. */
  readonly address: string | null
}

function readSubscription({ deps, partner, lookup, address }: Subscribing, item: unknown): SubscriptionRow {
  const [at, on] = [instant(deps), today(deps.clock)]
  const criteria = fieldsOf(fieldsOf(item).subscribe_criteria)
  const eventType = EVENT_TYPES.find((type) => String(criteria.reg_event_type ?? '').endsWith(type))
  if (eventType === undefined)
    throw new SubscribeFault('rjct.notify_types.invalid', `reg_event_type 可用 ${EVENT_TYPES.join('、')}`)
  const recordType = recordTypeOf(criteria.notify_record_type)
  const period = periodOf(criteria.frequency, at)
  const grounds = groundsFor(criteria, on)
  const right = lookup.rightFor(grounds.purpose, recordType)
  if (right === undefined || !right.events.includes(eventType)) {
    throw new SubscribeFault(
      'rjct.notify_details.invalid',
      `没有以“${grounds.purpose.slice(0, 60)}”为目的订阅 ${eventType} 的权限`,
    )
  }
  const number = personOf(criteria, on)
  return {
    code: newId(),
    partner_id: partner.partner_id,
    division_code: partner.division_code,
    reference_id: referenceOf(item),
    event_type: eventType,
    record_type: recordType,
    purpose: grounds.purpose,
    reference: grounds.reference,
    subject_index: deps.keys.blindIndex('id', number),
    sealed: deps.keys.seal(number),
    address: address?.replace(/on-subscribe$/, 'notify') ?? null,
    valid_from: period.from,
    valid_to: period.to,
    seen: Buffer.alloc(0),
    created_at: at,
    ended_at: null,
  }
}

async function subscribeOne(subscribing: Subscribing, item: unknown, repeated: ReadonlySet<string>): Promise<SearchAnswer> {
  const { tx, deps, partner } = subscribing
  checkItem(item, repeated, subscribeFormFault(item))
  const row = readSubscription(subscribing, item)
  if (!(await insertSubscription(tx, row))) {
    throw new SubscribeFault('rjct.event.already_subscribed', '同一人、同一目的的同类事项已经订阅')
  }
  // What the registry knows today is not news.
  for (const { code, state } of await listStates(tx, [row.code])) await saveSeen(tx, code, state)
  await append(tx, {
    chain: `dci:${partner.partner_id}`,
    role: 'partner',
    action: 'dci.subscribe',
    divisionCode: partner.division_code,
    subjects: [row.subject_index],
    basis: row.reference,
    purpose: row.purpose,
    detail: { partner: partner.partner_id, unitName: partner.name, authorisation: row.reference, event: row.event_type },
  })
  return {
    reference_id: row.reference_id,
    timestamp: instant(deps),
    status: 'succ',
    subscriptions: [
      {
        version: '1.0.0',
        code: row.code,
        status: 'subscribe',
        timestamp: row.created_at,
        reg_type: 'Social',
        reg_event_type: row.event_type,
        notify_record_type: row.record_type,
      },
    ],
  }
}

/** Answers the items of a subscribe message. */
export async function answerSubscribe(subscribing: Subscribing, items: readonly unknown[]): Promise<SearchAnswer[]> {
  const repeated = repeatedReferences(items)
  const at = instant(subscribing.deps)
  await endExpired(subscribing.tx, subscribing.partner.partner_id, at)
  const answers: SearchAnswer[] = []
  for (const item of items) {
    try {
      answers.push(await subscribeOne(subscribing, item, repeated))
    } catch (error) {
      if (!(error instanceof SubscribeFault || error instanceof ItemFault)) throw error
      answers.push(refusedItem(item, error.code, error.message, at))
    }
  }
  return answers
}

interface Fault {
  readonly code: UnsubscribeCode
  readonly message: string
}

function codesFault(codes: readonly string[]): Fault | undefined {
  if (codes.length === 0) return { code: 'rjct.reference_id.invalid', message: 'subscription_codes 为空' }
  if (new Set(codes).size !== codes.length) {
    return { code: 'rjct.reference_id.duplicate', message: 'subscription_codes 中有重复的编号' }
  }
  return undefined
}

function ownFault(codes: readonly string[], rows: readonly SubscriptionRow[], partnerId: string): Fault | undefined {
  const known = new Map(rows.map((row) => [row.code, row]))
  if (codes.some((code) => !known.has(code))) return { code: 'rjct.subscription_code.invalid', message: '没有这一订阅编号' }
  if (rows.some((row) => row.partner_id !== partnerId)) return { code: 'rjct.requester.invalid', message: '不是该合作方的订阅' }
  if (rows.some((row) => row.ended_at !== null)) return { code: 'rjct.event.already_unsubscribed', message: '订阅已经取消' }
  return undefined
}

/** Ends subscriptions, all that are named or none. */
export async function answerUnsubscribe(deps: DciDeps, tx: Tx, partner: PartnerRow, codes: readonly string[]): Promise<Fields> {
  const at = instant(deps)
  const rows = await listSubscriptions(tx, codes)
  const fault = codesFault(codes) ?? ownFault(codes, rows, partner.partner_id)
  if (fault !== undefined) {
    return { timestamp: at, status: 'rjct', status_reason_code: fault.code, status_reason_message: fault.message }
  }
  await endSubscriptions(tx, codes, at)
  return { timestamp: at, status: 'succ', subscription_status: codes.map((code) => ({ code, status: 'unsubscribe' })) }
}
