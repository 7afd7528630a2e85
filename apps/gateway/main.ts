/** `yingbao gateway`: runs the gateways of one or more member units until it is told to stop. */
import { parseArgs } from 'node:util'
import type { GatewayConfig } from '#sources/contract'
import { ownKeys } from '#wire'
import { clockOf } from './clock.ts'
import { ConfigFault, readGatewayConfig } from './config.ts'
import { endSignal } from './end-signal.ts'
import { Gateway } from './gateway.ts'
import type { GatewayIo } from './io.ts'
import { LedgerBusy } from './ledger/ledger-file.ts'
import { openStore } from './store/open-store.ts'

const help = `yingbao gateway --config FILE [--config FILE …]

成员单位前置机：主动连接核对中心，核验授权，从本单位的数据中答复查询，并在本地留痕。
A member unit's gateway: dials the verification centre, checks authorisations, answers queries
from the unit's own data and keeps its own log.

  --config FILE   配置文件（JSON），可重复以在一个进程中运行多个单位
                  configuration file (JSON); repeat it to serve several units in one process
  --help          显示本说明 / show this help

yingbao gateway desk-account --config FILE --name NAME
  为前置机页面的数据专员设置口令 / sets the password of a data officer for the gateway's page

yingbao gateway bundle --config FILE --in FILE … --out DIR
  没有网络时：接收离线包（.ybx），答复其中的查询，写出带回的离线包
  without a line: takes bundles, answers what they ask, writes the bundle that goes back

配置文件由核对中心登记单位时生成，含本单位私钥，请以 0600 权限保存。
The centre makes the file when it enrols the unit. It holds the unit's private keys: keep it at mode 0600.
`

/** Where the command writes. */
export interface CommandIo {
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown }
}

interface Options {
  configs: string[]
  help: boolean
}

function optionsOf(argv: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { config: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean', short: 'h', default: false } },
    })
    return { configs: values.config, help: values.help }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** A configuration with the file it stands in. */
interface Configured {
  file: string
  config: GatewayConfig
}

/** A gateway that runs has at least one way to the centre. Throws ConfigFault. */
function reachable(file: string, config: GatewayConfig): GatewayConfig {
  if (config.centreUrl !== undefined || config.bundles || config.nats) return config
  const what = '没有通往核对中心的途径：请补上 centreUrl、bundles 或 nats 中的一项；只用离线包时也可执行 yingbao gateway bundle'
  throw new ConfigFault(file, what)
}

function readConfigs(files: readonly string[]): Configured[] | string {
  try {
    return files.map((file) => ({ file, config: reachable(file, readGatewayConfig(file)) }))
  } catch (error) {
    if (error instanceof ConfigFault) return error.message
    throw error
  }
}

/** Runs one unit's gateway, with the page for its data officer where the configuration has one. */
async function runUnit({ file, config }: Configured, io: GatewayIo): Promise<void> {
  const store = await openStore(config, io)
  const gateway = new Gateway(config, store, io)
  if (config.desk !== undefined) {
    const { serveDesk } = await import('./desk/serve-desk.ts')
    const { deskBook: ledger, line } = gateway
    const { clock, signal } = io
    const say = (text: string): void => io.say(`[${config.unit}] ${text}`)
    const parts = {
      config,
      configFile: file,
      ledger,
      store,
      line: () => line?.state ?? null,
      signer: ownKeys(config.keys),
      clock,
      say,
    }
    const desk = await serveDesk(parts, config.desk)
    say(`前置机页面：${desk.url}`)
    signal.addEventListener('abort', () => void desk.close(), { once: true })
  }
  await gateway.run()
}

/** Runs the command. Exit codes: 0 stopped, 2 bad arguments or configuration. */
export async function runGateway(argv: readonly string[], io: CommandIo): Promise<number> {
  if (argv[0] === 'desk-account') {
    const { runDeskAccount } = await import('./desk/account-command.ts')
    return runDeskAccount(argv.slice(1), { stdin: process.stdin, ...io })
  }
  if (argv[0] === 'bundle') return (await import('./bundle-command.ts')).runGatewayBundle(argv.slice(1), io)
  const options = optionsOf(argv)
  if (typeof options === 'string' || (!options.help && options.configs.length === 0)) {
    const why = typeof options === 'string' ? options : '缺少 --config'
    io.stderr.write(`参数有误：${why}\n用法：yingbao gateway --config FILE（详见 --help）\n`)
    return 2
  }
  if (options.help) {
    io.stdout.write(help)
    return 0
  }
  const configs = readConfigs(options.configs)
  if (typeof configs === 'string') {
    io.stderr.write(`${configs}\n`)
    return 2
  }
  const end = endSignal()
  const { signal } = end
  const say = (text: string): void => void io.stderr.write(`${text}\n`)
  try {
    await Promise.all(configs.map((each) => runUnit(each, { clock: clockOf(each.config.clockFile), say, signal })))
    return 0
  } catch (error) {
    if (!(error instanceof LedgerBusy)) throw error
    io.stderr.write(`${error.message}\n`)
    return 2
  } finally {
    end.abort()
  }
}
