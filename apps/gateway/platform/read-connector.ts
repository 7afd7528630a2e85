/** Reads a connector and lays a unit's configuration over it; what does not fit is said before anything is called. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse as parseYaml } from 'yaml'
import type { z } from 'zod'
import {
  type AnswerShape,
  Connector,
  type ConnectorLimits,
  type ConnectorStep,
  type PlatformService,
  type PlatformSource,
  type RecordName,
  type RecordType,
  recordCatalogue,
  type UnitName,
} from '#sources/contract'
import { type Json, namesIn, type Scope, withoutEach } from './templates.ts'

/** The connector or what the configuration gives it cannot be used; says where and how to mend it. */
export class ConnectorFault extends Error {
  override readonly name = 'ConnectorFault'
}

/** A service ready to be asked: the connector's description with the configuration laid over it. */
export interface ServicePlan {
  record: RecordName
  values: Scope
  path: string
  ask: Json
  answer: AnswerShape
  columns: Readonly<Record<string, string>>
  codes: PlatformService['codes']
}

/** A connector with the services of a unit. */
export interface PlatformPlan {
  connector: Connector
  limits: ConnectorLimits
  services: ReadonlyMap<RecordName, ServicePlan>
}

const shippedFolder = new URL('../connectors/', import.meta.url)

/** Names of the connectors that come with the gateway. */
export function shippedConnectors(): string[] {
  return readdirSync(shippedFolder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort()
}

/** Whether the configuration names a file instead of a connector that comes with the gateway. */
export function isConnectorFile(name: string): boolean {
  return ['.yaml', '.yml', '.json'].includes(extname(name))
}

function fileOf(name: string): string {
  if (isConnectorFile(name)) {
    if (!existsSync(name)) throw new ConnectorFault(`找不到连接器文件 ${name}，请检查 source.connector 的路径`)
    return name
  }
  const known = shippedConnectors()
  if (!known.includes(name)) {
    throw new ConnectorFault(`没有名为“${name}”的连接器，可用：${known.join('、')}，或写连接器文件的路径（.yaml、.json）`)
  }
  return fileURLToPath(new URL(`${name}.yaml`, shippedFolder))
}

function issueText(error: z.ZodError): string {
  const issue = error.issues[0]
  return `${issue?.path.join('.') || '内容'} 有误：${issue?.message ?? ''}`
}

/** Every code and every status means one thing. */
function checkCodes(where: string, lists: AnswerShape['codes']): void {
  const seen = new Map<string, string>()
  for (const [outcome, codes] of Object.entries(lists)) {
    for (const code of codes ?? []) {
      const other = seen.get(code)
      if (other !== undefined)
        throw new ConnectorFault(`${where} 中代码“${code}”同时列在 ${other} 和 ${outcome} 下，请只保留一处`)
      seen.set(code, outcome)
    }
  }
}

/** Reads a connector: one that comes with the gateway, or a file. Throws ConnectorFault. */
export function readConnector(name: string): Connector {
  const file = fileOf(name)
  let value: unknown
  try {
    value = parseYaml(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ConnectorFault(`连接器文件 ${file} 无法读取：${error instanceof Error ? error.message : String(error)}`)
  }
  const read = Connector.safeParse(value)
  if (!read.success) throw new ConnectorFault(`连接器文件 ${file}：${issueText(read.error)}`)
  checkCodes('answer.codes', read.data.answer.codes)
  checkCodes('answer.http', read.data.answer.http)
  return read.data
}

/** Checks templates in the order in which their names get values. */
class NameCheck {
  readonly #known: Set<string>
  readonly #where: string

  constructor(where: string, known: Iterable<string>) {
    this.#where = where
    this.#known = new Set(known)
  }

  uses(part: string, tree: Json, also: readonly string[] = []): void {
    const unknown = namesIn(tree).find((name) => !this.#known.has(name) && !also.some((prefix) => name.startsWith(prefix)))
    if (unknown !== undefined) {
      throw new ConnectorFault(
        `${this.#where} 的 ${part} 用到“{${unknown}}”，但没有这个值；请在 values 或 steps 中给出，或改正名称`,
      )
    }
  }

  steps(part: string, steps: readonly ConnectorStep[], also: readonly string[] = []): void {
    for (const step of steps) {
      this.uses(part, step as unknown as Json, also)
      this.#known.add(step.set)
    }
  }

  take(names: readonly string[]): void {
    for (const name of names) this.#known.add(name)
  }
}

const alwaysKnown = ['asOf', ...['auth', 'purpose', 'legalBasis', 'caseNo', 'operator'].map((name) => `grounds.${name}`)]

function checkTemplates(connector: Connector, plan: ServicePlan, limits: ConnectorLimits): void {
  const { session, call } = connector
  const names = new NameCheck(`连接器 ${connector.connector}（${plan.record}）`, [...Object.keys(plan.values), ...alwaysKnown])
  if (session) {
    const own = new NameCheck(`连接器 ${connector.connector}`, Object.keys(plan.values))
    own.steps('session.steps', session.steps)
    own.uses('session', { path: session.path, headers: session.headers, ask: session.ask })
    names.take(Object.keys(session.take))
    names.steps('session.after', session.after)
  }
  const isAlone = limits.persons === 1
  const inCalls = isAlone ? ['asked.', 'page.'] : ['page.']
  names.steps('call.steps', call.steps, inCalls)
  names.uses('call.headers', call.headers, inCalls)
  names.uses('path', plan.path, inCalls)
  names.uses('ask', isAlone ? plan.ask : withoutEach(plan.ask), inCalls)
  names.uses('ask', plan.ask, ['asked.', 'page.'])
  if (plan.answer.row) names.uses('answer.row', plan.answer.row as unknown as Json, ['row'])
  names.uses('columns', plan.columns, isAlone ? ['row.', 'asked.'] : ['row.'])
}

/** What the configuration says of a record type, laid over the connector's service of that name. */
function laidOver(connector: Connector, short: string, given: PlatformSource['records'][string]): PlatformService {
  if (given.service === undefined) return given
  const base = connector.services[given.service]
  if (!base) {
    const known = Object.keys(connector.services).join('、') || '无'
    throw new ConnectorFault(
      `连接器 ${connector.connector} 没有服务“${given.service}”（source.records.${short}.service），可用：${known}`,
    )
  }
  if (base.record !== undefined && base.record !== short) {
    throw new ConnectorFault(`服务“${given.service}”答复的是 ${base.record}，不能用于 source.records.${short}`)
  }
  return {
    values: { ...base.values, ...given.values },
    path: given.path ?? base.path,
    ask: given.ask ?? base.ask,
    answer: { ...base.answer, ...given.answer },
    columns: { ...base.columns, ...given.columns },
    codes: { ...base.codes, ...given.codes },
  }
}

function checkColumns(short: string, type: RecordType, service: PlatformService): void {
  const known = type.table.columns.map((column) => column.name)
  const unknown = [...Object.keys(service.columns), ...Object.keys(service.codes)].find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new ConnectorFault(`source.records.${short} 中没有列“${unknown}”，可用：${known.join('、')}`)
  }
  const missing = type.table.columns.filter(({ name, required }) => required && service.columns[name] === undefined)
  if (missing.length > 0) {
    const names = missing.map(({ name, label }) => `${name}（${label}）`).join('、')
    throw new ConnectorFault(`source.records.${short}.columns 缺少必填列 ${names}，请写明由平台的哪个字段给出，如 "{row.字段名}"`)
  }
}

function checkValues(connector: Connector, short: string, values: Readonly<Record<string, string>>): void {
  const missing = Object.keys(connector.values).filter((name) => (values[name] ?? '') === '')
  if (missing.length > 0) {
    const names = missing.map((name) => `${name}（${connector.values[name]}）`).join('、')
    throw new ConnectorFault(
      `连接器 ${connector.connector} 需要 ${names}，请在 source.values 或 source.records.${short}.values 中给出`,
    )
  }
}

function servicePlan(connector: Connector, source: PlatformSource, unit: UnitName, short: string): ServicePlan {
  const type = recordCatalogue.get(`${unit}/${short}`)
  const given = source.records[short]
  if (!type || !given) throw new ConnectorFault(`单位 ${unit} 没有记录类型“${short}”`)
  const service = laidOver(connector, short, given)
  const values = { ...source.values, ...service.values }
  checkValues(connector, short, values)
  checkColumns(short, type, service)
  if (service.path === undefined) throw new ConnectorFault(`source.records.${short} 缺少 path（服务在平台上的路径）`)
  const answer: AnswerShape = { ...connector.answer, ...withoutUndefined(service.answer ?? {}) }
  checkCodes(`source.records.${short}.answer.codes`, answer.codes)
  const { columns, codes, path, ask = {} } = service
  return { record: type.name, values, path, ask, answer, columns, codes }
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}

function checkWay(connector: Connector, source: PlatformSource): void {
  const { connector: name } = connector
  if (connector.certificate && (source.tls === undefined || !source.url.startsWith('https:'))) {
    throw new ConnectorFault(
      `连接器 ${name} 凭客户端证书登录：source.url 须以 https:// 开头，source.tls 须给出 cert、key、ca 三个文件`,
    )
  }
  if (connector.call.carries === 'envelope' && source.peer === undefined) {
    throw new ConnectorFault(`连接器 ${name} 用本系统的签名信封：source.peer 须给出对方的 nodeId 和公钥 keys`)
  }
}

/** Lays a configuration over its connector. Throws ConnectorFault. */
export function planPlatform(source: PlatformSource, unit: UnitName): PlatformPlan {
  const connector = readConnector(source.connector)
  const limits: ConnectorLimits = { ...connector.limits, ...withoutUndefined(source.limits ?? {}) }
  checkWay(connector, source)
  const services = new Map<RecordName, ServicePlan>()
  for (const short of Object.keys(source.records)) {
    const plan = servicePlan(connector, source, unit, short)
    checkTemplates(connector, plan, limits)
    services.set(plan.record, plan)
  }
  return { connector, limits, services }
}
