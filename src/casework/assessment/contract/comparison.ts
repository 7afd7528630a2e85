/** A case beside what the household got before: the figures an approver compares. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, Fen } from '#kernel/schema'

/** Figures of one side; null where that side has no such figure, which never means none. */
export const ComparedSide = z.object({
  persons: Count.nullable(),
  /** what of the household's income counts, fen a month */
  income: Fen.nullable(),
  perCapita: Fen.nullable(),
  standard: Fen.nullable(),
  base: Fen.nullable(),
  topUp: Fen.nullable(),
  total: Fen.nullable(),
  tier: z.string().nullable(),
})
export type ComparedSide = z.infer<typeof ComparedSide>

export const Comparison = z.object({
  caseNo: z.string(),
  now: ComparedSide,
  /** what stood before: an earlier decision of this system, or the roll as it was imported; null when there was neither */
  before: ComparedSide.extend({
    source: z.enum(['decision', 'roll']),
    /** of the earlier decision; null of a roll */
    caseNo: z.string().nullable(),
    /** day of the decision, or the first day the aid of the roll ran */
    on: DateText,
  }).nullable(),
})
export type Comparison = z.infer<typeof Comparison>

/** The case beside the household's aid before it; journalled as a read of every person of the household. */
export const compareCase = defineRoute({
  name: 'casework.compare-case',
  method: 'GET',
  path: '/api/cases/:caseNo/comparison',
  permission: 'casework.read',
  params: z.object({ caseNo: z.string() }),
  output: Comparison,
})
