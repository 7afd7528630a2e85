/**
 * The door of the exchange: asking member units and other nodes, and keeping what they answer.
 *
 * Sending happens inside the caller's transaction (`enqueueRequests` last, it holds the channels until the commit);
 * answers arrive over the lines into the ledger, are stored sealed, and `exchange_answered` is notified with
 * `<campaign>:<batch>:<round>`; `loadAnswers` opens and checks them.
 */
import type { Action } from '#platform/action'
import type { Sql } from '#platform/db'
import { listNodeTasksAction, openNodeAction, readBoardAction } from './actions/board.ts'
import {
  decideChangeAction,
  endRequestAction,
  proposeChangeAction,
  revokeAction,
  setTermsAction,
  settleParkedAction,
  withdrawRightsAction,
} from './actions/board-writes.ts'
import { makeBundleAction, takeBundleAction } from './actions/carried.ts'
import { readOwnUnitAction } from './actions/own-unit.ts'
import { listOpenRequests, listStuckRequests, type OpenRequest, type StuckRequest, type Where } from './store/inbox.ts'
import { listRights, listUnitRows, type Right, type UnitRow } from './store/nodes.ts'
import { listParkedRows, type ParkedRow, type ParkedState } from './store/parked.ts'
import { listStatements, type StatementRow } from './store/statements.ts'

export {
  cancelRequests,
  enqueueRequests,
  type Grounds,
  type Request,
  revokeAuthorisations,
  type Sent,
} from './actions/enqueue.ts'
export { type Enrolment, enrolUnit, rightsTo } from './actions/enrol.ts'
export { collectEvidence, type EvidenceFolder, evidenceKeys, type HouseholdPlace, sealEvidence } from './actions/evidence.ts'
export { type FarNode, listFarNodes } from './actions/far-nodes.ts'
export {
  type AnyAnswer,
  type LoadedAnswer,
  loadAnswers,
  openAnswers,
  type RefusedAnswer,
  type UnusableAnswer,
} from './actions/load-answers.ts'
export { changeKeys, type Registration, registerNode, renewKeys, revokeNode, setRights } from './actions/nodes.ts'
export { giveUpParked, giveUpRequest, resendParked } from './actions/parked.ts'
export { compareStatements, sendStatement } from './actions/statements.ts'
export { type SubjectBook, tellSubscriptions } from './actions/subscribe.ts'
export { type LoadedNotice, loadNotices } from './actions/take-notices.ts'
export { checkEvidence, manifestText } from './evidence/check.ts'
export { EvidenceKeys } from './evidence/files.ts'
export { anchorsJob } from './jobs/anchors.ts'
export { OutboxBell } from './jobs/outbox-bell.ts'
export { statementsJob } from './jobs/statements.ts'
export { watchNodesJob } from './jobs/watch-nodes.ts'
export { PgLedger } from './ledger.ts'
export type { ExchangeDeps } from './node.ts'
export { listHeldSeals } from './store/anchors.ts'
export { listRequestStandings, type RequestStanding } from './store/far-nodes.ts'
export { findReceiptFrame } from './store/receipts.ts'
export { type DueRow, listRightsFor, listWatchedHouseholds, replaceSubscriptions, type Wanted } from './store/subscriptions.ts'
export type { OpenRequest, ParkedRow, ParkedState, Right, StuckRequest, UnitRow, Where }

/** Requests of a campaign, a batch or a round that are not answered; cancelled ones are marked. One statement. */
export function pendingRequests(sql: Sql, at: Where): Promise<OpenRequest[]> {
  return listOpenRequests(sql, at)
}

/** Requests nobody will answer: expired, or to a revoked node. For a person, who gives them up with `giveUpRequest`. */
export function stuckRequests(sql: Sql, at: string): Promise<StuckRequest[]> {
  return listStuckRequests(sql, at)
}

/** What could not be used, newest first: for a person, who takes it again (`resendParked`) or gives it up (`giveUpParked`). */
export function parkedMessages(sql: Sql, state: ParkedState = 'open', limit = 500): Promise<ParkedRow[]> {
  return listParkedRows(sql, state, limit)
}

/** Every node: when it was last seen, what was sent, receipted, received, what it owes and since when. */
export function unitStates(sql: Sql): Promise<UnitRow[]> {
  return listUnitRows(sql)
}

/** Statements given to and got from a node, newest first, with what their comparison gave. */
export function statementsOf(sql: Sql, unit: string, limit = 30): Promise<StatementRow[]> {
  return listStatements(sql, unit, limit)
}

/** What may be asked of a node, and what for. */
export function nodeRights(sql: Sql, unit: string): Promise<Right[]> {
  return listRights(sql, unit)
}

/** The actions of the centre's board. */
export function exchangeActions(): Action[] {
  return [
    readBoardAction,
    listNodeTasksAction,
    openNodeAction,
    readOwnUnitAction,
    setTermsAction,
    settleParkedAction,
    endRequestAction,
    proposeChangeAction,
    decideChangeAction,
    withdrawRightsAction,
    revokeAction,
    makeBundleAction,
    takeBundleAction,
  ]
}
