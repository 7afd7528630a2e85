/** The registry's routes; the server mounts each, the browser client is typed from them. */
import { correctField, listDivisions, listQuality, openHousehold, revealNumber } from './household.ts'
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

export * from './household.ts'
export * from './imports.ts'

export const registryRoutes = {
  listDivisions,
  openHousehold,
  revealNumber,
  correctField,
  listQuality,
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
}
