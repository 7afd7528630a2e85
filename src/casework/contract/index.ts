/** The routes of casework; the server mounts each, the browser client is typed from them. */
import { assignCase } from './assign.ts'
import { listCases, listTasks, openCase } from './case.ts'
import { readCaseFile } from './case-files.ts'
import { changeTaskRoutes } from './change-task.ts'
import {
  listCleanUpHouseholds,
  listCleanUps,
  openCleanUpCases,
  previewCleanUp,
  readCleanUp,
  settleOldGrant,
  startCleanUp,
} from './clean-up.ts'
import { readDay } from './day.ts'
import {
  addPoolMember,
  answerKin,
  conveneSession,
  endPoolMember,
  listPool,
  readKinQuestions,
  readVillageDeliberation,
} from './deliberation.ts'
import { doubleRoutes } from './double.ts'
import { extendClock } from './extension.ts'
import { goLiveRoutes } from './go-live.ts'
import { grantRoutes } from './grant.ts'
import { fileRelated, listIdleDrafts, openDraft, openIntake, printPaper, saveDraft, searchForIntake } from './intake.ts'
import { clearMembership } from './membership.ts'
import { moveCase, moveCases, previewMoves } from './move.ts'
import { noticeRoutes } from './notice.ts'
import { objectionRoutes } from './objection.ts'
import { paperRoutes } from './paper.ts'
import { paymentRoutes } from './payment.ts'
import { paymentChangeRoutes } from './payment-change.ts'
import { proofRoutes } from './proof.ts'
import { reviewRoutes } from './review.ts'
import { scanRoutes } from './scan.ts'
import { searchAll } from './search.ts'

export * from './assign.ts'
export * from './case.ts'
export * from './case-files.ts'
export * from './change-task.ts'
export * from './clean-up.ts'
export * from './comparison.ts'
export * from './day.ts'
export * from './decision.ts'
export * from './deliberation.ts'
export * from './double.ts'
export * from './draft.ts'
export * from './extension.ts'
export * from './go-live.ts'
export * from './grant.ts'
export * from './intake.ts'
export * from './membership.ts'
export * from './move.ts'
export * from './moves-field.ts'
export * from './moves-intake.ts'
export * from './moves-notice.ts'
export * from './moves-review.ts'
export * from './notice.ts'
export * from './objection.ts'
export * from './paper.ts'
export * from './payment.ts'
export * from './payment-change.ts'
export * from './proof.ts'
export * from './review.ts'
export * from './sample.ts'
export * from './scan.ts'
export * from './search.ts'
export * from './sheet.ts'

export const caseworkRoutes = {
  readDay,
  searchAll,
  listTasks,
  listCases,
  openCase,
  readCaseFile,
  moveCase,
  moveCases,
  previewMoves,
  assignCase,
  listPool,
  addPoolMember,
  endPoolMember,
  readVillageDeliberation,
  conveneSession,
  readKinQuestions,
  answerKin,
  searchForIntake,
  openIntake,
  listIdleDrafts,
  openDraft,
  saveDraft,
  printPaper,
  fileRelated,
  listCleanUps,
  startCleanUp,
  previewCleanUp,
  readCleanUp,
  listCleanUpHouseholds,
  openCleanUpCases,
  settleOldGrant,
  ...changeTaskRoutes,
  clearMembership,
  extendClock,
  ...grantRoutes,
  ...noticeRoutes,
  ...objectionRoutes,
  ...proofRoutes,
  ...reviewRoutes,
  ...paymentRoutes,
  ...paymentChangeRoutes,
  ...doubleRoutes,
  ...goLiveRoutes,
  ...paperRoutes,
  ...scanRoutes,
}
