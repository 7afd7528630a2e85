import { Problem } from '#kernel/problem'
import { attribute, type CellContext, innerTexts, rowCells } from './sheet-cells.ts'
import { readZip, type ZipEntry } from './zip.ts'

/** A row of a sheet with its number as the spreadsheet shows it. */
export interface SheetRow {
  readonly row: number
  readonly cells: string[]
}

/** An .xlsx workbook: sheets by name, rows streamed one after another. */
export interface Workbook {
  readonly sheets: readonly string[]
  /** Those of them that the spreadsheet does not show. */
  readonly hidden: ReadonlySet<string>
  /** The workbook counts days from 1904. */
  readonly date1904: boolean
  /** Where a sheet lies in the archive. */
  fileOf(sheet: string): string
  /** Size of a sheet's XML, for progress. */
  sizeOf(sheet: string): number
  rows(sheet: string): AsyncGenerator<SheetRow>
}

function invalid(): Problem {
  return new Problem('workbook.invalid', '文件不是 .xlsx 工作簿或已损坏，请用表格软件另存为 .xlsx 后重新上传', { status: 422 })
}

/** What has to be held whole in memory: the texts and formats of a workbook. */
const LARGEST_PART = 256 * 2 ** 20

/** A part of a workbook as text; empty when there is none. */
export async function textOfEntry(entry: ZipEntry | undefined): Promise<string> {
  if (entry === undefined) return ''
  if (entry.size > LARGEST_PART) throw new Problem('workbook.too-large', '工作簿展开后过大，请拆分后上传', { status: 413 })
  const decoder = new TextDecoder('utf-8')
  let text = ''
  for await (const piece of entry.open()) text += decoder.decode(piece, { stream: true })
  return text + decoder.decode()
}

function sharedStrings(xml: string): string[] {
  return [...xml.matchAll(/<si(?:\s[^>]*)?(?:\/>|>([\s\S]*?)<\/si>)/g)].map((match) => innerTexts(match[1] ?? ''))
}

/** Built-in number formats that show dates, those of the Chinese locale included. */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)
}

function isDateCode(code: string): boolean {
  const bare = code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, '').toLowerCase()
  return bare.includes('y') || (bare.includes('m') && bare.includes('d'))
}

function dateStyles(xml: string): boolean[] {
  const custom = new Map<number, boolean>()
  for (const match of xml.matchAll(/<numFmt\s([^>]*)\/?>/g)) {
    const tag = match[1] ?? ''
    custom.set(Number(attribute(tag, 'numFmtId')), isDateCode(attribute(tag, 'formatCode') ?? ''))
  }
  const formats = /<cellXfs[^>]*>([\s\S]*?)<\/cellXfs>/.exec(xml)?.[1] ?? ''
  return [...formats.matchAll(/<xf\s([^>]*)>/g)].map((match) => {
    const id = Number(attribute(match[1] ?? '', 'numFmtId') ?? '0')
    return custom.get(id) ?? isBuiltInDate(id)
  })
}

/** The `<row>` elements of a sheet, cut out of the stream as they are complete. */
async function* rowElements(entry: ZipEntry): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8')
  let held = ''
  for await (const piece of entry.open()) {
    held += decoder.decode(piece, { stream: true })
    let at = 0
    for (;;) {
      const start = held.indexOf('<row', at)
      if (start < 0) break
      const close = held.indexOf('>', start)
      if (close < 0) break
      if (held.charCodeAt(close - 1) === 47) {
        at = close + 1
        continue
      }
      const end = held.indexOf('</row>', close)
      if (end < 0) break
      yield held.slice(start, end)
      at = end + 6
    }
    held = held.slice(at)
  }
}

function hiddenSheets(book: string): Set<string> {
  const tags = [...book.matchAll(/<sheet\s([^>]*)\/?>/g)].map((match) => match[1] ?? '')
  return new Set(
    tags
      .filter((tag) => /^(very)?hidden$/i.test(attribute(tag, 'state') ?? ''))
      .map((tag) => (attribute(tag, 'name') ?? '').trim()),
  )
}

function sheetFiles(book: string, relations: string): Map<string, string> {
  const targets = new Map<string, string>()
  for (const match of relations.matchAll(/<Relationship\s([^>]*)\/?>/g)) {
    const tag = match[1] ?? ''
    const target = (attribute(tag, 'Target') ?? '').replace(/^\/?(?:xl\/)?/, 'xl/')
    targets.set(attribute(tag, 'Id') ?? '', target)
  }
  const files = new Map<string, string>()
  for (const match of book.matchAll(/<sheet\s([^>]*)\/?>/g)) {
    const tag = match[1] ?? ''
    files.set((attribute(tag, 'name') ?? '').trim(), targets.get(attribute(tag, 'r:id') ?? '') ?? '')
  }
  return files
}

/** Opens a workbook from its bytes. Throws `workbook.invalid` or `zip.invalid`. */
export async function openWorkbook(bytes: Buffer): Promise<Workbook> {
  const entries = new Map(readZip(bytes).map((entry) => [entry.name, entry]))
  const book = await textOfEntry(entries.get('xl/workbook.xml'))
  if (book === '') throw invalid()
  const files = sheetFiles(book, await textOfEntry(entries.get('xl/_rels/workbook.xml.rels')))
  const ctx: CellContext = {
    shared: sharedStrings(await textOfEntry(entries.get('xl/sharedStrings.xml'))),
    dateStyles: dateStyles(await textOfEntry(entries.get('xl/styles.xml'))),
    date1904: /date1904="(?:1|true)"/.test(book),
  }
  const fileOf = (sheet: string): string => files.get(sheet) ?? ''
  const entryOf = (sheet: string): ZipEntry => {
    const entry = entries.get(fileOf(sheet))
    if (entry === undefined) throw invalid()
    return entry
  }
  return {
    sheets: [...files.keys()],
    hidden: hiddenSheets(book),
    date1904: ctx.date1904,
    fileOf,
    sizeOf: (sheet) => entryOf(sheet).size,
    async *rows(sheet) {
      let previous = 0
      for await (const element of rowElements(entryOf(sheet))) {
        const tag = element.slice(4, element.indexOf('>'))
        const row = Number(attribute(tag, 'r') ?? previous + 1)
        previous = row
        yield { row, cells: rowCells(element, ctx) }
      }
    },
  }
}

/** True if the bytes are a ZIP archive (a workbook is one too). */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4
}
