/** `yingbao gateway bundle`: a unit without a line takes bundles, answers what they ask, and writes the bundle that goes back. */
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { GatewayConfig } from '#sources/contract'
import { type BundleReport, writeBundle } from '#wire'
import { takeBundles } from '#wire/server'
import { Answerer } from './answer.ts'
import { Bell } from './bell.ts'
import { clockOf } from './clock.ts'
import { ConfigFault, readGatewayConfig } from './config.ts'
import { endSignal } from './end-signal.ts'
import { openUnitLedger } from './gateway.ts'
import { Answering } from './gateway-answering.ts'
import type { GatewayIo } from './io.ts'
import { LedgerBusy } from './ledger/ledger-file.ts'
import type { SqliteLedger } from './ledger/sqlite-ledger.ts'
import { openStore } from './store/open-store.ts'
import type { UnitStore } from './store/unit-store.ts'

const usage = '用法：yingbao gateway bundle --config FILE --in FILE [--in FILE …] --out DIR'
const LOOK_MS = 50

/** Where the command writes. */
interface Streams {
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown }
}

interface Order {
  config: GatewayConfig
  files: string[]
  out: string
}

/** A unit's ledger and data, open for one run without a line. */
interface Opened {
  config: GatewayConfig
  ledger: SqliteLedger
  store: UnitStore
  work: Bell
  io: GatewayIo
}

function orderOf(argv: readonly string[]): Order | string {
  try {
    const text = { type: 'string' } as const
    const { values } = parseArgs({ args: [...argv], options: { config: text, in: { ...text, multiple: true }, out: text } })
    const { config, in: files = [], out } = values
    if (!config || !out || files.length === 0) return `缺少 --config、--in 或 --out\n${usage}`
    return { config: readGatewayConfig(config), files, out }
  } catch (error) {
    if (error instanceof ConfigFault) return error.message
    return `参数有误：${error instanceof Error ? error.message : String(error)}\n${usage}`
  }
}

/** Answers what is open until nothing is, or the signal ends it. */
async function answerAll({ config, ledger, store, work, io }: Opened): Promise<void> {
  const idle = new AbortController()
  const ended = { ...io, signal: AbortSignal.any([io.signal, idle.signal]) }
  const answerer = new Answerer(config, store, ledger.requests)
  const answering = new Answering({ ledger, answerer, rights: config.rights, work, io: ended }).run()
  while (ledger.requests.openCount() > 0 && !io.signal.aborted) await wait(LOOK_MS)
  idle.abort()
  await answering
}

/** Takes the files, and again those for which there was no room before what they asked was answered. */
async function takeAndAnswer(opened: Opened, files: readonly string[]): Promise<BundleReport[]> {
  const { ledger, io } = opened
  const reports = new Map<string, BundleReport>()
  for (let left: readonly string[] = files; left.length > 0 && !io.signal.aborted; ) {
    const taken = await takeBundles(ledger, left, io.clock)
    await answerAll(opened)
    for (const [path, report] of taken) reports.set(path, report)
    const full = [...taken].filter(([, { code }]) => code === 'full')
    left = full.some(([, { messages }]) => messages > 0) ? full.map(([path]) => path) : []
  }
  return [...reports.values()]
}

async function carry(opened: Opened, { files, out }: Order, io: Streams): Promise<number> {
  const { ledger, config } = opened
  const reports = await takeAndAnswer(opened, files)
  for (const { file, code, message } of reports) io.stdout.write(`${file}：${code ? `${code} ` : ''}${message}\n`)
  const manifests = reports.flatMap(({ state, manifest }) => (manifest && state !== 'refused' ? [manifest] : []))
  const answers = manifests.at(-1)
  const refused = reports.filter(({ state }) => state === 'refused')
  const plan = { to: config.centreId, dir: out, refused, ...(answers && { answers }) }
  const written = await writeBundle(ledger, plan, opened.io.clock)
  if (written) {
    io.stdout.write(`已写出回程离线包（报文 ${written.messages} 件、回执 ${written.receipts} 份）：\n`)
    for (const name of written.files) io.stdout.write(`  ${name}\n`)
  } else io.stdout.write('没有需要带回的内容\n')
  return reports.every(({ state }) => state === 'taken' || state === 'repeated') ? 0 : 1
}

/** Runs the command. Exit codes: 0 all files taken, 1 a file was refused or waits, 2 bad arguments or the gateway is running. */
export async function runGatewayBundle(argv: readonly string[], streams: Streams): Promise<number> {
  const order = orderOf(argv)
  if (typeof order === 'string') {
    streams.stderr.write(`${order}\n`)
    return 2
  }
  const { config } = order
  const end = endSignal()
  const say = (text: string): void => void streams.stderr.write(`${text}\n`)
  const io: GatewayIo = { clock: clockOf(config.clockFile), say, signal: end.signal }
  const work = new Bell()
  try {
    const ledger = openUnitLedger(config, io, work)
    try {
      const store = await openStore(config, io)
      return await carry({ config, ledger, store, work, io }, order, streams).finally(() => store.close())
    } finally {
      ledger.close()
    }
  } catch (error) {
    if (!(error instanceof LedgerBusy)) throw error
    say(
      `本单位的前置机正在运行，账册同时只能由一个程序打开。请先停止前置机再执行，或在配置中写 "bundles": {"in": …, "out": …}，由运行中的前置机自动收发离线包`,
    )
    return 2
  } finally {
    end.abort()
  }
}
