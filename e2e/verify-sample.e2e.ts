/** `yingbao verify` as a person runs it, on the sample district: its answer key, row by row, twice the same bytes; and what it refuses. */
import { spawn } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageRoot } from '#platform/config'
import { only, readTable, readTotals } from '#testkit/differential'
import { runFiles } from '#verification'

const sample = join(packageRoot, 'testkit/fixtures/sample-district')
const asOf = '2026-09-30'
const folder = mkdtempSync(join(tmpdir(), 'yingbao-sample-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  code: number | null
  said: string
}

/** Runs the command in a process of its own. */
function yingbao(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(packageRoot, 'bin/yingbao.js'), ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, said }))
  })
}

function verify(given: Readonly<Record<string, string | undefined>>): Promise<Ended> {
  const options = { in: sample, pack: 'reference', 'as-of': asOf, out: join(folder, 'none'), ...given }
  return yingbao([
    'verify',
    ...Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
  ])
}

/** Result files in a folder, hidden halves included. */
function written(out: string): string[] {
  return existsSync(out) ? readdirSync(out) : []
}

describe('the sample district', () => {
  const first = join(folder, 'first')
  const second = join(folder, 'second')
  let said = ''
  const key = (name: string) => readTable(join(sample, 'answers', name))

  beforeAll(async () => {
    for (const out of [first, second]) {
      const ended = await verify({ out })
      expect(ended).toMatchObject({ code: 0 })
      said = ended.said
    }
  })

  test('it says how far it is, stage by stage, in lines where there is no terminal', () => {
    const stages = said.trimEnd().split('\n')
    expect(stages[0]).toBe('启动数据库')
    expect(stages.at(-1)).toBe(`完成，结果在 ${second}`)
    const steps = [/^导入 \S+\.csv \d+ 行$/, /^成员单位准备数据$/, /^核对 \d+\/139 户$/, /^写出结果$/]
    const places = steps.map((step) => stages.findIndex((line) => step.test(line)))
    expect(places.every((place) => place > 0)).toBe(true)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  test('findings are those of the key, in its order, with value and limit where it names them', () => {
    const wanted = key('findings.csv')
    const found = readTable(join(first, 'findings.csv'))
    const columns = ['finding_id', 'household_no', 'person', 'rule', 'class', 'source', 'source_record_id']
    expect(wanted.length).toBe(115)
    expect(found.map((row) => only(row, columns))).toEqual(wanted.map((row) => only(row, columns)))
    const amounts = ['value', 'limit'] as const
    for (const [i, row] of wanted.entries()) {
      const given = amounts.filter((name) => row[name] !== '')
      expect(only(found[i] ?? {}, given), row.finding_id).toEqual(only(row, given))
    }
    expect(found.filter((row) => !/[\u4e00-\u9fff]/.test(row.message ?? ''))).toEqual([])
  })

  test('import errors are those of the key', () => {
    const columns = ['file', 'row', 'column', 'code', 'severity']
    const found = readTable(join(first, 'import-errors.csv'))
    expect(found.map((row) => only(row, columns))).toEqual(key('import-errors.csv'))
    expect(found.length).toBe(84)
  })

  test('totals and conclusions of every household are those of the key', () => {
    const totals = readTotals(join(first, 'reports.jsonl'))
    expect(totals).toEqual(key('totals.csv'))
    expect(totals.length).toBe(139)
  })

  test('a second run writes the same bytes', () => {
    expect(written(first).sort()).toEqual([...runFiles].sort())
    for (const name of runFiles) {
      expect(readFileSync(join(second, name)).equals(readFileSync(join(first, name))), name).toBe(true)
    }
  })
})

describe('bad arguments end with 2', () => {
  test.each([
    ['no as-of date', { 'as-of': undefined }, '--as-of'],
    ['a date that does not exist', { 'as-of': '2026-02-30' }, '2026-02-30'],
    ['a pack nobody has', { pack: 'nowhere' }, 'nowhere'],
    ['an option nobody knows', { speed: 'fast' }, 'speed'],
  ])('%s', async (_, given, word) => {
    const { code, said } = await verify(given)
    expect(code).toBe(2)
    expect(said).toContain(word)
    expect(written(join(folder, 'none'))).toEqual([])
  })
})

/** A copy of the sample that something was done to. */
function spoilt(name: string, spoil: (dir: string) => void): string {
  const dir = join(folder, name)
  cpSync(sample, dir, { recursive: true })
  spoil(dir)
  return dir
}

function edit(dir: string, name: string, change: (text: string) => string): void {
  const path = join(dir, name)
  const before = readFileSync(path, 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`${name} was not changed`)
  writeFileSync(path, after)
}

describe('an unusable package ends with 3, a sentence and no files', () => {
  test.each<[string, (dir: string) => void, RegExp]>([
    ['a file missing', (dir) => rmSync(join(dir, 'persons.csv')), /persons\.csv/],
    [
      'a column missing',
      (dir) => edit(dir, 'persons.csv', (text) => text.replace('id_number', 'number_of_id')),
      /persons\.csv.*id_number/s,
    ],
    ['not UTF-8', (dir) => appendFileSync(join(dir, 'households.csv'), Buffer.from([0xff, 0xfe, 0x0a])), /households\.csv/],
    ['another major version', (dir) => edit(dir, 'manifest.json', (text) => text.replace('"1.0"', '"2.0"')), /version.*1\.x/],
    ['no manifest', (dir) => rmSync(join(dir, 'manifest.json')), /manifest\.json/],
  ])('%s', async (name, spoil, sentence) => {
    const out = join(folder, `${name} out`)
    const { code, said } = await verify({ in: spoilt(name, spoil), out })
    expect(code, said).toBe(3)
    expect(said).toMatch(sentence)
    expect(said).toMatch(/[\u4e00-\u9fff]/)
    expect(said).not.toContain('    at ')
    expect(written(out)).toEqual([])
  })

  test('a folder that is not there', async () => {
    expect(await verify({ in: join(folder, 'nowhere') })).toMatchObject({ code: 3, said: expect.stringContaining('不存在') })
  })

  test('an output folder that cannot be written', async () => {
    const file = join(folder, 'a file')
    writeFileSync(file, '')
    const { code, said } = await verify({ out: join(file, 'out') })
    expect(code).toBe(3)
    expect(said).toContain('输出文件夹不可写')
  })
})
