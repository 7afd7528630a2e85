/** How a workbook of a bureau was understood: its sheets as read, what each column is taken for, and what a person is asked. */
import { z } from 'zod'
import { Count } from '#kernel/schema'

/** What a row of a sheet is taken for. */
export const RowUse = z.enum(['title', 'header', 'data', 'blank', 'total', 'note', 'hidden', 'repeated-header'])
export type RowUse = z.infer<typeof RowUse>

/** A column as it stands in the sheet, and what it is taken for. */
export const ReadColumn = z.object({
  /** Position in the sheet, from zero. */
  at: Count,
  /** Words of the header from the outermost group to the column: 家庭成员, 姓名. Empty for a blank header cell. */
  path: z.array(z.string()),
  hidden: z.boolean(),
  /** Field it is taken for, '' when a person said it is not wanted, null while nobody knows. */
  field: z.string().nullable(),
  /** Its first values that are not empty. */
  sample: z.array(z.string()),
})
export type ReadColumn = z.infer<typeof ReadColumn>

/** A sheet as it was read. */
export const ReadSheet = z.object({
  name: z.string(),
  hidden: z.boolean(),
  /** What its rows hold; `none` when it is not read. */
  use: z.enum(['divisions', 'ledger', 'households', 'persons', 'payments', 'none']),
  /** Why, as a Chinese sentence. */
  why: z.string(),
  /** First and last row of the header as the spreadsheet numbers them; 0 where there is none. */
  headerFrom: Count,
  headerTo: Count,
  columns: z.array(ReadColumn),
  /** Rows that hold data. */
  rows: Count,
  /** Rows that were left out, and why as a Chinese sentence; the first of them. */
  skipped: z.array(z.object({ row: Count, use: RowUse, why: z.string(), text: z.string() })),
  skippedTotal: Count,
  /** Its first rows as they stand there. */
  top: z.array(z.object({ row: Count, use: RowUse, cells: z.array(z.string()) })),
})
export type ReadSheet = z.infer<typeof ReadSheet>

/** One decision of a person: a card with one line or several, confirmed at once. */
export const ReadQuestion = z.object({
  /** Stands for the same question whenever the file is read again. */
  id: z.string(),
  kind: z.enum(['header', 'columns', 'constant', 'words', 'places', 'hidden', 'other']),
  /** The question, in Chinese, and what hangs on it. */
  title: z.string(),
  detail: z.string(),
  lines: z.array(
    z.object({
      key: z.string(),
      /** What it is about: a column with samples, a word, a name of a village. */
      label: z.string(),
      /** How often it stands in the file. */
      seen: Count,
      samples: z.array(z.string()),
      /** What may be chosen; null where a text is typed. */
      choices: z.array(z.object({ value: z.string(), label: z.string() })).nullable(),
      /** Proposed; null where nothing is. */
      proposed: z.string().nullable(),
      /** What a person answered. */
      answer: z.string().nullable(),
      /** May be left without an answer. */
      optional: z.boolean(),
    }),
  ),
  answered: z.boolean(),
})
export type ReadQuestion = z.infer<typeof ReadQuestion>

/** Lines of a question: columns of a sheet, villages of a district, words nobody knows; and questions, a few for each sheet. */
const MOST_LINES = 2000
const MOST_QUESTIONS = 2000

/** Answers by question and line. Lines may also be answered unasked: `header:<sheet>` and `columns:<sheet>` correct what was understood. */
export const ReadAnswers = z
  .record(
    z.string().max(300),
    z
      .record(z.string().max(300), z.string().max(500))
      .refine((lines) => Object.keys(lines).length <= MOST_LINES, `一个问题最多回答 ${MOST_LINES} 行`),
  )
  .refine((answers) => Object.keys(answers).length <= MOST_QUESTIONS, `最多回答 ${MOST_QUESTIONS} 个问题`)
export type ReadAnswers = z.infer<typeof ReadAnswers>

/** A workbook as it was understood. */
export const LedgerReading = z.object({
  /** Whether a workbook of this shape was read before. */
  known: z.boolean(),
  sheets: z.array(ReadSheet),
  questions: z.array(ReadQuestion),
  /** Fields that a column may be taken for. */
  fields: z.array(z.object({ field: z.string(), label: z.string(), group: z.string() })),
})
export type LedgerReading = z.infer<typeof LedgerReading>
