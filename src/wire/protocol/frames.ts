/**
 * What neighbours say to each other on a line, and the HTTP form of it. One of the two dials; every body is one signed
 * frame, or several in a row. Lines only carry: what counts is in the ledgers at both ends.
 *
 * POST /exchange/hello     hello → hello
 * POST /exchange/poll      accepted (receipts so far, credit) → the next messages for the dialler, waiting for some
 * POST /exchange/messages  messages of the dialler → accepted, signed after they are stored
 */
import { z } from 'zod'

export const exchangePaths = { hello: '/exchange/hello', poll: '/exchange/poll', messages: '/exchange/messages' } as const

export const FRAME_TYPE = 'application/vnd.yingbao.frames'

/** Calls whose clock differs by more than this are refused; messages that lay in a queue are judged by `expires`. */
export const MAX_SKEW_MS = 10 * 60_000

/** A larger difference of the clocks is told to a person. */
export const WARN_SKEW_MS = 5 * 60_000

/** Largest HTTP body either side takes, in bytes. */
export const MAX_FRAME_BYTES = 256 * 1024 * 1024

/**
 * So much of a body is taken before its sender is known: enough for every hello, for the signed header of a first message, and for almost
 * all calls as a whole.
 */
export const MAX_UNKNOWN_BYTES = 64 * 1024

const number = z.int().min(0)

/** Both lanes of a direction: a single case never waits behind a yearly batch. */
const perLane = <T extends z.ZodType>(each: T) => z.strictObject({ batch: each, single: each })

/** Where the sender stands in both directions of a lane. */
const Standing = z.strictObject({
  /** last number received from the other side */
  seen: number,
  /** last number given out to the other side */
  sent: number,
  /** up to this number the other side's receipts for it are kept */
  receipted: number,
})

/** Body of hello: what the sender speaks and where it stands; the first word at every connection. */
export const Hello = z.object({
  kind: z.literal('hello'),
  suites: z.array(z.string()),
  schemaVers: z.array(z.string()),
  lanes: perLane(Standing),
  /** largest HTTP body the sender takes, in bytes */
  frameBytes: number,
})
export type Hello = z.infer<typeof Hello>

/** A message is stored durably at the receiver. Signed within an accepted frame it is proof. */
export const Receipt = z.strictObject({
  id: z.uuid(),
  chan: z.string(),
  seq: number,
  hash: z.string(),
  at: z.iso.datetime(),
})
export type Receipt = z.infer<typeof Receipt>

/** How much more the receiver takes of a lane: messages, and bytes in all. Zero stops sending, never storing. */
export const Credit = z.strictObject({
  batch: number,
  single: number,
  bytes: number,
  /** why nothing new is taken, where a person has to do something about it */
  why: z.enum(['disk_full']).optional(),
})
export type Credit = z.infer<typeof Credit>

/** Body of error: a message is not taken. `expect` is the number its channel goes on with, where that is the fault. */
export const ErrorBody = z.strictObject({
  kind: z.literal('error'),
  code: z.string(),
  message: z.string(),
  id: z.uuid().nullable(),
  chan: z.string().nullable(),
  expect: number.nullable(),
})
export type ErrorBody = z.infer<typeof ErrorBody>

/** Body of accepted from the dialler: receipts of what it stored since the last call, and what it takes next. */
export const PollBody = z.strictObject({
  kind: z.literal('poll'),
  receipts: z.array(Receipt),
  /** last number stored of each lane, with the hash of that message (empty when the number is 0) */
  stored: perLane(z.strictObject({ seq: number, head: z.string() })),
  /** last number in hand of each lane, not yet stored: the other side goes on after it meanwhile */
  inHand: perLane(number).optional(),
  credit: Credit,
  /** what of the other side could not be taken since the last call, and why */
  refused: ErrorBody.optional(),
  /** milliseconds the other side may wait for a message */
  waitMs: z.int().min(0).max(60_000),
})
export type PollBody = z.infer<typeof PollBody>

/** Body of accepted to messages: what is stored of them, why the first that is not was refused, what is taken next. */
export const AcceptedBody = z.strictObject({
  kind: z.literal('receipts'),
  receipts: z.array(Receipt),
  refused: ErrorBody.nullable(),
  credit: Credit,
})
export type AcceptedBody = z.infer<typeof AcceptedBody>

/** Body of refused: a request as a whole is not answered. */
export const RefusedBody = z.strictObject({
  kind: z.literal('refused'),
  campaign: z.string(),
  batch: z.int(),
  round: z.int(),
  unit: z.string(),
  code: z.enum(['cancelled', 'expired', 'unusable', 'no_right']),
  message: z.string(),
})
export type RefusedBody = z.infer<typeof RefusedBody>
