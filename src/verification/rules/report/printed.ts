/**
 * The signed report as the printed paper wants it. Pure: everything that is not in the signed text (masked numbers, the place, who
 * signed) is handed in. Nothing is left out that the signed text says, and "not answered" stays apart from "none".
 */
import type {
  PrintedFigure,
  PrintedFinding,
  PrintedIdentity,
  PrintedSignature,
  PrintedSource,
  PrintedStep,
  VerificationReportDocument,
} from '#documents'
import { parseYuan } from '#kernel/money'
import { RECORD_TYPES, UNITS, unitOf } from '#kernel/record-types'
import { labelOf } from '#kernel/terms'
import { ruleCards } from '../findings/rules.ts'
import type { PairStatus } from '../household/dossier.ts'
import { figureCards } from './figures.ts'
import type { ReportDocument, ReportSource } from './report.ts'

/** What the paper says beside the signed text. */
export interface PrintFacts {
  /** masked citizen number of a person or supporter */
  idMaskedOf(no: string): string
  /** what is to be said about the pack, or null */
  packNote: string | null
  /** district, township, village */
  place: string
  signatures: readonly PrintedSignature[]
  /** 64 hex digits */
  contentHash: string
  /** base64url */
  signature: string
  keyId: string
  qrText: string
}

function identityOf(status: PairStatus): PrintedIdentity {
  return status === 'NO_RECORD' ? 'ID_NOT_FOUND' : status
}

function figure(document: ReportDocument, each: (typeof figureCards)[number]): PrintedFigure {
  const { declared, verified } = document.result
  return {
    group: each.group,
    label: each.label,
    unit: each.unit,
    declared: parseYuan(declared[each.key]),
    verified: parseYuan(verified[each.key]),
    total: false,
    partial: document.partial.includes(each.key),
  }
}

const totalLabels = { income: '收入合计', property: '财产合计', expenditure: '支出合计' } as const

/** The figures of a group with their sum; areas have no place in a sum of money. */
function groupOf(document: ReportDocument, group: PrintedFigure['group']): PrintedFigure[] {
  const figures = figureCards.filter((each) => each.group === group).map((each) => figure(document, each))
  const money = figures.filter((each) => each.unit === 'fen')
  const sum = (of: (each: PrintedFigure) => number): number => money.reduce((total, each) => total + of(each), 0)
  const total: PrintedFigure = {
    group,
    label: totalLabels[group],
    unit: 'fen',
    declared: sum((each) => each.declared),
    verified: sum((each) => each.verified),
    total: true,
    partial: money.some((each) => each.partial),
  }
  return [...money, total, ...figures.filter((each) => each.unit !== 'fen')]
}

function sourceOf(source: ReportSource): PrintedSource {
  return {
    unit: UNITS[unitOf(source.record)],
    record: RECORD_TYPES[source.record].label,
    asOf: source.as_of,
    hit: source.HIT ?? 0,
    noRecord: source.NO_RECORD ?? 0,
    nameMismatch: source.NAME_MISMATCH ?? 0,
    idNotFound: source.ID_NOT_FOUND ?? 0,
    notAuthorised: source.NOT_AUTHORISED ?? 0,
    notAnswered: source.NOT_ANSWERED ?? 0,
  }
}

function findingOf(document: ReportDocument, finding: ReportDocument['findings'][number]): PrintedFinding {
  const card = ruleCards.get(finding.rule)
  const subject = [...document.members, ...document.supporters].find((each) => each.no === finding.person)
  const source = finding.source === '' ? null : `${UNITS[unitOf(finding.source)]} ${RECORD_TYPES[finding.source].label}`
  return {
    findingId: '',
    rule: finding.rule,
    ruleName: card?.title ?? finding.rule,
    class: finding.class,
    subject: subject?.name ?? null,
    message: finding.message,
    source,
    recordId: finding.source_record_id === '' ? null : finding.source_record_id,
    asOf: finding.recordAsOf === '' ? null : finding.recordAsOf,
    clause: card?.clause ?? null,
    outcome: finding.clearing?.outcome ?? null,
    outcomeReason: finding.clearing?.reason ?? null,
  }
}

/** The calculation sheet: from verified income to income per head, and what it is held against. */
function calculationOf({ result, standard }: ReportDocument): PrintedStep[] {
  const { income, per_capita_monthly: perHead, monetary } = result.verified
  const first: PrintedStep = {
    label: '核对收入',
    text: `工资性 ${result.verified.wage} + 经营 ${result.verified.business} + 财产 ${result.verified.property} + 转移 ${result.verified.transfer} + 其他 ${result.verified.other}（每人每项取申报与核对中的较大者）`,
    value: income,
  }
  const perCapita: PrintedStep =
    perHead === null
      ? { label: '人均月收入', text: '没有计入的共同生活成员，不计算', value: '—' }
      : { label: '人均月收入', text: `${income} 元 ÷ 核算月数 ÷ ${result.members} 人（四舍五入到分）`, value: perHead }
  const below = perHead !== null && parseYuan(perHead) < parseYuan(standard)
  const comparison: PrintedStep = {
    label: '与标准比较',
    text: perHead === null ? '不比较' : `${perHead} 元 ${below ? '低于' : '不低于'} 保障标准 ${standard} 元`,
    value: perHead === null ? '—' : below ? '低于' : '不低于',
  }
  return [first, perCapita, comparison, { label: '货币财产', text: '存款、证券基金理财、商业保险现金价值之和', value: monetary }]
}

/** The paper of a signed report. */
export function printedReport(document: ReportDocument, facts: PrintFacts): VerificationReportDocument {
  const { result, periods } = document
  const nameOf = (no: string): string => document.members.find((each) => each.no === no)?.name ?? no
  return {
    reportNo: document.report_no,
    version: document.report_version,
    kind: document.kind,
    applicationNo: document.application_no,
    acceptanceNo: document.acceptance_no,
    projectCode: document.project.code,
    projectName: document.project.name,
    householdKind: labelOf('household_kind', result.kind),
    commissioningUnit: document.commissioning_unit,
    verifyingUnit: document.verifying_unit,
    answeringUnits: [],
    applicant: {
      name: document.applicant?.name ?? '—',
      documentType: '居民身份证',
      idMasked: document.applicant === null ? '—' : facts.idMaskedOf(document.applicant.no),
    },
    place: facts.place,
    asOf: result.as_of,
    packName: document.pack.label,
    packNote: facts.packNote,
    incomePeriod: periods.income,
    employmentPeriod: periods.employment,
    expenditurePeriod: periods.expenditure,
    propertyOn: periods.property_on,
    startedOn: periods.started_on,
    endedOn: periods.ended_on,
    members: document.members.map((member) => ({
      name: member.name,
      relation: member.relation === null ? '—' : labelOf('relation', member.relation),
      idMasked: facts.idMaskedOf(member.no),
      counted: member.counted,
      identity: identityOf(member.identity),
    })),
    supporters: document.supporters.map((supporter) => ({
      name: supporter.name,
      relation: supporter.relation === null ? '—' : labelOf('supporter_relation', supporter.relation),
      supported: nameOf(supporter.supported),
      identity: identityOf(supporter.identity),
    })),
    figures: (['income', 'property', 'expenditure'] as const).flatMap((group) => groupOf(document, group)),
    perCapita: result.verified.per_capita_monthly === null ? null : parseYuan(result.verified.per_capita_monthly),
    standard: parseYuan(document.standard),
    sources: document.sources.map(sourceOf),
    findings: document.findings.map((finding) => findingOf(document, finding)),
    calculation: calculationOf(document),
    conclusion: result.conclusion,
    conclusionText: document.conclusion_text,
    missing: document.missing,
    signedOn: document.issued_on,
    validTo: document.valid_to,
    objectionNotice: document.objection.notice,
    signatures: facts.signatures,
    contentHash: facts.contentHash,
    signature: facts.signature,
    keyId: facts.keyId,
    ...(document.journal_seal == null ? {} : { journalSeal: document.journal_seal }),
    qrText: facts.qrText,
  }
}
