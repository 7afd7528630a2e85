/** `yingbao bench`: measures the product against floors taken in the same run. */
import type { Io } from './io.ts'
import { countOf, type OptionValues, readOptions, textOf } from './options.ts'

const help = `yingbao bench 名称 [--households N] [--kills N] [--json]

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
`

type Options = Readonly<Record<string, number>>
type Texts = Readonly<Record<string, string>>

interface Bench {
  /** numbers it takes, with what they are when left out */
  options: Options
  /** words it takes, with those allowed; the first when left out */
  words?: Readonly<Record<string, readonly string[]>>
  load(): Promise<(options: Options, say: (text: string) => void, words: Texts) => Promise<object>>
}

const benches: Readonly<Record<string, Bench>> = {
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
  api: { options: { households: 0 }, load: async () => (await import('../../bench/api.bench.ts')).runApiBench },
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

/** Runs the command; gives its exit code. */
export async function runBench(argv: readonly string[], io: Io): Promise<number> {
  const [name = '', ...rest] = argv
  if (name === '--help' || name === '-h') {
    io.stdout.write(help)
    return 0
  }
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined
  if (bench === undefined) {
    io.stderr.write(`请写明基准名称：${Object.keys(benches).join('、')}\n`)
    return badArguments
  }
  const values = readOptions(rest, {
    json: 'flag',
    ...Object.fromEntries(
      [...Object.keys(bench.options), ...Object.keys(bench.words ?? {})].map((key) => [key, 'text'] as const),
    ),
  })
  if (typeof values === 'string') {
    io.stderr.write(`${values}\n`)
    return badArguments
  }
  if (values.help === true) {
    io.stdout.write(help)
    return 0
  }
  const options: Record<string, number> = {}
  for (const [key, fallback] of Object.entries(bench.options)) {
    const value = countOf(values, key, fallback)
    if (typeof value === 'string') {
      io.stderr.write(`${value}\n`)
      return badArguments
    }
    options[key] = value
  }
  const words = wordsOf(bench, values)
  if (typeof words === 'string') {
    io.stderr.write(`${words}\n`)
    return badArguments
  }
  const run = await bench.load()
  const result = await run(options, (text) => void io.stderr.write(`${text}\n`), words)
  io.stdout.write(`${JSON.stringify(result, null, values.json === true ? undefined : 2)}\n`)
  return 0
}
