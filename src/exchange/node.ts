/** The centre's own identity in the exchange, and the other nodes as it knows them. */

import { type Clock, isoInstant } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import { peerKeys, softwareKeys } from '#wire'
import type { KeyProvider, OwnKeys, PeerKeys, SuiteName } from '#wire/contract'
import type { NodeRow } from './store/nodes.ts'

/** What the centre's side of the exchange needs. */
export interface ExchangeDeps {
  /** the installation's keys, of both suites: `signing` signs messages, `box` opens what other nodes seal; `blindIndex` makes nonces, the rest keeps what was asked */
  keys: Pick<Keys, 'signing' | 'box' | 'gm1' | 'blindIndex' | 'seal' | 'open'>
  clock: Clock
}

/** A node as the centre knows it. */
export interface Node {
  /** name of a member unit of the district, id of any other node */
  unit: string
  nodeId: string
  centreId: string
  suite: SuiteName
  /** the neighbour through which it is reached; null when it has a line of its own */
  via: string | null
  /** keys that hold now, newest first */
  peers: readonly PeerKeys[]
}

const parsedPeers = new Map<string, PeerKeys>()
const providers = new WeakMap<object, KeyProvider>()

/** The centre's own keys for links of a suite, read once. */
export function centreKeys(deps: Pick<ExchangeDeps, 'keys'>, suite: SuiteName): OwnKeys {
  const { signing, box, gm1 } = deps.keys
  const provider =
    providers.get(deps.keys) ?? softwareKeys({ ED1: { suite: 'ED1', signing, box }, GM1: { suite: 'GM1', ...gm1 } })
  providers.set(deps.keys, provider)
  return provider.ownKeys(suite)
}

/** Public keys of a node as the tables keep them (`signing:box`), each read once. */
export function peersOf(suite: SuiteName, keys: readonly string[]): PeerKeys[] {
  return keys.map((text) => {
    const known = parsedPeers.get(`${suite}:${text}`)
    if (known) return known
    const [signing = '', box = ''] = text.split(':')
    const made = peerKeys({ suite, signing, box })
    parsedPeers.set(`${suite}:${text}`, made)
    return made
  })
}

/** Now, as headers carry it. */
export function instant(deps: Pick<ExchangeDeps, 'clock'>): string {
  return isoInstant(deps.clock.nowMs())
}

/** A row of the tables as a node. */
export function nodeOf({ unit, node_id: nodeId, centre_id: centreId, suite, via, keys }: NodeRow): Node {
  return { unit, nodeId, centreId, suite, via, peers: peersOf(suite, keys) }
}
