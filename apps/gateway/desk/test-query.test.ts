import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Basis, recordTypeOf } from '#sources/contract'
import { type MappedSource, type TestQuery, type TriedQuery, tryQuery } from './test-query.ts'

const basis: Basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '' }
const type = recordTypeOf('police/deaths')
const id = '11010519491231002X'
const columns = { source_record_id: '编号', id_number: '身份证', death_date: '死亡' }

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yingbao-try-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function csv(...rows: string[]): { source: MappedSource; place: string } {
  const place = join(dir, 'deaths.csv')
  writeFileSync(place, ['编号,as_of_date,身份证,name,死亡,cancelled_on,station', ...rows].join('\n'))
  return { source: { kind: 'csv', records: {} }, place }
}

function ask(of: { source: MappedSource; place: string }, change: Partial<TestQuery> = {}): Promise<TriedQuery> {
  return tryQuery({ ...of, type, naming: { columns, codes: {} }, idNumber: null, basis, taken: undefined, ...change })
}

const faultsOf = (tried: TriedQuery): string[] =>
  tried.columns.flatMap(({ label, fault }) => (fault === '' ? [] : [`${label}: ${fault}`]))

describe('a CSV of the unit', () => {
  test('a sample row shows every column as it stands and as it is read', async () => {
    const tried = await ask(csv(`D1,2026/9/1,${id.toLowerCase()},张三,20260102,,某所`))
    expect(faultsOf(tried)).toEqual([])
    expect(tried).toMatchObject({ rows: 1, isRefused: false })
    expect(tried.columns.map(({ theirs, raw, read }) => [theirs, raw, read]).slice(0, 5)).toEqual([
      ['编号', 'D1', 'D1'],
      ['as_of_date', '2026/9/1', '2026-09-01'],
      ['身份证', id.toLowerCase(), id],
      ['name', '张三', '张三'],
      ['死亡', '20260102', '2026-01-02'],
    ])
  })

  test('a number is looked for however it is written; faults are named by column, with how to mend them', async () => {
    const of = csv('D0,2026-09-01,110105197001010016,李四,2026-01-01,,', `D1,2027-01-01,${id},,2026-13-01,,`)
    const tried = await ask(of, { idNumber: id })
    expect(tried).toMatchObject({ rows: 1, isRefused: true })
    expect(faultsOf(tried)).toEqual([
      expect.stringMatching(/^数据时点: .*晚于核对时点/),
      expect.stringMatching(/^姓名: .*必填项为空，请补填/),
      expect.stringMatching(/^死亡日期: .*日期不存在/),
    ])
    expect((await ask(of, { idNumber: '110105198001010011' })).rows).toBe(0)
  })

  test('a column that is not there, a file that is not there, a file that is no CSV', async () => {
    const of = csv(`D1,2026-09-01,${id},张三,2026-01-02,,`)
    const tried = await ask(of, { naming: { columns: { ...columns, name: '姓名' }, codes: {} } })
    expect(faultsOf(tried)).toEqual(['姓名: 文件中没有这一列，请填写本单位的列名'])
    expect((await ask({ ...of, place: join(dir, 'absent.csv') })).fault).toContain('ENOENT')
    writeFileSync(of.place, Buffer.from([0xd5, 0xc5, 0x0a]))
    expect((await ask(of)).fault).toContain('UTF-8')
  })
})

describe('a table of the unit', () => {
  function table(): { source: MappedSource; place: string } {
    const url = join(dir, 'unit.db')
    const db = new DatabaseSync(url)
    db.exec(
      `create table 死亡表 (编号 text, as_of_date text, 身份证 text, name text, 死亡 text, cancelled_on text, station text)`,
    )
    db.prepare('insert into 死亡表 values (?, ?, ?, ?, ?, ?, ?)').run(
      'D1',
      '2026-09-01',
      '110105491231002',
      '张三',
      '2026-01-02',
      '',
      '',
    )
    db.close()
    return { source: { kind: 'sql', driver: 'sqlite', url, records: {} }, place: '死亡表' }
  }

  test('finds a number in its first form of 15 digits', async () => {
    const tried = await ask(table(), { idNumber: id })
    expect(tried).toMatchObject({ fault: '', rows: 1, isRefused: false })
    expect(tried.columns[2]).toMatchObject({ raw: '110105491231002', read: id })
  })

  test('a wrong column is told of that column, a wrong table of the table', async () => {
    const of = table()
    const tried = await ask(of, { naming: { columns: { ...columns, station: '派出所' }, codes: {} } })
    expect(faultsOf(tried)).toEqual([expect.stringMatching(/^办理派出所: 表中没有这一列/)])
    expect((await ask({ ...of, place: '没有' })).fault).toContain('数据库没有答复')
  })
})

test('codes of the unit are translated before they are judged', async () => {
  const place = join(dir, 'custody.csv')
  writeFileSync(
    place,
    `source_record_id,as_of_date,id_number,name,state,from_date,to_date,place\nC1,2026-09-01,${id},张三,1,2026-01-01,,`,
  )
  const of = { source: { kind: 'csv', records: {} } as const, place }
  const custody = recordTypeOf('police/custody')
  const bare = await ask(of, { type: custody, naming: { columns: {}, codes: {} } })
  expect(faultsOf(bare)).toEqual([expect.stringMatching(/^状态: .*不在代码表内/)])
  const mapped = await ask(of, { type: custody, naming: { columns: {}, codes: { state: { 1: 'prison' } } } })
  expect(mapped.columns[4]).toMatchObject({ raw: '1', read: '服刑（prison）', fault: '' })
})
