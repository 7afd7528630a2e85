/** How a node's books stand at given numbers, and the statements that it gave and got. */
import {
  type ChannelStand,
  ChannelWalk,
  channelOf,
  type Difference,
  directions,
  type Lane,
  lanes,
  type OwnStand,
  type ReconciliationHead,
} from '#wire'
import type { Channels } from './channels.ts'
import { type LedgerFile, type Row, text, whole } from './ledger-file.ts'

const DAY_MS = 86_400_000

/** A statement that was given (out) or got (in). */
export interface KeptStatement {
  node: string
  direction: 'in' | 'out'
  at: string
  said: ReconciliationHead
  differences: readonly Difference[]
}

const tables = { sent: 'outbox', received: 'inbox' } as const

function statementOf(row: Row): KeptStatement {
  return {
    node: text(row, 'node'),
    direction: text(row, 'direction') === 'in' ? 'in' : 'out',
    at: text(row, 'at'),
    said: JSON.parse(text(row, 'said')) as ReconciliationHead,
    differences: JSON.parse(text(row, 'differences')) as Difference[],
  }
}

/** Statements of one node. */
export class StatementBook {
  readonly #file: LedgerFile
  readonly #channels: Channels
  readonly #nodeId: string

  constructor(file: LedgerFile, channels: Channels, nodeId: string) {
    this.#file = file
    this.#channels = channels
    this.#nodeId = nodeId
  }

  #chan(node: string, lane: Lane, direction: ChannelStand['direction']): string {
    return direction === 'sent' ? channelOf(this.#nodeId, node, lane) : channelOf(node, this.#nodeId, lane)
  }

  #at(node: string, lane: Lane, direction: ChannelStand['direction'], seq: number): ChannelStand {
    const table = tables[direction]
    const chan = this.#chan(node, lane, direction)
    const row = this.#file.row(`select hash from ${table} where chan = ? and seq = ?`, chan, seq)
    const counts = this.#file.rows(
      `select type, count(*) as n from ${table} where chan = ? and seq <= ? group by type order by type`,
      chan,
      seq,
    )
    const types = Object.fromEntries(counts.map((each) => [text(each, 'type'), whole(each, 'n')]))
    return { lane, direction, seq, hash: row ? text(row, 'hash') : '', types }
  }

  /** What was sent up to the last receipt, what was received up to the last message: the other side has all of it. */
  stands(node: string): ChannelStand[] {
    return lanes.flatMap((lane) =>
      directions.map((direction) => {
        const isSent = direction === 'sent'
        const seq = isSent ? this.#channels.receipted(node, lane) : this.#channels.received(node, lane).seq
        return this.#at(node, lane, direction, seq)
      }),
    )
  }

  /** The own books at a number, checked from where the last statement of the node left off. */
  own(node: string, lane: Lane, direction: ChannelStand['direction'], seq: number): OwnStand {
    const isSent = direction === 'sent'
    const last = (isSent ? this.#channels.sent(node, lane) : this.#channels.received(node, lane)).seq
    const stated = this.last(node, 'in')?.said.channels ?? []
    const before = stated.find((each) => each.lane === lane && each.direction !== direction)
    const start = Math.min(before?.seq ?? 0, seq)
    const walk = new ChannelWalk({ seq: start, hash: start === 0 ? '' : start === before?.seq ? before.hash : null })
    const rows = this.#file.each(
      `select seq, type, hash, header from ${tables[direction]} where chan = ? and seq > ? and seq <= ? order by seq`,
      this.#chan(node, lane, direction),
      start,
      seq,
    )
    for (const row of rows) {
      walk.add({ seq: whole(row, 'seq'), type: text(row, 'type'), hash: text(row, 'hash'), header: text(row, 'header') })
    }
    walk.finish(Math.min(seq, last))
    return { ...this.#at(node, lane, direction, seq), last, fault: walk.fault }
  }

  /** The newest statement given to or got from a node. */
  last(node: string, direction: 'in' | 'out'): KeptStatement | undefined {
    const row = this.#file.row(
      'select * from statement where node = ? and direction = ? order by n desc limit 1',
      node,
      direction,
    )
    return row && statementOf(row)
  }

  /** Whether a node had no statement for a day; the first is due a day after the books were opened. */
  isDue(node: string, nowMs: number, clock: { iso(ms: number): string; msOf(iso: string): number }): boolean {
    this.#file.run(`insert or ignore into meta (key, value) values ('stated_from', ?)`, clock.iso(nowMs))
    const begun = this.#file.row(`select value from meta where key = 'stated_from'`)
    const since = this.last(node, 'out')?.at ?? (begun ? text(begun, 'value') : '')
    return nowMs - clock.msOf(since) >= DAY_MS
  }

  keep({ node, direction, at, said, differences }: KeptStatement): void {
    this.#file.run(
      'insert into statement (node, direction, at, said, differences) values (?, ?, ?, ?, ?)',
      ...[node, direction, at, JSON.stringify(said), JSON.stringify(differences)],
    )
  }

  /** When open requests of a node were stored. */
  listOpen(node: string): string[] {
    const rows = this.#file.rows(`select received from inbox where state = 'open' and sender = ?`, node)
    return rows.map((row) => text(row, 'received'))
  }

  /** How many things of a node could not be used. */
  countParked(node: string): number {
    const row = this.#file.row('select count(*) as n from parked where sender = ?', node)
    return row ? whole(row, 'n') : 0
  }
}
