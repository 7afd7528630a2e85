/** The routes of casework; the server mounts each, the browser client is typed from them. */

import { assignCase } from '../cases/contract/assign.ts'
import { listCases, listTasks, openCase } from '../cases/contract/case.ts'
import { readCaseFile } from '../cases/contract/case-files.ts'
import { readDay } from '../cases/contract/day.ts'
import { searchAll } from '../cases/contract/search.ts'
import { changeTaskRoutes } from '../changes/contract/task.ts'
import { reviewRoutes } from '../decision/contract/review.ts'
import {
  addPoolMember,
  answerKin,
  conveneSession,
  endPoolMember,
  listPool,
  readKinQuestions,
  readVillageDeliberation,
} from '../deliberation/contract/deliberation.ts'
import { grantRoutes } from '../grant/contract/grant.ts'
import {
  fileRelated,
  listIdleDrafts,
  openDraft,
  openIntake,
  printPaper,
  saveDraft,
  searchForIntake,
} from '../intake/contract/intake.ts'
import { clearMembership } from '../intake/contract/membership.ts'
import { proofRoutes } from '../intake/contract/proof.ts'
import { noticeRoutes } from '../notice/contract/notice.ts'
import { objectionRoutes } from '../objection/contract/objection.ts'
import { paperRoutes } from '../papers/contract/paper.ts'
import { extendClock } from '../procedure/contract/extension.ts'
import { moveCase, moveCases, previewMoves } from '../procedure/contract/move.ts'
import {
  listCleanUpHouseholds,
  listCleanUps,
  openCleanUpCases,
  previewCleanUp,
  readCleanUp,
  settleOldGrant,
  startCleanUp,
} from '../re-registration/contract/clean-up.ts'
import { scanRoutes } from '../scan/contract/scan.ts'

export * from '../assessment/contract/comparison.ts'
export * from '../assessment/contract/sheet.ts'
export * from '../cases/contract/assign.ts'
export * from '../cases/contract/case.ts'
export * from '../cases/contract/case-files.ts'
export * from '../cases/contract/day.ts'
export * from '../cases/contract/search.ts'
export * from '../changes/contract/task.ts'
export * from '../decision/contract/decision.ts'
export * from '../decision/contract/moves.ts'
export * from '../decision/contract/review.ts'
export * from '../decision/contract/sample.ts'
export * from '../deliberation/contract/deliberation.ts'
export * from '../deliberation/contract/moves.ts'
export * from '../grant/contract/grant.ts'
export * from '../intake/contract/draft.ts'
export * from '../intake/contract/intake.ts'
export * from '../intake/contract/membership.ts'
export * from '../intake/contract/moves.ts'
export * from '../intake/contract/proof.ts'
export * from '../notice/contract/moves.ts'
export * from '../notice/contract/notice.ts'
export * from '../objection/contract/objection.ts'
export * from '../papers/contract/paper.ts'
export * from '../procedure/contract/extension.ts'
export * from '../procedure/contract/move.ts'
export * from '../procedure/contract/termination.ts'
export * from '../re-registration/contract/clean-up.ts'
export * from '../scan/contract/scan.ts'
export * from '../visit/contract/moves.ts'

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
  ...paperRoutes,
  ...scanRoutes,
}
