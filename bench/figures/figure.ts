/** What a published figure is: a bar, where a kept result has the number, and whether the number meets the bar. */
import type { KeptFile, KeptRun } from '../kept-results.ts'

/** A text in the languages of the two READMEs. */
export interface Words {
  readonly en: string
  readonly zh: string
}
export type Language = keyof Words

/** Runs of a bench that belong together: the file they are kept in, and what was asked of the bench. */
export interface Source {
  readonly name: string
  readonly label: string | null
  /** options a run must have had: a smaller run says nothing about a bar */
  readonly options: Readonly<Record<string, number | string>>
}

/** Which side of the bar is good. */
export type Side = '≤' | '<' | '≥' | '='

/** One number of a figure. */
export interface Check {
  /** path in the result; `*` is every value, `[key=value,…]` the element of a list with these, `|` tries the next path */
  readonly path: string
  /** what becomes of several values under the path */
  readonly fold?: 'max' | 'min' | 'sum' | 'count'
  /** the number is divided by the middle of the same number in the runs of another source */
  readonly over?: Source
  /** name of the number, where a figure has several */
  readonly of?: Words
  readonly digits?: number
  readonly unit?: Words
  /** what 1 is called, where the number is a yes or a no; 0 is "not" that */
  readonly yes?: Words
  /** a ratio to a floor: where the product does better than its floor, that was none */
  readonly isToFloor?: true
  /** none: shown, held against nothing */
  readonly bar?: { readonly side: Side; readonly at: number }
}

/** A line of the published tables. */
export interface Figure {
  readonly what: Words
  /** in words; left out, it is what the checks are held against */
  readonly bar?: Words
  readonly source: Source
  readonly checks: readonly Check[]
  /** in the READMEs too */
  readonly isShort?: true
}

/** A number as a run has it: undefined when the run does not say, null when it says that there is none. */
export type Value = number | null | undefined

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function step(value: unknown, part: string): unknown[] {
  if (part === '*') return Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : []
  const conditions = /^\[(.*)\]$/.exec(part)?.[1]
  if (conditions === undefined) return isRecord(value) && part in value ? [value[part]] : []
  const wanted = conditions.split(',').map((condition) => condition.split('='))
  const elements = Array.isArray(value) ? value.filter(isRecord) : []
  return elements.filter((element) => wanted.every(([key = '', text]) => String(element[key]) === text))
}

/** All values under a path. */
function valuesAt(result: unknown, path: string): unknown[] {
  for (const way of path.split('|')) {
    const found = way.split('.').reduce<unknown[]>((values, part) => values.flatMap((value) => step(value, part)), [result])
    if (found.length > 0) return found
  }
  return []
}

const folds: Readonly<Record<NonNullable<Check['fold']>, (values: readonly number[]) => number>> = {
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  sum: (values) => values.reduce((total, value) => total + value, 0),
  count: (values) => values.length,
}

/** The number of a check in one result; yes and no count as 1 and 0. */
export function numberIn(result: unknown, { path, fold = 'max' }: Pick<Check, 'path' | 'fold'>): Value {
  const values = valuesAt(result, path)
  if (values.length === 0) return undefined
  const numbers = values.map((value) => (typeof value === 'boolean' ? Number(value) : value))
  return numbers.every((value) => typeof value === 'number') ? folds[fold](numbers) : null
}

/** The runs of a file that did what the source asks for. */
export function runsOf(source: Source, file: KeptFile | undefined): readonly KeptRun[] {
  const wanted = Object.entries(source.options)
  return (file?.runs ?? []).filter(({ options }) => wanted.every(([key, value]) => options[key] === value))
}

/** Gives the kept file of a source, undefined when there is none. */
export type Kept = (source: Source) => KeptFile | undefined

function middleOf(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}

/** The numbers of a check, one for each run of the source: a run that does not say it has not measured it. */
export function measuredBy(check: Check, source: Source, kept: Kept): Value[] {
  const numbersOf = (of: Source): Value[] => runsOf(of, kept(of)).map(({ result }) => numberIn(result, check))
  const own = numbersOf(source)
  if (check.over === undefined) return own
  const middle = middleOf(numbersOf(check.over).filter((number) => typeof number === 'number'))
  if (middle === undefined) return []
  return own.map((number) => (typeof number === 'number' ? number / middle : number))
}

/** Whether a ratio to a floor says that the floor was none: a share of its speed above 1, a multiple of its time below 1. */
export function isBeyondFloor(number: Value, { isToFloor, bar }: Check): boolean {
  if (isToFloor !== true || typeof number !== 'number') return false
  return bar?.side === '≤' || bar?.side === '<' ? number < 1 : number > 1
}

/** Whether a number meets a bar; none meets none. */
export function isMet(number: number | null, bar: Check['bar']): boolean {
  if (bar === undefined) return true
  if (number === null || Number.isNaN(number)) return false
  if (bar.side === '≤') return number <= bar.at
  if (bar.side === '<') return number < bar.at
  return bar.side === '≥' ? number >= bar.at : number === bar.at
}
