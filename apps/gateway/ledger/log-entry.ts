/** What a node's log says of a message. Names no person but in `persons`, which stands sealed in the log. */
import type { Header } from '#wire'

/** One entry. Times are ISO 8601 in UTC; what does not apply is empty or 0. */
export interface LogEntry {
  at: string
  /** when the other side wrote its message, by its own clock */
  peerAt: string
  event: string
  /** id of the message concerned; of the request where an answer is logged */
  message: string
  chan: string
  seq: number
  type: string
  from: string
  to: string
  via: readonly string[]
  purpose: string
  legalBasis: string
  auth: string
  caseNo: string
  operator: string
  /** record types or look-up asked */
  subject: string
  /** one line per person: number, states, rows (of a notice changes), authorisations; of who is watched the last day after them */
  persons: string
  /** how it ended: answered, no_right, expired … */
  code: string
  /** rows given */
  rows: number
  bytesIn: number
  bytesOut: number
  /** milliseconds from receiving the request to its answer */
  delayMs: number
  /** hash of the message concerned */
  hash: string
  /** id and hash of what went out because of it */
  reply: string
  replyHash: string
  note: string
}

/** An entry as it stands in the log. */
export interface LoggedEntry extends LogEntry {
  /** place in the log, from 1 */
  n: number
}

/** What is added to what the header says. */
export type LogFacts = Partial<Omit<LogEntry, 'at' | 'event'>>

const nothing: Omit<LogEntry, 'at' | 'event'> = {
  peerAt: '',
  message: '',
  chan: '',
  seq: 0,
  type: '',
  from: '',
  to: '',
  via: [],
  purpose: '',
  legalBasis: '',
  auth: '',
  caseNo: '',
  operator: '',
  subject: '',
  persons: '',
  code: '',
  rows: 0,
  bytesIn: 0,
  bytesOut: 0,
  delayMs: 0,
  hash: '',
  reply: '',
  replyHash: '',
  note: '',
}

/** An entry about a message, or about the node itself where there is none. */
export function logEntry(at: string, event: string, header: Header | null, facts: LogFacts): LogEntry {
  if (header === null) return { ...nothing, ...facts, at, event }
  const { id, created, chan, seq, type, from, to, via, purpose, legalBasis, auth, caseNo, operator } = header
  const said = { chan, seq, type, from, to, via, purpose, legalBasis, auth, caseNo, operator }
  return { ...nothing, ...said, message: id, peerAt: created, ...facts, at, event }
}
