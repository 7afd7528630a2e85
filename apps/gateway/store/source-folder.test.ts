import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Basis, Statement } from '#sources/contract'
import { FileStore } from './file-store.ts'
import { recordIdOf } from './unit-store.ts'

const basis: Basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '張张' }
const good = '11010519491231002X'
const head = 'source_record_id,as_of_date,id_number,name,death_date,cancelled_on,station'
const manifestHead = 'record,state,answered_on,as_of_date,period_from,period_to,row_count,note'
const quiet = ['register', 'vehicles', 'custody', 'exit_entry'].map((record) => `${record},pending,,,,,,`)

let root = ''
let dir = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yingbao-source-'))
  dir = join(root, 'police')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function put(files: Record<string, string | Buffer>): void {
  mkdirSync(dir, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
}

const manifest = (deaths: string): string => [manifestHead, ...quiet, deaths].join('\n')

async function read() {
  const store = new FileStore('police', { kind: 'package', dir }, join(root, 'state'))
  const prepared = await store.prepare(basis)
  const { statement } = prepared
  const deaths = statement.records.find((each) => each.record === 'police/deaths')
  return { statement, deaths, prepared, store }
}

const issuesOf = (statement: Statement): string[] =>
  statement.issues.map(
    ({ file, row, column, code, severity }) => `${file.replace('sources/police/', '')} ${row} ${column} ${code} ${severity}`,
  )

describe('rows', () => {
  test('are accepted, quarantined or repeated, and every one is counted', async () => {
    const lines = [
      head,
      `D1,2026-09-01,${good},张三,2026-01-01,,`,
      `D1,2026-09-01,${good},张三,2026-01-01,,`,
      `D1,2026-09-01,${good},张三,2026-01-02,,`,
      `D2,2026/9/1,${good.toLowerCase()},张三,20260101,,`,
      `D3,2026-09-01,${good},张三,2026-02-30,,`,
      `D4,2026-10-01,${good},,2026-01-01,,`,
      '',
      `D5,2026-09-01,110105194912310021,张三,2026-01-01,,`,
      `D6,2026-09-01,${good},张三,2026-01-01,`,
      `"D7",2026-09-01,${good},"张,三",2026-01-01,,`,
    ]
    put({ 'manifest.csv': manifest('deaths,answered,2026-09-29,2026-09-20,,,9,'), 'deaths.csv': lines.join('\r\n') })
    const { statement, deaths, prepared } = await read()
    expect(issuesOf(statement)).toEqual([
      'deaths.csv 3 source_record_id REPEATED_ROW warn',
      'deaths.csv 4 source_record_id DUPLICATE_KEY error',
      'deaths.csv 6 death_date DATE_INVALID error',
      'deaths.csv 7 as_of_date DATE_FUTURE error',
      'deaths.csv 7 name REQUIRED_EMPTY error',
      'deaths.csv 9 id_number IDQ-1 error',
      'deaths.csv 10  COLUMN_COUNT error',
    ])
    expect(statement.files.find((each) => each.file.endsWith('deaths.csv'))).toEqual({
      file: 'sources/police/deaths.csv',
      rows: 9,
      accepted: 3,
      quarantined: 5,
      repeated: 1,
      normalised: 3,
    })
    expect(statement.quarantine.map((each) => `${each.row} ${each.codes.join(';')}`)).toEqual([
      '4 DUPLICATE_KEY',
      '6 DATE_INVALID',
      '7 DATE_FUTURE;REQUIRED_EMPTY',
      '9 IDQ-1',
      '10 COLUMN_COUNT',
    ])
    expect(statement.quarantine[2]?.raw).toBe(`D4,2026-10-01,${good},,2026-01-01,,`)
    expect(deaths).toMatchObject({ state: 'answered', rows: 9, announced: 9, cutOff: false, stale: false })
    const found = await prepared.byNumber('police/deaths', [good])
    expect(found.map((row) => [recordIdOf(row), row.name]).sort()).toEqual([
      ['D1', '张三'],
      ['D2', '张三'],
      ['D7', '张,三'],
    ])
  })
})

describe('answers as a whole', () => {
  const file = [head, `D1,2026-09-01,${good},张三,2026-01-01,,`].join('\n')

  test('fewer rows than announced are cut off, more are only told', async () => {
    put({ 'manifest.csv': manifest('deaths,answered,,,,,2,'), 'deaths.csv': file })
    const few = await read()
    expect(issuesOf(few.statement)).toEqual(['manifest.csv 6 row_count ROW_COUNT_MISMATCH warn'])
    expect(few.deaths).toMatchObject({ cutOff: true })
    expect(few.prepared.standing('police/deaths')).toEqual({ silent: null, incomplete: 'cut_off' })
    put({ 'manifest.csv': `${manifest('deaths,answered,,,,,0,')} ` })
    const many = await read()
    expect(issuesOf(many.statement)).toEqual(['manifest.csv 6 row_count ROW_COUNT_MISMATCH warn'])
    expect(many.deaths).toMatchObject({ cutOff: false })
  })

  test('data older than the limit are stale, on the limit not', async () => {
    put({ 'manifest.csv': manifest('deaths,answered,,2026-07-30,,,,'), 'deaths.csv': file })
    expect((await read()).deaths).toMatchObject({ stale: false })
    put({ 'manifest.csv': manifest('deaths,answered,,2026-07-29,,,,'), 'deaths.csv': file })
    expect((await read()).deaths).toMatchObject({ stale: true })
  })

  test('a missing folder, a missing manifest row, a missing file', async () => {
    const gone = await read()
    expect(issuesOf(gone.statement)).toEqual(
      ['register', 'deaths', 'vehicles', 'custody', 'exit_entry'].map((record) => `${record}.csv 0  SOURCE_MISSING warn`),
    )
    expect(gone.statement.files).toEqual([])
    put({ 'manifest.csv': [manifestHead, ...quiet].join('\n'), 'deaths.csv': file })
    const unstated = await read()
    expect(issuesOf(unstated.statement)).toEqual(['deaths.csv 0  SOURCE_MISSING warn'])
    put({ 'manifest.csv': manifest('deaths,answered,,,,,1,') })
    rmSync(join(dir, 'deaths.csv'))
    const missing = await read()
    expect(issuesOf(missing.statement)).toEqual(['deaths.csv 0  FILE_MISSING error'])
    expect(missing.prepared.standing('police/deaths').silent).toEqual({ letter: 'E', reason: 'file_missing' })
  })

  test('a file that is not answered is not read', async () => {
    put({ 'manifest.csv': manifest('deaths,timeout,,,,,5,'), 'deaths.csv': 'rubbish' })
    const { statement, prepared } = await read()
    expect(issuesOf(statement)).toEqual([])
    expect(prepared.standing('police/deaths').silent).toEqual({ letter: 'T', reason: 'not_answered' })
  })

  test('an unreadable file is told once, whatever stood before the fault', async () => {
    const broken = Buffer.concat([
      Buffer.from(`${head}\nD1,nonsense,${good},张三,2026-01-01,,\n`),
      Buffer.from([0xff, 0xfe, 0x0a]),
    ])
    put({ 'manifest.csv': manifest('deaths,answered,,,,,9,'), 'deaths.csv': broken })
    const { statement, prepared } = await read()
    expect(issuesOf(statement)).toEqual(['deaths.csv 0  FILE_UNREADABLE error'])
    expect(statement.quarantine).toEqual([])
    expect(statement.files.map((each) => each.file)).toEqual(['sources/police/manifest.csv'])
    expect(prepared.standing('police/deaths').silent).toEqual({ letter: 'E', reason: 'unreadable' })
  })

  test('a missing column is told for each column', async () => {
    put({
      'manifest.csv': manifest('deaths,answered,,,,,9,'),
      'deaths.csv': 'source_record_id,as_of_date,id_number,name,station\n',
    })
    const { statement } = await read()
    expect(issuesOf(statement)).toEqual([
      'deaths.csv 0 death_date COLUMN_MISSING error',
      'deaths.csv 0 cancelled_on COLUMN_MISSING error',
    ])
  })

  test('persons the unit could not answer for, for one record type or all', async () => {
    const unanswered = `record,id_number,state,note\n*,${good},timeout,\nregister,629901199002070012,source_error,\n`
    put({ 'manifest.csv': manifest('deaths,answered,,,,,,'), 'deaths.csv': file, 'unanswered.csv': unanswered })
    const { prepared, statement } = await read()
    expect(issuesOf(statement)).toEqual(['unanswered.csv 3 id_number IDQ-1 error'])
    expect(prepared.listed('police/deaths', [good, '629901199002070012'])).toEqual(new Map([[good, 'T']]))
  })
})

test('what is prepared is kept while the files do not change, and read anew when they do', async () => {
  put({ 'manifest.csv': manifest('deaths,answered,,,,,,'), 'deaths.csv': `${head}\nD1,2026-09-01,${good},张三,2026-01-01,,\n` })
  const { store, prepared } = await read()
  expect(await store.prepare(basis)).toBe(prepared)
  put({ 'deaths.csv': `${head}\n` })
  store.refresh(basis)
  expect(await (await store.prepare(basis)).byNumber('police/deaths', [good])).toEqual([])
  await store.close()
})

test('a CSV file with its own column names and codes', async () => {
  mkdirSync(root, { recursive: true })
  writeFileSync(
    join(root, 'siwang.csv'),
    `编号,时点,证件号,名字,死亡日,注销日,所\n1,2026-09-01,${good},张三,2026-01-01,,\n2,2026-09-01,${good},,2026-01-01,,\n`,
  )
  const columns = {
    source_record_id: '编号',
    as_of_date: '时点',
    id_number: '证件号',
    name: '名字',
    death_date: '死亡日',
    cancelled_on: '注销日',
    station: '所',
  }
  const source = {
    kind: 'csv',
    records: { deaths: { file: join(root, 'siwang.csv'), columns, codes: { name: { 张三: '张叁' } } } },
  } as const
  const prepared = await new FileStore('police', source, join(root, 'state')).prepare(basis)
  expect((await prepared.byNumber('police/deaths', [good])).map((row) => [recordIdOf(row), row.name])).toEqual([['1', '张叁']])
  expect(issuesOf(prepared.statement)).toContain('deaths.csv 3 name REQUIRED_EMPTY error')
  expect(prepared.standing('police/register').silent).toEqual({ letter: 'E', reason: 'source_missing' })
})
