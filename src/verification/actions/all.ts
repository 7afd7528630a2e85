import type { Action } from '#platform/action'
import { listAnswerSharesAction } from './answer-shares.ts'
import { askFarNodeAction } from './ask-far-node.ts'
import {
  listCampaignsAction,
  listUnitsAction,
  readProgressAction,
  remindUnitsAction,
  startCampaignAction,
} from './campaign-pages.ts'
import { cancelFarAskingAction } from './cancel-far-asking.ts'
import {
  clearFindingAction,
  confirmClearingAction,
  listExemptionsAction,
  reopenFindingAction,
  withdrawExemptionAction,
} from './clear-finding.ts'
import { downloadDataStandardAction, readDataStandardAction } from './data-standard.ts'
import { listFarAskingsAction } from './far-askings.ts'
import {
  explainHouseholdAction,
  rerunHouseholdAction,
  resumeHouseholdAction,
  suspendHouseholdAction,
  terminateHouseholdAction,
} from './household-course.ts'
import { issueReportAction } from './issue-report.ts'
import { listHouseholdsAction } from './list-households.ts'
import { listMissedAction } from './missed-persons.ts'
import { raiseObjectionAction, readObjectionFileAction, reviewObjectionAction } from './objections.ts'
import { openVerificationAction } from './open-household.ts'
import { readEvidenceAction } from './read-evidence.ts'
import { checkReportAction, printReportAction, printVillageAction, readReportAction } from './reports.ts'
import { readStatisticsAction } from './statistics.ts'
import { listTroublesAction, retryCampaignAction } from './troubles.ts'

/** Every action behind the verification's routes. */
export function verificationActions(): Action[] {
  return [
    listCampaignsAction,
    startCampaignAction,
    readProgressAction,
    listHouseholdsAction,
    listMissedAction,
    listUnitsAction,
    listAnswerSharesAction,
    remindUnitsAction,
    listTroublesAction,
    retryCampaignAction,
    printVillageAction,
    readStatisticsAction,
    suspendHouseholdAction,
    terminateHouseholdAction,
    resumeHouseholdAction,
    rerunHouseholdAction,
    openVerificationAction,
    explainHouseholdAction,
    listFarAskingsAction,
    askFarNodeAction,
    cancelFarAskingAction,
    clearFindingAction,
    confirmClearingAction,
    readEvidenceAction,
    reopenFindingAction,
    listExemptionsAction,
    withdrawExemptionAction,
    readReportAction,
    printReportAction,
    issueReportAction,
    checkReportAction,
    raiseObjectionAction,
    readObjectionFileAction,
    reviewObjectionAction,
    readDataStandardAction,
    downloadDataStandardAction,
  ]
}
