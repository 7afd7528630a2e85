import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import ExcelJS from 'exceljs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { caseImports } from '#casework/server'
import { exportsActions, sweepExportsJob } from '#exports'
import type { HandedTable } from '#exports/contract'
import { identityImports, makeUser } from '#identity'
import { isProblem } from '#kernel/problem'
import type { Action, Actor, Download } from '#platform/action'
import { type Blobs, openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import { folderSource, importPackage } from '#registry'
import { type Runtime, runAction, runJob } from '#runner'
import { writeZip } from '#sandbox'
import { numberOf } from '#testkit/case-application'
import { type TestDb, testDb } from '#testkit/db'
import { readZip } from '../../src/sandbox/tables/zip.ts'
import { listVillageNames } from './store.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const limits = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
const options = { asOf: '2026-06-30', limits, actor: 'system:test', now: () => '2026-07-01T00:00:00.000Z', newId: randomUUID }
const clock = fixedClock('2026-10-12T02:00:00Z')
const village = '629901001001'
const HEADERS = ['村（社区）', '姓名', '身份', '身份证号', '入库日期']
const ID = numberOf('19700101', '001')
const clerk: Actor = {
  userId: 'clerk',
  account: 'clerk',
  name: '经办',
  role: 'township_clerk',
  divisionCode: '629901001000',
  unitCode: null,
}

let db: TestDb
let dir: string
let blobs: Blobs
let runtime: Runtime
let actions: Map<string, Action>
let villageName = ''

beforeAll(async () => {
  db = await testDb()
  dir = mkdtempSync(join(tmpdir(), 'yingbao-tables-'))
  blobs = openBlobs(dir, db.keys)
  runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock, log: silentLog, blobs }
  await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)
  villageName = (await db.as(undefined, (tx) => tx.one<{ name: string }>('select name from division where code = $1', [village])))
    .name
  const tables = { ...identityImports(listVillageNames), ...caseImports(listVillageNames) }
  const door = { kinds: {}, sendExport: async () => undefined }
  actions = new Map(exportsActions(door, tables).map((each) => [each.name, each]))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function call<O>(name: string, input: object, actor = clerk): Promise<O> {
  const action = actions.get(`exports.${name}`)
  if (action === undefined) throw new Error(`no action ${name}`)
  return (await runAction(runtime, action, { actor, input })) as O
}

const check = (bytes: Buffer, kind = 'pool', actor = clerk): Promise<HandedTable> =>
  call(
    'check-table',
    { params: { kind }, query: { name: '名册.xlsx' }, upload: { stream: Readable.from([bytes]), mediaType: '' } },
    actor,
  )
const take = (tableId: string, whole = false): Promise<HandedTable> =>
  call('take-table', { params: { tableId }, body: { whole } })

async function returned(tableId: string): Promise<Buffer> {
  const { body, fileName } = await call<Download>('return-table', { params: { tableId } })
  expect(fileName).toBe('名册-错误原因.xlsx')
  return body as Buffer
}

async function opened(bytes: Buffer): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook()
  await book.xlsx.load(bytes as unknown as ExcelJS.Buffer)
  return book
}

async function written(fill: (book: ExcelJS.Workbook) => void): Promise<Buffer> {
  const book = new ExcelJS.Workbook()
  fill(book)
  return Buffer.from(await book.xlsx.writeBuffer())
}

/** A roster of the given rows under a title and the headers. */
const roster = (rows: readonly (readonly unknown[])[], headers: readonly string[] = HEADERS): Promise<Buffer> =>
  written((book) => {
    const sheet = book.addWorksheet('名册')
    sheet.addRow(['某村评议人员名册'])
    sheet.addRow(headers)
    for (const row of rows) sheet.addRow(row)
  })

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isProblem(error)) throw new Error(`not refused: ${String(error)}`)
  return error.message
}

const names = async (): Promise<string[]> =>
  (await db.as(undefined, (tx) => tx.query<{ name: string }>('select name from pool_member order by name'))).map(
    (row) => row.name,
  )
const representative = '村（居）民代表'

describe('a roster', () => {
  let first: HandedTable

  test('is looked at before anything is taken, with what is wrong in which row', async () => {
    const bytes = await roster([
      [village, '王秀英', representative, ID, '2026-09-30'],
      [villageName, '张全角', '党员代表', '', '２０２６年９月１日'],
      [village, '=HYPERLINK("http://x")', representative, '', ''],
      [village, '李损坏', representative, Number('622901197001011234'), ''],
      ['无此村', '赵', '神仙', '123', '昨天'],
      [village, '王秀英', representative, ID, '2026-09-30'],
    ])
    first = await check(bytes)
    expect(first).toMatchObject({ rows: 6, good: 2, known: 1, bad: 3, taken: 0 })
    expect(first.faults.map(({ row }) => row)).toEqual([5, 6, 7])
    const [formula, damaged, wrong] = first.faults.map(({ message }) => message)
    expect(formula).toContain('只用汉字、字母和间隔号')
    expect(damaged).toContain('6.229011970010112E+17')
    expect(damaged).toContain('文本')
    for (const each of ['“昨天”不是日期', '无此村', '身份“神仙”', '位数、校验码']) expect(wrong).toContain(each)
    expect(await names()).toEqual([])
  })

  test('is not taken whole with a fault in it, but its good rows are when asked for', async () => {
    expect(await refusal(take(first.tableId, true))).toContain('整表没有导入')
    expect(await names()).toEqual([])
    expect(await take(first.tableId)).toMatchObject({ taken: 2, bad: 3 })
    expect(await names()).toEqual(['张全角', '王秀英'])
    const kept = await db.as(undefined, (tx) =>
      tx.query<{ name: string; from_on: string; numbered: boolean }>(
        'select name, from_on, id_number_index is not null as numbered from pool_member order by name',
      ),
    )
    expect(kept).toEqual([
      { name: '张全角', from_on: '2026-09-01', numbered: false },
      { name: '王秀英', from_on: '2026-09-30', numbered: true },
    ])
    expect(await take(first.tableId)).toMatchObject({ taken: 0, known: 3 })
    expect(await names()).toHaveLength(2)
  })

  test('comes back as the same workbook, coloured, with the reasons at the end; mended, only the rest is read', async () => {
    const book = await opened(await returned(first.tableId))
    const sheet = book.getWorksheet('名册')
    expect(sheet?.getCell('A1').value).toBe('某村评议人员名册')
    expect(sheet?.getCell('F2').value).toBe('错误原因')
    expect(sheet?.getCell('F3').value).toBeNull()
    expect(String(sheet?.getCell('F6').value)).toContain('号码已被表格软件变成数字')
    expect(sheet?.getCell('D6').fill).toMatchObject({ fgColor: { argb: 'FFFFC7CE' } })
    expect(sheet?.getCell('B6').fill).not.toMatchObject({ fgColor: { argb: 'FFFFC7CE' } })
    expect(sheet?.getCell('B5').value).toBe('=HYPERLINK("http://x")')
    if (sheet === undefined) throw new Error('no sheet')
    sheet.getCell('D6').value = numberOf('19710101', '002')
    sheet.getCell('B5').value = '陈改正'
    const mended = await check(Buffer.from(await book.xlsx.writeBuffer()))
    expect(mended).toMatchObject({ rows: 6, good: 2, known: 3, bad: 1 })
    expect(await take(mended.tableId)).toMatchObject({ taken: 2 })
    expect(await names()).toEqual(['张全角', '李损坏', '王秀英', '陈改正'].sort())
    const again = (await opened(await returned(mended.tableId))).getWorksheet('名册')
    expect(again?.getCell('F5').value).toBeNull()
    expect(again?.getCell('G2').value).toBeNull()
    expect(String(again?.getCell('F7').value)).toContain('无此村')
  })

  test('of another area is refused row by row, and nobody reads the table of somebody else', async () => {
    const elsewhere = { ...clerk, userId: 'elsewhere', divisionCode: '629901002000' }
    const bytes = await roster([[village, '孙邻乡', representative, '', '']])
    const table = await check(bytes, 'pool', elsewhere)
    expect(table).toMatchObject({ good: 0, bad: 1 })
    expect(table.faults[0]?.message).toContain('您的辖区内没有')
    expect(await refusal(take(table.tableId))).toContain('没有这份表格')
    expect(await refusal(check(bytes, 'pool', { ...clerk, role: 'township_leader' }))).toContain('不能导入')
  })

  test('is deleted with its file after a week', async () => {
    const before = await db.as(undefined, (tx) => tx.query<{ sha256: string }>('select sha256 from handed_table'))
    expect(before.length).toBeGreaterThan(2)
    const later = { ...runtime, clock: fixedClock('2026-10-20T02:00:00Z') }
    await runJob(later, sweepExportsJob as never, {}, new AbortController().signal)
    for (const { sha256 } of before) expect(await blobs.has(sha256)).toBe(false)
    expect(await db.as(undefined, (tx) => tx.query('select 1 from handed_table'))).toEqual([])
  })
})

describe('hostile and odd workbooks', () => {
  test('without the headers, in another format, or without rows say what to do', async () => {
    expect(await refusal(check(await roster([], ['村', '名字'])))).toContain('缺少列：姓名、身份')
    expect(await refusal(check(await roster([])))).toContain('没有填写任何一行')
    expect(await refusal(check(Buffer.from('a,b\n1,2')))).toContain('另存为 .xlsx')
    expect(await refusal(check(Buffer.from('d0cf11e0a1b11ae1', 'hex')))).toContain('.xls')
    const half = (await roster([[village, '甲乙', representative]])).subarray(0, 2000)
    expect(await refusal(check(half))).toContain('损坏')
  })

  test('hidden sheets are not read, merged cells are asked for, days of 1904 are understood', async () => {
    const bytes = await written((book) => {
      book.properties.date1904 = true
      const hidden = book.addWorksheet('旧', { state: 'hidden' })
      hidden.addRow(HEADERS)
      hidden.addRow([village, '藏起来', representative, '', ''])
      const sheet = book.addWorksheet('新')
      sheet.addRow(HEADERS)
      sheet.addRow([village, '周合并', representative, '', ''])
      sheet.addRow([null, '吴合并', representative, '', ''])
      sheet.mergeCells('A2:A3')
      sheet.addRow([village, '郑日期', representative, '', 44834])
      sheet.addRow([village, '冯公式', { formula: '"村（居）"&"民代表"', result: representative }, '', ''])
    })
    const table = await check(bytes)
    const shown = table.faults.map(({ message }) => message).join()
    expect(shown).not.toContain('藏起来')
    expect(shown).toContain('取消合并')
    expect(await take(table.tableId)).toMatchObject({ rows: 4, taken: 3, bad: 1 })
    const [dated] = await db.as(undefined, (tx) =>
      tx.query<{ from_on: string }>('select from_on from pool_member where name = $1', ['郑日期']),
    )
    expect(dated?.from_on).toBe('2026-10-01')
    expect(await names()).not.toContain('藏起来')
  })

  test('a million empty rows go by in bounded memory', async () => {
    const plain = await roster([[village, '许末行', representative, '', '']])
    async function* sheetWithRows(text: string): AsyncGenerator<string> {
      const end = text.indexOf('</sheetData>')
      yield text.slice(0, end)
      for (let from = 10; from < 1_040_010; from += 10_000)
        yield Array.from({ length: 10_000 }, (_, i) => `<row r="${from + i}"><c r="A${from + i}" s="1"/></row>`).join('')
      yield text.slice(end)
    }
    const chunks: Buffer[] = []
    const parts = await Promise.all(
      readZip(plain).map(async (entry) => {
        const read: Buffer[] = []
        for await (const piece of entry.open()) read.push(piece)
        const text = Buffer.concat(read)
        const isSheet = entry.name === 'xl/worksheets/sheet1.xml'
        return { name: entry.name, chunks: isSheet ? sheetWithRows(text.toString()) : [text] }
      }),
    )
    for await (const chunk of writeZip(parts)) chunks.push(chunk)
    const before = process.memoryUsage().rss
    const table = await check(Buffer.concat(chunks))
    expect(table).toMatchObject({ rows: 1, good: 1 })
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20)
  }, 120_000)
})

test('the template has the headers, an example apart from them, and reads as an empty table', async () => {
  const { body, fileName } = await call<Download>('download-template', { params: { kind: 'pool' } })
  expect(fileName).toBe('评议人员名册-模板.xlsx')
  const chunks: Buffer[] = []
  for await (const chunk of body as Readable) chunks.push(chunk as Buffer)
  const book = await opened(Buffer.concat(chunks))
  expect(book.worksheets.map((sheet) => sheet.name)).toEqual(['评议人员名册', '填写示例', '填写说明'])
  expect(book.getWorksheet('评议人员名册')?.getRow(1).values).toEqual([undefined, ...HEADERS])
  expect(book.getWorksheet('评议人员名册')?.getColumn(4).numFmt).toBe('@')
  expect(await refusal(check(Buffer.concat(chunks)))).toContain('没有填写任何一行')
})

test('duties of villages are handed in by account or name', async () => {
  await makeUser(db.pool, {
    account: 'bao',
    name: '包村员',
    role: 'township_clerk',
    divisionCode: clerk.divisionCode,
    password: 'x',
  })
  const bytes = await roster(
    [
      [village, 'bao', '2026-10-01', ''],
      [villageName, '包村员', '2026-10-01', ''],
      [village, '没有的人', '2026-10-01', ''],
    ],
    ['村（社区）', '负责人', '自何日起', '说明'],
  )
  const table = await check(bytes, 'duty')
  expect(table).toMatchObject({ rows: 3, bad: 1 })
  expect(table.faults[0]).toMatchObject({ row: 5, message: expect.stringContaining('没有的人') })
  await take(table.tableId)
  expect(await db.as(undefined, (tx) => tx.query('select village_code from duty_area'))).toEqual([{ village_code: village }])
  expect(await check(bytes, 'duty')).toMatchObject({ good: 0, known: 2, bad: 1 })
})
