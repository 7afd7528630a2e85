import ExcelJS from 'exceljs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HandedFile } from './handed-file.ts'
import { columnOf, xmlText } from './sheet-cells.ts'
import type { SheetRow } from './sheet-reader.ts'
import { openWorkbook } from './workbook.ts'
import { writeZip, type ZipInput } from './write-zip.ts'
import { readZip } from './zip.ts'

async function bytesOf(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const out: Buffer[] = []
  for await (const chunk of chunks) out.push(chunk)
  return Buffer.concat(out)
}

describe('ZIP', () => {
  it('reads back what it writes', async () => {
    const inputs: ZipInput[] = [
      { name: '家庭.csv', chunks: ['甲,乙\n', Buffer.from('1,2\n')] },
      { name: 'empty.csv', chunks: [] },
    ]
    const archive = await bytesOf(writeZip(inputs))
    expect((await new HandedFile(archive).open()).kind).toBe('archive')
    const entries = readZip(archive)
    expect(entries.map(({ name, size }) => [name, size])).toEqual([
      ['家庭.csv', 12],
      ['empty.csv', 0],
    ])
    expect((await bytesOf((entries[0] ?? { open: () => writeZip([]) }).open())).toString()).toBe('甲,乙\n1,2\n')
  })

  it('refuses what is no archive or is cut', async () => {
    const archive = await bytesOf(writeZip([{ name: 'a', chunks: ['x'.repeat(1000)] }]))
    expect(() => readZip(archive.subarray(0, archive.length - 30))).toThrow(/ZIP/)
    expect(() => readZip(Buffer.from('hello'))).toThrow(/ZIP/)
    const broken = Buffer.from(archive)
    broken.fill(0xff, 31, 40)
    await expect(bytesOf((readZip(broken)[0] ?? { open: () => writeZip([]) }).open())).rejects.toThrow(/ZIP/)
  })
})

describe('workbooks', () => {
  it('tells merged areas, hidden rows and columns, a filter, and numbers like 2020.1', async () => {
    const book = new ExcelJS.Workbook()
    const sheet = book.addWorksheet('花名册')
    sheet.addRows([
      ['甲', '乙', '丙'],
      ['1', 2020.1, ''],
      ['', 300, ''],
    ])
    sheet.mergeCells('A2:A3')
    sheet.mergeCells('B1:C1')
    sheet.getColumn(3).hidden = true
    sheet.getRow(3).hidden = true
    const opened = await openWorkbook(readZip(Buffer.from(await book.xlsx.writeBuffer())))
    const frame = await opened.frame('花名册')
    const areas = Array.from({ length: frame.merges.length / 4 }, (_, i) => [...frame.merges.slice(4 * i, 4 * i + 4)].join(' '))
    expect(areas.sort()).toEqual(['1 1 1 2', '2 0 3 0'])
    expect(frame).toMatchObject({ hiddenColumns: [2], filtered: false })
    const rows: SheetRow[] = []
    for await (const batch of opened.rows('花名册')) rows.push(...batch)
    expect(rows.map(({ hidden, cut }) => [hidden, cut])).toEqual([
      [undefined, undefined],
      [undefined, [1]],
      [true, undefined],
    ])
  })

  async function sheetOf(fill: (sheet: ExcelJS.Worksheet) => void): Promise<SheetRow[]> {
    const book = new ExcelJS.Workbook()
    fill(book.addWorksheet('households'))
    const opened = await openWorkbook(readZip(Buffer.from(await book.xlsx.writeBuffer())))
    expect(opened.sheets.map(({ name }) => name)).toEqual(['households'])
    const rows: SheetRow[] = []
    for await (const batch of opened.rows('households')) rows.push(...batch)
    return rows
  }

  it('reads text, numbers, dates and gaps with the row numbers of the spreadsheet', async () => {
    const rows = await sheetOf((sheet) => {
      sheet.addRow(['编号', '日期', '金额'])
      const row = sheet.getRow(4)
      row.getCell(1).value = '<甲> & "乙"'
      row.getCell(2).value = new Date(Date.UTC(2026, 8, 30))
      row.getCell(2).numFmt = 'yyyy/m/d'
      row.getCell(4).value = 1234.5
      row.commit()
    })
    expect(rows).toEqual([
      { row: 1, cells: ['编号', '日期', '金额'] },
      { row: 4, cells: ['<甲> & "乙"', '2026-09-30', '', '1234.5'] },
    ])
  })

  it('gives a citizen number that became a number in exponent form', async () => {
    const rows = await sheetOf((sheet) => {
      sheet.addRow([110105194912310020, 0.1 + 0.2, true])
    })
    expect(rows[0]?.cells).toEqual(['1.1010519491231002E+17', '0.3', 'yes'])
  })

  it('reads any text back', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '<', '&', '"', '甲', ' ', '𠮷', "'"), minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 3 }), async (cells) => {
        const rows = await sheetOf((sheet) => {
          sheet.addRow(cells)
        })
        expect(rows[0]?.cells).toEqual(cells)
      }),
      { numRuns: 15 },
    )
  })

  it('refuses an archive that is no workbook', async () => {
    const archive = await bytesOf(writeZip([{ name: 'a.csv', chunks: ['x'] }]))
    await expect(openWorkbook(readZip(archive))).rejects.toThrow(/xlsx/)
  })

  it('knows columns and entities', () => {
    expect(['A1', 'Z9', 'AA10', 'BC2'].map(columnOf)).toEqual([0, 25, 26, 54])
    expect(xmlText('&#x7532;&amp;&#20057;')).toBe('甲&乙')
  })
})
