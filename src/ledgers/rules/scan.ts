/** What stands in the rows of a sheet: how many are data, which are left out and why, samples, words nobody knows. */
import type { GridRow } from './grid.ts'
import { headerTexts, type RowVerdict, verdictOn } from './layout.ts'
import type { ReadingOf, SheetPlan } from './row-facts.ts'
import { oneLine } from './text.ts'
import { unknownWords } from './values.ts'

export interface SkippedRow {
  readonly row: number
  readonly use: 'title' | 'total' | 'note' | 'hidden' | 'repeated-header'
  readonly why: string
  readonly text: string
}

/** A word nobody knows: how often it stands there. */
export interface UnknownWord {
  readonly field: string
  readonly word: string
  seen: number
}

export interface SheetScan {
  readonly rows: number
  readonly hiddenRows: number
  readonly skipped: readonly SkippedRow[]
  readonly skippedTotal: number
  /** First values of each column. */
  readonly samples: readonly (readonly string[])[]
  readonly words: readonly UnknownWord[]
  /** Columns in which anything stands. */
  readonly filledColumns: ReadonlySet<number>
}

const SHOWN_SKIPPED = 200
const SAMPLES = 3
const LONGEST_TEXT = 60
/** Different unknown words of a workbook that are asked about; more are refused row by row. */
const MOST_WORDS = 200

class Scan {
  readonly samples: string[][] = []
  readonly words = new Map<string, UnknownWord>()
  readonly filled = new Set<number>()

  cells(plan: SheetPlan, cells: readonly string[], { words, fields }: ReadingOf): void {
    for (let at = 0; at < cells.length; at++) {
      const cell = cells[at] ?? ''
      if (cell === '' || cell.trim() === '') continue
      this.filled.add(at)
      this.#sample(at, cell)
      const field = fields.get(plan.columns[at]?.field ?? '')
      const isCoded = field?.type === 'code' || field?.type === 'codes' || field?.type === 'yesno'
      if (isCoded && field !== undefined) for (const word of unknownWords(words, field, cell)) this.#word(field.field, word)
    }
  }

  #sample(at: number, cell: string): void {
    let list = this.samples[at]
    if (list === undefined) {
      list = []
      this.samples[at] = list
    }
    if (list.length >= SAMPLES) return
    const text = oneLine(cell).slice(0, LONGEST_TEXT)
    if (!list.includes(text)) list.push(text)
  }

  #word(field: string, word: string): void {
    const key = `${field}=${word}`
    const known = this.words.get(key)
    if (known !== undefined) known.seen++
    else if (this.words.size < MOST_WORDS && word.length <= LONGEST_TEXT) this.words.set(key, { field, word, seen: 1 })
  }
}

function skippedRow({ row, cells }: GridRow, verdict: RowVerdict): SkippedRow {
  const use = verdict.use === 'data' ? 'hidden' : verdict.use
  const why = verdict.use === 'data' ? '隐藏的行，按所选不导入' : verdict.why
  const texts = cells.map(oneLine).filter((cell) => cell !== '')
  return { row, use, why, text: texts.join(' ').slice(0, LONGEST_TEXT) }
}

/** Looks through the rows of a sheet. */
export function scanSheet(plan: SheetPlan, reading: ReadingOf, leaveHidden: boolean): SheetScan {
  const { grid, layout } = plan
  const header = headerTexts(grid, layout)
  const scan = new Scan()
  const skipped: SkippedRow[] = []
  let [rows, hiddenRows, skippedTotal] = [0, 0, 0]
  for (let index = layout.dataFrom; index < grid.rows.length; index++) {
    const row = grid.rows.at(index)
    const verdict = verdictOn(reading.words, layout, header, row)
    const isHidden = verdict.use === 'data' && row.hidden
    if (isHidden) hiddenRows++
    if (verdict.use === 'data' && !(isHidden && leaveHidden)) {
      rows++
      scan.cells(plan, row.cells, reading)
      continue
    }
    skippedTotal++
    if (skipped.length < SHOWN_SKIPPED) skipped.push(skippedRow(row, verdict))
  }
  return {
    rows,
    hiddenRows,
    skipped,
    skippedTotal,
    samples: scan.samples,
    words: [...scan.words.values()],
    filledColumns: scan.filled,
  }
}
