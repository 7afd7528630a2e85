import { CsvFault } from '#kernel/csv'
import { Problem } from '#kernel/problem'
import type { Blobs } from '#platform/blobs'
import { type HandedTable, openTable } from '#sandbox'
import { type Grid, PackedRows } from '../rules/grid.ts'

/**
 * Characters of a workbook that are held while it is understood, each of two bytes: 80 MB of the process's memory, beside what is made of them. The
 * ledger of a district of 25,000 households (64,000 rows) has 7.5 million.
 */
const MOST_HELD = 40 * 2 ** 20

function refused(message: string, cause?: unknown): Problem {
  return new Problem('ledger.unusable', message, cause === undefined ? { status: 422 } : { status: 422, cause })
}

async function gridOf(
  book: HandedTable,
  sheet: HandedTable['sheets'][number] | null,
  held: number,
  onRows: (rows: number) => void,
  mostHeld: number,
): Promise<Grid> {
  const { merges, hiddenColumns, filtered } = await book.frame(sheet?.name ?? null)
  const rows = new PackedRows()
  for await (const row of book.rows(sheet?.name ?? null)) {
    rows.add(row)
    if (rows.length % 1000 === 0) onRows(rows.length)
    if (held + rows.characters > mostHeld) throw refused('台账的内容过多，请按乡镇拆分成几份，分别上传')
  }
  return {
    name: sheet?.name ?? '',
    hidden: sheet?.hidden ?? false,
    merges,
    hiddenColumns: new Set(hiddenColumns),
    filtered,
    isTyped: sheet !== null,
    rows,
  }
}

function refuseKind(name: string, { kind }: HandedTable): void {
  if (kind === 'old') throw refused(`${name} 是旧版 .xls 工作簿，请另存为 .xlsx 后重新上传`)
  if (kind === 'sealed') throw refused(`${name} 设有打开密码，请在表格软件中取消密码并另存后重新上传`)
  if (kind === 'archive') throw refused(`${name} 是压缩包，请解压后上传其中的 .xlsx 或 CSV`)
}

/** Reads a workbook or CSV whole, in the reader's own process. Throws a Problem that says why it cannot be read. */
export async function readGrids(
  blobs: Blobs,
  file: { readonly name: string; readonly sha256: string },
  onProgress: (bytesRead: number, bytesTotal: number) => void = () => undefined,
  mostHeld = MOST_HELD,
): Promise<Grid[]> {
  const book = await openTable(blobs.read(file.sha256))
  try {
    refuseKind(file.name, book)
    if (book.kind === 'csv') return [await gridOf(book, null, 0, () => undefined, mostHeld)]
    const total = book.sheets.reduce((sum, { size }) => sum + size, 0)
    const grids: Grid[] = []
    let [done, held] = [0, 0]
    for (const sheet of book.sheets) {
      const onRows = (): void => onProgress(done + Math.floor(sheet.size / 2), total)
      const grid = await gridOf(book, sheet, held, onRows, mostHeld)
      done += sheet.size
      held += grid.rows.characters
      onProgress(done, total)
      grids.push(grid)
    }
    return grids
  } catch (error) {
    if (error instanceof CsvFault) throw refused(`${file.name}：${error.message}`, error)
    throw error
  } finally {
    book.close()
  }
}
