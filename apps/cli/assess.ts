import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isDate } from '#kernel/dates'
import { isProblem, Problem } from '#kernel/problem'
import {
  type AssessmentBasis,
  assessHousehold,
  assessmentBasis,
  householdOf,
  packAt,
  parseExactJson,
  ReadingFault,
} from '#policy'
import { packOf } from './options.ts'

/** Where a command writes. */
export interface CommandOutput {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
}

const EXIT_DONE = 0
const EXIT_BAD_ARGUMENTS = 2
const EXIT_BAD_INPUT = 3

const HELP = `用法：yingbao assess --pack ID [--params overrides.json] --on YYYY-MM-DD household.json

按政策包在该日期有效的参数核算一户的低保资格与金额，把结果（JSON，含逐步说明）写到标准输出。

  --pack ID        内置政策包的名称，或政策包文件的路径
  --params FILE    覆盖政策包参数的 JSON 对象（数字按十进制精确计算），只供测算
  --on DATE        核算日期，YYYY-MM-DD
  --help           显示本说明

退出码：0 完成；2 参数错误（选项、日期、政策包、--params）；3 家庭文件不可用（说明哪个字段有误，列表项从 1 数起）。

Usage: yingbao assess --pack ID [--params overrides.json] --on YYYY-MM-DD household.json

Assesses one household with the parameters of the pack in force on the date and prints one JSON object with every step
explained. --pack names a built-in pack or the path of a pack file; --params is a JSON object laid over its parameters
(numbers are exact decimals), for what-if only. Exit codes: 0 done; 2 bad arguments (option, date, pack, --params);
3 the household file is unusable (the message names the field, list items counted from 1).
`

interface Arguments {
  readonly pack: string
  readonly params: string | undefined
  readonly on: string
  readonly household: string
}

function badArguments(message: string): Problem {
  return new Problem('assess.bad_arguments', `${message}。用 yingbao assess --help 查看用法`)
}

const OPTIONS = {
  pack: { type: 'string' },
  params: { type: 'string' },
  on: { type: 'string' },
  help: { type: 'boolean' },
} as const

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    throw badArguments(`参数有误：${error instanceof Error ? error.message : String(error)}`)
  }
}

function readArguments({ values, positionals }: ReturnType<typeof parsed>): Arguments {
  const { pack, params, on } = values
  if (pack === undefined) throw badArguments('缺少选项 --pack')
  if (on === undefined) throw badArguments('缺少选项 --on')
  if (!isDate(on)) throw badArguments(`--on 的“${on}”不是存在的日期（应写成 YYYY-MM-DD）`)
  const [household, ...rest] = positionals
  if (household === undefined) throw badArguments('缺少家庭文件的路径')
  if (rest.length > 0) throw badArguments(`多余的参数“${rest.join(' ')}”`)
  return { pack, params, on, household }
}

function readUtf8(path: string, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    throw new Problem('assess.unreadable', `无法读取${what}“${path}”：请确认文件存在且为 UTF-8 编码`, { cause: error })
  }
}

function basisOf(args: Arguments): AssessmentBasis {
  const pack = packAt(packOf(args.pack), args.on)
  if (args.params === undefined) return assessmentBasis(pack)
  return assessmentBasis(pack, parseExactJson(readUtf8(args.params, '参数文件'), `参数文件“${args.params}”`))
}

function assess(basis: AssessmentBasis, path: string, io: CommandOutput): number {
  try {
    const household = householdOf(basis, parseExactJson(readUtf8(path, '家庭文件'), `家庭文件“${path}”`))
    const result = assessHousehold(basis, household)
    for (const warning of result.warnings) io.stderr.write(`提示：${warning}\n`)
    io.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
    return EXIT_DONE
  } catch (error) {
    if (!(error instanceof ReadingFault) && !isProblem(error)) throw error
    io.stderr.write(`家庭文件“${path}”有误：${error.message}\n`)
    return EXIT_BAD_INPUT
  }
}

/** `yingbao assess`: reads one household, prints its assessment, returns the exit code. */
export async function runAssess(argv: readonly string[], io: CommandOutput): Promise<number> {
  try {
    const options = parsed(argv)
    if (options.values.help === true) {
      io.stdout.write(HELP)
      return EXIT_DONE
    }
    const args = readArguments(options)
    return assess(basisOf(args), args.household, io)
  } catch (error) {
    if (!isProblem(error)) throw error
    io.stderr.write(`${error.message}\n`)
    return EXIT_BAD_ARGUMENTS
  }
}
