import { isIP } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The only reader of environment variables. */

export type Profile = 'demo' | 'production'
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface Config {
  /** `demo`: data and users are fictional, the day can be moved. */
  readonly profile: Profile
  /** Absolute folder of everything this installation keeps outside the database. */
  readonly dataDir: string
  /** A PostgreSQL server to use, as its owner, or undefined for the embedded one in `dataDir`. */
  readonly databaseUrl: string | undefined
  /** Connection strings of the log-ins of requests and of bulk work: what a process of the centre gets, or the operator gives. */
  readonly appDatabaseUrl: string | undefined
  readonly workerDatabaseUrl: string | undefined
  /** JSON file with the installation's secret keys (mode 0600), never in the database. */
  readonly keysFile: string
  readonly host: string
  readonly port: number
  /** Folder of the built pages. */
  readonly webRoot: string
  readonly logLevel: LogLevel
  /** True when cookies may only travel over TLS (behind a TLS proxy). */
  readonly secureCookies: boolean
  /** Addresses and networks (CIDR) of the proxies whose word about a caller's address is believed; empty: nobody's is. */
  readonly proxies: readonly string[]
  /** Moved clock of a demo (demo-clock.ts); undefined: the system's clock. Refused under the production profile. */
  readonly clockFile: string | undefined
  /** Address at which people reach the pages, without a slash at its end; papers carry it in their QR codes. */
  readonly publicUrl: string | undefined
  /** Policy pack that new cases and campaigns go by. */
  readonly packId: string
  /** Where member units and relays dial, apart from the pages; undefined: they do not. */
  readonly exchange: ExchangePort | undefined
  /** Message bus that nodes may use beside the line: its servers, and the folder with this centre's certificate there. */
  readonly bus: { readonly servers: readonly string[]; readonly tlsDir: string } | undefined
}

/** A port for member units and relays. */
export interface ExchangePort {
  readonly host: string
  readonly port: number
  /** Mutual TLS; without it the port is on the machine itself unless its host is named: for a closed net, for benches. */
  readonly isSecure: boolean
  /** Names and addresses under which they dial it, as its certificate bears them. */
  readonly names: readonly string[]
}

const levels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[]

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Whether a line on a terminal may be drawn over: not where CI keeps what it shows, nor on a terminal that cannot. */
export function mayDrawOver(env: NodeJS.ProcessEnv = process.env): boolean {
  return (env.CI === undefined || env.CI === '' || env.CI === 'false') && env.TERM !== 'dumb'
}

/** The repository's (or the installed package's) root folder. */
export const packageRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

function oneOf<T extends string>(name: string, value: string | undefined, allowed: readonly T[], fallback: T): T {
  if (value === undefined || value === '') return fallback
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw new ConfigError(`环境变量 ${name} 的值“${value}”无效，可用：${allowed.join('、')}`)
  return found
}

function portOf(name: string, value: string): number {
  const port = Number(value)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigError(`环境变量 ${name} 的值“${value}”无效，应为 0 至 65535 的整数`)
  }
  return port
}

function textOf(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim()
}

function urlOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  if (!/^https?:\/\/[^\s?#]+$/.test(value) || !URL.canParse(value)) {
    throw new ConfigError(`环境变量 YINGBAO_PUBLIC_URL 的值“${value}”无效，应为网址，如 https://yingbao.example.gov.cn`)
  }
  return value.replace(/\/+$/, '')
}

function busOf(servers: string | undefined, tlsDir: string | undefined): Config['bus'] {
  if (servers === undefined) return undefined
  const list = servers.split(',').map((server) => server.trim())
  const wrong = list.find((server) => !/^[^\s/]+:\d{1,5}$/.test(server))
  if (wrong !== undefined) throw new ConfigError(`环境变量 YINGBAO_NATS 的“${wrong}”无效，应为 主机名:端口，多个以逗号分隔`)
  if (tlsDir === undefined) {
    throw new ConfigError('设置了 YINGBAO_NATS，还应以 YINGBAO_NATS_TLS 指明证书文件夹（ca.pem、cert.pem、key.pem）')
  }
  return { servers: list, tlsDir: path.resolve(tlsDir) }
}

const ADDRESS_BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 }

function isNetwork(text: string): boolean {
  const [address = '', bits, more] = text.split('/')
  const most = ADDRESS_BITS[isIP(address)]
  if (most === undefined || more !== undefined) return false
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most)
}

function proxiesOf(value: string | undefined): readonly string[] {
  const list = value?.split(',').map((network) => network.trim()) ?? []
  const wrong = list.find((network) => !isNetwork(network))
  if (wrong === undefined) return list
  throw new ConfigError(
    `环境变量 YINGBAO_PROXIES 的“${wrong}”无效，应为反向代理的 IP 地址或网段（如 10.1.2.3 或 10.1.2.0/24），多个以逗号分隔`,
  )
}

const LOOPBACK = '127.0.0.1'

function exchangeOf(env: NodeJS.ProcessEnv, host: string): ExchangePort | undefined {
  const port = textOf(env.YINGBAO_EXCHANGE_PORT)
  if (port === undefined) return undefined
  const isSecure = oneOf('YINGBAO_EXCHANGE_TLS', textOf(env.YINGBAO_EXCHANGE_TLS), ['yes', 'no'] as const, 'yes') === 'yes'
  return {
    host: textOf(env.YINGBAO_EXCHANGE_HOST) ?? (isSecure ? host : LOOPBACK),
    port: portOf('YINGBAO_EXCHANGE_PORT', port),
    isSecure,
    names: (textOf(env.YINGBAO_EXCHANGE_HOSTS) ?? `${LOOPBACK},localhost`).split(',').map((name) => name.trim()),
  }
}

/**
 * Reads the configuration; throws ConfigError (message in Chinese) for a value that cannot be used.
 * @param otherwise the profile where none is set: `demo` only for a command whose own option says that its data are fictional
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, otherwise: Profile = 'production'): Config {
  const profile = oneOf('YINGBAO_PROFILE', textOf(env.YINGBAO_PROFILE), ['demo', 'production'] as const, otherwise)
  const clockFile = textOf(env.YINGBAO_CLOCK_FILE)
  if (profile === 'production' && clockFile !== undefined) {
    throw new ConfigError('环境变量 YINGBAO_CLOCK_FILE 只供演示（YINGBAO_PROFILE=demo）拨动日期，正式运行时请去掉')
  }
  const dataDir = path.resolve(textOf(env.YINGBAO_DATA_DIR) ?? './var')
  const host = textOf(env.HOST) ?? LOOPBACK
  return {
    profile,
    dataDir,
    databaseUrl: textOf(env.DATABASE_URL),
    appDatabaseUrl: textOf(env.YINGBAO_APP_DATABASE_URL),
    workerDatabaseUrl: textOf(env.YINGBAO_WORKER_DATABASE_URL),
    keysFile: path.resolve(textOf(env.YINGBAO_KEYS_FILE) ?? path.join(dataDir, 'keys.json')),
    host,
    port: portOf('PORT', textOf(env.PORT) ?? '8080'),
    webRoot: path.resolve(textOf(env.YINGBAO_WEB_ROOT) ?? path.join(packageRoot, 'dist/web')),
    logLevel: oneOf('YINGBAO_LOG', textOf(env.YINGBAO_LOG), levels, profile === 'demo' ? 'warn' : 'info'),
    secureCookies: oneOf('YINGBAO_SECURE_COOKIES', textOf(env.YINGBAO_SECURE_COOKIES), ['yes', 'no'] as const, 'no') === 'yes',
    proxies: proxiesOf(textOf(env.YINGBAO_PROXIES)),
    clockFile,
    publicUrl: urlOf(textOf(env.YINGBAO_PUBLIC_URL)),
    packId: textOf(env.YINGBAO_PACK) ?? 'reference',
    exchange: exchangeOf(env, host),
    bus: busOf(textOf(env.YINGBAO_NATS), textOf(env.YINGBAO_NATS_TLS)),
  }
}

/** The log-ins that the operator gives beside DATABASE_URL; undefined when the product makes its own. Throws ConfigError for half of it. */
export function givenLogins(config: Config): { readonly app: string; readonly worker: string } | undefined {
  const { databaseUrl, appDatabaseUrl: app, workerDatabaseUrl: worker } = config
  if (app === undefined && worker === undefined) return undefined
  if (databaseUrl === undefined || app === undefined || worker === undefined) {
    throw new ConfigError(
      'YINGBAO_APP_DATABASE_URL、YINGBAO_WORKER_DATABASE_URL 应同时给出，并与 DATABASE_URL（所有者，用于升级）一起设置',
    )
  }
  return { app, worker }
}

/** The connection string a process was given; throws ConfigError that names the variable. */
export function neededUrl(config: Config, login: 'app' | 'worker'): string {
  const [url, name] =
    login === 'app'
      ? [config.appDatabaseUrl, 'YINGBAO_APP_DATABASE_URL']
      : [config.workerDatabaseUrl, 'YINGBAO_WORKER_DATABASE_URL']
  if (url === undefined) throw new ConfigError(`这个进程需要环境变量 ${name}：数据库登录的连接（docs/operations.md）`)
  return url
}

/** What opens the database: a child process gets of it only what it is given. */
const LOGINS = new Set([
  'DATABASE_URL',
  'YINGBAO_APP_DATABASE_URL',
  'YINGBAO_WORKER_DATABASE_URL',
  'PGUSER',
  'PGPASSWORD',
  'PGPASSFILE',
])

/** The environment handed to a child process: this process's own without what opens the database, with `extra` on top. */
export function childEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !LOGINS.has(name))
  return { ...Object.fromEntries(kept), ...extra }
}
