/** Who sees how much of a workbook as it was read: it holds persons. */
import type { LedgerReading } from '../contract/readings.ts'

/** Citizen numbers, accounts, phones: long runs of digits. */
const LONG_NUMBER = /\d{7,}(\d{3}[\dXx])/g

/**
 * A reading as somebody may see it.
 * @param sight `whole`: whoever goes on with the import; `masked`: whoever confirms it; `none`: everybody else
 */
export function readingFor(sight: 'whole' | 'masked' | 'none', reading: LedgerReading): LedgerReading | null {
  if (sight === 'none') return null
  if (sight === 'whole') return reading
  const masked = (texts: readonly string[]) => texts.map((text) => text.replace(LONG_NUMBER, '****$1'))
  return {
    ...reading,
    sheets: reading.sheets.map((sheet) => ({
      ...sheet,
      columns: sheet.columns.map((column) => ({ ...column, sample: masked(column.sample) })),
      skipped: sheet.skipped.map((row) => ({ ...row, text: masked([row.text])[0] ?? '' })),
      top: sheet.top.map((row) => ({ ...row, cells: masked(row.cells) })),
    })),
    questions: reading.questions.map((question) => ({
      ...question,
      lines: question.lines.map((line) => ({ ...line, samples: masked(line.samples) })),
    })),
  }
}
