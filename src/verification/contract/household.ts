/** The verification of one household: subjects and answers, findings and their clearing, every figure explained. */

import { z } from 'zod'
import { ShownFile } from '#files/contract'
import { defineRoute } from '#kernel/route'
import { Count, DateText, DivisionCode, Fen, InstantText, MaybeFen, MonthText, Reason, StoredFile } from '#kernel/schema'
import { ChangeHint } from './change-hint.ts'
import { AnswerState, ClearingOutcome, ClearingState, CommissionState, Conclusion, FindingClass, ReportKind } from './words.ts'

/** One cell of the matrix: what a unit said about one subject for one record type. */
export const Answer = z.object({
  unit: z.string(),
  unitName: z.string(),
  record: z.string(),
  recordName: z.string(),
  state: AnswerState,
  /** Why, in words, for every state but HIT and NO_RECORD. */
  reason: z.string().nullable(),
  asOf: DateText.nullable(),
  answeredAt: InstantText.nullable(),
  /** Usable rows; 0 unless HIT. */
  rows: Count,
})
export type Answer = z.infer<typeof Answer>

export const AuthorisationState = z.enum(['signed', 'guardian', 'missing', 'withdrawn', 'expired'])
export type AuthorisationState = z.infer<typeof AuthorisationState>

export const Subject = z.object({
  subjectNo: z.string(),
  role: z.enum(['member', 'listed', 'supporter']),
  name: z.string(),
  idMasked: z.string(),
  age: z.int().nullable(),
  gender: z.string(),
  relationLabel: z.string(),
  authorisation: AuthorisationState,
  authorisationNo: z.string().nullable(),
  authorisedFrom: DateText.nullable(),
  authorisedTo: DateText.nullable(),
  /** Categories agreed to, in words. */
  authorisedItems: z.array(z.string()),
  answers: z.array(Answer),
})
export type Subject = z.infer<typeof Subject>

/** A fact with its name, for the declared and the found column. */
export const Fact = z.object({ label: z.string(), value: z.string() })
export type Fact = z.infer<typeof Fact>

/** One signature under a clearing; the second of class A confirms or sends back. */
export const ClearingStep = z.object({
  at: InstantText,
  by: z.string(),
  roleLabel: z.string(),
  step: z.enum(['first', 'confirmed', 'sent_back', 'reopened']),
  outcome: ClearingOutcome.nullable(),
  reason: z.string(),
  evidence: z.array(ShownFile),
})
export type ClearingStep = z.infer<typeof ClearingStep>

/** A reason accepted before for the same person and rule; it is shown and never applied by itself. */
export const Exemption = z.object({
  exemptionId: z.string(),
  rule: z.string(),
  ruleName: z.string(),
  householdNo: z.string(),
  subjectNo: z.string().nullable(),
  subjectName: z.string().nullable(),
  reason: z.string(),
  by: z.string(),
  on: DateText,
  validTo: DateText.nullable(),
  withdrawnOn: DateText.nullable(),
})
export type Exemption = z.infer<typeof Exemption>

/** A machine's question about a household, never a verdict. */
export const Finding = z.object({
  findingId: z.string(),
  householdNo: z.string(),
  subjectNo: z.string().nullable(),
  subjectName: z.string().nullable(),
  rule: z.string(),
  ruleName: z.string(),
  class: FindingClass,
  record: z.string().nullable(),
  recordName: z.string().nullable(),
  recordId: z.string().nullable(),
  asOf: DateText.nullable(),
  value: z.string().nullable(),
  limit: z.string().nullable(),
  message: z.string(),
  /** Clause the rule rests on, with the pack's version and its date. */
  clause: z.string(),
  explanation: z.array(z.string()),
  declared: z.array(Fact),
  found: z.array(Fact),
  clearing: ClearingState,
  outcome: ClearingOutcome.nullable(),
  /** True when the caller may sign next (first signature, or second of another person's first). */
  maySign: z.boolean(),
  history: z.array(ClearingStep),
  exemptions: z.array(Exemption),
})
export type Finding = z.infer<typeof Finding>

export const ReportHead = z.object({
  reportNo: z.string(),
  version: z.int().positive(),
  kind: ReportKind,
  conclusion: Conclusion.nullable(),
  signedAt: InstantText,
  validTo: DateText,
  superseded: z.boolean(),
})
export type ReportHead = z.infer<typeof ReportHead>

export const TimelineEntry = z.object({
  at: InstantText,
  by: z.string(),
  /** One readable sentence. */
  text: z.string(),
  kind: z.enum(['import', 'ask', 'answer', 'finding', 'clear', 'report', 'correct', 'look', 'state']),
})
export type TimelineEntry = z.infer<typeof TimelineEntry>

export const Objection = z.object({
  objectionId: z.string(),
  reportNo: z.string(),
  raisedBy: z.string(),
  raisedAt: InstantText,
  reason: z.string(),
  state: z.enum(['open', 'reviewed']),
  outcome: z.enum(['upheld', 'rejected']).nullable(),
  answer: z.string().nullable(),
  dueOn: DateText.nullable(),
  evidence: z.array(ShownFile),
})
export type Objection = z.infer<typeof Objection>

/** Everything the household page shows at first; the figures come with `explainHousehold`. */
export const HouseholdView = z.object({
  householdNo: z.string(),
  campaignId: z.string(),
  headName: z.string(),
  programme: z.enum(['urban', 'rural']),
  kind: z.enum(['new', 'existing']),
  townshipCode: DivisionCode,
  townshipName: z.string(),
  villageCode: DivisionCode,
  villageName: z.string(),
  address: z.string().nullable(),
  appliedOn: DateText,
  aidFrom: MonthText.nullable(),
  aidTo: MonthText.nullable(),
  tierLabel: z.string().nullable(),
  approvedAmount: MaybeFen,
  singleApplicant: z.boolean(),
  accountMasked: z.string().nullable(),
  asOf: DateText,
  pack: z.string(),
  state: CommissionState,
  stateReason: z.string().nullable(),
  stateSince: InstantText,
  dueOn: DateText.nullable(),
  daysLeft: z.int().nullable(),
  /** Why no report may be signed on the campaign's pack today, null when it may. */
  signingStop: z.string().nullable(),
  conclusion: Conclusion.nullable(),
  /** Why undetermined, sentences naming the missing sources; empty otherwise. */
  undeterminedBy: z.array(z.string()),
  incomplete: z.boolean(),
  subjects: z.array(Subject),
  findings: z.array(Finding),
  /** What member units noticed, newest first: 变动提示. */
  changes: z.array(ChangeHint),
  /** Rows of this household in quarantine. */
  quarantine: z.array(z.object({ rowId: z.string(), file: z.string(), row: Count, message: z.string() })),
  reports: z.array(ReportHead),
  objections: z.array(Objection),
  timeline: z.array(TimelineEntry),
  previousNo: z.string().nullable(),
  nextNo: z.string().nullable(),
})
export type HouseholdView = z.infer<typeof HouseholdView>

/** Opens one household; every person in it is journalled as looked at, with the purpose "verification". */
export const openVerification = defineRoute({
  name: 'verification.open-household',
  method: 'GET',
  path: '/api/households/:householdNo',
  permission: 'verification.read',
  params: z.object({ householdNo: z.string() }),
  query: z.object({ campaignId: z.uuid().optional() }),
  output: HouseholdView,
})

/** One line that adds to a figure, or stands beside it and does not count. */
export const FigureLine = z.object({
  side: z.enum(['declared', 'found']),
  subjectName: z.string().nullable(),
  text: z.string(),
  record: z.string().nullable(),
  recordName: z.string().nullable(),
  recordId: z.string().nullable(),
  asOf: DateText.nullable(),
  /** Fen, or hundredths of m² for an area. */
  amount: z.int(),
  counted: z.boolean(),
  /** Why it does not count, or how it was cut to the window; null when it simply counts. */
  why: z.string().nullable(),
})
export type FigureLine = z.infer<typeof FigureLine>

/** One figure of the report: declared, found, verified, and where each comes from. */
export const Figure = z.object({
  key: z.string(),
  label: z.string(),
  group: z.enum(['income', 'property', 'expenditure']),
  unit: z.enum(['fen', 'area']),
  declared: z.int(),
  found: z.int().nullable(),
  verified: z.int(),
  /** A source that would speak about this figure was silent: the figure is "at least". */
  partial: z.boolean(),
  silent: z.array(z.string()),
  /** How it was computed, in Chinese sentences with the parameters' names and values. */
  sentences: z.array(z.string()),
  clause: z.string().nullable(),
  lines: z.array(FigureLine),
})
export type Figure = z.infer<typeof Figure>

/** Every figure of one household, line by line. */
export const explainHousehold = defineRoute({
  name: 'verification.explain-household',
  method: 'GET',
  path: '/api/households/:householdNo/figures',
  permission: 'verification.read',
  params: z.object({ householdNo: z.string() }),
  query: z.object({ campaignId: z.uuid().optional() }),
  output: z.object({
    householdNo: z.string(),
    asOf: DateText,
    members: Count,
    standard: Fen,
    perCapita: MaybeFen,
    windowFrom: MonthText,
    windowTo: MonthText,
    figures: z.array(Figure),
  }),
})

/** First signature under a finding. Class A then waits for another person; B and C are cleared with it. */
export const clearFinding = defineRoute({
  name: 'verification.clear-finding',
  method: 'POST',
  path: '/api/findings/:findingId/clearing',
  permission: 'verification.clear',
  params: z.object({ findingId: z.string() }),
  body: z.object({
    outcome: ClearingOutcome,
    reason: Reason,
    evidence: z.array(StoredFile).min(1, '请上传至少一份证据材料').max(20),
    /** Keep the reason as an exemption that is shown next time; only with outcome not_true. */
    teach: z.boolean().default(false),
    /** History length the caller saw: a stale page is refused instead of overwriting. */
    seen: Count,
  }),
  output: Finding,
})

/** Second signature of class A, by another person than the first; `agree` false sends it back with a reason. */
export const confirmClearing = defineRoute({
  name: 'verification.confirm-clearing',
  method: 'POST',
  path: '/api/findings/:findingId/confirmation',
  permission: 'verification.confirm',
  params: z.object({ findingId: z.string() }),
  body: z.object({ agree: z.boolean(), reason: Reason, seen: Count }),
  output: Finding,
})

/** A file named as evidence under a finding, for whoever signs next or looks back; each opening is journaled. */
export const readEvidence = defineRoute({
  name: 'verification.read-evidence',
  method: 'GET',
  path: '/api/findings/:findingId/evidence/:fileId',
  permission: 'registry.reveal',
  params: z.object({ findingId: z.string(), fileId: z.string() }),
  download: true,
  output: z.instanceof(Uint8Array),
})

/** Opens a cleared finding again, with a reason. */
export const reopenFinding = defineRoute({
  name: 'verification.reopen-finding',
  method: 'POST',
  path: '/api/findings/:findingId/reopening',
  permission: 'verification.confirm',
  params: z.object({ findingId: z.string() }),
  body: z.object({ reason: Reason, seen: Count }),
  output: Finding,
})

export const listExemptions = defineRoute({
  name: 'verification.list-exemptions',
  method: 'GET',
  path: '/api/exemptions',
  permission: 'verification.read',
  query: z.object({ householdNo: z.string().optional() }),
  output: z.object({ rows: z.array(Exemption) }),
})

/** Withdraws an exemption: it is no longer shown at the next finding. */
export const withdrawExemption = defineRoute({
  name: 'verification.withdraw-exemption',
  method: 'POST',
  path: '/api/exemptions/:exemptionId/withdrawal',
  permission: 'verification.confirm',
  params: z.object({ exemptionId: z.uuid() }),
  body: z.object({ reason: Reason }),
  output: Exemption,
})
