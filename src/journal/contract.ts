/** Who looked at a person, when and for what: read from the journal that the application can only append to. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, InstantText, pageOf, pageQuery, Reason } from '#kernel/schema'

/** What one member unit was asked about the person: never what it said. */
export const AskedUnit = z.object({
  unitName: z.string(),
  /** kinds of record in words */
  records: z.array(z.string()),
  outcome: z.enum(['answered', 'partly', 'refused', 'not_answered']),
})
export type AskedUnit = z.infer<typeof AskedUnit>

/** One look, question or change that concerns the person. */
export const Look = z.object({
  entryNo: z.int().positive(),
  at: InstantText,
  by: z.string(),
  roleLabel: z.string(),
  unitName: z.string(),
  /** What was done, as a readable sentence. */
  text: z.string(),
  purpose: z.string(),
  /** The first of `authorisationNos`; null for the bureau's own duty. */
  authorisationNo: z.string().nullable(),
  /** Authorisations the look rests on; none for the bureau's own duty. */
  authorisationNos: z.array(z.string()),
  /** member units asked, where the entry is a query of them */
  asked: z.array(AskedUnit),
})
export type Look = z.infer<typeof Look>

/** Newest first. Asking this is itself a look and stands in the journal. */
export const listLooks = defineRoute({
  name: 'journal.list-looks',
  method: 'GET',
  path: '/api/journal/subjects/:subjectNo',
  permission: 'journal.read',
  params: z.object({ subjectNo: z.string() }),
  query: z.object({ ...pageQuery }),
  output: pageOf(Look).extend({
    subjectName: z.string(),
    idMasked: z.string(),
    /** The chain of hashes over the entries shown holds. */
    chainIntact: z.boolean(),
  }),
})

export const UNUSUAL_KINDS = ['many', 'own', 'colleague', 'hours'] as const
export const UnusualKind = z.enum(UNUSUAL_KINDS)
export type UnusualKind = z.infer<typeof UnusualKind>

/** Looks of one person that an auditor should ask about; none of them is wrong by itself. */
export const UnusualLooks = z.object({
  kind: UnusualKind,
  userId: z.string(),
  by: z.string(),
  roleLabel: z.string(),
  from: InstantText,
  until: InstantText,
  persons: Count,
  looks: Count,
  /** why it stands here */
  reason: z.string(),
})
export type UnusualLooks = z.infer<typeof UnusualLooks>

/** What is unusual among the looks of the last weeks, newest first, and how many looks there were. */
export const listUnusualLooks = defineRoute({
  name: 'journal.list-unusual-looks',
  method: 'GET',
  path: '/api/journal/unusual',
  permission: 'journal.read',
  query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  output: z.object({ rows: z.array(UnusualLooks), total: Count, days: Count, looks: Count, today: Count }),
})

/** One look of a person at others. */
export const ActorLook = z.object({
  entryNo: z.int().positive(),
  at: InstantText,
  text: z.string(),
  purpose: z.string(),
  /** who was looked at; names masked */
  subjects: z.array(z.object({ subjectNo: z.string(), name: z.string() })),
  /** how many in all */
  persons: Count,
})
export type ActorLook = z.infer<typeof ActorLook>

/** What one person looked at within a time, newest first. Asking this stands in the journal. */
export const listActorLooks = defineRoute({
  name: 'journal.list-actor-looks',
  method: 'GET',
  path: '/api/journal/actors/:actor',
  permission: 'journal.read',
  params: z.object({ actor: z.string().min(1).max(80) }),
  query: z.object({
    from: z.iso.datetime({ offset: true, message: '起始时间有误' }),
    until: z.iso.datetime({ offset: true, message: '结束时间有误' }),
    ...pageQuery,
  }),
  output: pageOf(ActorLook).extend({ by: z.string(), roleLabel: z.string() }),
})

/** Something stored is not what was sealed or signed. */
export const ProofAlarm = z.object({
  alarmId: z.int().positive(),
  kind: z.enum(['report', 'journal', 'seal', 'anchor']),
  /** number of a report, name of a chain, number of a seal … */
  subject: z.string(),
  fault: z.string(),
  foundAt: InstantText,
  settledBy: z.string().nullable(),
  settledAt: InstantText.nullable(),
  settledReason: z.string().nullable(),
})
export type ProofAlarm = z.infer<typeof ProofAlarm>

/** One check of the journal and of the signed reports. */
export const ProofCheck = z.object({
  by: z.string(),
  startedAt: InstantText,
  endedAt: InstantText,
  entries: Count,
  chains: Count,
  seals: Count,
  lastSeal: Count,
  /** seals held elsewhere that were compared */
  anchors: Count,
  reports: Count,
  faults: Count,
  /** Why it could not be done; null when it was. */
  failure: z.string().nullable(),
})
export type ProofCheck = z.infer<typeof ProofCheck>

/** The last check, and alarms in the caller's scope, open ones first. */
export const readProofs = defineRoute({
  name: 'journal.read-proofs',
  method: 'GET',
  path: '/api/proofs',
  permission: 'journal.proofs',
  output: z.object({ lastCheck: ProofCheck.nullable(), open: Count, alarms: z.array(ProofAlarm) }),
})

/** A person has found out what it was, and says so. */
export const settleAlarm = defineRoute({
  name: 'journal.settle-alarm',
  method: 'POST',
  path: '/api/proofs/:alarmId/settlement',
  permission: 'journal.settle',
  params: z.object({ alarmId: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }),
  body: z.object({ reason: Reason }),
  output: ProofAlarm,
})

export const journalRoutes = { listLooks, listUnusualLooks, listActorLooks, readProofs, settleAlarm }
