/** Every figure that is published: what, its bar, where the number stands in the kept result. The READMEs and docs/figures.md are made from this. */
import type { Check, Figure, Words } from './figure.ts'
import { sources } from './sources.ts'

/** Figures under a heading. */
export interface FigureGroup {
  readonly title: string
  readonly figures: readonly Figure[]
}

const seconds = { en: ' s', zh: ' 秒' }
const ms = { en: ' ms', zh: ' 毫秒' }
const mb = { en: ' MB', zh: ' MB' }
const kib = { en: ' KiB', zh: ' KiB' }
const perSecond = { en: '/s', zh: '/秒' }
const times = { en: ' times', zh: ' 倍' }

type Side = NonNullable<Check['bar']>['side']

function held(side: Side, at: number): Pick<Check, 'bar'> {
  return { bar: { side, at } }
}

const words = (en: string, zh: string): Words => ({ en, zh })

const verification: readonly Figure[] = [
  {
    what: words('verification of 25,000 households against the floor of the same run', '25,000 户核对用时与同次测得的下限之比'),
    source: sources.district,
    checks: [{ path: 'ratio', digits: 2, isToFloor: true, ...held('≤', 4) }],
    isShort: true,
  },
  {
    what: words('its seconds, and the floor', '其用时，及下限的用时'),
    source: sources.district,
    checks: [
      { path: 'wall_seconds', of: words('product', '产品'), digits: 1, unit: seconds },
      { path: 'floor.seconds', of: words('floor', '下限'), digits: 1, unit: seconds },
    ],
  },
  {
    what: words('its CPU against that of the commit it began from', '其 CPU 与起点提交的 CPU 之比'),
    source: sources.district,
    checks: [
      { path: 'cpu_seconds_total|cpu_seconds.*', fold: 'sum', over: sources.districtBase, digits: 2, ...held('≤', 0.5) },
      { path: 'cpu_seconds_total|cpu_seconds.*', fold: 'sum', of: words('CPU', 'CPU'), digits: 1, unit: seconds },
    ],
  },
  {
    what: words('its largest server or worker process', '其间服务或后台进程的最大内存'),
    source: sources.district,
    checks: [{ path: 'server_peak_mb', unit: mb, ...held('≤', 700) }],
    isShort: true,
  },
  {
    what: words('SQL statements of a batch, most; different numbers of them seen', '每批 SQL 语句数（最多）；出现过的不同数目'),
    bar: words(
      'constant: one number, and one for batches that ask beyond the roll',
      '恒定：一个数目，须向名册外查询的批次另一个',
    ),
    source: sources.district,
    checks: [
      { path: 'statements_per_batch', of: words('statements', '语句') },
      { path: 'statements_per_batch_seen.*', fold: 'count', of: words('different', '不同'), ...held('≤', 2) },
    ],
  },
  {
    what: words(
      'against one query per person and unit, each unit a process of its own',
      '与逐人逐单位查询（各单位为独立进程）相比',
    ),
    source: sources.district,
    checks: [{ path: 'peers_ratio', digits: 1, unit: times, ...held('≥', 10) }],
    isShort: true,
  },
  {
    what: words("the same, were the units' rows in the case system's own database", '同上，若各单位数据就在本系统数据库内'),
    source: sources.district,
    checks: [{ path: 'peers_sql_ratio', digits: 1, unit: times }],
  },
  {
    what: words('over mutual TLS, GM1 and both logs against the plain loopback', '双向 TLS、GM1、双方留痕，与本机明线相比'),
    source: sources.transports,
    checks: [{ path: 'transport_ratio', digits: 2, unit: times, ...held('≤', 1.5) }],
  },
  {
    what: words(
      'power of the number of households by which the time of a stage grows, the largest',
      '各步用时随户数增长的指数（最大的一步）',
    ),
    source: sources.growth,
    checks: [{ path: 'largest_exponent', digits: 2, ...held('≤', 1.1) }],
  },
  {
    what: words('the whole of `yingbao verify` at 25,000 households', '`yingbao verify` 整个流程，25,000 户'),
    source: sources.growth,
    checks: [{ path: 'verify_seconds', digits: 0, unit: seconds, ...held('≤', 90) }],
  },
]

const assessment: readonly Figure[] = [
  {
    what: words(
      'assessment in bulk, of the speed of a hand-written loop; differences, to the fen',
      '批量测算与手写循环的速度之比；逐分比较的差异',
    ),
    source: sources.assess,
    checks: [
      { path: 'ratio', of: words('speed', '速度'), digits: 2, ...held('≥', 0.6) },
      { path: 'mismatches', of: words('differences', '差异'), ...held('=', 0) },
    ],
    isShort: true,
  },
  {
    what: words('one household explained', '说明一户'),
    source: sources.assess,
    checks: [{ path: 'explain_ms', digits: 3, unit: ms }],
  },
  {
    what: words(
      'two packs over 25,000 households, facts loaded from the database',
      '两个政策包对 25,000 户回放（从数据库载入事实）',
    ),
    source: sources.replay,
    checks: [{ path: 'from_database.seconds', digits: 1, unit: seconds, ...held('<', 10) }],
  },
]

const reliability: readonly Figure[] = [
  {
    what: words('processes killed at 20 random moments of verifications', '核对中随机时刻强行终止进程 20 次'),
    bar: words('identical files, nothing doubled, nothing lost', '结果逐字节一致，不重不漏'),
    source: sources.faults,
    checks: [
      { path: 'identical', yes: words('identical', '一致'), ...held('=', 1) },
      { path: 'doubled', of: words('doubled', '重复'), ...held('=', 0) },
      { path: 'lost', of: words('lost', '丢失'), ...held('=', 0) },
    ],
    isShort: true,
  },
  {
    what: words(
      '150,000 persons asked over five nodes in network places of their own: 40 kills -9, 10 cut lines, calls sent twice',
      '五个节点各在独立网络空间，查询 150,000 人次：40 次 kill -9，10 次断线，重复来电',
    ),
    bar: words('0 lost, doubled, out of order', '不丢、不重、不乱序'),
    source: sources.networkFaults,
    checks: [
      { path: 'lost', of: words('lost', '丢失'), ...held('=', 0) },
      { path: 'doubled', of: words('doubled', '重复'), ...held('=', 0) },
      { path: 'out_of_order', of: words('out of order', '乱序'), ...held('=', 0) },
      { path: 'longest_resume_seconds', of: words('longest until at work again', '恢复最久'), digits: 1, unit: seconds },
    ],
    isShort: true,
  },
  {
    what: words('what gathered in 4 hours at 50 requests a second leaves', '断线 4 小时、每秒 50 条查询的积压送完'),
    source: sources.outage,
    checks: [
      { path: 'drain_seconds', digits: 0, unit: seconds, ...held('<', 180) },
      { path: 'peak_mb', unit: mb, ...held('<', 300) },
    ],
  },
  {
    what: words('a change at a unit until it is a task, 95 %', '单位数据变化到形成待办，95%'),
    source: sources.subscriptions,
    checks: [
      { path: 'p95_seconds', digits: 1, unit: seconds, ...held('<', 60) },
      { path: 'tasks', of: words('tasks of 300 changes', '300 条变动的待办'), ...held('=', 300) },
    ],
  },
]

const operations = ['search', 'list', 'open', 'clear', 'tasks-clerk', 'tasks-approver', 'open-case', 'submit', 'approve']
const operationsZh = ['查询', '列表', '打开', '处置', '待办（经办）', '待办（审批）', '打开案件', '提交', '审批']

const pages: readonly Figure[] = [
  {
    what: words(
      'requests a second against a bare route with the same SQL, 16 connections',
      '每秒请求数与同样 SQL 的裸路由相比（16 连接）',
    ),
    source: sources.api,
    checks: operations.map((name, i) => ({
      path: `results.[operation=${name},connections=16].ratio`,
      of: words(name, operationsZh[i] ?? name),
      digits: 2,
      isToFloor: true,
      ...held('≥', 0.5),
    })),
    isShort: true,
  },
  {
    what: words('统计 and 核对进度 of 25,000 households, the answer by itself', '25,000 户的统计、核对进度，单次答复'),
    source: sources.apiWhole,
    checks: [
      { path: 'alone_ms.statistics', of: words('统计', '统计'), digits: 0, unit: ms, ...held('≤', 150) },
      { path: 'alone_ms.progress', of: words('核对进度', '核对进度'), digits: 0, unit: ms, ...held('≤', 150) },
    ],
  },
  {
    what: words('scripts of the office before any page', '办公网页首屏之前的脚本'),
    source: sources.web,
    checks: [{ path: 'office_js_gz_kb.entry', digits: 1, unit: kib, ...held('≤', 115) }],
  },
  {
    what: words("largest page's own scripts", '最大一页自己的脚本'),
    source: sources.web,
    checks: [{ path: 'office_js_gz_kb.routes.*', digits: 1, unit: kib, ...held('≤', 25) }],
  },
  {
    what: words(
      'largest part of a page drawn, cold, on 150 ms, 1.6 Mbit/s and a CPU slowed four times; slowest of the pages people begin with',
      '冷启动打开页面、主要内容画出（150 毫秒、1.6 Mbit/s、CPU 放慢四倍），常用页面中最慢的',
    ),
    source: sources.web,
    checks: [{ path: 'lcp_ms.*', digits: 0, unit: ms, ...held('≤', 1800) }],
    isShort: true,
  },
]

const files: readonly Figure[] = [
  {
    what: words('import of a district package', '导入区县数据包'),
    source: sources.district,
    checks: [{ path: 'import_rows_per_second', unit: words(' rows/s', ' 行/秒'), ...held('≥', 100_000) }],
  },
  {
    what: words('reports printed, four at a time', '打印核对报告，每次四份'),
    source: sources.district,
    checks: [{ path: 'pdf_per_second', digits: 1, unit: perSecond, ...held('≥', 60) }],
  },
  {
    what: words('workbook of 24,000 households in the background', '后台导出 24,000 户工作簿'),
    source: sources.export,
    checks: [
      { path: 'seconds', digits: 1, unit: seconds, ...held('<', 60) },
      { path: 'peak_mb', unit: mb, ...held('<', 200) },
    ],
  },
  {
    what: words(
      '500 fictional ledgers of sixteen layouts, row by row against their keys',
      '500 份虚构台账（十六种样式）逐行与答案核对',
    ),
    source: sources.ledgers,
    checks: [
      { path: 'silent_wrong', of: words('silently wrong', '静默进错'), ...held('=', 0) },
      { path: 'taken', of: words('good rows taken', '好行进入'), digits: 3, ...held('≥', 0.97) },
      { path: 'failed_files', of: words('files that did not come in', '未能进入的文件') },
    ],
    isShort: true,
  },
  {
    what: words('25,000 households in one ledger: read, checked and compared', '一份 25,000 户的台账：读取、检查、比较'),
    source: sources.ledgerWhole,
    checks: [
      { path: 'district.first_read_seconds', of: words('first reading', '首次读取'), digits: 1, unit: seconds, ...held('≤', 60) },
      { path: 'district.seconds', of: words('once answered', '回答之后'), digits: 1, unit: seconds, ...held('≤', 60) },
      { path: 'district.reader_mb', of: words('reader', '读取进程'), unit: mb, ...held('≤', 400) },
      { path: 'district.worker_mb', of: words('worker', '后台进程'), unit: mb, ...held('≤', 400) },
    ],
  },
]

const suites = ['GM1', 'ED1'] as const

/** A number of the exchange in both suites. */
function inSuites(what: Words, path: string, check: Omit<Check, 'path' | 'of'>): Figure {
  return {
    what,
    source: sources.exchange,
    checks: suites.map((suite) => ({ path: `${suite}.${path}`, of: words(suite, suite), ...check })),
  }
}

const rate = (at: number): Omit<Check, 'path' | 'of'> => ({ unit: perSecond, ...held('≥', at) })
const share = { digits: 2, isToFloor: true, ...held('≥', 0.6) } as const

const exchange: readonly Figure[] = [
  {
    ...inSuites(
      words('1 KiB there and back, 100 items a message', '1 KiB 往返，每份报文 100 条'),
      'batch_of_100_1kib.per_second',
      rate(3000),
    ),
    isShort: true,
  },
  inSuites(
    words('1 KiB, 100 items a message: of the speed of its floor', '1 KiB，每份报文 100 条：与其下限的速度之比'),
    'batch_of_100_1kib.ratio',
    share,
  ),
  inSuites(
    words('1 KiB, each item a message of its own', '1 KiB，每条一份报文'),
    'message_by_message_1kib.per_second',
    rate(490),
  ),
  inSuites(
    words('1 KiB, each item a message: of the speed of its floor', '1 KiB，每条一份报文：与其下限的速度之比'),
    'message_by_message_1kib.ratio',
    share,
  ),
  inSuites(
    words('1 KiB, each item a message: what signatures alone would leave of it', '1 KiB，每条一份报文：仅签名验签一项就只剩'),
    'message_by_message_1kib.ratio_at_most',
    { digits: 2 },
  ),
  inSuites(words('64 KiB there and back', '64 KiB 往返'), 'batch_64kib.per_second', rate(150)),
  inSuites(words('64 KiB: of the speed of its floor', '64 KiB：与其下限的速度之比'), 'batch_64kib.ratio', share),
  inSuites(
    words('accepted durably at a gateway, one message a call', '前置机可靠接收，每次一份报文'),
    'durable_accept_1kib.per_second',
    rate(2000),
  ),
  inSuites(
    words('accepted, one message a call: of the speed of its floor', '可靠接收，每次一份：与其下限的速度之比'),
    'durable_accept_1kib.ratio',
    share,
  ),
  inSuites(
    words('accepted, one message a call: what signatures alone would leave of it', '可靠接收，每次一份：仅签名验签一项就只剩'),
    'durable_accept_1kib.ratio_at_most',
    {
      digits: 2,
    },
  ),
  inSuites(
    words('the same, 64 messages a call, as lines hand them over', '同上，每次 64 份报文（线路即如此交付）'),
    'durable_accept_64_a_call_1kib.per_second',
    { unit: perSecond },
  ),
  inSuites(
    words('accepted, 64 messages a call: of the speed of its floor', '可靠接收，每次 64 份：与其下限的速度之比'),
    'durable_accept_64_a_call_1kib.ratio',
    share,
  ),
  inSuites(words('a single message at an idle unit, median', '空闲时单份报文送达，中位'), 'idle.p50_ms', {
    digits: 1,
    unit: ms,
    ...held('≤', 5),
  }),
  inSuites(words('the same, 99 %', '同上，99%'), 'idle.p99_ms', { digits: 1, unit: ms, ...held('≤', 25) }),
  inSuites(words('work goes on after the unit is back', '单位恢复后继续工作'), 'resume.after_unit_seconds', {
    digits: 1,
    unit: seconds,
    ...held('≤', 5),
  }),
  inSuites(words('work goes on after the centre is back', '中心恢复后继续工作'), 'resume.after_centre_seconds', {
    digits: 1,
    unit: seconds,
    ...held('≤', 5),
  }),
]

/** All figures, in the order of docs/figures.md. */
export const figureGroups: readonly FigureGroup[] = [
  { title: 'Verification of a district', figures: verification },
  { title: 'Assessment', figures: assessment },
  { title: 'When things fail', figures: reliability },
  { title: 'Pages and their requests', figures: pages },
  { title: 'What comes in and goes out', figures: files },
  { title: 'The exchange', figures: exchange },
]
