/** Duty areas (分片包村): who answers for a village, from which day to which. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { DateText, DivisionCode } from '#kernel/schema'

export const DutyArea = z.object({
  dutyId: z.string(),
  villageCode: DivisionCode,
  villageName: z.string(),
  userId: z.string(),
  userName: z.string(),
  roleLabel: z.string(),
  posts: z.array(z.string()),
  from: DateText,
  /** First day on which it no longer holds; null while it has no end. */
  to: DateText.nullable(),
  note: z.string(),
})
export type DutyArea = z.infer<typeof DutyArea>

/** Duty areas that hold on a day (today if left out), by village. */
export const listDuty = defineRoute({
  name: 'identity.list-duty',
  method: 'GET',
  path: '/api/duty-areas',
  permission: 'duty.read',
  query: z.object({ township: DivisionCode.optional(), on: DateText.optional(), past: z.enum(['yes']).optional() }),
  output: z.object({ on: DateText, rows: z.array(DutyArea) }),
})

/** Accounts in use that may be given a village of the caller's area. */
export const listOfficers = defineRoute({
  name: 'identity.list-officers',
  method: 'GET',
  path: '/api/duty-areas/officers',
  permission: 'duty.assign',
  output: z.object({
    rows: z.array(z.object({ userId: z.string(), name: z.string(), roleLabel: z.string(), divisionCode: DivisionCode })),
  }),
})

export const assignDuty = defineRoute({
  name: 'identity.assign-duty',
  method: 'POST',
  path: '/api/duty-areas',
  permission: 'duty.assign',
  body: z.object({
    userId: z.string().min(1, '请选择人员').max(80),
    villageCodes: z.array(DivisionCode).min(1, '请至少选择一个村（社区）').max(200),
    from: DateText,
    note: z.string().trim().max(200).default(''),
  }),
  output: z.object({ assigned: z.int().nonnegative() }),
})

/** Ends a duty on a day: that day is the first without it. */
export const endDuty = defineRoute({
  name: 'identity.end-duty',
  method: 'POST',
  path: '/api/duty-areas/:dutyId/end',
  permission: 'duty.assign',
  params: z.object({ dutyId: z.uuid('编号有误') }),
  body: z.object({ on: DateText }),
  output: z.object({ ended: z.boolean() }),
})
