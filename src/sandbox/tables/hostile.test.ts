import { crc32, deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { isProblem, type Problem } from '#kernel/problem'
import { MOST_COLUMNS, MOST_SHEETS } from './limits.ts'
import { csvRows, lookAtCsv, openTable } from './open-table.ts'
import type { SheetRow } from './sheet-reader.ts'
import { writeZip, type ZipInput } from './write-zip.ts'

/** Files made to stop whoever reads them. Each is small as it is handed in. */

const MB = 2 ** 20
const RELATIONS = '<Relationships><Relationship Id="rId1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>'
const BOOK = '<workbook xmlns:r="r"><sheets><sheet name="花名册" sheetId="1" r:id="rId1"/></sheets></workbook>'

function* often(text: string, times: number): Generator<string> {
  const atOnce = Math.min(times, 10_000)
  const block = text.repeat(atOnce)
  for (let made = 0; made < times; made += atOnce) yield block
}

/** A workbook with the given parts in place of plain ones. */
async function* book(parts: Readonly<Record<string, ZipInput['chunks']>>): AsyncGenerator<Uint8Array> {
  const plain = {
    'xl/workbook.xml': [BOOK],
    'xl/_rels/workbook.xml.rels': [RELATIONS],
    'xl/worksheets/sheet1.xml': ['<worksheet/>'],
  }
  yield* writeZip(Object.entries({ ...plain, ...parts }).map(([name, chunks]) => ({ name, chunks })))
}

const sheet = (...chunks: Iterable<string>[]): AsyncGenerator<Uint8Array> => {
  function* whole(): Generator<string> {
    yield '<worksheet><sheetData>'
    for (const each of chunks) yield* each
    yield '</sheetData></worksheet>'
  }
  return book({ 'xl/worksheets/sheet1.xml': whole() })
}

async function* file(bytes: Uint8Array | string): AsyncGenerator<Uint8Array> {
  yield typeof bytes === 'string' ? Buffer.from(bytes) : bytes
}

async function* fileOf(text: string, times: number): AsyncGenerator<Uint8Array> {
  for (const piece of often(text, times)) yield Buffer.from(piece)
}

async function* quoted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from('"')
  yield* bytes
}

async function bytesOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function readAll(bytes: AsyncIterable<Uint8Array>, limits: Parameters<typeof openTable>[1] = {}): Promise<SheetRow[]> {
  const table = await openTable(bytes, limits)
  const rows: SheetRow[] = []
  try {
    for await (const row of table.rows(null)) rows.push(row)
  } finally {
    table.close()
  }
  return rows
}

async function refusal(reading: Promise<unknown>): Promise<Problem> {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isProblem(error)) throw new Error(`not refused: ${String(error)}`)
  return error
}

/** What one reading must keep within, however the machine is loaded. */
const TIME = 20_000

const entryOf = (name: string, body: Buffer, size: number, crc: number, flags = 0): { local: Buffer; central: Buffer } => {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(flags, 2)
  fields.writeUInt16LE(8, 4)
  fields.writeUInt32LE(crc, 10)
  fields.writeUInt32LE(body.length, 14)
  fields.writeUInt32LE(size, 18)
  fields.writeUInt16LE(Buffer.byteLength(name), 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), body])
  const central = Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), fields, Buffer.alloc(14), Buffer.from(name)])
  return { local, central }
}

/** An archive whose directory says what it likes; every file of it lies at its begin. */
function archive(entries: readonly ReturnType<typeof entryOf>[]): Buffer {
  const local = entries[0]?.local ?? Buffer.alloc(0)
  const central = Buffer.concat(entries.map((entry) => entry.central))
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}

describe('a file made to stop its reader', () => {
  const hostile: [string, () => AsyncIterable<Uint8Array>, RegExp][] = [
    ['80,000 sheets that do not end', () => book({ 'xl/workbook.xml': often('<sheet ', 80_000) }), /已损坏/],
    ['80,000 sheets', () => book({ 'xl/workbook.xml': often('<sheet name="a" r:id="b"/>', 80_000) }), /工作表超过 500 张.*拆分/],
    ['100 MB of blanks as a text', () => book({ 'xl/worksheets/sheet1.xml': often(' ', 100 * MB) }), /200 倍.*另存为 \.xlsx/],
    [
      'a text longer than a cell can be',
      () => sheet(['<row><c t="inlineStr"><is><t>'], often('多', 300_000), ['</t></is></c></row>']),
      /第 1 行第 1 列的单元格超过 32,767 字/,
    ],
    ['a row number beyond any spreadsheet', () => sheet(['<row r="999999999"><c><v>1</v></c></row>']), /超过 1,048,576 行/],
    ['a row number that is none', () => sheet(['<row r="1e3x"><c><v>1</v></c></row>']), /已损坏/],
    ['cells within cells', () => sheet(['<row>'], often('<c>', 2_000_000)), /已损坏/],
    [
      'a sheet that breaks off',
      () => book({ 'xl/worksheets/sheet1.xml': ['<worksheet><sheetData><row r="1"><c><v>1'] }),
      /已损坏/,
    ],
    [
      'own entities',
      () => book({ 'xl/workbook.xml': ['<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><workbook>&a;</workbook>'] }),
      /已损坏/,
    ],
    ['a tag without end', () => sheet(['<row spans="'], often('x', 1_000_000)), /已损坏/],
    [
      'a row of a thousand cells that all show one text of 30 KB',
      () => {
        const shared = ['<sst><si><t>', 'x'.repeat(30_000), '</t></si></sst>']
        const cells = ['<worksheet><sheetData><row>', '<c t="s"><v>0</v></c>'.repeat(1000), '</row></sheetData></worksheet>']
        return book({ 'xl/sharedStrings.xml': shared, 'xl/worksheets/sheet1.xml': cells })
      },
      /第 1 行的文字超过 1,048,576 字/,
    ],
    ['a wrong sum', () => file(archive([entryOf('xl/workbook.xml', deflateRawSync(BOOK), BOOK.length, 1)])), /已损坏/],
    [
      'files of one name',
      () => {
        const entry = entryOf('xl/workbook.xml', deflateRawSync(BOOK), BOOK.length, crc32(BOOK))
        return file(archive([entry, entry]))
      },
      /已损坏/,
    ],
    [
      'files that lie over each other',
      () => {
        const body = deflateRawSync(Buffer.alloc(MB))
        return file(archive(Array.from({ length: 3000 }, (_, i) => entryOf(`${i}`, body, MB, 0))))
      },
      /已损坏/,
    ],
    [
      '60,000 files',
      () => file(archive(Array.from({ length: 60_000 }, (_, i) => entryOf(`${i}`, Buffer.alloc(0), 0, 0)))),
      /60,000 个文件，超过 5,000 个/,
    ],
    ['an archive with a password', () => file(archive([entryOf('a.csv', Buffer.from('x'), 1, 0, 1)])), /设有密码/],
    ['a row of CSV without end', () => fileOf('x', 8 * MB), /一行超过 1,048,576 字/],
    ['a quote that nobody closes', () => quoted(fileOf('x,\n', 4 * MB)), /一行超过 1,048,576 字/],
    ['a million columns', () => fileOf(',', 500_000), /超过 1,000 列/],
    ['more than may be handed in', () => fileOf('0123456789', 14 * MB), /超过 128 MB 的上限.*拆分/],
  ]
  it.each(hostile)('%s is refused in a sentence', async (_, bytes, sentence) => {
    const begun = performance.now()
    const problem = await refusal(readAll(bytes()))
    expect(problem.message).toMatch(sentence)
    expect(performance.now() - begun).toBeLessThan(TIME)
  })

  it('keeps nobody else waiting: this process does other work while it is read', async () => {
    const cells = await bytesOf(sheet(often('<row><c><v>1</v></c></row>', 400_000)))
    const tags = await bytesOf(book({ 'xl/workbook.xml': often('<sheet ', 80_000) }))
    let last = performance.now()
    let longest = 0
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 10)
    await Promise.all([readAll(file(cells)), refusal(readAll(file(tags)))])
    clearInterval(timer)
    expect(longest).toBeLessThan(1000)
  })

  it('is ended when it takes too long or too much memory, and this process stays as it was', async () => {
    const long = await refusal(readAll(sheet(often('<row><c><v>1</v></c></row>', 200_000)), { answerMs: 60 }))
    expect(long.message).toMatch(/时间超过上限.*另存为/)
    const before = process.memoryUsage.rss()
    const large = await refusal(readAll(fileOf('一二三四五六七八九十\n', 3 * MB), { mostBytes: 100 * MB }))
    expect(large.message).toMatch(/内存超过上限.*另存为/)
    expect(process.memoryUsage.rss() - before).toBeLessThan(60 * MB)
  })

  it('leaves room for others: no more than two processes at a time, the rest wait', async () => {
    const tables = await Promise.all([openTable(file('a,b\n')), openTable(file('a,b\n'))])
    let isThird = false
    const third = openTable(file('a,b\n')).then((table) => {
      isThird = true
      table.close()
    })
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(isThird).toBe(false)
    for (const table of tables) table.close()
    await third
    expect(isThird).toBe(true)
  })
})

describe('a file that only looks odd', () => {
  it('is read: a million empty rows, a sheet that says it reaches XFD1048576, cells far to the right', async () => {
    function* rows(): Generator<string> {
      for (let row = 1; row < 1_048_576; row += 10_000) {
        const last = Math.min(row + 10_000, 1_048_576)
        let text = ''
        for (let at = row; at < last; at++) text += `<row r="${at}"/>`
        yield text
      }
    }
    const last = ['<row r="1048576"><c r="A1048576"><v>7</v></c><c r="XFD1048576" s="0"/></row>']
    const bytes = book({
      'xl/worksheets/sheet1.xml': (function* () {
        yield '<worksheet><dimension ref="A1:XFD1048576"/><sheetData>'
        yield* rows()
        yield* last
        yield '</sheetData></worksheet>'
      })(),
    })
    const read = await readAll(bytes)
    expect(read.filter(({ cells }) => cells.length > 0)).toEqual([{ row: 1_048_576, cells: ['7'] }])
  })

  it(`is read: ${MOST_SHEETS} sheets, an archive within the archive, references it does not define`, async () => {
    const sheets = Array.from({ length: MOST_SHEETS }, (_, i) => `<sheet name="${i}村" r:id='rId1'/>`).join('')
    const cell = '<row><c t="inlineStr"><is><t>&lol;&amp;<![CDATA[<甲&乙>]]></t></is></c></row>'
    const table = await openTable(
      book({
        'xl/workbook.xml': [`<workbook><!-- > --><sheets>${sheets}</sheets></workbook>`],
        'xl/worksheets/sheet1.xml': [`<?xml version="1.0"?><worksheet><sheetData>${cell}</sheetData></worksheet>`],
        'xl/media/inner.zip': [archive([])],
      }),
    )
    const rows: SheetRow[] = []
    for await (const row of table.rows('499村')) rows.push(row)
    table.close()
    expect(rows).toEqual([{ row: 1, cells: ['&lol;&<甲&乙>'] }])
  })

  it('has its merged areas within the columns that are read', async () => {
    const areas = ['A1:ZZZ1000000', 'B2:C3', 'ALM1:ALN2', 'ZZA1:ZZZ9'].map((ref) => `<mergeCell ref="${ref}"/>`).join('')
    const part = `<worksheet><sheetData></sheetData><mergeCells>${areas}</mergeCells></worksheet>`
    const table = await openTable(book({ 'xl/worksheets/sheet1.xml': [part] }))
    const { merges } = await table.frame('花名册')
    table.close()
    expect([...merges]).toEqual([1, 0, 1_000_000, MOST_COLUMNS, 2, 1, 3, 2, 1, MOST_COLUMNS, 2, MOST_COLUMNS])
  })

  it('is known for what it is by its bytes', async () => {
    const compound = Buffer.from('d0cf11e0a1b11ae1', 'hex')
    const kindOf = async (bytes: Buffer) => {
      const table = await openTable(file(bytes))
      table.close()
      return table.kind
    }
    expect(await kindOf(Buffer.concat([compound, Buffer.alloc(512)]))).toBe('old')
    expect(await kindOf(Buffer.concat([compound, Buffer.from('EncryptedPackage', 'utf16le')]))).toBe('sealed')
    expect(await kindOf(archive([]))).toBe('csv')
  })
})

describe('CSV that is not held', () => {
  it('comes through byte by byte as it is, in pieces of any size', async () => {
    const text = '编号,姓名\n1,"甲\n乙"\n2,丙\r\n'
    const look = lookAtCsv()
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for (const byte of Buffer.from(text)) yield Buffer.from([byte])
    }
    const through: Uint8Array[] = []
    for await (const piece of look.through(bytes(), 'persons.csv')) through.push(piece)
    expect(Buffer.concat(through).toString()).toBe(text)
    const rows: SheetRow[] = []
    for await (const row of csvRows(bytes(), '')) rows.push(row)
    expect(rows).toEqual([
      { row: 1, cells: ['编号', '姓名'] },
      { row: 2, cells: ['1', '甲\n乙'] },
      { row: 3, cells: ['2', '丙'] },
    ])
    const reading = async () => {
      for await (const piece of look.through(fileOf('x', 8 * MB), 'persons.csv')) through.push(piece)
    }
    expect((await refusal(reading())).message).toMatch(/persons\.csv第 1 行附近：一行超过/)
    look.close()
  })
})
