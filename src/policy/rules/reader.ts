import { isDate } from '#kernel/dates'
import { compareFractions, type Fraction, fraction, ZERO } from '#kernel/fraction'
import { type CodeListName, type CodeOf, codesOf } from '#kernel/terms'
import { ExactNumber, type ExactObject, type ExactValue, exactFraction, isExactObject } from './exact-value.ts'

/**
 * Readers turn a tree of written values into typed ones. What they refuse they refuse with the place in the file and
 * a Chinese sentence; nothing is guessed, dropped or filled in silently.
 */
export class ReadingFault extends Error {
  /** where in the file, e.g. `members[2].age` */
  readonly place: string

  constructor(place: string, message: string) {
    super(message)
    this.name = 'ReadingFault'
    this.place = place
  }
}

export type Reader<T> = (value: ExactValue, place: string) => T

/** The type a reader gives. */
export type Read<R> = R extends Reader<infer T> ? T : never

const SHOWN = 40

function shown(value: ExactValue): string {
  if (value instanceof ExactNumber) return value.text.slice(0, SHOWN)
  if (typeof value === 'string') return `“${value.slice(0, SHOWN)}”`
  if (Array.isArray(value)) return '列表'
  return isExactObject(value) ? '对象' : String(value)
}

function fault(place: string, wanted: string, value: ExactValue): ReadingFault {
  return new ReadingFault(place, `“${place}”应为${wanted}，现为${shown(value)}`)
}

/** `place.key`, or `key` at the top. */
export function within(place: string, key: string): string {
  return place === '' ? key : `${place}.${key}`
}

export const text: Reader<string> = (value, place) => {
  if (typeof value !== 'string' || value === '') throw fault(place, '非空文字', value)
  return value
}

/** An existing day, written YYYY-MM-DD. */
export const date: Reader<string> = (value, place) => {
  if (typeof value !== 'string' || !isDate(value)) throw fault(place, '存在的日期（YYYY-MM-DD）', value)
  return value
}

export const yesNo: Reader<boolean> = (value, place) => {
  if (typeof value !== 'boolean') throw fault(place, ' true 或 false', value)
  return value
}

/** One of the words given. */
export function oneOf<const W extends string>(...words: readonly W[]): Reader<W> {
  const known = new Map<string, W>(words.map((word) => [word, word]))
  return (value, place) => {
    const word = typeof value === 'string' ? known.get(value) : undefined
    if (word === undefined) throw fault(place, `以下之一：${words.join('、')}`, value)
    return word
  }
}

export interface Bounds {
  least?: number
  most?: number
  /** a value equal to `least` is refused */
  above?: boolean
}

function boundsInWords(bounds: Bounds): string {
  const low = bounds.least === undefined ? '' : `${bounds.above === true ? '大于' : '不小于'} ${bounds.least} `
  const high = bounds.most === undefined ? '' : `${low === '' ? '' : '且'}不大于 ${bounds.most} `
  return `${low}${high}`
}

function inBounds(x: Fraction, bounds: Bounds): boolean {
  if (bounds.least !== undefined) {
    const order = compareFractions(x, fraction(bounds.least))
    if (order < 0 || (order === 0 && bounds.above === true)) return false
  }
  return bounds.most === undefined || compareFractions(x, fraction(bounds.most)) <= 0
}

/** A number, kept as an exact fraction. */
export function decimal(bounds: Bounds = { least: 0 }): Reader<Fraction> {
  return (value, place) => {
    const x = value instanceof ExactNumber ? exactFraction(value) : null
    if (x === null || !inBounds(x, bounds)) throw fault(place, `${boundsInWords(bounds)}的数字`, value)
    return x
  }
}

/** A whole number up to a thousand million. */
export function whole(bounds: Bounds = { least: 0 }): Reader<number> {
  const limits: Bounds = { most: 1_000_000_000, ...bounds }
  return (value, place) => {
    const x = value instanceof ExactNumber ? exactFraction(value) : null
    if (x === null || x.d !== 1n || !inBounds(x, limits)) throw fault(place, `${boundsInWords(bounds)}的整数`, value)
    return Number(x.n)
  }
}

const PLAIN_YUAN = /^\d{1,12}(?:\.\d{1,2})?$/
const MOST_FEN = fraction(10n ** 14n)
const FEN_PER_YUAN = 100n

/** Fen of a number or plain decimal text in yuan: not negative, at most two decimals, at most twelve digits before the point. */
export const moneyFen: Reader<number> = (value, place) => {
  const written = typeof value === 'string' && PLAIN_YUAN.test(value) ? new ExactNumber(value) : value
  const yuan = written instanceof ExactNumber ? exactFraction(written) : null
  const fen = yuan === null ? null : fraction(yuan.n * FEN_PER_YUAN, yuan.d)
  if (fen === null || fen.d !== 1n || compareFractions(fen, ZERO) < 0 || compareFractions(fen, MOST_FEN) >= 0) {
    throw fault(place, '不小于 0、至多两位小数的元数（如 1234.50，不带千位分隔符）', value)
  }
  return Number(fen.n)
}

/** A number or a plain decimal text (packs write amounts as text), as an exact fraction, not below 0. */
export const writtenDecimal: Reader<Fraction> = (value, place) => {
  const written = typeof value === 'string' && PLAIN_YUAN.test(value) ? new ExactNumber(value) : value
  return decimal()(written, place)
}

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, place) => (value === null ? null : reader(value, place))
}

export function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw fault(place, '列表', value)
    return value.map((item: ExactValue, i) => reader(item, `${place}[${i + 1}]`))
  }
}

/** An object whose names are free (or checked by `name`) and whose values are alike. */
export function mapOf<T>(name: Reader<string>, reader: Reader<T>): Reader<ReadonlyMap<string, T>> {
  return (value, place) => {
    if (!isExactObject(value)) throw fault(place, '对象', value)
    const entries = Object.keys(value).map((key): [string, T] => [
      name(key, within(place, key)),
      reader(value[key] ?? null, within(place, key)),
    ])
    return new Map(entries)
  }
}

type Fields = Readonly<Record<string, Reader<unknown>>>
type OptionalOf<T> = { readonly [K in keyof T]?: Read<T[K]> }
type RequiredOf<T> = { readonly [K in keyof T]: Read<T[K]> }

function refuseUnknown(value: ExactObject, fields: Fields, place: string): void {
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key))
  if (unknown === undefined) return
  const here = within(place, unknown)
  throw new ReadingFault(here, `不认识的字段“${here}”，请核对名称`)
}

/** An object with exactly these members; `optional` ones may be absent. Unknown members are refused by name. */
export function object<F extends Fields, O extends Fields = Record<never, never>>(
  required: F,
  optional?: O,
): Reader<RequiredOf<F> & OptionalOf<O>> & { readonly names: readonly string[] } {
  const fields: Fields = { ...required, ...optional }
  const read: Reader<RequiredOf<F> & OptionalOf<O>> = (value, place) => {
    if (!isExactObject(value)) throw fault(place === '' ? '内容' : place, '对象', value)
    refuseUnknown(value, fields, place)
    const result: Record<string, unknown> = {}
    for (const [key, reader] of Object.entries(fields)) {
      const here = within(place, key)
      if (Object.hasOwn(value, key)) result[key] = reader(value[key] ?? null, here)
      else if (Object.hasOwn(required, key)) throw new ReadingFault(here, `缺少必填字段“${here}”`)
    }
    return result as RequiredOf<F> & OptionalOf<O>
  }
  return Object.assign(read, { names: Object.keys(fields) })
}

/** A code of one of the interchange's lists. */
export function codeOf<L extends CodeListName>(list: L): Reader<CodeOf<L>> {
  return (value, place) => {
    if (typeof value !== 'string' || !codesOf(list).has(value)) {
      throw fault(place, `代码表 ${list} 中的代码（${[...codesOf(list)].join('、')}）`, value)
    }
    return value as CodeOf<L>
  }
}
