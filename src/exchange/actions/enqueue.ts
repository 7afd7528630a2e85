/** Sending: messages are sealed, signed and numbered inside the caller's transaction, so they exist exactly when its work does. */

import { Problem } from '#kernel/problem'
import { isoInstant } from '#platform/clock'
import type { Tx } from '#platform/db'
import type { Cancellation, LookupHead, PrepareHead, RecordsHead, Revocation, SubscriptionHead } from '#sources/contract'
import { digestHex, type EncodedBody, encodeBody, encodeLines, type Lane, type PreparedLines, prepareLines } from '#wire'
import type { SuiteName } from '#wire/contract'
import { type ExchangeDeps, instant } from '../node.ts'
import { itemLabel, missingRight, nodeLabel } from '../rules/rights.ts'
import { keepAsked } from '../store/evidence.ts'
import { listOpenRequests, type Where } from '../store/inbox.ts'
import { loadSuites } from '../store/nodes.ts'
import {
  lockOutChannels,
  markCancelled,
  type OutChannel,
  type StoredMessage,
  sentRequests,
  writeOutbox,
} from '../store/outbox.ts'
import { type HeaderFacts, numberMessages, type Outgoing } from './number-messages.ts'

/** One question to one node. */
export interface Request {
  /** name of a member unit of the district, id of any other node */
  unit: string
  head: PrepareHead | RecordsHead | LookupHead
  /** items, one JSON text each; requests that share the array share the work */
  lines: readonly string[]
  /** numbers of the authorisations it rests on; requests that share the array share the work */
  papers?: readonly string[]
}

/** What rights are looked at for: questions, and what is watched. */
interface Asking {
  unit: string
  head: Request['head'] | SubscriptionHead
}

/** Why and in whose name is asked; stands readable in every header. */
export interface Grounds {
  purpose: string
  legalBasis: string
  operator: string
  /** the case file, or the commission that caused it */
  caseNo?: string
  /** `single` for what a person waits for; left out: `batch` */
  lane?: Lane
  /** the units need not answer after so many milliseconds; never when left out */
  expiresInMs?: number
}

/** A request as it was sent. */
export interface Sent {
  unit: string
  /** id of the message: answers name it as `corr` */
  id: string
}

/** The business key of a request: the same question of the same round is one message, however often it is enqueued. */
function idemOf(request: Request, body: EncodedBody): string {
  const { campaign, batch, round, kind } = request.head
  return digestHex(body.suite, JSON.stringify([request.unit, campaign, batch, round, kind, body.root]))
}

/**
 * The nonce of a request's body: the same question has the same one, so it keeps its root and its business key; without the
 * installation's key nobody can tell it from the question.
 */
function nonceOf(unit: string, parts: readonly PreparedLines[], suite: SuiteName, deps: ExchangeDeps): string {
  const content = digestHex(suite, [unit, ...parts.flatMap((part) => part.hashes)].join('\n'))
  return deps.keys.blindIndex('exchange-nonce', content).toString('base64url')
}

/** The units of a batch are mostly asked about the same subjects: what follows from one array is worked out once. */
class Shared<T> {
  readonly #made = new Map<readonly string[], Map<SuiteName, T>>()
  readonly #make: (list: readonly string[], suite: SuiteName) => T

  constructor(make: (list: readonly string[], suite: SuiteName) => T) {
    this.#make = make
  }

  of(list: readonly string[], suite: SuiteName): T {
    const bySuite = this.#made.get(list) ?? new Map<SuiteName, T>()
    this.#made.set(list, bySuite)
    const made = bySuite.get(suite) ?? this.#make(list, suite)
    bySuite.set(suite, made)
    return made
  }
}

/** How a header names authorisations: the number of one; of several how many, and the hash of the sorted list. */
export function authOf(papers: readonly string[], suite: SuiteName): string {
  const numbers = [...new Set(papers)].sort()
  return numbers.length > 1 ? `${numbers.length}:${digestHex(suite, numbers.join('\n'))}` : (numbers[0] ?? '')
}

function checkRights(requests: readonly Asking[], channels: ReadonlyMap<string, OutChannel>, purpose: string): void {
  for (const { unit, head } of requests) {
    const missing = missingRight(head, channels.get(unit)?.rights ?? [])
    if (missing === undefined) continue
    const message = `不得为“${purpose}”向${nodeLabel(unit)}查询“${itemLabel(missing)}”：未授予此项查询权。请由管理员按该单位的书面同意登记后再查询`
    throw new Problem('exchange.no_right', message, { status: 403 })
  }
}

function missingNodes(units: readonly string[]): never {
  const names = [...new Set(units)].map(nodeLabel).join('、')
  throw new Problem('exchange.unit_unknown', `成员单位尚未登记前置机或已吊销：${names}。请先登记后再发起查询`, { status: 409 })
}

function factsOf(
  { purpose, legalBasis, operator, caseNo = '', expiresInMs }: Grounds,
  auth: string,
  deps: ExchangeDeps,
): HeaderFacts {
  const expires = expiresInMs === undefined ? null : isoInstant(deps.clock.nowMs() + expiresInMs)
  return { auth, purpose, legalBasis, operator, caseNo, expires }
}

/** Numbers, seals and writes messages; the channels stay locked until the transaction ends, so do it last. */
export async function send(
  tx: Tx,
  list: readonly Outgoing[],
  requests: readonly Asking[],
  purpose: string,
  deps: ExchangeDeps,
): Promise<StoredMessage[]> {
  if (list.length === 0) return []
  const lanes = list.map(({ unit, lane }) => ({ unit, lane }))
  const channels = await lockOutChannels(tx, lanes, purpose, instant(deps))
  const found = new Map(channels.map((channel) => [channel.unit, channel]))
  const missing = lanes.filter((each) => !found.has(each.unit)).map((each) => each.unit)
  if (missing.length > 0) missingNodes(missing)
  checkRights(requests, found, purpose)
  const messages = numberMessages(list, channels, deps)
  await writeOutbox(tx, messages)
  return messages
}

interface Prepared {
  request: Request
  outgoing: Outgoing
}

async function prepareRequests(tx: Tx, requests: readonly Request[], grounds: Grounds, deps: ExchangeDeps): Promise<Prepared[]> {
  const suites = await loadSuites(
    tx,
    requests.map((request) => request.unit),
  )
  const missing = requests.filter((request) => !suites.has(request.unit)).map((request) => request.unit)
  if (missing.length > 0) missingNodes(missing)
  const shared = { lines: new Shared(prepareLines), auth: new Shared(authOf) }
  const { lane = 'batch' } = grounds
  return requests.map((request) => {
    const { unit, head, papers = [] } = request
    const suite = suites.get(unit) ?? missingNodes([unit])
    const parts = [prepareLines([JSON.stringify(head)], suite), shared.lines.of(request.lines, suite)]
    const body = encodeBody(parts, suite, nonceOf(unit, parts, suite, deps))
    const { kind, campaign, batch, round } = head
    const place = { kind, campaign, batch, round }
    const facts = factsOf(grounds, shared.auth.of(papers, suite), deps)
    return { request, outgoing: { unit, lane, type: 'request', place, idem: idemOf(request, body), body, facts } }
  })
}

/** What was asked about somebody is kept under the installation's own key: the messages are sealed to the units. */
function copiesOf(fresh: readonly Prepared[], deps: ExchangeDeps): (Pick<Outgoing, 'unit' | 'idem'> & { copy: Buffer })[] {
  const about = fresh.filter(({ request }) => request.head.kind !== 'prepare')
  return about.map(({ outgoing: { unit, idem, body } }) => ({ unit, idem, copy: deps.keys.seal(body.packed) }))
}

/**
 * Writes requests into the outbox inside the caller's transaction. A request that was sent before (same unit, place and
 * content) is not sent again; its id is given. Problem 403 before anything is sealed to a unit that may not be asked this for
 * this purpose, 409 when it is not enrolled. Five statements at most, whatever the number of requests.
 */
export async function enqueueRequests(
  tx: Tx,
  requests: readonly Request[],
  grounds: Grounds,
  deps: ExchangeDeps,
): Promise<Sent[]> {
  if (requests.length === 0) return []
  const prepared = await prepareRequests(tx, requests, grounds, deps)
  const keyOf = ({ unit, idem }: { unit: string; idem: string }): string => `${unit} ${idem}`
  const sent = await sentRequests(
    tx,
    prepared.map((each) => each.outgoing),
  )
  const known = new Map(sent.map((row) => [keyOf(row), row.id]))
  const fresh = [...new Map(prepared.map((each) => [keyOf(each.outgoing), each])).values()].filter(
    (each) => !known.has(keyOf(each.outgoing)),
  )
  // made before the channels are locked
  const copies = copiesOf(fresh, deps)
  const messages = await send(
    tx,
    fresh.map((each) => each.outgoing),
    fresh.map((each) => each.request),
    grounds.purpose,
    deps,
  )
  for (const { unit, header } of messages) known.set(keyOf({ unit, idem: header.idem }), header.id)
  await keepAsked(
    tx,
    copies.map(({ unit, idem, copy }) => ({ unit, id: known.get(keyOf({ unit, idem })) ?? '', body: copy })),
  )
  return prepared.map(({ outgoing }) => ({ unit: outgoing.unit, id: known.get(keyOf(outgoing)) ?? '' }))
}

/** What stops requests goes by the lane of single cases, so that it overtakes them. */
async function sendControl(
  tx: Tx,
  type: 'cancel' | 'authorisation',
  byUnit: ReadonlyMap<string, readonly string[]>,
  campaign: string | null,
  grounds: Grounds,
  deps: ExchangeDeps,
): Promise<void> {
  const suites = await loadSuites(tx, [...byUnit.keys()])
  const facts = factsOf(grounds, '', deps)
  const list = [...byUnit].flatMap(([unit, lines]): Outgoing[] => {
    const suite = suites.get(unit)
    if (suite === undefined) return []
    const body = encodeLines(lines, suite)
    const place = { kind: '', campaign, batch: null, round: null }
    return [{ unit, lane: 'single', type, place, idem: body.root, body, facts }]
  })
  await send(tx, list, [], grounds.purpose, deps)
}

/**
 * Stops requests that are not answered yet. What was answered stays; what the units have not begun is refused by them. A
 * revoked node is told nothing.
 */
export async function cancelRequests(tx: Tx, at: Where, reason: string, grounds: Grounds, deps: ExchangeDeps): Promise<number> {
  const open = (await listOpenRequests(tx, at)).filter((request) => !request.cancelled)
  await cancelOpen(tx, open, at.campaign, reason, grounds, deps)
  return open.length
}

/** Stops requests given by unit and id; see `cancelRequests`. */
export async function cancelOpen(
  tx: Tx,
  open: readonly { unit: string; id: string }[],
  campaign: string,
  reason: string,
  grounds: Grounds,
  deps: ExchangeDeps,
): Promise<void> {
  if (open.length === 0) return
  const lines = new Map<string, string[]>()
  for (const { unit, id } of open) {
    const line = JSON.stringify({ request: id, reason } satisfies Cancellation)
    lines.set(unit, [...(lines.get(unit) ?? []), line])
  }
  await sendControl(tx, 'cancel', lines, campaign, grounds, deps)
  const ids = open.map((request) => request.id)
  await markCancelled(tx, ids, instant(deps))
}

/** Tells nodes that authorisations were withdrawn: from then on they answer nothing that rests on them, queued items included. */
export async function revokeAuthorisations(
  tx: Tx,
  revocations: readonly Revocation[],
  to: readonly string[],
  grounds: Grounds,
  deps: ExchangeDeps,
): Promise<void> {
  if (revocations.length === 0 || to.length === 0) return
  const lines = revocations.map((each) => JSON.stringify(each))
  await sendControl(tx, 'authorisation', new Map(to.map((unit) => [unit, lines])), null, grounds, deps)
}
