/** Our data elements and codes beside the ministry's standards (MZ/T 072, 073), and the same as a workbook. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText } from '#kernel/schema'

/** How far a line can be relied on. */
export const StandardMark = z.enum(['sourced', 'known', 'uncertain', 'proposal'])
export type StandardMark = z.infer<typeof StandardMark>

/** `identifier`: a number that names a person, an account or a paper; `sensitive`: health, accounts, custody, whereabouts. */
export const Sensitivity = z.enum(['identifier', 'sensitive', 'personal', 'none'])
export type Sensitivity = z.infer<typeof Sensitivity>

/** What the product does for a column; taken from the code, not from the table. */
export const Protection = z.enum(['sealed', 'masked', 'answer', 'scoped'])
export type Protection = z.infer<typeof Protection>

/** Letters of the classes: persons and households, income, property, spending, extension. */
export const ElementClass = z.enum(['A', 'B', 'C', 'D', 'Z'])
export type ElementClass = z.infer<typeof ElementClass>

/** One column of ours. What the standard says of it is null while nobody has its text. */
export const DataElement = z.object({
  table: z.string(),
  tableLabel: z.string(),
  column: z.string(),
  label: z.string(),
  class: ElementClass,
  definition: z.string(),
  type: z.string(),
  /** Characters at most; null when nothing limits it. */
  maxLength: Count.nullable(),
  unit: z.string().nullable(),
  codeList: z.string().nullable(),
  codeListLabel: z.string().nullable(),
  standardId: z.string().nullable(),
  standardName: z.string().nullable(),
  /** The code or format standard behind it, e.g. GB 11643-1999. */
  reference: z.string().nullable(),
  sensitivity: Sensitivity,
  protection: Protection,
  source: z.string().nullable(),
  mark: StandardMark,
})
export type DataElement = z.infer<typeof DataElement>

/** One code list of ours, each code with the standard's own where it is known. */
export const MappedList = z.object({
  list: z.string(),
  label: z.string(),
  standardId: z.string().nullable(),
  standardName: z.string().nullable(),
  reference: z.string().nullable(),
  source: z.string().nullable(),
  mark: StandardMark,
  codes: z.array(
    z.object({
      code: z.string(),
      label: z.string(),
      standardCode: z.string().nullable(),
      standardLabel: z.string().nullable(),
      mark: StandardMark.nullable(),
    }),
  ),
})
export type MappedList = z.infer<typeof MappedList>

const Tally = z.object({ total: Count, known: Count, blank: Count })

/** How much of it is known: identifiers of elements and of code lists, codes with the standard's own, elements with a reference. */
export const StandardCounts = z.object({ elementIds: Tally, references: Tally, listIds: Tally, codes: Tally })
export type StandardCounts = z.infer<typeof StandardCounts>

/** A standard, and what is known of its text. */
export const Standard = z.object({
  number: z.string(),
  title: z.string(),
  issuedOn: DateText.nullable(),
  inForceOn: DateText.nullable(),
  replaces: z.string(),
  known: z.string(),
  mark: StandardMark,
})

export const DataStandard = z.object({
  compiledOn: DateText,
  standards: z.array(Standard),
  classes: z.array(z.object({ code: ElementClass, label: z.string(), earlier: z.string(), mark: StandardMark })),
  sources: z.array(z.object({ title: z.string(), address: z.string() })),
  counts: StandardCounts,
  elements: z.array(DataElement),
  lists: z.array(MappedList),
})
export type DataStandard = z.infer<typeof DataStandard>

export const readDataStandard = defineRoute({
  name: 'verification.read-data-standard',
  method: 'GET',
  path: '/api/data-standard',
  permission: 'standard.read',
  output: DataStandard,
})

export const downloadDataStandard = defineRoute({
  name: 'verification.download-data-standard',
  method: 'GET',
  path: '/api/data-standard/workbook',
  permission: 'standard.read',
  output: z.unknown(),
  download: true,
})
