/**
 * Requests of a unit's askers: which wait, which failed too often, what was cancelled or withdrawn, and the answers by their
 * business key, which never expires. Everything is per asker: none can cancel, withdraw or fetch what is another's.
 */
import type { EncodedBody, Frame, Header, Lane, MessageType } from '#wire'
import type { LogSeal } from '../log-seal.ts'
import { bytes, type LedgerFile, type Row, text, whole } from './ledger-file.ts'

/** A request that waits, or that failed too often. */
export interface HeldRequest extends Frame {
  /** place in the ledger */
  n: number
  lane: Lane
  attempts: number
  /** when it was stored */
  received: string
  /** why it failed last */
  note: string
}

/** An answer as it was given, for the same question asked again. */
export interface StoredAnswer {
  type: MessageType
  lines: string[]
  /** root of the question: the same key with another question is no repeat */
  asked: string
  subject: string
  rows: number
  /** when it was given */
  answered: string
}

const HELD = 'n, header, body, lane, attempts, received, note'

function heldOf(row: Row): HeldRequest[] {
  const body = bytes(row, 'body')
  if (!body) return []
  const header = JSON.parse(text(row, 'header')) as Header
  const lane = text(row, 'lane') === 'single' ? 'single' : 'batch'
  const [n, attempts] = [whole(row, 'n'), whole(row, 'attempts')]
  return [{ header, body, n, lane, attempts, received: text(row, 'received'), note: text(row, 'note') }]
}

/** The requests of one unit. */
export class RequestBook {
  readonly #file: LedgerFile
  readonly #seal: LogSeal

  constructor(file: LedgerFile, seal: LogSeal) {
    this.#file = file
    this.#seal = seal
  }

  /** The next requests to answer, up to a number and size: single cases before batches, each in the order they came. */
  nextOpen(limit: number, maxBytes: number): HeldRequest[] {
    const open = (lane: Lane): HeldRequest[] =>
      this.#file
        .rows(`select ${HELD} from inbox where state = 'open' and lane = ? order by n limit ?`, lane, limit)
        .flatMap(heldOf)
    const single = open('single')
    const held = single.length > 0 ? single : open('batch')
    let size = 0
    return held.filter((each, i) => {
      size += each.body.length
      return i === 0 || size <= maxBytes
    })
  }

  /** Whether a single case waits. */
  hasOpenSingle(): boolean {
    return this.#file.row(`select n from inbox where state = 'open' and lane = 'single' limit 1`) !== undefined
  }

  /** How many requests wait, of a lane or of both. */
  openCount(lane?: Lane): number {
    const sql = `select count(*) as open from inbox where state = 'open' and (?1 is null or lane = ?1)`
    const row = this.#file.row(sql, lane ?? null)
    return row ? whole(row, 'open') : 0
  }

  /** How many requests wait, how many messages came in at all. */
  counts(): { open: number; received: number } {
    const row = this.#file.row('select count(*) as received from inbox')
    return { open: this.openCount(), received: row ? whole(row, 'received') : 0 }
  }

  /** When the longest waiting request was stored; null when none waits. */
  oldestOpen(): string | null {
    const row = this.#file.row(`select min(received) as oldest from inbox where state = 'open'`)
    return row && row.oldest !== null ? text(row, 'oldest') : null
  }

  /** Counts a failed attempt; gives how many there are now. */
  noteFailure(n: number, note: string): number {
    const row = this.#file.row('update inbox set attempts = attempts + 1, note = ? where n = ? returning attempts', note, n)
    return row ? whole(row, 'attempts') : 0
  }

  /** Ends a request: its body, which names persons, is dropped; its header stays as proof. */
  settle(n: number, state: 'answered' | 'refused'): void {
    this.#file.run('update inbox set state = ?, body = null where n = ?', state, n)
  }

  /** Sets a request aside that failed too often: it keeps its body until a person decides. */
  setAside(n: number): void {
    this.#file.run(`update inbox set state = 'dead' where n = ?`, n)
  }

  /** Requests that were set aside, oldest first. */
  listDead(limit: number): HeldRequest[] {
    return this.#file.rows(`select ${HELD} from inbox where state = 'dead' order by n limit ?`, limit).flatMap(heldOf)
  }

  findDead(id: string): HeldRequest | undefined {
    return this.#file.rows(`select ${HELD} from inbox where state = 'dead' and id = ?`, id).flatMap(heldOf)[0]
  }

  /** Puts a request that was set aside back into its queue. */
  reopen(n: number): void {
    this.#file.run(`update inbox set state = 'open', attempts = 0 where n = ?`, n)
  }

  /** A request of an asker, whatever became of it; its body may be gone. */
  findRequest({ from, id }: Header): { header: Header; state: string; lane: Lane } | undefined {
    const row = this.#file.row(`select header, state, lane from inbox where type = 'request' and sender = ? and id = ?`, from, id)
    if (!row) return undefined
    const header = JSON.parse(text(row, 'header')) as Header
    return { header, state: text(row, 'state'), lane: text(row, 'lane') === 'single' ? 'single' : 'batch' }
  }

  /** Whether something went out to an asker in answer to its request before. */
  isAnswered({ from, id }: Header): boolean {
    return this.#file.row('select id from outbox where corr = ? and receiver = ? limit 1', id, from) !== undefined
  }

  /**
   * Keeps an answer under its business key, by the body that went out with it: it is packed already. Corrections of one that stood there
   * before fall with it.
   */
  keepAnswer(request: Header, answer: Omit<StoredAnswer, 'lines'>, { packed }: Pick<EncodedBody, 'packed'>): void {
    this.#file.run('delete from correction where asker = ? and idem = ?', request.from, request.idem)
    this.#file.run(
      `insert into answer (asker, idem, asked, answered, type, lines, subject, row_count) values (?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (asker, idem) do update set asked = excluded.asked, answered = excluded.answered, type = excluded.type,
         lines = excluded.lines, subject = excluded.subject, row_count = excluded.row_count`,
      ...[request.from, request.idem, answer.asked, answer.answered, answer.type, this.#seal.sealPacked(packed)],
      ...[answer.subject, answer.rows],
    )
  }

  /** Keeps a correction: whoever asks the same again gets it after the answer. */
  keepCorrection({ from, idem }: Header, lines: readonly string[]): void {
    this.#file.run('insert into correction (asker, idem, lines) values (?, ?, ?)', from, idem, this.#packed(lines))
  }

  /** Corrections of an answer, oldest first. */
  listCorrections(asker: string, idem: string): string[][] {
    const rows = this.#file.rows('select lines from correction where asker = ? and idem = ? order by n', asker, idem)
    return rows.map((row) => this.#unpacked(bytes(row, 'lines') ?? Buffer.alloc(0)))
  }

  #packed(lines: readonly string[]): Buffer {
    return this.#seal.sealText(lines.join('\n'))
  }

  /** Lines as they were kept: of a body, which has its nonce before them and a line end after each, or by themselves. */
  #unpacked(sealed: Uint8Array): string[] {
    const lines = this.#seal.openText(sealed).split('\n')
    return lines[0]?.startsWith('{') ? lines : lines.slice(1, -1)
  }

  /** The answer given to an asker under a business key. */
  findAnswer(asker: string, idem: string): StoredAnswer | undefined {
    const row = this.#file.row('select * from answer where asker = ? and idem = ?', asker, idem)
    const sealed = row && bytes(row, 'lines')
    if (!row || !sealed) return undefined
    const type = text(row, 'type') as MessageType
    const [asked, subject, answered] = [text(row, 'asked'), text(row, 'subject'), text(row, 'answered')]
    return { type, lines: this.#unpacked(sealed), asked, subject, rows: whole(row, 'row_count'), answered }
  }

  /** Remembers that an asker cancelled one of its requests, which may not have come yet. */
  cancel(asker: string, request: string, reason: string): void {
    const sql = 'insert into cancelled (asker, request, reason) values (?, ?, ?) on conflict do nothing'
    this.#file.run(sql, asker, request, reason)
  }

  isCancelled({ from, id }: Header): boolean {
    return this.#file.row('select reason from cancelled where asker = ? and request = ?', from, id) !== undefined
  }

  /** Remembers that an asker's authorisation was withdrawn. */
  revoke(asker: string, no: string, withdrawnOn: string, told: string): void {
    this.#file.run(
      `insert into revoked (asker, no, withdrawn_on, told) values (?, ?, ?, ?)
       on conflict (asker, no) do update set withdrawn_on = min(withdrawn_on, excluded.withdrawn_on)`,
      ...[asker, no, withdrawnOn, told],
    )
  }

  /** Numbers of an asker's withdrawn authorisations; only those it told of at or after an instant, where one is given. */
  revoked(asker: string, since = ''): ReadonlySet<string> {
    const rows = this.#file.rows('select no from revoked where asker = ? and told >= ?', asker, since)
    return new Set(rows.map((row) => text(row, 'no')))
  }
}
