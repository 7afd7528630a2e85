/** How a node stands, said from its figures. Pure: the instant is handed in. */
import type { NodeRow, NodeTask, NodeTerms } from '../contract/board.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A key that ends this soon is to be changed. */
const ENDING_DAYS = 30

/** Roles a task goes through, each above the one before. */
export const taskRanks: readonly string[] = ['verification_centre', 'district_approver', 'leader']

/** What decides about a line; instants in milliseconds. */
export interface LineFacts {
  state: 'active' | 'revoked'
  enrolledAt: number
  revokedAt: number | null
  seenAt: number | null
  outSince: number | null
  backAt: number | null
  silentMinutes: number
}

/** On or off line, and since when. What the watching job has not noted yet counts already. */
export function lineOf(facts: LineFacts, at: number): { link: NodeRow['link']; since: number | null } {
  const { state, enrolledAt, revokedAt, seenAt, outSince, backAt, silentMinutes } = facts
  if (state === 'revoked') return { link: 'revoked', since: revokedAt }
  if (seenAt === null) return { link: 'never', since: null }
  if (at - seenAt > silentMinutes * 60_000) return { link: 'silent', since: outSince ?? seenAt }
  return { link: 'online', since: outSince === null ? (backAt ?? enrolledAt) : seenAt }
}

/** Since when a node is later than agreed; null when it is not. */
export function lateSinceOf(oldestAt: number | null, answerHours: number, at: number): number | null {
  if (oldestAt === null) return null
  const due = oldestAt + answerHours * HOUR_MS
  return due < at ? due : null
}

/** Whether the newest key is to be changed: too old, ending, or none holds. */
export function isKeyDue(since: number | null, until: number | null, keyDays: number, at: number): boolean {
  if (since === null) return true
  return at - since > keyDays * DAY_MS || (until !== null && until - at < ENDING_DAYS * DAY_MS)
}

/** Whether a task lies with somebody: the person responsible, or whoever stands so far above. */
export function liesWith(
  task: Pick<NodeTask, 'rank'> & { responsible: string | null },
  who: { userId: string; role: string },
): boolean {
  const step: number = taskRanks.indexOf(who.role)
  if (task.responsible !== null && task.responsible === who.userId) return true
  if (step === 0) return task.responsible === null || task.rank > 0
  return step > 0 && step <= task.rank
}

/** Terms as they are shown. */
export function termsView(row: {
  term_unit: string
  from_on: string
  carrier: NodeTerms['carrier']
  requests_per_day: number | null
  answer_hours: number
  silent_minutes: number
  outage_minutes: number
  escalate_days: number
  key_days: number
  responsible_name: string | null
  source: string
  mark: NodeTerms['mark']
}): NodeTerms {
  return {
    fromOn: row.from_on,
    carrier: row.carrier,
    requestsPerDay: row.requests_per_day,
    answerHours: row.answer_hours,
    silentMinutes: row.silent_minutes,
    outageMinutes: row.outage_minutes,
    escalateDays: row.escalate_days,
    keyDays: row.key_days,
    responsibleName: row.responsible_name,
    source: row.source,
    mark: row.mark,
    own: row.term_unit !== '',
  }
}
