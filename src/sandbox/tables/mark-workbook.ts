import { xmlCharacters } from '#kernel/text'
import { beyond, LARGEST_PART, SPLIT } from './limits.ts'
import { attribute, columnOf } from './sheet-cells.ts'
import { writeZip, type ZipInput } from './write-zip.ts'
import { notXml } from './xml.ts'
import { readZip, type ZipEntry } from './zip.ts'

/** Gives a person's own workbook back with a reason beside some rows: everything else in it stays as it was. */

export interface RowMark {
  readonly reason: string
  /** Columns of the cells at fault, from zero. */
  readonly columns: readonly number[]
}

export interface SheetMarks {
  /** Where the sheet lies in the archive. */
  readonly file: string
  /** Row of the headers, and the column the reasons stand in. */
  readonly headerRow: number
  readonly column: number
  readonly header: string
  /** By row number; reasons that stood in the column before are taken away. */
  readonly rows: ReadonlyMap<number, RowMark>
}

const RED = '<fill><patternFill patternType="solid"><fgColor rgb="FFFFC7CE"/><bgColor indexed="64"/></patternFill></fill>'

/** Letters of a column: 0 → A, 26 → AA. */
function lettersOf(column: number): string {
  let letters = ''
  for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26)) letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters
  return letters
}

function escaped(text: string): string {
  const kept = xmlCharacters(text)
  return kept.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Where an element of a name stands: begin, end of its first tag, begin of its last tag, end. */
interface Span {
  readonly start: number
  readonly inside: number
  readonly close: number
  readonly end: number
}

/** The next element of a name; undefined when there is none. The search goes forward only. */
function nextElement(xml: string, name: string, from: number): Span | undefined {
  let start = xml.indexOf(`<${name}`, from)
  while (start >= 0 && !/[\s/>]/.test(xml[start + name.length + 1] ?? '')) start = xml.indexOf(`<${name}`, start + 1)
  const tagEnd = start < 0 ? -1 : xml.indexOf('>', start)
  if (tagEnd < 0) return undefined
  const inside = tagEnd + 1
  if (xml[tagEnd - 1] === '/') return { start, inside, close: inside, end: inside }
  const close = xml.indexOf(`</${name}>`, inside)
  return close < 0 ? undefined : { start, inside, close, end: close + name.length + 3 }
}

/** All elements of a name, one behind the other. */
function elementsOf(xml: string, name: string): string[] {
  const found: string[] = []
  for (let next = nextElement(xml, name, 0); next !== undefined; next = nextElement(xml, name, next.end)) {
    found.push(xml.slice(next.start, next.end))
  }
  return found
}

/** Every format once more with a red ground; `offset` leads from a format to its red one, null when the workbook has no formats. */
function reddened(styles: string): { text: string; offset: number | null } {
  const fills = nextElement(styles, 'fills', 0)
  const formats = nextElement(styles, 'cellXfs', fills?.end ?? 0)
  if (fills === undefined || formats === undefined) return { text: styles, offset: null }
  const ground = styles.slice(fills.inside, fills.close)
  const fill = elementsOf(ground, 'fill').length
  const known = elementsOf(styles.slice(formats.inside, formats.close), 'xf')
  const red = known.map((xf) =>
    xf.replace(/\s(?:fillId|applyFill)="[^"]*"/g, '').replace(/^<xf/, `<xf fillId="${fill}" applyFill="1"`),
  )
  const text = [
    styles.slice(0, fills.start),
    `<fills count="${fill + 1}">${ground}${RED}</fills>`,
    styles.slice(fills.end, formats.start),
    `<cellXfs count="${known.length * 2}">${known.join('')}${red.join('')}</cellXfs>`,
    styles.slice(formats.end),
  ].join('')
  return { text, offset: known.length }
}

function textCell(reference: string, text: string, style: number | null): string {
  const s = style === null ? '' : ` s="${style}"`
  return `<c r="${reference}"${s} t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`
}

function withStyle(tag: string, offset: number): string {
  const style = Number(attribute(tag, 's') ?? '0') + offset
  return /\ss="/.test(tag) ? tag.replace(/\ss="[^"]*"/, ` s="${style}"`) : `${tag} s="${style}"`
}

/** The cells of a row, each with its column and as it stands in the file. */
function cellsOf(element: string): { column: number; tag: string; rest: string }[] {
  let position = 0
  return [...element.matchAll(/<c(\s[^>]*?)?(\/>|>[\s\S]*?<\/c>)/g)].map((match) => {
    const [tag, rest] = [match[1] ?? '', match[2] ?? '']
    const reference = attribute(tag, 'r')
    const column = reference === undefined ? position : columnOf(reference)
    position = column + 1
    return { column, tag, rest }
  })
}

/** One `<row>` element (without its end tag) as it is given back. */
function markedRow(element: string, row: number, marks: SheetMarks, offset: number | null): string {
  const mark = marks.rows.get(row)
  const text = row === marks.headerRow ? marks.header : mark?.reason
  const head = element.slice(0, element.indexOf('>') + 1).replace(/\sspans="[^"]*"/, '')
  const kept = cellsOf(element)
    .filter(({ column }) => column !== marks.column)
    .map(({ column, tag, rest }) => {
      const isAtFault = offset !== null && mark?.columns.includes(column) === true
      return { column, text: `<c${isAtFault ? withStyle(tag, offset) : tag}${rest}` }
    })
  if (text !== undefined) {
    const own = textCell(`${lettersOf(marks.column)}${row}`, text, mark === undefined ? null : offset)
    kept.push({ column: marks.column, text: own })
    kept.sort((a, b) => a.column - b.column)
  }
  return `${head}${kept.map((cell) => cell.text).join('')}`
}

/** Begin and end of the next `<row>` element (without its end tag); undefined until it is there whole. */
function nextRow(held: string, at: number): { start: number; end: number; tag: string; isEmpty: boolean } | undefined {
  const start = held.indexOf('<row', at)
  const close = start < 0 ? -1 : held.indexOf('>', start)
  if (close < 0) return undefined
  const isEmpty = held.charCodeAt(close - 1) === 47
  const end = isEmpty ? close + 1 : held.indexOf('</row>', close)
  return end < 0 ? undefined : { start, end, tag: held.slice(start + 4, close), isEmpty }
}

/** A row as it stands in the file: 1,000 cells with long texts. It is looked through again with every piece of it. */
const LONGEST_ELEMENT = 8 * 2 ** 20

/** The sheet as it is given back, cut row by row out of the stream. */
async function* markedSheet(entry: ZipEntry, marks: SheetMarks, offset: number | null): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8')
  let held = ''
  let row = 0
  for await (const piece of entry.open()) {
    held += decoder.decode(piece, { stream: true })
    let at = 0
    let out = ''
    for (let next = nextRow(held, at); next !== undefined; next = nextRow(held, at)) {
      const { start, end, tag, isEmpty } = next
      row = Number(attribute(tag, 'r') ?? row + 1)
      const element = held.slice(start, end)
      out += held.slice(at, start) + (isEmpty ? element : markedRow(element, row, marks, offset))
      at = end
    }
    // What cannot begin a row any more is not looked through again.
    const rest = Math.max(at, held.indexOf('<row', at) < 0 ? held.length - '<row'.length : at)
    out += held.slice(at, rest)
    held = held.slice(rest)
    if (held.length > LONGEST_ELEMENT) throw notXml()
    yield out
  }
  yield held + decoder.decode()
}

async function textOf(entry: ZipEntry | undefined): Promise<string> {
  if (entry === undefined) return ''
  if (entry.size > LARGEST_PART) throw beyond(`工作簿的格式展开后超过 ${LARGEST_PART / 2 ** 20} MB`, SPLIT)
  const pieces: Buffer[] = []
  for await (const piece of entry.open()) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

/** The workbook with the marks in it, as a stream of bytes. Throws `zip.invalid` for what cannot be read. */
export async function* markWorkbook(bytes: Buffer, marks: SheetMarks): AsyncGenerator<Buffer> {
  const entries = readZip(bytes)
  const styles = reddened(await textOf(entries.find(({ name }) => name === 'xl/styles.xml')))
  yield* writeZip(
    entries.map((entry): ZipInput => {
      if (entry.name === 'xl/styles.xml') return { name: entry.name, chunks: [styles.text] }
      if (entry.name === marks.file) return { name: entry.name, chunks: markedSheet(entry, marks, styles.offset) }
      return { name: entry.name, chunks: entry.open() }
    }),
  )
}
