/** For tests: nodes of the exchange with their keys, one played by hand message by message, and lines between two ledgers without HTTP. */
import type { Ledger, Neighbour } from '#wire'
import {
  type Draft,
  encodeLines,
  encodeRelay,
  generateNodeKeys,
  type Lane,
  lanes,
  ownKeys,
  peerKeys,
  publicHalf,
  type Sealed,
  sealMessage,
  uuidV7,
} from '#wire'
import type { OwnKeys, SuiteName } from '#wire/contract'

/** the same lines have the same root, as those of a centre that asks again */
const FIXED_NONCE = 'played-by-hand--------'

export const TEST_EPOCH_MS = 1_790_000_000_000

/** A node with keys of its own. */
export class TestNode {
  readonly nodeId: string
  readonly texts
  readonly own: OwnKeys
  /** the same node as others know it */
  readonly neighbour: Neighbour

  constructor(nodeId: string, suite: SuiteName = 'ED1') {
    this.nodeId = nodeId
    this.texts = generateNodeKeys(suite)
    this.own = ownKeys(this.texts)
    this.neighbour = { nodeId, suite, peers: [peerKeys(publicHalf(this.texts))] }
  }
}

type Change = Partial<Omit<Draft, 'from' | 'to'>>

/** A node played by hand: it numbers and seals what it sends to others. */
export class PlayedNode extends TestNode {
  readonly #stands = new Map<string, { seq: number; head: string }>()
  #nowMs = TEST_EPOCH_MS

  #draft(to: string, change: Change): Draft {
    this.#nowMs += 1
    const lane = change.lane ?? 'batch'
    const { seq, head } = this.#stands.get(`${to} ${lane}`) ?? { seq: 0, head: '' }
    const now = this.#nowMs
    const said = { purpose: '低保核对', legalBasis: '', auth: '', caseNo: '', operator: 'test', idem: '0'.repeat(64) }
    const empty = { type: 'request', expires: null, corr: null, created: new Date(now).toISOString() } as const
    return { ...empty, ...said, id: uuidV7(now), seq: seq + 1, prev: head, lane, ...change, from: this.nodeId, to }
  }

  /** Seals a message without moving the channel on. */
  seal(to: Neighbour, lines: readonly string[], change: Change = {}): Sealed {
    const [peer] = to.peers
    if (!peer) throw new Error('no keys')
    return sealMessage(this.#draft(to.nodeId, change), encodeLines(lines, to.suite, FIXED_NONCE), this.own, peer)
  }

  #moveOn(sealed: Sealed, lane: Lane): Sealed {
    this.#stands.set(`${sealed.header.to} ${lane}`, { seq: sealed.header.seq, head: sealed.hash })
    return sealed
  }

  /** Seals the next message of a channel. */
  next(to: Neighbour, lines: readonly string[], change: Change = {}): Sealed {
    return this.#moveOn(this.seal(to, lines, change), change.lane ?? 'batch')
  }

  /** Wraps a frame into the next relay to a neighbour. */
  wrap(to: Neighbour, inner: Buffer, lane: Lane = 'batch'): Sealed {
    const [peer] = to.peers
    if (!peer) throw new Error('no keys')
    const draft = this.#draft(to.nodeId, { type: 'relay', lane, purpose: '', operator: '' })
    return this.#moveOn(sealMessage(draft, encodeRelay(inner, to.suite), this.own, peer), lane)
  }
}

const all = { messages: 1000, bytes: 1e9 }

/**
 * Carries what one ledger has for another, and the receipts back, until nothing is left. `spoil` may leave out, repeat or
 * shuffle the frames of a call, which is followed by another with all of them; gives how many were new to the receiver.
 */
export async function carryAll(
  from: Ledger & { nodeId: string },
  to: Ledger,
  spoil: <T>(frames: readonly T[]) => readonly T[] = (frames) => frames,
): Promise<number> {
  let carried = 0
  for (const lane of [...lanes].reverse()) {
    for (;;) {
      const before = (await to.standing(from.nodeId))[lane].received
      const frames = await from.listOutgoing(to.nodeId, lane, before, all)
      if (frames.length === 0) break
      for (const call of [spoil(frames), frames]) {
        const { receipts } = await to.take(from.nodeId, call)
        await saveReceipts(from, to, receipts)
      }
      carried += (await to.standing(from.nodeId))[lane].received.seq - before.seq
    }
  }
  return carried
}

/** Gives receipts of one ledger back to the sender, as a line would. */
export async function saveReceipts(sender: Ledger, receiver: Ledger, receipts: Parameters<Ledger['saveReceipts']>[1]) {
  if (receipts.length === 0) return
  const bearer = Buffer.from(JSON.stringify(receipts))
  await sender.saveReceipts(receiver.nodeId, receipts, bearer)
}
