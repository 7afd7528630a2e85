/** Reads and checks the configuration files of gateways. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import {
  type Carriers,
  GatewayConfig,
  type GatewaySource,
  type PlatformSource,
  type RecordType,
  recordCatalogue,
  type TlsFiles,
} from '#sources/contract'
import { ConnectorFault, isConnectorFile, planPlatform } from './platform/read-connector.ts'

/** The configuration cannot be used; the message says which file, where, and how to mend it. */
export class ConfigFault extends Error {
  constructor(file: string, what: string) {
    super(`配置文件 ${file}：${what}`)
    this.name = 'ConfigFault'
  }
}

type MappedSource = Exclude<GatewaySource, { kind: 'package' | 'platform' }>

function checkNames(file: string, type: RecordType, where: string, names: readonly string[]): void {
  const known = type.table.columns.map((column) => column.name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new ConfigFault(file, `${where} 中没有列“${unknown}”，可用：${known.join('、')}`)
}

/** Mappings must name record types of the unit and columns of the catalogue. */
function checkMappings(file: string, config: GatewayConfig, source: MappedSource): void {
  for (const [short, record] of Object.entries(source.records)) {
    const type = recordCatalogue.get(`${config.unit}/${short}`)
    if (!type) throw new ConfigFault(file, `单位 ${config.unit} 没有记录类型“${short}”`)
    checkNames(file, type, `source.records.${short}.columns`, Object.keys(record.columns))
    checkNames(file, type, `source.records.${short}.codes`, Object.keys(record.codes))
  }
}

/** Record types answered by hand must be the unit's. */
function checkManual(file: string, { unit, manual = [] }: GatewayConfig): void {
  const unknown = manual.find((short) => !recordCatalogue.has(`${unit}/${short}`))
  if (unknown !== undefined) throw new ConfigFault(file, `manual 有误：单位 ${unit} 没有记录类型“${unknown}”`)
}

/** All links of a gateway have the suite of its keys; a node stands in one place. */
function checkNodes(file: string, { nodeId, centreId, keys, centreKeys, askers }: GatewayConfig): void {
  const { suite } = keys
  if (centreKeys.suite !== suite) {
    throw new ConfigFault(file, `centreKeys 的密码套件是 ${centreKeys.suite}，keys 的是 ${suite}：同一链路只能用一种`)
  }
  const other = askers.find((asker) => asker.suite !== suite)
  if (other) throw new ConfigFault(file, `askers 中 ${other.nodeId} 的密码套件是 ${other.suite}，应为 ${suite}`)
  const ids = [nodeId, centreId, ...askers.map((asker) => asker.nodeId)]
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined) throw new ConfigFault(file, `节点 ${twice} 出现了两次`)
}

/** A connector must be there, and be given all it needs. */
function checkPlatform(file: string, { unit }: GatewayConfig, source: PlatformSource): void {
  try {
    planPlatform(source, unit)
  } catch (error) {
    throw error instanceof ConnectorFault ? new ConfigFault(file, error.message) : error
  }
}

function tlsPaths(tls: TlsFiles, folder: string): TlsFiles {
  return { ca: resolve(folder, tls.ca), cert: resolve(folder, tls.cert), key: resolve(folder, tls.key) }
}

function sourcePaths(source: GatewaySource, folder: string): GatewaySource {
  if (source.kind === 'drop' || source.kind === 'package') return { ...source, dir: resolve(folder, source.dir) }
  if (source.kind === 'platform') {
    const connector = isConnectorFile(source.connector) ? resolve(folder, source.connector) : source.connector
    return { ...source, connector, ...(source.tls && { tls: tlsPaths(source.tls, folder) }) }
  }
  if (source.kind === 'sql') return source.driver === 'sqlite' ? { ...source, url: resolve(folder, source.url) } : source
  const entries = Object.entries(source.records).map(([name, each]) => [name, { ...each, file: resolve(folder, each.file) }])
  return { ...source, records: Object.fromEntries(entries) }
}

/** The ways beside the lines, with their paths relative to a folder. */
export function carrierPaths({ bundles, nats }: Carriers, folder: string): Carriers {
  return {
    ...(bundles && { bundles: { in: resolve(folder, bundles.in), out: resolve(folder, bundles.out) } }),
    ...(nats && { nats: { ...nats, tls: tlsPaths(nats.tls, folder) } }),
  }
}

/** Paths in the file are relative to it. */
function withAbsolutePaths(config: GatewayConfig, folder: string): GatewayConfig {
  const { source, tls, desk } = config
  const stateDir = resolve(folder, config.stateDir)
  const own = desk?.tls && { cert: resolve(folder, desk.tls.cert), key: resolve(folder, desk.tls.key) }
  const absolute = { ...config, stateDir, source: sourcePaths(source, folder), ...(tls && { tls: tlsPaths(tls, folder) }) }
  return own === undefined || desk === undefined ? absolute : { ...absolute, desk: { ...desk, tls: own } }
}

/** Reads one configuration file. Throws ConfigFault. */
export function readGatewayConfig(file: string): GatewayConfig {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ConfigFault(file, `无法读取或不是 JSON（${error instanceof Error ? error.message : String(error)}）`)
  }
  return checkGatewayConfig(file, value)
}

/** Checks what a configuration file says or is to say. Throws ConfigFault. */
export function checkGatewayConfig(file: string, value: unknown): GatewayConfig {
  const read = GatewayConfig.safeParse(value)
  if (!read.success) {
    const issue = read.error.issues[0]
    throw new ConfigFault(file, `${issue?.path.join('.') || '内容'} 有误：${issue?.message ?? ''}`)
  }
  const folder = dirname(resolve(file))
  const config = { ...withAbsolutePaths(read.data, folder), ...carrierPaths(read.data, folder) }
  const { source } = config
  if (source.kind === 'platform') checkPlatform(file, config, source)
  else if (source.kind !== 'package') checkMappings(file, config, source)
  checkManual(file, config)
  checkNodes(file, config)
  return config
}
