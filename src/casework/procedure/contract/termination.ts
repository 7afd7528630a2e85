/** The form of ending a case because the household does not cooperate. */

import { z } from 'zod'
import { DateText } from '#kernel/schema'

const Words = z.string().trim().max(2000, '不超过 2000 字')

/** 拒不配合的情形：至少一次，写明时间和做法. */
export const NonCooperation = z.object({
  occasions: z
    .array(z.object({ on: DateText, what: z.string().trim().min(4, '请写明拒不配合的情形').max(1000), tried: Words.default('') }))
    .min(1, '请至少登记一次拒不配合的情形'),
})
export type NonCooperation = z.infer<typeof NonCooperation>
