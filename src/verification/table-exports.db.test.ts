import { afterAll, beforeAll, expect, test } from 'vitest'
import { scopeOf } from '#identity'
import { type TestDb, testDb } from '#testkit/db'
import { centre, Office } from '#testkit/office'
import { type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import { verificationExports } from './table-exports.ts'

let db: TestDb
let district: VerifiedDistrict
let office: Office

beforeAll(async () => {
  db = await testDb()
  district = await verifiedDistrict(db, { households: 40 })
  office = new Office(district)
}, 180_000)
afterAll(() => district.close())

const kind = verificationExports.verification

async function written(params: object, divisionCode = centre.divisionCode) {
  if (kind === undefined) throw new Error('no such export')
  return db.rolledBack(scopeOf({ userId: 'reader', divisionCode }), async (tx) => {
    const rows: Readonly<Record<string, string | number | null>>[] = []
    let subjects = 0
    for await (const batch of kind.batches(tx, db.keys, kind.params.parse(params))) {
      rows.push(...batch.rows)
      subjects += batch.subjects.length
    }
    return { rows, subjects, count: await kind.count(tx, kind.params.parse(params)) }
  })
}

test('the list and its export show the same households for the same filters', async () => {
  for (const filter of [{}, { conclusion: 'inconsistent' }, { finding: 'A' }, { programme: 'rural', kind: '' }]) {
    const query = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''))
    const { rows, total } = await office.list({ ...query, limit: 200 })
    const out = await written(filter)
    expect(out.count).toBe(total)
    expect(out.rows.map((row) => row.household_no)).toEqual(rows.map((row) => row.householdNo))
    expect(out.subjects).toBe(total)
  }
  const [first] = (await written({ conclusion: 'inconsistent' })).rows
  expect(first).toMatchObject({ state: '报告已签发', conclusion: '不一致' })
  const named = await written({ q: String(first?.household_no) })
  expect(named.rows.map((row) => row.household_no)).toEqual([first?.household_no])
})

test('an area sees its own households only, and no citizen number is kept with an export', async () => {
  const { rows } = await office.list({ limit: 200 })
  const [village] = await db.as(undefined, (tx) =>
    tx.query<{ code: string; n: number }>(
      'select division_code as code, count(*) as n from commission group by 1 order by 2 desc, 1',
    ),
  )
  const own = await written({}, village?.code)
  expect(own.rows).toHaveLength(village?.n ?? 0)
  expect(own.rows.length).toBeLessThan(rows.length)
  const parsed = kind?.params.safeParse({ q: '11010119800101123X' })
  expect(parsed?.success).toBe(false)
})
