import { closeSync, openSync, writeSync } from 'node:fs'

/** A row of a table: column name → text. */
export type Cells = Record<string, string>

/** How a file is written on the outside: all of these are the same table to a reader that follows the format. */
export interface FileStyle {
  readonly bom?: boolean
  readonly crlf?: boolean
  /** Columns in the order of the file; unknown names are columns nobody asked for. */
  readonly columns?: readonly string[]
  /** Put an empty line after about every so many rows. */
  readonly blankEvery?: number
  /** Column names with blanks and hidden characters around them. */
  readonly untidyHeader?: boolean
}

const needsQuotes = /[",\r\n]/
const quote = (field: string): string => (needsQuotes.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
const flushAt = 1 << 18

/** One CSV file, written in big pieces. Counts records as a spreadsheet does: the header is row 1, empty lines count. */
export class CsvFile {
  readonly columns: readonly string[]
  /** Data rows written so far, empty lines not counted. */
  rows = 0
  private readonly fd: number
  private readonly end: string
  private readonly blankEvery: number
  /** For each column of the file its place in the table's own order, −1 for a column nobody asked for. */
  private readonly order: readonly number[] | null
  /** Columns whose name has come before: only the first one counts. */
  private readonly again: readonly boolean[]
  private buffer: string
  private record = 1

  constructor(path: string, tableColumns: readonly string[], style: FileStyle = {}) {
    this.fd = openSync(path, 'w')
    this.columns = style.columns ?? tableColumns
    this.again = this.columns.map((name, at) => this.columns.indexOf(name) !== at)
    this.end = style.crlf ? '\r\n' : '\n'
    this.blankEvery = style.blankEvery ?? 0
    this.order = style.columns ? style.columns.map((name) => tableColumns.indexOf(name)) : null
    const header = style.untidyHeader ? this.columns.map((name) => ` ${name}\u200B`) : this.columns
    this.buffer = `${style.bom ? '\uFEFF' : ''}${header.join(',')}${this.end}`
  }

  /** Writes the cells of a row by column name and returns the row's number. `drop` leaves out the last fields, `add` appends some. */
  put(cells: Readonly<Record<string, string>>, shape: 'whole' | 'short' | 'long' = 'whole'): number {
    const fields = this.columns.map((name, at) => (this.again[at] ? '重复列' : quote(cells[name] ?? '')))
    if (shape === 'short') fields.pop()
    if (shape === 'long') fields.push('')
    return this.write(fields.join(','))
  }

  /** Writes a line whose fields stand in the table's own order and need no quotes. */
  fast(line: string): number {
    if (this.order === null) return this.write(line)
    const fields = line.split(',')
    return this.write(this.order.map((at, place) => (at < 0 || this.again[place] ? '' : (fields[at] ?? ''))).join(','))
  }

  private write(line: string): number {
    this.rows += 1
    this.record += 1
    const row = this.record
    this.buffer += line + this.end
    if (this.blankEvery > 0 && this.rows % this.blankEvery === 0) {
      this.buffer += this.end
      this.record += 1
    }
    if (this.buffer.length >= flushAt) this.flush()
    return row
  }

  private flush(): void {
    writeSync(this.fd, this.buffer)
    this.buffer = ''
  }

  close(): void {
    this.flush()
    closeSync(this.fd)
  }
}
