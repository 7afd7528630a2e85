/**
 * Statements that reconcile both sides of a channel. Each says how its writer's books stand up to numbers that the reader has
 * as well: of what was sent up to the last receipt, of what was received up to the last message. So the books are compared at
 * the same place however many messages are on their way.
 */
import { z } from 'zod'
import { type SuiteName, suiteNames } from '../contract.ts'
import { type Header, lanes, messageHash } from '../envelope/envelope.ts'
import { digestHex } from '../suites/suite.ts'

const number = z.int().min(0)
const hash = z.string().regex(/^([0-9a-f]{64})?$/)
const instant = z.iso.datetime()

export const directions = ['sent', 'received'] as const

/** How one direction of a lane stands in the books of whoever says it. */
export const ChannelStand = z.strictObject({
  lane: z.enum(lanes),
  direction: z.enum(directions),
  /** it speaks of the numbers 1 to this */
  seq: number,
  /** hash of the message with that number; empty when it is 0 */
  hash,
  /** how many of each type */
  types: z.record(z.string().regex(/^[a-z]{1,40}$/), number),
})
export type ChannelStand = z.infer<typeof ChannelStand>

/** Open requests by age. */
export const OpenByAge = z.strictObject({
  underDay: number,
  underWeek: number,
  older: number,
  /** when the oldest was written or stored */
  oldest: instant.nullable(),
})
export type OpenByAge = z.infer<typeof OpenByAge>

/** A part of the writer's hash-chained log: each line after the head is one entry of it. */
const LogPart = z.strictObject({
  suite: z.enum(suiteNames),
  /** the entry before the first that is told, and its hash in the chain */
  after: number,
  before: hash,
  /** the last that is told, and its hash in the chain */
  n: number,
  head: hash,
})

/** A signed root over heads of logs; see anchors. */
export const Anchor = z.strictObject({
  no: number,
  at: instant,
  suite: z.enum(suiteNames),
  count: number,
  root: hash,
  prev: hash,
  sig: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
})
export type Anchor = z.infer<typeof Anchor>

/** The newest seal of the centre's journal: whoever holds it proves that it was there. */
export const JournalSeal = z.strictObject({ no: number, root: hash })

export const ReconciliationHead = z.strictObject({
  kind: z.literal('reconciliation'),
  /** when the statement before was written; null for the first */
  from: instant.nullable(),
  to: instant,
  channels: z.array(ChannelStand).max(4),
  open: OpenByAge,
  /** things that could not be used and wait for a person */
  parked: number,
  /** differences that the writer found in the reader's last statement */
  found: number,
  /** null: the writer's log is the channel itself */
  log: LogPart.nullable(),
  /** the newest anchor of the writer; null when it makes none */
  anchor: Anchor.nullable(),
  /** the centre's newest seal; a node tells the last one it was told, so that the centre gets back what it once said */
  journal: JournalSeal.nullable().default(null),
  /** the reader is to state its books as well */
  asks: z.boolean(),
})
export type ReconciliationHead = z.infer<typeof ReconciliationHead>

/** An entry of the log: its place, its hash, and of one that is about the reader's messages their id and the hash of what went out. */
export const LogLine = z.tuple([number, hash, z.string().max(40), hash])
export type LogLine = z.infer<typeof LogLine>

/** Hash of a log entry's place in its chain. */
export function chainHash(suite: SuiteName, prev: string, entryHash: string): string {
  return digestHex(suite, `${prev}\n${entryHash}`)
}

/** Whether the head of a message of type `statement` is one of these. */
export function isReconciliation(head: unknown): boolean {
  return z.looseObject({ kind: z.literal('reconciliation') }).safeParse(head).success
}

export type DifferenceCode = 'lost' | 'altered' | 'short' | 'hash' | 'count'

/** Where the books of the two sides differ; `direction` as the reader sees it. */
export interface Difference {
  code: DifferenceCode
  lane: ChannelStand['lane']
  direction: ChannelStand['direction']
  /** number of the message concerned; of a count the last one counted */
  seq: number
  message: string
}

/** A message as the books keep it. */
export interface BookRow {
  seq: number
  type: string
  hash: string
  /** JSON */
  header: string
}

/** Walks through a part of a channel: numbers without gaps, hashes that are those of the headers, each naming the one before. */
export class ChannelWalk {
  #seq: number
  #hash: string | null
  fault: { code: 'lost' | 'altered'; seq: number } | null = null

  /** @param after where the walk begins; null: the hash there is not known */
  constructor(after: { seq: number; hash: string | null }) {
    this.#seq = after.seq
    this.#hash = after.hash
  }

  add(row: BookRow): void {
    if (this.fault !== null) return
    const header = JSON.parse(row.header) as Header
    if (row.seq !== this.#seq + 1) this.fault = { code: 'lost', seq: this.#seq + 1 }
    else if (!this.#holds(row, header)) this.fault = { code: 'altered', seq: row.seq }
    this.#seq = row.seq
    this.#hash = row.hash
  }

  #holds({ seq, type, hash: kept }: BookRow, header: Header): boolean {
    const isSame = header.seq === seq && header.type === type && messageHash(header) === kept
    return isSame && (this.#hash === null || header.prev === this.#hash)
  }

  /** Ends the walk at a number. */
  finish(seq: number): void {
    if (this.fault === null && this.#seq < seq) this.fault = { code: 'lost', seq: this.#seq + 1 }
  }
}

/** The reader's own books at the numbers of a statement. */
export interface OwnStand extends ChannelStand {
  /** last number there is */
  last: number
  fault: ChannelWalk['fault']
}

const laneWords = { batch: '批量', single: '单案' } as const
const directionWords = { sent: '发出', received: '收到' } as const

/** What the reader calls what the writer sent. */
export function mirrored(direction: ChannelStand['direction']): ChannelStand['direction'] {
  return direction === 'sent' ? 'received' : 'sent'
}

function countDifferences(own: OwnStand, theirs: ChannelStand): [DifferenceCode, number, string][] {
  const types = [...new Set([...Object.keys(own.types), ...Object.keys(theirs.types)])].sort()
  return types.flatMap((type) => {
    const [ours, said] = [own.types[type] ?? 0, theirs.types[type] ?? 0]
    return ours === said ? [] : [['count', theirs.seq, `类型 ${type} 本方 ${ours} 条，对方 ${said} 条`]]
  })
}

/** Where the own books differ from what the other side says of a direction; `own` is at its number. */
export function compareStand(own: OwnStand, theirs: ChannelStand): Difference[] {
  const found: [DifferenceCode, number, string][] = []
  if (own.fault?.code === 'lost') found.push(['lost', own.fault.seq, `第 ${own.fault.seq} 条在本方账册中缺失`])
  if (own.fault?.code === 'altered') found.push(['altered', own.fault.seq, `第 ${own.fault.seq} 条在本方账册中被改动`])
  if (own.last < theirs.seq) found.push(['short', own.last, `对方记到第 ${theirs.seq} 条，本方只到第 ${own.last} 条`])
  else if (own.hash !== theirs.hash) found.push(['hash', theirs.seq, `第 ${theirs.seq} 条的摘要与对方所记不同`])
  found.push(...countDifferences(own, theirs))
  const place = `${laneWords[own.lane]}通道${directionWords[own.direction]}方向：`
  return found.map(([code, seq, text]) => ({
    code,
    lane: own.lane,
    direction: own.direction,
    seq,
    message: `${place}${text}`,
  }))
}

const DAY_MS = 86_400_000

/** Counts open requests by age; instants as milliseconds. */
export function openByAge(sinceMs: readonly number[], nowMs: number, iso: (ms: number) => string): OpenByAge {
  const older = (days: number): number => sinceMs.filter((ms) => nowMs - ms >= days * DAY_MS).length
  const [day, week] = [older(1), older(7)]
  const oldest = sinceMs.length === 0 ? null : iso(Math.min(...sinceMs))
  return { underDay: sinceMs.length - day, underWeek: day - week, older: week, oldest }
}
