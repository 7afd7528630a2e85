import { CsvParser } from '#kernel/csv'
import { clean } from '#kernel/text'
import type { Blobs } from '#platform/blobs'
import { type HandedTable, lookAtCsv, openTable } from '#sandbox'
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

/** Files of a folder, uploaded one by one; each is looked through before its first piece is given. */
export function filesSource(blobs: Blobs, name: string, files: readonly UploadedFile[]): PackageSource {
  const byName = new Map(files.filter(({ path }) => !path.includes('sources/')).map((file) => [inPackage(file.path), file]))
  const sizes = new Map<string, number>()
  const seen = new Set<string>()
  const look = lookAtCsv()
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
    async *open(file) {
      const sha256 = byName.get(file)?.sha256 ?? ''
      const bytes = blobs.read(sha256)
      yield* file.endsWith('.csv') && !seen.has(sha256) ? look.through(bytes, file) : bytes
      seen.add(sha256)
    },
    close: () => look.close(),
  }
}

/** A package as one ZIP archive, its files at the top or in one folder. */
function zipSource(name: string, handed: HandedTable): PackageSource {
  const entries = new Map(
    handed.entries.filter((entry) => !entry.name.includes('sources/')).map((entry) => [inPackage(entry.name), entry]),
  )
  return {
    name,
    sizeOf: async (file) => entries.get(file)?.size ?? null,
    async *open(file) {
      const entry = entries.get(file)
      if (entry !== undefined) yield* handed.entry(entry.name)
    },
    close: () => handed.close(),
  }
}

/** The sheet that holds a core file: named as the file, the table, or its Chinese name. */
function sheetOf(book: HandedTable, file: string): HandedTable['sheets'][number] | undefined {
  const table = tableOfFile(file)
  const names = [file, file.replace(/\.\w+$/, ''), ...(table === undefined ? [] : [table.label])]
  return book.sheets.find((sheet) => names.includes(sheet.name))
}

async function firstDivision(book: HandedTable): Promise<string> {
  const sheet = sheetOf(book, coreTable('divisions').file)
  if (sheet === undefined) return ''
  let column = -1
  for await (const { cells } of book.rows(sheet.name)) {
    if (column >= 0) return (cells[column] ?? '').slice(0, 6)
    column = cells.findIndex((cell) => cell.trim() === 'code')
  }
  return ''
}

/** A workbook's manifest: the sheet `manifest` with name and value in two columns, else what its divisions tell. */
async function manifestOf(book: HandedTable): Promise<Buffer> {
  const fields: Record<string, string> = { format: 'yingbao-district-package', version: '1.0' }
  if (!book.sheets.some(({ name }) => name === 'manifest')) {
    return Buffer.from(JSON.stringify({ ...fields, district_code: await firstDivision(book) }), 'utf8')
  }
  for await (const { cells } of book.rows('manifest'))
    if (cells[0] !== undefined) fields[cells[0].trim()] = (cells[1] ?? '').trim()
  return Buffer.from(JSON.stringify(fields), 'utf8')
}

/** A package as one workbook with a sheet per core file; without a sheet `manifest` it is whole when it has them all. */
async function workbookSource(name: string, book: HandedTable): Promise<PackageSource> {
  const manifest = await manifestOf(book)
  const isWhole = book.sheets.some((sheet) => sheet.name === 'manifest') || CORE_TABLES.every(({ file }) => sheetOf(book, file))
  return {
    name,
    async sizeOf(file) {
      if (file === 'manifest.json') return isWhole ? manifest.length : null
      return sheetOf(book, file)?.size ?? null
    },
    async *open(file) {
      const sheet = sheetOf(book, file)
      if (file === 'manifest.json') yield manifest
      else if (sheet !== undefined) yield* book.sheetAsCsv(sheet.name)
    },
    close: () => book.close(),
  }
}

/** A package in one file: a ZIP archive or a workbook. Close it. */
export async function fileSource(name: string, bytes: AsyncIterable<Uint8Array>): Promise<PackageSource> {
  return await sourceOf(name, await openTable(bytes))
}

async function sourceOf(name: string, handed: HandedTable): Promise<PackageSource> {
  try {
    if (handed.kind === 'workbook') return await workbookSource(name, handed)
    if (handed.kind === 'archive') return zipSource(name, handed)
    if (handed.kind === 'sealed') throw unusable(`${name} 设有打开密码，请在表格软件中取消密码并另存后重新上传`)
    throw unusable(`${name} 不是数据包：请上传文件夹、ZIP 压缩包或 .xlsx 工作簿`)
  } catch (error) {
    handed.close()
    throw error
  }
}

/** Whether a source is in our own form: it has a manifest, or a core file with the column of its keys. */
async function isOurs(source: PackageSource): Promise<boolean> {
  if ((await source.sizeOf('manifest.json')) !== null) return true
  for (const table of CORE_TABLES) {
    if ((await source.sizeOf(table.file)) === null) continue
    const parser = new CsvParser()
    for await (const piece of source.open(table.file)) {
      const [head] = parser.push(piece)
      if (head === undefined) continue
      if (head.fields.some((field) => clean(field) === table.key)) return true
      break
    }
  }
  return false
}

/** What was uploaded, where it is a package or files of one: a ZIP archive, a workbook, or the files of a folder; null where it is a file of another form. Close it. */
export async function uploadedSource(blobs: Blobs, files: readonly UploadedFile[]): Promise<PackageSource | null> {
  const only = files.length === 1 ? files[0] : undefined
  if (only === undefined) return filesSource(blobs, files[0]?.path.split('/')[0] ?? '数据包', files)
  const name = inPackage(only.path)
  if (tableOfFile(name) !== undefined || name === 'manifest.json') return filesSource(blobs, name, files)
  const handed = await openTable(blobs.read(only.sha256))
  if (handed.kind === 'csv' || handed.kind === 'old') {
    handed.close()
    return null
  }
  const source = await sourceOf(name, handed)
  if (handed.kind === 'archive' || (await isOurs(source))) return source
  source.close?.()
  return null
}

/** Core files a source has. */
export async function filesIn(source: PackageSource): Promise<string[]> {
  const found: string[] = []
  for (const { file } of CORE_TABLES) if ((await source.sizeOf(file)) !== null) found.push(file)
  return found
}
