/** Background work that does not pass by itself: shown to whoever looks after the program, and done again at his word. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, InstantText } from '#kernel/schema'

export const StoppedWork = z.object({
  /** of an event or a job */
  workId: z.string(),
  label: z.string(),
  since: InstantText,
  tries: Count,
  /** when it is tried again by itself; null: not before a person says so */
  retryAt: InstantText.nullable(),
})
export type StoppedWork = z.infer<typeof StoppedWork>

/** What does not go on at present, the oldest first. */
export const listStoppedWork = defineRoute({
  name: 'identity.list-stopped-work',
  method: 'GET',
  path: '/api/stopped-work',
  permission: 'system.retry',
  output: z.object({ rows: z.array(StoppedWork) }),
})

/** Tries one of them once more, at once. */
export const retryWork = defineRoute({
  name: 'identity.retry-work',
  method: 'POST',
  path: '/api/stopped-work/:workId/retries',
  permission: 'system.retry',
  params: z.object({
    workId: z
      .string()
      .regex(/^(event:[1-9]\d{0,14}|job:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/, '后台任务编号有误，请刷新页面'),
  }),
  output: z.object({ sent: z.boolean() }),
})
