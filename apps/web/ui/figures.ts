/** Tables of figures without their looks: order, total row, and the text that is exported. */

export type FigureKind =
  /** words; sorted by their sound, never added */
  | 'text'
  /** whole numbers that are added */
  | 'count'
  /** fen that are added */
  | 'yuan'
  /** part of a whole; added up it is the ratio of the sums */
  | 'share'
  /** a number that cannot be added */
  | 'plain'

export type FigureValue = string | number | null

/** What a table needs to know of a column to sort, add up and export it. */
export interface Figure<R> {
  readonly key: string
  readonly label: string
  readonly kind: FigureKind
  /** null: not known */
  readonly value: (row: R) => FigureValue
  /** of a share: its part and its whole; null when not known */
  readonly ratio?: (row: R) => readonly [part: number, whole: number] | null
}

export interface Order {
  readonly key: string
  readonly down: boolean
}

const collator = new Intl.Collator('zh-CN', { numeric: true })

function compared(a: FigureValue, b: FigureValue): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))
}

/** Rows in an order; what is not known stands last either way, equal rows stay as they came. */
export function sorted<R>(rows: readonly R[], figure: Pick<Figure<R>, 'value'> | undefined, down: boolean): readonly R[] {
  if (figure === undefined) return rows
  return [...rows].sort((a, b) => {
    const [x, y] = [figure.value(a), figure.value(b)]
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    return down ? compared(y, x) : compared(x, y)
  })
}

/** A press on a head: numbers begin with the largest, words with the first; then the other way; then as the rows came. */
export function nextOrder(order: Order | null, { key, kind }: Pick<Figure<never>, 'key' | 'kind'>): Order | null {
  const first = kind !== 'text'
  if (order?.key !== key) return { key, down: first }
  return order.down === first ? { key, down: !first } : null
}

/** The total of a column: a sum, the ratio of two sums, or nothing where adding means nothing; null also when no row is known. */
export function totalOf<R>({ kind, value, ratio }: Figure<R>, rows: readonly R[]): number | null {
  if (kind === 'share' && ratio !== undefined) {
    const known = rows.flatMap((row) => {
      const parts = ratio(row)
      return parts === null ? [] : [parts]
    })
    const whole = known.reduce((sum, [, all]) => sum + all, 0)
    return whole === 0 ? null : known.reduce((sum, [part]) => sum + part, 0) / whole
  }
  if (kind !== 'count' && kind !== 'yuan') return null
  const numbers = rows.map(value).filter((each) => typeof each === 'number')
  return numbers.length === 0 ? null : numbers.reduce((sum, each) => sum + each, 0)
}

/**
 * The total row by column, 合计 under the first; null where there is none: one row is its own total.
 * @param total the row as the server counts it; without it the columns are added up; null: nothing may be added
 */
export function totalsOf<R>(
  figures: readonly Figure<R>[],
  rows: readonly R[],
  total: R | null | undefined,
): ReadonlyMap<string, FigureValue> | null {
  if (total === null || rows.length < 2) return null
  const of = (figure: Figure<R>): FigureValue => {
    if (figure.kind === 'text') return null
    return total === undefined ? totalOf(figure, rows) : figure.value(total)
  }
  return new Map(figures.map((figure, at) => [figure.key, at === 0 ? '合计' : of(figure)]))
}

const fenInYuan = 100
const none = '—'

/** A value as a cell of the export: money in yuan with a point, shares in per cent, no separators. */
export function exported(value: FigureValue, kind: FigureKind): string {
  if (value === null) return none
  if (typeof value === 'string') return value
  if (kind === 'yuan') return (value / fenInYuan).toFixed(2)
  return kind === 'share' ? `${(value * 100).toFixed(1)}%` : String(Math.round(value * 100) / 100)
}

const isNumber = /^-?\d+(\.\d+)?%?$/

/** A cell no spreadsheet takes for a formula, quoted where it must be. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !isNumber.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Lines of cells as a file that spreadsheets open in Chinese: with a byte order mark. */
export function csvText(lines: readonly (readonly string[])[]): string {
  return `\uFEFF${lines.map((cells) => cells.map(csvCell).join(',')).join('\r\n')}\r\n`
}

/** The table as it stands, as cells of an export: heads, the rows in their order, and the total row. */
export function linesOf<R>(figures: readonly Figure<R>[], rows: readonly R[], total: R | null | undefined): string[][] {
  const totals = totalsOf(figures, rows, total)
  const lines = rows.map((row) => figures.map(({ value, kind }) => exported(value(row), kind)))
  const last = totals === null ? [] : [figures.map(({ key, kind }) => exported(totals.get(key) ?? null, kind))]
  return [figures.map(({ label }) => label), ...lines, ...last]
}

/** The name of an exported file: page, table and day, without what no file may be called. */
export function fileNameOf(page: string, label: string, day: string): string {
  const words = [...new Set([page, label, day])].filter((word) => word !== '')
  return `${words.join(' ').replace(/[\\/:*?"<>|]/g, '-')}.csv`
}
