/** Wakes the waiting calls of neighbours when something was written into their outbox, by whichever process. */
import { setTimeout as wait } from 'node:timers/promises'
import { type Db, withSession } from '#platform/db'
import type { Log } from '#platform/log'

const RETRY_MS = 500
/** While the line to the database is down, waiting calls look for themselves so often. */
const BLIND_WAIT_MS = 1000

/** Rings per neighbour, by its id. Start it once per server process. */
export class OutboxBell {
  readonly #db: Db
  readonly #log: Log
  readonly #waiting = new Map<string, Set<() => void>>()
  readonly #stop = new AbortController()
  #listening = false

  constructor(db: Db, log: Log) {
    this.#db = db
    this.#log = log
  }

  /** Listens until `stop`. */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#listen()
      } catch (error) {
        if (!this.#stop.signal.aborted) this.#log.warn('the exchange waits for the database', { error: String(error) })
      }
      this.#listening = false
      await wait(RETRY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined)
    }
  }

  async #listen(): Promise<void> {
    await withSession(this.#db, async (session, client) => {
      const lost = new Promise<never>((_, reject) => {
        client.once('error', reject)
        client.once('end', () => reject(new Error('connection ended')))
        this.#stop.signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true })
      })
      lost.catch(() => undefined)
      client.on('notification', ({ channel, payload }) => {
        if (channel === 'exchange_outbox') for (const node of (payload ?? '').split(',')) this.#ring(node)
      })
      await session.execute('listen exchange_outbox')
      this.#listening = true
      for (const node of this.#waiting.keys()) this.#ring(node)
      await lost
    })
  }

  #ring(node: string): void {
    const waiting = this.#waiting.get(node)
    this.#waiting.delete(node)
    for (const wake of waiting ?? []) wake()
  }

  /**
   * A promise that resolves when the node's outbox got something, or after the time. Ask for it before looking into the
   * outbox, so that nothing written in between is missed. `cancel` forgets it.
   */
  next(node: string, ms: number): { rung: Promise<void>; cancel: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => cancel(), this.#listening ? ms : Math.min(ms, BLIND_WAIT_MS))
    const waiting = this.#waiting.get(node) ?? new Set()
    this.#waiting.set(node, waiting)
    const cancel = (): void => {
      clearTimeout(timer)
      waiting.delete(cancel)
      resolve()
    }
    waiting.add(cancel)
    return { rung: promise, cancel }
  }

  /** Ends listening and wakes everybody. */
  stop(): void {
    this.#stop.abort()
    for (const node of [...this.#waiting.keys()]) this.#ring(node)
  }
}
