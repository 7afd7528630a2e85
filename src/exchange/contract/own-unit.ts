/** What a member unit's own contact sees of it: what it was asked, what is open, what could not be used. No person, no answer. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, InstantText } from '#kernel/schema'

export const OwnUnit = z.object({
  unit: z.string(),
  name: z.string(),
  link: z.enum(['online', 'silent', 'never', 'revoked']),
  seenAt: InstantText.nullable(),
  /** questions without an answer, and the oldest */
  open: Count,
  oldestAt: InstantText.nullable(),
  /** later than agreed since; null when it is not late */
  lateSince: InstantText.nullable(),
  answerHours: Count,
  /** of the last 30 days */
  asked: Count,
  answered: Count,
  askedToday: Count,
  /** questions nobody will answer any more, the oldest first */
  stuck: z.array(z.object({ id: z.string(), createdAt: InstantText, why: z.enum(['expired', 'revoked']) })),
  /** what the centre could not use, newest first */
  failures: z.array(z.object({ at: InstantText, reason: z.string() })),
})
export type OwnUnit = z.infer<typeof OwnUnit>

/** The caller's own unit; null when the account has none, or the unit has no line yet. */
export const readOwnUnit = defineRoute({
  name: 'exchange.read-own-unit',
  method: 'GET',
  path: '/api/own-unit',
  permission: 'unit.read',
  output: z.object({ unit: OwnUnit.nullable() }),
})
