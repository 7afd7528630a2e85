import { setImmediate as turn } from 'node:timers/promises'
import type { CsvRecord } from '#kernel/csv'
import { type FieldIssue, issueMessage } from '#kernel/import-issue'
import type { ReadContext } from '#kernel/table'
import { clean, owned } from '#kernel/text'
import { CopyBytes } from '#platform/copy-bytes'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { SourceOrigin, SourcePlace } from '../package-source.ts'
import { marksHousehold, namedHouseholds } from '../rules/marks.ts'
import { householdOf, leave, type Roll, textOf } from '../rules/roll.ts'
import { judgeRow, type Verdict, withoutConsequences } from '../rules/row-checks.ts'
import { type IssueLine, type QuarantineLine, stageIssues, stageQuarantine, stageRows } from '../store/import.ts'
import type { FileCounts } from '../store/import-run.ts'
import { type Place, rawIndex, type StoredTable, storedTableOf } from '../store/stored-table.ts'
import type { TableRows } from '../table-reader.ts'
import { CORE_TABLES, type CoreTable } from '../tables.ts'
import type { StageQueue } from './stage-queue.ts'

/** How the files stand to what the registry holds already. */
export interface Standing {
  /** Keys of each table named by the files so far: a second row with the same key is a duplicate, not a change. */
  readonly seen: Map<string, Set<string>>
  /** Persons that the files name, taken out of the roll before the first row is judged; each puts itself back. */
  readonly left: Map<string, () => void>
  /** Keys of each table that stand outside the township whose rows alone may change. */
  readonly elsewhere: ReadonlyMap<string, ReadonlySet<string>>
}

/** What the rows of one import have in common while they are read. */
export interface ImportState {
  readonly tx: Tx
  /** Does the work of the database while rows are judged; nothing else may use `tx` meanwhile. */
  readonly queue: StageQueue
  readonly keys: Keys
  readonly roll: Roll
  /** Accepted rows are written where they stay: the registry was empty, and nothing is compared. */
  readonly straight: boolean
  readonly newId: () => string
  /** Division of rows that belong to no known household. */
  readonly districtDivision: string
  readonly severities: { error: number; warn: number }
  /** Household numbers of refused households: rows that name them are marked once they are corrected. */
  readonly refusedHouseholds: Set<string>
  /** Households that a refused row of persons names. */
  readonly incompleteMembers: Set<string>
  /** Households of which the files have the own row or a person. */
  readonly named: Set<string>
  /** Lines of households and payments by table and key, once the district pays by this system; absent before. */
  readonly lines?: Map<string, number>
  /** Absent where the files are judged alone: an empty registry, or a complete package. */
  readonly standing?: Standing
  /** First nine digits of the township whose rows alone may change; null for the district. */
  readonly area: string | null
  /** Where rows stand in a workbook of another form, and what was seen while they were made. */
  readonly origin?: SourceOrigin
}

/** Rows are staged in stretches, so that neither doubtful rows nor unsent text pile up; each statement waits for two turns of the event loop. */
const STRETCH_ROWS = 20_000
const STRETCH_DOUBTS = 5_000
/** So many rows are judged between two turns of the event loop: the line to the database holds no more text than of about as many. */
const TURN_ROWS = 250

interface Doubts {
  issues: IssueLine[]
  rows: QuarantineLine[]
}

/** Where a row stands: the household it names or its subject's, else its own division, else the district. */
export function placeOf(state: ImportState, table: CoreTable, verdict: Verdict, row: number): Place {
  const householdNo = householdOf(state.roll, table, verdict.values)
  const household = householdNo === null ? undefined : state.roll.households.get(householdNo)
  const own = table.name === 'households' || table.name === 'officials' ? textOf(table, verdict.values, 'division_code') : null
  const divisionCode =
    own ?? (table.name === 'divisions' ? textOf(table, verdict.values, 'code') : null) ?? household?.divisionCode
  return { divisionCode: divisionCode ?? state.districtDivision, householdNo, row }
}

/** Where a doubtful row is told: a township sees all that it handed in, also what belongs elsewhere or to nobody. */
function toldAt(state: ImportState, place: Place): Place {
  const { area } = state
  return area === null || place.divisionCode.startsWith(area) ? place : { ...place, divisionCode: `${area}000` }
}

function issueLine(table: CoreTable, issue: FieldIssue, verdict: Verdict, place: Place, origin: SourcePlace | null): IssueLine {
  const position = table.columns.findIndex(({ name }) => name === issue.column)
  const label = table.columns[position]?.label
  const message = issueMessage(issue, { ...(label === undefined ? {} : { label }), empty: verdict.values[position] === null })
  const { row, householdNo, divisionCode } = place
  const { column, code, severity } = issue
  return [table.file, row, column, code, severity, message, householdNo, divisionCode, origin?.sheet, origin?.row]
}

function issueCodes(table: CoreTable, issues: readonly FieldIssue[], severity: 'error' | 'warn'): string[] {
  const order = new Map(table.columns.map(({ name }, i) => [name, i]))
  return issues
    .filter((issue) => issue.severity === severity)
    .sort((a, b) => (order.get(a.column) ?? -1) - (order.get(b.column) ?? -1))
    .map(({ code }) => code)
}

/** Longer texts of refused rows are no keys anybody looks for, and an index cannot hold them. */
const LONGEST_KEY = 600

/** Tables that later files refer to; the keys of the others are forgotten when their file ends. */
export const REFERRED: ReadonlySet<string> = new Set([
  'divisions',
  ...CORE_TABLES.flatMap(({ references }) => references.flatMap(({ tables }) => tables)),
])

const isKeyLike = (text: string): boolean => text.length <= LONGEST_KEY

/** Households a refused row may name, of those that the package knows at all; of a township's rows none that stands elsewhere. */
function knownNames(state: ImportState, table: CoreTable, verdict: Verdict, fields: readonly string[]): string[] {
  if (!marksHousehold(table.name)) return []
  const names = namedHouseholds(table, verdict.values, fields)
  const known = names.filter((name) => state.roll.households.has(name) || (state.refusedHouseholds.has(name) && isKeyLike(name)))
  const { area } = state
  return area === null ? known : known.filter((name) => state.roll.households.get(name)?.divisionCode.startsWith(area) !== false)
}

/** The key of a row with the wrong number of fields, where it most likely stands; nothing that looks like a citizen number. */
function roughKey(run: FileRun, record: CsvRecord): string | null {
  const key = keyOf(run, record)
  return key === '' || /\d{15}/.test(key) ? null : key
}

/** Keyed digest of a row as it stands there: the same fields in whatever file, or the same text where nobody knows which field is which. */
function rawIndexOf(keys: Keys, run: FileRun, record: CsvRecord): Buffer {
  const { width, positions } = run.rows.index
  const text = record.fields.length === width ? positions.map((at) => clean(record.fields[at] ?? '')).join('\u001f') : record.raw
  return rawIndex(keys, run.stored.table.file, text)
}

function quarantineLine(state: ImportState, run: FileRun, record: CsvRecord, verdict: Verdict): QuarantineLine {
  const { table } = run.stored
  const place = toldAt(state, placeOf(state, table, verdict, record.row))
  const refused = verdict.state === 'quarantined'
  const names = refused ? knownNames(state, table, verdict, record.fields) : []
  const references = table.references.map(({ column }) => textOf(table, verdict.values, column))
  return {
    rowId: state.newId(),
    file: table.file,
    row: record.row,
    quarantined: refused,
    codes: issueCodes(table, verdict.issues, refused ? 'error' : 'warn'),
    rawSealed: state.keys.seal(record.raw),
    header: run.rows.header,
    rowKey: textOf(table, verdict.values, table.key) ?? roughKey(run, record),
    names,
    refersTo: refused ? references.filter((key) => key !== null).filter(isKeyLike) : [],
    householdNo: place.householdNo ?? names[0] ?? null,
    divisionCode: place.divisionCode,
    rawIndex: rawIndexOf(state.keys, run, record),
    place: state.origin?.placeOf(table.file, record.row) ?? null,
  }
}

function takeNote(state: ImportState, table: CoreTable, line: QuarantineLine): void {
  if (!line.quarantined) return
  if (table.name === 'households' && line.rowKey !== null) state.refusedHouseholds.add(line.rowKey)
  if (table.name === 'persons') for (const name of line.names) state.incompleteMembers.add(name)
}

function count(counts: FileCounts, verdict: Verdict): void {
  counts.rows++
  counts.normalised += verdict.normalised
  counts[verdict.state]++
}

/** One file being read: its stored form, its rows, and where to write. */
interface FileRun {
  readonly stored: StoredTable
  readonly rows: TableRows
  readonly ctx: ReadContext
  readonly counts: FileCounts
  readonly doubts: Doubts
  /** Lines of accepted rows that are not sent yet. */
  readonly lines: CopyBytes
  readonly pieces: Uint8Array[]
}

/** Key of a row before it is judged, cleaned as keys are. */
function keyOf(run: FileRun, record: CsvRecord): string {
  const position = run.stored.table.columns.findIndex(({ name }) => name === run.stored.key)
  return clean(record.fields[run.rows.index.positions[position] ?? -1] ?? '')
}

/** Takes the row that stands there out of the roll, so that the file's is judged as if it were not; gives what puts it back. */
function leaveStanding(state: ImportState, table: CoreTable, key: string): () => void {
  const nothing = () => undefined
  if (state.standing === undefined || !REFERRED.has(table.name)) return nothing
  const seen = state.standing.seen.get(table.name) ?? new Set<string>()
  state.standing.seen.set(table.name, seen)
  if (seen.has(key)) return nothing
  seen.add(owned(key))
  return table.name === 'persons' ? (state.standing.left.get(key) ?? nothing) : leave(state.roll, table, key)
}

const OUTSIDE: FieldIssue = { column: '', code: 'OUTSIDE_AREA', severity: 'error' }

/** An accepted row of another township is not taken from this one. */
function heldToArea(state: ImportState, table: CoreTable, verdict: Verdict, row: number): Verdict {
  if (state.area === null || verdict.state !== 'accepted') return verdict
  if (placeOf(state, table, verdict, row).divisionCode.startsWith(state.area)) return verdict
  leave(state.roll, table, textOf(table, verdict.values, table.key) ?? '')
  return { ...verdict, state: 'quarantined', issues: [...verdict.issues, OUTSIDE] }
}

function judge(state: ImportState, run: FileRun, record: CsvRecord): Verdict {
  const { table } = run.stored
  // only what stands there already is looked at by its key before the row is read
  const key = state.standing === undefined ? '' : keyOf(run, record)
  const seen = state.origin === undefined ? [] : [...state.origin.issuesOf(table.file, record.row)]
  if (state.standing?.elsewhere.get(table.name)?.has(key) === true) seen.push(OUTSIDE)
  const input = { header: run.rows.index, fields: record.fields, row: record.row, seen }
  const putBack = leaveStanding(state, table, key)
  const judged = judgeRow(state.roll, table, input, run.ctx)
  const verdict = heldToArea(state, table, state.origin === undefined ? judged : withoutConsequences(table, judged), record.row)
  if (verdict.state === 'quarantined') putBack()
  if (verdict.state === 'accepted' && (table.name === 'households' || table.name === 'persons')) {
    state.named.add(owned(textOf(table, verdict.values, 'household_no') ?? ''))
  }
  return verdict
}

function judgeRecord(state: ImportState, run: FileRun, record: CsvRecord): void {
  const { table } = run.stored
  const verdict = judge(state, run, record)
  count(run.counts, verdict)
  if (verdict.issues.length > 0) {
    const place = toldAt(state, placeOf(state, table, verdict, record.row))
    const origin = state.origin?.placeOf(table.file, record.row) ?? null
    for (const issue of verdict.issues) {
      state.severities[issue.severity]++
      run.doubts.issues.push(issueLine(table, issue, verdict, place, origin))
    }
    const line = quarantineLine(state, run, record, verdict)
    run.doubts.rows.push(line)
    takeNote(state, table, line)
  }
  if (verdict.state !== 'accepted') return
  if (table.name === 'households' || table.name === 'payments') {
    state.lines?.set(owned(`${table.name} ${textOf(table, verdict.values, table.key)}`), record.row)
  }
  run.lines.line(run.stored.encode(state.keys, verdict.values, placeOf(state, table, verdict, record.row)))
}

/** Gives what was judged to the database, which takes it while the next rows are judged. Doubts wait until they are worth a statement. */
async function handOver(
  state: ImportState,
  run: FileRun,
  onStretch: (counts: FileCounts) => void,
  isLast = false,
): Promise<void> {
  const { tx, straight, queue } = state
  const { stored, doubts } = run
  const lines = [...run.pieces.splice(0), run.lines.take()]
  const counts = { ...run.counts }
  const size = lines.reduce((sum, { length }) => sum + length, 0)
  await queue.add(size, async () => {
    if (size > 0) await stageRows(tx, stored, lines, straight)
    onStretch(counts)
  })
  if (!isLast && doubts.rows.length < STRETCH_DOUBTS) return
  const issues = doubts.issues.splice(0)
  const rows = doubts.rows.splice(0)
  await queue.add(0, () => stageIssues(tx, issues))
  await queue.add(0, () => stageQuarantine(tx, rows))
}

/** Checks all rows of one file and has the accepted ones staged, with every doubt; the queue may still be at it. */
export async function importFile(
  state: ImportState,
  table: CoreTable,
  rows: TableRows,
  ctx: ReadContext,
  onStretch: (counts: FileCounts) => void,
): Promise<FileCounts> {
  const counts: FileCounts = { rows: 0, accepted: 0, quarantined: 0, repeated: 0, normalised: 0 }
  const doubts: Doubts = { issues: [], rows: [] }
  const run: FileRun = { stored: storedTableOf(table.name), rows, ctx, counts, doubts, lines: new CopyBytes(), pieces: [] }
  let handedOver = 0
  for await (const records of rows.batches()) {
    for (let i = 0; i < records.length; i++) {
      judgeRecord(state, run, records[i] as CsvRecord)
      if (counts.rows % TURN_ROWS > 0) continue
      run.pieces.push(run.lines.take())
      await turn()
    }
    if (counts.rows - handedOver < STRETCH_ROWS && doubts.rows.length < STRETCH_DOUBTS) continue
    await handOver(state, run, onStretch)
    handedOver = counts.rows
  }
  await handOver(state, run, onStretch, true)
  return counts
}
