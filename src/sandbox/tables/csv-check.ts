import { CsvFault, CsvParser, type CsvRecord } from '#kernel/csv'
import { beyond, counted, LONGEST_CELL, LONGEST_ROW, MOST_COLUMNS, MOST_CSV_ROWS, SPLIT } from './limits.ts'

/** What of a file may be held until a row is complete; a character takes three bytes at most. */
const MOST_OPEN = 3 * LONGEST_ROW

const QUOTES = '请检查这一行的逗号和双引号是否完整，改正后重新上传。'

/** Reads CSV within the limits of a table. */
export class CsvCheck {
  readonly #name: string
  readonly #parser = new CsvParser()
  #open = 0
  #last = 0

  constructor(name: string) {
    this.#name = name
  }

  /** The records completed by this piece. Throws CsvFault, `table.beyond-limit`. */
  push(piece: Uint8Array): CsvRecord[] {
    const records = this.#parser.push(piece)
    this.#open = records.length > 0 ? piece.length : this.#open + piece.length
    if (this.#open > Math.max(MOST_OPEN, piece.length)) {
      throw this.#beyond(this.#last + 1, `一行超过 ${counted(LONGEST_ROW)} 字`, QUOTES)
    }
    return this.#checked(records)
  }

  end(): CsvRecord[] {
    return this.#checked(this.#parser.end())
  }

  #beyond(row: number, what: string, remedy: string): Error {
    return beyond(`${this.#name}第 ${row} 行附近：${what}`, remedy)
  }

  #checked(records: CsvRecord[]): CsvRecord[] {
    for (const { row, fields, raw } of records) {
      this.#last = row
      if (row > MOST_CSV_ROWS) throw beyond(`${this.#name}超过 ${counted(MOST_CSV_ROWS)} 行`, SPLIT)
      if (fields.length > MOST_COLUMNS) throw this.#beyond(row, `超过 ${counted(MOST_COLUMNS)} 列`, QUOTES)
      if (raw.length <= LONGEST_CELL) continue
      if (raw.length > LONGEST_ROW) throw this.#beyond(row, `一行超过 ${counted(LONGEST_ROW)} 字`, QUOTES)
      if (fields.some((field) => field.length > LONGEST_CELL)) {
        throw this.#beyond(row, `一格超过 ${counted(LONGEST_CELL)} 字`, QUOTES)
      }
    }
    return records
  }
}

/** Looks through CSV that is handed on as it is: what cannot be read as CSV is left to whoever reads it then, who meets it at the same place. */
export class CsvPassing {
  readonly #check: CsvCheck
  #isUnreadable = false

  constructor(name: string) {
    this.#check = new CsvCheck(name)
  }

  push(piece: Uint8Array): void {
    this.#look(() => this.#check.push(piece))
  }

  end(): void {
    this.#look(() => this.#check.end())
  }

  #look(look: () => unknown): void {
    if (this.#isUnreadable) return
    try {
      look()
    } catch (error) {
      if (!(error instanceof CsvFault)) throw error
      this.#isUnreadable = true
    }
  }
}
