import { CsvFault, CsvParser, type CsvRecord } from '#kernel/csv'
import { type HeaderIndex, readHeader } from '#kernel/table'
import { clean } from '#kernel/text'
import { type PackageSource, unusable } from './package-source.ts'
import type { CoreTable } from './tables.ts'

/** The data rows of one core file, in batches as they come, with the header they stand under. */
export interface TableRows {
  /** Names of its columns, cleaned. */
  readonly header: readonly string[]
  readonly index: HeaderIndex
  /** Records after the header. Throws `package.unusable` where the file cannot be read. */
  batches(): AsyncGenerator<readonly CsvRecord[]>
}

async function* recordsOf(source: PackageSource, file: string, onBytes: (count: number) => void): AsyncGenerator<CsvRecord[]> {
  const parser = new CsvParser()
  try {
    for await (const piece of source.open(file)) {
      onBytes(piece.length)
      const records = parser.push(piece)
      if (records.length > 0) yield records
    }
    const records = parser.end()
    if (records.length > 0) yield records
  } catch (error) {
    if (error instanceof CsvFault) throw unusable(`${file}：${error.message}`, error)
    throw error
  }
}

/** Opens a core file and reads its header. Throws `package.unusable` if a column is missing or the file cannot be read. */
export async function openTable(
  source: PackageSource,
  table: CoreTable,
  onBytes: (count: number) => void = () => undefined,
): Promise<TableRows> {
  const records = recordsOf(source, table.file, onBytes)
  const first = await records.next()
  const head = first.done === true ? undefined : first.value[0]
  const { index, missing } = readHeader(table, head?.fields ?? [])
  if (head === undefined || first.done === true) throw unusable(`${table.file} 是空文件，请补上表头后重新提交`)
  if (missing.length > 0) {
    await records.return(undefined)
    const names = missing.map((name) => `${name}（${table.columns.find((each) => each.name === name)?.label ?? ''}）`).join('、')
    throw unusable(`${table.file} 缺少列：${names}，请补上后重新提交`)
  }
  const rest = first.value.slice(1)
  return {
    header: head.fields.map(clean),
    index,
    async *batches() {
      if (rest.length > 0) yield rest
      yield* records
    },
  }
}
