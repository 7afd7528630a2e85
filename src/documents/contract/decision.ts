/** Papers of notice and decision: notices, review form, decision letters, related-party filing, archive cover. */
import type { PaperApplicant, PaperContact, PaperFace, PaperPerson, Remedies, ServiceReturn, Signing } from './paper.ts'

/** Columns a notice may have beside name and members; the policy pack says which. There is none for what a notice must not show. */
export type NoticeColumn = 'amount' | 'tier' | 'perCapita' | 'coverage' | 'fromMonth'

export type NoticeRow = {
  name: string
  members: number
  amountFen?: number
  tier?: string
  perCapitaFen?: number
  /** Whole household or single persons, in words. */
  coverage?: string
  fromMonth?: string
}

/** Notice (公示单) of one village at one level. */
export type NoticeDocument = {
  paper: PaperFace
  /** E.g. 审核公示, 拟确认公示. */
  stageName: string
  levelName: string
  township: string
  village: string
  programmeName: string
  columns: readonly NoticeColumn[]
  rows: readonly NoticeRow[] | null
  fromOn: string | null
  toOn: string | null
  days: number | null
  objectionTelephone: string | null
  objectionAddress: string | null
  /** Number of this print: a second print of the same notice has the next one. */
  printSerial: number | null
  postedOn: string | null
}

/** Long-term notice (长期公示表, 末端公示). */
export type LongTermNoticeDocument = {
  paper: PaperFace
  township: string
  village: string
  programmeName: string
  columns: readonly NoticeColumn[]
  rows: readonly NoticeRow[] | null
  asOfMonth: string | null
  policyText: string | null
  complaintTelephone: string | null
  printSerial: number | null
  updatedOn: string | null
}

/** What one rank of the township or district decided. */
export type Opinion = Signing & { opinion: string | null }

/** Review and approval form (审核审批表, 审核确认表). */
export type ReviewFormDocument = {
  paper: PaperFace
  applicant: PaperApplicant
  programmeName: string
  village: string
  acceptanceNo: string
  members: readonly { name: string; idNumber: string; relation: string; covered: boolean; topUp: string | null }[] | null
  monthlyIncomeFen: number | null
  perCapitaFen: number | null
  standardFen: number | null
  assetsFinding: string | null
  deliberationFinding: string | null
  noticeFinding: string | null
  tier: string | null
  people: number | null
  baseFen: number | null
  topUpFen: number | null
  totalFen: number | null
  fromMonth: string | null
  villageOpinion: Opinion
  handler: Opinion
  leader: Opinion
  townshipHead: Opinion
  townshipSealImage: Uint8Array | null
  districtHandler: Opinion
  districtHead: Opinion
}

/** Letter of confirmation (确认通知书). */
export type ConfirmationDocument = {
  paper: PaperFace
  receiver: string
  applicant: PaperApplicant
  programmeName: string
  facts: string
  clause: string
  people: number
  tier: string | null
  baseFen: number
  topUpFen: number
  totalFen: number
  fromMonth: string
  payText: string
  /** What the household has to report, and when it is checked again. */
  dutiesText: string
  remedies: Remedies
  contact: PaperContact
  issuedOn: string
  service: ServiceReturn | null
}

/** Letter of refusal (不予确认告知书). */
export type RefusalDocument = {
  paper: PaperFace
  receiver: string
  applicant: PaperApplicant
  programmeName: string
  appliedOn: string
  facts: string
  clause: string
  /** The reason in plain words. */
  reason: string
  remedies: Remedies
  /** Other help that may be open. */
  otherHelp: string | null
  contact: PaperContact
  issuedOn: string
  service: ServiceReturn | null
}

/** Filing of a related party (近亲属享受低保备案表). */
export type RelatedPartyDocument = {
  paper: PaperFace
  official: { name: string; post: string; unit: string | null; kind: 'handler' | 'committee' | 'other' | null }
  applicant: PaperPerson
  relation: string
  people: number | null
  monthlyFen: number | null
  fromMonth: string | null
  reason: string | null
  /** Where the official kept out: survey, vote, approval, yearly check. */
  recusals: string | null
  declaredOn: string | null
  officialSigning: Signing
  checker: Opinion
  countyVisit: Opinion
  districtOpinion: Opinion
}

/** Archive cover and catalogue (档案封面、目录); the page ranges are counted by the program. */
export type ArchiveCoverDocument = {
  paper: PaperFace
  archiveNo: string
  title: string
  applicant: PaperApplicant
  programmeName: string
  openedOn: string | null
  closedOn: string | null
  keepText: string | null
  sheets: readonly { title: string; serialNo: string | null; madeOn: string | null; pages: number; note: string | null }[] | null
  filedBy: Signing
  checkedBy: Signing
}
