/** Nodes beyond the units of the district, keys that change, nodes that are shut out, what may be asked of whom. */

import { Problem } from '#kernel/problem'
import { isoInstant } from '#platform/clock'
import type { Tx } from '#platform/db'
import { isUnit } from '#sources/contract'
import { generateNodeKeys, NodeId, publicHalf } from '#wire'
import { type NodeKeyTexts, PeerKeyTexts } from '#wire/contract'
import { centreKeys, type ExchangeDeps, instant } from '../node.ts'
import { closeNode, findNode, type NodeKind, type Right, replaceRights, saveKeys, saveNode } from '../store/nodes.ts'

/** A relay, or a node of another district or level, as its operator gives it. */
export interface Registration {
  nodeId: string
  /** the centre's own id, as this node will address it */
  centreId: string
  name: string
  kind: Exclude<NodeKind, 'unit'>
  keys: PeerKeyTexts
  /** id of the neighbour through which it is reached; left out: it has a line of its own */
  via?: string
  /** what it may be asked for; nothing when left out */
  rights?: readonly Right[]
}

function notKnown(nodeId: string): never {
  throw new Problem('exchange.node_unknown', `节点 ${nodeId} 未登记或已吊销`, { status: 404 })
}

/** Throws Problem 422 for an id that no header can carry, or that names a unit of the district. */
export function checkNodeId(nodeId: string): void {
  if (isUnit(nodeId)) throw new Problem('exchange.bad_id', `“${nodeId}”是本区成员单位的名称，不能作节点编号`, { status: 422 })
  if (NodeId.safeParse(nodeId).success) return
  const message = `节点编号“${nodeId}”不能使用：须为 1 至 100 个字符，不含空格、“>”和“#”，请与对方核对后重填`
  throw new Problem('exchange.bad_id', message, { status: 422 })
}

async function checkWay(tx: Tx, { nodeId, via, keys }: Registration): Promise<void> {
  if (via === undefined) return
  const hop = await findNode(tx, via)
  if (hop?.state !== 'active') notKnown(via)
  if (hop.kind !== 'relay' || hop.via !== null || via === nodeId) {
    throw new Problem('exchange.no_way', `节点 ${via} 不是直接相连的中转节点，不能经由它到达 ${nodeId}`, { status: 409 })
  }
  if (!PeerKeyTexts.safeParse(keys).success) {
    throw new Problem('exchange.bad_key', `节点 ${nodeId} 的公钥格式有误，请向其运维人员重新索取`, { status: 422 })
  }
}

/**
 * Registers a node whose public keys were handed over, or takes it up again with these: keys before end at once. Gives the
 * centre's public keys of the same suite for the other side. Problem 409 when the way leads through no direct relay.
 */
export async function registerNode(tx: Tx, registration: Registration, deps: ExchangeDeps): Promise<PeerKeyTexts> {
  const { nodeId, centreId, name, kind, keys, via = null, rights = [] } = registration
  checkNodeId(nodeId)
  await checkWay(tx, registration)
  const at = instant(deps)
  await saveNode(tx, { unit: nodeId, nodeId, centreId, name, kind, suite: keys.suite, via, at })
  await saveKeys(tx, nodeId, keys, { from: at, formerUntil: at })
  await replaceRights(tx, nodeId, rights)
  return centreKeys(deps, keys.suite).publicTexts
}

/**
 * Changes the public keys of a node that made new ones: new messages are sealed to them at once, and for `overlapMs` the
 * node may still sign with those before. Problem 404 for a node that is not registered, 422 for keys of another suite.
 */
export async function changeKeys(tx: Tx, unit: string, keys: PeerKeyTexts, overlapMs: number, deps: ExchangeDeps): Promise<void> {
  const node = await findNode(tx, unit)
  if (node?.state !== 'active') notKnown(unit)
  if (node.suite !== keys.suite) {
    throw new Problem('exchange.bad_key', `节点 ${unit} 的链路使用密码套件 ${node.suite}，不能登记 ${keys.suite} 的公钥`, {
      status: 422,
    })
  }
  const now = deps.clock.nowMs()
  await saveKeys(tx, unit, keys, { from: isoInstant(now), formerUntil: isoInstant(now + overlapMs) })
}

/**
 * Makes new keys for a unit and gives them for its configuration file (the old ones go to `formerKeys` there, they open what
 * is on its way). For `overlapMs` the unit may still sign with those before.
 */
export async function renewKeys(tx: Tx, unit: string, overlapMs: number, deps: ExchangeDeps): Promise<NodeKeyTexts> {
  const node = await findNode(tx, unit)
  if (node?.state !== 'active') notKnown(unit)
  const keys = generateNodeKeys(node.suite)
  await changeKeys(tx, unit, publicHalf(keys), overlapMs, deps)
  return keys
}

/** Shuts a node out at once: nothing of it is taken, nothing is sent to it. What it said before stays provable. */
export async function revokeNode(tx: Tx, unit: string, deps: ExchangeDeps): Promise<void> {
  if ((await closeNode(tx, unit, instant(deps))) === 0) notKnown(unit)
}

/** Decides what may be asked of a node from now on: exactly this, everything else is refused before it is sealed. */
export async function setRights(tx: Tx, unit: string, rights: readonly Right[]): Promise<void> {
  const node = await findNode(tx, unit)
  if (node?.state !== 'active') notKnown(unit)
  await replaceRights(tx, unit, rights)
}
