/** Sentences of the report: why the conclusion is what it is, and which sources stayed silent about whom. */
import { type RecordName, recordLabel, recordNames } from '#sources/contract'
import type { Comparison, OpenPair } from '../findings/compare.ts'
import type { RuleContext } from '../findings/prepare.ts'
import type { PairStatus } from '../household/dossier.ts'
import { groupBy, type HouseholdView, type Subject } from '../household/view.ts'
import { isSilent } from './figures.ts'

const WORDS: Readonly<Record<PairStatus, string>> = {
  HIT: '有记录',
  NO_RECORD: '查无记录',
  NAME_MISMATCH: '号码对应的姓名不符',
  ID_NOT_FOUND: '户籍查无此号',
  NOT_ANSWERED: '未反馈',
  NOT_AUTHORISED: '未授权，未查询',
}

function namesOf(subjects: readonly Subject[], open: readonly OpenPair[]): string {
  const nos = new Set(open.map((pair) => pair.subject))
  const named = subjects.filter((subject) => nos.has(subject.no))
  if (named.length > 1 && named.length === subjects.length) return `全部 ${subjects.length} 人`
  return named.map((subject) => subject.name).join('、')
}

/** One sentence per person who was not authorised, then one per record type and status, naming whom it is silent about. */
export function missingSentences(h: HouseholdView, open: readonly OpenPair[]): string[] {
  if (open.length === 0) return []
  const subjects: Subject[] = [...h.persons, ...h.supporters]
  const sentences: string[] = []
  const refused = groupBy(
    open.filter((pair) => pair.status === 'NOT_AUTHORISED'),
    (pair) => pair.subject,
  )
  for (const [no, pairs] of refused) {
    const name = subjects.find((subject) => subject.no === no)?.name ?? no
    sentences.push(`${name}：${pairs.length} 类信息未授权，未查询`)
  }
  const silent = open.filter((pair) => pair.status !== 'NOT_AUTHORISED')
  for (const pairs of groupBy(silent, (pair) => `${pair.record}\u0000${pair.status}`).values()) {
    const [first] = pairs
    if (first !== undefined) sentences.push(`${recordLabel(first.record)}：${namesOf(subjects, pairs)} ${WORDS[first.status]}`)
  }
  return sentences
}

function openRequired(h: HouseholdView, ctx: RuleContext): RecordName[] {
  return recordNames.filter(
    (record) => ctx.sets.required_records.has(record) && h.members.some((member) => isSilent(member, record)),
  )
}

function undeterminedText(h: HouseholdView, ctx: RuleContext): string {
  const reasons: string[] = []
  if (h.dossier.household.incomplete) reasons.push('本户有导入时被隔离、尚未更正的信息')
  if (h.headCount === 0) reasons.push('本户没有计入的共同生活成员')
  const records = openRequired(h, ctx)
  if (records.length > 0) reasons.push(`以下必查来源没有可用的反馈：${records.map(recordLabel).join('、')}`)
  return `无法判定：${reasons.join('；')}。`
}

/** The conclusion in one or two sentences, with the missing sources named. */
export function conclusionText(h: HouseholdView, { conclusion, findings }: Comparison, ctx: RuleContext): string {
  if (conclusion === 'undetermined') return undeterminedText(h, ctx)
  if (conclusion === 'consistent') return '一致：必查来源均已反馈，未发现与申报不一致、需要核实的疑点。'
  const counted = findings.filter((finding) => finding.class !== 'C' && !ctx.sets.conclusion_ignores.has(finding.rule))
  const first = counted.filter((finding) => finding.class === 'A').length
  return `不一致：发现需要核实的疑点 ${counted.length} 项（A 类 ${first} 项，B 类 ${counted.length - first} 项），疑点须经调查核实，不等于事实。`
}
