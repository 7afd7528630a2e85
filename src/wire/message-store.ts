/**
 * The port between lines and the durable books of a node. The centre keeps its ledger in PostgreSQL, gateways and relays
 * keep theirs in SQLite; HTTP, bundles and the broker all carry frames from one ledger to another and are deduplicated by
 * the ledger alone. Nothing here is proof of anything: proof is the signature of a frame and the order of its channel.
 */

import type { OwnKeys, PeerKeys, SuiteName } from './contract.ts'
import type { Frame, Lane } from './envelope/envelope.ts'
import type { Credit, Receipt } from './protocol/frames.ts'

/** A node that lines lead to, with the keys that hold now, newest first (two while keys are being changed). */
export interface Neighbour {
  nodeId: string
  /** the one suite of this link; another is refused, never negotiated */
  suite: SuiteName
  peers: readonly PeerKeys[]
}

/** Where a lane between this node and a neighbour stands. */
export interface LaneState {
  /** last message stored of those that came in; hash empty at 0 */
  received: { seq: number; head: string }
  /** last message numbered of those that go out */
  sent: { seq: number; head: string }
  /** up to this number the neighbour's receipts are kept */
  receipted: number
}

/** What became of frames that came in, in their order; the first that is not taken ends it. */
export interface Taken {
  /** of all that are stored now, those stored before included */
  receipts: Receipt[]
  refused: { code: string; message: string; id: string | null; chan: string | null; expect: number | null } | null
}

/** A place in a lane: the number of a message, and its hash where it is known (empty at 0). */
export interface Place {
  seq: number
  head?: string
}

/** The books of two neighbours contradict each other: a person has to look before anything goes on. */
export class LedgerFault extends Error {
  override readonly name = 'LedgerFault'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Where something the other side sent is kept when it cannot be used. */
export interface Unusable {
  /** node the bytes claim to be from; empty when that cannot be read */
  from: string
  code: string
  message: string
  bytes: Uint8Array
}

/** Why a neighbour did not take something of this node: a message, or (without an id) a call or a file as a whole. */
export interface RefusedBy {
  code: string
  message: string
  id: string | null
  chan: string | null
}

/** The durable book of one node. */
export interface Ledger {
  readonly nodeId: string
  /** This node's own keys of a suite. */
  own(suite: SuiteName): OwnKeys
  /** A neighbour that is registered and not revoked. `fresh` reads past any cache. */
  findNeighbour(nodeId: string, fresh?: boolean): Promise<Neighbour | undefined>
  /** Notes that something signed came from a neighbour just now, whatever it is; a node that dials sees its line by itself. */
  heard(neighbour: string): Promise<void>
  standing(neighbour: string): Promise<Record<Lane, LaneState>>
  /**
   * Messages of a lane after a place, oldest first, as they were sealed, within the credit (one at least when there is any).
   * Where the place names a hash it must be that of the message sent with that number: LedgerFault `ahead` or `chain`
   * otherwise, which means that one of the two books is not what it was.
   */
  listOutgoing(neighbour: string, lane: Lane, after: Place, credit: { messages: number; bytes: number }): Promise<Frame[]>
  /** Keeps signed receipts of a neighbour and the frame that bears them. LedgerFault `receipt` when one fits no message sent. */
  saveReceipts(neighbour: string, receipts: readonly Receipt[], frame: Uint8Array): Promise<void>
  /**
   * Takes frames of a neighbour whose signatures hold: in the order of their channels, each stored once, with everything
   * that follows from it, in one transaction; a repeat gives its receipt again.
   */
  take(neighbour: string, frames: readonly Frame[]): Promise<Taken>
  /** Receipts of what is stored of a lane after a number, for a neighbour that missed them; up to `limit`. */
  listReceipts(neighbour: string, lane: Lane, after: number, limit: number): Promise<Receipt[]>
  /** What this node takes next: falls to zero when too much waits or the disk is nearly full. */
  credit(neighbour: string): Promise<Credit>
  /** Keeps bytes that cannot be used, and why, for a person to look at. */
  park(unusable: Unusable): Promise<void>
  /** Notes that a neighbour did not take something of this node. Lines say the same once, not at every retry. */
  noteRefused(neighbour: string, refused: RefusedBy): Promise<void>
  /**
   * A promise that resolves when something more goes out to a neighbour, or after the time. Ask for it before looking into
   * the outbox, so that nothing written in between is missed. `cancel` forgets it.
   */
  nextOutgoing(neighbour: string, ms: number): { rung: Promise<void>; cancel(): void }
}

/** The only clock of a line: milliseconds since 1970. */
export interface LineClock {
  nowMs(): number
}
