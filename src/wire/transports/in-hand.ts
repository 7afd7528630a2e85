/** Messages that were fetched and are not stored yet. */

import type { Lane } from '../envelope/envelope.ts'
import type { Credit } from '../protocol/frames.ts'
import { claimsOf } from './claims.ts'

/** Fewer and smaller ones are taken before the next call could be answered. */
const MUCH = { frames: 32, bytes: 256 * 1024 }

/** Messages of a lane asked for in one call. */
const AT_ONCE = 128

/** How many messages of each lane are in hand, their bytes together, and the last number of each lane (0: none). */
export interface InHand {
  count: Record<Lane, number>
  last: Record<Lane, number>
  bytes: number
}

const bytesOf = (frames: readonly Buffer[]): number => frames.reduce((sum, frame) => sum + frame.length, 0)

/** Whether taking them lasts long enough to ask for more meanwhile. */
export function isMuch(frames: readonly Buffer[]): boolean {
  return frames.length >= MUCH.frames || bytesOf(frames) >= MUCH.bytes
}

/** What frames claim to be, before they are checked: a wrong claim only brings messages that do not fit and are fetched again. */
export function inHandOf(frames: readonly Buffer[]): InHand {
  const hand: InHand = { count: { batch: 0, single: 0 }, last: { batch: 0, single: 0 }, bytes: bytesOf(frames) }
  for (const { chan, seq } of frames.map(claimsOf)) {
    const lane: Lane = chan.endsWith('#single') ? 'single' : 'batch'
    hand.count[lane] += 1
    hand.last[lane] = Math.max(hand.last[lane], seq)
  }
  return hand
}

/** The credit for one call: what is in hand takes of it, and more than some messages of a lane are asked for in the next. */
export function creditBeside(hand: InHand | null, credit: Credit): Credit {
  const left = (lane: Lane): number => Math.min(AT_ONCE, Math.max(0, credit[lane] - (hand?.count[lane] ?? 0)))
  return { ...credit, batch: left('batch'), single: left('single'), bytes: Math.max(0, credit.bytes - (hand?.bytes ?? 0)) }
}
