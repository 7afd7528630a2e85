/** `yingbao serve`: the product. It supervises the database, the server, the worker and, for the demo, the gateways. */
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { isProblem } from '#kernel/problem'
import { systemClock, today } from '#platform/clock'
import { type Config, type ExchangePort, givenLogins, readConfig } from '#platform/config'
import { clockOf } from '#platform/demo-clock'
import { freePort } from '#platform/free-port'
import { RunningAlready, runAlone, type SoleRun } from '#platform/sole-run'
import { builtInPack, listPackIds, resolveCasework, resolveVerify } from '#policy'
import { demoAsOf, demoClockFile, demoUsers, prepareDemo, startDemoCampaign, watchDemo } from '../run/demo.ts'
import { openDemoDesk } from '../run/demo-desk.ts'
import { dealConfigs, startGateway } from '../run/gateways.ts'
import { type Installation, type InstallationOptions, openInstallation } from '../run/installation.ts'
import { keepDatabase } from '../run/kept-database.ts'
import { centreRoles, type Role, roleCommand, runRole } from '../run/roles.ts'
import { type Supervised, supervise } from '../run/supervised.ts'
import { jobs } from '../server/jobs.ts'
import type { Io } from './io.ts'
import { countOf, readOptions, textOf } from './options.ts'
import { progressDisplay } from './progress.ts'
import { readyText } from './ready-text.ts'

const help = `yingbao serve [--port N] [--pack ID] [--demo] [--households N]

运行系统：数据库（内置，或环境变量 DATABASE_URL 指定的 PostgreSQL）、网页与接口、核对批处理。
  --port N         网页端口，缺省 8080
  --pack ID        执行的内置政策包，缺省 reference（环境变量 YINGBAO_PACK 也可指定）
  --demo           首次启动时生成并核对一个虚构区县，18 个成员单位的前置机一并运行
  --households N   虚构区县的户数，缺省 2500
数据保存在 ./var（环境变量 YINGBAO_DATA_DIR 可改），同一份数据只能运行一个。只有 --demo 建演示用户。

Runs the product: database (embedded, or the PostgreSQL server of DATABASE_URL), pages and API, batch worker.
  --port N         port of the pages, 8080 if not given
  --pack ID        built-in policy pack to go by, reference if not given (or YINGBAO_PACK)
  --demo           at the first start, generates and verifies a fictional district; runs the 18 units' gateways as well
  --households N   households of the fictional district, 2500 if not given
Data are kept in ./var (YINGBAO_DATA_DIR); only one may run on the same data. Demo users are made with --demo only.
`

interface Arguments {
  role: Role | undefined
  port: number | undefined
  demo: boolean
  households: number
  pack: string | undefined
}

const defaultHouseholds = 2500
const badArguments = 2

function readArguments(argv: readonly string[]): Arguments | 'help' | string {
  const values = readOptions(argv, { port: 'text', demo: 'flag', households: 'text', role: 'text', pack: 'text' })
  if (typeof values === 'string') return values
  if (values.help === true) return 'help'
  const port = textOf(values, 'port') === undefined ? undefined : countOf(values, 'port', 0)
  const households = countOf(values, 'households', defaultHouseholds)
  if (typeof port === 'string') return port
  if (typeof households === 'string') return households
  const role = textOf(values, 'role')
  if (role !== undefined && role !== 'server' && role !== 'worker') return `--role“${role}”应为 server 或 worker`
  return { role, port, demo: values.demo === true, households, pack: textOf(values, 'pack') }
}

/** Why a district cannot go by the pack from a date on, in words; undefined when it can. */
function packFault(id: string, on: string): string | undefined {
  const known = listPackIds()
  if (!known.includes(id)) return `没有名为“${id}”的内置政策包，--pack 可用：${known.join('、')}`
  try {
    const pack = builtInPack(id)
    resolveVerify(pack, on)
    resolveCasework(pack, on)
    return undefined
  } catch (error) {
    if (isProblem(error)) return `政策包“${id}”不能用于 ${on}：${error.message}`
    throw error
  }
}

/** Whether the port of the pages is free. */
async function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })
}

async function untilToldToStop(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
}

async function untilAnswers(url: string): Promise<void> {
  for (;;) {
    const reply = await fetch(`${url}/api/health`).catch(() => undefined)
    if (reply?.ok === true) return
    await wait(100)
  }
}

/** A port of this machine for the gateways of a demo, over mutual TLS like any other. */
async function ownExchange(): Promise<ExchangePort> {
  return { host: '127.0.0.1', port: await freePort(), isSecure: true, names: ['127.0.0.1'] }
}

interface DemoRun {
  readonly installation: Installation
  readonly config: Config
  readonly args: Arguments
  readonly exchange: ExchangePort
  readonly clockFile: string
  readonly io: Io
  readonly children: Supervised[]
}

/** Makes the demo district ready and verifies it; the gateways join the children as they start, so a stop ends them too. */
async function runDemo({ installation, config, args, exchange, clockFile, io, children }: DemoRun): Promise<void> {
  const display = progressDisplay(io.stderr)
  const say = (text: string): void => {
    display.end()
    io.stdout.write(`${text}\n`)
  }
  const { dataDir, packId } = config
  const { show } = display
  const plan = { dataDir, households: args.households, seed: 1, exchange, clockFile, say, show, pack: builtInPack(packId) }
  const byUnit = await prepareDemo(installation, plan)
  const configs = [...byUnit.values()]
  const police = byUnit.get('police')
  const desk = police !== undefined ? await openDemoDesk(police, config.port + 10) : undefined
  children.push(...dealConfigs(configs, configs.length).map((hand) => startGateway(hand)))
  say(`已启动 ${configs.length} 个成员单位前置机`)
  if (desk !== undefined) say(`公安的前置机页面（数据专员）：${desk}`)
  const campaignId = await startDemoCampaign(installation, plan.pack)
  const stopped = await watchDemo(installation, campaignId, (done, of) =>
    display.show('verify', of === 0 ? '准备核对' : `核对 ${done}/${of} 户`, of === 0 ? 0 : done / of),
  )
  say(
    stopped === undefined
      ? '核对完成：每户都有签名的核对报告'
      : `核对停下：${stopped}。其余功能可用；处理后由核对中心在“核对进度”页再试一次`,
  )
}

/** The demo users with their passwords as lines; none when they were made at an earlier start. */
async function userLines(installation: Installation): Promise<readonly string[]> {
  const users = await demoUsers(installation)
  return users.map((user) => `  ${user.account.padEnd(12)}${user.password.padEnd(18)}${user.roleLabel} ${user.name}\n`)
}

/** The installation, as long as no other centre runs on its data; undefined, with a sentence to the person, when one does. */
async function openAlone(options: InstallationOptions, io: Io): Promise<Installation | undefined> {
  let sole: SoleRun | undefined
  try {
    const installation = await openInstallation({
      ...options,
      async onServer(url) {
        sole = await runAlone(url)
      },
    })
    return {
      ...installation,
      stop: async () => {
        await sole?.release()
        await installation.stop()
      },
    }
  } catch (error) {
    await sole?.release()
    if (!(error instanceof RunningAlready)) throw error
    io.stderr.write(`${error.message}\n`)
    return undefined
  }
}

/** Why the command cannot run with this configuration, in words; undefined when it can. */
async function faultOf(args: Arguments, config: Config): Promise<string | undefined> {
  if (args.demo && config.profile === 'production') {
    return '设置了 YINGBAO_PROFILE=production，不能以 --demo 运行：演示用虚构数据和演示用户。请去掉 --demo，或去掉这项设置'
  }
  const fault = packFault(config.packId, args.demo ? demoAsOf : today(systemClock))
  if (fault !== undefined) return fault
  return (await isFree(config.host, config.port)) ? undefined : `端口 ${config.port} 已被占用，请用 --port 换一个端口`
}

async function runAll(args: Arguments, config: Config, io: Io): Promise<number> {
  const clockFile = args.demo ? demoClockFile(config.dataDir) : config.clockFile
  const { dataDir, databaseUrl, keysFile } = config
  const where = { dataDir, databaseUrl, keysFile, logins: givenLogins(config) }
  const opened = await openAlone({ ...where, jobs, clock: clockOf(clockFile) }, io)
  if (opened === undefined) return badArguments
  const installation = keepDatabase(opened, config.dataDir)
  const users = args.demo ? await userLines(installation) : []
  // Already here, should somebody stop it before the district is ready.
  if (users.length > 0) io.stdout.write(`演示用户（口令只在首次启动时显示）：\n${users.join('')}`)
  const url = `http://${config.host}:${config.port}`
  const exchange = config.exchange ?? (args.demo ? await ownExchange() : undefined)
  const env = {
    YINGBAO_DATA_DIR: config.dataDir,
    YINGBAO_KEYS_FILE: config.keysFile,
    PORT: String(config.port),
    YINGBAO_PACK: config.packId,
    YINGBAO_PROFILE: config.profile,
    ...(clockFile === undefined ? {} : { YINGBAO_CLOCK_FILE: clockFile }),
    ...(args.demo && config.publicUrl === undefined ? { YINGBAO_PUBLIC_URL: url } : {}),
    ...(exchange === undefined ? {} : { YINGBAO_EXCHANGE_HOST: exchange.host, YINGBAO_EXCHANGE_PORT: String(exchange.port) }),
  }
  const children: Supervised[] = centreRoles.map((role) => supervise(roleCommand(role, installation.urls, env)))
  let stopping = false
  const told = untilToldToStop().then(() => {
    stopping = true
  })
  try {
    await Promise.race([told, untilAnswers(url)])
    io.stdout.write(`网页已可访问：${url}\n`)
    if (args.demo && clockFile !== undefined && exchange !== undefined) {
      await Promise.race([told, runDemo({ installation, config, args, exchange, io, children, clockFile })])
    }
    if (!stopping) io.stdout.write(readyText({ url, users, demo: args.demo, dataDir: config.dataDir }))
    await told
  } finally {
    await Promise.allSettled(children.map((child) => child.stop()))
    await installation.stop()
  }
  return 0
}

/** Runs the command; gives its exit code. */
export async function runServe(argv: readonly string[], io: Io): Promise<number> {
  const args = readArguments(argv)
  if (args === 'help') {
    io.stdout.write(help)
    return 0
  }
  if (typeof args === 'string') {
    io.stderr.write(`${args}\n`)
    return badArguments
  }
  const read = readConfig(undefined, args.demo ? 'demo' : 'production')
  const config: Config = { ...read, port: args.port ?? read.port, packId: args.pack ?? read.packId }
  if (args.role === undefined) {
    const fault = await faultOf(args, config)
    if (fault === undefined) return runAll(args, config, io)
    io.stderr.write(`${fault}\n`)
    return badArguments
  }
  await runRole(args.role, config)
  return 0
}
