/**
 * The prepared rows of a unit in a SQLite file of their own: written once in bulk, then only read. A row keeps its
 * answer cells as JSON text, so answering is a look-up and a copy.
 */
import { rmSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { foldName, type NameVariants } from '#kernel/person-name'
import { columnPosition, type Value } from '#kernel/table'
import { type RecordName, recordTypeOf, type StateLetter } from '#sources/contract'
import { hashNumbers, Presence } from './presence.ts'
import type { Found, LookupColumn } from './unit-store.ts'

const register: RecordName = 'police/register'
const lookupColumns: readonly LookupColumn[] = ['register_household_no', 'father_id', 'mother_id']

/** Table of a record type: record names have letters and one slash only. */
const tableOf = (record: RecordName): string => `rows_${record.replace('/', '_')}`

/** Few columns and rows as arrays: this is where a gateway spends its time. */
const found = (record: RecordName): string => `r.id, r.name, r.cells${record === register ? ', r.former' : ''}`

/** Where a party stands in a row. */
interface PartyAt {
  id: number
  name: number
}

/** Writes the accepted rows of one record type. */
export class RowWriter {
  readonly #db: DatabaseSync
  readonly #record: RecordName
  readonly #insert: StatementSync
  readonly #variants: NameVariants
  readonly #parties: readonly PartyAt[]
  readonly #former: number
  readonly #cells: readonly number[]
  readonly #extra: readonly number[]

  constructor(db: DatabaseSync, record: RecordName, variants: NameVariants) {
    const { table, parties, answerColumns } = recordTypeOf(record)
    const at = (name: string): number => columnPosition(table, name)
    this.#db = db
    this.#record = record
    this.#variants = variants
    this.#parties = parties.map((party) => ({ id: at(party.id), name: at(party.name) }))
    this.#former = record === register ? at('former_name') : -1
    this.#cells = answerColumns.map(at)
    this.#extra = record === register ? ['state', ...lookupColumns].map(at) : []
    const extra = record === register ? `, state text, ${lookupColumns.join(' text, ')} text` : ''
    db.exec(`create table ${tableOf(record)} (id text, name text, cells text, former text${extra});`)
    const places = Array.from({ length: 4 + this.#extra.length }, () => '?').join(', ')
    this.#insert = db.prepare(`insert into ${tableOf(record)} values (${places})`)
    db.exec('begin')
  }

  /** Takes an accepted row: values in the order of the table's columns. */
  add(values: readonly Value[]): void {
    const cells = JSON.stringify(this.#cells.map((at) => values[at] ?? null))
    const former = this.#former < 0 ? null : values[this.#former]
    const extra = this.#extra.map((at) => text(values[at]))
    for (const party of this.#parties) {
      const folded = former === null || former === undefined ? '' : this.#fold(String(former))
      this.#insert.run(text(values[party.id]), this.#fold(String(values[party.name])), cells, folded, ...extra)
    }
  }

  #fold(name: string): string {
    return foldName(name, this.#variants)
  }

  /** Ends the load: indexes for the look-ups. */
  finish(): void {
    this.#db.exec('commit')
    const table = tableOf(this.#record)
    this.#notePresence(table)
    this.#db.exec(`create index ${table}_id on ${table} (id)`)
    if (this.#extra.length === 0) return
    for (const column of lookupColumns) {
      this.#db.exec(`create index ${table}_${column} on ${table} (${column}) where state = 'normal' and ${column} is not null`)
    }
  }

  #notePresence(table: string): void {
    const count = Number(this.#db.prepare(`select count(*) as rows from ${table}`).get()?.rows)
    const presence = Presence.sized(count)
    for (const { id } of this.#db.prepare(`select id from ${table} where id is not null`).iterate()) presence.add(String(id))
    this.#db.prepare('insert into presence (record, bits) values (?, ?)').run(this.#record, presence.bytes())
  }

  /** Drops what was handed over: the file turned out unreadable. */
  abandon(): void {
    this.#db.exec('commit')
    this.#db.exec(`drop table ${tableOf(this.#record)}`)
  }
}

function text(value: Value | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}

/** Opens a new file for a bulk load: nothing of it survives a crash but a file that is thrown away. */
export function createSnapshot(path: string): DatabaseSync {
  rmSync(path, { force: true })
  const db = new DatabaseSync(path)
  db.exec('pragma journal_mode = off; pragma synchronous = off; pragma locking_mode = exclusive; pragma cache_size = -65536;')
  db.exec('create table listed (record text, id text, letter text, primary key (record, id)) without rowid')
  db.exec('create table meta (key text primary key, value text) without rowid')
  db.exec('create table presence (record text primary key, bits blob not null)')
  return db
}

const isText = (value: unknown): value is string => typeof value === 'string'

function foundOf(row: unknown): Found {
  if (!Array.isArray(row)) throw new TypeError('snapshot row')
  return { id: row[0], name: row[1], cells: row[2], former: row[3] ?? '' }
}

/** Reads a prepared file. */
export class SnapshotReader {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #listed: ReadonlyMap<string, ReadonlyMap<string, StateLetter>> | undefined
  readonly #presences = new Map<string, Presence>()
  #lastIds: readonly string[] = []
  #lastHashes = hashNumbers([])

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { readOnly: true })
    this.#db.exec('pragma mmap_size = 1073741824; pragma cache_size = -16384;')
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return known
    const made = this.#db.prepare(sql)
    made.setReturnArrays(true)
    this.#statements.set(sql, made)
    return made
  }

  /** A stored text; undefined when there is none. */
  meta(key: string): string | undefined {
    const value = this.#db.prepare('select value from meta where key = ?').get(key)?.value
    return isText(value) ? value : undefined
  }

  /** Few: read once. By record name without the unit, or `*`. */
  #readListed(): ReadonlyMap<string, ReadonlyMap<string, StateLetter>> {
    const byRecord = new Map<string, Map<string, StateLetter>>()
    for (const row of this.#db.prepare('select record, id, letter from listed').iterate()) {
      const record = String(row.record)
      const persons = byRecord.get(record) ?? new Map<string, StateLetter>()
      byRecord.set(record, persons.set(String(row.id), String(row.letter) as StateLetter))
    }
    return byRecord
  }

  listed(record: RecordName, ids: readonly string[]): ReadonlyMap<string, StateLetter> {
    this.#listed ??= this.#readListed()
    const found = new Map<string, StateLetter>()
    const own = this.#listed.get(recordTypeOf(record).short)
    const all = this.#listed.get('*')
    if (!own && !all) return found
    for (const id of ids) {
      const letter = own?.get(id) ?? all?.get(id)
      if (letter) found.set(id, letter)
    }
    return found
  }

  byNumber(record: RecordName, ids: readonly string[]): Found[] {
    const possible = this.#possible(record, ids)
    if (possible.length === 0) return []
    const rows = this.#statement(
      `select ${found(record)} from json_each(?) j cross join ${tableOf(record)} r on r.id = j.value`,
    ).all(JSON.stringify(possible))
    return rows.map(foundOf)
  }

  /** The numbers a record type may hold. The record types of a request are mostly asked about the same list. */
  #possible(record: RecordName, ids: readonly string[]): readonly string[] {
    if (this.#lastIds !== ids) {
      this.#lastHashes = hashNumbers(ids)
      this.#lastIds = ids
    }
    const presence = this.#presenceOf(record)
    const hashes = this.#lastHashes
    return ids.filter((_, i) => presence.mayHold(hashes, i))
  }

  #presenceOf(record: RecordName): Presence {
    const known = this.#presences.get(record)
    if (known) return known
    const bits = this.#db.prepare('select bits from presence where record = ?').get(record)?.bits
    if (!(bits instanceof Uint8Array)) throw new TypeError(`snapshot: no presence of ${record}`)
    const made = Presence.from(bits)
    this.#presences.set(record, made)
    return made
  }

  registerBy(column: LookupColumn, values: readonly string[]): Found[] {
    const rows = this.#statement(
      `select ${found(register)} from json_each(?) j cross join ${tableOf(register)} r on r.${column} = j.value and r.state = 'normal'`,
    ).all(JSON.stringify(values))
    return rows.map(foundOf)
  }

  *all(record: RecordName): Iterable<Found> {
    for (const row of this.#statement(`select ${found(record)} from ${tableOf(record)} r`).iterate()) yield foundOf(row)
  }

  close(): void {
    this.#db.close()
  }
}
