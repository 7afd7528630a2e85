/** The signed report of one household: model, PDF, check of its QR code, objection and review. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, Fen, InstantText, MaybeFen, MonthText, personName, Reason, StoredFile } from '#kernel/schema'
import { Objection, ReportHead } from './household.ts'
import { AnswerState, ClearingOutcome, Conclusion, FindingClass } from './words.ts'

/** The report as signed; `signed` is the exact text under the signature, for a check without us. */
export const Report = ReportHead.extend({
  householdNo: z.string(),
  campaignTitle: z.string(),
  programmeLabel: z.string(),
  kindLabel: z.string(),
  commissioningUnit: z.string(),
  verifyingUnit: z.string(),
  applicantName: z.string(),
  applicantIdMasked: z.string(),
  villageName: z.string(),
  townshipName: z.string(),
  asOf: DateText,
  pack: z.string(),
  /** That a review date of the pack had passed when the report was signed; null when none had. */
  packNote: z.string().nullable(),
  incomeFrom: MonthText,
  incomeTo: MonthText,
  startedOn: DateText,
  endedOn: DateText,
  declaredIncome: Fen,
  verifiedIncome: Fen,
  declaredProperty: Fen,
  verifiedProperty: Fen,
  declaredExpenditure: Fen,
  verifiedExpenditure: Fen,
  perCapita: MaybeFen,
  standard: Fen,
  members: z.array(
    z.object({
      name: z.string(),
      idMasked: z.string(),
      relationLabel: z.string(),
      counted: z.boolean(),
      /** What the police register said about this person. */
      identity: AnswerState,
      identityLabel: z.string(),
    }),
  ),
  /** Per unit: how its answers fall, over all subjects of the household. */
  sources: z.array(
    z.object({
      unitName: z.string(),
      recordName: z.string(),
      asOf: DateText.nullable(),
      states: z.partialRecord(AnswerState, Count),
    }),
  ),
  figures: z.array(
    z.object({ label: z.string(), unit: z.enum(['fen', 'area']), declared: z.int(), verified: z.int(), partial: z.boolean() }),
  ),
  findings: z.array(
    z.object({
      rule: z.string(),
      ruleName: z.string(),
      class: FindingClass,
      subjectName: z.string().nullable(),
      message: z.string(),
      recordName: z.string().nullable(),
      recordId: z.string().nullable(),
      asOf: DateText.nullable(),
      clause: z.string(),
      outcome: ClearingOutcome.nullable(),
      outcomeReason: z.string().nullable(),
    }),
  ),
  /** Sentences naming sources that did not answer, or persons who were not asked. */
  missing: z.array(z.string()),
  conclusionText: z.string(),
  objectionNotice: z.string(),
  contentHash: z.string(),
  signature: z.string(),
  keyId: z.string(),
  signed: z.string(),
  /** Text inside the QR code. */
  qrText: z.string(),
  /** The QR code as an SVG document, drawn by the server. */
  qrSvg: z.string(),
})
export type Report = z.infer<typeof Report>

export const readReport = defineRoute({
  name: 'verification.read-report',
  method: 'GET',
  path: '/api/reports/:reportNo',
  permission: 'verification.read',
  params: z.object({ reportNo: z.string() }),
  output: Report,
})

/** The report as a tagged PDF. */
export const printReport = defineRoute({
  name: 'verification.print-report',
  method: 'GET',
  path: '/api/reports/:reportNo/report.pdf',
  permission: 'verification.print',
  params: z.object({ reportNo: z.string() }),
  download: true,
  output: z.instanceof(Uint8Array),
})

/** Draws up and signs a new version from what is known and cleared now; refused while a class A finding is open. */
export const issueReport = defineRoute({
  name: 'verification.issue-report',
  method: 'POST',
  path: '/api/households/:householdNo/reports',
  permission: 'verification.report',
  params: z.object({ householdNo: z.string() }),
  body: z.object({ campaignId: z.uuid() }),
  output: ReportHead,
})

/** Checks the text of a report's QR code; no account needed, no more said than stands on the paper. */
export const checkReport = defineRoute({
  name: 'verification.check-report',
  method: 'POST',
  path: '/api/report-checks',
  permission: 'public',
  body: z.object({ qrText: z.string().min(10).max(4000) }),
  output: z.object({
    genuine: z.boolean(),
    reportNo: z.string().nullable(),
    version: z.int().nullable(),
    superseded: z.boolean(),
    signedOn: DateText.nullable(),
    validTo: DateText.nullable(),
    conclusion: Conclusion.nullable(),
    message: z.string(),
  }),
})

/** An objection against a report; it opens a review, which ends in a version of its own. */
export const raiseObjection = defineRoute({
  name: 'verification.raise-objection',
  method: 'POST',
  path: '/api/reports/:reportNo/objections',
  permission: 'verification.object',
  params: z.object({ reportNo: z.string() }),
  body: z.object({
    raisedBy: personName('提出人'),
    reason: Reason,
    evidence: z.array(StoredFile).max(20, '材料不超过 20 份').default([]),
  }),
  output: Objection,
})

/** A file that came with an objection; each opening is journaled. */
export const readObjectionFile = defineRoute({
  name: 'verification.read-objection-file',
  method: 'GET',
  path: '/api/objections/:objectionId/files/:fileId',
  permission: 'registry.reveal',
  params: z.object({ objectionId: z.string(), fileId: z.string() }),
  download: true,
  output: z.instanceof(Uint8Array),
})

/** Answers an objection, by another person than who cleared or signed before; issues the review version. */
export const reviewObjection = defineRoute({
  name: 'verification.review-objection',
  method: 'POST',
  path: '/api/objections/:objectionId/review',
  permission: 'verification.review',
  params: z.object({ objectionId: z.string() }),
  body: z.object({ outcome: z.enum(['upheld', 'rejected']), answer: Reason }),
  output: z.object({ objection: Objection, report: ReportHead.nullable(), reviewedAt: InstantText }),
})
