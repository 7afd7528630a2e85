/**
 * Answering `records`: for each subject and record type one state, in this order: not authorised; unanswered as a whole
 * or for this person; hit; name mismatch; incomplete; none. A pair that its authorisation does not cover is never looked
 * up.
 */
import {
  authorises,
  type Category,
  type RecordName,
  type RecordsHead,
  readSubject,
  recordTypeOf,
  type SilenceReason,
  type StateLetter,
  type Subject,
} from '#exchange/contract'
import { foldName, nameVariants, sameFolded } from '#kernel/person-name'
import { compareCodePoints } from '#kernel/text'
import { type Found, type PreparedStore, type RecordStanding, recordIdOf } from './store/unit-store.ts'

/** What was answered about one subject, for the log. */
export interface SubjectLog {
  idNumber: string
  states: string
  rows: number
  authorisations: readonly string[]
}

/** Lines of the answer after its head, and what the log keeps. */
export interface RecordsResult {
  lines: string[]
  asked: number
  log: SubjectLog[]
}

/** A subject with what may be looked up about it. */
interface Asked {
  subject: Subject
  folded: string[]
  /** indexes of the record types it wants */
  want: readonly number[]
  /** by index of the record type: true when the authorisation covers it */
  allowed: readonly boolean[]
  revoked: boolean
}

/** One record type of the request with what was found in it. */
interface Column {
  record: RecordName
  standing: RecordStanding
  listed: ReadonlyMap<string, StateLetter>
  found: ReadonlyMap<string, readonly Found[]>
}

/** The parts of one subject's line. */
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

function askedOf(head: RecordsHead, categories: readonly Category[], revoked: ReadonlySet<string>) {
  const variants = nameVariants(head.basis.nameVariants)
  const { asOf, guardianAge } = head.basis
  const distinct = [...new Set(categories)]
  const places = categories.map((category) => distinct.indexOf(category))
  return (line: string): Asked => {
    const subject = readSubject(line)
    const want = head.wants[subject.want]
    if (!want) throw new RangeError('a subject wants a list the request does not have')
    const standing =
      revoked.size === 0 ? subject.authorisations : subject.authorisations.filter((proof) => !revoked.has(proof.no))
    const covered = distinct.map(
      (category) => category === 'own' || standing.some((proof) => authorises(proof, subject, category, asOf, guardianAge)),
    )
    const allowed = places.map((place) => covered[place] ?? false)
    const folded = subject.names.map((name) => foldName(name, variants))
    return { subject, folded, want, allowed, revoked: standing.length < subject.authorisations.length }
  }
}

async function columnOf(record: RecordName, index: number, asked: readonly Asked[], store: PreparedStore): Promise<Column> {
  const standing = store.standing(record)
  const none = { record, standing, listed: new Map<string, StateLetter>(), found: new Map<string, Found[]>() }
  if (standing.silent) return none
  const ids = new Set<string>()
  for (const each of asked) if (each.allowed[index] && each.want.includes(index)) ids.add(each.subject.idNumber)
  if (ids.size === 0) return none
  const list = [...ids]
  const listed = store.listed(record, list)
  const found = await store.byNumber(record, listed.size === 0 ? list : list.filter((id) => !listed.has(id)))
  return { record, standing, listed, found: Map.groupBy(found, (row) => row.id) }
}

function isSame(row: Found, names: readonly string[]): boolean {
  return names.some((name) => sameFolded(row.name, name) || (row.former !== '' && sameFolded(row.former, name)))
}

/** A row that names the same person twice (marriages) counts once. */
function distinct(rows: readonly Found[]): Found[] {
  return rows.length < 2 ? [...rows] : [...new Map(rows.map((row) => [row.cells, row])).values()]
}

function smallestId(rows: readonly Found[]): string {
  return rows.map(recordIdOf).sort(compareCodePoints)[0] ?? ''
}

function silence(line: Line, index: number, letter: StateLetter, reason: SilenceReason): void {
  line.states += letter
  line.why[index] = reason
  line.silent = true
}

function addState(line: Line, index: number, asked: Asked, column: Column): void {
  const { silent } = column.standing
  const listed = column.listed.get(asked.subject.idNumber)
  if (!asked.allowed[index]) {
    if (asked.revoked) silence(line, index, 'A', 'revoked')
    else line.states += 'A'
  } else if (silent) silence(line, index, silent.letter, silent.reason)
  else if (listed) silence(line, index, listed, 'person_unanswered')
  else addRows(line, index, asked, column)
}

function addRows(line: Line, index: number, asked: Asked, column: Column): void {
  const found = column.found.get(asked.subject.idNumber) ?? []
  const rows = found.filter((row) => !row.faulty)
  const hits = distinct(rows.filter((row) => isSame(row, asked.folded)))
  if (hits.length > 0) {
    line.states += 'H'
    line.rowCount += hits.length
    line.rows.push(`"${index}":[${hits.map((row) => row.cells).join(',')}]`)
  } else if (rows.length > 0) {
    line.states += 'M'
    line.mismatch[index] = smallestId(rows)
  } else if (found.length > 0) silence(line, index, 'E', 'faulty_rows')
  else if (column.standing.incomplete) silence(line, index, 'E', column.standing.incomplete)
  else if (column.record === 'police/register') line.states += 'I'
  else {
    line.states += 'N'
    line.none += 1
  }
}

function lineText(i: number, line: Line): string {
  let text = `{"i":${i},"s":"${line.states}"`
  if (line.rows.length > 0) text += `,"r":{${line.rows.join(',')}}`
  if (line.states.includes('M')) text += `,"m":${JSON.stringify(line.mismatch)}`
  if (line.silent) text += `,"why":${JSON.stringify(line.why)}`
  return `${text}}`
}

/** Answers a `records` request, one look-up per record type. `revoked` holds numbers of withdrawn authorisations. */
export async function answerRecords(
  head: RecordsHead,
  items: readonly string[],
  store: PreparedStore,
  revoked: ReadonlySet<string>,
): Promise<RecordsResult> {
  const categories = head.records.map((record) => recordTypeOf(record).category)
  const asked = items.map(askedOf(head, categories, revoked))
  const columns: Column[] = []
  for (const [index, record] of head.records.entries()) columns.push(await columnOf(record, index, asked, store))
  const lines: string[] = []
  const none: number[] = []
  const log: SubjectLog[] = []
  for (const each of asked) {
    const line: Line = { states: '', rows: [], rowCount: 0, mismatch: {}, why: {}, silent: false, none: 0 }
    for (const index of each.want) {
      const column = columns[index]
      if (!column) throw new RangeError('a want list names a record type the request does not have')
      addState(line, index, each, column)
    }
    const { subject } = each
    if (line.none === line.states.length) none.push(subject.i)
    else lines.push(lineText(subject.i, line))
    const authorisations = subject.authorisations.map((proof) => proof.no)
    log.push({ idNumber: subject.idNumber, states: line.states, rows: line.rowCount, authorisations })
  }
  if (none.length > 0) lines.push(JSON.stringify({ none }))
  return { lines, asked: asked.length, log }
}
