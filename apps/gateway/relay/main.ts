/** `yingbao relay`: runs a province's or city's node, which carries sealed messages between others, until it is told to stop. */
import { parseArgs } from 'node:util'
import { clockOf } from '../clock.ts'
import { ConfigFault } from '../config.ts'
import { endSignal } from '../end-signal.ts'
import { LedgerBusy } from '../ledger/ledger-file.ts'
import type { CommandIo } from '../main.ts'
import { runRelayNode } from './relay.ts'
import { readRelayConfig } from './relay-config.ts'

const help = `yingbao relay --config FILE

转送节点：省、市的节点。接收相邻节点的报文，核验来源与放行规则，原样转送给下一节点；
正文始终加密，本节点只见路由、条数与授权编号。
A relay: the node of a province or city. It takes what neighbours hand over, checks who wrote it and
whether it may pass, and carries it on as it is. Content stays sealed.

  --config FILE   配置文件（JSON） / configuration file (JSON)
  --help          显示本说明 / show this help

配置文件含本节点私钥，请以 0600 权限保存。
The file holds the node's private keys: keep it at mode 0600.
`

function configOf(argv: readonly string[]): { config: string } | { help: true } | { fault: string } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { config: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
    })
    if (values.help) return { help: true }
    return values.config === undefined ? { fault: '缺少 --config' } : { config: values.config }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

/** Runs the command. Exit codes: 0 stopped, 2 bad arguments or configuration. */
export async function runRelay(argv: readonly string[], io: CommandIo): Promise<number> {
  const options = configOf(argv)
  if ('fault' in options) {
    io.stderr.write(`参数有误：${options.fault}\n用法：yingbao relay --config FILE（详见 --help）\n`)
    return 2
  }
  if ('help' in options) {
    io.stdout.write(help)
    return 0
  }
  try {
    const config = readRelayConfig(options.config)
    const say = (text: string): void => void io.stderr.write(`${text}\n`)
    await runRelayNode(config, { clock: clockOf(config.clockFile), say, signal: endSignal().signal })
    return 0
  } catch (error) {
    if (!(error instanceof ConfigFault || error instanceof LedgerBusy)) throw error
    io.stderr.write(`${error.message}\n`)
    return 2
  }
}
