/**
 * The application as it is being written: rows of texts, saved column by column. Columns of the registry go into the household's file at
 * acceptance; columns marked `own` stay with the case. What the registry knew before is marked `known` and counts only once confirmed.
 */
import { z } from 'zod'
import { InstantText } from '#kernel/schema'
import { ROW_SECTIONS } from './draft-columns.ts'

export * from './draft-columns.ts'

const RowId = z.string().regex(/^\+[a-z0-9]{4,24}$|^[A-Za-z0-9-]{3,40}$/, '行的编号不合规定')
const Section = z.enum(['household', ...ROW_SECTIONS])
const Text = z.string().max(2000, '填写内容不超过 2000 字')

export const DraftRow = z.object({
  /** number of the registry, or "+…" for a row that is new */
  id: z.string(),
  values: z.record(z.string(), z.string()),
  /** columns that come from the registry and were not confirmed yet */
  known: z.array(z.string()),
})
export type DraftRow = z.infer<typeof DraftRow>

export const Draft = z.object({
  household: DraftRow,
  members: z.array(DraftRow),
  supporters: z.array(DraftRow),
  incomes: z.array(DraftRow),
  assets: z.array(DraftRow),
  expenditures: z.array(DraftRow),
  relatives: z.array(DraftRow),
})
export type Draft = z.infer<typeof Draft>

/** One thing somebody did to the draft. `seen` is the value that stood there when it was typed over. */
export const DraftChange = z.discriminatedUnion('do', [
  z.object({ do: z.literal('set'), section: Section, row: RowId, column: z.string().max(40), value: Text, seen: Text }),
  z.object({ do: z.literal('add'), section: z.enum(ROW_SECTIONS), row: RowId }),
  /** `seen`: the row as it stood there; left out, whatever stands there goes */
  z.object({
    do: z.literal('remove'),
    section: z.enum(ROW_SECTIONS),
    row: RowId,
    seen: z.record(z.string().max(40), Text).optional(),
  }),
  z.object({ do: z.literal('confirm'), section: Section, row: RowId }),
  /** text of an identity-card reader for a member or supporter */
  z.object({ do: z.literal('card'), section: z.enum(['members', 'supporters']), row: RowId, text: Text }),
])
export type DraftChange = z.infer<typeof DraftChange>

/** Two values for one place, or a row that was to go and has changed (`column` is empty): nothing was overwritten, a person chooses. */
export const DraftConflict = z.object({
  section: Section,
  row: z.string(),
  column: z.string(),
  columnLabel: z.string(),
  mine: z.string(),
  theirs: z.string(),
  /** the row was taken away by somebody else */
  gone: z.boolean(),
  /** who saved the application last before, and when */
  by: z.string(),
  at: InstantText,
})
export type DraftConflict = z.infer<typeof DraftConflict>

/** What is missing or wrong in an application; `column` is empty for a whole section or row. */
export const DraftGap = z.object({ section: Section, row: z.string(), column: z.string(), message: z.string() })
export type DraftGap = z.infer<typeof DraftGap>
