/** `yingbao dci`: partners of the DCI edge, asking another registry, and the test-partner mode. */
import { readFileSync } from 'node:fs'
import {
  addPartner,
  askForChanges,
  askForLater,
  askNow,
  askStatus,
  type DciDeps,
  disablePartner,
  endChanges,
  findAsked,
  grantRight,
  listKnownPartners,
  listNotices,
  listParkedMessages,
  type Question,
  sendParkedAgain,
  setSignatureStubs,
} from '#dci'
import { isProblem, Problem } from '#kernel/problem'
import { systemClock } from '#platform/clock'
import { type Config, givenLogins, readConfig } from '#platform/config'
import { createLog } from '#platform/log'
import { openInstallation } from '../run/installation.ts'
import type { Io } from './io.ts'
import { countOf, type OptionValues, readOptions, textOf } from './options.ts'

const help = `yingbao dci partner add --file FILE            登记合作方（JSON，写法见 docs/dci.md），打印一次性的 client_secret
yingbao dci partner grant --id ID --file FILE  增改一项权限（JSON）
yingbao dci partner disable|enable --id ID     停用、恢复合作方，即时生效
yingbao dci partner stubs --id ID [--stubs A,B] 不要求签名的合作方可用哪些占位文字代替签名（如 unsigned）；不写 --stubs 为都不用
yingbao dci partner list                       合作方及其权限
yingbao dci parked [--send-again ID]           未能送达、待人处理的报文；重新发送其中一条
yingbao dci ask --id ID --number-file FILE --purpose P --reference R [--record Member|Group] [--later | --event E]
                                               向另一登记系统查询一人（身份号码写在文件里，不写在命令行上）；
                                               --later 稍后由对方送来，--event REGISTER 订阅其变化
yingbao dci asked --id ID [--transaction T]    某次查询的往来与答复；不写 --transaction 时为收到的变化通知
yingbao dci asked status --id ID --transaction T [--event E]  问对方办到哪一步
yingbao dci asked end --id ID --code C         取消订阅
yingbao dci --port N --partner-test            测试合作方模式：虚构的小登记册，空库自启，只在本机监听；正式运行时拒绝启动

Keeps the partners of the DCI edge, asks other registries, and runs the test-partner mode.
`

const badArguments = 2

type Work = (deps: DciDeps, config: Config, values: OptionValues, io: Io) => Promise<void>

function need(values: OptionValues, name: string): string {
  const text = textOf(values, name)
  if (text === undefined) throw new Problem('dci.arguments', `缺少参数 --${name}`, { status: 422 })
  return text
}

function fileOf(values: OptionValues, name: string): string {
  const file = need(values, name)
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new Problem('dci.file', `读不了文件 ${file}`, { status: 422 })
  }
}

function jsonOf(values: OptionValues): unknown {
  try {
    return JSON.parse(fileOf(values, 'file'))
  } catch (error) {
    if (isProblem(error)) throw error
    throw new Problem('dci.file', `文件 ${need(values, 'file')} 不是合法的 JSON`, { status: 422 })
  }
}

const say = (io: Io, text: string): void => void io.stdout.write(`${text}\n`)

function questionOf(values: OptionValues): Question {
  const recordType = textOf(values, 'record') ?? 'Member'
  if (recordType !== 'Member' && recordType !== 'Group') throw new Problem('dci.arguments', '--record 可用 Member、Group')
  return {
    idNumber: fileOf(values, 'number-file').trim(),
    recordType,
    purpose: need(values, 'purpose'),
    reference: need(values, 'reference'),
  }
}

const works: Readonly<Record<string, Work>> = {
  'partner add': async (deps, config, values, io) => {
    const { clientSecret } = await addPartner(deps, jsonOf(values), { loopback: config.profile !== 'production' })
    say(io, `已登记。client_secret（只显示这一次）：${clientSecret}`)
  },
  'partner grant': async (deps, _config, values, io) => {
    await grantRight(deps, need(values, 'id'), jsonOf(values))
    say(io, '权限已登记')
  },
  'partner disable': async (deps, _config, values, io) => {
    await disablePartner(deps, need(values, 'id'), true)
    say(io, '已停用，已发的令牌同时失效')
  },
  'partner enable': async (deps, _config, values, io) => {
    await disablePartner(deps, need(values, 'id'), false)
    say(io, '已恢复')
  },
  'partner stubs': async (deps, _config, values, io) => {
    const stubs = (textOf(values, 'stubs') ?? '').split(',').filter((stub) => stub !== '')
    await setSignatureStubs(deps, need(values, 'id'), stubs)
    say(io, stubs.length === 0 ? '已登记：没有占位文字' : `已登记：${stubs.join('、')}`)
  },
  'partner list': async (deps, _config, _values, io) => {
    for (const { id, name, roles, disabled, rights } of await listKnownPartners(deps)) {
      say(io, `${id}  ${name}  ${roles}${disabled ? '  已停用' : ''}`)
      for (const right of rights) {
        const until = right.validTo === null ? '' : `  至 ${right.validTo}`
        say(io, `  ${right.purpose}  ${right.recordType}  ${right.attributes.join('、')}${until}`)
      }
    }
  },
  parked: async (deps, _config, values, io) => {
    const again = textOf(values, 'send-again')
    if (again !== undefined) {
      await sendParkedAgain(deps, again)
      say(io, '已排入发送')
      return
    }
    for (const one of await listParkedMessages(deps)) {
      say(io, `${one.message_id}  ${one.partner_id}  ${one.action}  ${one.attempts} 次  ${one.last_error ?? ''}`)
    }
  },
  ask: async (deps, _config, values, io) => {
    const [id, question] = [need(values, 'id'), questionOf(values)]
    const event = textOf(values, 'event')
    if (event !== undefined) say(io, `事务编号 ${await askForChanges(deps, id, question, event)}`)
    else if (values.later === true) say(io, `事务编号 ${await askForLater(deps, id, [question])}`)
    else say(io, JSON.stringify(await askNow(deps, id, [question]), null, 2))
  },
  asked: async (deps, _config, values, io) => {
    const [id, transaction] = [need(values, 'id'), textOf(values, 'transaction')]
    const shown = transaction === undefined ? await listNotices(deps, id) : await findAsked(deps, id, transaction)
    say(io, JSON.stringify(shown, null, 2))
  },
  'asked status': async (deps, _config, values, io) => {
    const type = textOf(values, 'event') === undefined ? 'search' : 'subscribe'
    say(io, JSON.stringify(await askStatus(deps, need(values, 'id'), need(values, 'transaction'), type), null, 2))
  },
  'asked end': async (deps, _config, values, io) => {
    say(io, `事务编号 ${await endChanges(deps, need(values, 'id'), [need(values, 'code')])}`)
  },
}

async function runWork(name: string, values: OptionValues, io: Io): Promise<number> {
  const config = readConfig()
  const work = works[name] as Work
  const { dataDir, databaseUrl, keysFile } = config
  const installation = await openInstallation({
    dataDir,
    databaseUrl,
    logins: givenLogins(config),
    keysFile,
    clock: systemClock,
    maxConnections: 4,
  })
  try {
    const { db, keys, clock } = installation
    await work({ db, keys, clock, log: createLog(config.logLevel) }, config, values, io)
    return 0
  } finally {
    await installation.stop()
  }
}

async function untilToldToStop(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
}

async function runPartnerTest(values: OptionValues, io: Io): Promise<number> {
  const config = readConfig(undefined, 'demo')
  if (config.profile === 'production') {
    io.stderr.write(
      '正式运行（YINGBAO_PROFILE=production）时不能启动测试合作方模式：它用虚构数据并放开回调地址。请去掉 --partner-test\n',
    )
    return badArguments
  }
  const { startPartnerTest, testPurpose, testReceiverId } = await import('../run/dci-partner-test.ts')
  const port = countOf(values, 'port', 0)
  if (typeof port === 'string') throw new Problem('dci.arguments', port, { status: 422 })
  const running = await startPartnerTest(port, config.logLevel)
  say(io, '【测试合作方模式】数据均为虚构，停止后即消失；每个答复都带 X-Yingbao-Mode: partner-test')
  say(io, running.url)
  say(io, `本系统标识（receiver_id）：${testReceiverId}；用途代码（purpose.code）：${testPurpose}；回调地址可用本机任一地址`)
  for (const { id, secret, pair } of running.partners) {
    say(io, `client_id ${id}  client_secret ${secret}  ${pair === undefined ? '可不签名' : '须签名（Ed25519）'}`)
    if (pair !== undefined) say(io, `  ${JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: pair.publicKey, d: pair.privateKey })}`)
  }
  for (const { name, idNumber } of running.persons) say(io, `可查到的虚构人员：${name} UIN ${idNumber}`)
  await untilToldToStop()
  await running.stop()
  return 0
}

const options = {
  port: 'text',
  'partner-test': 'flag',
  file: 'text',
  id: 'text',
  'send-again': 'text',
  stubs: 'text',
  'number-file': 'text',
  purpose: 'text',
  reference: 'text',
  record: 'text',
  later: 'flag',
  event: 'text',
  transaction: 'text',
  code: 'text',
} as const

/** What the words before the options ask for; undefined when nothing is known by them. */
function runnerOf(words: readonly string[], values: OptionValues): ((io: Io) => Promise<number>) | undefined {
  const name = words.join(' ')
  if (Object.hasOwn(works, name)) return (io) => runWork(name, values, io)
  return name === '' && values['partner-test'] === true ? (io) => runPartnerTest(values, io) : undefined
}

/** Runs the command; gives its exit code. */
export async function runDci(argv: readonly string[], io: Io): Promise<number> {
  const end = argv.findIndex((word) => word.startsWith('-'))
  const words = argv.slice(0, end === -1 ? argv.length : end)
  const values = readOptions(argv.slice(words.length), options)
  if (typeof values === 'string') {
    io.stderr.write(`${values}\n`)
    return badArguments
  }
  if (values.help === true) {
    io.stdout.write(help)
    return 0
  }
  const run = runnerOf(words, values)
  if (run === undefined) {
    io.stderr.write(`用法：\n${help}`)
    return badArguments
  }
  try {
    return await run(io)
  } catch (error) {
    if (!isProblem(error)) throw error
    io.stderr.write(`${error.message}\n`)
    return 1
  }
}
