/** Reads and checks the configuration files of gateways. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { GatewayConfig, type GatewaySource, type RecordType, recordCatalogue } from '#exchange/contract'

/** The configuration cannot be used; the message says which file, where, and how to mend it. */
export class ConfigFault extends Error {
  constructor(file: string, what: string) {
    super(`配置文件 ${file}：${what}`)
    this.name = 'ConfigFault'
  }
}

type MappedSource = Exclude<GatewaySource, { kind: 'package' }>

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

/** Paths in the file are relative to it. */
function withAbsolutePaths(config: GatewayConfig, folder: string): GatewayConfig {
  const stateDir = resolve(folder, config.stateDir)
  const { source } = config
  if (source.kind === 'package') return { ...config, stateDir, source: { ...source, dir: resolve(folder, source.dir) } }
  if (source.kind === 'sql') {
    return { ...config, stateDir, source: source.driver === 'sqlite' ? { ...source, url: resolve(folder, source.url) } : source }
  }
  const entries = Object.entries(source.records).map(([name, each]) => [name, { ...each, file: resolve(folder, each.file) }])
  return { ...config, stateDir, source: { ...source, records: Object.fromEntries(entries) } }
}

/** Reads one configuration file. Throws ConfigFault. */
export function readGatewayConfig(file: string): GatewayConfig {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ConfigFault(file, `无法读取或不是 JSON（${error instanceof Error ? error.message : String(error)}）`)
  }
  const read = GatewayConfig.safeParse(value)
  if (!read.success) {
    const issue = read.error.issues[0]
    throw new ConfigFault(file, `${issue?.path.join('.') || '内容'} 有误：${issue?.message ?? ''}`)
  }
  if (read.data.source.kind !== 'package') checkMappings(file, read.data, read.data.source)
  return withAbsolutePaths(read.data, dirname(resolve(file)))
}
