/**
 * One SQLite file held by one process: write-ahead log, every commit on disk before it returns. What a transaction did is
 * whole or not at all, also when the disk is full in the middle of it.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

/** A row as SQLite gives it. */
export type Row = Record<string, unknown>

/** Milliseconds to wait for a process that is just ending. */
const LOCK_WAIT_MS = 5000

/** Primary result codes; the extended ones have more above the lowest byte. */
const codes = { busy: 5, ioError: 10, full: 13 } as const
const PRIMARY = 0xff

/** Another process has the ledger: two gateways of one unit would answer twice. */
export class LedgerBusy extends Error {
  constructor(stateDir: string) {
    super(`状态目录 ${stateDir} 正被另一个进程使用，请先停止它`)
    this.name = 'LedgerBusy'
  }
}

/** Nothing was written: the disk has no room. What was to be done is undone and can be tried again. */
export class DiskFull extends Error {
  constructor(cause: unknown) {
    super('磁盘空间不足，未写入任何内容；请清理磁盘，程序会自动重试', { cause })
    this.name = 'DiskFull'
  }
}

function codeOf(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & PRIMARY : 0
}

/** The open file. */
export class LedgerFile {
  readonly #db: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()
  #afterCommit: (() => void)[] = []

  /** @param schema statements that make what is not there yet */
  constructor(stateDir: string, name: string, schema: string, lockWaitMs: number = LOCK_WAIT_MS) {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    this.#db = new DatabaseSync(join(stateDir, name), { timeout: lockWaitMs })
    try {
      this.#db.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full;')
      this.#db.exec(schema)
    } catch (error) {
      this.#db.close()
      throw codeOf(error) === codes.busy ? new LedgerBusy(stateDir) : error
    }
  }

  #statement(text: string): StatementSync {
    const known = this.#prepared.get(text)
    if (known) return known
    const made = this.#db.prepare(text)
    this.#prepared.set(text, made)
    return made
  }

  /** Runs a statement; gives how many rows it changed. */
  run(text: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(text).run(...values).changes)
  }

  row(text: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(text).get(...values)
  }

  rows(text: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(text).all(...values)
  }

  /** Rows one by one, for walks through more than fits into memory. */
  each(text: string, ...values: SQLInputValue[]): Iterable<Row> {
    return this.#db.prepare(text).iterate(...values)
  }

  /** Something to do once the running transaction is on disk; dropped when it is undone. */
  afterCommit(work: () => void): void {
    this.#afterCommit.push(work)
  }

  /** Runs work in one transaction on disk; inside another it is part of that. Throws DiskFull when there is no room. */
  transaction<T>(work: () => T): T {
    if (this.#db.isTransaction) return work()
    this.#afterCommit = []
    let result: T
    try {
      this.#db.exec('begin immediate')
      result = work()
      this.#db.exec('commit')
    } catch (error) {
      // SQLite may have undone it already when the disk was full
      if (this.#db.isTransaction) this.#db.exec('rollback')
      const code = codeOf(error)
      throw code === codes.full || code === codes.ioError ? new DiskFull(error) : error
    }
    for (const done of this.#afterCommit) done()
    return result
  }

  /** A write that may be lost in a power cut (not in a kill), because its loss does no harm. */
  lightly<T>(work: () => T): T {
    this.#db.exec('pragma synchronous = normal')
    try {
      return this.transaction(work)
    } finally {
      this.#db.exec('pragma synchronous = full')
    }
  }

  /** Lets the file grow to so many pages (at least what it has) and no further. */
  limitPages(pages: number): void {
    this.#db.exec(`pragma max_page_count = ${Math.trunc(pages)}`)
  }

  close(): void {
    this.#prepared.clear()
    this.#db.close()
  }
}

/** A column that is text. */
export function text(row: Row, column: string): string {
  return String(row[column] ?? '')
}

/** A column that is a whole number. */
export function whole(row: Row, column: string): number {
  return Number(row[column] ?? 0)
}

/** A column that is bytes; undefined when it is empty. */
export function bytes(row: Row, column: string): Buffer | undefined {
  const value = row[column]
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : undefined
}
