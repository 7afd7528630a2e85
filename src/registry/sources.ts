import { formatCsvRow } from '#kernel/csv'
import { type Blobs, contentOf } from '#platform/blobs'
import { isZip, openWorkbook, type Workbook } from './formats/workbook.ts'
import { readZip } from './formats/zip.ts'
import { type PackageSource, unusable } from './package-source.ts'
import { CORE_TABLES, coreTable, tableOfFile } from './tables.ts'

/** One uploaded file: its path in the package (or its name) and where its content lies. */
export interface UploadedFile {
  readonly path: string
  readonly sha256: string
}

/** Name of a file inside the package, whatever folder it was uploaded from. */
function inPackage(path: string): string {
  return path.replaceAll('\\', '/').split('/').pop() ?? path
}

/** Files of a folder, uploaded one by one. */
export function filesSource(blobs: Blobs, name: string, files: readonly UploadedFile[]): PackageSource {
  const byName = new Map(files.filter(({ path }) => !path.includes('sources/')).map((file) => [inPackage(file.path), file]))
  const sizes = new Map<string, number>()
  return {
    name,
    async sizeOf(file) {
      const found = byName.get(file)
      if (found === undefined) return null
      let size = sizes.get(file) ?? 0
      if (!sizes.has(file)) for await (const piece of blobs.read(found.sha256)) size += piece.length
      sizes.set(file, size)
      return size
    },
    open: (file) => blobs.read(byName.get(file)?.sha256 ?? ''),
  }
}

/** A package as one ZIP archive, its files at the top or in one folder. */
export function zipSource(name: string, bytes: Buffer): PackageSource {
  const entries = new Map(
    readZip(bytes)
      .filter((entry) => !entry.name.includes('sources/'))
      .map((entry) => [inPackage(entry.name), entry]),
  )
  return {
    name,
    sizeOf: async (file) => entries.get(file)?.size ?? null,
    async *open(file) {
      const entry = entries.get(file)
      if (entry !== undefined) yield* entry.open()
    },
  }
}

/** The sheet that holds a core file: named as the file, the table, or its Chinese name. */
function sheetOf(book: Workbook, file: string): string | undefined {
  const table = tableOfFile(file)
  const names = [file, file.replace(/\.\w+$/, ''), ...(table === undefined ? [] : [table.label])]
  return book.sheets.find((sheet) => names.includes(sheet))
}

/** The sheet as CSV. Rows missing in the sheet become blank lines, so that row numbers are those of the spreadsheet. */
async function* sheetAsCsv(book: Workbook, sheet: string): AsyncGenerator<Uint8Array> {
  let expected = 1
  let width = 0
  let text = ''
  for await (const { row, cells } of book.rows(sheet)) {
    while (cells.length > width && width > 0 && cells[cells.length - 1]?.trim() === '') cells.pop()
    if (cells.every((cell) => cell === '')) continue
    if (width === 0) width = cells.length
    while (cells.length < width) cells.push('')
    text += '\n'.repeat(Math.max(0, row - expected))
    text += `${formatCsvRow(cells)}\n`
    expected = Math.max(row, expected) + 1
    if (text.length > 65_536) {
      yield Buffer.from(text, 'utf8')
      text = ''
    }
  }
  yield Buffer.from(text, 'utf8')
}

async function firstDivision(book: Workbook): Promise<string> {
  const sheet = sheetOf(book, coreTable('divisions').file)
  if (sheet === undefined) return ''
  let column = -1
  for await (const { cells } of book.rows(sheet)) {
    if (column >= 0) return (cells[column] ?? '').slice(0, 6)
    column = cells.findIndex((cell) => cell.trim() === 'code')
  }
  return ''
}

/** A workbook's manifest: the sheet `manifest` with name and value in two columns, else what its divisions tell. */
async function manifestOf(book: Workbook): Promise<Buffer> {
  const fields: Record<string, string> = { format: 'yingbao-district-package', version: '1.0' }
  if (!book.sheets.includes('manifest')) {
    return Buffer.from(JSON.stringify({ ...fields, district_code: await firstDivision(book) }), 'utf8')
  }
  for await (const { cells } of book.rows('manifest'))
    if (cells[0] !== undefined) fields[cells[0].trim()] = (cells[1] ?? '').trim()
  return Buffer.from(JSON.stringify(fields), 'utf8')
}

/** A package as one workbook with a sheet per core file. */
export async function workbookSource(name: string, bytes: Buffer): Promise<PackageSource> {
  const book = await openWorkbook(bytes)
  const manifest = await manifestOf(book)
  return {
    name,
    async sizeOf(file) {
      if (file === 'manifest.json') return manifest.length
      const sheet = sheetOf(book, file)
      return sheet === undefined ? null : book.sizeOf(sheet)
    },
    async *open(file) {
      const sheet = sheetOf(book, file)
      if (file === 'manifest.json') yield manifest
      else if (sheet !== undefined) yield* sheetAsCsv(book, sheet)
    },
  }
}

/** The package that was uploaded: a ZIP archive, a workbook, or the files of a folder. */
export async function uploadedSource(blobs: Blobs, files: readonly UploadedFile[]): Promise<PackageSource> {
  const only = files.length === 1 ? files[0] : undefined
  const name = only === undefined ? (files[0]?.path.split('/')[0] ?? '数据包') : inPackage(only.path)
  if (only === undefined || only.path.endsWith('.csv')) return filesSource(blobs, name, files)
  const bytes = await contentOf(blobs, only.sha256)
  if (!isZip(bytes)) throw unusable(`${name} 不是数据包：请上传文件夹、ZIP 压缩包或 .xlsx 工作簿`)
  const isWorkbook = readZip(bytes).some((entry) => entry.name === 'xl/workbook.xml')
  return isWorkbook ? await workbookSource(name, bytes) : zipSource(name, bytes)
}

/** Core files a source has. */
export async function filesIn(source: PackageSource): Promise<string[]> {
  const found: string[] = []
  for (const { file } of CORE_TABLES) if ((await source.sizeOf(file)) !== null) found.push(file)
  return found
}
