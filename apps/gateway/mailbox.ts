/**
 * The gateway's durable state in one SQLite file: what it received, what it answers, what it logged. Every step is one
 * transaction on disk, so a process killed at any moment goes on where it was.
 */
import { hash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { canonicalJson, type Header, type Json, messageHash, type Sealed } from '#exchange/wire'
import { LogSeal, newLogKey } from './log-seal.ts'

/** A received message. */
export interface InboxMessage {
  header: Header
  body: Buffer
}

/** What a log entry says. */
export interface LogEntry {
  at: string
  event: string
  /** id of the message concerned */
  message: string
  from: string
  purpose: string
  legalBasis: string
  operator: string
  /** record types or look-up asked */
  subject: string
  /** one line per person: number, states, rows, authorisations; stands sealed in the log */
  persons: string
  note: string
}

/** Where a channel stands. */
export interface ChannelState {
  seq: number
  head: string
}

/** What storing a received message meant. */
export type Stored = 'new' | 'repeated' | 'other_content'

const SCHEMA = `
pragma locking_mode = exclusive;
pragma journal_mode = wal;
pragma synchronous = full;
create table if not exists meta (key text primary key, value text not null) without rowid;
create table if not exists inbox (
  seq integer primary key, id text not null unique, hash text not null, type text not null, idem text not null,
  header text not null, body blob, state text not null, attempts integer not null default 0, note text not null default ''
);
create index if not exists inbox_open on inbox (seq) where state = 'open';
create table if not exists outbox (
  seq integer primary key, id text not null unique, corr text unique, hash text not null,
  header text not null, body blob not null, receipted integer not null default 0
);
create index if not exists outbox_open on outbox (seq) where receipted = 0;
create table if not exists revoked (no text primary key, withdrawn_on text not null) without rowid;
create table if not exists log (seq integer primary key, entry text not null, prev text not null, hash text not null);
create trigger if not exists log_fixed before update on log begin select raise(abort, 'the log is append-only'); end;
create trigger if not exists log_kept before delete on log begin select raise(abort, 'the log is append-only'); end;
`

/** Milliseconds to wait for a gateway that is just ending. */
const LOCK_WAIT_MS = 5000
const SQLITE_BUSY = 5

/** Another process has the mailbox: two gateways of one unit would answer twice. */
export class MailboxBusy extends Error {
  constructor(stateDir: string) {
    super(`状态目录 ${stateDir} 正被另一个前置机进程使用，请先停止它`)
    this.name = 'MailboxBusy'
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}

/** The mailbox of one gateway, held by one process alone. */
export class Mailbox {
  readonly #db: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()
  readonly #seal: LogSeal

  constructor(stateDir: string, lockWaitMs: number = LOCK_WAIT_MS) {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    this.#db = new DatabaseSync(join(stateDir, 'mailbox.db'), { timeout: lockWaitMs })
    try {
      this.#db.exec(SCHEMA)
    } catch (error) {
      this.#db.close()
      throw isBusy(error) ? new MailboxBusy(stateDir) : error
    }
    this.#sql(`insert or ignore into meta (key, value) values ('log_key', ?)`).run(newLogKey())
    this.#seal = new LogSeal(String(this.#sql(`select value from meta where key = 'log_key'`).get()?.value))
  }

  #sql(text: string): StatementSync {
    const known = this.#prepared.get(text)
    if (known) return known
    const made = this.#db.prepare(text)
    this.#prepared.set(text, made)
    return made
  }

  /** Runs work in one transaction on disk. */
  transaction<T>(work: () => T): T {
    this.#db.exec('begin immediate')
    try {
      const result = work()
      this.#db.exec('commit')
      return result
    } catch (error) {
      this.#db.exec('rollback')
      throw error
    }
  }

  /** Where the channel from the centre stands: the last message stored. */
  received(): ChannelState {
    const row = this.#sql('select seq, hash from inbox order by seq desc limit 1').get()
    return row ? { seq: Number(row.seq), head: String(row.hash) } : { seq: 0, head: '' }
  }

  /** Where the channel to the centre stands. */
  sent(): ChannelState {
    const row = this.#sql('select seq, hash from outbox order by seq desc limit 1').get()
    return row ? { seq: Number(row.seq), head: String(row.hash) } : { seq: 0, head: '' }
  }

  /** Stores a received message; inside a transaction. A repeat makes its answer go out again. */
  store(header: Header, body: Uint8Array): Stored {
    const known = this.#sql('select hash from inbox where id = ? or seq = ?').get(header.id, header.seq)
    const digest = messageHash(header)
    if (known) {
      if (String(known.hash) !== digest) return 'other_content'
      this.#sql('update outbox set receipted = 0 where corr = ?').run(header.id)
      return 'repeated'
    }
    const state = header.type === 'request' ? 'open' : 'done'
    this.#sql('insert into inbox (seq, id, hash, type, idem, header, body, state) values (?, ?, ?, ?, ?, ?, ?, ?)').run(
      header.seq,
      header.id,
      digest,
      header.type,
      header.idem,
      JSON.stringify(header),
      body,
      state,
    )
    return 'new'
  }

  /** The first requests that are not answered, in order. */
  nextOpen(limit: number): (InboxMessage & { attempts: number })[] {
    const rows = this.#sql(`select header, body, attempts from inbox where state = 'open' order by seq limit ?`).all(limit)
    return rows.flatMap(({ header, body, attempts }) =>
      body instanceof Uint8Array
        ? [{ header: JSON.parse(String(header)), body: Buffer.from(body), attempts: Number(attempts) }]
        : [],
    )
  }

  /** Counts a failed attempt at a request. */
  noteFailure(id: string, note: string): void {
    this.#sql('update inbox set attempts = attempts + 1, note = ? where id = ?').run(note, id)
  }

  /** Ends a request: its body, which names persons, is dropped; its header stays as proof. */
  settle(id: string, state: 'answered' | 'refused'): void {
    this.#sql('update inbox set state = ?, body = null where id = ?').run(state, id)
  }

  /** Marks a request as cancelled when it is still open; it is refused in its turn. */
  cancel(id: string, reason: string): void {
    this.#sql(`update inbox set note = ? where id = ? and state = 'open'`).run(`cancelled: ${reason}`, id)
  }

  /** Whether an open request was cancelled. */
  isCancelled(id: string): boolean {
    return String(this.#sql('select note from inbox where id = ?').get(id)?.note ?? '').startsWith('cancelled: ')
  }

  /** Puts a sealed message into the outbox. */
  post(message: Sealed): void {
    const { header } = message
    this.#sql('insert into outbox (seq, id, corr, hash, header, body) values (?, ?, ?, ?, ?, ?)').run(
      header.seq,
      header.id,
      header.corr,
      message.hash,
      JSON.stringify(header),
      message.body,
    )
  }

  /** The first message without a receipt, as it was sealed. */
  nextUnsent(): InboxMessage | undefined {
    const row = this.#sql('select header, body from outbox where receipted = 0 order by seq limit 1').get()
    if (!row || !(row.body instanceof Uint8Array)) return undefined
    return { header: JSON.parse(String(row.header)), body: Buffer.from(row.body) }
  }

  /** Notes the centre's receipt of a message. It need not outlive a power cut: the message would only be sent once more. */
  receipt(id: string): void {
    this.#db.exec('pragma synchronous = normal')
    this.#sql('update outbox set receipted = 1 where id = ?').run(id)
    this.#db.exec('pragma synchronous = full')
  }

  /** Everything up to a number was received by the centre, everything after it goes out again. */
  resendAfter(seq: number): void {
    this.#sql('update outbox set receipted = 1 where seq <= ? and receipted = 0').run(seq)
    this.#sql('update outbox set receipted = 0 where seq > ? and receipted = 1').run(seq)
  }

  /** Remembers a withdrawn authorisation. */
  revoke(no: string, withdrawnOn: string): void {
    this.#sql('insert or replace into revoked (no, withdrawn_on) values (?, ?)').run(no, withdrawnOn)
  }

  /** Numbers of the withdrawn authorisations. */
  revoked(): ReadonlySet<string> {
    return new Set(
      this.#sql('select no from revoked')
        .all()
        .map((row) => String(row.no)),
    )
  }

  /** How many requests wait. */
  openCount(): number {
    return Number(this.#sql(`select count(*) as open from inbox where state = 'open'`).get()?.open ?? 0)
  }

  /** How many requests wait, how many messages came in at all. */
  counts(): { open: number; received: number } {
    const row = this.#sql(`select count(*) as received, count(*) filter (where state = 'open') as open from inbox`).get()
    return { open: Number(row?.open ?? 0), received: Number(row?.received ?? 0) }
  }

  /** Appends to the hash-chained log. */
  log(entry: LogEntry): void {
    const last = this.#sql('select seq, hash from log order by seq desc limit 1').get()
    const prev = String(last?.hash ?? '')
    const text = canonicalJson({ ...entry, persons: this.#seal.seal(entry.persons) } satisfies Json)
    const digest = hash('sha256', `${prev}\n${text}`, 'hex')
    this.#sql('insert into log (seq, entry, prev, hash) values (?, ?, ?, ?)').run(Number(last?.seq ?? 0) + 1, text, prev, digest)
  }

  /** Log entries in order, opened, with whether the chain of hashes holds. */
  readLog(): { entries: LogEntry[]; intact: boolean } {
    let prev = ''
    let intact = true
    const entries: LogEntry[] = []
    for (const row of this.#sql('select entry, prev, hash from log order by seq').all()) {
      intact &&= row.prev === prev && row.hash === hash('sha256', `${prev}\n${String(row.entry)}`, 'hex')
      prev = String(row.hash)
      const entry = JSON.parse(String(row.entry)) as LogEntry
      entries.push({ ...entry, persons: this.#seal.open(entry.persons) })
    }
    return { entries, intact }
  }

  close(): void {
    this.#prepared.clear()
    this.#db.close()
  }
}
