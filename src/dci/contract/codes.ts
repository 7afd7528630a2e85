/** Every code of the standard (social registry profile 1.0.0) that a reply may carry, by where it stands. */

/** `message.error.code` of an acknowledgement: the message could not be taken at all. */
export const TRANSPORT_CODES = [
  'err.request.bad',
  'err.request.unauthorized',
  'err.request.forbidden',
  'err.request.not_found',
  'err.request.timeout',
  'err.version.not_supported',
  'err.request.too_many_requests',
  'err.sender_id.invalid',
  'err.sender_uri.invalid',
  'err.receiver_id.invalid',
  'err.signature.missing',
  'err.signature.invalid',
  'err.encryption.invalid',
  'err.service.unavailable',
] as const
export type TransportCode = (typeof TRANSPORT_CODES)[number]

/** `header.status_reason_code` of a reply whose header says `rjct`: the whole message is refused by its header. */
export const HEADER_CODES = [
  'rjct.version.invalid',
  'rjct.message_id.duplicate',
  'rjct.message_ts.invalid',
  'rjct.action.invalid',
  'rjct.action.not_supported',
  'rjct.total_count.invalid',
  'rjct.total_count.limit_exceeded',
  'rjct.errors.too_many',
] as const
export type HeaderCode = (typeof HEADER_CODES)[number]

export const SEARCH_CODES = [
  'rjct.reference_id.invalid',
  'rjct.reference_id.duplicate',
  'rjct.timestamp.invalid',
  'rjct.search_criteria.invalid',
  'rjct.filter.invalid',
  'rjct.sort.invalid',
  'rjct.pagination.invalid',
  'rjct.search.too_many_records_found',
] as const
export type SearchCode = (typeof SEARCH_CODES)[number]

export const SUBSCRIBE_CODES = [
  'rjct.reference_id.invalid',
  'rjct.reference_id.duplicate',
  'rjct.timestamp.invalid',
  'rjct.notify_types.invalid',
  'rjct.notify_details.invalid',
  'rjct.person_id.invalid',
  'rjct.event.already_subscribed',
] as const
export type SubscribeCode = (typeof SUBSCRIBE_CODES)[number]

export const UNSUBSCRIBE_CODES = [
  'rjct.reference_id.invalid',
  'rjct.reference_id.duplicate',
  'rjct.timestamp.invalid',
  'rjct.subscription_code.invalid',
  'rjct.requester.invalid',
  'rjct.event.already_unsubscribed',
] as const
export type UnsubscribeCode = (typeof UNSUBSCRIBE_CODES)[number]

/** received · pending · succeeded · rejected */
export type RequestStatus = 'rcvd' | 'pdng' | 'succ' | 'rjct'
