/** The door of the registry: what other capabilities may use of households, persons and their import. */
export { type AccountView, readAccount, readAccounts } from './actions/account.ts'
export { type RegistryDoor, registryActions } from './actions/all.ts'
export {
  type DeclarationIssue,
  type DeclarationOutcome,
  type DeclareOptions,
  declareHousehold,
} from './actions/declare-household.ts'
export {
  type FilePerson,
  type HouseholdFile,
  type KnownHousehold,
  loadHouseholdFile,
  loadKnownHouseholds,
} from './actions/household-file.ts'
export { type ImportOptions, type ImportResult, importCorrections, importPackage } from './actions/import-package.ts'
export { matchOfficials, type OfficialMatch } from './actions/match-officials.ts'
export { holdPayments, keepMoneyFrom, recordPayments } from './actions/own-payments.ts'
export type { ImportProgress } from './actions/read-files.ts'
export { type RegisteredRow, registeredRows } from './actions/registered-rows.ts'
export {
  type AidState,
  type FoundHousehold,
  findSamePersons,
  type HouseholdQuery,
  type HouseholdSearch,
  type SamePerson,
  searchHouseholds,
} from './actions/search-households.ts'
export { type Aid, setAid } from './actions/set-aid.ts'
export { type SignedPaper, signAuthorisations } from './actions/sign-authorisations.ts'
export type { ImportRest } from './contract/imports.ts'
export { packageFiles } from './export.ts'
export { type ImportJobDoor, importJob } from './jobs/run-import.ts'
export type { LedgerDoor, LedgerOrder, OpenedLedger, RefusedPlaces } from './ledger-door.ts'
export { nameIndex } from './names.ts'
export {
  folderSource,
  type Manifest,
  type PackageSource,
  readManifest,
  type SourceOrigin,
  type SourcePlace,
} from './package-source.ts'
export type * from './rows.ts'
export { paperState } from './rules/authorisation-paper.ts'
export type { HouseholdDeclaration, RowTexts } from './rules/declaration.ts'
export type { CheckLimits } from './rules/roll.ts'
export { listedNumbers, loadHouseholdBatch, loadOfficials } from './store/batch.ts'
export { listMemberIndexesOf, listSubjectIndexes, listSubjectIndexesOf } from './store/household-rows.ts'
export type { FileCounts } from './store/import-run.ts'
export { openSealed, sealedColumns } from './store/stored-table.ts'
export { inWholeDistrict } from './store/whole-district.ts'
export { registryExports } from './table-exports.ts'
export { CORE_TABLES, type CoreTable, type CoreTableName } from './tables.ts'
