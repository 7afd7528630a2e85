import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CsvFault, CsvParser, type CsvRecord, formatCsvRow, readCsv } from './csv.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function parse(data: Uint8Array, piece = data.length): CsvRecord[] {
  const parser = new CsvParser()
  const out: CsvRecord[] = []
  for (let i = 0; i < data.length; i += piece) out.push(...parser.push(data.subarray(i, i + piece)))
  out.push(...parser.end())
  return out
}

const rows = (text: string, piece?: number) => parse(bytes(text), piece).map(({ row, fields }) => [row, ...fields])

function fault(text: string | Uint8Array): string {
  try {
    parse(typeof text === 'string' ? bytes(text) : text)
  } catch (error) {
    return error instanceof CsvFault ? error.fault : 'other'
  }
  return 'none'
}

describe('CSV', () => {
  it('reads both line ends, a mark at the start and a missing last line end', () => {
    expect(rows('\ufeffa,b\r\n1,2\n3,')).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
      [3, '3', ''],
    ])
  })

  it('counts blank lines but not line breaks in quotes', () => {
    expect(rows('a\n\n"x\ny"\n\r\nz\n')).toEqual([
      [1, 'a'],
      [3, 'x\ny'],
      [5, 'z'],
    ])
    expect(rows('""\n')).toEqual([[1, '']])
  })

  it('keeps the raw text of a record without its line end', () => {
    expect(parse(bytes('a,"b ""c"", d"\r\n1,"2\n3"\n')).map(({ raw }) => raw)).toEqual(['a,"b ""c"", d"', '1,"2\n3"'])
  })

  it('takes a quote inside an unquoted field as text', () => {
    expect(rows('a"b,c\n')).toEqual([[1, 'a"b', 'c']])
  })

  it('refuses what makes a file unusable', () => {
    expect(fault('a,"b\nc')).toBe('unclosed-quote')
    expect(fault('"a"b,c\n')).toBe('text-after-quote')
    expect(fault(new Uint8Array([97, 0xff, 10]))).toBe('not-utf8')
    expect(fault(new Uint8Array([0xe7, 0x94]))).toBe('not-utf8')
    expect(fault('a,b\n')).toBe('none')
  })

  it('reads the same whatever the pieces', () => {
    const text = '\ufeff甲,"乙\r\n丙",""\n\n"x""y",,𠮷\r\n"",z,"a,b"'
    const whole = rows(text)
    for (let piece = 1; piece < 12; piece++) expect(rows(text, piece)).toEqual(whole)
  })

  it('reads back what it writes', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', '甲', ' ') })
    const record = fc.array(field, { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(fc.array(record, { minLength: 1 }), fc.integer({ min: 1, max: 7 }), (records, piece) => {
        const text = records.map((each) => `${formatCsvRow(each)}\r\n`).join('')
        expect(parse(bytes(text), piece).map(({ fields }) => fields)).toEqual(records)
      }),
    )
  })

  it('streams', async () => {
    async function* source() {
      yield bytes('a,b\n1,')
      yield bytes('2\n')
    }
    const out: CsvRecord[] = []
    for await (const batch of readCsv(source())) out.push(...batch)
    expect(out.map(({ raw }) => raw)).toEqual(['a,b', '1,2'])
  })
})
