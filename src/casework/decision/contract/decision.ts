/** Telling a decision to the household it is about (送达). */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { DateText, InstantText, personName, StoredFile } from '#kernel/schema'

/** 送达回证. */
export const Service = z.object({
  decisionNo: z.string(),
  way: z.enum(['direct', 'left', 'post', 'electronic', 'proxy']),
  servedOn: DateText,
  receivedBy: personName('签收人'),
  relation: z.string().trim().max(60).default('本人'),
  /** a witness is named where the letter was left behind */
  witness: z.string().trim().max(60).default(''),
  file: StoredFile.nullable().default(null),
})
export type Service = z.infer<typeof Service>

/** Registers that a decision was served; from then on it can no longer be taken back. */
export const notifyDecision = defineRoute({
  name: 'casework.notify-decision',
  method: 'POST',
  path: '/api/cases/:caseNo/notification',
  permission: 'casework.notify',
  params: z.object({ caseNo: z.string() }),
  body: Service,
  output: z.object({ caseNo: z.string(), decisionNo: z.string(), notifiedAt: InstantText }),
})

export const ReviewPaper = z.enum(['three-plus-one', 'confirmation', 'refusal'])
export type ReviewPaper = z.infer<typeof ReviewPaper>

/** The sheet or the letter of a decision as PDF; each printing is filed with the case. */
export const printReviewPaper = defineRoute({
  name: 'casework.print-review-paper',
  method: 'POST',
  path: '/api/cases/:caseNo/review-papers/:form',
  permission: 'casework.print',
  params: z.object({ caseNo: z.string(), form: ReviewPaper }),
  output: z.instanceof(Uint8Array),
  download: true,
})
