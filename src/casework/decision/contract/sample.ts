/** Drawing the households the district visits before it approves: by lot, from a published seed anyone may draw again from. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DivisionCode, InstantText } from '#kernel/schema'

export const SampleDraw = z.object({
  drawId: z.string(),
  seed: z.string(),
  /** how the seed came about, for whoever repeats the draw */
  method: z.string(),
  divisionCode: DivisionCode,
  share: z.string(),
  cases: z.array(z.string()),
  drawn: z.array(z.string()),
  byName: z.string(),
  at: InstantText,
})
export type SampleDraw = z.infer<typeof SampleDraw>

/** Draws over the cases that lie at approval and were never drawn over; each case takes part once, so a draw cannot be tried again. */
export const drawSample = defineRoute({
  name: 'casework.draw-sample',
  method: 'POST',
  path: '/api/samples',
  permission: 'casework.sample',
  body: z.object({
    /** a township, or the caller's whole area */
    division: DivisionCode.optional(),
    /** a number made in public on the day (e.g. of a lottery), which becomes part of the seed */
    publicNumber: z.string().trim().max(120).optional(),
  }),
  output: SampleDraw,
})

/** Draws of the caller's area, the newest first. */
export const listSamples = defineRoute({
  name: 'casework.list-samples',
  method: 'GET',
  path: '/api/samples',
  permission: 'casework.read',
  query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  output: z.object({ rows: z.array(SampleDraw), waiting: Count }),
})
