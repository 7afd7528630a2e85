/** The registry's routes; the server mounts each, the browser client is typed from them. */
import { listAccountChanges, proposeAccount, readAccount, readAccountProof, settleAccountChange } from './accounts.ts'
import { attachScan, readScan } from './authorisations.ts'
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
  correctRow,
  downloadQuarantine,
  exportPackage,
  inspectList,
  listImports,
  listMappings,
  listQuarantine,
  openQuarantineRow,
  previewMapping,
  readImport,
  saveMapping,
  startImport,
  uploadFile,
} from './imports.ts'

export * from './accounts.ts'
export * from './authorisations.ts'
export * from './divisions.ts'
export * from './household.ts'
export * from './imports.ts'

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
  listQuarantine,
  openQuarantineRow,
  correctRow,
  downloadQuarantine,
  exportPackage,
  listMappings,
  inspectList,
  previewMapping,
  saveMapping,
  readAccount,
  proposeAccount,
  settleAccountChange,
  listAccountChanges,
  readAccountProof,
}
