/** The exchange contract: all that a member unit's gateway or the browser may know of the exchange. */
export { type AuthorisationFacts, type AuthorisedPerson, authorises, isAuthorised } from './authorisation.ts'
export {
  type Category,
  isRecordName,
  isUnit,
  type MemberUnit,
  manifestTable,
  type RecordType,
  recordCatalogue,
  recordNames,
  recordTypeOf,
  type UnitName,
  unansweredTable,
  unitLabel,
  units,
} from './catalogue.ts'
export type * from './record-rows.ts'
