/** `yingbao bench`: measures the product against floors taken in the same run. */
import { readFileSync, statSync } from 'node:fs'
import { isoInstant, nowIso } from '#platform/clock'
import {
  codeNow,
  contradicted,
  type Keeping,
  type KeptCode,
  type KeptRun,
  keep,
  machineOfRun,
  machineTold,
  takeKeeping,
} from '../../bench/kept-results.ts'
import type { CommandOutput } from './assess.ts'
import { countOf, type OptionValues, readOptions, textOf } from './options.ts'

const help = `yingbao bench 名称 [--households N] [--kills N] [--json] [--keep [标签]]

在本机测量，并与同一次运行中测得的下限比较；不属于测试。
  district   整个区县核对一遍：耗时、CPU、内存、语句数，与下限及同行做法的比值；--transport full 比较双向 TLS + GM1 与普通传输；
             --profile yes 只列各进程、各组函数占用的 CPU
  assess     成批核算与手写循环之比，逐户说明的耗时，四种算法逐分相等
  faults     随机 kill -9 服务、批处理、前置机、数据库之后，结果逐字节相同
  api        查询、列表、打开一户、处置疑点，待办、打开案件、提交、审批的速度，与同样 SQL 的裸路由之比；
             不写 --households 时核对部分 2500 户、案件部分 25000 户，超过 100000 户只测案件部分
  replay     全区家庭在两个政策包、两个日期下重算：谁增谁减、按乡镇的月支出
  export     后台导出家庭名册：耗时、写文件的进程的内存峰值、行数、文件大小
  ledgers    各种样式和毛病的台账由两人导入，逐行与答案核对：对的进、错的退、静默进错的为零；另有一份全区台账的耗时和内存
             （--files --seed --households，后者为全区台账的户数，0 为不测）
  growth     导入、核对、导出、演示各步在四种户数下的耗时，及耗时随户数增长的指数（--households 为最大的一种）
  network-faults  中心、两个前置机、市级与省级节点各在独立网络空间，线路切断、变慢、重发，进程随机 kill -9（--items --kills --cuts）
  exchange   交换各项速度与同一次运行的裸下限之比，逐项列出应达到的数
  outage     单位断线数小时后积压的查询多久送完、占多少内存（--hours --per-second --bytes）
  subscriptions  成员单位数据里的一条变动多久成为一个人的待办：p95 秒数，不重不漏（--households --changes）
  web        网页各页的脚本大小，及慢网慢机上主要内容出现的时间（需 Chromium）
  --json     标准输出只有一个 JSON 对象
  --keep [标签]       把结果连同日期、提交、机器追加到 bench/results/名称[-标签].json；--keep-anew 则不留以前的
  --from 文件 --commit 提交   不测量，只保存较早的提交以 --json 写出的结果；日期为文件的修改时间，机器只记结果所写

Measures on this machine against floors taken in the same run; not a test.
  district   a whole district verified: time, CPU, memory, statements, ratios to the floor and to the peers' way;
             --profile yes says where the CPU goes, by process and group of functions
  assess     bulk assessment against a hand-written loop, time of an explanation, equality to the fen
  faults     kill -9 of server, worker, gateways, database at random moments: the results stay identical
  api        search, list, open a household, clear a finding; task list, open a case, submit, approve; against a bare route with
             the same SQL; without --households 2500 verified households and 25000 with cases, above 100000 only the cases
  replay     a district's households under two packs and on two dates: winners, losers, cost per month by township
  export     the household list as a workbook: time, peak memory of the writing process, rows, file size
  ledgers    ledgers of many layouts and faults, brought in by two persons and held against their keys row by row; and one ledger of a
             whole district: seconds and memory (--files --seed --households, the last for that one; 0 leaves it out)
  growth     seconds of every stage of import, verify, export and demo at four sizes, and the exponent by which each grows
  network-faults  centre, two gateways, city and province in network places of their own; lines cut, slowed, calls doubled, kill -9
  exchange   speeds of the exchange beside the raw floor of the same run, each with the bar it must meet
  outage     how soon, and with how much memory, what gathered while a unit was away for hours leaves
  subscriptions  how soon a change in a unit's data is somebody's task: p95 in seconds, each once (--households --changes)
  web        bytes of the pages' scripts, and when their main part is drawn on a slow line and machine (needs Chromium)
  --json     one JSON object on standard output
  --keep [LABEL]      adds the result with date, commit and machine to bench/results/NAME[-LABEL].json; --keep-anew drops those before
  --from FILE --commit SHA    measures nothing: keeps what an older commit wrote with --json, with the date of the file and the machine it names
`

type Options = Readonly<Record<string, number>>
type Texts = Readonly<Record<string, string>>

interface Bench {
  /** numbers it takes, with what they are when left out */
  options: Options
  /** words it takes, with those allowed; the first when left out */
  words?: Readonly<Record<string, readonly string[]>>
  /** numbers whose 0 is the bench's own */
  own?: readonly string[]
  load(): Promise<(options: Options, say: (text: string) => void, words: Texts) => Promise<object>>
}

/** All benches by name. */
export const benches: Readonly<Record<string, Bench>> = {
  district: {
    options: { households: 25_000 },
    words: { transport: ['plain', 'full'], profile: ['no', 'yes'] },
    load: async () => (await import('../../bench/district.bench.ts')).runDistrictBench,
  },
  assess: { options: { households: 100_000 }, load: async () => (await import('../../bench/assess.bench.ts')).runAssessBench },
  faults: {
    options: { households: 2500, kills: 20 },
    load: async () => (await import('../../bench/faults.bench.ts')).runFaultsBench,
  },
  api: {
    options: { households: 0 },
    own: ['households'],
    load: async () => (await import('../../bench/api.bench.ts')).runApiBench,
  },
  export: { options: { households: 24_000 }, load: async () => (await import('../../bench/export.bench.ts')).runExportBench },
  ledgers: {
    options: { files: 500, seed: 1, households: 25_000 },
    load: async () => (await import('../../bench/ledgers.bench.ts')).runLedgersBench,
  },
  growth: { options: { households: 25_000 }, load: async () => (await import('../../bench/growth.bench.ts')).runGrowthBench },
  replay: { options: { households: 25_000 }, load: async () => (await import('../../bench/replay.bench.ts')).runReplayBench },
  'network-faults': {
    options: { items: 150_000, kills: 40, cuts: 10 },
    load: async () => (await import('../../bench/network-faults.bench.ts')).runNetworkFaultsBench,
  },
  outage: {
    options: { hours: 4, 'per-second': 50, bytes: 256 },
    load: async () => (await import('../../bench/outage.bench.ts')).runOutageBench,
  },
  subscriptions: {
    options: { households: 2500, changes: 300 },
    load: async () => (await import('../../bench/subscriptions.bench.ts')).runSubscriptionsBench,
  },
  exchange: { options: {}, load: async () => (await import('../../bench/exchange.bench.ts')).runExchangeBench },
  web: { options: { households: 40 }, load: async () => (await import('../../bench/web.bench.ts')).runWebBench },
}

const badArguments = 2

/** The words a bench is given; a sentence when one is not among those allowed. */
function wordsOf(bench: Bench, values: OptionValues): Texts | string {
  const words: Record<string, string> = {}
  for (const [key, allowed] of Object.entries(bench.words ?? {})) {
    const word = textOf(values, key) ?? allowed[0] ?? ''
    if (!allowed.includes(word)) return `--${key}“${word}”无效，可用：${allowed.join('、')}`
    words[key] = word
  }
  return words
}

/** What a run is asked for, read from the arguments. */
interface Asked {
  readonly options: Options
  readonly words: Texts
  readonly isJson: boolean
  readonly wantsHelp: boolean
  /** a result written before, instead of a run */
  readonly from?: { readonly file: string; readonly commit: string }
}

/** Reads the arguments of a bench; a sentence when they cannot be read. */
function askedOf(bench: Bench, argv: readonly string[]): Asked | string {
  const named = [...Object.keys(bench.options), ...Object.keys(bench.words ?? {}), 'from', 'commit']
  const values = readOptions(argv, { json: 'flag', ...Object.fromEntries(named.map((key) => [key, 'text'] as const)) })
  if (typeof values === 'string') return values
  const options: Record<string, number> = {}
  for (const [key, fallback] of Object.entries(bench.options)) {
    const value = countOf(values, key, fallback)
    if (typeof value === 'string') return value
    options[key] = value
  }
  const words = wordsOf(bench, values)
  if (typeof words === 'string') return words
  const [file, commit] = [textOf(values, 'from'), textOf(values, 'commit')]
  if ((file === undefined) !== (commit === undefined)) return '--from 与 --commit 须一起写'
  const from = file === undefined || commit === undefined ? {} : { from: { file, commit } }
  return { options, words, isJson: values.json === true, wantsHelp: values.help === true, ...from }
}

/** The arguments that say what was measured. */
function measuringArgs(argv: readonly string[]): string[] {
  const at = new Set(
    ['--from', '--commit'].flatMap((flag) => (argv.includes(flag) ? [argv.indexOf(flag), argv.indexOf(flag) + 1] : [])),
  )
  return argv.filter((_, i) => !at.has(i))
}

type Result = Readonly<Record<string, unknown>>

async function measuredBy(bench: Bench, { options, words }: Asked, io: CommandOutput): Promise<Result> {
  const run = await bench.load()
  return { ...(await run(options, (text) => void io.stderr.write(`${text}\n`), words)) }
}

/** A result that was written before, as the run it is of; a sentence when the arguments and it do not agree. */
function runBefore(bench: Bench, asked: Asked, from: NonNullable<Asked['from']>, args: readonly string[]): KeptRun | string {
  const result = JSON.parse(readFileSync(from.file, 'utf8')) as Result
  const options = { ...asked.options, ...asked.words }
  const wrong = contradicted(options, result, bench.own)
  if (wrong !== undefined) return `${from.file} 的 ${wrong.option} 为 ${wrong.said}，参数为 ${options[wrong.option]}`
  const machine = machineTold(result)
  if (machine === undefined) return `${from.file} 没有写明在什么机器上测得`
  return { date: isoInstant(statSync(from.file).mtimeMs), args, options, commit: from.commit, machine, result }
}

interface Read {
  readonly asked: Asked
  readonly args: readonly string[]
  readonly keeping?: Keeping
  readonly before?: KeptRun
}

/** What the arguments ask for; a sentence when they cannot be read. */
function readBench(bench: Bench, argv: readonly string[]): Read | string {
  const taken = takeKeeping(argv)
  if (typeof taken === 'string') return taken
  const asked = askedOf(bench, taken.rest)
  if (typeof asked === 'string') return asked
  if (asked.from !== undefined && taken.keeping === undefined) return '--from 须与 --keep 一起写'
  const keeping = taken.keeping === undefined ? {} : { keeping: taken.keeping }
  const args = measuringArgs(taken.rest)
  if (asked.from === undefined) return { asked, args, ...keeping }
  const before = runBefore(bench, asked, asked.from, args)
  return typeof before === 'string' ? before : { asked, args, before, ...keeping }
}

/** Runs the command; gives its exit code. */
export async function runBench(argv: readonly string[], io: CommandOutput): Promise<number> {
  const [name = '', ...given] = argv
  if (name === '--help' || name === '-h') {
    io.stdout.write(help)
    return 0
  }
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined
  const read = bench === undefined ? `请写明基准名称：${Object.keys(benches).join('、')}` : readBench(bench, given)
  if (bench === undefined || typeof read === 'string') {
    io.stderr.write(`${read}\n`)
    return badArguments
  }
  const { asked, keeping, args, before } = read
  if (asked.wantsHelp) {
    io.stdout.write(help)
    return 0
  }
  // before the run: what it measures is the code it began with
  const code: KeptCode | undefined = keeping && before === undefined ? codeNow() : undefined
  const result = before?.result ?? (await measuredBy(bench, asked, io))
  io.stdout.write(`${JSON.stringify(result, null, asked.isJson ? undefined : 2)}\n`)
  const options = { ...asked.options, ...asked.words }
  const run = before ?? (code && { date: nowIso(), args, options, ...code, machine: machineOfRun(result), result })
  if (keeping !== undefined && run !== undefined) io.stderr.write(`已保存：${keep(name, keeping, run)}\n`)
  return 0
}
