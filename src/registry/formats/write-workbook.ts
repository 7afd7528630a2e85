import { PassThrough, type Readable } from 'node:stream'
import ExcelJS from 'exceljs'

/** One sheet to be written: its rows come as texts, so that the spreadsheet shows every number as it is. */
export interface SheetInput {
  readonly name: string
  readonly header: readonly string[]
  readonly rows: AsyncIterable<readonly string[]> | Iterable<readonly string[]>
}

async function fill(
  book: ExcelJS.stream.xlsx.WorkbookWriter,
  sheets: AsyncIterable<SheetInput> | Iterable<SheetInput>,
): Promise<void> {
  for await (const { name, header, rows } of sheets) {
    const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] })
    sheet.addRow(header).commit()
    for await (const row of rows) sheet.addRow(row).commit()
    sheet.commit()
  }
  await book.commit()
}

/** An .xlsx workbook as a stream of bytes. A failing source ends the stream with its error. */
export function writeWorkbook(sheets: AsyncIterable<SheetInput> | Iterable<SheetInput>): Readable {
  const out = new PassThrough()
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useSharedStrings: false, useStyles: false })
  fill(book, sheets).catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))))
  return out
}
