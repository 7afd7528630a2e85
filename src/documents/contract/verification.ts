/** Papers of the verification: report, village batch, authorisation, return of a commission. */

/** Who stands behind an organisation's name on a paper. */
export type PrintedUnit = { code: string; name: string }

/** From–to months, both ends counted. */
export type PrintedPeriod = { from: string; to: string }

/** What the police register said about a person, as printed in the member table. */
export type PrintedIdentity = 'HIT' | 'NAME_MISMATCH' | 'ID_NOT_FOUND' | 'NOT_AUTHORISED' | 'NOT_ANSWERED'

export type PrintedMember = {
  name: string
  relation: string
  idMasked: string
  /** Counted as a co-living member for income and aid. */
  counted: boolean
  identity: PrintedIdentity
}

export type PrintedSupporter = { name: string; relation: string; supported: string; identity: PrintedIdentity }

/** One line of the table "declared beside verified". */
export type PrintedFigure = {
  group: 'income' | 'property' | 'expenditure'
  label: string
  unit: 'fen' | 'area'
  declared: number
  verified: number
  /** The sum of its group; printed bold at the end of it. */
  total: boolean
  /** A source of this figure gave no answer: the verified value is a lower bound. */
  partial: boolean
}

/** How one record type was answered, counted over the subjects of the household. */
export type PrintedSource = {
  unit: string
  record: string
  /** Date of the data behind the answer; null when nothing was answered. */
  asOf: string | null
  hit: number
  noRecord: number
  nameMismatch: number
  idNotFound: number
  notAuthorised: number
  /** Source error, time-out, still pending: never the same as "none". */
  notAnswered: number
}

export type PrintedFinding = {
  findingId: string
  rule: string
  ruleName: string
  class: 'A' | 'B' | 'C'
  /** Name of the person the finding is about; null = the household. */
  subject: string | null
  message: string
  source: string | null
  recordId: string | null
  asOf: string | null
  clause: string | null
  outcome: 'true' | 'not_true' | 'other_aid' | null
  outcomeReason: string | null
}

/** One step of the calculation sheet. */
export type PrintedStep = { label: string; text: string; value: string }

export type PrintedSignature = { role: string; name: string; on: string | null }

/** The verification report (核对报告) of one household, one version. */
export type VerificationReportDocument = {
  reportNo: string
  version: number
  kind: 'result' | 'renewal' | 'review' | 'suspension'
  applicationNo: string
  acceptanceNo: string | null
  projectCode: string
  projectName: string
  householdKind: string
  commissioningUnit: PrintedUnit
  verifyingUnit: PrintedUnit
  /** Bodies elsewhere that answered; empty when only the district's own member units did. */
  answeringUnits: readonly PrintedUnit[]
  applicant: { name: string; documentType: string; idMasked: string }
  place: string
  asOf: string
  packName: string
  /** What is to be said about the pack, e.g. that a review date had passed; null when nothing is. */
  packNote: string | null
  incomePeriod: PrintedPeriod
  employmentPeriod: PrintedPeriod
  expenditurePeriod: PrintedPeriod
  propertyOn: string
  startedOn: string
  endedOn: string
  members: readonly PrintedMember[]
  supporters: readonly PrintedSupporter[]
  figures: readonly PrintedFigure[]
  /** Per head and month; null when nobody is counted. */
  perCapita: number | null
  standard: number
  sources: readonly PrintedSource[]
  findings: readonly PrintedFinding[]
  calculation: readonly PrintedStep[]
  conclusion: 'consistent' | 'inconsistent' | 'undetermined'
  /** The reason of the conclusion in one or two sentences. */
  conclusionText: string
  /** Sentences that name the sources which did not answer and the persons who could not be asked. */
  missing: readonly string[]
  signedOn: string
  validTo: string
  objectionNotice: string
  signatures: readonly PrintedSignature[]
  contentHash: string
  signature: string
  keyId: string
  /** The journal's newest seal when the report was signed. */
  journalSeal?: { no: number; root: string }
  /** Text of the QR code, made by `composeQr`. */
  qrText: string
}

/** Many reports of one village as one PDF, with a cover list. */
export type VillageBatchDocument = {
  title: string
  place: string
  campaignTitle: string
  printedOn: string
  reports: readonly VerificationReportDocument[]
}

/** Authorisation form (授权书) to be signed by every member and supporter, or by a guardian. */
export type AuthorisationDocument = {
  authorisationNo: string
  authorisedUnit: string
  verifyingUnit: string
  projectName: string
  applicant: { name: string; idMasked: string; place: string }
  /** Categories in words, e.g. 车辆. */
  items: readonly string[]
  validityText: string
  signers: readonly { name: string; relation: string; idMasked: string; age: number | null; guardian: boolean }[]
  qrText: string
  /** Large-print edition: 16 pt body text. */
  largePrint: boolean
}

/** Notice that returns a commission for correction (补正): every gap in one list, once. */
export type ReturnNoticeDocument = {
  noticeNo: string
  issuingUnit: string
  receiver: string
  applicant: { name: string; idMasked: string; place: string }
  projectName: string
  receivedOn: string
  /** Every gap: where it is, what is wrong, how to mend it. */
  gaps: readonly { where: string; problem: string; mend: string }[]
  dueOn: string
  telephone: string
  issuedOn: string
  qrText: string
}
