/** The working calendar of a year and the notice it rests on. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { DateText, InstantText } from '#kernel/schema'

const Year = z.coerce.number().int().min(2004, '年份应在 2004 至 2199 之间').max(2199, '年份应在 2004 至 2199 之间')
const Text = z.string().trim().min(4, '请粘贴国务院办公厅放假通知的正文').max(8000, '通知正文不超过 8000 字')

/** `version` 0: the program's own table; null: no notice of the year is known and its working days are provisional. */
export const Calendar = z.object({
  year: z.int(),
  version: z.int().nullable(),
  source: z.string(),
  off: z.array(DateText),
  work: z.array(DateText),
  versions: z.array(z.object({ version: z.int(), source: z.string(), enteredByName: z.string(), enteredAt: InstantText })),
})
export type Calendar = z.infer<typeof Calendar>

export const readCalendar = defineRoute({
  name: 'identity.read-calendar',
  method: 'GET',
  path: '/api/calendar/:year',
  permission: 'signed-in',
  params: z.object({ year: Year }),
  output: Calendar,
})

/** What a pasted notice would change; nothing is kept. */
export const previewCalendar = defineRoute({
  name: 'identity.preview-calendar',
  method: 'POST',
  path: '/api/calendar/:year/preview',
  permission: 'calendar.edit',
  params: z.object({ year: Year }),
  body: z.object({ text: Text }),
  output: z.object({
    off: z.array(DateText),
    work: z.array(DateText),
    /** What is not understood or contradicts itself; a notice with problems cannot be kept. */
    problems: z.array(z.string()),
    /** Days whose working or not working changes against what is in force. */
    changed: z.array(z.object({ date: DateText, working: z.boolean() })),
  }),
})

/** Keeps a notice as the newest version of its year; earlier ones stay. */
export const saveCalendar = defineRoute({
  name: 'identity.save-calendar',
  method: 'POST',
  path: '/api/calendar/:year',
  permission: 'calendar.edit',
  params: z.object({ year: Year }),
  body: z.object({ text: Text, source: z.string().trim().min(4, '请填写通知的文号或名称').max(200) }),
  output: z.object({ version: z.int() }),
})
