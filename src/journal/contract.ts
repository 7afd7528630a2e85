/** Who looked at a person, when and for what: read from the journal that the application can only append to. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { InstantText, pageOf, pageQuery } from '#kernel/schema'

/** What one member unit was asked about the person: never what it said. */
export const AskedUnit = z.object({
  unitName: z.string(),
  /** kinds of record in words */
  records: z.array(z.string()),
  outcome: z.enum(['answered', 'partly', 'refused', 'not_answered']),
})
export type AskedUnit = z.infer<typeof AskedUnit>

/** One look, question or change that concerns the person. */
export const Look = z.object({
  entryNo: z.int().positive(),
  at: InstantText,
  by: z.string(),
  roleLabel: z.string(),
  unitName: z.string(),
  /** What was done, as a readable sentence. */
  text: z.string(),
  purpose: z.string(),
  /** The first of `authorisationNos`; null for the bureau's own duty. */
  authorisationNo: z.string().nullable(),
  /** Authorisations the look rests on; none for the bureau's own duty. */
  authorisationNos: z.array(z.string()),
  /** member units asked, where the entry is a query of them */
  asked: z.array(AskedUnit),
})
export type Look = z.infer<typeof Look>

/** Newest first. Asking this is itself a look and stands in the journal. */
export const listLooks = defineRoute({
  name: 'journal.list-looks',
  method: 'GET',
  path: '/api/journal/subjects/:subjectNo',
  permission: 'journal.read',
  params: z.object({ subjectNo: z.string() }),
  query: z.object({ ...pageQuery }),
  output: pageOf(Look).extend({
    subjectName: z.string(),
    idMasked: z.string(),
    /** The chain of hashes over the entries shown holds. */
    chainIntact: z.boolean(),
  }),
})

export const journalRoutes = { listLooks }
