/** The papers Yingbao prints, as plain data, and the one table of template names. Dates 'YYYY-MM-DD', money whole fen. */
import type { AdjustmentDocument, CardAgreementDocument, DynamicRecordDocument, PaymentRollDocument } from './benefit.ts'
import type {
  ArchiveCoverDocument,
  ConfirmationDocument,
  LongTermNoticeDocument,
  NoticeDocument,
  RefusalDocument,
  RelatedPartyDocument,
  ReviewFormDocument,
} from './decision.ts'
import type {
  ApplicationDocument,
  HouseholdEconomicsDocument,
  IntakeNoticeDocument,
  ProxyDocument,
  VerificationOrderDocument,
} from './intake.ts'
import type {
  DeliberationDocument,
  HomeVisitDocument,
  NeighbourInterviewDocument,
  ThreePlusOneDocument,
  WrittenInquiryDocument,
} from './survey.ts'
import type {
  AuthorisationDocument,
  ReturnNoticeDocument,
  VerificationReportDocument,
  VillageBatchDocument,
} from './verification.ts'

export type * from './benefit.ts'
export type * from './decision.ts'
export type * from './intake.ts'
export type * from './paper.ts'
export type * from './survey.ts'
export type * from './verification.ts'

/** Forms of casework: printed filled or blank, one or many in a file. */
export type FormDocuments = {
  application: ApplicationDocument
  proxy: ProxyDocument
  'acceptance-notice': IntakeNoticeDocument
  'rejection-notice': IntakeNoticeDocument
  'missing-items-notice': IntakeNoticeDocument
  'household-economics': HouseholdEconomicsDocument
  'verification-order': VerificationOrderDocument
  'home-visit': HomeVisitDocument
  'neighbour-interview': NeighbourInterviewDocument
  'written-inquiry': WrittenInquiryDocument
  deliberation: DeliberationDocument
  'three-plus-one': ThreePlusOneDocument
  notice: NoticeDocument
  'review-form': ReviewFormDocument
  confirmation: ConfirmationDocument
  refusal: RefusalDocument
  'related-party': RelatedPartyDocument
  'long-term-notice': LongTermNoticeDocument
  'dynamic-record': DynamicRecordDocument
  adjustment: AdjustmentDocument
  'payment-roll': PaymentRollDocument
  'card-agreement': CardAgreementDocument
  'archive-cover': ArchiveCoverDocument
}
export type FormName = keyof FormDocuments

/** Template name → its data. */
export type PrintedDocuments = FormDocuments & {
  'verification-report': VerificationReportDocument
  'village-batch': VillageBatchDocument
  authorisation: AuthorisationDocument
  'return-notice': ReturnNoticeDocument
}
export type TemplateName = keyof PrintedDocuments
