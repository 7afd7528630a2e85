/** The centre on a message bus: one line over its ledger, to whichever nodes are there too. */
import { setTimeout as wait } from 'node:timers/promises'
import { type PgLedger, unitStates } from '#exchange'
import type { Clock } from '#platform/clock'
import { type Db, wholeScope, withRead } from '#platform/db'
import type { Log } from '#platform/log'
import { type BrokerAccess, loadBroker } from '#wire/server'

const scope = wholeScope('system:exchange')
/** Looked again after so long: until a first node is enrolled the centre has no id. */
const NO_NODE_MS = 5000

/** What the centre needs to be on a bus. */
export interface MessageBusParts {
  ledger: PgLedger
  /** left out: the centre is on no bus */
  access: BrokerAccess | undefined
  db: Db
  clock: Clock
  log: Log
  signal: AbortSignal
}

/** Waits until the centre has an id; a database that is away is waited for too. */
async function untilKnown(ledger: PgLedger, say: (reason: string) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await ledger.know().catch((error: unknown) => say(String(error)))
    if (ledger.nodeId !== '') return
    await wait(NO_NODE_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** Runs until the signal ends it. */
export async function runMessageBus({ ledger, access, db, clock, log, signal }: MessageBusParts): Promise<void> {
  if (access === undefined) return
  const say = (reason: string): void => log.warn('the message bus of the exchange', { reason })
  await untilKnown(ledger, say, signal)
  const { NatsLine } = await loadBroker()
  const listNeighbours = async (): Promise<string[]> => {
    const rows = await withRead(db, scope, unitStates)
    return rows.filter(({ via, state }) => via === null && state === 'active').map((row) => row.node_id)
  }
  await new NatsLine({ ledger, access, listNeighbours, clock, say, signal }).run()
}
