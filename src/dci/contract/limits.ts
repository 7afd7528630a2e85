/** Limits of what is taken in one message. The lengths are the standard's, the counts are ours; docs/dci.md lists them. */
export const LIMITS = {
  /** characters of transaction_id, correlation_id, a subscription code (standard) */
  id: 99,
  /** characters of a reason in words (standard) */
  reason: 999,
  /** characters of message_id, sender_id, receiver_id, reference_id */
  name: 200,
  /** items of one message */
  items: 100,
  /** faulty items from which on the whole message is refused */
  faultyItems: 20,
  /** rows of a page */
  pageSize: 100,
  defaultPageSize: 20,
  /** rows one query may find */
  records: 1000,
  /** comparisons in one query, values of one `in` */
  comparisons: 20,
  values: 100,
  /** bytes of a message in JSON, and of one as a file */
  bodyBytes: 1 << 20,
  fileBytes: 10 << 20,
  /** bytes of kept answers that one txn/status gives back; what is beyond is told without data */
  keptBytes: 16 << 20,
  /** minutes a message may have been under way, and its clock ahead of ours */
  ageMinutes: 24 * 60,
  aheadMinutes: 5,
} as const
