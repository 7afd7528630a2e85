import type { Action } from '#platform/action'
import { listChangeTasksAction, settleChangeTaskAction } from './change-tasks.ts'
import {
  listCleanUpHouseholdsAction,
  listCleanUpsAction,
  openCleanUpCasesAction,
  previewCleanUpAction,
  readCleanUpAction,
  settleOldGrantAction,
  startCleanUpAction,
} from './clean-up.ts'
import { readDayAction } from './day.ts'
import {
  addPoolMemberAction,
  conveneSessionAction,
  endPoolMemberAction,
  listPoolAction,
  readKinQuestionsAction,
  readVillageDeliberationAction,
} from './deliberation.ts'
import { extendClockAction } from './extensions.ts'
import { grantActions } from './grant-actions.ts'
import { listIdleDraftsAction } from './idle-drafts.ts'
import { openDraftAction, saveDraftAction } from './intake-drafting.ts'
import { openIntakeAction, searchHouseholdsAction } from './intake-open.ts'
import { printPaperAction } from './intake-print.ts'
import { fileRelatedAction } from './intake-related.ts'
import { listCasesAction, listTasksAction } from './lists.ts'
import { clearMembershipAction } from './memberships.ts'
import { assignCaseAction, moveCaseAction, moveCasesAction, previewMovesAction } from './move-case.ts'
import { noticeActions } from './notice-actions.ts'
import { openCaseAction, readCaseFileAction } from './open-case.ts'
import { printBlankAction, printVillagePapersAction } from './print-many.ts'
import { proofActions } from './proofs.ts'
import { answerKinAction } from './recusals.ts'
import { reviewActions } from './review-actions.ts'
import { type ScanDoor, scanActions } from './scan-pages.ts'
import { searchAllAction } from './search.ts'

/** What casework asks of the server around it. */
export interface CaseworkDoor extends ScanDoor {
  /** Built-in pack new cases are opened under. */
  readonly packId: string
}

/** Every action behind casework's routes. */
export function caseworkActions(door: CaseworkDoor): Action[] {
  return [
    readDayAction,
    searchAllAction,
    listTasksAction,
    listCasesAction,
    openCaseAction,
    readCaseFileAction,
    moveCaseAction,
    previewMovesAction,
    moveCasesAction,
    assignCaseAction,
    listPoolAction,
    addPoolMemberAction,
    endPoolMemberAction,
    readVillageDeliberationAction,
    conveneSessionAction,
    readKinQuestionsAction,
    answerKinAction,
    searchHouseholdsAction(door),
    openIntakeAction(door),
    listIdleDraftsAction(door),
    openDraftAction,
    saveDraftAction,
    printPaperAction,
    printBlankAction,
    printVillagePapersAction,
    fileRelatedAction,
    listCleanUpsAction,
    startCleanUpAction(door),
    previewCleanUpAction,
    readCleanUpAction,
    listCleanUpHouseholdsAction,
    openCleanUpCasesAction(door),
    settleOldGrantAction(door),
    listChangeTasksAction,
    settleChangeTaskAction,
    clearMembershipAction,
    extendClockAction,
    ...grantActions(door),
    ...noticeActions(door),
    ...proofActions,
    ...reviewActions,
    ...scanActions(door),
  ]
}
