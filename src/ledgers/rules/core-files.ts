/** Core rows as CSV files, with where each came from and what was seen while it was made. */
import { formatCsvRow } from '#kernel/csv'
import type { FieldIssue } from '#kernel/import-issue'
import type { CoreRow } from './core-rows.ts'
import type { LedgerTable, LedgerTableName } from './fields.ts'

/** A core file in pieces, as it is read: in bytes, which take half of what Chinese text in memory takes. */
export interface CoreFile {
  readonly pieces: Uint8Array[]
  /** Position of the sheet and number of the row of each row, from the first one behind the header. */
  readonly places: number[]
  readonly issues: Map<number, readonly FieldIssue[]>
}

const encoder = new TextEncoder()

/** Characters of a piece. */
const PIECE = 256 * 1024

/** Gathers the rows of a file. */
export class CoreFileWriter {
  readonly #columns: readonly string[]
  readonly file: CoreFile = { pieces: [], places: [], issues: new Map() }
  #text: string
  #rows = 1

  constructor(table: LedgerTable) {
    this.#columns = table.columns.map(({ name }) => name)
    this.#text = `${formatCsvRow(this.#columns)}\n`
  }

  add({ given, at, issues }: CoreRow): void {
    this.#rows++
    this.#text += `${formatCsvRow(this.#columns.map((name) => given[name] ?? ''))}\n`
    this.file.places.push(at.sheet, at.row)
    if (issues.length > 0) this.file.issues.set(this.#rows, issues)
    if (this.#text.length >= PIECE) this.#keep()
  }

  #keep(): void {
    if (this.#text !== '') this.file.pieces.push(encoder.encode(this.#text))
    this.#text = ''
  }

  get rows(): number {
    return this.#rows - 1
  }

  end(): CoreFile {
    this.#keep()
    return this.file
  }
}

/** Writes rows into files by table; only those that have rows. */
export function coreFiles(rows: Iterable<CoreRow>, tables: readonly LedgerTable[]): Map<LedgerTableName, CoreFile> {
  const writers = new Map(tables.map((table) => [table.name, new CoreFileWriter(table)]))
  for (const row of rows) writers.get(row.table)?.add(row)
  return new Map(
    [...writers].filter(([, writer]) => writer.rows > 0).map(([name, writer]) => [name as LedgerTableName, writer.end()]),
  )
}
