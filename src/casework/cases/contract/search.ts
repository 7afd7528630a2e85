/** One search over households, persons and cases, within what the caller sees. Pages are found in the browser. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'

/** Something found, with the page that shows it to this caller. */
export const Found = z.object({
  no: z.string(),
  label: z.string(),
  note: z.string(),
  to: z.string(),
})
export type Found = z.infer<typeof Found>

const Hits = z.object({ rows: z.array(Found), more: z.boolean() })
export type Hits = z.infer<typeof Hits>

/** At most a screen of each; whoever wants more types more. */
export const searchAll = defineRoute({
  name: 'casework.search',
  method: 'GET',
  path: '/api/search',
  permission: 'casework.read',
  query: z.object({
    q: z.string().trim().min(2, '请至少输入两个字').max(60, '查找内容不超过 60 个字'),
  }),
  output: z.object({
    households: Hits,
    persons: Hits,
    cases: Hits,
    /** the citizen number stands in another division of the district */
    elsewhere: z.boolean(),
    numberFault: z.string().nullable(),
  }),
})
export type SearchReply = z.infer<typeof searchAll.output>
