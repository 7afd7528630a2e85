import { type Db, wholeScope, withRetry, withTransaction } from '#platform/db'
import { appendAll, type Entry } from './append.ts'

/**
 * Entries about reads, committed in groups: each read waits for its entry before it is answered, but the reads of one moment share one
 * statement and one commit. A write's entry never goes this way: it belongs into the write's own transaction.
 */
export interface Ledger {
  /** Resolves once the entries are committed; every entry names its actor. */
  append(entries: readonly Entry[]): Promise<void>
}

interface Waiting {
  readonly entries: readonly Entry[]
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

const MOST = 500
const scope = wholeScope('system:journal')

function write(db: Db, entries: readonly Entry[]): Promise<void> {
  const nothing = async (): Promise<void> => undefined
  return withRetry(() => withTransaction(db, scope, nothing, { closing: (tx) => appendAll(tx, entries) }), { forMs: 5_000 })
}

/** One refused entry must not take the others of its group with it. */
async function writeSingly(db: Db, group: readonly Waiting[]): Promise<void> {
  for (const one of group) await write(db, one.entries).then(one.done, one.failed)
}

function openLedger(db: Db): Ledger {
  let waiting: Waiting[] = []
  let busy = false
  const flush = async (): Promise<void> => {
    busy = true
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST)
      waiting = waiting.slice(MOST)
      try {
        await write(
          db,
          group.flatMap((one) => one.entries),
        )
        for (const one of group) one.done()
      } catch {
        await writeSingly(db, group)
      }
    }
    busy = false
  }
  return {
    append(entries) {
      return new Promise((resolve, reject) => {
        waiting.push({ entries, done: resolve, failed: reject })
        // The rest of this turn of the event loop may bring more.
        if (!busy) {
          busy = true
          setImmediate(() => {
            flush().catch(reject)
          })
        }
      })
    },
  }
}

const ledgers = new WeakMap<Db, Ledger>()

/** The ledger of a pool. */
export function ledgerOf(db: Db): Ledger {
  const known = ledgers.get(db)
  if (known !== undefined) return known
  const made = openLedger(db)
  ledgers.set(db, made)
  return made
}
