/**
 * The sixteen statistics of verification. Every figure counts distinct things: a person with several records in several
 * sources is one person, a household with several findings one household, however often a join repeats the rows.
 */
import type { ReportKind } from './report.ts'

/** One commission: the verification of one household in one campaign. Repeated rows of one commission count once. */
export interface CommissionFact {
  commissionId: string
  programme: string
  /** unit that commissioned, and whether it is another verification body */
  unit: string
  fromOtherBody: boolean
  state: string
  /** `YYYY-MM-DD` */
  commissionedOn: string
}

/** One person or supporter of a commission with the record types asked about. */
export interface SubjectFact {
  commissionId: string
  subjectNo: string
  kind: 'person' | 'supporter'
  records: readonly string[]
}

export interface ReportFact {
  reportNo: string
  commissionId: string
  kind: ReportKind
}

export interface ObjectionFact {
  objectionId: string
  reportNo: string
}

/** Something a member of staff had to do for a household by a date. */
export interface TaskFact {
  taskId: string
  commissionId: string
  dueOn: string
  doneOn: string | null
}

/** Rows the statistics are counted from; each list may repeat rows. */
export interface StatisticsFacts {
  commissions: Iterable<CommissionFact>
  subjects: Iterable<SubjectFact>
  reports: Iterable<ReportFact>
  objections: Iterable<ObjectionFact>
  tasks: Iterable<TaskFact>
  /** record types the member units answer */
  sharedRecords: Iterable<string>
  /** the day the statistics are drawn up; the month-on-month growth compares its month with the one before */
  on: string
}

export interface Statistic {
  key: string
  label: string
  kind: 'count' | 'share' | 'days'
  /** null where it cannot be said (denominator 0) */
  value: number | null
  /** what is counted, distinct by what */
  note: string
}

/** Counts of one aid project. */
export interface ProgrammeCounts {
  programme: string
  verified: number
  queries: number
  reports: number
}

export interface Statistics {
  figures: Statistic[]
  byProgramme: ProgrammeCounts[]
}

function distinctBy<T>(rows: Iterable<T>, key: (row: T) => string): Map<string, T> {
  const kept = new Map<string, T>()
  for (const row of rows) kept.set(key(row), row)
  return kept
}

function sizeWhere<T>(rows: ReadonlyMap<string, T>, accepts: (row: T) => boolean): number {
  let count = 0
  for (const row of rows.values()) if (accepts(row)) count++
  return count
}

/** part ÷ whole, or null when there is no whole. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

/** The month before, `YYYY-MM`. */
export function monthBefore(month: string): string {
  const year = Number(month.slice(0, 4))
  const number = Number(month.slice(5, 7))
  return number === 1 ? `${year - 1}-12` : `${month.slice(0, 4)}-${String(number - 1).padStart(2, '0')}`
}

interface Counted {
  commissions: Map<string, CommissionFact>
  subjects: Map<string, SubjectFact>
  queries: Map<string, string>
  reports: Map<string, ReportFact>
  objections: Map<string, ObjectionFact>
}

/** Households something was done late for, or is late now: each once, however many things were. */
export function countOverdue(tasks: Iterable<TaskFact>, on: string): number {
  const late = [...tasks].filter((task) => (task.doneOn ?? on) > task.dueOn)
  return new Set(late.map((task) => task.commissionId)).size
}

/** The distinct things the figures are counted from; queries are (commission, subject, record type). */
function countedOf(facts: StatisticsFacts): Counted {
  const subjects = new Map<string, SubjectFact>()
  const queries = new Map<string, string>()
  for (const row of facts.subjects) {
    const key = `${row.commissionId}\u0000${row.kind}\u0000${row.subjectNo}`
    subjects.set(key, row)
    for (const record of row.records) queries.set(`${key}\u0000${record}`, row.commissionId)
  }
  return {
    commissions: distinctBy(facts.commissions, (row) => row.commissionId),
    subjects,
    queries,
    reports: distinctBy(facts.reports, (row) => row.reportNo),
    objections: distinctBy(facts.objections, (row) => row.objectionId),
  }
}

const isResult = (report: ReportFact): boolean => report.kind !== 'suspension'

/** Subjects of terminated commissions, and those of this month and the month before. */
function subjectFigures(c: Counted, on: string): { terminated: number; now: number; before: number } {
  const month = on.slice(0, 7)
  const previous = monthBefore(month)
  let terminated = 0
  let [now, before] = [0, 0]
  for (const { commissionId } of c.subjects.values()) {
    const commission = c.commissions.get(commissionId)
    if (commission === undefined) continue
    if (commission.state === 'terminated') terminated++
    const at = commission.commissionedOn.slice(0, 7)
    if (at === month) now++
    else if (at === previous) before++
  }
  return { terminated, now, before }
}

function programmeCounts(c: Counted): ProgrammeCounts[] {
  const programmes = new Map<string, ProgrammeCounts>()
  const countsOf = (commissionId: string): ProgrammeCounts => {
    const programme = c.commissions.get(commissionId)?.programme ?? ''
    const known = programmes.get(programme) ?? { programme, verified: 0, queries: 0, reports: 0 }
    programmes.set(programme, known)
    return known
  }
  const verified = new Set<string>()
  for (const report of c.reports.values()) {
    if (!isResult(report)) continue
    countsOf(report.commissionId).reports++
    verified.add(report.commissionId)
  }
  for (const commissionId of verified) countsOf(commissionId).verified++
  for (const commissionId of c.queries.values()) countsOf(commissionId).queries++
  return [...programmes.values()].sort((a, b) => (a.programme < b.programme ? -1 : 1))
}

/** What the sixteen figures are made from: every count is of distinct things. */
export interface StatisticsCounts {
  subjects: number
  /** subjects of terminated commissions */
  terminatedSubjects: number
  commissions: number
  suspended: number
  terminated: number
  /** commissions of other verification bodies */
  fromOtherBody: number
  /** record types the member units answer */
  sharedRecords: number
  suspensionReports: number
  objections: number
  /** reports with an objection */
  objected: number
  /** households of which a report or an answer was late or is */
  overdue: number
  /** subjects commissioned in the month of the statistics, and in the month before */
  month: { now: number; before: number }
  byProgramme: ProgrammeCounts[]
}

/** Counts the distinct things in rows that may repeat. */
export function countFacts(facts: StatisticsFacts): StatisticsCounts {
  const c = countedOf(facts)
  const { terminated, ...month } = subjectFigures(c, facts.on)
  return {
    subjects: c.subjects.size,
    terminatedSubjects: terminated,
    commissions: c.commissions.size,
    suspended: sizeWhere(c.commissions, (row) => row.state === 'suspended'),
    terminated: sizeWhere(c.commissions, (row) => row.state === 'terminated'),
    fromOtherBody: sizeWhere(c.commissions, (row) => row.fromOtherBody),
    sharedRecords: new Set(facts.sharedRecords).size,
    suspensionReports: c.reports.size - sizeWhere(c.reports, isResult),
    objections: c.objections.size,
    objected: new Set([...c.objections.values()].map((row) => row.reportNo)).size,
    overdue: countOverdue(facts.tasks, facts.on),
    month,
    byProgramme: programmeCounts(c),
  }
}

function count(key: string, label: string, value: number | null, note: string): Statistic {
  return { key, label, kind: 'count', value, note }
}

function rate(key: string, label: string, value: number | null, note: string): Statistic {
  return { key, label, kind: 'share', value, note }
}

/** The sixteen figures in their order. */
export function figuresOf(c: StatisticsCounts): Statistic[] {
  const sum = (of: (counts: ProgrammeCounts) => number): number => c.byProgramme.reduce((all, each) => all + of(each), 0)
  const verified = sum((each) => each.verified)
  const queries = sum((each) => each.queries)
  const results = sum((each) => each.reports)
  const growth = share(c.month.now - c.month.before, c.month.before)
  return [
    count('subjects', '核对人次', c.subjects, '按委托和核对对象去重'),
    count('terminated_subjects', '终止人次', c.terminatedSubjects, '已终止委托的核对对象，按委托和对象去重'),
    count('commissions', '委托核对户次', c.commissions, '按委托去重'),
    count('suspended', '中止户次', c.suspended, '处于中止状态的委托，与终止分开计'),
    rate('suspended_share', '中止率', share(c.suspended, c.commissions), '中止户次 ÷ 委托核对户次'),
    count('verified', '各项目核对户次', verified, '已出具结果报告的委托，分项目见下表'),
    count('shared_records', '共享指标数', c.sharedRecords, '成员单位提供的记录类型'),
    count('queries', '各项目查询次数', queries, '按委托、对象和记录类型去重，分项目见下表'),
    count('result_reports', '出具结果报告数', results, '结果、更新和复核报告，按报告编号去重'),
    count('suspension_reports', '出具中止报告数', c.suspensionReports, '按报告编号去重'),
    count('objections', '收到异议数', c.objections, '按异议去重'),
    count('terminated', '终止户次', c.terminated, '已终止的委托'),
    count('other_bodies', '核对机构间委托户次', c.fromOtherBody, '其他核对机构委托的户次'),
    rate('growth', '核对人次环比', growth, '本月核对人次较上月的增减 ÷ 上月核对人次'),
    count('overdue', '人员超期办理数', c.overdue, '报告或异议答复超过期限才办结或仍未办结的户，按户去重；期限为可替换的参数'),
    rate('objection_share', '异议率', share(c.objected, results), '被提出异议的报告 ÷ 出具结果报告数'),
  ]
}

/** The sixteen statistics of rows that may repeat, and the counts per aid project. */
export function statisticsOf(facts: StatisticsFacts): Statistics {
  const counts = countFacts(facts)
  return { figures: figuresOf(counts), byProgramme: counts.byProgramme }
}

/** A finding with its household and how it stands. */
export interface FindingFact {
  /** household, person, rule, source and record: the key of a finding */
  key: string
  householdNo: string
  rule: string
  outcome: 'true' | 'not_true' | 'other_aid' | null
}

/** Detection and clearing of one rule. */
export interface RuleStatistics {
  rule: string
  findings: number
  households: number
  /** households with the finding ÷ households compared */
  detection: number | null
  cleared: number
  true: number
  notTrue: number
  otherAid: number
  /** cleared ÷ findings */
  clearing: number | null
}

/** Detection and clearing rates per rule, in order of the rule's number; repeated rows of one finding count once. */
export function ruleStatistics(findings: Iterable<FindingFact>, householdsCompared: number): RuleStatistics[] {
  const byRule = new Map<string, FindingFact[]>()
  for (const fact of distinctBy(findings, (row) => row.key).values()) {
    const known = byRule.get(fact.rule)
    if (known === undefined) byRule.set(fact.rule, [fact])
    else known.push(fact)
  }
  const withOutcome = (facts: readonly FindingFact[], outcome: FindingFact['outcome']): number =>
    facts.filter((fact) => fact.outcome === outcome).length
  return [...byRule]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, facts]) => {
      const households = new Set(facts.map((fact) => fact.householdNo)).size
      const cleared = facts.length - withOutcome(facts, null)
      return {
        rule,
        findings: facts.length,
        households,
        detection: share(households, householdsCompared),
        cleared,
        true: withOutcome(facts, 'true'),
        notTrue: withOutcome(facts, 'not_true'),
        otherAid: withOutcome(facts, 'other_aid'),
        clearing: share(cleared, facts.length),
      }
    })
}
