import { setTimeout as wait } from 'node:timers/promises'
import { type Db, type Sql, type Tx, wholeScope, withTransaction } from './db.ts'
import type { Log } from './log.ts'

/**
 * News between capabilities. A capability declares its events by merging into `EventPayloads`, and emits them inside its transaction; who
 * hears them stands in apps/server/subscriptions.ts alone. Payloads carry business keys, never values of a person.
 */
export interface EventPayloads {
  /** A user was locked out after failed sign-ins. */
  'identity.locked': { readonly userId: string }
}

export type EventName = keyof EventPayloads & string

/** Stores an event with the transaction that makes it true. */
export async function emit<N extends EventName>(tx: Tx, name: N, payload: EventPayloads[N]): Promise<void> {
  await tx.execute('insert into outbox_event (name, payload) values ($1, $2)', [name, JSON.stringify(payload)])
}

/** Stores several events of one name in one statement. */
export async function emitAll<N extends EventName>(tx: Tx, name: N, payloads: readonly EventPayloads[N][]): Promise<void> {
  if (payloads.length === 0) return
  await tx.execute(
    'insert into outbox_event (name, payload) select $1, p from unnest($2::jsonb[]) with ordinality as u(p, n) order by n',
    [name, payloads.map((payload) => JSON.stringify(payload))],
  )
}

export interface StoredEvent {
  readonly event_id: number
  readonly name: string
  readonly payload: unknown
}

/** What an event does: inside one transaction with the mark that it is done, so its effects in the database happen exactly once. */
export type Subscriber = (tx: Tx, payload: never) => Promise<void>
export type Subscriptions = { readonly [N in EventName]?: readonly ((tx: Tx, payload: EventPayloads[N]) => Promise<void>)[] }

/** Takes the oldest open event nobody else is working on and hands it to its subscribers. False when there was none. */
async function dispatchOne(db: Db, subscriptions: Subscriptions, log: Log): Promise<boolean> {
  let taken: StoredEvent | undefined
  try {
    return await withTransaction(db, wholeScope('system:events'), async (tx) => {
      taken = await tx.maybe<StoredEvent>(
        `select event_id, name, payload from outbox_event
         where done_at is null and due_at <= now() order by event_id limit 1 for update skip locked`,
      )
      if (taken === undefined) return false
      const handlers = (subscriptions as Record<string, readonly Subscriber[] | undefined>)[taken.name] ?? []
      for (const handler of handlers) await handler(tx, taken.payload as never)
      await tx.execute('update outbox_event set done_at = now() where event_id = $1', [taken.event_id])
      return true
    })
  } catch (error) {
    if (taken === undefined) throw error
    const { event_id: id, name } = taken
    log.error('an event handler failed', { event: name, eventId: id, error })
    await withTransaction(db, wholeScope('system:events'), (tx) =>
      tx.execute(
        `update outbox_event set attempts = attempts + 1, last_error = $2,
           due_at = now() + make_interval(secs => least(300, 2 ^ least(attempts, 8)))
         where event_id = $1 and done_at is null`,
        [id, String(error).slice(0, 500)],
      ),
    )
    return true
  }
}

/** Hands out every event that is due; gives how many were taken. */
export async function dispatchEvents(db: Db, subscriptions: Subscriptions, log: Log): Promise<number> {
  let taken = 0
  while (await dispatchOne(db, subscriptions, log)) taken += 1
  return taken
}

/** An event that fails so often in a row (for about a minute) does not pass by itself. */
const STUCK_AFTER = 5
/** Most rows of the list. */
const MOST_STUCK = 200

export interface StuckEvent {
  readonly id: number
  readonly name: string
  readonly since: string
  readonly tries: number
  /** when it is tried again by itself */
  readonly retryAt: string
}

/** Events whose handlers fail time and again, the oldest first. */
export function listStuckEvents(sql: Sql): Promise<StuckEvent[]> {
  return sql.query<StuckEvent>(
    `select event_id as id, name, created_at as since, attempts as tries, due_at as "retryAt" from outbox_event
     where done_at is null and attempts >= ${STUCK_AFTER} order by event_id limit ${MOST_STUCK}`,
  )
}

/** Lets a stuck event be tried at once; false when it is not stuck any more. */
export async function retryEvent(tx: Tx, id: number): Promise<boolean> {
  const n = await tx.execute(
    `update outbox_event set due_at = now() where event_id = $1 and done_at is null and attempts >= ${STUCK_AFTER}`,
    [id],
  )
  return n === 1
}

/** Dispatches until the signal ends it, looking every `everyMs`. */
export async function runDispatcher(
  db: Db,
  subscriptions: Subscriptions,
  options: { readonly log: Log; readonly signal: AbortSignal; readonly everyMs?: number },
): Promise<void> {
  while (!options.signal.aborted) {
    try {
      await dispatchEvents(db, subscriptions, options.log)
    } catch (error) {
      options.log.warn('events wait for the database', { error: String(error) })
    }
    await wait(options.everyMs ?? 1000, undefined, { signal: options.signal }).catch(() => undefined)
  }
}
