/** What an import would change in the register, or changed. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, pageOf, pageQuery } from '#kernel/schema'

/** Sums of money before and after, in fen. */
const Sums = z.object({ beforeFen: Count, afterFen: Count })

/** What an import would change, or changed. */
export const DifferenceSummary = z.object({
  tables: z.array(
    z.object({
      table: z.string(),
      label: z.string(),
      new: Count,
      changed: Count,
      removed: Count,
      /** Rows of the file that stand in the register as they are. */
      untouched: Count,
      /** Changed fields and in how many rows. */
      fields: z.array(z.object({ column: z.string(), label: z.string(), rows: Count })),
    }),
  ),
  /** Rows that hold money (amounts, grants, tiers, accounts, payments), and rows that would put back a value the register had before. */
  money: Count,
  older: Count,
  /** Monthly amounts of households on aid, and how many are. */
  grants: Sums.extend({ beforeHouseholds: Count, afterHouseholds: Count }),
  /** Payments by month, of months that change. */
  payments: z.array(Sums.extend({ month: z.string() })),
  /** Households that go, of all that are registered, and the most that may. */
  removal: z.object({ households: Count, registered: Count, mostPercent: z.number() }).nullable(),
})
export type DifferenceSummary = z.infer<typeof DifferenceSummary>

export const DifferenceKind = z.enum(['new', 'changed', 'removed'])
export const DifferenceFlag = z.enum(['money', 'older'])

/** One row that an import adds, changes or takes off. */
export const Difference = z.object({
  table: z.string(),
  tableLabel: z.string(),
  key: z.string(),
  kind: DifferenceKind,
  householdNo: z.string().nullable(),
  divisionName: z.string().nullable(),
  /** Name of the person or head, as shown elsewhere. */
  label: z.string(),
  flags: z.array(DifferenceFlag),
  /** Fields old → new; sensitive ones masked. A new row has its filled fields, a removed one none. */
  fields: z.array(z.object({ column: z.string(), label: z.string(), before: z.string(), after: z.string() })),
  /** What hangs on a household that goes. */
  hangs: z.array(z.object({ label: z.string(), count: Count })),
})
export type Difference = z.infer<typeof Difference>

const differenceFilter = {
  table: z.string().optional(),
  kind: DifferenceKind.optional(),
  flag: DifferenceFlag.optional(),
}

export const listImportDifferences = defineRoute({
  name: 'registry.list-differences',
  method: 'GET',
  path: '/api/imports/:importId/differences',
  permission: 'registry.compare',
  params: z.object({ importId: z.uuid() }),
  query: z.object({ ...differenceFilter, ...pageQuery }),
  output: pageOf(Difference),
})

/** The differences as a workbook: one sheet a table, 变动, 字段, 原值, 新值. */
export const downloadImportDifferences = defineRoute({
  name: 'registry.download-differences',
  method: 'GET',
  path: '/api/imports/:importId/differences.xlsx',
  permission: 'registry.compare',
  params: z.object({ importId: z.uuid() }),
  download: true,
  output: z.instanceof(Uint8Array),
})
