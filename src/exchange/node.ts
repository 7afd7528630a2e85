/** The centre's own identity in the exchange, and the public keys of the units. */
import { isUnit, type UnitName } from '#exchange/contract'
import { type KeyProvider, type OwnKeys, type PeerKeys, peerKeys, type SuiteName, softwareKeys } from '#exchange/wire'
import { type Clock, isoInstant } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Sql } from '#platform/db'
import { activeNode } from './store.ts'

/** What the centre's side of the exchange needs. */
export interface ExchangeDeps {
  /** the installation's keys, of both suites: `signing` signs messages, `box` opens what units seal */
  keys: Pick<Keys, 'signing' | 'box' | 'gm1'>
  clock: Clock
}

/** A unit as the centre knows it. */
export interface Node {
  unit: UnitName
  nodeId: string
  centreId: string
  peer: PeerKeys
}

const parsedPeers = new Map<string, PeerKeys>()
const providers = new WeakMap<object, KeyProvider>()

/** The centre's own keys for links of a suite, read once. */
export function centreKeys(deps: ExchangeDeps, suite: SuiteName): OwnKeys {
  const { signing, box, gm1 } = deps.keys
  const provider =
    providers.get(deps.keys) ?? softwareKeys({ ED1: { suite: 'ED1', signing, box }, GM1: { suite: 'GM1', ...gm1 } })
  providers.set(deps.keys, provider)
  return provider.ownKeys(suite)
}

/** Public keys of a unit, parsed once. */
export function peerOf(signing: string, box: string): PeerKeys {
  const name = `${signing}:${box}`
  const known = parsedPeers.get(name)
  if (known) return known
  const made = peerKeys({ suite: 'ED1', signing, box })
  parsedPeers.set(name, made)
  return made
}

/** Now, as headers carry it. */
export function instant(deps: ExchangeDeps): string {
  return isoInstant(deps.clock.nowMs())
}

/** An active unit by the id its messages carry; undefined when it is not enrolled or revoked. */
export async function nodeById(sql: Sql, nodeId: string): Promise<Node | undefined> {
  const row = await activeNode(sql, nodeId)
  if (!row || !isUnit(row.unit)) return undefined
  return { unit: row.unit, nodeId: row.node_id, centreId: row.centre_id, peer: peerOf(row.sign_public, row.seal_public) }
}
