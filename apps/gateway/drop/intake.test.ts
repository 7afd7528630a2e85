import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ExcelJS from 'exceljs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeZip } from '#sandbox'
import { type Basis, recordTypeOf } from '#sources/contract'
import { systemClock } from '../clock.ts'
import { FileStore } from '../store/file-store.ts'
import { UnitRegister } from '../store/unit-register.ts'
import { DropIntake } from './intake.ts'
import { listSetAside } from './set-aside.ts'
import { templateOf } from './template.ts'

const good = '11010519491231002X'
const basis: Basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '' }
const noon = () => Date.parse('2026-09-30T04:00:00.000Z')
const clock = { ...systemClock, nowMs: noon }
const head = '来源记录号,数据时点,公民身份号码,姓名,死亡日期,注销日期,办理派出所'

let root = ''
let dir = ''
let register: UnitRegister
let intake: DropIntake
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yingbao-drop-'))
  dir = join(root, 'in')
  clock.nowMs = noon
  register = new UnitRegister(join(root, 'state'))
  const source = { kind: 'drop' as const, dir, records: {} }
  intake = new DropIntake({ unit: 'police', source, folder: join(root, 'state/dropped'), register, clock })
})
afterEach(async () => {
  await intake.close()
  register.close()
  rmSync(root, { recursive: true, force: true })
})

/** Puts a file that has lain still for a while. */
function put(name: string, content: string | Buffer, at = '2026-09-30T03:00:00Z'): void {
  writeFileSync(join(dir, name), content)
  utimesSync(join(dir, name), new Date(at), new Date(at))
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')
const control = (content: string | Buffer, rows: number): string => `rows=${rows}\nsha256=${sha256(content)}\n`
const oneRow = `${head}\nD1,2026-09-01,${good},张三,2026-01-01,,\n`

async function statesOf(): Promise<string> {
  const store = new FileStore('police', { kind: 'package', dir: join(root, 'state/dropped') }, join(root, 'state'))
  const { statement } = await store.prepare(basis)
  await store.close()
  return statement.records.map(({ record, state, rows, asOfDate }) => `${record} ${state} ${rows} ${asOfDate ?? '-'}`).join('; ')
}

async function workbook(rows: readonly (readonly ExcelJS.CellValue[])[]): Promise<Buffer> {
  const book = new ExcelJS.Workbook()
  const sheet = book.addWorksheet('死亡注销')
  for (const row of rows) sheet.addRow([...row])
  return Buffer.from(await book.xlsx.writeBuffer())
}

describe('the folder', () => {
  test('a file counts once its control file confirms it, and feeds the answers', async () => {
    put('deaths.csv', oneRow)
    expect(await intake.look()).toEqual([{ file: 'deaths.csv', why: expect.stringContaining('等待控制文件 deaths.csv.ctl') }])
    put('deaths.csv.ctl', control(oneRow, 1))
    expect(await intake.look()).toEqual([])
    expect(register.listTaken(9)).toMatchObject([
      { record: 'police/deaths', rows: 1, accepted: 1, quarantined: 0, asOf: '2026-09-01' },
    ])
    expect(await statesOf()).toContain('police/deaths answered 1 2026-09-01')
    expect(readdirSync(dir)).toEqual(['taken'])
  })

  test('a row of today is used, also before eight in the morning', async () => {
    const today = oneRow.replace('2026-09-01', '2026-09-30')
    clock.nowMs = () => Date.parse('2026-09-29T23:00:00.000Z')
    put('deaths.csv', today, '2026-09-29T22:00:00Z')
    put('deaths.csv.ctl', control(today, 1), '2026-09-29T22:00:00Z')
    expect(await intake.look()).toEqual([])
    expect(register.listTaken(9)).toMatchObject([{ accepted: 1, quarantined: 0, asOf: '2026-09-30' }])
    expect(readFileSync(join(root, 'state/dropped/manifest.csv'), 'utf8')).toContain('deaths,answered,2026-09-30,2026-09-30')
  })

  test('a file that cannot be carried over waits and says so; once there is room it is taken', async () => {
    rmSync(join(root, 'state/dropped'), { recursive: true })
    put('deaths.csv', oneRow)
    put('deaths.csv.ctl', control(oneRow, 1))
    expect(await intake.look()).toEqual([{ file: 'deaths.csv', why: '读写文件时出错（ENOENT）：请检查权限和磁盘空间' }])
    mkdirSync(join(root, 'state/dropped'))
    expect(await intake.look()).toEqual([])
    expect(register.listTaken(9)).toMatchObject([{ rows: 1, accepted: 1 }])
  })

  test('half-written, repeated and unknown files wait and are named', async () => {
    put('deaths.csv', oneRow.slice(0, -20))
    put('deaths.ok', control(oneRow, 1))
    put('死亡注销二.csv', oneRow)
    put('死亡注销二.csv.ctl', control(oneRow, 2))
    put('boats.csv', 'x')
    put('vehicles.csv.ctl', 'rows=1')
    put('notes.txt', 'x')
    writeFileSync(join(dir, 'custody.csv'), 'x')
    put('custody.csv.ctl', 'rows=1')
    utimesSync(join(dir, 'custody.csv'), new Date('2026-09-30T03:59:59.500Z'), new Date('2026-09-30T03:59:59.500Z'))
    const why = Object.fromEntries((await intake.look()).map((each) => [each.file, each.why]))
    expect(why['deaths.csv']).toContain('摘要不符')
    expect(why['死亡注销二.csv']).toContain('写明 2 行，文件有 1 行')
    expect(why['boats.csv']).toContain('文件名应以记录类型开头')
    expect(why['vehicles.csv.ctl']).toContain('没有找到对应的数据文件')
    expect(why['notes.txt']).toContain('只接收 .csv 和 .xlsx')
    expect(why['custody.csv']).toContain('还在变化')
    expect(register.listTaken(9)).toEqual([])
    put('死亡注销二.csv.ctl', control(oneRow, 1))
    await intake.look()
    put('deaths-copy.csv', oneRow)
    put('deaths-copy.csv.ctl', control(oneRow, 1))
    expect((await intake.look()).find(({ file }) => file === 'deaths-copy.csv')?.why).toContain('重复文件，未再次取用')
    expect(register.listTaken(9)).toHaveLength(1)
  })

  test('a control file without its lines says which is missing', async () => {
    put('deaths.csv', oneRow)
    put('deaths.csv.ctl', 'rows=1\n')
    expect((await intake.look())[0]?.why).toContain('sha256=')
    put('deaths.csv.ctl', `sha256=${sha256(oneRow)}\n`)
    expect((await intake.look())[0]?.why).toContain('rows=')
  })
})

describe('an upload', () => {
  const upload = (file: string, bytes: Buffer, again = false) =>
    intake.upload({ file, bytes, record: 'police/deaths', by: '李专员', asOf: '2026-09-15', again })

  test('a number cell instead of a text cell sets the row aside, with where, what and how', async () => {
    const bytes = await workbook([
      head.split(','),
      ['D1', new Date('2026-09-01T00:00:00Z'), good, '张三', '2026-01-01', null, '城关'],
      ['D2', '2026-09-01', Number('110105194912310021'), '李四', '2026-01-01', null, '城关'],
      [],
      ['D3', '2026-09-01', '110105194912310021', '李四', '2026-01-01', null, '城关'],
      ['D4', '2026-09-01', good, '张三', '2026-01-01', null, Number('123456789012345678')],
    ])
    const taken = await upload('死亡.xlsx', bytes)
    expect(taken).toMatchObject({ rows: 4, accepted: 1, quarantined: 3, asOf: '2026-09-15', by: '李专员' })
    const inUse = intake.inUse('police/deaths')
    const aside = inUse === undefined ? [] : await listSetAside('police/deaths', inUse, basis)
    expect(aside.map(({ row, why }) => `${row} ${why.join('')}`)).toEqual([
      expect.stringMatching(/^3 公民身份号码：单元格是数字格式.*设为“文本”/),
      expect.stringMatching(/^5 公民身份号码（id_number）：.*校验位不对/),
      expect.stringMatching(/^6 办理派出所：单元格是数字格式/),
    ])
    expect(await statesOf()).toContain('police/deaths answered 4 2026-09-15')
  })

  test('the same file twice is said to be repeated unless it is meant', async () => {
    const bytes = Buffer.from(oneRow)
    await upload('a.csv', bytes)
    await expect(upload('b.csv', bytes)).rejects.toThrow('重复文件')
    await upload('b.csv', bytes, true)
    expect(register.listTaken(9)).toHaveLength(2)
    expect(readdirSync(dir)).toEqual(['taken'])
  })

  test('a workbook made to stop the gateway is refused with a sentence, and the gateway works meanwhile', async () => {
    const parts = [{ name: 'xl/workbook.xml', chunks: ['<sheet '.repeat(80_000)] }]
    const book: Buffer[] = []
    for await (const piece of writeZip(parts)) book.push(piece)
    let ticks = 0
    const timer = setInterval(() => ticks++, 20)
    await expect(upload('c.xlsx', Buffer.concat(book))).rejects.toThrow('不是 .xlsx 工作簿或已损坏')
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(1)
    await expect(upload('d.csv', Buffer.from(`${head}\n"${'x'.repeat(4_000_000)}`))).rejects.toThrow('一行超过 1,048,576 字')
    expect(register.listTaken(9)).toEqual([])
    await upload('e.csv', Buffer.from(oneRow))
    expect(register.listTaken(9)).toHaveLength(1)
  }, 30_000)

  test('a file without a column or that is no workbook changes nothing', async () => {
    await upload('a.csv', Buffer.from(oneRow))
    await expect(upload('b.csv', Buffer.from(oneRow.replace('死亡日期', '死亡')))).rejects.toThrow('表头缺少列：死亡日期')
    await expect(upload('c.xlsx', Buffer.from('not a workbook'))).rejects.toThrow('不是 .xlsx 工作簿')
    await expect(upload('d.csv', Buffer.from([0xff, 0xfe, 0x0a]))).rejects.toThrow('UTF-8')
    expect(existsSync(join(root, 'state/dropped/deaths.csv'))).toBe(true)
    expect(await statesOf()).toContain('police/deaths answered 1 ')
  })

  test('the template can be filled in and taken, codes by their Chinese names', async () => {
    const book = new ExcelJS.Workbook()
    await book.xlsx.load((await templateOf(recordTypeOf('police/custody'))) as unknown as ArrayBuffer)
    const [sheet] = book.worksheets
    sheet?.addRow([])
    const row = ['C1', '2026-09-01', good, '张三', '服刑', '2026-01-01', '', '某监狱']
    row.forEach((value, i) => {
      if (sheet) sheet.getCell(2, i + 1).value = value
    })
    const bytes = Buffer.from(await book.xlsx.writeBuffer())
    const taken = await intake.upload({ file: '羁押.xlsx', bytes, record: 'police/custody', by: '李', asOf: null, again: false })
    expect(taken).toMatchObject({ rows: 1, accepted: 1 })
    expect(readFileSync(join(root, 'state/dropped/custody.csv'), 'utf8')).toContain(',prison,')
  })
})
