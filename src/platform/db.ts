import { createHash } from 'node:crypto'
import { Readable, type Writable } from 'node:stream'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { CopyBytes } from './copy-bytes.ts'
import type { CopyValue } from './copy-text.ts'
import { valueTypes } from './value-types.ts'

/**
 * PostgreSQL: pool, transactions under a division scope, COPY. No Date objects: `date` is 'YYYY-MM-DD', `timestamptz` ISO text in UTC,
 * `bigint` a number (throws when not safe), `numeric` text, `bytea` a Buffer, `jsonb` parsed.
 */

export type { CopyValue } from './copy-text.ts'
export { isPassing, withRetry } from './retry.ts'

/** What is granted to the log-in of requests: row-level security applies, the journal is append-only for it. Nobody logs in as it (logins.ts). */
export const APP_ROLE = 'yingbao_app'

/**
 * What is granted to the log-in of bulk work over the whole district (the worker's batches, imports): the same rights, but row-level
 * security does not bind that log-in, so that COPY works on the scoped tables. Never for a request of a person.
 */
export const WORKER_ROLE = 'yingbao_worker'

/**
 * Which divisions a transaction may see: codes with lo <= code < hi, compared by code point. `actor` (user id, or 'system:…') is what
 * the journal and audit columns take as the doer.
 */
export interface Scope {
  readonly lo: string
  readonly hi: string
  readonly actor: string
}

/** The scope of the product's own work: every division. */
export function wholeScope(actor: string): Scope {
  return { lo: '0', hi: ':', actor }
}

/** A column value as the type parsers above give it. Name the row's type at the call: `tx.query<{ id: string }>(…)`. */
export type Row = object

/** Statements may be run on it. Every text becomes a prepared statement named by its hash, unless `named: false`. */
export interface Sql {
  /** All rows. */
  query<R extends Row>(text: string, values?: readonly unknown[], options?: QueryOptions): Promise<R[]>
  /** The one row; throws when there is none or several. */
  one<R extends Row>(text: string, values?: readonly unknown[]): Promise<R>
  /** The one row or undefined; throws when there are several. */
  maybe<R extends Row>(text: string, values?: readonly unknown[]): Promise<R | undefined>
  /** Runs a statement and gives the number of rows it touched. */
  execute(text: string, values?: readonly unknown[]): Promise<number>
}

export interface QueryOptions {
  /** False: plan anew each time (statements whose best plan depends on the values). */
  readonly named?: boolean
}

/** Whole lines of COPY text, as text or as its UTF-8 bytes; bytes are not used again. */
export type CopyChunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** An open transaction. */
export interface Tx extends Sql {
  readonly scope: Scope
  /**
   * COPY … FROM STDIN in text form: `tx.copyIn('copy t (a, b) from stdin', rows)`. Gives the number of rows sent. On a table with
   * row-level security it needs a Db of the worker's log-in, or a temporary table on the way.
   */
  copyIn(text: string, rows: Iterable<readonly CopyValue[]> | AsyncIterable<readonly CopyValue[]>): Promise<number>
  /** COPY … FROM STDIN from ready-made lines (each chunk whole lines of COPY text). */
  copyInText(text: string, chunks: CopyChunks): Promise<void>
  /** COPY … TO STDOUT as a stream of bytes; read it to its end before the next statement. */
  copyOut(text: string): Readable
}

/** How many statements were sent since the start, and which, when `recording` is on. `begin`/`commit`/`rollback` are not counted. */
export interface Statements {
  count: number
  recording: boolean
  /** Statement text → times sent, filled while `recording`. */
  readonly byText: Map<string, number>
}

export interface Db {
  readonly url: string
  readonly pool: pg.Pool
  readonly statements: Statements
  close(): Promise<void>
}

export interface DbOptions {
  /** Whose log-in it names decides what the connections may do (logins.ts). */
  readonly url: string
  /** Largest number of connections; 16 if left out. */
  readonly max?: number
  readonly applicationName?: string
}

const names = new Map<string, string>()

function statementName(text: string): string {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = `y${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
  names.set(text, name)
  return name
}

/** Opens a pool. Nothing is connected until the first statement. */
export function openDb(options: DbOptions): Db {
  const pool = openPool(options, '')
  const statements: Statements = { count: 0, recording: false, byText: new Map() }
  let reads: pg.Pool | undefined
  const db: Db = {
    url: options.url,
    pool,
    statements,
    async close() {
      await Promise.all([pool.end(), reads?.end()])
    },
  }
  readPools.set(db, () => {
    reads ??= openPool(options, ' -c default_transaction_read_only=on')
    return reads
  })
  return db
}

/** The pools of withRead: their connections keep a scope from one use to the next, so nobody else may have them. */
const readPools = new WeakMap<Db, () => pg.Pool>()

function openPool(options: DbOptions, more: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 16,
    application_name: options.applicationName ?? 'yingbao',
    options: `-c timezone=UTC${more}`,
    types: valueTypes,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  })
  // A lost connection shows as an error of the statement that was running on it; an idle one is simply replaced.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
  })
  return pool
}

function count(statements: Statements, text: string): void {
  statements.count += 1
  if (statements.recording) statements.byText.set(text, (statements.byText.get(text) ?? 0) + 1)
}

function single<R>(rows: readonly R[], text: string): R | undefined {
  if (rows.length > 1) throw new Error(`expected one row, got ${rows.length}: ${text.slice(0, 200)}`)
  return rows[0]
}

function sqlOn(
  run: <R extends Row>(config: pg.QueryConfig) => Promise<pg.QueryResult<R & pg.QueryResultRow>>,
  statements: Statements,
): Sql {
  const send = <R extends Row>(text: string, values: readonly unknown[] = [], options: QueryOptions = {}) => {
    count(statements, text)
    const config: pg.QueryConfig = { text, values: values as unknown[] }
    if (options.named !== false) config.name = statementName(text)
    return run<R>(config)
  }
  return {
    query: async <R extends Row>(text: string, values?: readonly unknown[], options?: QueryOptions) =>
      (await send<R>(text, values, options)).rows,
    async one<R extends Row>(text: string, values?: readonly unknown[]) {
      const row = single<R>((await send<R>(text, values)).rows, text)
      if (row === undefined) throw new Error(`expected one row, got none: ${text.slice(0, 200)}`)
      return row
    },
    maybe: async <R extends Row>(text: string, values?: readonly unknown[]) =>
      single<R>((await send<R>(text, values)).rows, text),
    execute: async (text, values) => (await send(text, values)).rowCount ?? 0,
  }
}

const CHUNK = 1 << 18

async function* linesAsTheyCome(rows: AsyncIterable<readonly CopyValue[]>, sent: { rows: number }): AsyncGenerator<Buffer> {
  const lines = new CopyBytes()
  for await (const row of rows) {
    lines.line(row)
    sent.rows += 1
    if (lines.length >= CHUNK) yield lines.take()
  }
  if (lines.length > 0) yield lines.take()
}

/** Rows that are there already: waiting for each would cost more than writing it. */
function* linesOf(rows: Iterable<readonly CopyValue[]>, sent: { rows: number }): Generator<Buffer> {
  const lines = new CopyBytes()
  for (const row of rows) {
    lines.line(row)
    sent.rows += 1
    if (lines.length >= CHUNK) yield lines.take()
  }
  if (lines.length > 0) yield lines.take()
}

async function pour(stream: NodeJS.WritableStream, chunks: CopyChunks): Promise<void> {
  const done = new Promise<void>((resolve, reject) => {
    stream.once('finish', resolve)
    stream.once('error', reject)
  })
  done.catch(() => undefined)
  try {
    for await (const chunk of chunks) {
      if (stream.write(typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk)) continue
      await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), done])
    }
  } catch (error) {
    ;(stream as unknown as { destroy(error: unknown): void }).destroy(error)
    await done.catch(() => undefined)
    throw error
  }
  stream.end()
  await done
}

/** pg can send statements without waiting for the answers before them; its types do not know the switch yet. */
type Connection = pg.PoolClient & { pipeline: boolean; readonly connection: { readonly stream: Writable } }

function txOn(client: Connection, begun: Promise<unknown>, scope: Scope, statements: Statements): Tx {
  /** COPY cannot share the line with waiting statements. */
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    await begun
    client.pipeline = false
    try {
      return await work()
    } finally {
      client.pipeline = true
    }
  }
  const copyInText: Tx['copyInText'] = (text, chunks) => {
    count(statements, text)
    return alone(() => pour(client.query(copyFrom(text, { highWaterMark: CHUNK })), chunks))
  }
  async function* copied(text: string): AsyncGenerator<Buffer> {
    await begun
    client.pipeline = false
    try {
      yield* client.query(copyTo(text)) as AsyncIterable<Buffer>
    } finally {
      client.pipeline = true
    }
  }
  return {
    ...sqlOn((config) => client.query(config), statements),
    scope,
    copyInText,
    async copyIn(text, rows) {
      const sent = { rows: 0 }
      await copyInText(text, Symbol.iterator in rows ? linesOf(rows, sent) : linesAsTheyCome(rows, sent))
      return sent.rows
    },
    copyOut(text) {
      count(statements, text)
      return Readable.from(copied(text), { objectMode: false })
    },
  }
}

function openingStatement(scope: Scope, lightly = false): string {
  const set = (name: string, value: string): string => `set_config('${name}', ${pg.escapeLiteral(value)}, true)`
  const light = lightly ? `, ${set('synchronous_commit', 'off')}` : ''
  return `begin; select ${set('app.scope_lo', scope.lo)}, ${set('app.scope_hi', scope.hi)}, ${set('app.actor', scope.actor)}${light}`
}

export interface TransactionOptions<T> {
  /**
   * A last statement that depends on the result and that nobody waits for on its own: it is sent together with `commit`. It must send its
   * statement before its first `await`. When it fails the transaction is rolled back and the failure thrown.
   */
  readonly closing?: (tx: Tx, result: T) => Promise<unknown>
  /** The commit does not wait for the disk: for what does no harm when the database dies within the second and loses it. */
  readonly lightly?: boolean
}

/** What is sent until this turn of the event loop ends leaves in one packet. */
function sendTogether(client: Connection): void {
  const { stream } = client.connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}

async function commit(client: Connection, begun: Promise<unknown>, closing: Promise<unknown> | undefined): Promise<void> {
  const committed = client.query('commit')
  const [first, second, third] = await Promise.allSettled([begun, closing, committed])
  for (const step of [first, second]) if (step.status === 'rejected') throw step.reason
  if (third.status === 'rejected') throw third.reason
  // A transaction in which a statement failed answers `commit` with ROLLBACK and no error.
  if (third.value.command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it had failed')
}

/**
 * Runs `fn` in one transaction that sees only the divisions of `scope` (row-level security reads these settings; a forgotten WHERE
 * cannot widen it). Commits when `fn` resolves, rolls back when it throws. Statements started together travel together: the opening one
 * is not waited for, so a transaction of one read costs two round trips.
 */
export async function withTransaction<T>(
  db: Db,
  scope: Scope,
  fn: (tx: Tx) => Promise<T>,
  options: TransactionOptions<T> = {},
): Promise<T> {
  const client = (await db.pool.connect()) as Connection
  client.pipeline = true
  let broken: Error | undefined
  try {
    sendTogether(client)
    const begun = client.query(openingStatement(scope, options.lightly))
    // If it fails, so does every statement behind it, and the scope stays empty.
    begun.catch(() => undefined)
    const tx = txOn(client, begun, scope, db.statements)
    const result = await fn(tx)
    sendTogether(client)
    const closing = options.closing?.(tx, result)
    closing?.catch(() => undefined)
    await commit(client, begun, closing)
    return result
  } catch (error) {
    try {
      await client.query('rollback')
    } catch (lost) {
      broken = lost instanceof Error ? lost : new Error(String(lost))
    }
    throw error
  } finally {
    client.pipeline = false
    client.release(broken)
  }
}

/** One connection held outside any transaction, for session advisory locks, LISTEN and migrations. Released (and dropped) at the end. */
export async function withSession<T>(db: Db, fn: (session: Sql, client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await db.pool.connect()
  try {
    return await fn(
      sqlOn((config) => client.query(config), db.statements),
      client,
    )
  } finally {
    client.release(true)
  }
}

const scopeOfConnection = new WeakMap<pg.PoolClient, string>()

async function takeScope(client: pg.PoolClient, scope: Scope): Promise<void> {
  const wanted = JSON.stringify([scope.lo, scope.hi, scope.actor])
  if (scopeOfConnection.get(client) === wanted) return
  scopeOfConnection.delete(client)
  await client.query({
    name: 'use_scope',
    text: `select set_config('app.scope_lo', $1, false), set_config('app.scope_hi', $2, false), set_config('app.actor', $3, false)`,
    values: [scope.lo, scope.hi, scope.actor],
  })
  scopeOfConnection.set(client, wanted)
}

/**
 * Reads under a scope without a transaction: each statement sees the newest committed state, nothing can be written, and a connection
 * that served the same scope before needs no preparation, so one read is one round trip. For the much-used reads of the pages.
 */
export async function withRead<T>(db: Db, scope: Scope, fn: (sql: Sql) => Promise<T>): Promise<T> {
  const poolOf = readPools.get(db)
  if (poolOf === undefined) throw new Error('withRead needs a Db of openDb')
  const client = (await poolOf().connect()) as Connection
  try {
    await takeScope(client, scope)
    client.pipeline = true
    return await fn(sqlOn((config) => client.query(config), db.statements))
  } finally {
    client.pipeline = false
    client.release()
  }
}
