/** The registry's routes; the server mounts each, the browser client is typed from them. */
import { listAccountChanges, proposeAccount, readAccount, readAccountProof, settleAccountChange } from './accounts.ts'
import { attachScan, readScan } from './authorisations.ts'
import { downloadImportDifferences, listImportDifferences } from './differences.ts'
import { listDivisionHistory, mergeDivision, renameDivision, splitDivision } from './divisions.ts'
import {
  correctField,
  listCorrections,
  listDivisions,
  listQuality,
  listQualityCases,
  openHousehold,
  revealNumber,
} from './household.ts'
import {
  answerImport,
  commitImport,
  confirmImport,
  confirmWithdrawal,
  dropImport,
  exportPackage,
  listImports,
  listWaitingImports,
  readImport,
  startImport,
  uploadFile,
  withdrawImport,
} from './imports.ts'
import { correctRow, downloadQuarantine, listQuarantine, openQuarantineRow } from './quarantine.ts'

export * from './accounts.ts'
export * from './authorisations.ts'
export * from './differences.ts'
export * from './divisions.ts'
export * from './household.ts'
export * from './imports.ts'
export * from './quarantine.ts'
export * from './readings.ts'

export const registryRoutes = {
  listDivisions,
  listDivisionHistory,
  renameDivision,
  mergeDivision,
  splitDivision,
  openHousehold,
  revealNumber,
  correctField,
  listCorrections,
  attachScan,
  readScan,
  listQuality,
  listQualityCases,
  uploadFile,
  startImport,
  listImports,
  readImport,
  answerImport,
  listImportDifferences,
  downloadImportDifferences,
  commitImport,
  confirmImport,
  dropImport,
  withdrawImport,
  confirmWithdrawal,
  listWaitingImports,
  listQuarantine,
  openQuarantineRow,
  correctRow,
  downloadQuarantine,
  exportPackage,
  readAccount,
  proposeAccount,
  settleAccountChange,
  listAccountChanges,
  readAccountProof,
}
