import { dateFromDayNumber, dayNumber } from '#kernel/dates'

/** Reads the cells of one row of a worksheet's XML as texts, the way a person sees them in the file. */

const ENTITY = /&(?:#x([0-9a-fA-F]+)|#(\d+)|(amp|lt|gt|quot|apos));/g
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

/** Value of an attribute in an XML tag; undefined if it has none. */
export function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)
  return match?.[1] === undefined ? undefined : xmlText(match[1])
}

/** All the text of `<t>` elements inside a piece of XML (rich text runs joined, phonetic hints left out). */
export function innerTexts(xml: string): string {
  let out = ''
  for (const match of xml.replace(/<rPh[\s\S]*?<\/rPh>/g, '').matchAll(/<t(?:\s[^>]*)?>([\s\S]*?)<\/t>/g))
    out += xmlText(match[1] ?? '')
  return out
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

function cellText(tag: string, body: string, ctx: CellContext): string {
  const type = attribute(tag, 't')
  if (type === 'inlineStr') return innerTexts(body)
  const raw = xmlText(/<v(?:\s[^>]*)?>([\s\S]*?)<\/v>/.exec(body)?.[1] ?? '')
  if (raw === '') return ''
  if (type === 's') return ctx.shared[Number(raw)] ?? ''
  if (type === 'b') return raw === '1' ? 'yes' : 'no'
  if (type === 'str' || type === 'e') return raw
  if (type === 'd') return raw.slice(0, 10)
  return numberText(raw, ctx.dateStyles[Number(attribute(tag, 's') ?? '0')] === true, ctx.date1904)
}

/** The cells of one `<row>` element, placed by their columns; missing ones are empty. */
export function rowCells(xml: string, ctx: CellContext): string[] {
  const cells: string[] = []
  for (const match of xml.matchAll(/<c(\s[^>]*?)?(?:\/>|>([\s\S]*?)<\/c>)/g)) {
    const tag = match[1] ?? ''
    const reference = attribute(tag, 'r')
    const column = reference === undefined ? cells.length : columnOf(reference)
    if (column < 0 || column > 1000) continue
    while (cells.length < column) cells.push('')
    cells[column] = cellText(tag, match[2] ?? '', ctx)
  }
  return cells
}
