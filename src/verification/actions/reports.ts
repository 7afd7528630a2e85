/** The signed report: read, print alone or a village at once, check by its QR code. */
import { composeQr, qrStatementText, qrSvg, renderPdf, type VerificationReportDocument, verifyQr } from '#documents'
import { EVERYWHERE, raiseAlarms } from '#journal'
import { maskIdNumber } from '#kernel/id-number'
import { Problem } from '#kernel/problem'
import { labelOf } from '#kernel/terms'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { loadHouseholdBatch } from '#registry'
import { isRecordName, itemStates, recordNames, recordTypeOf, type StateLetter, unitLabel } from '#sources/contract'
import { printVillage } from '../contract/campaign.ts'
import { checkReport, printReport, type Report, readReport } from '../contract/report.ts'
import { ruleCards } from '../rules/findings/rules.ts'
import { printedReport } from '../rules/report/printed.ts'
import type { ReportDocument } from '../rules/report/report.ts'
import { listReportLetters } from '../store/household-page.ts'
import { findReport, listSomeReports, listVillageReports, type StoredReport } from '../store/reports.ts'
import { passedReview } from './pack-review.ts'
import { getReport, refuseAltered, reportAlarm, reportFault, statementOf } from './stored-report.ts'

function qrTextOf(row: StoredReport): string {
  const text = composeQr(statementOf(row), row.signature.toString('base64url'))
  if (text === null) throw new Problem('verification.qr', `报告 ${row.report_no} 的验真码无法生成`, { status: 500 })
  return text
}

/** The subjects of some households: masked numbers by person_no or supporter_no, and keyed indexes for the journal. */
interface People {
  masked: ReadonlyMap<string, string>
  indexes: readonly Buffer[]
}

async function loadPeople(tx: Tx, keys: Keys, householdNos: readonly string[]): Promise<People> {
  const { persons, supporters } = await loadHouseholdBatch(tx, keys, householdNos)
  const masked = new Map([
    ...supporters.map((each): [string, string] => [each.supporter_no, maskIdNumber(each.id_number)]),
    ...persons.map((each): [string, string] => [each.person_no, maskIdNumber(each.id_number)]),
  ])
  return { masked, indexes: [...persons, ...supporters].map((each) => keys.blindIndex('id', each.id_number)) }
}

/** A stored report with what its paper says beside the signed text. */
interface Paper {
  row: StoredReport
  packNote: string | null
}

/** A report's paper. `reviews`: what speaks against a pack on a day, looked up once for each when many are printed. */
async function paperOf(tx: Tx, row: StoredReport, reviews = new Map<string, string | null>()): Promise<Paper> {
  const { pack, result } = JSON.parse(row.document) as ReportDocument
  const use = { packId: pack.id, packHash: pack.hash, asOf: result.as_of }
  const key = [pack.id, pack.hash, result.as_of, row.issued_on].join(' ')
  if (!reviews.has(key)) reviews.set(key, await passedReview(tx, use, row.issued_on))
  const passed = reviews.get(key) ?? null
  return { row, packNote: passed === null ? null : `签发时${passed}，复核确认前不得据以作出决定` }
}

function printed({ row, packNote }: Paper, masked: ReadonlyMap<string, string>): VerificationReportDocument {
  return printedReport(JSON.parse(row.document) as ReportDocument, {
    idMaskedOf: (no) => masked.get(no) ?? '',
    packNote,
    place: `${row.district_name}${row.township_name}${row.village_name}`,
    signatures: [{ role: '核对机构', name: `${row.district_name}核对中心（电子签名）`, on: row.issued_on }],
    contentHash: row.content_hash.toString('hex'),
    signature: row.signature.toString('base64url'),
    keyId: row.key_id,
    qrText: qrTextOf(row),
  })
}

function sum(figures: VerificationReportDocument['figures'], group: string, side: 'declared' | 'verified'): number {
  const total = figures.find((figure) => figure.group === group && figure.total)
  if (total !== undefined) return total[side]
  return figures
    .filter((figure) => figure.group === group && figure.unit === 'fen')
    .reduce((all, figure) => all + figure[side], 0)
}

const stateOf = {
  HIT: 'HIT',
  NAME_MISMATCH: 'NAME_MISMATCH',
  ID_NOT_FOUND: 'ID_NOT_FOUND',
  NOT_AUTHORISED: 'NOT_AUTHORISED',
  NOT_ANSWERED: 'PENDING',
} as const
const identityWords = {
  HIT: '相符',
  NAME_MISMATCH: '姓名不符',
  ID_NOT_FOUND: '查无此号',
  NOT_AUTHORISED: '未授权，未查询',
  NOT_ANSWERED: '未反馈',
} as const

/** Per record type how its answers fall over the subjects, in the exchange's eight states. */
function sourcesOf(document: ReportDocument, letters: readonly string[]): Report['sources'] {
  return document.sources.flatMap((source) => {
    if (!isRecordName(source.record)) return []
    const { unit, table } = recordTypeOf(source.record)
    const place = recordNames.indexOf(source.record)
    const states: Record<string, number> = {}
    for (const subject of letters) {
      const state = itemStates[(subject[place] ?? 'P') as StateLetter]
      states[state] = (states[state] ?? 0) + 1
    }
    return [{ unitName: unitLabel(unit), recordName: table.label, asOf: source.as_of, states }]
  })
}

function findingsOf(document: ReportDocument, paper: VerificationReportDocument): Report['findings'] {
  return paper.findings.map((finding, i) => {
    const source = document.findings[i]?.source ?? ''
    return {
      rule: finding.rule,
      ruleName: finding.ruleName,
      class: finding.class,
      subjectName: finding.subject,
      message: finding.message,
      recordName: isRecordName(source) ? recordTypeOf(source).table.label : null,
      recordId: finding.recordId,
      asOf: finding.asOf,
      clause: finding.clause ?? ruleCards.get(finding.rule)?.clause ?? '',
      outcome: finding.outcome,
      outcomeReason: finding.outcomeReason,
    }
  })
}

function reportView(stored: Paper, masked: ReadonlyMap<string, string>, letters: readonly string[]): Report {
  const { row, packNote } = stored
  const document = JSON.parse(row.document) as ReportDocument
  const paper = printed(stored, masked)
  return {
    reportNo: row.report_no,
    version: row.version,
    kind: document.kind,
    conclusion: row.conclusion,
    signedAt: row.signed_at,
    validTo: row.valid_to,
    superseded: row.superseded,
    householdNo: row.household_no,
    campaignTitle: row.label,
    programmeLabel: labelOf('programme', document.result.programme),
    kindLabel: labelOf('household_kind', document.result.kind),
    commissioningUnit: document.commissioning_unit.name,
    verifyingUnit: document.verifying_unit.name,
    applicantName: paper.applicant.name,
    applicantIdMasked: paper.applicant.idMasked,
    villageName: row.village_name,
    townshipName: row.township_name,
    asOf: paper.asOf,
    pack: document.pack.id,
    packNote,
    incomeFrom: paper.incomePeriod.from,
    incomeTo: paper.incomePeriod.to,
    startedOn: paper.startedOn,
    endedOn: paper.endedOn,
    declaredIncome: sum(paper.figures, 'income', 'declared'),
    verifiedIncome: sum(paper.figures, 'income', 'verified'),
    declaredProperty: sum(paper.figures, 'property', 'declared'),
    verifiedProperty: sum(paper.figures, 'property', 'verified'),
    declaredExpenditure: sum(paper.figures, 'expenditure', 'declared'),
    verifiedExpenditure: sum(paper.figures, 'expenditure', 'verified'),
    perCapita: paper.perCapita,
    standard: paper.standard,
    members: paper.members.map((member) => ({
      name: member.name,
      idMasked: member.idMasked,
      relationLabel: member.relation,
      counted: member.counted,
      identity: stateOf[member.identity],
      identityLabel: identityWords[member.identity],
    })),
    sources: sourcesOf(document, letters),
    figures: paper.figures.map(({ label, unit, declared, verified, partial }) => ({ label, unit, declared, verified, partial })),
    findings: findingsOf(document, paper),
    missing: [...paper.missing],
    conclusionText: paper.conclusionText,
    objectionNotice: paper.objectionNotice,
    contentHash: paper.contentHash,
    signature: paper.signature,
    keyId: row.key_id,
    signed: qrStatementText(statementOf(row)),
    qrText: paper.qrText,
    qrSvg: qrSvg(paper.qrText),
  }
}

const basis = '社会救助暂行办法：家庭经济状况核对'

/** Where a reply belongs in the journal, and whom it shows; kept beside the reply, not in it. */
const places = new WeakMap<object, { householdNo: string; divisionCode: string; subjects: readonly Buffer[] }>()

function noted<T extends object>(output: T, row: StoredReport, people: People): T {
  places.set(output, { householdNo: row.household_no, divisionCode: row.division_code, subjects: people.indexes })
  return output
}

function note(purpose: string, reportNo: string, output: object) {
  const place = places.get(output)
  return {
    chain: `household:${place?.householdNo ?? ''}`,
    ...(place === undefined ? {} : { divisionCode: place.divisionCode, subjects: place.subjects }),
    basis,
    purpose,
    detail: { reportNo },
  }
}

export const readReportAction: Action = routeAction(readReport, {
  transaction: 'read',
  async run({ tx, db, keys }, input) {
    const row = await getReport(tx, { db, keys }, input.reportNo)
    const people = await loadPeople(tx, keys, [row.household_no])
    const letters = await listReportLetters(tx, row.campaign_id, row.household_no, row.version)
    return noted(reportView(await paperOf(tx, row), people.masked, letters), row, people)
  },
  journal: (input, output) => note('查看核对报告', input.reportNo, output),
})

export const printReportAction: Action = routeAction(printReport, {
  async run({ tx, db, keys }, input): Promise<Download> {
    const row = await getReport(tx, { db, keys }, input.reportNo)
    const people = await loadPeople(tx, keys, [row.household_no])
    const body = await renderPdf('verification-report', printed(await paperOf(tx, row), people.masked))
    return noted({ fileName: `${row.report_no}.pdf`, mediaType: 'application/pdf', body }, row, people)
  },
  journal: (input, output) => note('打印核对报告', input.reportNo, output),
})

async function villageBatch(context: ActionContext, campaignId: string, village: string): Promise<Download> {
  const { tx, db, keys, today } = context
  const rows = await refuseAltered(db, keys, await listVillageReports(tx, campaignId, village))
  const [first] = rows
  if (first === undefined) throw new Problem('verification.not-found', '这个村（社区）还没有核对报告', { status: 404 })
  const people = await loadPeople(
    tx,
    keys,
    rows.map((row) => row.household_no),
  )
  const reviews = new Map<string, string | null>()
  const papers: Paper[] = []
  for (const row of rows) papers.push(await paperOf(tx, row, reviews))
  const body = await renderPdf('village-batch', {
    title: '家庭经济状况核对报告',
    place: `${first.district_name}${first.township_name}${first.village_name}`,
    campaignTitle: first.label,
    printedOn: today,
    reports: papers.map((paper) => printed(paper, people.masked)),
  })
  return noted({ fileName: `${village}.pdf`, mediaType: 'application/pdf', body }, first, people)
}

export const printVillageAction: Action = routeAction(printVillage, {
  run: (context, input) => villageBatch(context, input.campaignId, input.village),
  journal: (input, output, { actor }) => ({
    chain: `user:${actor.userId}`,
    divisionCode: input.village,
    subjects: places.get(output)?.subjects ?? [],
    basis,
    purpose: '成批打印核对报告',
    detail: { village: input.village },
  }),
})

/**
 * Why a code that this office signed is not confirmed all the same, in words; null when the archive holds what was signed. What is
 * not there or not the same is raised.
 */
async function archiveFault(
  { db, keys }: Pick<ActionContext, 'db' | 'keys'>,
  statement: NonNullable<ReturnType<typeof verifyQr>>,
  row: StoredReport | undefined,
): Promise<string | null> {
  const same = row?.content_hash.toString('hex') === statement.contentHash
  const fault = row === undefined ? '在库中没有存档' : (reportFault(row, keys) ?? (same ? null : '存档的内容指纹与验真码不符'))
  if (fault === null) return null
  const place = { report_no: statement.reportNo, division_code: row?.division_code ?? EVERYWHERE }
  await raiseAlarms(db, [reportAlarm(place, fault)])
  return '验真码由本机构签发，但存档的报告与签发时不一致，暂不能确认。已报安全管理员和审计管理员查明，请联系核对中心'
}

export const checkReportAction: Action = routeAction(checkReport, {
  kind: 'read',
  sees: 'system',
  async run({ tx, db, keys }, input) {
    const statement = verifyQr(input.qrText, Buffer.from(keys.signing.publicKey, 'base64url'))
    if (statement === null) {
      const nothing = { reportNo: null, version: null, superseded: false, signedOn: null, validTo: null, conclusion: null }
      return { genuine: false, ...nothing, message: '验真码无效：不是本机构签发，或内容已被改动' }
    }
    const { reportNo, version, signedOn, validTo, conclusion } = statement
    const said = { reportNo, version, signedOn, validTo, conclusion }
    const row = await findReport(tx, reportNo)
    const fault = await archiveFault({ db, keys }, statement, row)
    if (fault !== null) return { genuine: false, superseded: false, ...said, message: fault }
    const superseded = row?.superseded ?? false
    const message = superseded ? '报告真实，但已有新版本，请以新版本为准' : '报告真实有效，由本机构签发'
    return { genuine: true, superseded, ...said, message }
  },
  journal: () => null,
})

/** Printed papers of some reports of a campaign, for measuring the printing. */
export async function loadPrintedReports(
  tx: Tx,
  keys: Keys,
  campaignId: string,
  limit: number,
): Promise<VerificationReportDocument[]> {
  const rows = await listSomeReports(tx, campaignId, limit)
  const people = await loadPeople(
    tx,
    keys,
    rows.map((row) => row.household_no),
  )
  return rows.map((row) => printed({ row, packNote: null }, people.masked))
}
