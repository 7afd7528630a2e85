import {
  type AnswerHeader,
  type HeaderCode,
  isInstant,
  LIMITS,
  type RequestHeader,
  type TransportCode,
} from '../contract/index.ts'

/** Every action that some operation of the standard has; another one is "not supported", one of these at the wrong address "invalid". */
const ACTIONS: ReadonlySet<string> = new Set([
  'search',
  'on-search',
  'subscribe',
  'on-subscribe',
  'unsubscribe',
  'on-unsubscribe',
  'notify',
  'txn-status',
  'txn-on-status',
])

const VERSION = /^(\d{1,3})\.\d{1,3}(\.\d{1,3})?$/

export type HeaderFault =
  | { readonly at: 'transport'; readonly code: TransportCode; readonly message: string }
  | {
      readonly at: 'header'
      readonly code: HeaderCode
      readonly message: string
      /** True: the published schema rules it out already, so it is refused before anything is acknowledged. */
      readonly isForm?: boolean
    }

/** What a header is held against. */
export interface Expected {
  readonly action: string
  /** Names under which the partner knows us. */
  readonly ourId: string
  readonly partnerId: string
  /** Milliseconds since 1970 of now and of the message. */
  readonly nowMs: number
  readonly sentMs: number
}

const MINUTE = 60_000

function addresseeFault(header: RequestHeader | AnswerHeader, expected: Expected): HeaderFault | undefined {
  const major = VERSION.exec(header.version)?.[1]
  if (major !== undefined && major !== '1') {
    return { at: 'transport', code: 'err.version.not_supported', message: `不支持版本 ${header.version}，本系统支持 1.0.0` }
  }
  if (header.sender_id !== undefined && header.sender_id !== expected.partnerId) {
    return { at: 'transport', code: 'err.sender_id.invalid', message: 'sender_id 与令牌所属的合作方不一致' }
  }
  if (header.receiver_id !== undefined && header.receiver_id !== expected.ourId) {
    return { at: 'transport', code: 'err.receiver_id.invalid', message: `receiver_id 应为“${expected.ourId}”` }
  }
  return undefined
}

function contentFault(header: RequestHeader | AnswerHeader, expected: Expected): HeaderFault | undefined {
  const refuse = (code: HeaderCode, message: string, isForm = false): HeaderFault => ({ at: 'header', code, message, isForm })
  if (!VERSION.test(header.version)) return refuse('rjct.version.invalid', 'version 应写成 1.0.0')
  if (!isInstant(header.message_ts) || !Number.isFinite(expected.sentMs)) {
    return refuse('rjct.message_ts.invalid', 'message_ts 应为带时区的时间，如 2026-01-05T09:00:00+08:00', true)
  }
  const age = expected.nowMs - expected.sentMs
  if (age > LIMITS.ageMinutes * MINUTE || age < -LIMITS.aheadMinutes * MINUTE) {
    return refuse('rjct.message_ts.invalid', 'message_ts 距现在超过 24 小时，或晚于现在 5 分钟以上')
  }
  if (header.action === expected.action) return undefined
  return ACTIONS.has(header.action)
    ? refuse('rjct.action.invalid', `此地址的 action 应为“${expected.action}”`, true)
    : refuse('rjct.action.not_supported', `不支持 action“${header.action.slice(0, 50)}”`, true)
}

/** The first thing wrong with a header, transport before content; undefined when there is none. */
export function headerFault(header: RequestHeader | AnswerHeader, expected: Expected): HeaderFault | undefined {
  return addresseeFault(header, expected) ?? contentFault(header, expected)
}

/** Whether `total_count` tells the number of items; undefined when it does. */
export function countFault(totalCount: number, items: number): HeaderFault | undefined {
  if (totalCount > LIMITS.items || items > LIMITS.items) {
    return { at: 'header', code: 'rjct.total_count.limit_exceeded', message: `每条报文最多 ${LIMITS.items} 项` }
  }
  if (Number.isInteger(totalCount) && totalCount === items) return undefined
  return { at: 'header', code: 'rjct.total_count.invalid', message: `total_count 与报文中的 ${items} 项不符` }
}
