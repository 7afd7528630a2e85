import { writeZip, type ZipInput } from '#sandbox'
import { type Book, type Cell, type CellStyle, columnName, type RichCell, type Row, type Sheet } from './book.ts'

/** Writes workbooks as spreadsheet programs do, with equal bytes for equal content; rows are taken one after another. */

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const STYLES: readonly CellStyle[] = ['plain', 'title', 'header', 'text', 'date', 'month', 'money', 'bold']
/** Number format, font and alignment of each style, in the same order. */
const FORMATS = [
  [0, 0, ''],
  [0, 1, 'center'],
  [0, 2, 'center'],
  [49, 0, 'center'],
  [14, 0, 'center'],
  [164, 0, 'center'],
  [4, 0, 'right'],
  [0, 2, ''],
] as const
const flushAt = 1 << 16

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const xml = (text: string): string => text.replace(/[&<>"]/g, (c) => escapes[c] ?? c)

function stylesXml(): string {
  const font = (name: string, size: number, bold: boolean): string =>
    `<font>${bold ? '<b/>' : ''}<sz val="${size}"/><name val="${name}"/><charset val="134"/></font>`
  const formats = FORMATS.map(
    ([format, fontAt, side]) =>
      `<xf numFmtId="${format}" fontId="${fontAt}" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyBorder="1"` +
      `${side === '' ? '/>' : ` applyAlignment="1"><alignment horizontal="${side}" vertical="center" wrapText="1"/></xf>`}`,
  )
  const side = ['left', 'right', 'top', 'bottom'].map((name) => `<${name} style="thin"><color auto="1"/></${name}>`).join('')
  return (
    `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>` +
    `<fonts count="3">${font('宋体', 11, false)}${font('方正小标宋简体', 18, true)}${font('宋体', 10, true)}</fonts>` +
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
    `<borders count="2"><border><left/><right/><top/><bottom/></border><border>${side}</border></borders>` +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    `<cellXfs count="${FORMATS.length}">${formats.join('')}</cellXfs></styleSheet>`
  )
}

/** Texts that cells name by number, as spreadsheet programs keep them. */
class Texts {
  private readonly at = new Map<string, number>()

  numberOf(text: string): number {
    const known = this.at.get(text)
    if (known !== undefined) return known
    this.at.set(text, this.at.size)
    return this.at.size - 1
  }

  *xml(): Generator<string> {
    yield `${HEAD}<sst xmlns="${MAIN}" uniqueCount="${this.at.size}">`
    let piece = ''
    for (const text of this.at.keys()) {
      piece += `<si><t xml:space="preserve">${xml(text)}</t></si>`
      if (piece.length > flushAt) {
        yield piece
        piece = ''
      }
    }
    yield `${piece}</sst>`
  }
}

interface Note {
  readonly ref: string
  readonly text: string
}

function cellXml(ref: string, cell: Cell, rowStyle: CellStyle | undefined, texts: Texts): string {
  const rich: RichCell = cell !== null && typeof cell === 'object' ? cell : { value: cell }
  const { value, formula } = rich
  const style = rich.style ?? rowStyle ?? (typeof value === 'string' ? 'text' : 'plain')
  const tag = `<c r="${ref}" s="${STYLES.indexOf(style)}"`
  if (formula !== undefined) return `${tag}><f>${xml(formula)}</f><v>${value ?? ''}</v></c>`
  if (value === null || value === '') return `${tag}/>`
  return typeof value === 'number' ? `${tag}><v>${value}</v></c>` : `${tag} t="s"><v>${texts.numberOf(value)}</v></c>`
}

function rowXml(row: Row, number: number, texts: Texts, notes: Note[]): string {
  let text = `<row r="${number}"${row.hidden === true ? ' hidden="1"' : ''}${row.style === 'title' ? ' ht="36" customHeight="1"' : ''}>`
  for (const [at, cell] of row.cells.entries()) {
    if (cell === null && row.style === undefined) continue
    const ref = `${columnName(at)}${number}`
    if (cell !== null && typeof cell === 'object' && cell.note !== undefined) notes.push({ ref, text: cell.note })
    text += cellXml(ref, cell, row.style, texts)
  }
  return `${text}</row>`
}

function headXml(sheet: Sheet): string {
  const pane = sheet.frozenRows ?? 0
  const frozen = pane > 0 ? `<pane ySplit="${pane}" topLeftCell="A${pane + 1}" activePane="bottomLeft" state="frozen"/>` : ''
  const hidden = new Set(sheet.hiddenColumns ?? [])
  const widths = [...(sheet.widths ?? [])]
  const columns = widths.map(
    (width, at) =>
      `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"${hidden.has(at) ? ' hidden="1"' : ''}/>`,
  )
  const cols = columns.length > 0 ? `<cols>${columns.join('')}</cols>` : ''
  return `${HEAD}<worksheet xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheetViews><sheetView workbookViewId="0">${frozen}</sheetView></sheetViews>${cols}<sheetData>`
}

function tailXml(sheet: Sheet, hasNotes: boolean): string {
  const filter = sheet.filter === undefined ? '' : `<autoFilter ref="${sheet.filter}"/>`
  const merges = sheet.merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('')
  const merged = sheet.merges.length > 0 ? `<mergeCells count="${sheet.merges.length}">${merges}</mergeCells>` : ''
  return `</sheetData>${filter}${merged}<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>${hasNotes ? '<legacyDrawing r:id="rId1"/>' : ''}</worksheet>`
}

function* sheetXml(sheet: Sheet, texts: Texts, notes: Note[]): Generator<string> {
  let piece = headXml(sheet)
  let number = 0
  for (const row of sheet.rows) {
    piece += rowXml(row, ++number, texts, notes)
    if (piece.length > flushAt) {
      yield piece
      piece = ''
    }
  }
  yield piece + tailXml(sheet, notes.length > 0)
}

function relation(id: number, type: string, target: string): string {
  return `<Relationship Id="rId${id}" Type="${OFFICE}/${type}" Target="${target}"/>`
}

function relations(lines: readonly string[]): string {
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${lines.join('')}</Relationships>`
}

/** Comments of a sheet and the drawing that spreadsheet programs show them with. */
function noteParts(number: number, notes: readonly Note[]): ZipInput[] {
  const comments = notes.map(({ ref, text }) => `<comment ref="${ref}" authorId="0"><text><t>${xml(text)}</t></text></comment>`)
  const shapes = notes.map(
    (_, at) =>
      `<v:shape id="s${at}" type="#t202" style="position:absolute;visibility:hidden"><x:ClientData ObjectType="Note"><x:Row>${at}</x:Row></x:ClientData></v:shape>`,
  )
  return [
    {
      name: `xl/worksheets/_rels/sheet${number}.xml.rels`,
      chunks: [
        relations([
          relation(1, 'vmlDrawing', `../drawings/vmlDrawing${number}.vml`),
          relation(2, 'comments', `../comments${number}.xml`),
        ]),
      ],
    },
    {
      name: `xl/comments${number}.xml`,
      chunks: [
        `${HEAD}<comments xmlns="${MAIN}"><authors><author>民政</author></authors><commentList>${comments.join('')}</commentList></comments>`,
      ],
    },
    {
      name: `xl/drawings/vmlDrawing${number}.vml`,
      chunks: [
        `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="t202"/>${shapes.join('')}</xml>`,
      ],
    },
  ]
}

function bookXml({ sheets }: Book): string {
  const tags = sheets.map(
    ({ name, hidden }, at) =>
      `<sheet name="${xml(name)}" sheetId="${at + 1}"${hidden === true ? ' state="hidden"' : ''} r:id="rId${at + 1}"/>`,
  )
  return `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${tags.join('')}</sheets></workbook>`
}

function contentTypes({ sheets }: Book, noted: ReadonlySet<number>): string {
  const part = (name: string, type: string): string => `<Override PartName="/xl/${name}.xml" ContentType="${TYPE}.${type}+xml"/>`
  const parts = [
    part('workbook', 'sheet.main'),
    part('styles', 'styles'),
    part('sharedStrings', 'sharedStrings'),
    ...sheets.map((_, at) => part(`worksheets/sheet${at + 1}`, 'worksheet')),
    ...[...noted].map((number) => part(`comments${number}`, 'comments')),
  ]
  return (
    `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
    `<Default Extension="xml" ContentType="application/xml"/><Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>${parts.join('')}</Types>`
  )
}

function* parts(book: Book): Generator<ZipInput> {
  const texts = new Texts()
  const noted = new Set<number>()
  for (const [at, sheet] of book.sheets.entries()) {
    const notes: Note[] = []
    yield { name: `xl/worksheets/sheet${at + 1}.xml`, chunks: sheetXml(sheet, texts, notes) }
    if (notes.length === 0) continue
    noted.add(at + 1)
    yield* noteParts(at + 1, notes)
  }
  const { length } = book.sheets
  const lines = book.sheets.map((_, at) => relation(at + 1, 'worksheet', `worksheets/sheet${at + 1}.xml`))
  lines.push(relation(length + 1, 'styles', 'styles.xml'), relation(length + 2, 'sharedStrings', 'sharedStrings.xml'))
  yield { name: 'xl/sharedStrings.xml', chunks: texts.xml() }
  yield { name: 'xl/styles.xml', chunks: [stylesXml()] }
  yield { name: 'xl/workbook.xml', chunks: [bookXml(book)] }
  yield { name: 'xl/_rels/workbook.xml.rels', chunks: [relations(lines)] }
  yield { name: '_rels/.rels', chunks: [relations([relation(1, 'officeDocument', 'xl/workbook.xml')])] }
  yield { name: '[Content_Types].xml', chunks: [contentTypes(book, noted)] }
}

/** The workbook as .xlsx, in pieces. */
export function writeXlsx(book: Book): AsyncGenerator<Buffer> {
  return writeZip(parts(book))
}
