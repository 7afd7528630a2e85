import pg from 'pg'

/** How values of PostgreSQL arrive: dates and instants as text, bigint as a number that is certainly exact. */

type TextParser = (text: string) => unknown

const builtIn = pg.types.getTypeParser as unknown as (oid: number, format?: 'text' | 'binary') => TextParser

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint beyond 2^53 from the database: ${text}`)
  return value
}

/** An instant as `Date.toISOString` writes it: PostgreSQL leaves ending zeros out, and two texts of one instant would differ. */
function isoOf(text: string): string {
  if (!text.endsWith('+00')) return text
  const [time = '', fraction = ''] = text.slice(11, -3).split('.')
  return `${text.slice(0, 10)}T${time}.${fraction.padEnd(3, '0')}Z`
}

function arrayOf<T>(parse: (text: string) => T): (text: string) => (T | null)[] {
  const texts = builtIn(1009) as (text: string) => (string | null)[]
  return (text) => texts(text).map((item) => (item === null ? null : parse(item)))
}

const same = (text: string): string => text

const parsers = new Map<number, TextParser>([
  [20, safeInteger],
  [1016, arrayOf(safeInteger)],
  [1082, same],
  [1182, arrayOf(same)],
  [1114, same],
  [1184, isoOf],
  [1185, arrayOf(isoOf)],
])

const parserFor = (oid: number, format?: 'text' | 'binary'): TextParser =>
  (format === 'binary' ? undefined : parsers.get(oid)) ?? builtIn(oid, format)

/** For the `types` option of a pool. */
export const valueTypes: pg.CustomTypesConfig = { getTypeParser: parserFor as typeof pg.types.getTypeParser }
