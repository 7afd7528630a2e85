/** A unit that answers from CSV files: they are read once per basis into a snapshot, which is kept while they do not change. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Basis, RecordName, SilenceReason, StateLetter, Statement, UnitName } from '#sources/contract'
import { createSnapshot, SnapshotReader } from './snapshot.ts'
import { type FileSource, FolderReading, filesOf } from './source-folder.ts'
import type { PreparedStore, RecordStanding, UnitStore } from './unit-store.ts'

/** Raise it when prepared files look different or rows are read by other rules: older ones are then read anew. */
const FORMAT = 3
/** Prepared files that are kept besides the newest. */
const KEPT = 1

/** Only one file is loaded at a time in a process, so that a process of many units needs the memory of one. */
let loading: Promise<unknown> = Promise.resolve()

function afterOthers<T>(work: () => Promise<T>): Promise<T> {
  const mine = loading.then(work, work)
  loading = mine.catch(() => undefined)
  return mine
}

function stampOf(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path)
    return `${path} ${size} ${mtimeMs}`
  } catch {
    return `${path} -`
  }
}

const stateLetters = { pending: 'P', timeout: 'T', source_error: 'E' } as const

/** How each record type stands, from what the statement says. */
export function standings(statement: Statement): ReadonlyMap<RecordName, RecordStanding> {
  return new Map(
    statement.records.map((each): [RecordName, RecordStanding] => {
      const incomplete: SilenceReason | null = each.cutOff ? 'cut_off' : each.stale ? 'stale' : null
      if (each.state === 'answered') return [each.record, { silent: null, incomplete }]
      const letter: StateLetter = stateLetters[each.state]
      return [each.record, { silent: { letter, reason: each.reason ?? 'not_answered' }, incomplete }]
    }),
  )
}

class PreparedFiles implements PreparedStore {
  readonly statement: Statement
  readonly #reader: SnapshotReader
  readonly #standings: ReadonlyMap<RecordName, RecordStanding>

  constructor(path: string) {
    this.#reader = new SnapshotReader(path)
    this.statement = JSON.parse(this.#reader.meta('statement') ?? '') as Statement
    this.#standings = standings(this.statement)
  }

  standing(record: RecordName): RecordStanding {
    return this.#standings.get(record) ?? { silent: { letter: 'E', reason: 'source_missing' }, incomplete: null }
  }

  listed(record: RecordName, ids: readonly string[]): ReadonlyMap<string, StateLetter> {
    return this.#reader.listed(record, ids)
  }

  byNumber(record: RecordName, ids: readonly string[]) {
    return Promise.resolve(this.#reader.byNumber(record, ids))
  }

  registerBy(column: Parameters<PreparedStore['registerBy']>[0], values: readonly string[]) {
    return Promise.resolve(this.#reader.registerBy(column, values))
  }

  all(record: RecordName) {
    return this.#reader.all(record)
  }

  close(): void {
    this.#reader.close()
  }
}

/** The store of a unit with CSV files. */
export class FileStore implements UnitStore {
  readonly #unit: UnitName
  readonly #source: FileSource
  readonly #dir: string
  readonly #open = new Map<string, Promise<PreparedFiles>>()

  constructor(unit: UnitName, source: FileSource, stateDir: string) {
    this.#unit = unit
    this.#source = source
    this.#dir = join(stateDir, 'prepared')
    mkdirSync(this.#dir, { recursive: true })
  }

  #key(basis: Basis): string {
    const stamps = filesOf(this.#source, this.#unit).map(stampOf)
    return createHash('sha256')
      .update(JSON.stringify([FORMAT, basis, this.#source, stamps]))
      .digest('hex')
      .slice(0, 24)
  }

  prepare(basis: Basis): Promise<PreparedStore> {
    const key = JSON.stringify(basis)
    const known = this.#open.get(key)
    if (known) return known
    const made = this.#prepare(basis)
    this.#open.set(key, made)
    made.catch(() => this.#open.delete(key))
    return made
  }

  /** Forgets what is prepared when the unit's files changed since; called at each `prepare` message. */
  refresh(basis: Basis): void {
    const key = JSON.stringify(basis)
    const path = join(this.#dir, `${this.#key(basis)}.db`)
    if (!existsSync(path)) this.#open.delete(key)
  }

  async #prepare(basis: Basis): Promise<PreparedFiles> {
    const path = join(this.#dir, `${this.#key(basis)}.db`)
    if (!existsSync(path)) await afterOthers(() => this.#load(basis, path))
    this.#tidy(path)
    await this.#closeOld()
    return new PreparedFiles(path)
  }

  /** A gateway answers one request after another, so what an older basis has open is not in use. */
  async #closeOld(): Promise<void> {
    for (const [key, opened] of [...this.#open].slice(0, -1 - KEPT)) {
      this.#open.delete(key)
      ;(await opened.catch(() => undefined))?.close()
    }
  }

  async #load(basis: Basis, path: string): Promise<void> {
    const unfinished = `${path}.part`
    const db = createSnapshot(unfinished)
    try {
      const statement = await new FolderReading(this.#unit, this.#source, basis, db).run()
      db.prepare('insert into meta (key, value) values (?, ?)').run('statement', JSON.stringify(statement))
    } finally {
      db.close()
    }
    renameSync(unfinished, path)
  }

  /** Old prepared files hold personal data that nobody needs any more. */
  #tidy(current: string): void {
    const others = readdirSync(this.#dir)
      .map((name) => join(this.#dir, name))
      .filter((path) => path !== current)
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
    for (const path of others.slice(KEPT)) rmSync(path, { force: true })
  }

  async close(): Promise<void> {
    for (const opened of this.#open.values()) (await opened.catch(() => undefined))?.close()
    this.#open.clear()
  }
}
