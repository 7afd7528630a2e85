/** Sending: messages are sealed, signed and numbered inside the caller's transaction, so they exist exactly when its work does. */
import type { Cancellation, LookupHead, PrepareHead, RecordsHead, Revocation, UnitName } from '#exchange/contract'
import {
  digestHex,
  type EncodedBody,
  encodeBody,
  encodeLines,
  type MessageType,
  type PreparedLines,
  prepareLines,
  sealMessage,
  uuidV7,
} from '#exchange/wire'
import { Problem } from '#kernel/problem'
import { isoInstant } from '#platform/clock'
import type { Tx } from '#platform/db'
import { centreKeys, type ExchangeDeps, instant, peerOf } from '../node.ts'
import {
  lockOutChannels,
  markCancelled,
  type OutChannel,
  openRequests,
  type Place,
  type StoredMessage,
  sentRequests,
  type Where,
  writeOutbox,
} from '../store.ts'

/** One question to one unit. */
export interface Request {
  unit: UnitName
  head: PrepareHead | RecordsHead | LookupHead
  /** items, one JSON text each; requests that share the array share the work */
  lines: readonly string[]
}

/** Why and in whose name is asked; stands readable in every header. */
export interface Grounds {
  purpose: string
  legalBasis: string
  operator: string
  /** the units need not answer after so many milliseconds; never when left out */
  expiresInMs?: number
}

/** A request as it was sent. */
export interface Sent {
  unit: UnitName
  /** id of the message: answers name it as `corr` */
  id: string
}

/** What goes out: type, place, body; number and seal follow from the channel. */
interface Outgoing {
  unit: UnitName
  type: MessageType
  place: Place
  idem: string
  body: EncodedBody
}

/** The business key of a request: the same question of the same round is one message, however often it is enqueued. */
function idemOf(request: Request, body: EncodedBody): string {
  const { campaign, batch, round, kind } = request.head
  return digestHex(body.suite, JSON.stringify([request.unit, campaign, batch, round, kind, body.root]))
}

/** The units of a batch are mostly asked about the same subjects: lines of one array are hashed once. */
class SharedLines {
  readonly #known = new Map<readonly string[], PreparedLines>()

  of(lines: readonly string[]): PreparedLines {
    const known = this.#known.get(lines)
    if (known) return known
    const made = prepareLines(lines, 'ED1')
    this.#known.set(lines, made)
    return made
  }
}

function number(outgoing: Outgoing, channel: OutChannel, grounds: Grounds, deps: ExchangeDeps): StoredMessage {
  const now = deps.clock.nowMs()
  const sealed = sealMessage(
    {
      type: outgoing.type,
      id: uuidV7(now),
      seq: channel.seq + 1,
      prev: channel.head,
      from: channel.centre_id,
      to: channel.node_id,
      created: isoInstant(now),
      expires: grounds.expiresInMs === undefined ? null : isoInstant(now + grounds.expiresInMs),
      corr: null,
      idem: outgoing.idem,
      auth: '',
      caseNo: '',
      lane: 'batch',
      purpose: grounds.purpose,
      legalBasis: grounds.legalBasis,
      operator: grounds.operator,
    },
    outgoing.body,
    centreKeys(deps, outgoing.body.suite),
    peerOf(channel.sign_public, channel.seal_public),
  )
  channel.seq += 1
  channel.head = sealed.hash
  return { ...sealed, ...outgoing.place, unit: outgoing.unit }
}

/** Numbers, seals and writes messages; the channels stay locked until the transaction ends, so do it last. */
async function send(tx: Tx, list: readonly Outgoing[], grounds: Grounds, deps: ExchangeDeps): Promise<StoredMessage[]> {
  if (list.length === 0) return []
  const units = [...new Set(list.map((each) => each.unit))]
  const channels = new Map((await lockOutChannels(tx, units)).map((channel) => [channel.unit, channel]))
  const missing = units.filter((unit) => !channels.has(unit))
  if (missing.length > 0) {
    throw new Problem('exchange.unit_unknown', `成员单位尚未登记前置机：${missing.join('、')}。请先登记后再发起查询`, {
      status: 409,
    })
  }
  const messages: StoredMessage[] = []
  for (const outgoing of list) {
    const channel = channels.get(outgoing.unit)
    if (channel) messages.push(number(outgoing, channel, grounds, deps))
  }
  await writeOutbox(tx, messages)
  return messages
}

/**
 * Writes requests into the outbox inside the caller's transaction. A request that was sent before (same unit, place and
 * content) is not sent again; its id is given.
 * Four statements at most, whatever the number of requests.
 */
export async function enqueueRequests(
  tx: Tx,
  requests: readonly Request[],
  grounds: Grounds,
  deps: ExchangeDeps,
): Promise<Sent[]> {
  const lines = new SharedLines()
  const prepared = requests.map((request) => {
    const body = encodeBody([prepareLines([JSON.stringify(request.head)], 'ED1'), lines.of(request.lines)], 'ED1')
    const { kind, campaign, batch, round } = request.head
    return {
      unit: request.unit,
      type: 'request',
      place: { kind, campaign, batch, round },
      idem: idemOf(request, body),
      body,
    } as const
  })
  const known = new Map((await sentRequests(tx, prepared)).map((row) => [`${row.unit} ${row.idem}`, row.id]))
  const fresh = prepared.filter((each) => !known.has(`${each.unit} ${each.idem}`))
  for (const message of await send(tx, fresh, grounds, deps))
    known.set(`${message.unit} ${message.header.idem}`, message.header.id)
  return prepared.map(({ unit, idem }) => ({ unit, id: known.get(`${unit} ${idem}`) ?? '' }))
}

function controlPlace(campaign: string | null): Place {
  return { kind: '', campaign, batch: null, round: null }
}

/** Stops requests that are not answered yet. What was answered stays; what the units have not begun is refused by them. */
export async function cancelRequests(tx: Tx, at: Where, reason: string, grounds: Grounds, deps: ExchangeDeps): Promise<number> {
  const open = (await openRequests(tx, at)).filter((request) => !request.cancelled)
  const byUnit = Map.groupBy(open, (request) => request.unit)
  const list = [...byUnit].map(([unit, requests]) => {
    const lines = requests.map((request) => JSON.stringify({ request: request.id, reason } satisfies Cancellation))
    const body = encodeLines(lines, 'ED1')
    return { unit: unit as UnitName, type: 'cancel', place: controlPlace(null), idem: body.root, body } as const
  })
  await send(tx, list, grounds, deps)
  if (open.length > 0)
    await markCancelled(
      tx,
      open.map((request) => request.id),
      instant(deps),
    )
  return open.length
}

/** Tells units that authorisations were withdrawn: from then on they answer nothing that rests on them, queued items included. */
export async function revokeAuthorisations(
  tx: Tx,
  revocations: readonly Revocation[],
  to: readonly UnitName[],
  grounds: Grounds,
  deps: ExchangeDeps,
): Promise<void> {
  if (revocations.length === 0) return
  const body = encodeLines(
    revocations.map((each) => JSON.stringify(each)),
    'ED1',
  )
  const list = to.map((unit) => ({ unit, type: 'authorisation', place: controlPlace(null), idem: body.root, body }) as const)
  await send(tx, list, grounds, deps)
}
