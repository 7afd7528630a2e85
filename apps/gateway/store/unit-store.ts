/** What a gateway answers from: the unit's own rows, read as of a basis. */
import type { Basis, Cell, PlatformProof, RecordName, SilenceReason, StateLetter, Statement } from '#sources/contract'
import type { Header } from '#wire'
import type { AskedByHand, HandAnswer, ManualQuestion } from './unit-register.ts'

/** A row that carries a number asked about. Names are folded for comparison. */
export interface Found {
  id: string
  name: string
  /** folded former name; empty when there is none */
  former: string
  /** JSON text of the answer row: cells in the order of the catalogue's `answerColumns` */
  cells: string
  /** the row has an error and is not used; it only keeps an absence from being proven */
  faulty?: true
}

/** How a record type stands as a whole. */
export interface RecordStanding {
  /** null: answered; else the letter and reason of every pair */
  silent: { letter: StateLetter; reason: SilenceReason } | null
  /** set when an absence proves nothing: cut off or stale */
  incomplete: SilenceReason | null
}

/** Columns rows may be looked up by, besides the number. */
export type LookupColumn = 'register_household_no' | 'father_id' | 'mother_id'

/** The unit's data as of one basis. */
export interface PreparedStore {
  statement: Statement
  standing(record: RecordName): RecordStanding
  /** letter of the persons listed as unanswered for a record type, by number */
  listed(record: RecordName, ids: readonly string[]): ReadonlyMap<string, StateLetter>
  /** accepted rows with these numbers; marriages by either party */
  byNumber(record: RecordName, ids: readonly string[]): Promise<Found[]>
  /** accepted normal register rows by another column */
  registerBy(column: LookupColumn, values: readonly string[]): Promise<Found[]>
  /** all accepted rows of a record type */
  all(record: RecordName): AsyncIterable<Found> | Iterable<Found>
}

/** A person to ask a service about. */
export interface AskedPerson {
  id: string
  /** names the person is known by, as written */
  names: readonly string[]
}

/** What a service said. Who is in neither has no record: the service said so in words. */
export interface Told {
  found: Found[]
  /** letter of those the service did not answer for */
  unanswered: ReadonlyMap<string, StateLetter>
  proof: PlatformProof
}

/** What a question rests on, as its envelope says: services want to be told. */
export type Grounds = Pick<Header, 'auth' | 'purpose' | 'legalBasis' | 'caseNo' | 'operator'>

/** A unit whose rows are had from a service that is asked person by person: nothing can be counted or listed. */
export interface PreparedService {
  statement: Statement
  standing(record: RecordName): RecordStanding
  ask(record: RecordName, persons: readonly AskedPerson[]): Promise<Told>
  /** the same, asked on the grounds of a request */
  onGrounds(grounds: Grounds): PreparedService
}

/** A unit's store. */
export interface UnitStore {
  /** Notes that the unit is about to state what it has: data that changed since are read anew. */
  refresh(basis: Basis): void
  /** Gets the data ready as of a basis; the same basis again costs nothing. */
  prepare(basis: Basis): Promise<PreparedStore | PreparedService>
  /** Keeps what only a person can look up, once for each request; left out where nobody answers by hand. */
  keepQuestions?(questions: readonly ManualQuestion[]): void
  /** What a person found when the same was asked before in the same campaign. */
  findHandAnswer?(asked: AskedByHand): HandAnswer | undefined
  close(): Promise<void>
}

/** The unit's own number of the row: the first cell. */
export function recordIdOf(found: Found): string {
  return String(cellsOf(found)[0])
}

/** The cells of a row by column. */
export function cellsOf(found: Found): Cell[] {
  return JSON.parse(found.cells) as Cell[]
}
