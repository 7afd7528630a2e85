/**
 * The door of the exchange: asking member units and keeping what they answer.
 *
 * Sending happens inside the caller's transaction (`enqueueRequests` last, it holds the channels until the commit);
 * answers arrive over the endpoints, are stored sealed, and `exchange_answered` is notified with
 * `<campaign>:<batch>:<round>`; `loadAnswers` opens and checks them.
 */
import type { Sql } from '#platform/db'
import { type OpenRequest, openRequests, type UnitRow, unitRows, type Where } from './store.ts'

export {
  cancelRequests,
  enqueueRequests,
  type Grounds,
  type Request,
  revokeAuthorisations,
  type Sent,
} from './actions/enqueue.ts'
export { type Enrolment, enrolUnit } from './actions/enrol.ts'
export {
  type AnyAnswer,
  type LoadedAnswer,
  loadAnswers,
  type RefusedAnswer,
  type UnusableAnswer,
} from './actions/load-answers.ts'
export type { ExchangeDeps } from './node.ts'
export { type ExchangeEndpoint, type ExchangeServer, exchangeRoutes } from './routes.ts'
export type { OpenRequest, UnitRow, Where } from './store.ts'

/** Requests of a campaign, a batch or a round that are not answered; cancelled ones are marked. One statement. */
export function pendingRequests(sql: Sql, at: Where): Promise<OpenRequest[]> {
  return openRequests(sql, at)
}

/** Every enrolled unit: when it was last seen, what was sent, receipted, received, what it owes and since when. */
export function unitStates(sql: Sql): Promise<UnitRow[]> {
  return unitRows(sql)
}
