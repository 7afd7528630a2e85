/** `yingbao verify`: a district package in, five files out. */
import { access, constants, mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isDate } from '#kernel/dates'
import { isProblem } from '#kernel/problem'
import { type Pack, resolveVerify } from '#policy'
import { runFiles } from '#verification'
import { type VerifyStage, verifyPackage } from '../run/verify-package.ts'
import type { Io } from './io.ts'
import { packOf, readOptions, textOf } from './options.ts'
import { progressDisplay } from './progress.ts'

const help = `yingbao verify --in DIR --pack reference --as-of YYYY-MM-DD --out DIR

读取区县数据包，逐户核对，写出 findings.csv、reports.jsonl、import-errors.csv、summary.json、quarantine.csv。
  --in DIR        数据包文件夹
  --pack PACK     内置政策包的名称，或政策包文件的路径
  --as-of DATE    核对时点
  --out DIR       输出文件夹；没有则新建，同名文件会被替换
退出码：0 完成（有疑点、有问题行也是 0）；2 参数有误；3 数据包不可用或输出不可写。

Reads a district package, verifies every household and writes five files.
  --in DIR        folder of the package
  --pack PACK     name of a built-in policy pack, or path of a pack file
  --as-of DATE    as-of date
  --out DIR       output folder; made if missing, files of these names are replaced
Exit codes: 0 done; 2 bad arguments; 3 input unusable or output not writable.
`

const unusable = 3
const badArguments = 2

interface Arguments {
  packageDir: string
  pack: Pack
  asOf: string
  out: string
}

function readArguments(argv: readonly string[]): Arguments | 'help' | string {
  const values = readOptions(argv, { in: 'text', pack: 'text', 'as-of': 'text', out: 'text' })
  if (typeof values === 'string') return values
  if (values.help === true) return 'help'
  const missing = ['in', 'pack', 'as-of', 'out'].filter((name) => textOf(values, name) === undefined)
  if (missing.length > 0) return `缺少参数：${missing.map((name) => `--${name}`).join('、')}`
  const asOf = textOf(values, 'as-of') ?? ''
  if (!/^\d{4}-\d{2}-\d{2}$/.test(asOf) || !isDate(asOf)) return `--as-of“${asOf}”不是存在的日期，应写作 YYYY-MM-DD`
  try {
    const pack = packOf(textOf(values, 'pack') ?? '')
    resolveVerify(pack, asOf)
    return { packageDir: resolve(textOf(values, 'in') ?? ''), pack, asOf, out: resolve(textOf(values, 'out') ?? '') }
  } catch (error) {
    if (isProblem(error)) return error.message
    throw error
  }
}

/** The first result that cannot be replaced because something else than a file has its name. */
async function takenName(out: string): Promise<string | undefined> {
  for (const name of runFiles) {
    const there = await stat(join(out, name)).catch(() => undefined)
    if (there !== undefined && !there.isFile()) return name
  }
  return undefined
}

/** A sentence when the folders cannot be used, before anything is started. */
async function checkFolders(packageDir: string, out: string): Promise<string | undefined> {
  const input = await stat(packageDir).catch(() => undefined)
  if (input === undefined || !input.isDirectory()) return `数据包文件夹不存在：${packageDir}`
  try {
    await mkdir(out, { recursive: true })
    await access(out, constants.W_OK)
    const taken = await takenName(out)
    return taken === undefined ? undefined : `输出不可写：${join(out, taken)} 不是文件，请移走后重试`
  } catch (error) {
    return `输出文件夹不可写：${out}（${error instanceof Error ? error.message : String(error)}）`
  }
}

const tooLongForAnIndex = '54000'

/** A sentence for what the machine refused while the command ran: a file that cannot be read or written, a key beyond all bounds. */
function refusedByMachine(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  if (error.code === tooLongForAnIndex) return '数据包里有过长的编号（约两千七百字节以上），不能登记，请改短后重新提交'
  if (!('syscall' in error)) return undefined
  const path = 'path' in error ? `${String(error.path)}` : '数据包或输出文件夹'
  return `文件不能读写：${path}（${String(error.code)}）`
}

/** A stage in words, and how much of it is done where that is known. */
export function stageText(stage: VerifyStage): { text: string; share?: number } {
  switch (stage.stage) {
    case 'database':
      return { text: '启动数据库' }
    case 'import':
      return {
        text: `导入 ${stage.progress.file} ${stage.progress.rows} 行`,
        share: stage.progress.bytesTotal === 0 ? 1 : stage.progress.bytesRead / stage.progress.bytesTotal,
      }
    case 'sources':
      return { text: '成员单位准备数据' }
    case 'verify':
      return {
        text: `核对 ${stage.done}/${stage.of} 户${stage.trouble === undefined ? '' : `（稍后重试：${stage.trouble}）`}`,
        share: stage.of === 0 ? 1 : stage.done / stage.of,
      }
    case 'export':
      return { text: '写出结果' }
  }
}

/** Runs the command; gives its exit code. */
export async function runVerify(argv: readonly string[], io: Io): Promise<number> {
  const args = readArguments(argv)
  if (args === 'help') {
    io.stdout.write(help)
    return 0
  }
  if (typeof args === 'string') {
    io.stderr.write(`${args}\n`)
    return badArguments
  }
  const refused = await checkFolders(args.packageDir, args.out)
  if (refused !== undefined) {
    io.stderr.write(`${refused}\n`)
    return unusable
  }
  const display = progressDisplay(io.stderr)
  try {
    await verifyPackage({
      ...args,
      onStage: (stage) => {
        const { text, share } = stageText(stage)
        display.show(stage.stage, text, share)
      },
    })
    display.end(`完成，结果在 ${args.out}`)
    return 0
  } catch (error) {
    display.end()
    const sentence = isProblem(error) ? error.message : refusedByMachine(error)
    if (sentence === undefined) throw error
    io.stderr.write(`${sentence}\n`)
    return unusable
  }
}
