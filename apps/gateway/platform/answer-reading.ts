/** What an answer of a platform means: its code, its rows, what follows. */
import type { AnswerShape, CallOutcome } from '#sources/contract'
import { decrypt } from './steps.ts'
import { type Json, placed, type Scope, textOf } from './templates.ts'

/** One page of an answer, or why there is none. */
export interface PageRead {
  outcome: CallOutcome
  /** what the platform called it: its code or the HTTP status */
  code: string
  rows: readonly Json[]
  total: number | null
  /** number of the page as the answer repeats it */
  page: string | null
  /** cursor of the next page; empty after the last */
  next: string
}

const without = { rows: [], total: null, page: null, next: '' }

function outcomeOf(lists: AnswerShape['codes'], code: string): CallOutcome | undefined {
  const found = Object.entries(lists).find(([, codes]) => codes?.includes(code))
  return found?.[0] as CallOutcome | undefined
}

/** What an HTTP status other than 2xx means. */
export function statusOutcome(shape: AnswerShape, status: number): CallOutcome {
  const family = `${Math.floor(status / 100)}xx`
  return outcomeOf(shape.http, String(status)) ?? outcomeOf(shape.http, family) ?? 'failed'
}

/** What a code of the platform means; one nobody listed is a failure, never "none". */
export function codeOutcome(shape: AnswerShape, code: string): CallOutcome {
  return outcomeOf(shape.codes, code) ?? 'failed'
}

function rowsOf(shape: AnswerShape, value: Json, scope: Scope): readonly Json[] | undefined {
  const rows = placed(value, shape.rows)
  if (rows === null || rows === undefined || rows === '') return []
  if (!Array.isArray(rows)) return undefined
  const { row } = shape
  if (!row) return rows
  return rows.map((each: Json) => JSON.parse(decrypt(row, { ...scope, row: each })) as Json)
}

function totalOf(shape: AnswerShape, value: Json): number | null {
  if (shape.total === undefined) return null
  const total = Number(textOf(placed(value, shape.total)) || Number.NaN)
  if (!Number.isInteger(total) || total < 0) throw new RangeError('an answer without the number of its rows')
  return total
}

/** Reads an answer that came whole. Throws when its rows or numbers are not what they should be. */
export function readAnswer(shape: AnswerShape, value: Json, scope: Scope): PageRead {
  const code = shape.code === '' ? '' : textOf(placed(value, shape.code))
  const outcome = shape.code === '' ? 'found' : codeOutcome(shape, code)
  if (outcome !== 'found') return { ...without, outcome, code }
  const rows = rowsOf(shape, value, scope)
  if (rows === undefined) return { ...without, outcome: 'failed', code }
  const page = shape.page === undefined ? null : textOf(placed(value, shape.page))
  const next = shape.next === undefined ? '' : textOf(placed(value, shape.next))
  return { outcome, code, rows, total: totalOf(shape, value), page, next }
}
