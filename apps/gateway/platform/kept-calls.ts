/**
 * What went out to a platform and what came back, byte for byte. A platform signs neither body nor nonce, so these bytes
 * are the only proof there is: they stand sealed and for a limited time, their hashes stay.
 */
import { hash, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { RecordName } from '#sources/contract'
import { LogSeal, newLogKey } from '../log-seal.ts'

/** One call as it went. */
export interface CallMade {
  at: string
  /** HTTP status; 0 when no whole answer came */
  status: number
  outcome: string
  /** numbers of the persons asked about */
  persons: readonly string[]
  sent: Buffer
  received: Buffer
}

const SCHEMA = `
pragma journal_mode = wal;
pragma synchronous = full;
pragma secure_delete = on;
create table if not exists meta (key text primary key, value text not null) without rowid;
create table if not exists call (
  no integer primary key, batch text not null, record text not null, at text not null, status integer not null,
  outcome text not null, sent_hash text not null, received_hash text not null, sealed text
);
create index if not exists call_batch on call (batch, no);
create index if not exists call_age on call (at) where sealed is not null;
`

/** Another process or store of the same gateway may be writing. */
const LOCK_WAIT_MS = 5000

/** The line of a call in the root of its batch. */
const lineOf = (call: { status: unknown; outcome: unknown; sent_hash: unknown; received_hash: unknown }): string =>
  `${call.sent_hash} ${call.received_hash} ${call.status} ${call.outcome}\n`

/** The calls of one gateway to its platform. */
export class KeptCalls {
  readonly #db: DatabaseSync
  readonly #seal: LogSeal

  constructor(stateDir: string) {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    this.#db = new DatabaseSync(join(stateDir, 'platform-calls.db'), { timeout: LOCK_WAIT_MS })
    this.#db.exec(SCHEMA)
    this.#db.prepare(`insert or ignore into meta (key, value) values ('key', ?)`).run(newLogKey())
    this.#seal = new LogSeal(String(this.#db.prepare(`select value from meta where key = 'key'`).get()?.value))
  }

  /** A new batch: the calls that one question leads to. */
  begin(): string {
    return randomUUID()
  }

  /** Keeps a call before anything is concluded from it. */
  keep(batch: string, record: RecordName, call: CallMade): void {
    const { at, status, outcome, persons, sent, received } = call
    const bytes = JSON.stringify({ persons, sent: sent.toString('base64'), received: received.toString('base64') })
    this.#db
      .prepare(
        'insert into call (batch, record, at, status, outcome, sent_hash, received_hash, sealed) values (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(batch, record, at, status, outcome, hash('sha256', sent), hash('sha256', received), this.#seal.seal(bytes))
  }

  /** How many calls a batch made, and the hash over all of them in order. */
  sum(batch: string): { calls: number; root: string } {
    const rows = this.#db
      .prepare('select status, outcome, sent_hash, received_hash from call where batch = ? order by no')
      .all(batch)
    const lines = rows.map(({ status, outcome, sent_hash, received_hash }) =>
      lineOf({ status, outcome, sent_hash, received_hash }),
    )
    return { calls: rows.length, root: hash('sha256', lines.join('')) }
  }

  /** The calls of a batch, opened; bytes are empty once their time is over. */
  read(batch: string): CallMade[] {
    const rows = this.#db.prepare('select at, status, outcome, sealed from call where batch = ? order by no').all(batch)
    return rows.map((row) => {
      const text = row.sealed === null ? '{"persons":[],"sent":"","received":""}' : this.#seal.open(String(row.sealed))
      const bytes = JSON.parse(text) as { persons: string[]; sent: string; received: string }
      return {
        at: String(row.at),
        status: Number(row.status),
        outcome: String(row.outcome),
        persons: bytes.persons,
        sent: Buffer.from(bytes.sent, 'base64'),
        received: Buffer.from(bytes.received, 'base64'),
      }
    })
  }

  /** Wipes the bytes of calls before an instant; their hashes stay. */
  wipeBefore(instant: string): void {
    this.#db.prepare('update call set sealed = null where at < ? and sealed is not null').run(instant)
  }

  close(): void {
    this.#db.close()
  }
}
