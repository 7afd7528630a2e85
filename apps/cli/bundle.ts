/** `yingbao bundle`: the centre's side of sticks and drops. Works beside a running server. */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { PgLedger } from '#exchange'
import { systemClock } from '#platform/clock'
import { givenLogins, readConfig } from '#platform/config'
import { createLog } from '#platform/log'
import { type BundleOrder, LedgerFault, writeBundle } from '#wire'
import { takeBundles } from '#wire/server'
import { openCentreLine } from '../run/centre-endpoint.ts'
import { openInstallation } from '../run/installation.ts'
import type { Io } from './io.ts'

const help = `yingbao bundle export --to UNIT --out DIR      为一个节点写出离线包（.ybx）：尚无回执的报文，以及对其来文的回执
yingbao bundle import FILE … [--out DIR]      接收离线包；给出 --out 时写出带回的离线包

  --to UNIT   成员单位（如 police）或节点编号（如 629901.police）
  --out DIR   写出文件的文件夹，没有则新建

文件已签名并封给接收方，可用 U 盘或 SFTP 传送；重复导入不会重复计入。
Writes and takes sealed bundles, for units without a line. Importing a file again changes nothing.
`

const badArguments = 2

interface Order {
  kind: 'export' | 'import'
  to: string
  out: string | undefined
  files: string[]
}

function orderOf(argv: readonly string[]): Order | 'help' | string {
  try {
    const text = { type: 'string' } as const
    const options = { to: text, out: text, help: { type: 'boolean', short: 'h', default: false } } as const
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    if (values.help) return 'help'
    const [kind, ...files] = positionals
    const { to = '', out } = values
    if (kind === 'export') return to === '' || !out || files.length > 0 ? 'export 需要 --to 与 --out' : { kind, to, out, files }
    if (kind !== 'import') return '应为 export 或 import'
    const missing = files.find((file) => !existsSync(file))
    if (missing !== undefined) return `没有文件 ${missing}`
    return files.length === 0 ? 'import 需要文件' : { kind, to, out, files }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The id of a node; a member unit may go by its short name. */
function nodeIdOf(to: string, centreId: string): string {
  return to.includes('.') ? to : centreId.replace(/[^.]*$/, to)
}

async function write(ledger: PgLedger, order: BundleOrder, io: Io): Promise<void> {
  const { to } = order
  const written = await writeBundle(ledger, order, systemClock)
  if (!written) {
    io.stdout.write(`没有要带给 ${to} 的内容\n`)
    return
  }
  io.stdout.write(`已写出给 ${to} 的离线包（报文 ${written.messages} 件、回执 ${written.receipts} 份）：\n`)
  for (const name of written.files) io.stdout.write(`  ${name}\n`)
}

async function take(ledger: PgLedger, { files, out }: Order, io: Io): Promise<number> {
  const reports = [...(await takeBundles(ledger, files, systemClock)).values()]
  for (const { file, code, message } of reports) io.stdout.write(`${file}：${code ? `${code} ` : ''}${message}\n`)
  const refused = reports.filter(({ state }) => state === 'refused')
  const taken = reports.filter(({ state }) => state !== 'refused')
  const senders = new Set([...taken.map(({ from }) => from), ...refused.map(({ sender }) => sender)])
  for (const to of senders) {
    if (out === undefined || to === undefined) continue
    const answers = taken.findLast(({ from }) => from === to)?.manifest
    const theirs = refused.filter(({ sender }) => sender === to)
    await write(ledger, { to, dir: out, refused: theirs, ...(answers && { answers }) }, io)
  }
  return reports.every(({ state }) => state === 'taken' || state === 'repeated') ? 0 : 1
}

/** Runs the command. Exit codes: 0 done, 1 a file was refused or waits, 2 bad arguments. */
export async function runBundle(argv: readonly string[], io: Io): Promise<number> {
  const order = orderOf(argv)
  if (order === 'help') {
    io.stdout.write(help)
    return 0
  }
  if (typeof order === 'string') {
    io.stderr.write(`参数有误：${order}（详见 yingbao bundle --help）\n`)
    return badArguments
  }
  const config = readConfig()
  const { dataDir, databaseUrl, keysFile, logLevel } = config
  const installation = await openInstallation({ dataDir, databaseUrl, logins: givenLogins(config), keysFile })
  const { db, keys, clock } = installation
  const centre = openCentreLine({ db, keys, clock, log: createLog(logLevel) })
  try {
    await centre.ledger.know()
    if (order.kind === 'import') return await take(centre.ledger, order, io)
    await write(centre.ledger, { to: nodeIdOf(order.to, centre.ledger.nodeId), dir: order.out ?? '' }, io)
    return 0
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error
    io.stderr.write(`${error.message}\n`)
    return badArguments
  } finally {
    await centre.close()
    await installation.stop()
  }
}
