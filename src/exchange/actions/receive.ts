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
import { lockInChannel, type Place, park, requestOf, storedHash, writeInbox } from '../store.ts'

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

/** Reads and verifies one frame. Throws EnvelopeFault or Rejection. */
export async function readCall(db: Db, bytes: Uint8Array): Promise<Call> {
  const { header, body } = readFrame(bytes)
  const node = await withTransaction(db, exchangeScope, (tx) => nodeById(tx, header.from))
  if (!node) throw new Rejection('unknown_sender', 403, `未登记的节点：${header.from}`)
  if (header.to !== node.centreId || header.chan !== `${node.nodeId}>${node.centreId}`) {
    throw new Rejection('addressee', 403, '报文不是发给本中心的')
  }
  verifyMessage(header, body, node.peer)
  return { node, header, body }
}

async function placeOf(tx: Tx, call: Call): Promise<Place> {
  const none: Place = { kind: '', campaign: null, batch: null, round: null }
  if (call.header.corr === null) return none
  const request = await requestOf(tx, call.node.unit, call.header.corr)
  if (!request) throw new Rejection('unknown_request', 409, '所答复的查询不存在')
  if (request.idem !== call.header.idem) throw new Rejection('idem', 409, '答复的业务标识与查询不一致')
  if (request.answered && call.header.type !== 'correction') throw new Rejection('answered_before', 409, '该查询已有答复')
  const { kind, campaign, batch, round } = request
  return { kind, campaign, batch, round }
}

async function store(tx: Tx, call: Call, hash: string, deps: ExchangeDeps): Promise<string> {
  const { header, node } = call
  const channel = await lockInChannel(tx, node.unit)
  const before = await storedHash(tx, node.unit, header.id)
  if (before) {
    if (before.hash !== hash) throw new Rejection('same_id', 409, '同一编号的报文内容不同，已报警')
    return before.delivered_at
  }
  if (header.seq !== channel.seq + 1) {
    throw new Rejection('order', 409, `报文序号应为 ${channel.seq + 1}`, channel.seq + 1)
  }
  if (header.prev !== channel.head) throw new Rejection('chain', 409, '报文与上一条的摘要不连续，已报警')
  const place = await placeOf(tx, call)
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
  const encoded = encodeLines([JSON.stringify(body)])
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
        purpose: '',
        legalBasis: '',
        operator: '',
      },
      encoded,
      centreKeys(deps),
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
    const call = await readCall(db, bytes)
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
    park(tx, senderOf(bytes), code, error.message, bytes.subarray(0, PARKED_BYTES), instant(deps)),
  )
}

function senderOf(bytes: Uint8Array): string {
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
