/** The exchange contract: all that a member unit's gateway or the browser may know of the exchange. */
export { type AuthorisationFacts, type AuthorisedPerson, authorises, isAuthorised } from './authorisation.ts'
export {
  categoryLabels,
  isRecordName,
  isUnit,
  manifestTable,
  type RecordType,
  recordCatalogue,
  recordLabel,
  recordNames,
  recordTypeOf,
  type Unit,
  type UnitName,
  unansweredTable,
  unitLabel,
  units,
} from './catalogue.ts'
export type { Category } from './columns.ts'
export type * from './record-rows.ts'
