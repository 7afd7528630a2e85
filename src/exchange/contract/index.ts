/** The exchange contract: what a gateway, the rules and the browser may know of the exchange. Runs anywhere. */

export { recordLabel } from '#kernel/record-types'
export {
  type Cell,
  type ItemState,
  itemStates,
  type LookupAnswer,
  LookupAnswerHead,
  lookupColumns,
  type RecordsAnswer,
  RecordsAnswerHead,
  readLookupAnswer,
  readRecordsAnswer,
  recordRow,
  type SilenceReason,
  type StateLetter,
  type SubjectAnswer,
  silenceReasons,
} from './answers.ts'
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
export { GatewayConfig, type GatewaySource, type SqlSource } from './gateway-config.ts'
export type * from './record-rows.ts'
export {
  type AuthorisationProof,
  Basis,
  Cancellation,
  type LookupHead,
  type LookupName,
  LookupPerson,
  lookupNames,
  type PrepareHead,
  type RecordsHead,
  RequestHead,
  Revocation,
  readSubject,
  type Subject,
  subjectLine,
} from './requests.ts'
export {
  FileCounts,
  QuarantineEntry,
  RecordStatement,
  readStatement,
  SourceIssue,
  type Statement,
  type StatementAnswer,
  StatementHead,
  statementLines,
} from './statement.ts'
