/** What a node says of itself when a connection opens, and when it is full. */
import { suiteNames } from '../contract.ts'
import { type lanes, SCHEMA_VERSION } from '../envelope/envelope.ts'
import type { LaneState, RefusedBy } from '../message-store.ts'
import { type Credit, type Hello, MAX_FRAME_BYTES } from './frames.ts'

/** That a node takes nothing new, as it is noted at the other end. */
export function fullOf(why: NonNullable<Credit['why']>): RefusedBy {
  return { code: why, message: '对方磁盘已用 90% 以上，暂停接收新的报文', id: null, chan: null }
}

/** The body of a hello from where the lanes stand. */
export function helloOf(standing: Record<(typeof lanes)[number], LaneState>): Hello {
  const of = ({ received, sent, receipted }: LaneState) => ({ seen: received.seq, sent: sent.seq, receipted })
  return {
    kind: 'hello',
    suites: [...suiteNames],
    schemaVers: [SCHEMA_VERSION],
    lanes: { batch: of(standing.batch), single: of(standing.single) },
    frameBytes: MAX_FRAME_BYTES,
  }
}
