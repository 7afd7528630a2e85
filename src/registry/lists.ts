import { CsvFault, formatCsvRow } from '#kernel/csv'
import { Problem } from '#kernel/problem'
import { type HandedTable, openTable } from '#sandbox'
import { type PackageSource, unusable } from './package-source.ts'
import { type ListMapping, mapper } from './rules/mapping.ts'
import type { CoreTable } from './tables.ts'

/** A row of a list with its number in the file; the first one with any content is the header. */
export interface ListRow {
  readonly row: number
  readonly cells: readonly string[]
}

/** A list of another system: a workbook with sheets, or a CSV file (one nameless sheet). Close it. */
export interface ForeignList {
  readonly sheets: readonly string[]
  rows(sheet: string | null): AsyncGenerator<ListRow>
  close(): void
}

function workbookList(name: string, book: HandedTable): ForeignList {
  const sheets = book.sheets.map((sheet) => sheet.name)
  return {
    sheets,
    async *rows(sheet) {
      const chosen = sheet ?? sheets[0]
      if (chosen === undefined || !sheets.includes(chosen)) throw unusable(`${name} 里没有工作表“${sheet ?? ''}”，请重新选择`)
      for await (const row of book.rows(chosen)) if (row.cells.some((cell) => cell !== '')) yield row
    },
    close: () => book.close(),
  }
}

function csvList(name: string, file: HandedTable): ForeignList {
  return {
    sheets: [],
    async *rows() {
      try {
        yield* file.rows(null)
      } catch (error) {
        if (error instanceof CsvFault) throw unusable(`${name}：${error.message}`, error)
        throw error
      }
    },
    close: () => file.close(),
  }
}

/** Opens a list: .xlsx, or CSV in UTF-8 or GB 18030. Throws a Problem if it is neither. */
export async function openList(name: string, bytes: AsyncIterable<Uint8Array>): Promise<ForeignList> {
  const file = await openTable(bytes)
  if (file.kind === 'workbook') return workbookList(name, file)
  if (file.kind === 'csv') return csvList(name, file)
  file.close()
  if (file.kind === 'old') throw unusable(`${name} 是旧版 .xls 工作簿，请另存为 .xlsx 后重新上传`)
  if (file.kind === 'sealed') throw unusable(`${name} 设有打开密码，请在表格软件中取消密码并另存后重新上传`)
  const sentence = '文件不是 .xlsx 工作簿或已损坏，请用表格软件另存为 .xlsx 后重新上传'
  throw new Problem('workbook.invalid', sentence, { status: 422 })
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
    close: () => list.close(),
  }
}
