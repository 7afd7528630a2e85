/**
 * What a gateway knows of the unit's own data, in a SQLite file beside the exchange's books: how fresh each record type
 * is, which files were dropped, which persons wait for somebody to look them up. Persons stand sealed.
 */
import { createHmac } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Basis, type Cell, type RecordName, RecordStatement } from '#sources/contract'
import { LogSeal, newLogKey } from '../log-seal.ts'

/** A file of a record type as it was taken. */
export interface TakenFile {
  at: string
  record: RecordName
  file: string
  sha256: string
  rows: number
  accepted: number
  quarantined: number
  /** day the data are of; null when neither the control file nor a row says */
  asOf: string | null
  /** who dropped it; empty for a file that came by the folder */
  by: string
}

/** How a record type stood when the gateway last looked at it. */
export interface RecordFreshness extends RecordStatement {
  /** instant of that look */
  at: string
}

/** A person whom somebody has to look up by hand. */
export interface ManualPerson {
  idNumber: string
  /** names the person is known by, as the asker wrote them */
  names: string[]
  /** numbers of the authorisations that cover the question; empty where none is needed */
  papers: string[]
}

/** A question before it is kept. */
export interface ManualQuestion {
  /** header of the request as JSON; names no person */
  header: string
  /** id of the request */
  request: string
  record: RecordName
  /** number of the subject within its batch */
  subject: number
  /** place of the record type among the states of the subject's answer */
  place: number
  /** day the facts are asked as of */
  asOf: string
  campaign: string
  batch: number
  round: number
  person: ManualPerson
}

/** What a person found; it holds for the same question of the same campaign, so that nobody has to look twice. */
export type HandAnswer =
  | { kind: 'rows'; letter: 'H' | 'M'; rows: readonly (readonly Cell[])[]; recordId: string }
  | { kind: 'none' }
  | { kind: 'refused' }
  /** the authorisation was withdrawn meanwhile */
  | { kind: 'revoked' }

/** What a question asks, whichever request asks it. */
export interface AskedByHand {
  campaign: string
  asOf: string
  record: RecordName
  idNumber: string
}

export type QuestionState = 'open' | 'answered' | 'closed'

/** A question as it is kept; `person` is opened only on demand. */
export interface KeptQuestion extends Omit<ManualQuestion, 'person'> {
  id: number
  at: string
  state: QuestionState
  /** what was answered, or why it was closed; names no person */
  result: string
  by: string
  settledAt: string
}

const SCHEMA = `
pragma journal_mode = wal;
pragma synchronous = full;
create table if not exists meta (key text primary key, value text not null) without rowid;
create table if not exists freshness (record text primary key, statement text not null, at text not null) without rowid;
create table if not exists taken (
  seq integer primary key, at text not null, record text not null, file text not null, sha256 text not null, rows integer not null,
  accepted integer not null, quarantined integer not null, as_of text, by_name text not null
);
create index if not exists taken_sha256 on taken (sha256);
create table if not exists question (
  id integer primary key, at text not null, header text not null, request text not null, record text not null, subject integer not null, place integer not null, as_of text not null,
  campaign text not null, batch integer not null, round integer not null, token text not null, person text not null,
  answer text not null default '', state text not null default 'open',
  result text not null default '', by_name text not null default '', settled_at text not null default '',
  unique (request, record, subject)
);
create index if not exists question_open on question (id) where state = 'open';
create index if not exists question_token on question (token);
`

const QUESTION = `id, at, header, request, record, subject, place, as_of as "asOf", campaign, batch, round, state, result,
  by_name as "by", settled_at as "settledAt"`

/** The register of one unit. */
export class UnitRegister {
  readonly #db: DatabaseSync
  readonly #seal: LogSeal
  readonly #key: string

  constructor(stateDir: string) {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    this.#db = new DatabaseSync(join(stateDir, 'unit.db'), { timeout: 5000 })
    this.#db.exec(SCHEMA)
    this.#db.prepare(`insert or ignore into meta (key, value) values ('key', ?)`).run(newLogKey())
    this.#key = this.#meta('key') ?? ''
    this.#seal = new LogSeal(this.#key)
  }

  #meta(key: string): string | undefined {
    const value = this.#db.prepare('select value from meta where key = ?').get(key)?.value
    return value === undefined ? undefined : String(value)
  }

  /** Notes how the record types stand as of a basis. */
  saveFreshness(basis: Basis, records: readonly RecordStatement[], at: string): void {
    const save = this.#db.prepare('insert or replace into freshness (record, statement, at) values (?, ?, ?)')
    this.#db.exec('begin immediate')
    for (const each of records) save.run(each.record, JSON.stringify(each), at)
    this.#db.prepare(`insert or replace into meta (key, value) values ('basis', ?)`).run(JSON.stringify(basis))
    this.#db.exec('commit')
  }

  /** How the record types stood last. */
  listFreshness(): RecordFreshness[] {
    const rows = this.#db.prepare('select statement, at from freshness').all()
    return rows.map(({ statement, at }) => ({ ...RecordStatement.parse(JSON.parse(String(statement))), at: String(at) }))
  }

  /** The basis of the last question, by which rows are judged. */
  findBasis(): Basis | undefined {
    const text = this.#meta('basis')
    return text === undefined ? undefined : Basis.parse(JSON.parse(text))
  }

  /** Notes a file that was taken. */
  saveTaken(taken: TakenFile): void {
    const { at, record, file, sha256, rows, accepted, quarantined, asOf, by } = taken
    this.#db
      .prepare(
        `insert into taken (at, record, file, sha256, rows, accepted, quarantined, as_of, by_name) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(at, record, file, sha256, rows, accepted, quarantined, asOf, by)
  }

  /** Files that were taken, the newest first. */
  listTaken(limit: number): TakenFile[] {
    return this.#db
      .prepare(
        `select at, record, file, sha256, rows, accepted, quarantined, as_of as "asOf", by_name as "by"
           from taken order by seq desc limit ?`,
      )
      .all(limit) as unknown as TakenFile[]
  }

  /** The file of each record type that is in use. */
  listInUse(): TakenFile[] {
    const newest = this.listTaken(-1)
    return newest.filter((each, i) => newest.findIndex((other) => other.record === each.record) === i)
  }

  /** When a file with this hash was taken for a record type. */
  findTaken(sha256: string, record: RecordName): TakenFile | undefined {
    return this.listTaken(-1).find((each) => each.sha256 === sha256 && each.record === record)
  }

  /** Keeps questions for a person; those of a request that is answered once more are kept once. */
  keepQuestions(questions: readonly ManualQuestion[], at: string): void {
    const keep = this.#db.prepare(
      `insert or ignore into question (at, header, request, record, subject, place, as_of, campaign, batch, round, token, person)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#db.exec('begin immediate')
    for (const { header, request, record, subject, place, asOf, campaign, batch, round, person } of questions) {
      const sealed = this.#seal.seal(JSON.stringify(person))
      const token = this.#token({ campaign, asOf, record, idNumber: person.idNumber })
      keep.run(at, header, request, record, subject, place, asOf, campaign, batch, round, token, sealed)
    }
    this.#db.exec('commit')
  }

  /** Questions in a state: open ones oldest first, settled ones newest first. */
  listQuestions(state: 'open' | 'settled', limit: number, offset = 0): KeptQuestion[] {
    const which = state === 'open' ? `state = 'open' order by id` : `state <> 'open' order by settled_at desc`
    const rows = this.#db.prepare(`select ${QUESTION} from question where ${which} limit ? offset ?`).all(limit, offset)
    return rows as unknown as KeptQuestion[]
  }

  /** How many questions wait. */
  countOpen(): number {
    return Number(this.#db.prepare(`select count(*) as n from question where state = 'open'`).get()?.n ?? 0)
  }

  findQuestion(id: number): KeptQuestion | undefined {
    return this.#db.prepare(`select ${QUESTION} from question where id = ?`).get(id) as unknown as KeptQuestion | undefined
  }

  /** Whom a question is about. */
  getPerson(id: number): ManualPerson {
    const row = this.#db.prepare('select person from question where id = ?').get(id)
    return JSON.parse(this.#seal.open(String(row?.person))) as ManualPerson
  }

  /** Names a question without naming the person. */
  #token({ campaign, asOf, record, idNumber }: AskedByHand): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([campaign, asOf, record, idNumber]))
      .digest('hex')
  }

  /** Open questions that ask the same of the same person, the one named among them: one answer settles them all. */
  listSame(id: number): KeptQuestion[] {
    const same = `state = 'open' and token = (select token from question where id = ?)`
    return this.#db.prepare(`select ${QUESTION} from question where ${same} order by id`).all(id) as unknown as KeptQuestion[]
  }

  /** What a person found when the same was asked before. */
  findHandAnswer(asked: AskedByHand): HandAnswer | undefined {
    const row = this.#db
      .prepare(
        `select answer from question where token = ? and state = 'answered' and answer <> '' order by settled_at desc limit 1`,
      )
      .get(this.#token(asked))
    return row === undefined ? undefined : (JSON.parse(this.#seal.open(String(row.answer))) as HandAnswer)
  }

  /** Ends a question; what was found is kept sealed, a refusal is not: whoever asks again may be answered. */
  settle(id: number, ended: { state: 'answered' | 'closed'; result: string; by: string; at: string; answer?: HandAnswer }): void {
    const { state, result, by, at, answer } = ended
    const isFound = answer !== undefined && (answer.kind === 'rows' || answer.kind === 'none')
    this.#db
      .prepare(`update question set state = ?, result = ?, by_name = ?, settled_at = ?, answer = ? where id = ?`)
      .run(state, result, by, at, isFound ? this.#seal.seal(JSON.stringify(answer)) : '', id)
  }

  close(): void {
    this.#db.close()
  }
}
