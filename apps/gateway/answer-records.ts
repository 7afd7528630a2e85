/**
 * Answering `records`: for each subject and record type one state, in this order: not authorised; unanswered as a whole
 * or for this person; hit; name mismatch; incomplete; none. A pair that its authorisation does not cover is never looked
 * up.
 */

import { foldName, type NameVariants, nameVariants, sameFolded } from '#kernel/person-name'
import { compareCodePoints } from '#kernel/text'
import {
  type Category,
  covers,
  isOldEnough,
  PAPER_CELLS,
  type PlatformProof,
  type RecordName,
  type RecordsHead,
  readSubjects,
  readTerms,
  recordTypeOf,
  type SilenceReason,
  type StateLetter,
  type SubjectCells,
} from '#sources/contract'
import {
  type AskedPerson,
  type Found,
  type PreparedService,
  type PreparedStore,
  type RecordStanding,
  recordIdOf,
} from './store/unit-store.ts'

/** Lines of the answer after its head, and what the log keeps. */
export interface RecordsResult {
  lines: string[]
  asked: number
  /** rows given */
  rows: number
  /** one line per subject: number, states, rows, authorisations; names persons */
  log: string[]
  /** record types whose rows came over a sharing platform */
  platform: PlatformProof[]
  /** what was answered "pending" because only a person can look it up */
  byHand: HandQuestion[]
}

/** A subject's record type that a person looks up. */
export interface HandQuestion {
  record: RecordName
  /** number of the subject in its batch */
  i: number
  /** place of the record type among the subject's states */
  place: number
  idNumber: string
  names: readonly string[]
  /** numbers of all its authorisations, as the log has them */
  papers: string
  /** those of them that cover this record type; empty where none is needed */
  covering: readonly string[]
}

/** A subject with what may be looked up about it. */
interface Asked {
  i: number
  idNumber: string
  names: readonly string[]
  /** names folded for comparison, once something was found */
  folded: readonly string[] | undefined
  /** indexes of the record types it wants */
  want: readonly number[]
  /** bits of the record types, by index, that the authorisations cover */
  allowed: number
  revoked: boolean
  /** numbers of its authorisations, for the log */
  papers: string
  /** its authorisations as they came */
  cells: SubjectCells[4]
}

/** One record type of the request with what was found in it. */
interface Column {
  record: RecordName
  standing: RecordStanding
  listed: ReadonlyMap<string, StateLetter>
  found: ReadonlyMap<string, readonly Found[]>
  proof?: PlatformProof
}

/** The parts of one subject's answer. */
interface Line {
  states: string
  rows: string[]
  rowCount: number
  mismatch: Record<string, string>
  why: Record<string, SilenceReason>
  silent: boolean
  /** how many of the states are "none" */
  none: number
}

/** What a paper of the request covers: bits of the record types by index, `own` ones apart, which need no paper. */
interface PaperCover {
  bits: number
  isOldEnough(idNumber: string): boolean
}

/** Tells what may be looked up about each subject of a request. */
class Permit {
  readonly #head: RecordsHead
  readonly #revoked: ReadonlySet<string>
  readonly #own: number
  readonly #papers: readonly PaperCover[]

  /** @param denied record types, by index, that the asker has no right to ask: no paper opens them */
  constructor(head: RecordsHead, revoked: ReadonlySet<string>, denied: ReadonlySet<number>) {
    const { asOf, guardianAge } = head.basis
    const categories = head.records.map((record) => recordTypeOf(record).category)
    const bitsOf = (accepts: (category: Category) => boolean): number =>
      categories.reduce((bits, category, index) => (!denied.has(index) && accepts(category) ? bits | (1 << index) : bits), 0)
    this.#head = head
    this.#revoked = revoked
    this.#own = bitsOf((category) => category === 'own')
    this.#papers = head.papers.map((cells) => {
      const terms = readTerms(cells)
      return {
        bits: bitsOf((category) => covers(terms, category, asOf)),
        isOldEnough: (idNumber) => isOldEnough(terms, { idNumber }, guardianAge),
      }
    })
  }

  /** A subject of a request with what its standing authorisations allow. */
  of([i, idNumber, wanted, names, papers]: SubjectCells): Asked {
    const want = this.#head.wants[wanted]
    if (!want) throw new RangeError('a subject wants a list the request does not have')
    let allowed = this.#own
    let revoked = false
    let numbers = ''
    for (let at = 0; at < papers.length; at += PAPER_CELLS) {
      const no = String(papers[at])
      const paper = this.#papers[Number(papers[at + 1])]
      if (!paper) throw new RangeError('a subject names a paper the request does not have')
      numbers += at === 0 ? no : `+${no}`
      if (this.#revoked.has(no)) revoked = true
      else if ((paper.bits & ~allowed) !== 0 && paper.isOldEnough(idNumber)) allowed |= paper.bits
    }
    return { i, idNumber, names, folded: undefined, want, allowed, revoked, papers: numbers, cells: papers }
  }

  /** Numbers of a subject's standing authorisations that cover a record type; none where it needs none. */
  covering({ idNumber, cells }: Asked, index: number): string[] {
    if ((this.#own & (1 << index)) !== 0) return []
    return cells.flatMap((no, at) => {
      const paper = at % PAPER_CELLS === 0 && !this.#revoked.has(String(no)) && this.#papers[Number(cells[at + 1])]
      return paper && (paper.bits & (1 << index)) !== 0 && paper.isOldEnough(idNumber) ? [String(no)] : []
    })
  }
}

const byHandStanding: RecordStanding = { silent: { letter: 'P', reason: 'not_answered' }, incomplete: null }

/** What a person has to look up: everything asked of such a record type that an authorisation covers. */
function handQuestions(
  records: readonly RecordName[],
  asked: readonly Asked[],
  byHand: ReadonlySet<RecordName>,
  permit: Permit,
): HandQuestion[] {
  return records.flatMap((record, index) => {
    if (!byHand.has(record)) return []
    const wanted = asked.filter((each) => (each.allowed & (1 << index)) !== 0 && each.want.includes(index))
    return wanted.map((each) => {
      const { i, want, idNumber, names, papers } = each
      return { record, i, place: want.indexOf(index), idNumber, names, papers, covering: permit.covering(each, index) }
    })
  })
}

/** The persons with these numbers, with every name they are asked under. */
function personsOf(asked: readonly Asked[], ids: readonly string[]): AskedPerson[] {
  const names = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]))
  for (const each of asked) for (const name of each.names) names.get(each.idNumber)?.add(name)
  return [...names].map(([id, known]) => ({ id, names: [...known] }))
}

async function columnOf(
  record: RecordName,
  index: number,
  asked: readonly Asked[],
  everybody: readonly string[],
  /** null: only a person can look it up */
  store: PreparedStore | PreparedService | null,
): Promise<Column> {
  const standing = store?.standing(record) ?? byHandStanding
  const none = { record, standing, listed: new Map<string, StateLetter>(), found: new Map<string, Found[]>() }
  if (store === null || standing.silent) return none
  const bit = 1 << index
  const isAsked = (each: Asked): boolean => (each.allowed & bit) !== 0 && each.want.includes(index)
  const ids = asked.every(isAsked) ? everybody : [...new Set(asked.filter(isAsked).map((each) => each.idNumber))]
  if (ids.length === 0) return none
  if ('ask' in store) {
    const { found, unanswered, proof } = await store.ask(record, personsOf(asked.filter(isAsked), ids))
    return { record, standing, listed: unanswered, found: Map.groupBy(found, (row) => row.id), proof }
  }
  const listed = store.listed(record, ids)
  const found = await store.byNumber(record, listed.size === 0 ? ids : ids.filter((id) => !listed.has(id)))
  return { record, standing, listed, found: Map.groupBy(found, (row) => row.id) }
}

function isSame(row: Found, names: readonly string[]): boolean {
  return names.some((name) => sameFolded(row.name, name) || (row.former !== '' && sameFolded(row.former, name)))
}

/** A row that names the same person twice (marriages) counts once. */
function distinct(rows: readonly Found[]): readonly Found[] {
  return rows.length < 2 ? rows : [...new Map(rows.map((row) => [row.cells, row])).values()]
}

function smallestId(rows: readonly Found[]): string {
  return rows.map(recordIdOf).sort(compareCodePoints)[0] ?? ''
}

function silence(line: Line, index: number, letter: StateLetter, reason: SilenceReason): void {
  line.states += letter
  line.why[index] = reason
  line.silent = true
}

/** Adds states to the lines of subjects. */
class LineWriter {
  readonly #columns: readonly Column[]
  readonly #variants: NameVariants
  readonly #denied: ReadonlySet<number>

  constructor(columns: readonly Column[], variants: NameVariants, denied: ReadonlySet<number>) {
    this.#columns = columns
    this.#variants = variants
    this.#denied = denied
  }

  of(asked: Asked): Line {
    const line: Line = { states: '', rows: [], rowCount: 0, mismatch: {}, why: {}, silent: false, none: 0 }
    for (const index of asked.want) {
      const column = this.#columns[index]
      if (!column) throw new RangeError('a want list names a record type the request does not have')
      this.#add(line, index, asked, column)
    }
    return line
  }

  #add(line: Line, index: number, asked: Asked, column: Column): void {
    const { silent } = column.standing
    const listed = column.listed.get(asked.idNumber)
    if ((asked.allowed & (1 << index)) === 0) {
      if (this.#denied.has(index)) silence(line, index, 'A', 'no_right')
      else if (asked.revoked) silence(line, index, 'A', 'revoked')
      else line.states += 'A'
    } else if (silent) silence(line, index, silent.letter, silent.reason)
    else if (listed) silence(line, index, listed, 'person_unanswered')
    else this.#addFound(line, index, asked, column)
  }

  #addFound(line: Line, index: number, asked: Asked, column: Column): void {
    const found = column.found.get(asked.idNumber)
    if (found !== undefined) this.#addRows(line, index, asked, found)
    else if (column.standing.incomplete) silence(line, index, 'E', column.standing.incomplete)
    else if (column.record === 'police/register') line.states += 'I'
    else {
      line.states += 'N'
      line.none += 1
    }
  }

  #addRows(line: Line, index: number, asked: Asked, found: readonly Found[]): void {
    asked.folded ??= asked.names.map((name) => foldName(name, this.#variants))
    const { folded } = asked
    const rows = found.some((row) => row.faulty) ? found.filter((row) => !row.faulty) : found
    const hits = distinct(rows.filter((row) => isSame(row, folded)))
    if (hits.length > 0) {
      line.states += 'H'
      line.rowCount += hits.length
      line.rows.push(`"${index}":[${hits.map((row) => row.cells).join(',')}]`)
    } else if (rows.length > 0) {
      line.states += 'M'
      line.mismatch[index] = smallestId(rows)
    } else silence(line, index, 'E', 'faulty_rows')
  }
}

function lineText(i: number, line: Line): string {
  let text = `{"i":${i},"s":"${line.states}"`
  if (line.rows.length > 0) text += `,"r":{${line.rows.join(',')}}`
  if (line.states.includes('M')) text += `,"m":${JSON.stringify(line.mismatch)}`
  if (line.silent) text += `,"why":${JSON.stringify(line.why)}`
  return `${text}}`
}

const noRecords: ReadonlySet<RecordName> = new Set()
const noIndexes: ReadonlySet<number> = new Set()

/**
 * Answers a `records` request, one look-up per record type. `revoked` holds numbers of withdrawn authorisations, `byHand` the
 * record types that only a person can look up, `denied` indexes of the record types that the asker has no right to ask.
 */
export async function answerRecords(
  head: RecordsHead,
  items: readonly string[],
  store: PreparedStore | PreparedService,
  revoked: ReadonlySet<string>,
  byHand: ReadonlySet<RecordName> = noRecords,
  denied: ReadonlySet<number> = noIndexes,
): Promise<RecordsResult> {
  const permit = new Permit(head, revoked, denied)
  const groups = items.map((item) => readSubjects(item).map((subject) => permit.of(subject)))
  const asked = groups.flat()
  const everybody = [...new Set(asked.map((each) => each.idNumber))]
  const columns: Column[] = []
  const storeOf = (record: RecordName) => (byHand.has(record) ? null : store)
  for (const [index, record] of head.records.entries()) {
    columns.push(await columnOf(record, index, asked, everybody, storeOf(record)))
  }
  const writer = new LineWriter(columns, nameVariants(head.basis.nameVariants), denied)
  let rows = 0
  const lines: string[] = []
  const log: string[] = []
  for (const group of groups) {
    let text = ''
    const none: number[] = []
    for (const each of group) {
      const line = writer.of(each)
      if (line.none === line.states.length) none.push(each.i)
      else text += `${text === '' ? '[' : ','}${lineText(each.i, line)}`
      rows += line.rowCount
      log.push(`${each.idNumber} ${line.states} ${line.rowCount} ${each.papers}`)
    }
    if (text !== '') lines.push(`${text}]`)
    if (none.length > 0) lines.push(`{"none":[${none.join()}]}`)
  }
  return {
    lines,
    asked: asked.length,
    rows,
    log,
    platform: columns.flatMap(({ proof }) => proof ?? []),
    byHand: handQuestions(head.records, asked, byHand, permit),
  }
}
