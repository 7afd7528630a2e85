/**
 * The append-only log: each entry's hash rests on the one before, `hash = H(prev + "\n" + H(entry))`, so the chain can be
 * checked from the hashes of the entries alone, without showing what they say.
 */
import { canonicalJson, chainHash, digestHex, type Json } from '#wire'
import type { SuiteName } from '#wire/contract'
import type { LogSeal } from '../log-seal.ts'
import { type LedgerFile, type Row, text, whole } from './ledger-file.ts'
import type { LogEntry, LoggedEntry } from './log-entry.ts'

/** Whether the chain holds: how many entries, their last hash, and the first place where it breaks. */
export interface ChainState {
  entries: number
  head: string
  brokenAt: number | null
}

/** An entry as it stands in the chain. */
export interface ChainRow {
  n: number
  /** canonical JSON, as it was hashed; what it says of persons is sealed */
  entry: string
  entryHash: string
  prev: string
  hash: string
}

/** The log of one ledger. */
export class ChainLog {
  readonly #file: LedgerFile
  readonly #seal: LogSeal
  /** whose digest makes the hashes */
  readonly suite: SuiteName

  constructor(file: LedgerFile, seal: LogSeal, suite: SuiteName) {
    this.#file = file
    this.#seal = seal
    this.suite = suite
  }

  /** Appends an entry; gives its hash. */
  append(entry: LogEntry): string {
    const last = this.#file.row('select seq, hash from log order by seq desc limit 1')
    const prev = last ? text(last, 'hash') : ''
    const content = canonicalJson({ ...entry, persons: this.#seal.seal(entry.persons) } satisfies Json)
    const entryHash = digestHex(this.suite, content)
    const hash = chainHash(this.suite, prev, entryHash)
    this.#file.run(
      'insert into log (seq, entry, entry_hash, prev, hash) values (?, ?, ?, ?, ?)',
      (last ? whole(last, 'seq') : 0) + 1,
      content,
      entryHash,
      prev,
      hash,
    )
    return hash
  }

  #opened(row: Row): LoggedEntry {
    const entry = JSON.parse(text(row, 'entry')) as LogEntry
    return { ...entry, persons: this.#seal.open(entry.persons), n: whole(row, 'seq') }
  }

  /** A page of entries after a place, oldest first, opened, and whether the chain holds through it. */
  read(after = 0, limit = 1000): { entries: LoggedEntry[]; intact: boolean } {
    const rows = this.#file.rows('select * from log where seq > ? order by seq limit ?', after, limit)
    const before = this.#file.row('select hash from log where seq = ?', after)
    let prev = before ? text(before, 'hash') : ''
    let intact = true
    for (const row of rows) {
      intact &&= this.#holds(row, prev)
      prev = text(row, 'hash')
    }
    return { entries: rows.map((row) => this.#opened(row)), intact }
  }

  #holds(row: Row, prev: string): boolean {
    const entryHash = digestHex(this.suite, text(row, 'entry'))
    const isSame = row.prev === prev && row.entry_hash === entryHash
    return isSame && row.hash === chainHash(this.suite, prev, entryHash)
  }

  /** Entries after a place as they stand in the chain, persons sealed. */
  rows(after: number, limit: number): ChainRow[] {
    const sql = 'select seq, entry, entry_hash, prev, hash from log where seq > ? order by seq limit ?'
    return this.#file.rows(sql, after, limit).map((row) => ({
      n: whole(row, 'seq'),
      entry: text(row, 'entry'),
      entryHash: text(row, 'entry_hash'),
      prev: text(row, 'prev'),
      hash: text(row, 'hash'),
    }))
  }

  /** Walks through the whole log. */
  check(): ChainState {
    let entries = 0
    let head = ''
    for (const row of this.#file.each('select seq, entry, entry_hash, prev, hash from log order by seq')) {
      entries += 1
      if (whole(row, 'seq') !== entries || !this.#holds(row, head)) return { entries, head, brokenAt: whole(row, 'seq') }
      head = text(row, 'hash')
    }
    return { entries, head, brokenAt: null }
  }

  /** Last place and hash. */
  head(): { n: number; hash: string } {
    const row = this.#file.row('select seq, hash from log order by seq desc limit 1')
    return row ? { n: whole(row, 'seq'), hash: text(row, 'hash') } : { n: 0, hash: '' }
  }
}
