/** The configuration file of a relay: a province's or city's node, its neighbours, who may reach whom through it. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { carriers, TlsFiles } from '#sources/contract'
import { NodeKeyTexts, PeerKeyTexts } from '#wire/contract'
import { ConfigFault, carrierPaths } from '../config.ts'

const nodeId = z.string().regex(/^[^\s>#*]{1,100}$/, '节点编号不能含空白、>、#、*')
/** a node, or every node whose id starts with what stands before the star */
const pattern = z.string().regex(/^[^\s>#*]{1,100}(\.\*)?$/, '应为节点编号，或以 .* 结尾的前缀')

const Neighbour = PeerKeyTexts.safeExtend({
  nodeId,
  /** set where this node dials; left out where the neighbour does */
  dial: z.strictObject({ url: z.url(), tls: TlsFiles.optional() }).optional(),
})

/** Who may reach whom through this node, and what for; answers and receipts go the way back. */
export const Pass = z.strictObject({
  from: pattern,
  to: pattern,
  purposes: z.union([z.array(z.string().min(1)), z.literal('*')]),
})
export type Pass = z.infer<typeof Pass>

export const Route = z.strictObject({ to: pattern, via: nodeId })
export type Route = z.infer<typeof Route>

export const RelayConfig = z.strictObject({
  nodeId,
  /** own keys, one set for each suite its links use */
  keys: z.array(NodeKeyTexts).min(1),
  /** folder for this node's durable state */
  stateDir: z.string().min(1),
  /** where neighbours dial; left out where this node dials all of them */
  listen: z.strictObject({ host: z.string().min(1), port: z.int().min(0).max(65_535), tls: TlsFiles.optional() }).optional(),
  neighbours: z.array(Neighbour).min(1),
  /** nodes beyond the neighbours whose messages pass here: their public keys check who wrote a message */
  nodes: z.array(PeerKeyTexts.safeExtend({ nodeId })).default([]),
  routes: z.array(Route).default([]),
  ...carriers,
  /** what no entry names does not pass */
  passes: z.array(Pass),
  clockFile: z.string().min(1).optional(),
})
export type RelayConfig = z.infer<typeof RelayConfig>

/** Whether a pattern names a node. */
export function matches(named: string, node: string): boolean {
  return named.endsWith('.*') ? node.startsWith(named.slice(0, -1)) : named === node
}

/** What is wrong between the parts of a configuration; null when nothing is. */
function contradiction({ neighbours, nodes, keys, routes, nodeId: own }: RelayConfig): string | null {
  const ids = [own, ...neighbours.map((each) => each.nodeId), ...nodes.map((each) => each.nodeId)]
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined) return `节点 ${twice} 出现了两次`
  const keyless = neighbours.find(({ suite }) => !keys.some((each) => each.suite === suite))
  if (keyless) return `与 ${keyless.nodeId} 的链路使用 ${keyless.suite}，keys 中没有该套件的密钥`
  const lost = routes.find(({ via }) => !neighbours.some((each) => each.nodeId === via))
  if (lost) return `routes 中 ${lost.to} 经由的 ${lost.via} 不是相邻节点`
  return null
}

function tlsPaths(tls: TlsFiles | undefined, folder: string): { tls?: TlsFiles } {
  return tls ? { tls: { ca: resolve(folder, tls.ca), cert: resolve(folder, tls.cert), key: resolve(folder, tls.key) } } : {}
}

/** Paths in the file are relative to it. */
function withAbsolutePaths(config: RelayConfig, folder: string): RelayConfig {
  const neighbours = config.neighbours.map(({ dial, ...rest }) => {
    return dial ? { ...rest, dial: { url: dial.url, ...tlsPaths(dial.tls, folder) } } : rest
  })
  const { listen } = config
  const listening = listen && { host: listen.host, port: listen.port, ...tlsPaths(listen.tls, folder) }
  const own = { stateDir: resolve(folder, config.stateDir), ...(listening && { listen: listening }) }
  return { ...config, neighbours, ...own, ...carrierPaths(config, folder) }
}

/** Reads a configuration file. Throws ConfigFault. */
export function readRelayConfig(file: string): RelayConfig {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ConfigFault(file, `无法读取或不是 JSON（${error instanceof Error ? error.message : String(error)}）`)
  }
  const read = RelayConfig.safeParse(value)
  if (!read.success) {
    const issue = read.error.issues[0]
    throw new ConfigFault(file, `${issue?.path.join('.') || '内容'} 有误：${issue?.message ?? ''}`)
  }
  const fault = contradiction(read.data)
  if (fault !== null) throw new ConfigFault(file, fault)
  return withAbsolutePaths(read.data, dirname(resolve(file)))
}
