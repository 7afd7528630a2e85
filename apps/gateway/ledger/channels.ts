/**
 * The numbered channels of a ledger: what came in, what goes out, and the other side's receipts for it. A channel is one of
 * a hop, or leads from end to end and is carried by hops; the rules are the same.
 */
import {
  channelOf,
  type Frame,
  type Header,
  headerText,
  keptHeader,
  type Lane,
  LedgerFault,
  type Place,
  type Receipt,
  type Sealed,
} from '#wire'
import { bytes, type LedgerFile, type Row, text, whole } from './ledger-file.ts'

/** What a message that came in is to its channel. */
export type Arrival =
  | { is: 'new' }
  /** stored before, at that time */
  | { is: 'known'; at: string }
  | { is: 'refused'; code: 'same_id' | 'order' | 'chain' | 'foreign_channel'; message: string; expect: number | null }

/** How a message that came in is kept. */
export interface Keeping {
  lane: Lane
  hash: string
  received: string
  /** open: to be answered */
  state: 'open' | 'done'
  /** kept while it is needed; the header stays for good */
  body: Uint8Array | null
}

function frameOf(row: Row): Frame | undefined {
  const body = bytes(row, 'body')
  return body && { header: keptHeader<Header>(text(row, 'header')), body }
}

/** Channels of one node. */
export class Channels {
  readonly #file: LedgerFile
  readonly #nodeId: string

  constructor(file: LedgerFile, nodeId: string) {
    this.#file = file
    this.#nodeId = nodeId
  }

  #last(table: 'inbox' | 'outbox', chan: string): { seq: number; head: string } {
    const row = this.#file.row(`select seq, hash from ${table} where chan = ? order by seq desc limit 1`, chan)
    return row ? { seq: whole(row, 'seq'), head: text(row, 'hash') } : { seq: 0, head: '' }
  }

  /** The last message that came in from a node. */
  received(from: string, lane: Lane): { seq: number; head: string } {
    return this.#last('inbox', channelOf(from, this.#nodeId, lane))
  }

  /** The last message numbered to a node. */
  sent(to: string, lane: Lane): { seq: number; head: string } {
    return this.#last('outbox', channelOf(this.#nodeId, to, lane))
  }

  /** Up to this number a node's receipts are kept. */
  receipted(to: string, lane: Lane): number {
    const open = this.#file.row(
      'select seq from outbox where chan = ? and receipt is null order by seq limit 1',
      channelOf(this.#nodeId, to, lane),
    )
    return open ? whole(open, 'seq') - 1 : this.sent(to, lane).seq
  }

  /** What a message is to its channel. */
  judge(header: Header, hash: string): Arrival {
    const { chan, seq, from, id, prev } = header
    const known = this.#file.row(
      'select hash, received from inbox where (chan = ? and seq = ?) or (sender = ? and id = ?)',
      chan,
      seq,
      from,
      id,
    )
    if (known) {
      if (text(known, 'hash') === hash) return { is: 'known', at: text(known, 'received') }
      return { is: 'refused', code: 'same_id', message: '同一编号的报文内容不同，已报警', expect: null }
    }
    const { seq: last, head } = this.#last('inbox', chan)
    if (seq !== last + 1) return { is: 'refused', code: 'order', message: `报文序号应为 ${last + 1}`, expect: last + 1 }
    if (prev === head) return { is: 'new' }
    return { is: 'refused', code: 'chain', message: '报文与上一条的摘要不连续，已报警', expect: null }
  }

  /** Stores a message that is new. */
  keep(header: Header, { hash, received, lane, state, body }: Keeping): void {
    this.#file.run(
      `insert into inbox (chan, seq, sender, id, hash, type, header, received, lane, state, body)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[header.chan, header.seq, header.from, header.id, hash, header.type, headerText(header), received, lane, state],
      body,
    )
  }

  /** Puts a sealed message into the outbox. */
  post({ header, body, hash }: Sealed): void {
    this.#file.run(
      `insert into outbox (chan, seq, id, receiver, hash, type, corr, header, created, body, size)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[header.chan, header.seq, header.id, header.to, hash, header.type, header.corr, headerText(header), header.created],
      body,
      body.length,
    )
  }

  /** The number and size of messages after a number, oldest first, within the credit; one at least when there is any. */
  #within(chan: string, after: number, credit: { messages: number; bytes: number }): number {
    const rows = this.#file.rows(
      'select seq, size from outbox where chan = ? and seq > ? order by seq limit ?',
      chan,
      after,
      Math.max(1, credit.messages),
    )
    let last = after
    let size = 0
    for (const row of rows) {
      size += whole(row, 'size')
      if (last > after && size > credit.bytes) break
      last = whole(row, 'seq')
    }
    return last
  }

  /** The header of a message sent. */
  findSent(id: string): Header | null {
    const row = this.#file.row('select header from outbox where id = ?', id)
    return row ? keptHeader<Header>(text(row, 'header')) : null
  }

  /** Messages after a place, as they were sealed. Throws LedgerFault when the place is none of this book. */
  listOutgoing(to: string, lane: Lane, after: Place, credit: { messages: number; bytes: number }): Frame[] {
    const chan = channelOf(this.#nodeId, to, lane)
    this.#checkPlace(chan, after)
    const last = this.#within(chan, after.seq, credit)
    const rows = this.#file.rows(
      'select header, body from outbox where chan = ? and seq > ? and seq <= ? order by seq',
      chan,
      after.seq,
      last,
    )
    return rows.map((row) => {
      const frame = frameOf(row)
      if (frame) return frame
      throw new LedgerFault('ahead', `${to} 索要的报文早已有它的回执、正文已清除：它的账册像是旧的副本，请人工核查`)
    })
  }

  #checkPlace(chan: string, { seq, head }: Place): void {
    if (seq === 0) return
    const row = this.#file.row('select hash from outbox where chan = ? and seq = ?', chan, seq)
    if (!row) {
      throw new LedgerFault(
        'ahead',
        `对方已收到通道 ${chan} 的第 ${seq} 条，本节点没有发过：本节点的账册像是旧的副本，请人工核查`,
      )
    }
    if (head !== undefined && head !== text(row, 'hash')) {
      throw new LedgerFault('chain', `通道 ${chan} 第 ${seq} 条的摘要与对方所记不同，请人工核查`)
    }
  }

  /**
   * Notes receipts with the frame that bears them; what only carried something of other nodes needs its body no longer.
   * Throws LedgerFault when one fits no message sent.
   */
  saveReceipts(from: string, receipts: readonly Receipt[], frame: Uint8Array, received: string): void {
    const [first] = receipts
    if (first === undefined) return
    const kept = this.#file.row('insert into receipt (received, frame) values (?, ?) returning n', received, frame)
    const n = kept ? whole(kept, 'n') : null
    for (const receipt of receipts) this.#saveReceipt(from, receipt, n)
  }

  #saveReceipt(from: string, { id, chan, seq, hash }: Receipt, n: number | null): void {
    const changed = this.#file.run(
      `update outbox set receipt = ?, body = case when type = 'relay' then null else body end
        where chan = ? and seq = ? and id = ? and hash = ? and receiver = ? and receipt is null`,
      ...[n, chan, seq, id, hash, from],
    )
    if (changed > 0) return
    const known = this.#file.row('select hash, receiver from outbox where chan = ? and seq = ? and id = ?', chan, seq, id)
    if (known?.hash === hash && known.receiver === from) return
    throw new LedgerFault('receipt', `${from} 的回执（通道 ${chan} 第 ${seq} 条）与所发报文不符，请人工核查`)
  }

  /** Receipts of what is stored of a lane after a number. */
  listReceipts(from: string, lane: Lane, after: number, limit: number): Receipt[] {
    const chan = channelOf(from, this.#nodeId, lane)
    const sql = 'select id, seq, hash, received from inbox where chan = ? and seq > ? order by seq limit ?'
    return this.#file.rows(sql, chan, after, limit).map((row) => ({
      id: text(row, 'id'),
      chan,
      seq: whole(row, 'seq'),
      hash: text(row, 'hash'),
      at: text(row, 'received'),
    }))
  }

  /** A message to a node after a number that its receipts do not reach, one by one as they go out again. */
  nextSent(to: string, lane: Lane, after: number): Frame | undefined {
    const chan = channelOf(this.#nodeId, to, lane)
    const row = this.#file.row('select header, body from outbox where chan = ? and seq > ? order by seq limit 1', chan, after)
    return row && frameOf(row)
  }

  /** Bodies of receipted messages written before an instant are dropped; header, hash and receipt stay. */
  dropBodies(before: string): number {
    return this.#file.run('update outbox set body = null where body is not null and receipt is not null and created < ?', before)
  }

  /** Messages that wait for a receipt, and their bytes. */
  waiting(): { messages: number; bytes: number } {
    const row = this.#file.row('select count(*) as messages, coalesce(sum(size), 0) as size from outbox where receipt is null')
    return { messages: row ? whole(row, 'messages') : 0, bytes: row ? whole(row, 'size') : 0 }
  }
}

/** The receipt of a message that came in. */
export function receiptOf({ id, chan, seq }: Header, hash: string, at: string): Receipt {
  return { id, chan, seq, hash, at }
}
