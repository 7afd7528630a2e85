/**
 * The durable book of a gateway or relay, in one SQLite file. Every step is one transaction on disk, so a process killed at
 * any moment goes on where it was. What follows from a message is the node's affair (`Behaviour`) and part of the same
 * transaction.
 */
import {
  type Credit,
  type Draft,
  type EncodedBody,
  EnvelopeFault,
  encodeRelay,
  type Frame,
  type Header,
  type Lane,
  type LaneState,
  type Ledger,
  LedgerFault,
  laneOf,
  messageHash,
  type Neighbour,
  openMessage,
  type Place,
  type Receipt,
  type RefusedBy,
  type Sealed,
  sealMessage,
  type Taken,
  type Unusable,
  uuidV7,
  writeFrame,
} from '#wire'
import type { OwnKeys, PeerKeys, SuiteName } from '#wire/contract'
import type { GatewayClock } from '../clock.ts'
import { LogSeal, newLogKey } from '../log-seal.ts'
import { ChainLog } from './chain-log.ts'
import { type Arrival, Channels, receiptOf } from './channels.ts'
import { DISK_FULL, DISK_WARN, DiskWatch, usedShare } from './disk-watch.ts'
import { DiskFull, LedgerFile, text } from './ledger-file.ts'
import { type LogFacts, logEntry } from './log-entry.ts'
import { OutgoingBells } from './outgoing-bells.ts'
import { Parking } from './parking.ts'
import { RequestBook } from './request-book.ts'
import { LEDGER_FILE, SCHEMA } from './schema.ts'
import { StatementBook } from './statement-book.ts'
import { WatchBook } from './watch-book.ts'

/** A node reached through a neighbour: messages to it are sealed to it and carried by relays. */
export interface FarNode extends Neighbour {
  via: string
}

/** A message that came in and is new, within the transaction that stores it. */
export interface Arrived {
  frame: Frame
  lane: Lane
  hash: string
  received: string
}

/** What a node does with what comes in, and how much it takes. */
export interface Behaviour {
  /** A call begins; within its transaction. */
  begin(): void
  /**
   * Does what follows from a new message; within its transaction. A message that cannot be used is parked here and counts as
   * taken: its channel goes on. `open`: it is kept with its body to be answered.
   */
  follow(arrived: Arrived): 'open' | 'done'
  /** What follows once from all messages of a call; within their transaction. */
  finish(): void
  /** What the node takes next. @param used share of the disk in use */
  credit(used: number): Credit
}

/** What a ledger is made for. */
export interface LedgerPlan {
  nodeId: string
  stateDir: string
  /** own keys, newest first; those before open what was sealed to them */
  own: readonly OwnKeys[]
  neighbours: readonly Neighbour[]
  far: readonly FarNode[]
  clock: GatewayClock
  say(text: string): void
  /** share of the disk in use, where it is not the state folder's own */
  diskUsed?: () => number
  lockWaitMs?: number
}

/** What the sender of a message says of it; number, seal and signature follow. */
export type Content = Pick<Draft, 'type'> &
  Partial<Pick<Draft, 'expires' | 'corr' | 'idem' | 'auth' | 'purpose' | 'legalBasis' | 'caseNo' | 'operator' | 'via'>>

/** So much is logged of a text that the other side wrote. */
const NOTE_LENGTH = 500
/** Bodies of own messages stay this long once written, and until their receipt: for a neighbour set up again from a backup. */
const KEEP_BODIES_MS = 30 * 86_400_000

/** The ledger of one node, held by one process alone. */
export class SqliteLedger implements Ledger {
  readonly nodeId: string
  readonly log: ChainLog
  readonly channels: Channels
  readonly requests: RequestBook
  readonly watches: WatchBook
  readonly parking: Parking
  readonly statements: StatementBook
  readonly #file: LedgerFile
  readonly #plan: LedgerPlan
  readonly #behaviour: Behaviour
  readonly #bells = new OutgoingBells()
  readonly #disk: DiskWatch
  readonly #neighbours: ReadonlyMap<string, Neighbour>
  readonly #far: ReadonlyMap<string, FarNode>

  constructor(plan: LedgerPlan, behaviour: (ledger: SqliteLedger) => Behaviour) {
    this.nodeId = plan.nodeId
    this.#plan = plan
    this.#neighbours = new Map(plan.neighbours.map((each) => [each.nodeId, each]))
    this.#far = new Map(plan.far.map((each) => [each.nodeId, each]))
    this.#file = new LedgerFile(plan.stateDir, LEDGER_FILE, SCHEMA, plan.lockWaitMs)
    const seal = new LogSeal(this.#kept('log_key', newLogKey()))
    this.log = new ChainLog(this.#file, seal, this.#kept('log_suite', plan.own[0]?.suite ?? 'ED1') === 'GM1' ? 'GM1' : 'ED1')
    this.channels = new Channels(this.#file, plan.nodeId)
    this.requests = new RequestBook(this.#file, seal)
    this.watches = new WatchBook(this.#file, seal)
    this.parking = new Parking(this.#file)
    this.statements = new StatementBook(this.#file, this.channels, plan.nodeId)
    this.#disk = new DiskWatch(plan.diskUsed ?? (() => usedShare(plan.stateDir)))
    this.#behaviour = behaviour(this)
  }

  /** A fact of this file: what was kept first holds. */
  #kept(key: string, value: string): string {
    this.#file.run('insert or ignore into meta (key, value) values (?, ?)', key, value)
    const row = this.#file.row('select value from meta where key = ?', key)
    return row ? text(row, 'value') : value
  }

  /** Runs work in one transaction on disk. Throws DiskFull when there is no room; nothing is done then. */
  transaction<T>(work: () => T): T {
    return this.#file.transaction(work)
  }

  afterCommit(work: () => void): void {
    this.#file.afterCommit(work)
  }

  now(): string {
    const { clock } = this.#plan
    return clock.iso(clock.nowMs())
  }

  get clock(): GatewayClock {
    return this.#plan.clock
  }

  own(suite: SuiteName): OwnKeys {
    const keys = this.#plan.own.find((each) => each.suite === suite)
    if (!keys) throw new RangeError(`no keys of suite ${suite}`)
    return keys
  }

  async findNeighbour(nodeId: string): Promise<Neighbour | undefined> {
    return this.#neighbours.get(nodeId)
  }

  neighbour(nodeId: string): Neighbour | undefined {
    return this.#neighbours.get(nodeId)
  }

  findFar(nodeId: string): FarNode | undefined {
    return this.#far.get(nodeId)
  }

  /** A gateway shows how its line stands, a relay its calls: nothing is kept. */
  async heard(): Promise<void> {}

  async standing(neighbour: string): Promise<Record<Lane, LaneState>> {
    const of = (lane: Lane): LaneState => ({
      received: this.channels.received(neighbour, lane),
      sent: this.channels.sent(neighbour, lane),
      receipted: this.channels.receipted(neighbour, lane),
    })
    return { batch: of('batch'), single: of('single') }
  }

  async listOutgoing(to: string, lane: Lane, after: Place, credit: { messages: number; bytes: number }): Promise<Frame[]> {
    try {
      return this.channels.listOutgoing(to, lane, after, credit)
    } catch (error) {
      if (error instanceof LedgerFault) this.#alarmOnce(to, error)
      throw error
    }
  }

  /** A contradiction of the books is logged once, however often the neighbour calls. */
  #alarmOnce(neighbour: string, { code, message }: LedgerFault): void {
    this.transaction(() => this.parkNow({ from: neighbour, code, message, bytes: Buffer.from(message) }, null))
  }

  async saveReceipts(neighbour: string, receipts: readonly Receipt[], frame: Uint8Array): Promise<void> {
    if (receipts.length === 0) return
    // lost in a power cut, the messages would only be handed over once more
    this.#file.lightly(() => this.channels.saveReceipts(neighbour, receipts, frame, this.now()))
  }

  async take(neighbour: string, frames: readonly Frame[]): Promise<Taken> {
    return this.transaction(() => {
      const taken: Taken = { receipts: [], refused: null }
      this.#behaviour.begin()
      for (const frame of frames) {
        const outcome = this.#takeOne(neighbour, frame)
        if (outcome.refused) {
          taken.refused = outcome.refused
          break
        }
        taken.receipts.push(outcome.receipt)
      }
      this.#behaviour.finish()
      return taken
    })
  }

  #takeOne(neighbour: string, frame: Frame): { receipt: Receipt; refused?: never } | { refused: NonNullable<Taken['refused']> } {
    const { header } = frame
    const refuse = (code: string, message: string, expect: number | null) => ({
      refused: { code, message, id: header.id, chan: header.chan, expect },
    })
    if (header.from !== neighbour || header.to !== this.nodeId || header.seq === 0) {
      const message = '报文不是该节点发给本节点的编号报文'
      this.parkNow({ from: neighbour, code: 'addressee', message, bytes: writeFrame(frame) }, header)
      return refuse('addressee', message, null)
    }
    const arrival = this.takeIn(frame)
    if (arrival.is === 'refused') return refuse(arrival.code, arrival.message, arrival.expect)
    return { receipt: arrival.receipt }
  }

  /**
   * Stores a message in its channel, with what follows from it; its signature holds. Within a transaction. Used for hops and
   * for what they carry from end to end alike.
   */
  takeIn(frame: Frame): { is: 'stored'; receipt: Receipt } | Extract<Arrival, { is: 'refused' }> {
    const { header } = frame
    const lane = this.#laneOf(header)
    if (lane === null) {
      const refusal = { code: 'foreign_channel', message: '报文通道与收发节点不符' } as const
      this.parkNow({ from: header.from, ...refusal, bytes: writeFrame(frame) }, header)
      return { is: 'refused', ...refusal, expect: null }
    }
    const hash = messageHash(header)
    const arrival = this.channels.judge(header, hash)
    if (arrival.is === 'known') return { is: 'stored', receipt: receiptOf(header, hash, arrival.at) }
    if (arrival.is === 'refused') {
      const { code, message } = arrival
      if (code !== 'order') this.parkNow({ from: header.from, code, message, bytes: writeFrame(frame) }, header)
      return arrival
    }
    const received = this.now()
    const state = this.#behaviour.follow({ frame, lane, hash, received })
    this.channels.keep(header, { hash, received, lane, state, body: state === 'open' ? frame.body : null })
    return { is: 'stored', receipt: receiptOf(header, hash, received) }
  }

  #laneOf(header: Header): Lane | null {
    try {
      return laneOf(header)
    } catch (error) {
      if (error instanceof EnvelopeFault) return null
      throw error
    }
  }

  async listReceipts(neighbour: string, lane: Lane, after: number, limit: number): Promise<Receipt[]> {
    return this.channels.listReceipts(neighbour, lane, after, limit)
  }

  async credit(): Promise<Credit> {
    const nowMs = this.#plan.clock.nowMs()
    const mark = this.#disk.crossed(nowMs)
    if (mark !== null) this.#tellDisk(mark)
    return this.#behaviour.credit(this.#disk.used(nowMs))
  }

  #tellDisk(mark: number): void {
    const share = Math.round(mark * 100)
    const fullText = `警报：磁盘已用 ${share}% 以上，暂停接收新的查询；答复与回执照常发出`
    const text = mark >= DISK_FULL ? fullText : mark >= DISK_WARN ? `警告：磁盘已用 ${share}% 以上，请清理` : '磁盘空间恢复正常'
    this.#plan.say(text)
    try {
      this.transaction(() => this.note('disk', null, { code: `disk_${share}`, note: text }))
    } catch (error) {
      // a disk without any room: the word to a person stands
      if (!(error instanceof DiskFull)) throw error
    }
  }

  async park(unusable: Unusable): Promise<void> {
    this.transaction(() => this.parkNow(unusable, null))
  }

  /** Keeps unusable bytes and says so in the log; within a transaction. The very same again only counts. */
  parkNow({ from, code, message, bytes }: Unusable, header: Header | null): void {
    const isNew = this.parking.keep(from, code, message, bytes, this.now())
    if (!isNew) return
    this.#plan.say(`警报：${message}（来自 ${from || '未知节点'}，${code}）`)
    this.note('parked', header, { from, code, note: message, bytesIn: bytes.byteLength })
  }

  /** The own log says what the other side did not take: an entry about the message, or about the line. */
  async noteRefused(neighbour: string, { code, message, id, chan }: RefusedBy): Promise<void> {
    const header = id === null ? null : this.channels.findSent(id)
    const facts = { from: this.nodeId, to: neighbour, message: id ?? '', chan: chan ?? '' }
    const note = message.slice(0, NOTE_LENGTH)
    this.transaction(() => this.note('refused_by', header, { ...(header ? {} : facts), code: code.slice(0, NOTE_LENGTH), note }))
  }

  nextOutgoing(neighbour: string, ms: number): { rung: Promise<void>; cancel(): void } {
    return this.#bells.next(neighbour, ms)
  }

  /** Appends to the log; within a transaction. */
  note(event: string, header: Header | null, facts: LogFacts): void {
    this.log.append(logEntry(this.now(), event, header, facts))
  }

  /** The lines of a verified message for this node, under whichever of its keys it was sealed to. Throws EnvelopeFault. */
  open({ header, body }: Frame): string[] {
    const keys = this.#plan.own.filter((each) => each.suite === header.suite)
    for (const [i, own] of keys.entries()) {
      try {
        return openMessage(header, body, own)
      } catch (error) {
        const isOther = error instanceof EnvelopeFault && error.fault === 'sealed'
        if (!isOther || i === keys.length - 1) throw error
      }
    }
    throw new EnvelopeFault('suite', `本节点没有密码套件 ${header.suite} 的密钥`)
  }

  /**
   * Numbers, seals and signs a message as the next of its channel and puts it into the outbox; to a far node also into a
   * relay to the neighbour on the way. Within a transaction.
   */
  post(to: string, lane: Lane, content: Content, encode: (suite: SuiteName) => EncodedBody): Sealed & { encoded: EncodedBody } {
    const far = this.#far.get(to)
    const receiver = far ?? this.#neighbours.get(to)
    const peer: PeerKeys | undefined = receiver?.peers[0]
    if (!receiver || !peer) throw new RangeError(`no node ${to}`)
    const body = encode(receiver.suite)
    const sealed = sealMessage(this.#draft(to, lane, content, body), body, this.own(receiver.suite), peer)
    this.channels.post(sealed)
    if (far) this.carry(far.via, lane, writeFrame(sealed), [])
    else this.#file.afterCommit(() => this.#bells.ring(to))
    return { ...sealed, encoded: body }
  }

  #draft(to: string, lane: Lane, content: Content, body: EncodedBody): Draft {
    const { seq, head } = this.channels.sent(to, lane)
    const now = this.#plan.clock.nowMs()
    const numbered = {
      lane,
      id: uuidV7(now),
      seq: seq + 1,
      prev: head,
      from: this.nodeId,
      to,
      created: this.#plan.clock.iso(now),
    }
    const empty = { expires: null, corr: null, idem: body.root, auth: '', purpose: '', legalBasis: '', caseNo: '', operator: '' }
    return { ...empty, ...content, ...numbered }
  }

  /** Hands a frame of other nodes, or for a far node, to a neighbour as it is. Within a transaction. */
  carry(neighbour: string, lane: Lane, inner: Buffer, via: readonly string[]): Sealed {
    return this.post(neighbour, lane, { type: 'relay', via }, (suite) => encodeRelay(inner, suite))
  }

  /** Drops the bodies of own messages that are old and receipted; gives how many. */
  tidy(): number {
    const before = this.#plan.clock.iso(this.#plan.clock.nowMs() - KEEP_BODIES_MS)
    return this.transaction(() => this.channels.dropBodies(before))
  }

  /** Lets the file grow to so many pages, and no further: a disk without room, for whoever must see that borne. */
  limitPages(pages: number): void {
    this.#file.limitPages(pages)
  }

  close(): void {
    this.#bells.ringAll()
    this.#file.close()
  }
}
