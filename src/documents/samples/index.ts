/** Fictional papers for tests, for looking at templates and for the bench of printing. */
import type { FormDocuments } from '../contract/index.ts'
import { adjustment, cardAgreement, dynamicRecord, paymentRoll } from './benefit.ts'
import { archiveCover, confirmation, longTermNotice, notice, refusal, relatedParty, reviewForm } from './decision.ts'
import {
  acceptanceNotice,
  application,
  householdEconomics,
  missingItemsNotice,
  proxy,
  rejectionNotice,
  verificationOrder,
} from './intake.ts'
import { deliberation, homeVisit, neighbourInterview, threePlusOne, writtenInquiry } from './survey.ts'

export { sampleAuthorisation, sampleReport, sampleReturnNotice } from './verification.ts'

/** One filled paper of every form. */
export const sampleForms: FormDocuments = {
  application,
  proxy,
  'acceptance-notice': acceptanceNotice,
  'rejection-notice': rejectionNotice,
  'missing-items-notice': missingItemsNotice,
  'household-economics': householdEconomics,
  'verification-order': verificationOrder,
  'home-visit': homeVisit,
  'neighbour-interview': neighbourInterview,
  'written-inquiry': writtenInquiry,
  deliberation,
  'three-plus-one': threePlusOne,
  notice,
  'review-form': reviewForm,
  confirmation,
  refusal,
  'related-party': relatedParty,
  'long-term-notice': longTermNotice,
  'dynamic-record': dynamicRecord,
  adjustment,
  'payment-roll': paymentRoll,
  'card-agreement': cardAgreement,
  'archive-cover': archiveCover,
}
