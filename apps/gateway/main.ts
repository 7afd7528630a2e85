/** `yingbao gateway`: runs the gateways of one or more member units until it is told to stop. */
import { parseArgs } from 'node:util'
import type { GatewayConfig } from '#exchange/contract'
import { clockOf } from './clock.ts'
import { ConfigFault, readGatewayConfig } from './config.ts'
import { Gateway } from './gateway.ts'
import { LedgerBusy } from './ledger/ledger-file.ts'
import { openStore } from './store/open-store.ts'

const help = `yingbao gateway --config FILE [--config FILE …]

成员单位前置机：主动连接核对中心，核验授权，从本单位的数据中答复查询，并在本地留痕。
A member unit's gateway: dials the verification centre, checks authorisations, answers queries
from the unit's own data and keeps its own log.

  --config FILE   配置文件（JSON），可重复以在一个进程中运行多个单位
                  configuration file (JSON); repeat it to serve several units in one process
  --help          显示本说明 / show this help

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

function readConfigs(paths: readonly string[]): GatewayConfig[] | string {
  try {
    return paths.map(readGatewayConfig)
  } catch (error) {
    if (error instanceof ConfigFault) return error.message
    throw error
  }
}

/** Resolves when the process is told to end. */
function endSignal(): AbortController {
  const end = new AbortController()
  const stop = (): void => end.abort()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
  return end
}

/** Runs the command. Exit codes: 0 stopped, 2 bad arguments or configuration. */
export async function runGateway(argv: readonly string[], io: CommandIo): Promise<number> {
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
  const start = async (config: GatewayConfig): Promise<void> => {
    const io = { clock: clockOf(config.clockFile), say, signal }
    await new Gateway(config, await openStore(config, io), io).run()
  }
  try {
    await Promise.all(configs.map(start))
    return 0
  } catch (error) {
    if (!(error instanceof LedgerBusy)) throw error
    io.stderr.write(`${error.message}\n`)
    return 2
  } finally {
    end.abort()
  }
}
