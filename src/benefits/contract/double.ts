/** The same person, or the same account, in two households that are paid: held back from payment until one person proposes and another decides. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DivisionCode, InstantText, Reason } from '#kernel/schema'
import { PayMonth } from './go-live.ts'
import { ChosenHouseholds, ChosenProposals, Decided, MOST_PROPOSED, Proposed } from './proposals.ts'

export const DoubleKind = z.enum(['person', 'account'])
export type DoubleKind = z.infer<typeof DoubleKind>

/**
 * shared: an account that is rightly one (guardian, payee); right: this household's entry is right, the other's is not; mistaken: not the same person, a
 * number is being corrected; duplicate: not paid.
 */
export const DoubleVerdict = z.enum(['shared', 'right', 'mistaken', 'duplicate'], '请选择怎样处理')
export type DoubleVerdict = z.infer<typeof DoubleVerdict>

const Said = z.object({
  proposalId: z.uuid(),
  verdict: DoubleVerdict,
  verdictLabel: z.string(),
  reason: z.string(),
  proposedByName: z.string(),
  proposedAt: InstantText,
})

/** One double of a household. */
export const Double = z.object({
  householdNo: z.string(),
  kind: DoubleKind,
  kindLabel: z.string(),
  /** who or what is double, and the other household as far as the caller may see it */
  text: z.string(),
  /** the other household, where the caller may see it */
  otherNo: z.string().nullable(),
  /** waits for a second person */
  waiting: Said.extend({ mine: z.boolean() }).nullable(),
  /** as two persons decided; null: not yet, or undone */
  decided: Said.extend({ pays: z.boolean(), answer: z.string(), decidedByName: z.string(), decidedAt: InstantText }).nullable(),
  /** keeps the household from being paid */
  holds: z.boolean(),
})
export type Double = z.infer<typeof Double>

const mostAsked = 200

/** Doubles of the caller's area in a month: of some households, or those that are held back, or those that were decided. */
export const listDoubles = defineRoute({
  name: 'casework.list-doubles',
  method: 'GET',
  path: '/api/doubles',
  permission: 'account.read',
  query: z.object({
    /** the running month when left out */
    month: PayMonth.optional(),
    township: DivisionCode.optional(),
    /** numbers of households, with commas */
    households: z.string().max(10_000).optional(),
    state: z.enum(['held', 'decided']).optional(),
    limit: z.coerce.number().int().min(1).max(MOST_PROPOSED).default(mostAsked),
  }),
  output: z.object({ month: z.string(), rows: z.array(Double), total: Count }),
})

/** Proposes what becomes of the doubles of households that are held back; another person decides. */
export const proposeDoubles = defineRoute({
  name: 'casework.propose-doubles',
  method: 'POST',
  path: '/api/payments/:month/doubles',
  permission: 'payment.propose',
  params: z.object({ month: PayMonth }),
  body: z.object({
    householdNos: ChosenHouseholds,
    verdict: DoubleVerdict,
    reason: Reason,
  }),
  output: Proposed,
})

/** Confirms or refuses what another person proposed. */
export const decideDoubles = defineRoute({
  name: 'casework.decide-doubles',
  method: 'POST',
  path: '/api/doubles/decision',
  permission: 'payment.decide',
  body: z.object({
    proposalIds: ChosenProposals,
    confirm: z.boolean(),
    reason: Reason,
  }),
  output: Decided,
})

/** Takes a decision back: the household is held back again until something else is decided. One person may, for it pays nobody. */
export const undoDoubles = defineRoute({
  name: 'casework.undo-doubles',
  method: 'POST',
  path: '/api/doubles/:proposalId/undo',
  permission: 'payment.confirm',
  params: z.object({ proposalId: z.uuid() }),
  body: z.object({ reason: Reason }),
  output: z.object({ undone: Count }),
})

export const doubleRoutes = { listDoubles, proposeDoubles, decideDoubles, undoDoubles }
