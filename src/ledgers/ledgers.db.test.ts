import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ExcelJS from 'exceljs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CsvParser } from '#kernel/csv'
import { checkCharacter } from '#kernel/id-number'
import { type Blobs, openBlobs } from '#platform/blobs'
import { wholeScope } from '#platform/db'
import type { OpenedLedger } from '#registry'
import type { ReadAnswers } from '#registry/contract'
import { testDb } from '#testkit/db'
import { readGrids } from './actions/read-grids.ts'
import { ledgerDoor } from './index.ts'

const DIVISIONS = join(import.meta.dirname, '../../testkit/fixtures/sample-district/divisions.csv')
const limits = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
const ASOF = '2026-09-30'

function number(birth: string, serial: string): string {
  const digits = `629901${birth}${serial}`
  return digits + checkCharacter(digits)
}

const HEAD = number('19600105', '011')
const WIFE = number('19620305', '022')
const SON = number('19900708', '013')

async function rowsOf(opened: OpenedLedger, file: string): Promise<Record<string, string>[]> {
  if (opened.source === null) throw new Error('a question is open')
  const parser = new CsvParser()
  const records = []
  for await (const piece of opened.source.open(file)) records.push(...parser.push(piece))
  records.push(...parser.end())
  const [header, ...rows] = records
  return rows.map(({ fields }) =>
    Object.fromEntries((header?.fields ?? []).map((name, i) => [name, fields[i] ?? '']).filter(([, value]) => value !== '')),
  )
}

/** Confirms every open card with what it proposes, and what is given besides. */
function confirmed(opened: OpenedLedger, given: ReadAnswers = {}): ReadAnswers {
  const answers: ReadAnswers = {}
  for (const { id, answered, lines } of opened.reading.questions) {
    if (answered) continue
    const proposed = lines.flatMap(({ key, proposed: value }) => (value === null ? [] : [[key, value]]))
    answers[id] = { ...Object.fromEntries(proposed), ...given[id] }
  }
  return answers
}

describe('a ledger through the door', async () => {
  const db = await testDb()
  let blobs: Blobs
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yingbao-ledgers-'))
    blobs = openBlobs(folder, db.keys)
    const [, ...lines] = (await readFile(DIVISIONS, 'utf8')).replace('\ufeff', '').trim().split(/\r?\n/)
    const rows = lines.map((line) => line.split(','))
    const columns = [0, 1, 2, 3].map((i) => rows.map((row) => row[i] ?? ''))
    await db.as(undefined, (tx) =>
      tx.execute(
        `insert into division (code, name, level, kind, initials, content)
         select c, n, l, k, '', '' from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as d(c, n, l, k)`,
        columns,
      ),
    )
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  async function stored(fill: (book: ExcelJS.Workbook) => void, path = '台账.xlsx') {
    const book = new ExcelJS.Workbook()
    fill(book)
    const { sha256 } = await blobs.store([Buffer.from(await book.xlsx.writeBuffer())] as never, 2 ** 24)
    return { path, sha256 }
  }

  const open = (file: { path: string; sha256: string }, answers: ReadAnswers = {}) =>
    db.as(wholeScope('u1'), (tx) => ledgerDoor.open(tx, db.keys, blobs, { file, asOf: ASOF, limits, answers }))

  it('reads a ledger of merged households in two header rows, asks once, and knows the shape afterwards', async () => {
    const file = await stored((book) => {
      const sheet = book.addWorksheet('Sheet1')
      sheet.addRows([
        ['戊辰镇2026年农村低保对象花名册'],
        ['单位：戊辰镇民政办', '', '', '', '', '', '', '', '制表日期：2026年9月1日'],
        ['序号', '村', '家庭成员', '', '', '保障类别', '月保障金额（元）', '享受起始年月', '账户', ''],
        ['', '', '姓名', '身份证号', '与户主关系', '', '', '', '开户行', '账号'],
        ['1', '戊辰春山', '甲 大', HEAD, '户主', 'B类', '￥1,200元', '2020年7月', '农商银行', '6217000000000000129'],
        ['', '', '甲妻', WIFE, '妻', '', '', '', '', ''],
        ['', '', '甲子', SON, '长子', '', '', '', '', ''],
        ['2', '戊辰秋水村', '乙大', number('19550105', '031'), '本人', '甲', 300, '2021.3', '农商银行', '6217000000000000137'],
        ['合计', '', '', '', '', '', 1500],
        ['注：以上情况属实'],
      ])
      for (const area of [
        'A1:J1',
        'A3:A4',
        'B3:B4',
        'C3:E3',
        'F3:F4',
        'G3:G4',
        'H3:H4',
        'I3:J3',
        'A5:A7',
        'B5:B7',
        'F5:F7',
        'G5:G7',
        'H5:H7',
        'I5:I7',
        'J5:J7',
      ]) {
        sheet.mergeCells(area)
      }
    })
    const first = await open(file)
    expect(first.source).toBeNull()
    expect(first.reading.questions.map(({ kind }) => kind)).toEqual(['columns', 'constant'])
    const answers = confirmed(first)
    const done = await open(file, answers)
    const households = await rowsOf(done, 'households.csv')
    expect(households).toHaveLength(2)
    expect(households[0]).toMatchObject({
      programme: 'rural',
      kind: 'existing',
      tier: 'B',
      approved_amount: '1200',
      aid_from: '2020-07',
      applied_on: '2020-07-01',
      account_no: '6217000000000000129',
      bank_name: '农商银行',
    })
    expect(households.map(({ division_code }) => division_code)).toEqual(['629901100200', '629901100201'])
    const persons = await rowsOf(done, 'persons.csv')
    expect(persons.map(({ name, relation, gender, birth_date }) => [name, relation, gender, birth_date])).toEqual([
      ['甲大', 'head', '1', '1960-01-05'],
      ['甲妻', 'spouse', '2', '1962-03-05'],
      ['甲子', 'child', '1', '1990-07-08'],
      ['乙大', 'head', '1', '1955-01-05'],
    ])
    expect(persons.map(({ household_no, person_no }) => person_no === `${household_no}-01`)).toEqual([true, false, false, true])
    expect(done.source?.origin?.placeOf('persons.csv', 3)).toEqual({ sheet: 'Sheet1', row: 6 })
    await db.as(undefined, (tx) => ledgerDoor.learn(tx, done.reading, answers, 'u1', '2026-10-01T00:00:00Z'))
    const again = await open(file)
    expect(again.reading).toMatchObject({ known: true, questions: [] })
    expect(await rowsOf(again, 'households.csv')).toEqual(households)
    const refused = new Map([['Sheet1', new Map([[6, '校验位不对']])]])
    const back = await db.as(undefined, (tx) =>
      ledgerDoor.returned(tx, db.keys, blobs, { file, asOf: ASOF, limits, answers: {} }, refused),
    )
    const { sha256 } = await blobs.store(back as never, 2 ** 24)
    const mended = await open({ path: '错误.xlsx', sha256 })
    expect(mended.reading).toMatchObject({ known: true, questions: [] })
    expect(await rowsOf(mended, 'households.csv')).toEqual(households.slice(0, 1))
    expect(await rowsOf(mended, 'persons.csv')).toEqual(persons.slice(0, 3))
  })

  it('learns what was asked and nothing else, and no number of a person', async () => {
    const file = await stored((book) => {
      book.addWorksheet('Sheet1').addRows([
        ['村', '姓名', '身份证号', '与户主关系', '月保障金额', '享受起始年月', '备用'],
        ['戊辰秋氺村', '丙', SON, '本人', 300, '2020年7月', 'x'],
        ['戊辰秋氺村', '丙妻', WIFE, `远亲${WIFE}`, 300, '2020年7月', ''],
        ['戊辰秋氺村', '丙父', HEAD, '干亲', 300, '2020年7月', ''],
      ])
    }, '学习.xlsx')
    const first = await open(file)
    const answers = confirmed(first, {
      words: {
        'persons.relation=干亲': 'other',
        [`persons.relation=远亲${WIFE}`]: 'other',
        'persons.relation=没有问过': 'other',
      },
      places: { 没有问过: '629901100201' },
      constant: { programme: 'rural', note: '丙 13800001111' },
      hidden: { [HEAD]: 'yes' },
    })
    const columns = first.reading.questions.find(({ kind }) => kind === 'columns')
    answers[columns?.id ?? ''] = { ...answers[columns?.id ?? ''], 村: `张三 ${HEAD}` }
    await db.as(undefined, (tx) => ledgerDoor.learn(tx, first.reading, answers, 'u2', '2026-10-02T00:00:00Z'))
    const { words, shapes } = await db.as(undefined, async (tx) => ({
      words: await tx.query<{ word: string }>(`select word from ledger_word where saved_by = 'u2' order by word`),
      shapes: await tx.query<{ answers: unknown }>(`select answers from ledger_shape where saved_by = 'u2' order by kind`),
    }))
    expect(words.map(({ word }) => word)).toContain('干亲')
    expect(words.map(({ word }) => word)).not.toContain('没有问过')
    const kept = JSON.stringify({ words, shapes })
    expect(shapes).toHaveLength(2)
    expect(kept).not.toMatch(/\d{7}/)
    expect(kept).not.toMatch(/张三/)
  })

  it('is refused in a sentence where it holds more than is kept in memory, in all its sheets together', async () => {
    const { path: name, sha256 } = await stored((book) => {
      for (const sheet of ['甲村', '乙村']) book.addWorksheet(sheet).addRows(Array.from({ length: 20 }, () => ['户'.repeat(60)]))
    })
    const grids = await readGrids(blobs, { name, sha256 }, () => undefined, 2400)
    expect(grids.map(({ rows }) => rows.characters)).toEqual([1200, 1200])
    await expect(readGrids(blobs, { name, sha256 }, () => undefined, 2399)).rejects.toThrow(/请按乡镇拆分/)
    const tall = [Buffer.from(`${'户'.repeat(30_000)}\n`.repeat(1440))]
    const large = await blobs.store(tall as never, 2 ** 28)
    await expect(readGrids(blobs, { name: '大.csv', sha256: large.sha256 })).rejects.toThrow(/请按乡镇拆分/)
  })

  it('goes back one at a time; when too many ask at once, the last ones are told to come again', async () => {
    const file = await stored(
      (book) =>
        book.addWorksheet('Sheet1').addRows([
          ['姓名', '身份证号'],
          ['丙', SON],
        ]),
      '退回.xlsx',
    )
    let [reading, most] = [0, 0]
    const slow = {
      ...blobs,
      async *read(sha256: string) {
        most = Math.max(most, ++reading)
        await new Promise((resolve) => setTimeout(resolve, 50))
        yield* blobs.read(sha256)
        reading--
      },
    } as Blobs
    const order = { file, asOf: ASOF, limits, answers: {} }
    const one = () => db.as(undefined, (tx) => ledgerDoor.returned(tx, db.keys, slow, order, new Map()))
    const ended = await Promise.allSettled(Array.from({ length: 7 }, one))
    const refused = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
    expect(most).toBe(1)
    expect(refused).toHaveLength(2)
    expect(refused[0]).toMatchObject({ code: 'sandbox.busy', status: 503 })
    await (await one()).toArray()
  })
})
