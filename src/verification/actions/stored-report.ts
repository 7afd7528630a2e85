/** A stored report is believed only after its hash and its signature were checked, on every showing. */
import { qrStatementText } from '#documents'
import { type Alarm, type DocumentCheck, type KeptSeal, raiseAlarms } from '#journal'
import { Problem } from '#kernel/problem'
import { type Keys, sha256, verifyBytes } from '#platform/crypto'
import { type Db, type Tx, wholeScope, withTransaction } from '#platform/db'
import { keyIdOf } from '../jobs/sign-report.ts'
import type { ReportDocument } from '../rules/report/report.ts'
import { findReport, listSignedReports, type SignedReport, type StoredReport } from '../store/reports.ts'

/** The statement under the signature of a report. */
export function statementOf(row: SignedReport) {
  return {
    reportNo: row.report_no,
    version: row.version,
    conclusion: row.conclusion,
    signedOn: row.issued_on,
    validTo: row.valid_to,
    keyId: row.key_id,
    contentHash: row.content_hash.toString('hex'),
  }
}

function differsFrom(row: SignedReport): boolean {
  const { report_no, report_version, issued_on, valid_to, result } = JSON.parse(row.document) as ReportDocument
  const said = [report_no, report_version, issued_on, valid_to, result.household_no, result.conclusion]
  const kept = [row.report_no, row.version, row.issued_on, row.valid_to, row.household_no, row.conclusion]
  return said.some((each, i) => each !== kept[i])
}

/** What of a stored report does not hold, in words; null when it is what was signed. */
export function reportFault(row: SignedReport, { signing }: Pick<Keys, 'signing'>): string | null {
  if (!sha256(row.document).equals(row.content_hash)) return '存档内容与签发时的指纹不符'
  if (row.key_id !== keyIdOf(signing)) return '签名所用的密钥不是本机构的'
  if (!verifyBytes(signing.publicKey, Buffer.from(qrStatementText(statementOf(row))), row.signature)) return '签名不成立'
  return differsFrom(row) ? '存档内容与登记的编号、户号、日期或结论不符' : null
}

/** The alarm over a report that does not hold. */
export function reportAlarm(row: Pick<SignedReport, 'report_no' | 'division_code'>, fault: string): Alarm {
  return { kind: 'report', subject: row.report_no, fault: `核对报告${fault}`, divisionCode: row.division_code }
}

/** What a reader of such a report is told, and what is to be done. */
export function alteredText(reportNos: readonly string[]): string {
  return `核对报告 ${reportNos.join('、')} 的存档与签发时不一致，不能显示、打印或据以办理。已报安全管理员和审计管理员查明；请核对中心在该户页面重新签发`
}

/**
 * Gives reports back only when every one is what was signed; otherwise raises an alarm for each that is not, and refuses all.
 * Problem `verification.report-altered`.
 */
export async function refuseAltered<R extends SignedReport>(db: Db, keys: Keys, rows: readonly R[]): Promise<readonly R[]> {
  const alarms = rows.flatMap((row) => {
    const fault = reportFault(row, keys)
    return fault === null ? [] : [reportAlarm(row, fault)]
  })
  if (alarms.length === 0) return rows
  await raiseAlarms(db, alarms)
  throw new Problem('verification.report-altered', alteredText(alarms.map(({ subject }) => subject)), { status: 409 })
}

/** A report by its number, checked. Problem 404, or 409 when it is not what was signed. */
export async function getReport(tx: Tx, { db, keys }: { db: Db; keys: Keys }, reportNo: string): Promise<StoredReport> {
  const row = await findReport(tx, reportNo)
  if (row === undefined) throw new Problem('verification.not-found', '没有这份报告，或不在您的辖区内', { status: 404 })
  await refuseAltered(db, keys, [row])
  return row
}

/** Raises that a household's newest report is not what was signed, and refuses what would rest on it. Problem as `refuseAltered`. */
export async function refuseAlteredReport(
  { db }: { readonly db: Db },
  { reportNo, altered }: { readonly reportNo: string; readonly altered: Alarm | null },
): Promise<void> {
  if (altered === null) return
  await raiseAlarms(db, [altered])
  throw new Problem('verification.report-altered', alteredText([reportNo]), { status: 409 })
}

const PAGE = 200

/** The seal of the journal that a report names; a report of before there was one names none. */
function sealOf(row: SignedReport): KeptSeal[] {
  const { journal_seal: seal } = JSON.parse(row.document) as ReportDocument
  return seal == null ? [] : [{ sealNo: seal.no, root: seal.root, where: `核对报告 ${row.report_no} ` }]
}

interface ReportsSeen {
  documents: number
  readonly alarms: Alarm[]
  readonly kept: Map<string, KeptSeal>
}

function see(seen: ReportsSeen, row: SignedReport, keys: Pick<Keys, 'signing'>): void {
  seen.documents += 1
  const fault = reportFault(row, keys)
  if (fault !== null) seen.alarms.push(reportAlarm(row, fault))
  else for (const seal of sealOf(row)) seen.kept.set(`${seal.sealNo} ${seal.root}`, seal)
}

/** Checks every stored report, page by page; of the seals they name each is given once. For the nightly check. */
export async function checkReports(db: Db, keys: Pick<Keys, 'signing'>, signal?: AbortSignal): Promise<DocumentCheck> {
  const seen: ReportsSeen = { documents: 0, alarms: [], kept: new Map() }
  for (let after = ''; ; ) {
    const rows = await withTransaction(db, wholeScope('system:proofs'), (tx) => listSignedReports(tx, after, PAGE))
    for (const row of rows) see(seen, row, keys)
    signal?.throwIfAborted()
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return { ...seen, kept: [...seen.kept.values()] }
    after = last.report_no
  }
}
