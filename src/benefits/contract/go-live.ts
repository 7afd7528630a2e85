/** The month from which a district pays by this system, and what was paid elsewhere in a month: each proposed by one person, decided by another. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, Fen, InstantText, MonthText, Reason } from '#kernel/schema'
import { ChosenHouseholds, ChosenProposals, Decided, Proposed } from './proposals.ts'

export const PayMonth = MonthText.regex(/^\d{4}-(0[1-9]|1[0-2])$/, '月份应写成 2026-09')

export const GoLiveProposal = z.object({
  proposalId: z.uuid(),
  month: MonthText,
  proposedByName: z.string(),
  proposedAt: InstantText,
  /** the caller proposed it, so another person has to decide */
  mine: z.boolean(),
  outcome: z.enum(['confirmed', 'refused']).nullable(),
  /** why it was refused; empty otherwise */
  answer: z.string(),
  decidedByName: z.string().nullable(),
  decidedAt: InstantText.nullable(),
})
export type GoLiveProposal = z.infer<typeof GoLiveProposal>

export const GoLiveView = z.object({
  /** the month in force; null: no roll can be made yet */
  current: GoLiveProposal.nullable(),
  /** waits for a second person */
  waiting: GoLiveProposal.nullable(),
  /** the newest proposal, where it was refused */
  refused: GoLiveProposal.nullable(),
  /** a roll is confirmed: the month stays */
  fixed: z.boolean(),
  /** clearances of what was paid elsewhere that wait for a second person */
  clearances: z.array(z.object({ month: MonthText, count: Count })),
  /** households whose doubles wait for a second person */
  doubles: Count,
})
export type GoLiveView = z.infer<typeof GoLiveView>

/** The go-live month, who proposed and who confirmed it, and what waits for a second person. */
export const readGoLive = defineRoute({
  name: 'casework.read-go-live',
  method: 'GET',
  path: '/api/go-live',
  permission: 'payment.read',
  output: GoLiveView,
})

/** Proposes the month from which rolls are made here; another person decides. */
export const proposeGoLive = defineRoute({
  name: 'casework.propose-go-live',
  method: 'POST',
  path: '/api/go-live',
  permission: 'payment.propose',
  body: z.object({ month: PayMonth }),
  output: z.object({ proposalId: z.uuid() }),
})

/** Confirms or refuses the month another person proposed. */
export const decideGoLive = defineRoute({
  name: 'casework.decide-go-live',
  method: 'POST',
  path: '/api/go-live/:proposalId/decision',
  permission: 'payment.decide',
  params: z.object({ proposalId: z.uuid() }),
  body: z.object({ confirm: z.boolean(), reason: Reason }),
  output: GoLiveProposal,
})

export const ClearanceKind = z.enum(['counts', 'pay'], '请选择算作已发或仍要发放')
export type ClearanceKind = z.infer<typeof ClearanceKind>

export const Clearance = z.object({
  clearanceId: z.uuid(),
  kind: ClearanceKind,
  kindLabel: z.string(),
  reason: z.string(),
  proposedByName: z.string(),
  proposedAt: InstantText,
  mine: z.boolean(),
})
export type Clearance = z.infer<typeof Clearance>

export const PaidElsewhere = z.object({
  /** sum of the imported payments of the month */
  paid: Fen,
  /** two persons counted it as paid, but a roll lists it */
  counted: z.boolean(),
  /** waits for a second person */
  waiting: Clearance.nullable(),
})
export type PaidElsewhere = z.infer<typeof PaidElsewhere>

/** Proposes how households that were paid elsewhere in a month are cleared; another person decides. */
export const proposeClearances = defineRoute({
  name: 'casework.propose-payment-clearances',
  method: 'POST',
  path: '/api/payments/:month/clearances',
  permission: 'payment.propose',
  params: z.object({ month: PayMonth }),
  body: z.object({
    householdNos: ChosenHouseholds,
    kind: ClearanceKind,
    reason: Reason,
  }),
  output: Proposed,
})

/** Confirms or refuses clearances another person proposed. */
export const decideClearances = defineRoute({
  name: 'casework.decide-payment-clearances',
  method: 'POST',
  path: '/api/payments/:month/clearances/decision',
  permission: 'payment.decide',
  params: z.object({ month: PayMonth }),
  body: z.object({
    clearanceIds: ChosenProposals,
    confirm: z.boolean(),
    reason: Reason,
  }),
  output: Decided,
})

export const goLiveRoutes = { readGoLive, proposeGoLive, decideGoLive, proposeClearances, decideClearances }
