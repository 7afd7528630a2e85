/**
 * A unit that answers from tables or views of its database, read in place: nothing is copied, rows are asked for by
 * number in batches and read by the same rules as a file's.
 */
import {
  type Basis,
  type RecordName,
  type RecordStatement,
  recordTypeOf,
  type SourceIssue,
  type SqlSource,
  type StateLetter,
  type Statement,
  type UnitName,
} from '#sources/contract'
import { standings } from './file-store.ts'
import { RowReader } from './row-reader.ts'
import { recordsOf } from './source-folder.ts'
import { openDriver, type SqlDriver } from './sql-driver.ts'
import type { Found, LookupColumn, PreparedStore, RecordStanding, UnitStore } from './unit-store.ts'

const BATCH = 500

type Mapping = SqlSource['records'][string]

const register: RecordName = 'police/register'

/** The ways a number may stand in a unit's table: as it is, with a small x, with the 15 digits of its first form. */
export function writtenForms(idNumber: string): string[] {
  const forms = [idNumber]
  if (idNumber.endsWith('X')) forms.push(idNumber.toLowerCase())
  if (idNumber.slice(6, 8) === '19') forms.push(idNumber.slice(0, 6) + idNumber.slice(8, 17))
  return forms
}

/** Reads rows of one record type as of a basis. */
class TableReader {
  readonly #driver: SqlDriver
  readonly #record: RecordName
  readonly #mapping: Mapping
  readonly #reader: RowReader

  constructor(driver: SqlDriver, record: RecordName, mapping: Mapping, basis: Basis) {
    this.#driver = driver
    this.#record = record
    this.#mapping = mapping
    this.#reader = new RowReader(record, mapping.codes, basis)
  }

  #column(name: string): string {
    return this.#driver.quote(this.#mapping.columns[name] ?? name)
  }

  #select(): string {
    const { table } = recordTypeOf(this.#record)
    const columns = table.columns.map((column) => this.#driver.asText(this.#column(column.name)))
    return `select ${columns.join(', ')} from ${this.#mapping.table}`
  }

  async count(): Promise<number> {
    const rows = await this.#driver.rows(`select count(*) from ${this.#mapping.table}`, [])
    return Number(rows[0]?.[0] ?? 0)
  }

  /** Rows where a column holds one of the values; as many parameters in every query, so that it is planned once. */
  async where(column: string, values: readonly string[]): Promise<Found[]> {
    const found: Found[] = []
    for (let start = 0; start < values.length; start += BATCH) {
      const batch = values.slice(start, start + BATCH)
      const last = batch.at(-1) ?? ''
      const padded = [...batch, ...Array.from({ length: BATCH - batch.length }, () => last)]
      const places = padded.map((_, i) => this.#driver.parameter(i + 1)).join(', ')
      const rows = await this.#driver.rows(`${this.#select()} where ${this.#column(column)} in (${places})`, padded)
      for (const row of rows) for (const each of this.#reader.read(row)) found.push(each)
    }
    return found
  }

  async all(): Promise<Found[]> {
    return (await this.#driver.rows(this.#select(), [])).flatMap((row) => this.#reader.read(row))
  }
}

class PreparedTables implements PreparedStore {
  readonly statement: Statement
  readonly #readers: ReadonlyMap<RecordName, TableReader>
  readonly #standings: ReadonlyMap<RecordName, RecordStanding>

  constructor(statement: Statement, readers: ReadonlyMap<RecordName, TableReader>) {
    this.statement = statement
    this.#readers = readers
    this.#standings = standings(statement)
  }

  standing(record: RecordName): RecordStanding {
    return this.#standings.get(record) ?? { silent: { letter: 'E', reason: 'source_missing' }, incomplete: null }
  }

  listed(): ReadonlyMap<string, StateLetter> {
    return new Map()
  }

  #reader(record: RecordName): TableReader {
    const reader = this.#readers.get(record)
    if (!reader) throw new RangeError(`no table for ${record}`)
    return reader
  }

  async byNumber(record: RecordName, ids: readonly string[]): Promise<Found[]> {
    const wanted = new Set(ids)
    const forms = ids.flatMap(writtenForms)
    const found: Found[] = []
    for (const party of recordTypeOf(record).parties) found.push(...(await this.#reader(record).where(party.id, forms)))
    return found.filter((row) => wanted.has(row.id))
  }

  async registerBy(column: LookupColumn, values: readonly string[]): Promise<Found[]> {
    const forms = column === 'register_household_no' ? values : values.flatMap(writtenForms)
    const found = await this.#reader(register).where(column, forms)
    const state = recordTypeOf(register).answerColumns.indexOf('state')
    return found.filter((row) => !row.faulty && (JSON.parse(row.cells) as unknown[])[state] === 'normal')
  }

  async *all(record: RecordName): AsyncIterable<Found> {
    for (const found of await this.#reader(record).all()) if (!found.faulty) yield found
  }
}

/** The store of a unit with a database. */
export class SqlStore implements UnitStore {
  readonly #unit: UnitName
  readonly #source: SqlSource
  readonly #driver: SqlDriver
  readonly #prepared = new Map<string, Promise<PreparedStore>>()

  constructor(unit: UnitName, source: SqlSource) {
    this.#unit = unit
    this.#source = source
    this.#driver = openDriver(source)
  }

  refresh(basis: Basis): void {
    this.#prepared.delete(JSON.stringify(basis))
  }

  prepare(basis: Basis): Promise<PreparedStore> {
    const key = JSON.stringify(basis)
    const known = this.#prepared.get(key)
    if (known) return known
    const made = this.#prepare(basis)
    this.#prepared.set(key, made)
    made.catch(() => this.#prepared.delete(key))
    return made
  }

  async #prepare(basis: Basis): Promise<PreparedStore> {
    const readers = new Map<RecordName, TableReader>()
    const records: RecordStatement[] = []
    const issues: SourceIssue[] = []
    for (const record of recordsOf(this.#unit)) {
      const { short, file } = recordTypeOf(record)
      const mapping = this.#source.records[short]
      const empty = { record, answeredOn: null, asOfDate: null, periodFrom: null, periodTo: null, announced: null }
      if (!mapping) {
        issues.push({ file, row: 0, column: '', code: 'SOURCE_MISSING', severity: 'warn' })
        records.push({ ...empty, state: 'source_error', reason: 'source_missing', rows: 0, cutOff: false, stale: false })
        continue
      }
      const reader = new TableReader(this.#driver, record, mapping, basis)
      readers.set(record, reader)
      records.push({ ...empty, state: 'answered', reason: null, rows: await reader.count(), cutOff: false, stale: false })
    }
    return new PreparedTables({ records, files: [], issues, quarantine: [] }, readers)
  }

  close(): Promise<void> {
    return this.#driver.close()
  }
}
