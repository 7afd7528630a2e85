import { generateDistrict } from '#synth'
import { type ProgressStream, progressDisplay } from './progress.ts'

/** Where a command writes: standard output, standard error, and whether a person watches. */
interface Output {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: ProgressStream
}

const help = `yingbao generate --seed N --households N --out DIR [--as-of YYYY-MM-DD] [--dirt light|heavy]

生成虚构区县数据包：十二张核心表、18 个成员单位的应答、背景人口、预置的疑点、陷阱与脏数据；同样的参数得到同样的文件。
  --seed N           随机种子，0 或正整数
  --households N     家庭数（25000 户约 600 万行来源数据）
  --out DIR          输出目录；其中同名文件会被替换
  --as-of DATE       核对时点，缺省 2026-09-30
  --dirt light|heavy 脏数据程度：light（缺省）只有逐行错误；heavy 另有整份缺失、无法读取、超时的单位应答
预置内容写在 planted.json 和 planted.csv，供检验使用，读取数据包的程序会忽略它们。

Generates a fictional district package: twelve core files, the answers of 18 member units, a background population,
planted findings, planted traps and dirt. The same options give the same files.
  --seed N           seed, 0 or a positive whole number
  --households N     number of households (25000 give about 6 million source rows)
  --out DIR          output folder; files of the same names are replaced
  --as-of DATE       as-of date, 2026-09-30 if not given
  --dirt light|heavy light (default): faulty rows only; heavy: also missing, unreadable and late answers of units
What was planted stands in planted.json and planted.csv for tests; readers of the package ignore them.
`

interface Arguments {
  readonly seed: number
  readonly households: number
  readonly out: string
  readonly asOf: string
  readonly dirt: 'light' | 'heavy'
}

const known = new Set(['--seed', '--households', '--out', '--as-of', '--dirt'])

function readPairs(argv: readonly string[]): Map<string, string> | string {
  const given = new Map<string, string>()
  for (let i = 0; i < argv.length; i += 2) {
    const name = argv[i] as string
    const value = argv[i + 1]
    if (!known.has(name)) return `不认识的参数：${name}`
    if (given.has(name)) return `参数 ${name} 给了两次`
    if (value === undefined || value === '') return `参数 ${name} 缺少值`
    given.set(name, value)
  }
  return given
}

function isDay(text: string): boolean {
  const match = /^(20\d\d)-(\d\d)-(\d\d)$/.exec(text)
  if (match === null) return false
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const length = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  return length !== undefined && day >= 1 && day <= length
}

/** The arguments, or a Chinese sentence that says which one is wrong. */
function readArguments(argv: readonly string[]): Arguments | string {
  const given = readPairs(argv)
  if (typeof given === 'string') return given
  for (const name of ['--seed', '--households', '--out']) if (!given.has(name)) return `缺少参数 ${name}`
  const seed = given.get('--seed') as string
  const households = given.get('--households') as string
  const asOf = given.get('--as-of') ?? '2026-09-30'
  const dirt = given.get('--dirt') ?? 'light'
  if (!/^\d{1,9}$/.test(seed)) return `--seed 应为 0 或正整数，现为“${seed}”`
  if (!/^[1-9]\d{0,5}$/.test(households)) return `--households 应为 1 到 999999 的整数，现为“${households}”`
  if (!isDay(asOf)) return `--as-of 应为 2000—2099 年间存在的日期（YYYY-MM-DD），现为“${asOf}”`
  if (dirt !== 'light' && dirt !== 'heavy') return `--dirt 只能是 light 或 heavy，现为“${dirt}”`
  return { seed: Number(seed), households: Number(households), out: given.get('--out') as string, asOf, dirt }
}

/**
 * `yingbao generate`: writes a fictional district package. Returns the exit code: 0 done, 2 bad arguments, 3 output not writable.
 */
export async function runGenerate(argv: readonly string[], io: Output): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const parsed = readArguments(argv)
  if (typeof parsed === 'string') {
    io.stderr.write(`${parsed}。用法见 yingbao generate --help\n`)
    return 2
  }
  const display = progressDisplay(io.stderr)
  try {
    display.show('begin', `生成 ${parsed.households} 户`)
    const result = await generateDistrict({
      ...parsed,
      progress: ({ households, of, rows }) =>
        display.show('generate', `已生成 ${households}/${of} 户，来源数据 ${rows} 行`, households / of),
    })
    display.end()
    const { expected, forbidden, issues } = result.planted
    io.stdout.write(
      `已写出 ${parsed.out}：${result.households} 户、${result.persons} 人、${result.supporters} 名义务人、来源数据 ${result.sourceRows} 行；` +
        `预置疑点 ${expected} 条、陷阱 ${forbidden} 条、导入问题 ${issues} 条\n`,
    )
    return 0
  } catch (error) {
    display.end()
    if (!(error instanceof Error && 'code' in error)) throw error
    io.stderr.write(`无法写入 ${parsed.out}：${error.message}\n`)
    return 3
  }
}
