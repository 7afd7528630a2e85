/** Extending a limit of a case: once, by who may, by at most what the pack says, with a reason. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, Reason } from '#kernel/schema'

/** A clock of a case that the pack lets somebody extend. */
export const ExtendableClock = z.object({
  /** a step, or 'total' */
  clock: z.string(),
  label: z.string(),
  most: Count,
  unit: z.enum(['working', 'calendar']),
  dueOn: DateText,
  byLabel: z.string(),
  clause: z.string(),
  /** the caller may */
  mine: z.boolean(),
})
export type ExtendableClock = z.infer<typeof ExtendableClock>

/** Extends a clock of a case; the day it is due moves on by the days. */
export const extendClock = defineRoute({
  name: 'casework.extend-clock',
  method: 'POST',
  path: '/api/cases/:caseNo/extensions',
  permission: 'casework.extend',
  params: z.object({ caseNo: z.string() }),
  body: z.object({
    clock: z.string().min(1).max(40),
    days: z.int('请填写延长的天数').min(1, '至少延长 1 天').max(3650, '延长的天数过多'),
    reason: Reason,
  }),
  output: z.object({ caseNo: z.string(), clock: z.string(), dueOn: DateText }),
})
