/** Parts of the household page made from rows: subjects with their answers, report heads, objections, what happened. */

import { ageOn, maskIdNumber, sexOf } from '#kernel/id-number'
import { labelOf } from '#kernel/terms'
import { chinaDate } from '#platform/clock'
import { type AuthorisationRow, type HouseholdBatch, paperState } from '#registry'
import {
  itemStates,
  type RecordName,
  recordNames,
  recordTypeOf,
  type SilenceReason,
  type StateLetter,
  unitLabel,
} from '#sources/contract'
import type { Answer, Objection, ReportHead, Subject, TimelineEntry } from '../contract/household.ts'
import { Conclusion, ReportKind } from '../contract/words.ts'
import { reviewDueOn } from '../rules/asking/clock.ts'
import type { Scheme } from '../rules/household/schemes.ts'
import type { ClearingRow, CommissionRow, ReportHeadRow, SubjectResultRow } from '../store/household-page.ts'
import type { ObjectionRow } from '../store/objections.ts'

const reasonWords: Readonly<Record<SilenceReason, string>> = {
  source_missing: '单位没有提交此类数据',
  file_missing: '单位称已反馈，但没有数据文件',
  unreadable: '数据文件无法读取',
  column_missing: '数据文件缺少必需的列',
  not_answered: '单位尚未反馈此类数据',
  person_unanswered: '单位未能反馈此人',
  cut_off: '反馈不完整，未见记录不等于没有',
  stale: '数据时点过旧，未见记录不等于没有',
  faulty_rows: '单位数据中有无法读取的行',
  revoked: '授权已撤回',
  no_right: '单位未向本中心开放此项',
}

const stateReasons: Readonly<Partial<Record<StateLetter, string>>> = {
  M: '号码在该单位登记在另一姓名下',
  I: '户籍查无此号',
  A: '没有有效授权，未查询',
  E: '来源错误',
  T: '超过时限未反馈',
  P: '等待反馈',
}

/** Why an answer is neither a record nor "none", in words; null where it is. */
export function answerReason(letter: StateLetter, why: SilenceReason | undefined): string | null {
  return why === undefined ? (stateReasons[letter] ?? null) : reasonWords[why]
}

function answersOf(result: SubjectResultRow | undefined, dates: ReadonlyMap<string, string>): Answer[] {
  const reasons = result?.reasons == null ? {} : (JSON.parse(result.reasons) as Partial<Record<RecordName, SilenceReason>>)
  return recordNames.map((record, place) => {
    const letter = (result?.statuses[place] ?? 'P') as StateLetter
    const { unit, table } = recordTypeOf(record)
    return {
      unit,
      unitName: unitLabel(unit),
      record,
      recordName: table.label,
      state: itemStates[letter],
      reason: answerReason(letter, reasons[record]),
      asOf: dates.get(record) ?? null,
      answeredAt: null,
      rows: letter === 'H' ? 1 : 0,
    }
  })
}

function authorisationOf(
  papers: readonly AuthorisationRow[],
  asOf: string,
): Pick<Subject, 'authorisation' | 'authorisationNo' | 'authorisedFrom' | 'authorisedTo' | 'authorisedItems'> {
  const paper = papers.findLast((each) => each.signature !== 'missing') ?? papers.at(-1)
  return {
    authorisation: paperState(paper, asOf),
    authorisationNo: paper?.authorisation_no ?? null,
    authorisedFrom: paper?.signed_on ?? null,
    authorisedTo: paper?.valid_to ?? null,
    authorisedItems: (paper?.items ?? []).map((item) => labelOf('auth_item', item)),
  }
}

/** What the subjects of a household are shown from. */
export interface Opened {
  commission: CommissionRow
  batch: HouseholdBatch
  results: readonly SubjectResultRow[]
  dates: ReadonlyMap<string, string>
}

/** Members, listed persons and supporters with their papers and answers. */
export function subjectsOf({ commission, batch, results, dates }: Opened): Subject[] {
  const papers = Map.groupBy(batch.authorisations, (paper) => paper.subject_no)
  const common = (no: string, kind: 'person' | 'supporter', row: { name: string; id_number: string }) => ({
    subjectNo: no,
    name: row.name,
    idMasked: maskIdNumber(row.id_number),
    age: ageOn(row.id_number, commission.as_of),
    gender: labelOf('gender', sexOf(row.id_number)),
    ...authorisationOf(papers.get(no) ?? [], commission.as_of),
    answers: answersOf(
      results.find((result) => result.subject_no === no && result.subject_kind === kind),
      dates,
    ),
  })
  return [
    ...batch.persons.map(
      (person): Subject => ({
        ...common(person.person_no, 'person', person),
        role: person.counted === 'yes' ? 'member' : 'listed',
        relationLabel: person.relation === null ? '未填' : labelOf('relation', person.relation),
      }),
    ),
    ...batch.supporters.map(
      (supporter): Subject => ({
        ...common(supporter.supporter_no, 'supporter', supporter),
        role: 'supporter',
        relationLabel: labelOf('supporter_relation', supporter.relation),
      }),
    ),
  ]
}

/** A report's head for lists. */
export function reportHeadView(row: ReportHeadRow): ReportHead {
  return {
    reportNo: row.report_no,
    version: row.version,
    kind: ReportKind.parse(row.kind),
    conclusion: Conclusion.parse(row.conclusion),
    signedAt: row.signed_at,
    validTo: row.valid_to,
    superseded: row.superseded,
  }
}

export function objectionView(row: ObjectionRow, scheme: Scheme): Objection {
  return {
    objectionId: row.objection_id,
    reportNo: row.report_no,
    raisedBy: row.raised_by,
    raisedAt: row.raised_at,
    reason: row.reason,
    state: row.outcome === null ? 'open' : 'reviewed',
    outcome: row.outcome,
    answer: row.answer,
    dueOn: row.outcome === null ? reviewDueOn(scheme, chinaDate(row.raised_at)) : null,
    evidence: row.evidence,
  }
}

const stepSentences = {
  first: '处置疑点',
  confirmed: '复核确认疑点处置',
  sent_back: '退回疑点处置',
  reopened: '重新打开疑点',
} as const

/** What happened with the household, newest first. */
export function timelineOf(
  commission: CommissionRow,
  clearing: readonly ClearingRow[],
  reports: readonly ReportHeadRow[],
  objections: readonly ObjectionRow[],
): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    { at: commission.created_at, by: commission.created_by_name, text: `列入核对批次“${commission.label}”`, kind: 'state' },
    ...(commission.started_at === null
      ? []
      : [{ at: commission.started_at, by: '系统', text: '凭授权向成员单位发出查询', kind: 'ask' as const }]),
    ...clearing.map(
      (row): TimelineEntry => ({ at: row.at, by: row.by_name, text: `${stepSentences[row.step]} ${row.rule}`, kind: 'clear' }),
    ),
    ...reports.map(
      (row): TimelineEntry => ({ at: row.signed_at, by: '系统', text: `出具核对报告 ${row.report_no}`, kind: 'report' }),
    ),
    ...objections.map(
      (row): TimelineEntry => ({ at: row.raised_at, by: row.raised_by, text: `对报告 ${row.report_no} 提出异议`, kind: 'state' }),
    ),
  ]
  return entries.sort((a, b) => (a.at < b.at ? 1 : -1))
}

const openStates = new Set<string>(['NAME_MISMATCH', 'ID_NOT_FOUND', 'NOT_AUTHORISED', 'SOURCE_ERROR', 'TIMEOUT', 'PENDING'])

/** Why no conclusion stands: rows in quarantine, nobody counted, required sources without an answer that counts about a member. */
export function undeterminedBy(subjects: readonly Subject[], required: readonly string[], incomplete: boolean): string[] {
  const members = subjects.filter((subject) => subject.role === 'member')
  const silent = new Map<string, string[]>()
  for (const subject of members) {
    for (const answer of subject.answers) {
      if (!required.includes(answer.record) || !openStates.has(answer.state)) continue
      const name = `${answer.unitName}·${answer.recordName}`
      silent.set(name, [...(silent.get(name) ?? []), `${subject.name}（${answer.reason ?? ''}）`])
    }
  }
  return [
    ...(incomplete ? ['本户有导入时被隔离、尚未更正的信息'] : []),
    ...(members.length === 0 ? ['本户没有计入的共同生活成员'] : []),
    ...[...silent].map(([source, people]) => `${source}：${people.join('、')}`),
  ]
}
