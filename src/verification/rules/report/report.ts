/**
 * The report of one household: the line of reports.jsonl, and the document that is numbered and signed. Plain JSON in a
 * fixed order of keys; money as texts in yuan with two decimals; no citizen number, account or phone. The report
 * informs, it does not decide on aid.
 */

import { formatYuan } from '#kernel/money'
import { type RecordName, recordNames } from '#sources/contract'
import type { Comparison, OpenPair, StatusCounts } from '../findings/compare.ts'
import { type RuleContext, standardFen } from '../findings/prepare.ts'
import type { DeclaredTotals, Totals, VerifiedTotals } from '../found/totals.ts'
import type { Dossier, Finding, PairStatus } from '../household/dossier.ts'
import { type HouseholdView, type Subject, viewHousehold } from '../household/view.ts'
import { figureCards, silentSources } from './figures.ts'
import { conclusionText, missingSentences } from './text.ts'

type Amounts<Keys extends string> = Record<Keys, string>

/** One line of reports.jsonl. */
export interface ReportLine {
  household_no: string
  programme: string
  kind: string
  division_code: string
  as_of: string
  pack: string
  members: number
  incomplete: boolean
  declared: Amounts<keyof DeclaredTotals>
  verified: Amounts<Exclude<keyof VerifiedTotals, 'per_capita_monthly'>> & { per_capita_monthly: string | null }
  statuses: StatusCounts
  open: OpenPair[]
  /** finding ids of the household, in file order */
  findings: string[]
  conclusion: Comparison['conclusion']
}

function declaredAmounts({ declared: d }: Totals): ReportLine['declared'] {
  return {
    wage: formatYuan(d.wage),
    business: formatYuan(d.business),
    property: formatYuan(d.property),
    transfer: formatYuan(d.transfer),
    other: formatYuan(d.other),
    income: formatYuan(d.income),
    deposit: formatYuan(d.deposit),
    security: formatYuan(d.security),
    insurance: formatYuan(d.insurance),
    vehicle: formatYuan(d.vehicle),
    business_capital: formatYuan(d.business_capital),
    dwelling_area: formatYuan(d.dwelling_area),
    medical: formatYuan(d.medical),
    education: formatYuan(d.education),
  }
}

function verifiedAmounts({ verified: v }: Totals): ReportLine['verified'] {
  return {
    wage: formatYuan(v.wage),
    business: formatYuan(v.business),
    property: formatYuan(v.property),
    transfer: formatYuan(v.transfer),
    other: formatYuan(v.other),
    income: formatYuan(v.income),
    per_capita_monthly: v.per_capita_monthly === null ? null : formatYuan(v.per_capita_monthly),
    deposit: formatYuan(v.deposit),
    security: formatYuan(v.security),
    insurance: formatYuan(v.insurance),
    monetary: formatYuan(v.monetary),
    vehicle: formatYuan(v.vehicle),
    business_capital: formatYuan(v.business_capital),
    dwelling_area: formatYuan(v.dwelling_area),
    medical: formatYuan(v.medical),
    education: formatYuan(v.education),
  }
}

/** The line of a household in reports.jsonl; the ids of its findings are known when the district's findings are numbered. */
export function buildReportLine(
  dossier: Dossier,
  comparison: Comparison,
  packId: string,
  findingIds: readonly string[] = [],
): ReportLine {
  const { household_no, programme, kind, division_code } = dossier.household
  return {
    household_no,
    programme,
    kind,
    division_code,
    as_of: dossier.asOf,
    pack: packId,
    members: comparison.members,
    incomplete: comparison.incomplete,
    declared: declaredAmounts(comparison.totals),
    verified: verifiedAmounts(comparison.totals),
    statuses: comparison.statuses,
    open: comparison.open,
    findings: [...findingIds],
    conclusion: comparison.conclusion,
  }
}

/** An organisation on the report. */
export interface ReportUnit {
  code: string
  name: string
}

/** What a person decided about a finding, if anybody has yet. */
export interface ClearedFinding {
  outcome: 'true' | 'not_true' | 'other_aid'
  reason: string
}

/** The first result; a result renewed by clearing, late answers or a correction; the answer to an objection; a suspension. */
export type ReportKind = 'result' | 'renewal' | 'review' | 'suspension'

/** Kind of a version; `reviewed`: an objection was answered since the version before it. */
export function reportKind(version: number, reviewed: boolean): ReportKind {
  if (version === 1) return 'result'
  return reviewed ? 'review' : 'renewal'
}

/** A seal of the journal: number and root. */
export interface JournalSeal {
  no: number
  root: string
}

/** What the report says beside the comparison. Dates `YYYY-MM-DD`. */
export interface ReportFacts {
  reportNo: string
  reportVersion: number
  kind: ReportKind
  applicationNo: string
  commissionNo: string
  acceptanceNo: string | null
  project: ReportUnit
  commissioningUnit: ReportUnit
  verifyingUnit: ReportUnit
  pack: { id: string; label: string; hash: string }
  startedOn: string
  issuedOn: string
  validTo: string
  /** working days in which an objection may be raised, and the last of them */
  objectionDays: number
  objectionUntil: string
  /** date of the data behind a unit's answer, or null */
  sourceAsOf(record: RecordName): string | null
  /** the journal's newest seal when the report was signed; whoever holds the paper proves that it was there */
  journalSeal: JournalSeal | null
  /** what was decided about a finding so far */
  clearingOf?(finding: Finding): ClearedFinding | null
}

/** A person of the report with what the police register said. */
export interface ReportSubject {
  no: string
  name: string
  relation: string | null
  identity: PairStatus
}

/** How a record type was answered over all subjects: the date of the data and how many subjects ended in each status. */
export type ReportSource = { record: RecordName; as_of: string | null } & Partial<StatusCounts>

/** The text that is signed. */
export interface ReportDocument {
  format: 'yingbao-report'
  version: '1.0'
  report_no: string
  report_version: number
  kind: ReportFacts['kind']
  application_no: string
  commission_no: string
  acceptance_no: string | null
  project: ReportUnit
  commissioning_unit: ReportUnit
  verifying_unit: ReportUnit
  pack: ReportFacts['pack']
  /** S per person and month in yuan, half up */
  standard: string
  periods: {
    income: { from: string; to: string }
    employment: { from: string; to: string }
    expenditure: { from: string; to: string }
    property_on: string
    started_on: string
    ended_on: string
  }
  applicant: { no: string; name: string } | null
  members: (ReportSubject & { counted: boolean })[]
  supporters: (ReportSubject & { supported: string })[]
  result: ReportLine
  /** figures of which a source was silent: "at least" */
  partial: string[]
  sources: ReportSource[]
  findings: (Omit<Finding, 'household_no'> & { clearing: ClearedFinding | null })[]
  conclusion_text: string
  missing: string[]
  issued_on: string
  valid_to: string
  objection: { until: string; notice: string }
  /** left out of reports of before there was one */
  journal_seal?: JournalSeal | null
}

function subjectOf(subject: Subject, relation: string | null): ReportSubject {
  return { no: subject.no, name: subject.name, relation, identity: subject.answers.status['police/register'] }
}

function sourcesOf(subjects: readonly Subject[], facts: ReportFacts): ReportSource[] {
  return recordNames.map((record) => {
    const source: ReportSource = { record, as_of: facts.sourceAsOf(record) }
    for (const subject of subjects) {
      const status = subject.answers.status[record]
      source[status] = (source[status] ?? 0) + 1
    }
    return source
  })
}

function withoutHousehold(finding: Finding, facts: ReportFacts): ReportDocument['findings'][number] {
  const { household_no: _, ...rest } = finding
  return { ...rest, clearing: facts.clearingOf?.(finding) ?? null }
}

function applicantOf(h: HouseholdView): ReportDocument['applicant'] {
  const head = h.persons.find((person) => person.row.relation === 'head') ?? h.persons[0]
  return head === undefined ? null : { no: head.no, name: head.name }
}

/** The document of a household's report: what is numbered, signed and stored. Keys stand in a fixed order. */
export function buildReport(dossier: Dossier, comparison: Comparison, ctx: RuleContext, facts: ReportFacts): ReportDocument {
  const h = viewHousehold(dossier, ctx)
  const income = { from: ctx.window.from, to: ctx.window.to }
  return {
    format: 'yingbao-report',
    version: '1.0',
    report_no: facts.reportNo,
    report_version: facts.reportVersion,
    kind: facts.kind,
    application_no: facts.applicationNo,
    commission_no: facts.commissionNo,
    acceptance_no: facts.acceptanceNo,
    project: facts.project,
    commissioning_unit: facts.commissioningUnit,
    verifying_unit: facts.verifyingUnit,
    pack: facts.pack,
    standard: formatYuan(standardFen(1, h.standard)),
    periods: {
      income,
      employment: { from: ctx.recent.from, to: ctx.recent.to },
      expenditure: income,
      property_on: ctx.asOf,
      started_on: facts.startedOn,
      ended_on: facts.issuedOn,
    },
    applicant: applicantOf(h),
    members: h.persons.map((person) => ({ ...subjectOf(person, person.row.relation), counted: person.row.counted === 'yes' })),
    supporters: h.supporters.map((s) => ({ ...subjectOf(s, s.row.relation), supported: s.row.supported_person_no })),
    result: buildReportLine(dossier, comparison, facts.pack.id),
    partial: figureCards.filter((figure) => silentSources(figure, h).length > 0).map((figure) => figure.key),
    sources: sourcesOf([...h.persons, ...h.supporters], facts),
    findings: comparison.findings.map((finding) => withoutHousehold(finding, facts)),
    conclusion_text: conclusionText(h, comparison, ctx),
    missing: missingSentences(h, comparison.open),
    issued_on: facts.issuedOn,
    valid_to: facts.validTo,
    objection: {
      until: facts.objectionUntil,
      notice:
        `对本报告有异议的，可在收到之日起 ${facts.objectionDays} 个工作日内（至 ${facts.objectionUntil}）向委托单位提出并附材料，` +
        '由核对机构复核后另出复核报告。本报告只用于所委托事项，不作为是否给予救助的决定。',
    },
    journal_seal: facts.journalSeal,
  }
}

/** The line of reports.jsonl out of a stored document, with the ids its findings were given. */
export function reportLineOf(document: ReportDocument, findingIds: readonly string[]): ReportLine {
  return { ...document.result, findings: [...findingIds] }
}
