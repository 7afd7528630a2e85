import { beyond, counted, LARGEST_PART, MOST_SHEETS, SPLIT } from './limits.ts'
import { attribute, type CellContext } from './sheet-cells.ts'
import { readFrame, type SheetFrame } from './sheet-frame.ts'
import { SharedTexts, type SheetRow, SheetRows } from './sheet-reader.ts'
import { notXml, type XmlListener, XmlReader } from './xml.ts'
import type { ZipEntry } from './zip.ts'

/** Reads .xlsx workbooks: sheets by name, rows batch by batch. */

/** A sheet as it is listed in the workbook. */
export interface SheetListed {
  readonly name: string
  /** The spreadsheet does not show it. */
  readonly hidden: boolean
  /** Where it lies in the archive. */
  readonly file: string
  /** Size of its XML, for progress. */
  readonly size: number
}

export interface Workbook {
  readonly sheets: readonly SheetListed[]
  /** The workbook counts days from 1904. */
  readonly date1904: boolean
  /** The rows of a sheet, in batches as they come. */
  rows(sheet: string): AsyncGenerator<SheetRow[]>
  /** What stands around the rows of a sheet. */
  frame(sheet: string): Promise<SheetFrame>
}

const nothing = (): void => undefined

/** Reads a part of the archive. */
async function readPart(entry: ZipEntry, listener: XmlListener): Promise<void> {
  const reader = new XmlReader(listener)
  const decoder = new TextDecoder('utf-8')
  for await (const piece of entry.open()) {
    reader.push(decoder.decode(piece, { stream: true }))
  }
  reader.push(decoder.decode())
  reader.end()
}

/** A part of a workbook that is small in every real one. */
async function readSmallPart(entry: ZipEntry | undefined, open: XmlListener['open'], close: XmlListener['close'] = nothing) {
  if (entry === undefined) return
  if (entry.size > LARGEST_PART) {
    throw beyond(`工作簿的“${entry.name.slice(0, 100)}”展开后超过 ${LARGEST_PART / 2 ** 20} MB`, SPLIT)
  }
  await readPart(entry, { open, close, text: nothing })
}

/** Built-in number formats that show dates, those of the Chinese locale included. */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)
}

/** Longest format code that is looked at. */
const LONGEST_CODE = 1000

function isDateCode(code: string): boolean {
  const bare = code
    .slice(0, LONGEST_CODE)
    .replace(/"[^"]*"|\[[^\]]*\]|\\./g, '')
    .toLowerCase()
  return bare.includes('y') || (bare.includes('m') && bare.includes('d'))
}

async function dateStyles(entry: ZipEntry | undefined): Promise<boolean[]> {
  const custom = new Map<number, boolean>()
  const styles: boolean[] = []
  let isInFormats = false
  const open = (name: string, attributes: string): void => {
    if (name === 'numFmt') {
      custom.set(Number(attribute(attributes, 'numFmtId')), isDateCode(attribute(attributes, 'formatCode') ?? ''))
    } else if (name === 'cellXfs') isInFormats = true
    else if (name === 'xf' && isInFormats) {
      const id = Number(attribute(attributes, 'numFmtId') ?? '0')
      styles.push(custom.get(id) ?? isBuiltInDate(id))
    }
  }
  await readSmallPart(entry, open, (name) => {
    if (name === 'cellXfs') isInFormats = false
  })
  return styles
}

interface SheetTag {
  readonly name: string
  readonly hidden: boolean
  readonly relation: string
}

async function readBook(entry: ZipEntry): Promise<{ tags: SheetTag[]; date1904: boolean }> {
  const tags: SheetTag[] = []
  let date1904 = false
  await readSmallPart(entry, (name, attributes) => {
    if (name === 'workbookPr') date1904 = /^(?:1|true)$/.test(attribute(attributes, 'date1904') ?? '')
    if (name !== 'sheet') return
    if (tags.length === MOST_SHEETS) throw beyond(`工作簿里的工作表超过 ${counted(MOST_SHEETS)} 张`, SPLIT)
    tags.push({
      name: (attribute(attributes, 'name') ?? '').trim(),
      hidden: /^(very)?hidden$/i.test(attribute(attributes, 'state') ?? ''),
      relation: attribute(attributes, 'r:id') ?? '',
    })
  })
  return { tags, date1904 }
}

async function relations(entry: ZipEntry | undefined): Promise<Map<string, string>> {
  const targets = new Map<string, string>()
  await readSmallPart(entry, (name, attributes) => {
    if (name !== 'Relationship') return
    const target = (attribute(attributes, 'Target') ?? '').replace(/^\/?(?:xl\/)?/, 'xl/')
    targets.set(attribute(attributes, 'Id') ?? '', target)
  })
  return targets
}

/** The part that makes an archive a workbook. */
export const WORKBOOK_PART = 'xl/workbook.xml'

async function* sheetRows(entry: ZipEntry, sheet: string, ctx: CellContext): AsyncGenerator<SheetRow[]> {
  const rows = new SheetRows(sheet, ctx)
  const reader = new XmlReader(rows)
  const decoder = new TextDecoder('utf-8')
  for await (const piece of entry.open()) {
    reader.push(decoder.decode(piece, { stream: true }))
    const taken = rows.taken()
    if (taken.length > 0) yield taken
  }
  reader.push(decoder.decode())
  reader.end()
  rows.end()
  const taken = rows.taken()
  if (taken.length > 0) yield taken
}

/** Opens a workbook. Throws `workbook.invalid`, `zip.invalid`, `table.beyond-limit`. */
export async function openWorkbook(parts: readonly ZipEntry[]): Promise<Workbook> {
  const entries = new Map(parts.map((entry) => [entry.name, entry]))
  const book = entries.get(WORKBOOK_PART)
  if (book === undefined) throw notXml()
  const { tags, date1904 } = await readBook(book)
  const targets = await relations(entries.get('xl/_rels/workbook.xml.rels'))
  // Of two sheets of one name the later one counts.
  const files = new Map(tags.map(({ name, relation }) => [name, targets.get(relation) ?? '']))
  const hidden = new Set(tags.filter((tag) => tag.hidden).map(({ name }) => name))
  const sheets = [...files].map(([name, file]) => ({ name, file, hidden: hidden.has(name), size: entries.get(file)?.size ?? 0 }))
  let ctx: CellContext | undefined
  const context = async (): Promise<CellContext> => {
    const texts = new SharedTexts()
    const shared = entries.get('xl/sharedStrings.xml')
    if (shared !== undefined) await readPart(shared, texts)
    return { shared: texts.texts, dateStyles: await dateStyles(entries.get('xl/styles.xml')), date1904 }
  }
  return {
    sheets,
    date1904,
    async *rows(sheet) {
      const entry = entries.get(files.get(sheet) ?? '')
      if (entry === undefined) throw notXml()
      ctx ??= await context()
      yield* sheetRows(entry, sheet, ctx)
    },
    async frame(sheet) {
      const entry = entries.get(files.get(sheet) ?? '')
      if (entry === undefined) throw notXml()
      return await readFrame(entry, sheet)
    },
  }
}
