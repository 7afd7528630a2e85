import type { Action } from '#platform/action'
import {
  listAccountChangesAction,
  proposeAccountAction,
  readAccountAction,
  readAccountProofAction,
  settleAccountChangeAction,
} from './account-changes.ts'
import { attachScanAction, readScanAction } from './authorisations.ts'
import { correctFieldAction, correctRowAction } from './correct.ts'
import { listCorrectionsAction } from './corrections.ts'
import { downloadDifferencesAction, listDifferencesAction } from './differences.ts'
import { listDivisionHistoryAction, mergeDivisionAction, renameDivisionAction, splitDivisionAction } from './divisions.ts'
import { downloadQuarantineAction, exportPackageAction } from './exports.ts'
import { listDivisionsAction, openHouseholdAction, revealNumberAction } from './households.ts'
import {
  answerImportAction,
  commitImportAction,
  confirmImportAction,
  confirmWithdrawalAction,
  dropImportAction,
  listWaitingImportsAction,
  withdrawImportAction,
} from './import-decisions.ts'
import { type ImportDoor, listImportsAction, readImportAction, startImportAction, uploadFileAction } from './imports.ts'
import { listQualityAction, listQualityCasesAction } from './quality.ts'
import { listQuarantineAction, openQuarantineRowAction } from './quarantine.ts'

/** What the registry's actions need from outside. */
export type RegistryDoor = ImportDoor

/** Every action behind the registry's routes. */
export function registryActions(door: RegistryDoor): Action[] {
  return [
    listDivisionsAction,
    listDivisionHistoryAction,
    renameDivisionAction,
    mergeDivisionAction,
    splitDivisionAction,
    openHouseholdAction,
    revealNumberAction,
    correctFieldAction(door),
    listCorrectionsAction,
    attachScanAction,
    readScanAction,
    listQualityAction,
    listQualityCasesAction,
    uploadFileAction,
    startImportAction(door),
    listImportsAction,
    readImportAction(door),
    answerImportAction(door),
    listDifferencesAction(door),
    downloadDifferencesAction,
    commitImportAction(door),
    confirmImportAction(door),
    dropImportAction,
    withdrawImportAction(door),
    confirmWithdrawalAction(door),
    listWaitingImportsAction,
    listQuarantineAction,
    openQuarantineRowAction,
    correctRowAction,
    downloadQuarantineAction(door),
    exportPackageAction,
    readAccountAction,
    proposeAccountAction,
    settleAccountChangeAction(door),
    listAccountChangesAction,
    readAccountProofAction,
  ]
}
