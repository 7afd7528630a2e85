/** The exchange contract: what a gateway, the rules and the browser may know of the exchange. Runs anywhere. */

export { recordLabel } from '#kernel/record-types'
export {
  type Cell,
  type ItemState,
  itemStates,
  type LookupAnswer,
  LookupAnswerHead,
  lookupColumns,
  type PlatformProof,
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
export { type AuthorisationFacts, type AuthorisedPerson, authorises, covers, isAuthorised, isOldEnough } from './authorisation.ts'
export * from './board.ts'
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
export type { DeskAccount, DeskConfig } from './desk-config.ts'
export {
  type Carriers,
  carriers,
  type DropSource,
  GatewayConfig,
  GatewayRight,
  type GatewaySource,
  type SqlSource,
  TlsFiles,
} from './gateway-config.ts'
export * from './own-unit.ts'
export {
  type AnswerShape,
  type CallOutcome,
  Connector,
  type ConnectorLimits,
  type ConnectorSession,
  type ConnectorStep,
  callOutcomes,
  type Decrypting,
  factMarks,
  type PlatformService,
  PlatformSource,
} from './platform-connector.ts'
export type * from './record-rows.ts'
export {
  Basis,
  Cancellation,
  type LookupHead,
  type LookupName,
  LookupPerson,
  lookupNames,
  lookupsOf,
  PAPER_CELLS,
  type PaperCells,
  type PrepareHead,
  type RecordsHead,
  RequestHead,
  Revocation,
  readSubjects,
  readTerms,
  type Subject,
  type SubjectCells,
  type SubjectPaper,
  subjectsLine,
  termsCells,
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
export {
  type Notice,
  NoticeHead,
  type NoticeKind,
  type NoticeLine,
  noticeKinds,
  readNotices,
  SubscriptionHead,
  SubscriptionLine,
  type WatchedRecord,
  watchedRecord,
  watchedRecords,
} from './subscriptions.ts'
