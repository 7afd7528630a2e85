import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wholeScope } from '#platform/db'
import { testDb } from '#testkit/db'
import { centre, ImportOffice, townsman } from '#testkit/import-office'
import type { Difference } from './contract/index.ts'
import { CORE_TABLES } from './tables.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const FILES = ['manifest.json', ...CORE_TABLES.map(({ file }) => file)]
const files = Object.fromEntries(FILES.map((file) => [file, readFileSync(join(SAMPLE, file), 'utf8')]))

type Page = { rows: Difference[]; total: number; next: string | null }

describe('the differences of an import', async () => {
  const db = await testDb()
  const office = new ImportOffice(db)
  let importId = ''

  beforeAll(async () => {
    importId = (await office.check(files)).importId
  })
  afterAll(() => office.close())

  /** Statements that `work` sends and that contain a text, each as often as it is sent. */
  async function sent(part: string, work: () => Promise<unknown>): Promise<string[]> {
    const { statements } = db.pool
    statements.byText.clear()
    statements.recording = true
    await work()
    statements.recording = false
    return [...statements.byText].flatMap(([text, times]) => (text.includes(part) ? Array<string>(times).fill(text) : []))
  }

  const page = (more: object): Promise<Page> => office.do<Page>(centre, 'registry.list-differences', { importId, ...more })

  async function all(more: object): Promise<string[]> {
    const keys: string[] = []
    let cursor: string | undefined
    do {
      const { rows, next } = await page({ ...more, ...(cursor === undefined ? {} : { cursor }) })
      for (const { table, key } of rows) keys.push(`${table} ${key}`)
      cursor = next ?? undefined
    } while (cursor !== undefined)
    return keys
  }

  it('are listed in the order of the files and by key, in pages of any size, each row once', async () => {
    const whole = await all({ limit: 5000 })
    const order = CORE_TABLES.map(({ name }) => name as string)
    const place = (row: string) => order.indexOf(row.slice(0, row.indexOf(' ')))
    const sorted = whole.toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
    expect(whole.length).toBeGreaterThan(2000)
    expect(whole).toEqual(sorted)
    expect(new Set(whole).size).toBe((await page({ limit: 1 })).total)
    expect(await all({ limit: 97 })).toEqual(whole)
    expect(await all({ limit: 50, table: 'persons' })).toEqual(whole.filter((row) => row.startsWith('persons ')))
  })

  it('are one statement however many tables a page shows, and each is taken from the index of its key', async () => {
    const listed = 'join division d on d.code = c.division_code'
    expect(await sent(listed, () => page({ limit: 10, table: 'payments' }))).toHaveLength(1)
    const long = await page({ limit: 5000 })
    expect(new Set(long.rows.map(({ table }) => table)).size).toBeGreaterThan(1)
    const [statement = '', ...others] = await sent(listed, () => page({ limit: 5000 }))
    expect(others).toEqual([])
    const order = CORE_TABLES.map(({ name }) => name)
    const values = [importId, order, null, null, 1, '', 100, null]
    const plan = await db.as(wholeScope('test'), (tx) => tx.query<object>(`explain (format json) ${statement}`, values))
    expect(JSON.stringify(plan)).toMatch(/import_change_pkey.{1,400}row_key > CASE/)
  })

  it('of a township are held to it with the keys of its own files alone', async () => {
    await office.commit(importId)
    const clerk = townsman('clerk', 'township_clerk', '629901001')
    const upload = () => office.check({ 'households.csv': files['households.csv'] ?? '' }, clerk)
    expect(await sent('left(division_code, 9) <>', upload)).toHaveLength(1)
  })
})
