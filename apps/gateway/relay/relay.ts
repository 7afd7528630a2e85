/** A relay: a ledger, the lines it dials, the line it answers. */
import { setTimeout as wait } from 'node:timers/promises'
import { cipherLibrary, type Neighbour, ownKeys, peerKeys } from '#wire'
import type { PeerKeyTexts } from '#wire/contract'
import { Dialer, HttpLine, LineServer, type ListeningPlan, listen } from '#wire/server'
import { runCarriers } from '../carriers.ts'
import type { GatewayIo } from '../io.ts'
import { SqliteLedger } from '../ledger/sqlite-ledger.ts'
import { Reconciling } from '../reconciling.ts'
import { readTls } from '../tls-files.ts'
import type { RelayConfig } from './relay-config.ts'
import { RelayTaking } from './relay-taking.ts'

/** Old bodies are looked for so often. */
const TIDY_MS = 3_600_000

function neighbourOf({ nodeId, suite, signing, box }: PeerKeyTexts & { nodeId: string }): Neighbour {
  return { nodeId, suite, peers: [peerKeys({ suite, signing, box })] }
}

function planOf({ host, port, tls }: NonNullable<RelayConfig['listen']>): ListeningPlan {
  return { host, port, ...(tls && { tls: readTls(tls) }) }
}

/** The ledger of a relay, with what follows there from messages. */
export function openRelayLedger(config: RelayConfig, io: Pick<GatewayIo, 'clock' | 'say'>): SqliteLedger {
  const { nodeId, stateDir, routes, passes } = config
  const neighbours = config.neighbours.map(neighbourOf)
  const known = [...neighbours, ...config.nodes.map(neighbourOf)]
  const origins = new Map(known.map((node) => [node.nodeId, node.peers]))
  const plan = { nodeId, stateDir, own: config.keys.map(ownKeys), neighbours, far: [], clock: io.clock, say: io.say }
  const ids = new Set(neighbours.map((each) => each.nodeId))
  return new SqliteLedger(plan, (ledger) => new RelayTaking(ledger, { routes, passes, origins }, ids))
}

/** Runs a relay until the io's signal ends it. `listening` is told the port once neighbours may dial. */
export async function runRelayNode(config: RelayConfig, io: GatewayIo, listening?: (port: number) => void): Promise<void> {
  const { clock, signal } = io
  const say = (text: string): void => io.say(`[${config.nodeId}] ${text}`)
  const ledger = openRelayLedger(config, { clock, say })
  const server = config.listen && (await listen(new LineServer(ledger, { clock, say }), planOf(config.listen), say))
  if (server) listening?.(server.port)
  const suites = config.keys.map(({ suite }) => `${suite}（${cipherLibrary(suite)}）`)
  say(`转送节点已启动${server ? `，端口 ${server.port}` : ''}，密码套件 ${suites.join('、')}`)
  const dialers = config.neighbours.flatMap(({ nodeId: neighbour, dial }) => {
    if (!dial) return []
    const line = new HttpLine(dial.url, dial.tls && readTls(dial.tls))
    return [new Dialer({ ledger, neighbour, line, clock, say, signal }).run()]
  })
  const reconciling = new Reconciling(ledger)
  const neighbourIds = config.neighbours.map((each) => each.nodeId)
  const tidying = async (): Promise<void> => {
    while (!signal.aborted) {
      ledger.tidy()
      reconciling.sendDue(neighbourIds)
      await wait(TIDY_MS, undefined, { signal }).catch(() => undefined)
    }
  }
  const carriers = runCarriers({ ...config, ledger, neighbours: neighbourIds }, { clock, say, signal })
  await Promise.all([...dialers, carriers, tidying()])
  await server?.close()
  ledger.close()
}
