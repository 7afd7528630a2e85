/** Somebody of an application who is a member of another living household: told, and cleared by a person with the reason. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { InstantText, Reason } from '#kernel/schema'

/** moved: left the other household, which has one person fewer; error: one of the two entries is wrong; same: the other is this family's own older entry. */
export const MembershipOutcome = z.enum(['moved', 'error', 'same'], '请选择核实的结果')
export type MembershipOutcome = z.infer<typeof MembershipOutcome>

export const DoubleMember = z.object({
  /** names the person and the other household, and nothing of them */
  key: z.string(),
  name: z.string(),
  /** the other household as the caller may see it */
  where: z.string(),
  cleared: z
    .object({ outcome: MembershipOutcome, outcomeLabel: z.string(), reason: z.string(), byName: z.string(), at: InstantText })
    .nullable(),
})
export type DoubleMember = z.infer<typeof DoubleMember>

/** Clears a double membership of a case with the reason. */
export const clearMembership = defineRoute({
  name: 'casework.clear-membership',
  method: 'POST',
  path: '/api/cases/:caseNo/memberships',
  permission: 'casework.convene',
  params: z.object({ caseNo: z.string() }),
  body: z.object({ key: z.string().min(1).max(80), outcome: MembershipOutcome, reason: Reason }),
  output: z.object({ doubles: z.array(DoubleMember) }),
})
