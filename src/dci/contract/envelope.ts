import { z } from 'zod'
import type { RequestStatus, TransportCode } from './codes.ts'
import { isInstant, isLocale } from './instant.ts'
import { LIMITS } from './limits.ts'

/**
 * The messages as they are read: with tolerance (numbers as text, empty texts as missing, unknown fields kept), since senders differ.
 * What is written is strict; the contract test holds it against the published schema.
 */

const blank = (value: unknown): unknown => (value === '' || value === null ? undefined : value)
const maybe = <T extends z.ZodType>(schema: T) => z.preprocess(blank, schema.optional())

/** Such characters stand in no name and no text of the registry, and the database takes no NUL. */
export const CONTROL = /\p{Cc}/u
const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((value) => !CONTROL.test(value), '不得含控制字符')
const CITIZEN_NUMBER = /(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])/
/** Whether a text may name a message, an item or a paper: names are stored in clear and given back. */
export function isFitName(value: string): boolean {
  return !CITIZEN_NUMBER.test(value) && !CONTROL.test(value)
}
const fitName = (schema: z.ZodString) => schema.refine(isFitName, '不得含公民身份号码或控制字符')

const header = {
  version: z.preprocess(blank, z.string().default('1.0.0')),
  message_id: fitName(text(LIMITS.name)),
  message_ts: z.string(),
  action: text(LIMITS.name),
  receiver_id: maybe(text(LIMITS.name)),
  is_msg_encrypted: z.preprocess(blank, z.boolean().default(false)),
}

/** Header of a request. */
export const RequestHeader = z.looseObject({
  ...header,
  sender_id: text(LIMITS.name),
  sender_uri: maybe(z.string().max(2000)),
  total_count: z.coerce.number(),
})
export type RequestHeader = z.infer<typeof RequestHeader>

const reason = maybe(z.string().max(LIMITS.reason))
const count = maybe(z.coerce.number().int())

/** Header of an answer: on-search, notify, on-status and the like. */
export const AnswerHeader = z.looseObject({
  ...header,
  status: z.enum(['rcvd', 'pdng', 'succ', 'rjct']),
  status_reason_code: maybe(z.string().max(LIMITS.name)),
  status_reason_message: reason,
  total_count: count,
  completed_count: count,
  sender_id: maybe(text(LIMITS.name)),
})
/** Header of on-subscribe and on-unsubscribe, which are published with that of a request. */
export const SubscriptionAnswerHeader = RequestHeader.extend({ total_count: z.coerce.number().int() })
export type AnswerHeader = z.infer<typeof AnswerHeader>

const locale = maybe(z.string().refine(isLocale, '应为三个小写字母'))
const stamp = z.string().refine(isInstant, '应为带时区的时间')
const transactionId = fitName(text(LIMITS.id))
/** Items are looked at one by one, so that one that cannot be used does not spoil the others. */
const items = z.array(z.unknown()).min(1)

export const SearchRequest = z.looseObject({ transaction_id: transactionId, search_request: items })
export const SubscribeRequest = z.looseObject({ transaction_id: transactionId, subscribe_request: items })
export const UnsubscribeRequest = z.looseObject({
  transaction_id: transactionId,
  timestamp: z.string(),
  subscription_codes: z.array(text(LIMITS.id)),
})
export const StatusRequest = z.looseObject({
  transaction_id: transactionId,
  txnstatus_request: z.looseObject({
    reference_id: fitName(text(LIMITS.name)),
    txn_type: z
      .enum(['search', 'subscribe', 'subscibe', 'receipt'])
      .transform((type) => (type === 'subscibe' ? 'subscribe' : type)),
    attribute_type: z.enum(['transaction_id', 'reference_id_list', 'correlation_id']),
    attribute_value: z.union([text(LIMITS.id), z.array(text(LIMITS.name)).min(1).max(LIMITS.items)]),
    locale,
  }),
})
export type StatusRequest = z.infer<typeof StatusRequest>

const status = z.enum(['rcvd', 'pdng', 'succ', 'rjct'])
const correlationId = z.string().max(LIMITS.id)
const outcome = { status, status_reason_code: maybe(z.string().max(LIMITS.name)), status_reason_message: reason }
const answered = { reference_id: text(LIMITS.name), timestamp: stamp, ...outcome, locale }
const names = { transaction_id: transactionId, correlation_id: correlationId }

const pagination = maybe(
  z.looseObject({ page_size: z.coerce.number(), page_number: z.coerce.number(), total_count: z.coerce.number() }),
)

/** What a registry sends to an asker, as far as the asker depends on it. */
export const SearchAnswer = z.looseObject({
  ...names,
  search_response: z.array(
    z.looseObject({
      ...answered,
      data: maybe(z.looseObject({ reg_records: z.array(z.looseObject({})) })),
      pagination,
    }),
  ),
})
const subscription = z.looseObject({
  code: text(LIMITS.id),
  status: z.enum(['subscribe', 'unsubscribe']),
  timestamp: stamp,
  frequency: maybe(z.looseObject({ start_time: stamp, end_time: stamp, frequency: text(LIMITS.name) })),
  locale,
})
export const SubscribeAnswer = z.looseObject({
  ...names,
  subscribe_response: z.array(z.looseObject({ ...answered, subscriptions: maybe(z.array(subscription)), pagination })),
})
export const UnsubscribeAnswer = z.looseObject({
  ...names,
  ...outcome,
  timestamp: stamp,
  subscription_status: maybe(z.array(z.looseObject({ code: text(LIMITS.id), status: z.enum(['subscribe', 'unsubscribe']) }))),
})
export const StatusAnswer = z.looseObject({
  ...names,
  txnstatus_response: z.looseObject({
    txn_type: text(LIMITS.name),
    txn_status: z.union([
      SearchAnswer,
      SubscribeAnswer,
      UnsubscribeAnswer,
      z.looseObject({ transaction_id: transactionId, receipt_information: z.looseObject({}) }),
    ]),
  }),
})
export const Notice = z.looseObject({
  transaction_id: transactionId,
  notify_event: z
    .array(
      z.looseObject({
        reference_id: text(LIMITS.name),
        timestamp: stamp,
        locale,
        data: z.looseObject({
          reg_record_type: text(LIMITS.name),
          reg_records: z.union([z.looseObject({}), z.array(z.unknown())]),
        }),
      }),
    )
    .min(1),
})

export interface Ack {
  readonly message: {
    readonly ack_status: 'ACK' | 'NACK' | 'ERR'
    readonly timestamp: string
    readonly correlation_id: string
    readonly error?: { readonly code: TransportCode; readonly message: string }
  }
}

/** Header of what we write; it satisfies both header schemas of the standard. */
export interface WrittenHeader {
  readonly version: '1.0.0'
  readonly message_id: string
  readonly message_ts: string
  readonly action: string
  readonly status?: RequestStatus
  readonly status_reason_code?: string
  readonly status_reason_message?: string
  readonly total_count: number
  readonly completed_count?: number
  readonly sender_id: string
  readonly sender_uri?: string
  readonly receiver_id: string
  readonly is_msg_encrypted: boolean
  readonly meta?: Readonly<Record<string, unknown>>
}

/** A message as it travels. */
export interface Envelope {
  readonly signature?: string
  readonly header: Readonly<Record<string, unknown>>
  readonly message?: Readonly<Record<string, unknown>>
}
