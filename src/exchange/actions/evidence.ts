/** Collects what proves the questions about one household: signed headers, its own lines with their paths, receipts, logs, anchors. */
import { hash } from 'node:crypto'
import { Problem } from '#kernel/problem'
import type { Sql } from '#platform/db'
import { LookupAnswerHead, PAPER_CELLS, type RequestHead, readSubjects, type SubjectCells } from '#sources/contract'
import {
  EnvelopeFault,
  Header,
  isReconciliation,
  LogLine,
  messageHash,
  openBody,
  proveLine,
  type ReadBody,
  readBody,
  signerOf,
} from '#wire'
import { suiteNames } from '#wire/contract'
import { manifestText } from '../evidence/check.ts'
import type { AnchorFile, EvidenceKeys, ProvenLine, QueryEntry } from '../evidence/files.ts'
import { centreKeys, type ExchangeDeps, instant, peersOf } from '../node.ts'
import { type AskedRow, type CameRow, listAllKeys, listAsked, listReplies, listStated } from '../store/evidence.ts'
import { findCentreId } from '../store/nodes.ts'
import { proveLogHeads } from './anchors.ts'

/** A household's place in a batch: the numbers of its subjects there. */
export interface HouseholdPlace {
  campaign: string
  batch: number
  items: readonly number[]
}

/** What a folder is made for. */
export interface EvidenceOrder {
  /** case or commission, as its owner names it */
  about: string
  household: string
  purpose: string
  places: readonly HouseholdPlace[]
}

/** A folder in the making: files by their path. `scans` are digests of papers that the questions name. */
export interface EvidenceFolder {
  files: Map<string, Buffer>
  scans: string[]
  queries: QueryEntry[]
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`)

function proven(body: ReadBody, wanted: (line: string, place: number) => boolean): ProvenLine[] {
  return body.lines.flatMap((line, place) => {
    if (place > 0 && !wanted(line, place)) return []
    const { salt, steps } = proveLine(body, place)
    return [{ line, salt, steps: steps.map(({ children, position }) => ({ children: [...children], position })) }]
  })
}

/** Whether a line of a look-up, or of its answer, names one of the persons. */
function names(line: string, ids: ReadonlySet<string>): boolean {
  const value: unknown = JSON.parse(line)
  if (typeof value === 'string') return ids.has(value)
  const cells = typeof value === 'object' && value !== null ? Object.values(value) : []
  return cells.some((cell) => typeof cell === 'string' && ids.has(cell))
}

/** A household's question: which of its items and persons are asked. */
interface Question {
  row: AskedRow
  header: Header
  head: RequestHead
  lines: ProvenLine[]
  items: ReadonlySet<number>
  ids: ReadonlySet<string>
  /** places of the lines of a look-up */
  places: ReadonlySet<number>
  scans: readonly string[]
}

/** Notes persons and scans that the lines of a question name. */
function noteSubjects(subjects: readonly SubjectCells[], known: Set<string>, scans: string[]): void {
  for (const [, id, , , papers] of subjects) {
    known.add(id)
    for (let at = PAPER_CELLS - 1; at < papers.length; at += PAPER_CELLS) {
      const doc = papers[at]
      if (typeof doc === 'string') scans.push(doc)
    }
  }
}

function questionOf(row: AskedRow, items: ReadonlySet<number>, known: Set<string>, deps: ExchangeDeps): Question | undefined {
  const header = Header.parse(JSON.parse(row.header))
  const body = readBody(deps.keys.open(row.kept), header.count, header.root, header.suite)
  const head = JSON.parse(body.lines[0] ?? 'null') as RequestHead
  const asked = new Set<number>()
  const scans: string[] = []
  const lines = proven(body, (line, place) => {
    if (head.kind === 'lookup') {
      if (!names(line, known)) return false
      asked.add(place - 1)
      return true
    }
    const subjects = readSubjects(line)
    if (!subjects.some(([i]) => items.has(i))) return false
    noteSubjects(subjects, known, scans)
    return true
  })
  return lines.length < 2 ? undefined : { row, header, head, lines, items, ids: known, places: asked, scans }
}

function opened(row: CameRow, deps: ExchangeDeps): { header: Header; body: ReadBody } | undefined {
  try {
    const header = Header.parse(JSON.parse(row.header))
    signerOf({ header, body: row.body }, peersOf(row.suite, row.keys))
    return { header, body: openBody(header, row.body, centreKeys(deps, header.suite)) }
  } catch (error) {
    if (error instanceof EnvelopeFault) return undefined
    throw error
  }
}

function isOf(line: string, place: number, question: Question, body: ReadBody): boolean {
  if (question.head.kind === 'lookup') {
    const head = LookupAnswerHead.safeParse(JSON.parse(body.lines[0] ?? 'null'))
    const isYes = head.success && /^\d+$/.test(line)
    return isYes ? question.places.has(Number(line)) : names(line, question.ids)
  }
  const value = JSON.parse(line) as { none?: number[] } | { i: number }[]
  const numbers = Array.isArray(value) ? value.map((each) => each.i) : (value.none ?? [])
  return place > 0 && numbers.some((i) => question.items.has(i))
}

/** A unit's statement with its log: `message replyHash` of each entry. */
interface Stated {
  row: CameRow
  header: Header
  body: ReadBody
  entries: ReadonlySet<string>
}

function readStated(row: CameRow, deps: ExchangeDeps): Stated[] {
  const read = opened(row, deps)
  if (!read || !isReconciliation(JSON.parse(read.body.lines[0] ?? 'null'))) return []
  const entries = read.body.lines.slice(1).map((line) => LogLine.parse(JSON.parse(line)))
  return [{ row, ...read, entries: new Set(entries.map(([, , message, reply]) => `${message} ${reply}`)) }]
}

/** One folder, gathered query by query. */
class Gathering {
  readonly folder: EvidenceFolder = { files: new Map(), scans: [], queries: [] }
  readonly #stated: readonly Stated[]
  readonly #replies: ReadonlyMap<string, readonly CameRow[]>
  readonly #deps: ExchangeDeps
  readonly used = new Map<string, Stated>()

  constructor(stated: readonly Stated[], replies: ReadonlyMap<string, readonly CameRow[]>, deps: ExchangeDeps) {
    this.#stated = stated
    this.#replies = replies
    this.#deps = deps
  }

  add(question: Question): void {
    const { row, header, lines, scans } = question
    const { files, queries } = this.folder
    const no = String(queries.length + 1).padStart(3, '0')
    files.set(`${no}/request.json`, json({ header, lines }))
    if (row.receipt) files.set(`${no}/receipt.bin`, row.receipt)
    const replies = (this.#replies.get(row.id) ?? []).flatMap((each) => opened(each, this.#deps) ?? [])
    replies.forEach(({ header: given, body }, i) => {
      const shown = proven(body, (line, place) => isOf(line, place, question, body))
      files.set(`${no}/answer-${i + 1}.json`, json({ header: given, lines: shown }))
    })
    const last = replies.at(-1)
    const entry = `${row.id} ${last === undefined ? '' : messageHash(last.header)}`
    const stated = this.#stated.find((each) => each.row.unit === row.unit && each.entries.has(entry))
    if (stated) this.used.set(stated.row.id, stated)
    this.folder.scans.push(...scans)
    const found = { receipt: row.receipt !== null, answers: replies.length, statement: stated?.row.id ?? null }
    queries.push({ no, unit: row.node_id, request: row.id, ...found })
  }

  addStatements(): void {
    for (const [id, { header, body }] of this.used) {
      this.folder.files.set(`statements/${id}.json`, json({ header, nonce: body.nonce, lines: body.lines }))
    }
  }
}

async function questionsOf(sql: Sql, places: readonly HouseholdPlace[], deps: ExchangeDeps): Promise<Question[]> {
  const questions: Question[] = []
  const ids = new Set<string>()
  for (const { campaign, batch, items } of places) {
    const rows = await listAsked(sql, campaign, [batch])
    // the lines of records name the household's persons, and look-ups are recognised by them
    rows.sort((a, b) => Number(a.kind === 'lookup') - Number(b.kind === 'lookup'))
    for (const row of rows) {
      const question = questionOf(row, new Set(items), ids, deps)
      if (question) questions.push(question)
    }
  }
  return questions
}

/**
 * Collects the folder of a household, without manifest and scans. Nothing of other households is in it but hashes that nobody
 * can try out. Problem 404 when the household was asked about nowhere.
 */
export async function collectEvidence(sql: Sql, places: readonly HouseholdPlace[], deps: ExchangeDeps): Promise<EvidenceFolder> {
  const questions = await questionsOf(sql, places, deps)
  const [first] = questions
  if (first === undefined) throw new Problem('exchange.no_evidence', '没有找到关于该户的查询', { status: 404 })
  const replies = await listReplies(
    sql,
    questions.map((each) => each.row.id),
  )
  const units = [...new Set(questions.map((each) => each.row.unit))]
  const since = questions.map((each) => each.header.created).sort()[0] ?? ''
  const stated = (await listStated(sql, units, since)).flatMap((row) => readStated(row, deps))
  const gathering = new Gathering(
    stated,
    Map.groupBy(replies, (each) => each.corr ?? ''),
    deps,
  )
  for (const question of questions) gathering.add(question)
  gathering.addStatements()
  const anchors: AnchorFile = await proveLogHeads(sql, [...gathering.used.keys()])
  gathering.folder.files.set('anchors.json', json(anchors))
  return gathering.folder
}

/** Adds the signed manifest: the folder is whole then. */
export async function sealEvidence(
  sql: Sql,
  { files, queries }: EvidenceFolder,
  { about, household, purpose }: Omit<EvidenceOrder, 'places'>,
  deps: ExchangeDeps,
): Promise<void> {
  const centre = (await findCentreId(sql)) ?? ''
  const digests = Object.fromEntries([...files].map(([path, bytes]) => [path, hash('sha256', bytes)]))
  const said = { kind: 'yingbao evidence', v: 1, madeAt: instant(deps), centre, about, household, purpose } as const
  const unsigned = { ...said, queries, files: digests, suite: 'ED1' } as const
  const sig = centreKeys(deps, 'ED1').sign(manifestText(unsigned))
  files.set('manifest.json', json({ ...unsigned, sig }))
}

/** The public keys of this centre and of every node it knew, for verifiers. */
export async function evidenceKeys(sql: Sql, deps: ExchangeDeps): Promise<EvidenceKeys> {
  const node = (await findCentreId(sql)) ?? ''
  const own = suiteNames.map((suite) => ({ node, ...centreKeys(deps, suite).publicTexts, from: null, to: null }))
  return { kind: 'yingbao evidence keys', v: 1, madeAt: instant(deps), keys: [...own, ...(await listAllKeys(sql))] }
}
