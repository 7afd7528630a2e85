import { PassThrough, type Readable } from 'node:stream'
import ExcelJS from 'exceljs'
import type { ReturnedSheet } from '../rules/returned-rows.ts'

/** Columns are as wide as most names and numbers. */
const WIDTH = 18

async function fill(book: ExcelJS.stream.xlsx.WorkbookWriter, sheets: readonly ReturnedSheet[]): Promise<void> {
  for (const { name, rows } of sheets) {
    const sheet = book.addWorksheet(name === '' ? '台账' : name, { properties: { defaultColWidth: WIDTH } })
    // The text format keeps long numbers as they are when somebody types into the cell.
    for (const cells of rows) {
      const row = sheet.addRow(cells)
      row.eachCell((cell) => {
        cell.numFmt = '@'
      })
      row.commit()
    }
    sheet.commit()
  }
  await book.commit()
}

/** The workbook that goes back, as a stream of bytes; every cell is text. */
export function returnedWorkbook(sheets: readonly ReturnedSheet[]): Readable {
  const out = new PassThrough()
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useSharedStrings: false, useStyles: true })
  fill(book, sheets).catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))))
  return out
}
