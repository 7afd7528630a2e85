/** Receiving: one message of a unit, verified, in order, stored once, and receipted after the commit. */
import {
  EnvelopeFault,
  type ErrorBody,
  encodeLines,
  type Header,
  messageHash,
  type Receipt,
  readFrame,
  sealMessage,
  uuidV7,
  verifyMessage,
  writeFrame,
} from '#exchange/wire'
import { isoInstant } from '#platform/clock'
import { type Db, type Tx, wholeScope, withTransaction } from '#platform/db'
import { centreKeys, type ExchangeDeps, instant, type Node, nodeById } from '../node.ts'
import { type Arrival, lockArrival, type Place, park, writeInbox } from '../store.ts'

export const exchangeScope = wholeScope('system:exchange')

/** A message that is not taken; the sender is told why. */
export class Rejection extends Error {
  readonly code: string
  readonly status: number
  /** number the channel goes on with, where the order is the fault */
  readonly expect: number | null

  constructor(code: string, status: number, message: string, expect: number | null = null) {
    super(message)
    this.name = 'Rejection'
    this.code = code
    this.status = status
    this.expect = expect
  }
}

/** A call of a unit whose signature holds. */
export interface Call {
  node: Node
  header: Header
  body: Buffer
}

/** A unit's keys are looked up again after so long, so that a revoked unit is out within seconds. */
const KEYS_FRESH_MS = 2000

const known = new WeakMap<Db, Map<string, { node: Node; at: number }>>()

async function senderOf(db: Db, nodeId: string, now: number, renew: boolean): Promise<Node> {
  const nodes = known.get(db) ?? new Map<string, { node: Node; at: number }>()
  known.set(db, nodes)
  const held = nodes.get(nodeId)
  if (held && !renew && now - held.at < KEYS_FRESH_MS) return held.node
  const node = await withTransaction(db, exchangeScope, (tx) => nodeById(tx, nodeId))
  if (!node) {
    nodes.delete(nodeId)
    throw new Rejection('unknown_sender', 403, `未登记的节点：${nodeId}`)
  }
  nodes.set(nodeId, { node, at: now })
  return node
}

/** Reads and verifies one frame. Throws EnvelopeFault or Rejection. */
export async function readCall(db: Db, bytes: Uint8Array, deps: ExchangeDeps): Promise<Call> {
  const { header, body } = readFrame(bytes)
  const now = deps.clock.nowMs()
  let node = await senderOf(db, header.from, now, false)
  if (header.to !== node.centreId || header.chan !== `${node.nodeId}>${node.centreId}`) {
    throw new Rejection('addressee', 403, '报文不是发给本中心的')
  }
  try {
    verifyMessage(header, body, node.peer)
  } catch (error) {
    if (!(error instanceof EnvelopeFault) || error.fault !== 'signature') throw error
    node = await senderOf(db, header.from, now, true)
    verifyMessage(header, body, node.peer)
  }
  return { node, header, body }
}

function placeOf(call: Call, arrival: Arrival): Place {
  if (call.header.corr === null) return { kind: '', campaign: null, batch: null, round: null }
  const { idem, kind, campaign, batch, round, answered } = arrival
  if (idem === null || kind === null) throw new Rejection('unknown_request', 409, '所答复的查询不存在')
  if (idem !== call.header.idem) throw new Rejection('idem', 409, '答复的业务标识与查询不一致')
  if (answered && call.header.type !== 'correction') throw new Rejection('answered_before', 409, '该查询已有答复')
  return { kind, campaign, batch, round }
}

async function store(tx: Tx, call: Call, hash: string, deps: ExchangeDeps): Promise<string> {
  const { header, node } = call
  const arrival = await lockArrival(tx, node.unit, header.id, header.corr)
  if (arrival.before_hash !== null) {
    if (arrival.before_hash !== hash) throw new Rejection('same_id', 409, '同一编号的报文内容不同，已报警')
    return arrival.before_at ?? instant(deps)
  }
  if (header.seq !== arrival.seq + 1) throw new Rejection('order', 409, `报文序号应为 ${arrival.seq + 1}`, arrival.seq + 1)
  if (header.prev !== arrival.head) throw new Rejection('chain', 409, '报文与上一条的摘要不连续，已报警')
  const place = placeOf(call, arrival)
  const at = instant(deps)
  await writeInbox(tx, { header, body: call.body, hash, ...place, unit: node.unit }, at)
  return at
}

/** A frame from the centre outside the numbering: hello, receipts, errors. */
export function replyFrame(
  node: Node,
  type: 'hello' | 'accepted' | 'error',
  body: object,
  corr: string | null,
  deps: ExchangeDeps,
): Buffer {
  const now = deps.clock.nowMs()
  const encoded = encodeLines([JSON.stringify(body)], node.peer.suite)
  return writeFrame(
    sealMessage(
      {
        type,
        id: uuidV7(now),
        seq: 0,
        prev: '',
        from: node.centreId,
        to: node.nodeId,
        created: isoInstant(now),
        expires: null,
        corr,
        idem: encoded.root,
        auth: '',
        caseNo: '',
        lane: 'batch',
        purpose: '',
        legalBasis: '',
        operator: '',
      },
      encoded,
      centreKeys(deps, node.peer.suite),
      node.peer,
    ),
  )
}

/** So much of an unusable message is kept: whoever forges one must not fill the disk. */
const PARKED_BYTES = 64 * 1024

/** Errors that need a person: somebody sends other content under a known id, breaks the chain, or forges. */
const alarming = new Set(['same_id', 'chain', 'idem', 'signature', 'digest'])

/**
 * Takes one message of a unit: verified, in the order of its channel, stored sealed as received in one transaction. A
 * repeat of a stored message gets its receipt again. Gives the signed receipt. Throws Rejection or EnvelopeFault.
 */
export async function receive(db: Db, bytes: Uint8Array, deps: ExchangeDeps): Promise<Buffer> {
  try {
    const call = await readCall(db, bytes, deps)
    const hash = messageHash(call.header)
    const at = await withTransaction(db, exchangeScope, (tx) => store(tx, call, hash, deps))
    const { id, seq } = call.header
    return replyFrame(call.node, 'accepted', { kind: 'receipt', id, hash, seq, at } satisfies Receipt, id, deps)
  } catch (error) {
    await keepFaulty(db, bytes, error, deps)
    throw error
  }
}

async function keepFaulty(db: Db, bytes: Uint8Array, error: unknown, deps: ExchangeDeps): Promise<void> {
  const code = error instanceof Rejection ? error.code : error instanceof EnvelopeFault ? error.fault : ''
  if (!alarming.has(code) || !(error instanceof Error)) return
  await withTransaction(db, exchangeScope, (tx) =>
    park(tx, claimedSender(bytes), code, error.message, bytes.subarray(0, PARKED_BYTES), instant(deps)),
  )
}

function claimedSender(bytes: Uint8Array): string {
  try {
    return readFrame(bytes).header.from
  } catch {
    return ''
  }
}

/** Body of an error reply. */
export function errorBody(error: Rejection | EnvelopeFault, id: string | null): ErrorBody {
  const code = error instanceof Rejection ? error.code : error.fault
  return { kind: 'error', code, message: error.message, id, expect: error instanceof Rejection ? error.expect : null }
}
