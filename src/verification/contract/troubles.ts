/** What does not go on in a verification, why, and a person's word to try again. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, InstantText } from '#kernel/schema'

/** A part of a campaign that failed. */
export const Trouble = z.object({
  campaignId: z.string(),
  title: z.string(),
  /** Case a single commission is for; null for a campaign over areas. */
  caseNo: z.string().nullable(),
  /** Which part, in words: a batch, a re-run, what the units prepare. */
  part: z.string(),
  /** True: households that have a report already are asked again; the campaign itself is as finished as it was. */
  again: z.boolean(),
  households: Count,
  /** Named when they are few, and in the reader's area. */
  householdNos: z.array(z.string()),
  reason: z.string(),
  tries: Count,
  failedAt: InstantText,
  /** When it is tried again by itself; null: not before a person says so. */
  retryAt: InstantText.nullable(),
})
export type Trouble = z.infer<typeof Trouble>

/** Everything that does not go on at present, over all campaigns and single commissions; what waits for a person first. */
export const listTroubles = defineRoute({
  name: 'verification.list-troubles',
  method: 'GET',
  path: '/api/verification-troubles',
  permission: 'verification.read',
  output: z.object({ rows: z.array(Trouble) }),
})

/** Tries everything of a campaign that failed once more, at once. */
export const retryCampaign = defineRoute({
  name: 'verification.retry-campaign',
  method: 'POST',
  path: '/api/campaigns/:campaignId/retries',
  permission: 'verification.rerun',
  params: z.object({ campaignId: z.uuid('核对批次编号有误') }),
  output: z.object({ parts: Count }),
})
