/**
 * What a unit watches for its askers, and what it told of it last: the watched content of each row, as a digest under the
 * ledger's own key. Whom a subscription means stands sealed.
 */
import type { PaperCells, RecordName, SubscriptionHead } from '#sources/contract'
import type { Header } from '#wire'
import type { LogSeal } from '../log-seal.ts'
import { type LedgerFile, text } from './ledger-file.ts'

/** A person who is watched. */
export interface WatchedPerson {
  idNumber: string
  names: readonly string[]
  records: readonly RecordName[]
  /** number, what the paper says, hash of the scan */
  papers: readonly [no: string, terms: PaperCells, docHash: string | null][]
}

/** A subscription as it was taken. */
export interface Watched extends WatchedPerson {
  no: string
  until: string
}

/** The message that subscribed persons: what they are watched for, why, and how. */
export interface WatchOrder {
  header: Header
  basis: SubscriptionHead['basis']
  scheme: string
}

/** What was told of a row. */
export interface ToldRow {
  no: string
  record: RecordName
  key: string
  digest: string
}

/** The subscriptions of one unit. */
export class WatchBook {
  readonly #file: LedgerFile
  readonly #seal: LogSeal
  #changes = 0

  constructor(file: LedgerFile, seal: LogSeal) {
    this.#file = file
    this.#seal = seal
  }

  /** Counts what was taken since the start: a look that saw another number is out of date. */
  get changes(): number {
    return this.#changes
  }

  /** Digest of a text under the ledger's own key. */
  digestOf(content: string): string {
    return this.#seal.digest(content)
  }

  /** Keeps the order that its persons are watched by. */
  saveOrder({ header, ...order }: WatchOrder): void {
    const sql = 'insert into watch_order (asker, id, header, head) values (?, ?, ?, ?) on conflict do nothing'
    this.#file.run(sql, header.from, header.id, JSON.stringify(header), JSON.stringify(order))
    this.#changes += 1
  }

  /** Watches a person, or watches him from now on as another order says. */
  save(asker: string, order: string, { no, until, ...person }: Watched): void {
    this.#file.run(
      `insert into watch (asker, no, order_id, until, person) values (?, ?, ?, ?, ?)
       on conflict (asker, no) do update set order_id = excluded.order_id, until = excluded.until, person = excluded.person`,
      ...[asker, no, order, until, this.#seal.seal(JSON.stringify(person))],
    )
    this.#changes += 1
  }

  /** Ends a watch: nothing is kept of what was told. False when there is none. */
  end(asker: string, no: string): boolean {
    this.#file.run('delete from watch_told where asker = ? and no = ?', asker, no)
    this.#file.run('delete from watch_base where asker = ? and no = ?', asker, no)
    this.#changes += 1
    return this.#file.run('delete from watch where asker = ? and no = ?', asker, no) > 0
  }

  /** How many are watched. */
  count(): number {
    return Number(this.#file.row('select count(*) as n from watch')?.n ?? 0)
  }

  /** Orders under which somebody is watched. */
  listOrders(): WatchOrder[] {
    const rows = this.#file.rows(
      'select header, head from watch_order o where exists (select 1 from watch w where w.asker = o.asker and w.order_id = o.id)',
    )
    return rows.map((row) => {
      const order = JSON.parse(text(row, 'head')) as Omit<WatchOrder, 'header'>
      return { ...order, header: JSON.parse(text(row, 'header')) as Header }
    })
  }

  /** Who is watched by an order, opened. */
  listWatched(asker: string, order: string): Watched[] {
    const rows = this.#file.rows('select no, until, person from watch where asker = ? and order_id = ? order by no', asker, order)
    return rows.map((row) => {
      const person = JSON.parse(this.#seal.open(text(row, 'person'))) as WatchedPerson
      return { ...person, no: text(row, 'no'), until: text(row, 'until') }
    })
  }

  /** The record types whose first look was had, of the persons of an order: as `<no> <record>`. */
  listBases(asker: string, order: string): Set<string> {
    const rows = this.#file.rows(
      'select b.no, b.record from watch_base b join watch w using (asker, no) where w.asker = ? and w.order_id = ?',
      asker,
      order,
    )
    return new Set(rows.map((row) => `${text(row, 'no')} ${text(row, 'record')}`))
  }

  /** What was told of the persons of an order, by `<no> <record>`: key of the row → digest. */
  listTold(asker: string, order: string): Map<string, Map<string, string>> {
    const rows = this.#file.rows(
      'select t.no, t.record, t.key, t.digest from watch_told t join watch w using (asker, no) where w.asker = ? and w.order_id = ?',
      asker,
      order,
    )
    const told = new Map<string, Map<string, string>>()
    for (const row of rows) {
      const name = `${text(row, 'no')} ${text(row, 'record')}`
      const known = told.get(name) ?? new Map<string, string>()
      told.set(name, known.set(text(row, 'key'), text(row, 'digest')))
    }
    return told
  }

  /** Notes that a record type of a person was looked at for the first time. */
  saveBase(asker: string, no: string, record: RecordName): void {
    this.#file.run('insert or ignore into watch_base (asker, no, record) values (?, ?, ?)', asker, no, record)
  }

  /** Notes what is told of a row; an empty digest: it is gone. */
  saveTold(asker: string, { no, record, key, digest }: ToldRow): void {
    if (digest === '') {
      this.#file.run('delete from watch_told where asker = ? and no = ? and record = ? and key = ?', asker, no, record, key)
      return
    }
    const sql = 'insert or replace into watch_told (asker, no, record, key, digest) values (?, ?, ?, ?, ?)'
    this.#file.run(sql, asker, no, record, key, digest)
  }
}
