/**
 * From a document to the text a template prints. Templates only place text: every number, label and date is made here, so that
 * a district may change a form without touching a rule.
 *
 * P1 a source that did not answer is never printed as "none": each of the six states has its own words;
 * P2 a verified figure that rests on a silent source carries a mark and a footnote, and is never printed as 0.00;
 * P3 money is printed in yuan with two decimals and thousands separators.
 */
import { formatYuan } from '#kernel/money'
import type {
  PrintedFigure,
  PrintedFinding,
  PrintedIdentity,
  PrintedSource,
  VerificationReportDocument,
} from '../contract/index.ts'

const conclusionWords = { consistent: '一致', inconsistent: '不一致', undetermined: '无法判定' } as const
const titleWords = {
  result: '家庭经济状况核对报告',
  renewal: '家庭经济状况核对更新报告',
  review: '家庭经济状况核对复核报告',
  suspension: '家庭经济状况核对中止报告',
} as const
const groupWords = { income: '收入', property: '财产', expenditure: '支出' } as const
const classWords = { A: 'A 须双人核实', B: 'B 须说明理由', C: 'C 提示' } as const
const outcomeWords = { true: '属实', not_true: '不属实', other_aid: '转其他救助' } as const
const identityWords: Readonly<Record<PrintedIdentity, string>> = {
  HIT: '相符',
  NAME_MISMATCH: '姓名不符',
  ID_NOT_FOUND: '查无此号',
  NOT_AUTHORISED: '未授权，未查询',
  NOT_ANSWERED: '未反馈',
}

/** Whole fen as yuan with thousands separators: 1,234,567.80. */
export function printedYuan(fen: number): string {
  const text = formatYuan(fen)
  const dot = text.length - 3
  return text.slice(0, dot).replace(/\B(?=(\d{3})+$)/g, ',') + text.slice(dot)
}

/** 2026年9月1日 */
export function printedDate(date: string): string {
  const [year, month, day] = date.split('-')
  return `${year}年${Number(month)}月${Number(day)}日`
}

/** 2025年9月至2026年8月 */
export function printedMonths(period: { from: string; to: string }): string {
  const month = (text: string): string => `${text.slice(0, 4)}年${Number(text.slice(5, 7))}月`
  return `${month(period.from)}至${month(period.to)}`
}

/** Hundredths of m² as 62.50. */
function printedArea(hundredths: number): string {
  return printedYuan(hundredths)
}

/** The answer of one record type in words; only what occurs, each state by its own name. */
export function printedAnswer(source: PrintedSource): { text: string; complete: boolean } {
  const parts: string[] = []
  const add = (count: number, word: string): void => {
    if (count > 0) parts.push(`${word} ${count}`)
  }
  add(source.hit, '有记录')
  add(source.noRecord, '无记录')
  add(source.nameMismatch, '姓名不符')
  add(source.idNotFound, '查无此号')
  add(source.notAuthorised, '未授权')
  add(source.notAnswered, '未反馈')
  const complete = source.nameMismatch + source.idNotFound + source.notAuthorised + source.notAnswered === 0
  return { text: parts.length > 0 ? parts.join('，') : '未查询', complete: complete && parts.length > 0 }
}

function figureView(figure: PrintedFigure) {
  const show = figure.unit === 'fen' ? printedYuan : printedArea
  const unknown = figure.partial && figure.verified === 0
  const difference = unknown ? 0 : figure.verified - figure.declared
  return {
    group: groupWords[figure.group],
    label: figure.label,
    unit: figure.unit === 'fen' ? '元' : '平方米',
    declared: show(figure.declared),
    verified: unknown ? '未反馈' : show(figure.verified),
    difference: difference === 0 ? '—' : `${difference > 0 ? '+' : '−'}${show(difference > 0 ? difference : -difference)}`,
    total: figure.total,
    partial: figure.partial,
  }
}

function findingView(finding: PrintedFinding) {
  const basis: string[] = []
  if (finding.source) basis.push(finding.source)
  if (finding.recordId) basis.push(`记录 ${finding.recordId}`)
  if (finding.asOf) basis.push(`数据日期 ${finding.asOf}`)
  const outcome = finding.outcome === null ? '尚未核实' : outcomeWords[finding.outcome]
  return {
    id: finding.findingId,
    rule: finding.rule,
    name: finding.ruleName,
    class: classWords[finding.class],
    subject: finding.subject ?? '全户',
    message: finding.message,
    basis: basis.join('　'),
    clause: finding.clause ?? '',
    outcome: finding.outcomeReason ? `${outcome}：${finding.outcomeReason}` : outcome,
  }
}

function headPairs(document: VerificationReportDocument): [string, string][] {
  const unit = (each: { code: string; name: string }): string => `${each.name}（${each.code}）`
  const answering = document.answeringUnits.map(unit).join('、')
  return [
    ['申请编号', document.applicationNo],
    ['受理编号', document.acceptanceNo ?? '—'],
    ['核对项目', `${document.projectName}（${document.projectCode}）`],
    ['业务类别', document.householdKind],
    ['委托单位', unit(document.commissioningUnit)],
    ['发起核对机构', unit(document.verifyingUnit)],
    ['应答核对机构', answering === '' ? '本级成员单位' : answering],
    ['申请人', document.applicant.name],
    ['证件类型', document.applicant.documentType],
    ['证件号码', document.applicant.idMasked],
    ['住址', document.place],
    ['核对时点', printedDate(document.asOf)],
    ['收入核对期间', printedMonths(document.incomePeriod)],
    ['财产核对日期', printedDate(document.propertyOn)],
    ['就业核对期间', printedMonths(document.employmentPeriod)],
    ['支出核对期间', printedMonths(document.expenditurePeriod)],
    ['核对起止', `${printedDate(document.startedOn)}至${printedDate(document.endedOn)}`],
    ['适用政策包', document.packNote === null ? document.packName : `${document.packName}（${document.packNote}）`],
  ]
}

/** What the template of the verification report prints. `qr` is the SVG document of the QR code. */
export function reportView(document: VerificationReportDocument, qr: string) {
  return {
    title: titleWords[document.kind],
    reportNo: document.reportNo,
    version: String(document.version),
    head: headPairs(document),
    applicant: document.applicant.name,
    members: document.members.map((member) => ({
      name: member.name,
      relation: member.relation,
      idMasked: member.idMasked,
      counted: member.counted ? '计入' : '不计入',
      identity: identityWords[member.identity],
      certain: member.identity === 'HIT',
    })),
    supporters: document.supporters.map((supporter) => ({
      name: supporter.name,
      relation: supporter.relation,
      supported: supporter.supported,
      identity: identityWords[supporter.identity],
      certain: supporter.identity === 'HIT',
    })),
    figures: document.figures.map(figureView),
    partial: document.figures.some((figure) => figure.partial),
    perCapita: document.perCapita === null ? '无计入成员，不计算' : `${printedYuan(document.perCapita)} 元`,
    standard: `${printedYuan(document.standard)} 元`,
    sources: document.sources.map((source) => ({
      unit: source.unit,
      record: source.record,
      asOf: source.asOf ?? '—',
      ...printedAnswer(source),
    })),
    findings: document.findings.map(findingView),
    calculation: document.calculation,
    conclusion: conclusionWords[document.conclusion],
    conclusionText: document.conclusionText,
    missing: document.missing,
    signedOn: printedDate(document.signedOn),
    validTo: printedDate(document.validTo),
    objectionNotice: document.objectionNotice,
    signatures: document.signatures.map(({ role, name, on }) => ({ role, name, on: on === null ? '' : printedDate(on) })),
    contentHash: document.contentHash,
    signature: document.signature,
    keyId: document.keyId,
    sealNo: document.journalSeal === undefined ? '' : String(document.journalSeal.no),
    sealRoot: document.journalSeal?.root ?? '',
    qr,
  }
}
