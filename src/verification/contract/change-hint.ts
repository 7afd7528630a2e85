/** What member units noticed of a person: a hint for a human being, never a decision. */
import { z } from 'zod'
import { DateText, InstantText } from '#kernel/schema'

export const ChangeHint = z.object({
  hintNo: z.int().positive(),
  subjectNo: z.string(),
  subjectName: z.string(),
  record: z.string(),
  /** e.g. 死亡登记（公安）新增 */
  title: z.string(),
  /** Watched facts of the unit's row; empty when it is gone or no authorisation covers it today. */
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  /** False: the authorisation was withdrawn or has ended, the facts are no longer shown. */
  covered: z.boolean(),
  seenOn: DateText,
  receivedAt: InstantText,
})
export type ChangeHint = z.infer<typeof ChangeHint>
