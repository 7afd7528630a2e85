import { beforeAll, expect, test } from 'vitest'
import { type TestDb, testDb } from '#testkit/db'
import { plantedCase } from '#testkit/planted-case'
import { PROCEDURES } from './procedure/rules/styles/index.ts'
import { insertCases } from './procedure/store/cases.ts'
import { caseExports } from './table-exports.ts'

let db: TestDb
const village = '629901001001'

beforeAll(async () => {
  db = await testDb()
  await db.as(undefined, async (tx) => {
    const procedure = PROCEDURES.get('dibao-2012')
    if (procedure === undefined) throw new Error('dibao-2012 is missing')
    const numbers = Array.from({ length: 1203 }, (_, at) => at + 1)
    const rows = numbers.map((n) =>
      plantedCase(`AJ2026${String(n).padStart(6, '0')}`, procedure, {
        division_code: n % 3 === 0 ? '629901002001' : village,
        programme: n % 2 === 0 ? 'urban' : 'rural',
        applicant_name: `=王${n}`,
        members: 2,
        initials: 'w',
        opened_at: '2026-06-21T17:00:00Z',
      }),
    )
    await insertCases(tx, rows)
  })
})

async function rowsOf(params: object, scope?: Parameters<TestDb['as']>[0]) {
  const kind = caseExports.cases
  if (kind === undefined) throw new Error('cases is missing')
  return db.rolledBack(scope, async (tx) => {
    const pages: number[] = []
    const rows: Readonly<Record<string, string | number | null>>[] = []
    for await (const batch of kind.batches(tx, db.keys, kind.params.parse(params))) {
      pages.push(batch.rows.length)
      rows.push(...batch.rows)
    }
    return { rows, pages, count: await kind.count(tx, kind.params.parse(params)) }
  })
}

test('every case of the filter is written once, some hundreds at a time, in words', async () => {
  const { rows, pages, count } = await rowsOf({})
  expect(count).toBe(1203)
  expect(new Set(rows.map((row) => row.case_no)).size).toBe(1203)
  expect(Math.max(...pages)).toBeLessThanOrEqual(500)
  expect(rows[0]).toMatchObject({
    programme: '农村低保',
    origin: '本人申请',
    opened_on: '2026-06-22',
    at_steps: '申请受理',
    result: '在办',
    amount: null,
  })
  const urban = await rowsOf({ programme: 'urban', village })
  expect(urban.rows).toHaveLength(urban.count)
  expect(urban.rows.every((row) => row.programme !== '农村低保')).toBe(true)
})

test('a township writes its own cases only', async () => {
  const scope = { lo: '629901002000', hi: '629901003000', actor: 'clerk' }
  const { rows } = await rowsOf({}, scope)
  expect(rows).toHaveLength(401)
})
