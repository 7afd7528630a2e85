/** The door of the registry: what other capabilities may use of households, persons and their import. */
export { type ImportOptions, type ImportProgress, type ImportResult, importPackage } from './actions/import-package.ts'
export { folderSource, type Manifest, type PackageSource, readManifest } from './package-source.ts'
export type * from './rows.ts'
export type { CheckLimits } from './rules/roll.ts'
export { listedNumbers, loadHouseholdBatch, loadOfficials } from './store/batch.ts'
export type { FileCounts } from './store/import-run.ts'
export { CORE_TABLES, type CoreTable, type CoreTableName } from './tables.ts'
