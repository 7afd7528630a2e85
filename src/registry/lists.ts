import { CsvFault, CsvParser, formatCsvRow } from '#kernel/csv'
import { isZip, openWorkbook } from './formats/workbook.ts'
import { type PackageSource, unusable } from './package-source.ts'
import { type ListMapping, mapper } from './rules/mapping.ts'
import type { CoreTable } from './tables.ts'

/** A row of a list with its number in the file; the first one with any content is the header. */
export interface ListRow {
  readonly row: number
  readonly cells: readonly string[]
}

/** A list of another system: a workbook with sheets, or a CSV file (one nameless sheet). */
export interface ForeignList {
  readonly sheets: readonly string[]
  rows(sheet: string | null): AsyncGenerator<ListRow>
}

async function* csvRows(bytes: Buffer, encoding: string): AsyncGenerator<ListRow> {
  const parser = new CsvParser()
  const text = encoding === 'utf-8' ? bytes : Buffer.from(new TextDecoder(encoding).decode(bytes), 'utf8')
  for (const { row, fields } of [...parser.push(text), ...parser.end()]) yield { row, cells: fields }
}

function encodingOf(bytes: Buffer): string {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return 'utf-8'
  } catch {
    return 'gb18030'
  }
}

/** Opens a list: .xlsx, or CSV in UTF-8 or GB 18030. Throws a Problem if it is neither. */
export async function openList(name: string, bytes: Buffer): Promise<ForeignList> {
  if (isZip(bytes)) {
    const book = await openWorkbook(bytes)
    return {
      sheets: book.sheets,
      async *rows(sheet) {
        const chosen = sheet ?? book.sheets[0]
        if (chosen === undefined || !book.sheets.includes(chosen))
          throw unusable(`${name} 里没有工作表“${sheet ?? ''}”，请重新选择`)
        for await (const { row, cells } of book.rows(chosen)) if (cells.some((cell) => cell !== '')) yield { row, cells }
      },
    }
  }
  if (bytes.subarray(0, 8).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]))) {
    throw unusable(`${name} 是旧版 .xls 工作簿，请另存为 .xlsx 后重新上传`)
  }
  const encoding = encodingOf(bytes)
  return {
    sheets: [],
    async *rows() {
      try {
        yield* csvRows(bytes, encoding)
      } catch (error) {
        if (error instanceof CsvFault) throw unusable(`${name}：${error.message}`, error)
        throw error
      }
    },
  }
}

/** A list read with a mapping, as the one file of a package; row numbers stay those of the list. */
export function mappedSource(
  name: string,
  list: ForeignList,
  table: CoreTable,
  sheet: string | null,
  mapping: ListMapping,
): PackageSource {
  async function* asCsv(): AsyncGenerator<Uint8Array> {
    let map: ((cells: readonly string[]) => string[]) | undefined
    let line = 1
    for await (const { row, cells } of list.rows(sheet)) {
      const fields = map === undefined ? table.columns.map((column) => column.name) : map(cells)
      map ??= mapper(table, cells, mapping)
      yield Buffer.from(`${'\n'.repeat(Math.max(0, row - line))}${formatCsvRow(fields)}\n`, 'utf8')
      line = Math.max(row, line) + 1
    }
  }
  return {
    name,
    sizeOf: async (file) => (file === table.file ? 1 : null),
    open: () => asCsv(),
  }
}
