import type { Rng } from '../random.ts'
import type { Sheet } from './book.ts'
import type { KeySpare } from './key.ts'
import type { ColumnSpec, Habit } from './shapes.ts'
import type { Family, FamilyMaker, Member } from './truth.ts'
import type { CsvEncoding } from './write-csv.ts'

/** Marks of a sheet that say nothing about a row. */
export interface Frame {
  /** Line over the columns; '' for none. */
  title: string
  unitLine: boolean
  notes: boolean
  totals: boolean
  subtotals: boolean
  blankRows: boolean
  repeatedHeader: boolean
  lineBreaks: boolean
  filter: boolean
  comments: boolean
  /** Field whose column is hidden. */
  hiddenField: string | null
  /** A first sheet that only tells what the workbook is. */
  cover: boolean
}

/** A ledger while it is made. */
export interface Draft {
  readonly rng: Rng
  readonly layout: string
  readonly shape: string
  readonly withNo: boolean
  readonly habit: Habit
  readonly maker: FamilyMaker
  readonly families: Family[]
  readonly frame: Frame
  readonly dirt: string[]
  readonly columns: ColumnSpec[]
  /** Members of more than one household in the file are among the members' rows, the head too. */
  readonly headListed: boolean
  /** Payments of families that the register knows already. */
  readonly onlyPayments: boolean
  readonly encoding: CsvEncoding | null
  /** Members whose row stands twice. */
  readonly doubled: Set<Member>
  /** Families of a list of payments that the register does not know. */
  readonly strangers: Set<Family>
  readonly places: Record<string, string>
  hiddenRows: boolean | null
  readonly sheets: Sheet[]
  readonly spares: KeySpare[]
  readonly headers: { sheet: string; path: readonly string[]; field: string }[]
}
