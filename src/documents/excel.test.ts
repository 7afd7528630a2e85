import { buffer } from 'node:stream/consumers'
import ExcelJS from 'exceljs'
import { describe, expect, it } from 'vitest'
import { excelStream, type Sheet, safeCellText, sheetName } from './excel.ts'

const columns: Sheet['columns'] = [
  { header: '家庭编号', key: 'household', kind: 'text' },
  { header: '公民身份号码', key: 'id', kind: 'text', width: 22 },
  { header: '金额', key: 'amount', kind: 'money' },
  { header: '人数', key: 'count', kind: 'number' },
  { header: '日期', key: 'on', kind: 'date' },
]

async function readBack(sheets: Sheet[]): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook()
  const bytes = await buffer(excelStream(sheets))
  await book.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer)
  return book
}

describe('Excel files', () => {
  it('keeps numbers of persons as text and money as a number', async () => {
    const row = { household: '0001', id: '11010519491231002X', amount: 123_456, count: 3, on: '2026-09-01' }
    const page = (await readBack([{ name: '名册', columns, rows: [row] }])).getWorksheet('名册')
    const cells = page?.getRow(2)
    expect(cells?.getCell(1).value).toBe('0001')
    expect(cells?.getCell(1).numFmt).toBe('@')
    expect(cells?.getCell(2).value).toBe('11010519491231002X')
    expect(cells?.getCell(3).value).toBe(1234.56)
    expect(cells?.getCell(4).value).toBe(3)
    expect(cells?.getCell(5).value).toBe('2026-09-01')
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('does not let %j run as a formula', async (text) => {
    const page = (await readBack([{ name: 'x', columns, rows: [{ household: text }] }])).getWorksheet('x')
    const value = page?.getRow(2).getCell(1).value
    expect(typeof value).toBe('string')
    expect(String(value).startsWith("'")).toBe(true)
  })

  it('leaves harmless text alone and drops what XML cannot carry', () => {
    expect(safeCellText('甲=乙 䶮𠮷')).toBe('甲=乙 䶮𠮷')
    expect(safeCellText('a\u0000b\u0007c')).toBe('abc')
    expect(safeCellText('\u0000=1')).toBe("'=1")
    expect(safeCellText('a\ud800b')).toBe('ab')
  })

  it('leaves empty what is empty, which is not 0', async () => {
    const page = (await readBack([{ name: 'x', columns, rows: [{ household: '1', amount: null }] }])).getWorksheet('x')
    expect(page?.getRow(2).getCell(3).value).toBeNull()
  })

  it('writes several sheets from sources that come over time', async () => {
    async function* later() {
      for (let index = 0; index < 1000; index++) yield await Promise.resolve({ household: String(index) })
    }
    const book = await readBack([
      { name: 'a', columns, rows: later() },
      { name: 'b', columns, rows: [] },
    ])
    expect(book.getWorksheet('a')?.rowCount).toBe(1001)
    expect(book.getWorksheet('b')?.rowCount).toBe(1)
  })

  it('fails the stream when the rows fail', async () => {
    async function* broken() {
      yield await Promise.resolve({ household: '1' })
      throw new Error('database gone')
    }
    await expect(buffer(excelStream([{ name: 'a', columns, rows: broken() }]))).rejects.toThrow('database gone')
  })

  it('makes sheet names that Excel takes', () => {
    expect(sheetName('a/b:c*[d]?\\e')).toBe('a b c  d   e')
    expect(sheetName('x'.repeat(40))).toHaveLength(31)
  })
})
