/** `yingbao bench`: measures the product against floors taken in the same run. */
import type { Io } from './io.ts'
import { countOf, readOptions } from './options.ts'

const help = `yingbao bench district|assess|faults|api|replay|web [--households N] [--kills N] [--json]

在本机测量，并与同一次运行中测得的下限比较；不属于测试。
  district   整个区县核对一遍：耗时、CPU、内存、语句数，与下限及同行做法的比值
  assess     成批核算与手写循环之比，逐户说明的耗时，四种算法逐分相等
  faults     随机 kill -9 服务、批处理、前置机、数据库之后，结果逐字节相同
  api        查询、列表、打开一户、处置疑点，待办、打开案件、提交、审批的速度，与同样 SQL 的裸路由之比；
             不写 --households 时核对部分 2500 户、案件部分 25000 户，超过 100000 户只测案件部分
  replay     全区家庭在两个政策包、两个日期下重算：谁增谁减、按乡镇的月支出
  export     后台导出家庭名册：耗时、写文件的进程的内存峰值、行数、文件大小
  web        网页各页的脚本大小，及慢网慢机上主要内容出现的时间（需 Chromium）
  --json     标准输出只有一个 JSON 对象

Measures on this machine against floors taken in the same run; not a test.
  district   a whole district verified: time, CPU, memory, statements, ratios to the floor and to the peers' way
  assess     bulk assessment against a hand-written loop, time of an explanation, equality to the fen
  faults     kill -9 of server, worker, gateways, database at random moments: the results stay identical
  api        search, list, open a household, clear a finding; task list, open a case, submit, approve; against a bare route with
             the same SQL; without --households 2500 verified households and 25000 with cases, above 100000 only the cases
  replay     a district's households under two packs and on two dates: winners, losers, cost per month by township
  export     the household list as a workbook: time, peak memory of the writing process, rows, file size
  web        bytes of the pages' scripts, and when their main part is drawn on a slow line and machine (needs Chromium)
  --json     one JSON object on standard output
`

type Options = Readonly<Record<string, number>>

const benches: Readonly<
  Record<string, { options: Options; load(): Promise<(options: Options, say: (text: string) => void) => Promise<object>> }>
> = {
  district: {
    options: { households: 25_000 },
    load: async () => (await import('../../bench/district.bench.ts')).runDistrictBench,
  },
  assess: { options: { households: 100_000 }, load: async () => (await import('../../bench/assess.bench.ts')).runAssessBench },
  faults: {
    options: { households: 2500, kills: 20 },
    load: async () => (await import('../../bench/faults.bench.ts')).runFaultsBench,
  },
  api: { options: { households: 0 }, load: async () => (await import('../../bench/api.bench.ts')).runApiBench },
  export: { options: { households: 24_000 }, load: async () => (await import('../../bench/export.bench.ts')).runExportBench },
  replay: { options: { households: 25_000 }, load: async () => (await import('../../bench/replay.bench.ts')).runReplayBench },
  'network-faults': {
    options: { items: 150_000, kills: 40, cuts: 10 },
    load: async () => (await import('../../bench/network-faults.bench.ts')).runNetworkFaultsBench,
  },
  exchange: { options: {}, load: async () => (await import('../../bench/exchange.bench.ts')).runExchangeBench },
  web: { options: { households: 40 }, load: async () => (await import('../../bench/web.bench.ts')).runWebBench },
}

const badArguments = 2

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
    ...Object.fromEntries(Object.keys(bench.options).map((key) => [key, 'text'] as const)),
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
  const run = await bench.load()
  const result = await run(options, (text) => void io.stderr.write(`${text}\n`))
  io.stdout.write(`${JSON.stringify(result, null, values.json === true ? undefined : 2)}\n`)
  return 0
}
