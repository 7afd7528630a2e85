/** A gateway that listens: the ledger of a real one behind mutual TLS, in a process of its own. Tells its parent its port. */
import { readFileSync } from 'node:fs'
import { ownKeys, peerKeys } from '#wire'
import type { NodeKeyTexts, PeerKeyTexts } from '#wire/contract'
import { LineServer, listen, type TlsTexts } from '#wire/server'
import { systemClock } from '../../apps/gateway/clock.ts'
import { type Behaviour, SqliteLedger } from '../../apps/gateway/ledger/sqlite-ledger.ts'

/** What the process reads from the file it is given. */
export interface AcceptPlan {
  nodeId: string
  neighbour: string
  keys: NodeKeyTexts
  peer: PeerKeyTexts
  tls: TlsTexts
  stateDir: string
}

/** Messages stay open: what is measured is that they are kept. */
export const keeping: Behaviour = {
  begin: () => undefined,
  follow: () => 'open',
  finish: () => undefined,
  credit: () => ({ batch: 256, single: 256, bytes: 1 << 26 }),
}

/** A ledger with one neighbour. */
export function ledgerOf({ nodeId, neighbour, keys, peer, stateDir }: Omit<AcceptPlan, 'tls'>): SqliteLedger {
  const own = [ownKeys(keys)]
  const neighbours = [{ nodeId: neighbour, suite: keys.suite, peers: [peerKeys(peer)] }]
  const quiet = { clock: systemClock, say: () => undefined, diskUsed: () => 0 }
  return new SqliteLedger({ nodeId, stateDir, own, neighbours, far: [], ...quiet }, () => keeping)
}

if (import.meta.main) {
  const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as AcceptPlan
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  const line = new LineServer(ledgerOf(plan), { clock: systemClock, say })
  const { port } = await listen(line, { host: '127.0.0.1', port: 0, tls: plan.tls }, say)
  process.send?.(port)
  process.once('SIGTERM', () => process.exit(0))
}
