import { dateFromDayNumber, dayNumber } from '#kernel/dates'

/** Reads cells of a worksheet's XML as texts, the way a person sees them in the file. */

const ENTITY = /&(?:#x([0-9a-fA-F]{1,8})|#(\d{1,8})|(amp|lt|gt|quot|apos));/g
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Text of an XML text node. */
export function xmlText(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(ENTITY, (_, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    if (name !== undefined) return NAMED[name] ?? ''
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0x10ffff ? '' : String.fromCodePoint(code)
  })
}

const patterns = new Map<string, RegExp>()

/** Value of an attribute in an XML tag; undefined if it has none. */
export function attribute(tag: string, name: string): string | undefined {
  let pattern = patterns.get(name)
  if (pattern === undefined) {
    pattern = new RegExp(`(?:^|\\s)${name}=(?:"([^"]*)"|'([^']*)')`)
    patterns.set(name, pattern)
  }
  const match = pattern.exec(tag)
  const value = match?.[1] ?? match?.[2]
  return value === undefined ? undefined : xmlText(value)
}

/** Zero-based column of a cell reference like `AB12`. */
export function columnOf(reference: string): number {
  let column = 0
  for (let i = 0; i < reference.length; i++) {
    const c = reference.charCodeAt(i)
    if (c < 65 || c > 90) break
    column = column * 26 + c - 64
  }
  return column - 1
}

export interface CellContext {
  readonly shared: readonly string[]
  /** True for cell formats that show a date. */
  readonly dateStyles: readonly boolean[]
  /** The workbook counts days from 1904. */
  readonly date1904: boolean
}

const DAY_ZERO = dayNumber('1899-12-30')
const DAY_ZERO_1904 = dayNumber('1904-01-01')
/** A spreadsheet keeps 15 digits of a number; a longer one is not what was typed. */
const LOST_FROM = 1e14

/**
 * A number as text. A number of 16 digits or more has lost its last digits in the spreadsheet, so it is given in exponent
 * form, which every reader refuses, rather than with digits that nobody typed.
 */
function numberText(raw: string, isDate: boolean, date1904: boolean): string {
  const value = Number(raw)
  if (!Number.isFinite(value)) return raw
  if (isDate && value >= 1 && value < 2_958_466) {
    return dateFromDayNumber((date1904 ? DAY_ZERO_1904 : DAY_ZERO) + Math.floor(value))
  }
  if (Math.abs(value) >= 1e15) return value.toExponential().toUpperCase()
  return String(Number(value.toPrecision(15)))
}

/** What a cell's tag says of it. */
export interface CellTag {
  readonly type: string | undefined
  readonly style: number
}

export function cellTag(attributes: string): CellTag {
  return { type: attribute(attributes, 't'), style: Number(attribute(attributes, 's') ?? '0') }
}

function isNumeric({ type }: CellTag): boolean {
  return type === undefined || type === 'n'
}

/** The text of a cell whose value stands in the file as `value`. */
export function cellText(tag: CellTag, value: string, ctx: CellContext): string {
  const raw = xmlText(value)
  if (raw === '') return ''
  if (tag.type === 's') return ctx.shared[Number(raw)] ?? ''
  if (tag.type === 'b') return raw === '1' ? 'yes' : 'no'
  if (tag.type === 'str' || tag.type === 'e') return raw
  if (tag.type === 'd') return raw.slice(0, 10)
  return numberText(raw, ctx.dateStyles[tag.style] === true, ctx.date1904)
}

/** True for a number whose last digits the spreadsheet has lost. */
export function isLost(tag: CellTag, value: string): boolean {
  return isNumeric(tag) && value.length >= 4 && Math.abs(Number(value)) >= LOST_FROM
}

/** True for a number like 2020.1: typed as 2020.10, it would stand in the file the same. */
export function isCut(tag: CellTag, value: string): boolean {
  return isNumeric(tag) && value.length === 6 && /^\d{4}\.1$/.test(value)
}

/** Whether an attribute says yes. */
export function isSaidTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true'
}
