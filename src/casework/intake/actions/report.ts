/** What stands for a verification: who has not signed, what was commissioned, which report is taken up. */
import type { ActionContext } from '#platform/action'
import { loadHouseholdFile } from '#registry'
import { findReportOf, type UsableReport } from '#verification'
import type { PaperView } from '../../cases/contract/case.ts'
import { listPapers } from '../../cases/store/open-case.ts'
import { type CaseFile, openedAgainAt } from '../../procedure/actions/file-model.ts'

/** Somebody without whose signature nothing is asked. */
export interface Unsigned {
  readonly subjectNo: string
  readonly name: string
  readonly relationLabel: string
}

const isRefusal = (paper: Pick<PaperView, 'form' | 'signature'>): boolean =>
  paper.form === 'authorisation' && paper.signature === 'refused'

/** Counted members without a standing authorisation, and supporters who neither signed nor refused on record. */
export async function listUnsigned(context: ActionContext, file: CaseFile): Promise<Unsigned[]> {
  const { household_no: householdNo, case_no: caseNo } = file.row
  if (householdNo === null) return []
  const { tx, keys, today } = context
  const household = await loadHouseholdFile(tx, keys, householdNo, today)
  const signed = new Set(
    household.authorisations.flatMap((each) => (each.state === 'signed' || each.state === 'guardian' ? [each.subjectNo] : [])),
  )
  const refused = new Set((await listPapers(tx, caseNo)).filter(isRefusal).map((paper) => paper.subjectNo))
  return household.persons
    .filter(
      ({ role, subjectNo }) => !signed.has(subjectNo) && (role === 'member' || (role === 'supporter' && !refused.has(subjectNo))),
    )
    .map(({ subjectNo, name, relationLabel }) => ({ subjectNo, name, relationLabel }))
}

/** The report of a case's household that may be used today; one that is not what was signed may not. */
export async function findCaseReport(context: ActionContext, file: CaseFile): Promise<UsableReport | undefined> {
  const { household_no: householdNo } = file.row
  const report = householdNo === null ? undefined : await findReportOf(context, householdNo, context.today)
  return report?.altered === null ? report : undefined
}

const isVerification = (command: string) => (move: { step: string; command: string }) =>
  move.step === 'verification' && move.command === command

/** Whether the case was commissioned since its verification was last opened. */
export function isCommissioned(file: CaseFile): boolean {
  const since = openedAgainAt(file, 'verification')
  return file.moves.some((move) => move.seq > since && isVerification('commission')(move))
}

/** Whether the case itself commissioned a campaign. */
export function hasCommissioned(file: CaseFile, campaignId: string): boolean {
  return file.records.some((record) => record.kind === 'commission' && record.body.campaignId === campaignId)
}

/** Number of the report that was taken up last since the step was opened; undefined: none yet. */
export function attachedReport(file: CaseFile): string | undefined {
  const since = openedAgainAt(file, 'verification')
  const taken = file.moves.filter(
    (move) => move.seq > since && (isVerification('report')(move) || isVerification('recheck')(move)),
  )
  const reportNo = taken.at(-1)?.detail.reportNo
  return typeof reportNo === 'string' ? reportNo : undefined
}

/** True when a report was made after the newest objection: another one than the objection was about. */
export function isNewer(file: CaseFile, report: UsableReport | undefined): boolean {
  const objection = file.moves.filter(isVerification('object')).at(-1)
  return report !== undefined && objection !== undefined && report.reportNo !== objection.detail.reportNo
}
