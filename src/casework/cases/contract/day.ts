/** What the day of the caller's role holds: figures and whom or what they are about, each with what is to be done and where. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count } from '#kernel/schema'
import { Todo } from '#kernel/todo'

export const DayRow = z.object({
  key: z.string(),
  /** 待抽签的案件 */
  label: z.string(),
  unit: z.string(),
  count: Count,
  /** what waits longest, or is late; '' when nothing is to be said */
  note: z.string(),
  todo: Todo,
  /** the first of them, where each has a page of its own */
  items: z.array(z.object({ to: z.string(), label: z.string(), note: z.string() })),
})
export type DayRow = z.infer<typeof DayRow>

/** The caller's day in casework and payment, in the order it is worked through. */
export const readDay = defineRoute({
  name: 'casework.read-day',
  method: 'GET',
  path: '/api/day',
  permission: 'casework.read',
  output: z.object({ rows: z.array(DayRow) }),
})
