/**
 * The HTTP form of the exchange. The gateway always dials; every body is one signed frame, or several in a row.
 *
 * POST /exchange/hello     hello of the unit → hello of the centre
 * POST /exchange/poll      accepted (receipts so far, credit) → the next messages of the channel, waiting for some
 * POST /exchange/messages  one message of the unit → accepted, signed after it is stored
 */
import { z } from 'zod'

export const exchangePaths = { hello: '/exchange/hello', poll: '/exchange/poll', messages: '/exchange/messages' } as const

export const FRAME_TYPE = 'application/vnd.yingbao.frames'

/** Calls whose clock differs by more than this are refused; messages that lay in a queue are judged by `expires`. */
export const MAX_SKEW_MS = 10 * 60_000

/** Largest HTTP body either side takes, in bytes. */
export const MAX_FRAME_BYTES = 256 * 1024 * 1024

/** Body of hello: what the sender speaks, and the last numbers it has seen. */
export const Hello = z.object({
  kind: z.literal('hello'),
  suites: z.array(z.string()),
  schemaVers: z.array(z.string()),
  /** last number received in the channel to the sender */
  seen: z.int().min(0),
  /** last number given out in the channel from the sender */
  sent: z.int().min(0),
})
export type Hello = z.infer<typeof Hello>

/** Body of accepted from the unit: all messages up to `after` are stored durably; `credit` is how many more it takes. */
export const PollBody = z.strictObject({
  kind: z.literal('poll'),
  after: z.int().min(0),
  /** hash of the message numbered `after`; empty when `after` is 0 */
  head: z.string(),
  credit: z.int().min(0),
  creditBytes: z.int().min(0),
  /** milliseconds the centre may wait for a message */
  waitMs: z.int().min(0).max(60_000),
})
export type PollBody = z.infer<typeof PollBody>

/** Body of accepted from the centre: this message is stored durably. */
export const Receipt = z.strictObject({
  kind: z.literal('receipt'),
  id: z.uuid(),
  hash: z.string(),
  seq: z.int().min(0),
  at: z.string(),
})
export type Receipt = z.infer<typeof Receipt>

/** Body of error: the message is unusable; `expect` is the number the channel goes on with, where that is the fault. */
export const ErrorBody = z.strictObject({
  kind: z.literal('error'),
  code: z.string(),
  message: z.string(),
  id: z.string().nullable(),
  expect: z.int().nullable(),
})
export type ErrorBody = z.infer<typeof ErrorBody>

/** Body of refused: a request as a whole is not answered. */
export const RefusedBody = z.strictObject({
  kind: z.literal('refused'),
  campaign: z.string(),
  batch: z.int(),
  round: z.int(),
  unit: z.string(),
  code: z.enum(['cancelled', 'expired', 'unusable']),
  message: z.string(),
})
export type RefusedBody = z.infer<typeof RefusedBody>
