/** `yingbao evidence`: a folder that proves one household's queries to a third party, its check off line, the public keys for it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import { checkEvidence, EvidenceKeys, evidenceKeys } from '#exchange'
import { isProblem } from '#kernel/problem'
import { openBlobs } from '#platform/blobs'
import { givenLogins, readConfig } from '#platform/config'
import { wholeScope, withTransaction } from '#platform/db'
import { exportEvidence, findEvidenceHousehold } from '#verification'
import { openInstallation } from '../run/installation.ts'
import type { Io } from './io.ts'
import { type OptionValues, readOptions, textOf } from './options.ts'

const help = `yingbao evidence export --case NO --purpose TEXT --out DIR [--household NO]
yingbao evidence export --commission ID --household NO --purpose TEXT --out DIR
yingbao evidence keys --out FILE
yingbao evidence verify --keys FILE DIR

export  写出一户的核对证据：授权、查询、单位签名回执、答复、双方日志；导出本身记入日志。DIR 须不存在或为空。
keys    写出各节点的公钥，交核验方另行保存
verify  离线核验，不连数据库，只用核验方已有的公钥。退出码：0 完好；1 有不符，逐项写明；2 参数有误
Evidence of one household for a third party, checked off line with public keys alone.
`

const badArguments = 2
const refused = 3
const scope = wholeScope('system:evidence')

/** Files of a folder by their path in it. */
function filesOf(dir: string): Map<string, Uint8Array> {
  const names = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())
  return new Map(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [relative(dir, path).split(sep).join('/'), readFileSync(path)]
    }),
  )
}

function keysOf(file: string): EvidenceKeys | string {
  try {
    return EvidenceKeys.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return `公钥文件 ${file} 无法读取或格式有误`
  }
}

function verify(argv: readonly string[], io: Io): number {
  const [flag, file, dir, ...rest] = argv
  if (flag !== '--keys' || file === undefined || dir === undefined || rest.length > 0)
    return wrong('verify 需要 --keys FILE DIR', io)
  if (!existsSync(dir) || !statSync(dir).isDirectory()) return wrong(`没有文件夹 ${dir}`, io)
  const keys = keysOf(file)
  if (typeof keys === 'string') return wrong(keys, io)
  const { lines, faults } = checkEvidence(filesOf(dir), keys)
  for (const line of lines) io.stdout.write(`${line}\n`)
  for (const { part, message } of faults) io.stdout.write(`不符：${part}：${message}\n`)
  io.stdout.write(faults.length === 0 ? '核验通过：证据完好\n' : `核验不通过：${faults.length} 处不符\n`)
  return faults.length === 0 ? 0 : 1
}

function wrong(text: string, io: Io): number {
  io.stderr.write(`参数有误：${text}（详见 yingbao evidence --help）\n`)
  return badArguments
}

function write(dir: string, files: ReadonlyMap<string, Buffer>): void {
  for (const [path, bytes] of files) {
    const file = join(dir, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes, { mode: 0o600 })
  }
}

interface Order {
  kind: 'export' | 'keys'
  out: string
  values: OptionValues
}

async function work({ kind, out, values }: Order, io: Io): Promise<void> {
  const config = readConfig()
  const { dataDir, databaseUrl, keysFile } = config
  const installation = await openInstallation({ dataDir, databaseUrl, logins: givenLogins(config), keysFile })
  const { db, keys, clock } = installation
  try {
    if (kind === 'keys') {
      const known = await withTransaction(db, scope, (tx) => evidenceKeys(tx, { keys, clock }))
      writeFileSync(out, `${JSON.stringify(known, null, 1)}\n`)
      io.stdout.write(`已写出 ${known.keys.length} 把公钥：${out}\n`)
      return
    }
    const deps = { keys, clock, blobs: openBlobs(join(dataDir, 'blobs'), keys) }
    const by = { purpose: textOf(values, 'purpose') ?? '', operator: userInfo().username }
    const household = textOf(values, 'household')
    const commission = textOf(values, 'commission')
    const files = await withTransaction(db, scope, async (tx) => {
      const about =
        commission === undefined
          ? await findEvidenceHousehold(tx, textOf(values, 'case') ?? '', household)
          : { about: `委托 ${commission}`, campaignIds: [commission], householdNo: household ?? '' }
      return exportEvidence(tx, about, by, deps)
    })
    write(out, files)
    io.stdout.write(`已写出证据（${files.size} 个文件）：${out}\n`)
  } finally {
    await installation.stop()
  }
}

function orderOf(kind: string, argv: readonly string[]): Order | string {
  if (kind !== 'export' && kind !== 'keys') return '应为 export、verify 或 keys'
  const text = { case: 'text', commission: 'text', household: 'text', purpose: 'text', out: 'text' } as const
  const values = readOptions(argv, kind === 'keys' ? { out: 'text' } : text)
  if (typeof values === 'string') return values
  const out = textOf(values, 'out')
  if (out === undefined) return '缺少 --out'
  if (kind === 'keys') return { kind, out, values }
  const [isCase, isCommission] = [textOf(values, 'case') !== undefined, textOf(values, 'commission') !== undefined]
  if (isCase === isCommission) return '--case 与 --commission 须给出其一'
  if (isCommission && textOf(values, 'household') === undefined) return '--commission 还需要 --household'
  if (textOf(values, 'purpose') === undefined) return '缺少 --purpose：导出须写明用途'
  if (existsSync(out) && readdirSync(out).length > 0) return `文件夹 ${out} 已有内容，请换一个`
  return { kind, out, values }
}

/** Runs the command; gives its exit code. */
export async function runEvidence(argv: readonly string[], io: Io): Promise<number> {
  const [kind = '', ...rest] = argv
  if (argv.length === 0 || argv.includes('--help')) {
    io.stdout.write(help)
    return argv.length === 0 ? badArguments : 0
  }
  if (kind === 'verify') return verify(rest, io)
  const order = orderOf(kind, rest)
  if (typeof order === 'string') return wrong(order, io)
  try {
    await work(order, io)
    return 0
  } catch (error) {
    if (!isProblem(error)) throw error
    io.stderr.write(`${error.message}\n`)
    return refused
  }
}
