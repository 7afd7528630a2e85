import { z } from 'zod'
import { instantMs } from '#platform/clock'
import {
  AnswerHeader,
  type Envelope,
  isInstant,
  Notice,
  RequestHeader,
  SearchAnswer,
  SearchRequest,
  StatusAnswer,
  StatusRequest,
  SubscribeAnswer,
  SubscribeRequest,
  SubscriptionAnswerHeader,
  UnsubscribeAnswer,
  UnsubscribeRequest,
} from '../contract/index.ts'
import { countFault, type HeaderFault, headerFault } from '../rules/check-header.ts'
import type { PartnerRow } from '../store/partners.ts'
import { type DciDeps, Refusal } from './deps.ts'
import { checkSignature, messageHash, openMessage } from './signatures.ts'
import { authenticate } from './tokens.ts'

/** From the bytes of a call to a message of a known partner: token, envelope, addressee, encryption, signature, header, in this order. */

/** An operation of the standard. */
export interface Operation {
  readonly path: string
  readonly action: string
  /** Who calls it. */
  readonly caller: 'asker' | 'registry'
  /** True: the answer is the reply. False: the reply is an acknowledgement. */
  readonly now: boolean
  /** Where and as what the answer goes, when one follows. */
  readonly answer?: { readonly path: string; readonly action: string }
  readonly message: z.ZodType<{ readonly transaction_id: string }>
  /** True: an answer that the standard publishes with the header of a request. */
  readonly headerOfRequest?: true
}

const asked = { caller: 'asker', now: false } as const
const told = { caller: 'registry', now: false } as const
const onSearch = { path: '/registry/on-search', action: 'on-search' } as const
const onStatus = { path: '/registry/txn/on-status', action: 'txn-on-status' } as const

/** Every operation on messages of the social registry profile. */
export const OPERATIONS: readonly Operation[] = [
  { ...asked, path: '/registry/search', action: 'search', answer: onSearch, message: SearchRequest },
  { ...asked, path: '/registry/sync/search', action: 'search', now: true, answer: onSearch, message: SearchRequest },
  {
    ...asked,
    path: '/registry/subscribe',
    action: 'subscribe',
    answer: { path: '/registry/on-subscribe', action: 'on-subscribe' },
    message: SubscribeRequest,
  },
  {
    ...asked,
    path: '/registry/unsubscribe',
    action: 'unsubscribe',
    answer: { path: '/registry/on-unsubscribe', action: 'on-unsubscribe' },
    message: UnsubscribeRequest,
  },
  { ...asked, path: '/registry/txn/status', action: 'txn-status', answer: onStatus, message: StatusRequest },
  { ...asked, path: '/registry/sync/txn/status', action: 'txn-status', now: true, answer: onStatus, message: StatusRequest },
  { ...told, path: '/registry/on-search', action: 'on-search', message: SearchAnswer },
  { ...told, path: '/registry/on-subscribe', action: 'on-subscribe', headerOfRequest: true, message: SubscribeAnswer },
  { ...told, path: '/registry/on-unsubscribe', action: 'on-unsubscribe', headerOfRequest: true, message: UnsubscribeAnswer },
  { ...told, path: '/registry/txn/on-status', action: 'txn-on-status', message: StatusAnswer },
  { ...told, path: '/registry/notify', action: 'notify', message: Notice },
]

export interface Incoming {
  readonly authorization: string | undefined
  /** Reads a message out of the bytes that came; asked for only when the token is good. */
  body(): Promise<unknown>
}

/** A message that was taken, of a partner that may send it. */
export interface Call {
  readonly operation: Operation
  readonly partner: PartnerRow
  readonly header: RequestHeader | AnswerHeader
  readonly message: { readonly transaction_id: string } & Readonly<Record<string, unknown>>
  readonly items: readonly unknown[]
  /** Keyed, since the message may name a person: who has the database alone cannot try numbers against it. */
  readonly hash: Buffer
  /** What the header says wrong; the message is answered with it and nothing else is done. */
  readonly fault: HeaderFault | undefined
}

const Body = z.looseObject({
  signature: z.preprocess((value) => value ?? undefined, z.string().max(4000).optional()),
  header: z.record(z.string(), z.unknown()),
  message: z.record(z.string(), z.unknown()).optional(),
})

function sentence(error: z.ZodError, within: string): string {
  const [issue] = error.issues
  const path = [within, ...(issue?.path.map(String) ?? [])].filter((part) => part !== '').join('.')
  return `报文中的“${path}”${issue?.code === 'custom' ? issue.message : '缺失或写法不对'}`
}

function parse<T>(schema: z.ZodType<T>, value: unknown, within: string): T {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  throw new Refusal('err.request.bad', sentence(read.error, within))
}

/** Items of a batch; a message without a list counts as one. */
function itemsOf(message: Readonly<Record<string, unknown>>): readonly unknown[] {
  for (const name of ['search_request', 'subscribe_request', 'subscription_codes']) {
    const list = message[name]
    if (Array.isArray(list)) return list
  }
  return [message]
}

/** Answers to subscriptions are published with the header of a request; those who write that of an answer there tell its `status`. */
function headerSchema(operation: Operation, header: unknown): z.ZodType<RequestHeader | AnswerHeader> {
  if (operation.caller === 'asker') return RequestHeader
  return operation.headerOfRequest === true && !Object.hasOwn(Object(header), 'status') ? SubscriptionAnswerHeader : AnswerHeader
}

/** Reads a call; throws Refusal. */
export async function readCall(deps: DciDeps, operation: Operation, incoming: Incoming): Promise<Call> {
  const partner = await authenticate(deps, incoming.authorization, operation.caller)
  const body: Envelope = parse(Body, await incoming.body(), '') as Envelope
  const header = parse(headerSchema(operation, body.header), body.header, 'header')
  const sentMs = isInstant(header.message_ts) ? instantMs(header.message_ts) : Number.NaN
  const { action } = operation
  const expected = { action, ourId: partner.our_id, partnerId: partner.partner_id, nowMs: deps.clock.nowMs(), sentMs }
  const fault = headerFault(header, expected)
  if (fault?.at === 'transport') throw new Refusal(fault.code, fault.message)
  checkSignature(deps, partner, body)
  const clear = await openMessage(deps, body, header.is_msg_encrypted)
  const message = parse(operation.message, clear, 'message') as Call['message']
  const items = itemsOf(message)
  const count =
    'total_count' in header && operation.caller === 'asker' ? countFault(Number(header.total_count), items.length) : undefined
  const hash = deps.keys.blindIndex('dci', messageHash(body).toString('hex'))
  return { operation, partner, header, message, items, hash, fault: fault ?? count }
}
