/** `yingbao gateway desk-account`: gives a data officer a password for the desk. */
import { parseArgs } from 'node:util'
import type { DeskAccount } from '#sources/contract'
import { systemClock } from '../clock.ts'
import { ConfigFault } from '../config.ts'
import { changeConfig, type RawConfig, stampOf } from './config-file.ts'
import { hashPassword, SHORTEST_PASSWORD } from './password.ts'

const help = `yingbao gateway desk-account --config FILE --name NAME [--remove]

为前置机页面的数据专员设置口令；口令从标准输入读取一行。已有同名账号时更换口令。
Sets the password of a data officer for the gateway's page, read as one line from standard input.

  --config FILE   配置文件 / configuration file
  --name NAME     专员姓名，页面上的每一步都以此名留痕 / name of the officer; every step is logged under it
  --remove        删除该账号 / removes the account
`

/** Where the command reads and writes. */
export interface AccountIo {
  stdin: AsyncIterable<Uint8Array | string>
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown }
}

const DEFAULT_PORT = 8090

async function firstLine(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  let text = ''
  for await (const piece of input) {
    text += typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8')
    if (text.includes('\n')) break
  }
  return (text.split('\n')[0] ?? '').replace(/\r$/, '')
}

function withAccounts(raw: RawConfig, change: (accounts: DeskAccount[]) => DeskAccount[]): RawConfig {
  const desk = (raw.desk ?? { port: DEFAULT_PORT }) as { accounts?: DeskAccount[] }
  return { ...raw, desk: { ...desk, accounts: change(desk.accounts ?? []) } }
}

interface Options {
  config: string
  name: string
  remove: boolean
}

function optionsOf(argv: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { config: { type: 'string' }, name: { type: 'string' }, remove: { type: 'boolean', default: false } },
    })
    if (values.config === undefined) return '缺少 --config'
    if (values.name === undefined || values.name.trim() === '') return '缺少 --name'
    return { config: values.config, name: values.name.trim(), remove: values.remove }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Runs the command. Exit codes: 0 done, 2 bad arguments, password or configuration. */
export async function runDeskAccount(argv: readonly string[], io: AccountIo): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const options = optionsOf(argv)
  if (typeof options === 'string') {
    io.stderr.write(`参数有误：${options}\n用法：yingbao gateway desk-account --config FILE --name NAME（详见 --help）\n`)
    return 2
  }
  const { config, name, remove } = options
  const password = remove ? '' : await firstLine(io.stdin)
  if (!remove && password.length < SHORTEST_PASSWORD) {
    io.stderr.write(`口令至少 ${SHORTEST_PASSWORD} 个字符，请从标准输入给出一行口令\n`)
    return 2
  }
  const account = remove ? [] : [{ name, password: await hashPassword(password) }]
  try {
    const stamp = stampOf(systemClock.iso(systemClock.nowMs()))
    changeConfig(config, stamp, (raw) => withAccounts(raw, (all) => [...all.filter((each) => each.name !== name), ...account]))
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error
    io.stderr.write(`${error.message}\n`)
    return 2
  }
  io.stdout.write(remove ? `已删除账号“${name}”，重新启动前置机后生效\n` : `已为“${name}”设置口令，重新启动前置机后生效\n`)
  return 0
}
