import {
  isFitName,
  isInstant,
  isLocale,
  LIMITS,
  QUERY_TYPES,
  type SearchCode,
  type SubscribeCode,
  type UnsubscribeCode,
} from '../contract/index.ts'

/** The form of items: what the published schema asks of one, before anybody looks at what it says. */

export interface FormFault {
  readonly code: SearchCode | SubscribeCode | UnsubscribeCode
  readonly message: string
}

export type Fields = Readonly<Record<string, unknown>>

/** The fields of an object; none for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

/** A reference that can be given back; an empty text when there is none. An item that is a text is its own reference. */
export function referenceOf(item: unknown): string {
  const given = typeof item === 'string' ? item : fieldsOf(item).reference_id
  const reference = typeof given === 'string' ? given.trim() : ''
  return reference.length <= LIMITS.name && isFitName(reference) ? reference : ''
}

/** Which references stand in a message more than once. */
export function repeatedReferences(items: readonly unknown[]): ReadonlySet<string> {
  const references = items.map(referenceOf).filter((reference) => reference !== '')
  return new Set(references.filter((reference, i) => references.indexOf(reference) !== i))
}

/** The page that an item asks for: in its criteria as published, or beside them as some senders write it. */
export function pageOf(item: unknown): { readonly pageSize: number; readonly pageNumber: number } | FormFault {
  const { search_criteria: criteria, pagination: beside } = fieldsOf(item)
  const given = fieldsOf(criteria).pagination ?? beside
  if (isBlank(given)) return { pageSize: LIMITS.defaultPageSize, pageNumber: 1 }
  const page = fieldsOf(given)
  const [pageSize, pageNumber] = [Number(page.page_size), Number(page.page_number ?? 1)]
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > LIMITS.pageSize) {
    return { code: 'rjct.pagination.invalid', message: `page_size 应为 1 至 ${LIMITS.pageSize}` }
  }
  if (!Number.isInteger(pageNumber) || pageNumber < 1 || pageNumber > LIMITS.records) {
    return { code: 'rjct.pagination.invalid', message: `page_number 应为 1 至 ${LIMITS.records} 的整数` }
  }
  return { pageSize, pageNumber }
}

function commonFault(item: unknown): FormFault | undefined {
  const { reference_id: reference, timestamp } = fieldsOf(item)
  if (typeof reference !== 'string') {
    return { code: 'rjct.reference_id.invalid', message: 'reference_id 缺失，或不是文字' }
  }
  if (isInstant(timestamp)) return undefined
  return { code: 'rjct.timestamp.invalid', message: 'timestamp 应为带时区的时间，如 2026-01-05T09:00:00+08:00' }
}

const LOCALE_FAULT = 'locale 应为三个小写字母，如 zho'

/** What is wrong with the form of an item of a search; undefined when nothing is. */
export function searchFormFault(item: unknown): FormFault | undefined {
  const common = commonFault(item)
  if (common !== undefined) return common
  const { search_criteria: given, locale } = fieldsOf(item)
  const criteria = fieldsOf(given)
  const refuse = (message: string): FormFault => ({ code: 'rjct.search_criteria.invalid', message })
  if (!isLocale(locale)) return refuse(LOCALE_FAULT)
  if (isBlank(criteria.query)) return refuse('search_criteria 应写 query_type 和 query')
  if (!QUERY_TYPES.some((type) => type === criteria.query_type)) return refuse(`query_type 可用 ${QUERY_TYPES.join('、')}`)
  const page = pageOf(item)
  return 'code' in page ? page : undefined
}

/** What is wrong with the form of an item of a subscription; undefined when nothing is. */
export function subscribeFormFault(item: unknown): FormFault | undefined {
  const common = commonFault(item)
  if (common !== undefined) return common
  const { subscribe_criteria: given, locale } = fieldsOf(item)
  const { reg_event_type: event, filter, notify_record_type: record, frequency } = fieldsOf(given)
  if (!isLocale(locale)) return { code: 'rjct.notify_details.invalid', message: LOCALE_FAULT }
  if (isBlank(event)) return { code: 'rjct.notify_types.invalid', message: 'subscribe_criteria 应写 reg_event_type' }
  if (isBlank(filter)) return { code: 'rjct.person_id.invalid', message: 'subscribe_criteria 应写 filter' }
  if (isBlank(record)) return { code: 'rjct.notify_details.invalid', message: 'subscribe_criteria 应写 notify_record_type' }
  if (isBlank(frequency)) return undefined
  const { start_time: from, end_time: to, frequency: pace } = fieldsOf(frequency)
  if (isInstant(from) && isInstant(to) && !isBlank(pace)) return undefined
  const message = 'frequency 应写 start_time、end_time（带时区的时间）和 frequency'
  return { code: 'rjct.notify_details.invalid', message }
}

function unsubscribeFormFault(message: unknown): FormFault | undefined {
  if (isInstant(fieldsOf(message).timestamp)) return undefined
  return { code: 'rjct.timestamp.invalid', message: 'timestamp 应为带时区的时间，如 2026-01-05T09:00:00+08:00' }
}

/**
 * Why a message cannot be worked on at all: not one of its items has the published form. Undefined when one has, and for so many faulty
 * items that a code of the header says so.
 */
export function messageFormFault(action: string, message: unknown, items: readonly unknown[]): FormFault | undefined {
  if (action === 'unsubscribe') return unsubscribeFormFault(message)
  const faultOf = action === 'search' ? searchFormFault : action === 'subscribe' ? subscribeFormFault : () => undefined
  if (items.length >= LIMITS.faultyItems) return undefined
  const [first, ...others] = items.map(faultOf)
  return others.every((fault) => fault !== undefined) ? first : undefined
}
