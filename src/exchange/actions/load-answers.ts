/** Opening: answers are verified again against their signature before anything in them counts. */

import type { Sql } from '#platform/db'
import {
  type LookupAnswer,
  LookupAnswerHead,
  type RecordsAnswer,
  RecordsAnswerHead,
  readLookupAnswer,
  readRecordsAnswer,
  readStatement,
  type StatementAnswer,
  StatementHead,
  type UnitName,
} from '#sources/contract'
import { Header, openMessage, RefusedBody, signerOf } from '#wire'
import { centreKeys, type ExchangeDeps, peersOf } from '../node.ts'
import { unitOfNode } from '../rules/rights.ts'
import { type AnswerRow, listAnswers, type Where } from '../store/inbox.ts'

/** A unit refused a request as a whole (cancelled, expired, unusable). */
export interface RefusedAnswer {
  kind: 'refused'
  unit: UnitName
  code: RefusedBody['code']
  message: string
}

/** A stored answer that cannot be used: its items stay SOURCE_ERROR, a person has to look. */
export interface UnusableAnswer {
  kind: 'unusable'
  unit: UnitName
  message: string
}

export type AnyAnswer = RecordsAnswer | LookupAnswer | StatementAnswer | RefusedAnswer | UnusableAnswer

/** An opened answer with the request it answers. `node` is the id of a unit of another district; null for one of this district. */
export type LoadedAnswer = AnyAnswer & {
  request: string
  batch: number
  round: number
  correction: boolean
  node: string | null
}

function parse(type: string, unit: UnitName, lines: readonly string[]): AnyAnswer {
  const head: unknown = JSON.parse(lines[0] ?? '{}')
  const rest = lines.slice(1)
  if (type === 'refused') {
    const { code, message } = RefusedBody.parse(head)
    return { kind: 'refused', unit, code, message }
  }
  if (type === 'statement') return readStatement(StatementHead.parse(head), unit, rest)
  const records = RecordsAnswerHead.safeParse(head)
  if (records.success) return readRecordsAnswer(records.data, unit, rest)
  return readLookupAnswer(LookupAnswerHead.parse(head), unit, rest)
}

function open(row: AnswerRow, unit: UnitName, deps: ExchangeDeps): AnyAnswer & { correction: boolean } {
  try {
    const header = Header.parse(JSON.parse(row.header))
    signerOf({ header, body: row.body }, peersOf(row.suite, row.keys))
    const lines = openMessage(header, row.body, centreKeys(deps, header.suite))
    return { ...parse(header.type, unit, lines), correction: header.type === 'correction' }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { kind: 'unusable', unit, message: `答复无法使用：${message}`, correction: false }
  }
}

/**
 * Opens the answers of a campaign, a batch or a round: signature, seal and root are checked, lines parsed. One
 * statement; corrections come after what they correct.
 */
export async function loadAnswers(sql: Sql, at: Where, deps: ExchangeDeps): Promise<LoadedAnswer[]> {
  return [...(await openAnswers(sql, at, deps))]
}

/** The same one after the other: an answer is opened when it is its turn, so that only one of a whole batch is in memory. */
export async function openAnswers(sql: Sql, at: Where, deps: ExchangeDeps): Promise<Iterable<LoadedAnswer>> {
  return opened(await listAnswers(sql, at), deps)
}

function* opened(rows: readonly AnswerRow[], deps: ExchangeDeps): Generator<LoadedAnswer> {
  for (const row of rows) {
    const unit = unitOfNode(row.unit)
    if (unit === undefined) continue
    const node = row.unit === unit ? null : row.unit
    yield { ...open(row, unit, deps), request: row.corr, batch: row.batch, round: row.round, node }
  }
}
