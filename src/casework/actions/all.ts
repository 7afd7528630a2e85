import type { Action } from '#platform/action'
import { readDayAction } from '../cases/actions/day.ts'
import { listCasesAction, listTasksAction } from '../cases/actions/lists.ts'
import { openCaseAction, readCaseFileAction } from '../cases/actions/open-case.ts'
import { searchAllAction } from '../cases/actions/search.ts'
import { listChangeTasksAction, settleChangeTaskAction } from '../changes/actions/tasks.ts'
import { reviewActions } from '../decision/actions/all.ts'
import {
  addPoolMemberAction,
  conveneSessionAction,
  endPoolMemberAction,
  listPoolAction,
  readKinQuestionsAction,
  readVillageDeliberationAction,
} from '../deliberation/actions/deliberation.ts'
import { answerKinAction } from '../deliberation/actions/recusals.ts'
import { grantActions } from '../grant/actions/all.ts'
import { openDraftAction, saveDraftAction } from '../intake/actions/drafting.ts'
import { listIdleDraftsAction } from '../intake/actions/idle-drafts.ts'
import { clearMembershipAction } from '../intake/actions/memberships.ts'
import { openIntakeAction, searchHouseholdsAction } from '../intake/actions/open.ts'
import { printPaperAction } from '../intake/actions/print.ts'
import { proofActions } from '../intake/actions/proofs.ts'
import { fileRelatedAction } from '../intake/actions/related.ts'
import { noticeActions } from '../notice/actions/all.ts'
import { printBlankAction, printVillagePapersAction } from '../papers/actions/print-many.ts'
import { extendClockAction } from '../procedure/actions/extensions.ts'
import { assignCaseAction, moveCaseAction, moveCasesAction, previewMovesAction } from '../procedure/actions/move-case.ts'
import {
  listCleanUpHouseholdsAction,
  listCleanUpsAction,
  openCleanUpCasesAction,
  previewCleanUpAction,
  readCleanUpAction,
  settleOldGrantAction,
  startCleanUpAction,
} from '../re-registration/actions/clean-up.ts'
import { type ScanDoor, scanActions } from '../scan/actions/scan-pages.ts'

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
