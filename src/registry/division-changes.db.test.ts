import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { dutyOfficers, makeUser } from '#identity'
import { isProblem } from '#kernel/problem'
import type { Action, Actor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import { type Runtime, runAction } from '#runner'
import { type TestDb, testDb } from '#testkit/db'
import { listDivisionHistoryAction, mergeDivisionAction, renameDivisionAction, splitDivisionAction } from './actions/divisions.ts'
import { listDivisionsAction } from './actions/households.ts'
import { importPackage } from './actions/import-package.ts'
import type { DatedDivision, EndedDivision } from './contract/index.ts'
import { folderSource } from './package-source.ts'
import { divisionNameOn } from './store/divisions.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const limits = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
const options = { asOf: '2026-06-30', limits, actor: 'system:test', now: () => '2026-07-01T00:00:00.000Z', newId: randomUUID }
const admin: Actor = {
  userId: 'demo-admin',
  account: 'admin',
  name: '系统管理员',
  role: 'district_admin',
  divisionCode: '629901000000',
  unitCode: null,
}
const reason = '区划调整批复'

let db: TestDb
let runtime: Runtime
type Village = { code: string; name: string; households: number; parent_code: string }
let villages: Village[] = []
const village = (i: number): Village => villages[i] as Village

beforeAll(async () => {
  db = await testDb()
  const clock = fixedClock('2026-10-12T02:00:00Z')
  runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock, log: silentLog, blobs: openBlobs('/nowhere', db.keys) }
  await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)
  villages = await db.as(undefined, (tx) =>
    tx.query<Village>(
      `select d.code, d.name, d.parent_code, (select count(*) from household h where h.division_code = d.code) as households
       from division d where level = 'village' and exists (select from household h where h.division_code = d.code)
         and parent_code = (select township_code from household group by 1 having count(distinct division_code) > 2 order by 1 limit 1)
       order by code limit 3`,
    ),
  )
})

async function run<O>(action: Action, input: { params?: object; query?: object; body?: object }): Promise<O> {
  return (await runAction(runtime, action, { actor: admin, input })) as O
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isProblem(error)) throw new Error(`not refused: ${String(error)}`)
  return error.message
}

const nameOn = (code: string, on: string) => db.as(undefined, (tx) => divisionNameOn(tx, code, on))
const history = () =>
  run<{ rows: DatedDivision[]; ended: EndedDivision[] }>(listDivisionHistoryAction, { query: { level: 'village', limit: 1000 } })
const codesOf = async (table: string, code: string): Promise<number> =>
  (await db.as(undefined, (tx) => tx.one<{ n: number }>(`select count(*) as n from ${table} where division_code = $1`, [code]))).n

test('a renamed village keeps its former name on its days', async () => {
  const { code, name } = village(0)
  const rename = (body: object) => run(renameDivisionAction, { params: { code }, body: { reason, ...body } })
  expect(await rename({ name: '新名社区', kind: 'community', on: '2026-10-01' })).toEqual({ code, formerName: name })
  expect(await nameOn(code, '2026-09-30')).toBe(name)
  expect(await nameOn(code, '2026-10-01')).toBe('新名社区')
  const { rows } = await history()
  expect(rows.find((row) => row.code === code)).toMatchObject({
    name: '新名社区',
    kind: 'community',
    since: '2026-10-01',
    formerly: [{ code, name, until: '2026-10-01' }],
  })
  expect(await refusal(rename({ name: '又名社区', on: '2026-10-01' }))).toContain('2026-10-01')
  expect(await refusal(rename({ name: '又名社区', on: '2026-12-01' }))).toContain('不能晚于今天')
  expect(await refusal(rename({ name: '新名社区', on: '2026-10-05' }))).toContain('没有变更')
})

test('a merged village hands over everything of its households, and is found by its old name', async () => {
  const [gone, heir] = [village(1), village(2)]
  await makeUser(db.pool, {
    account: 'officer',
    name: '包村干部',
    role: 'township_clerk',
    divisionCode: gone.parent_code,
    password: 'x',
  })
  await db.as(undefined, (tx) =>
    tx.execute(
      `insert into duty_area (duty_id, user_id, user_name, village_code, valid_from, assigned_by, assigned_at)
       select gen_random_uuid(), user_id, display_name, $1, '2026-01-01', 'test', now() from app_user`,
      [gone.code],
    ),
  )
  const persons = { gone: await codesOf('person', gone.code), heir: await codesOf('person', heir.code) }
  expect(persons.gone).toBeGreaterThan(0)
  const merge = { params: { code: gone.code }, body: { into: heir.code, on: '2026-10-08', reason } }
  expect(await run(mergeDivisionAction, merge)).toMatchObject({ households: gone.households, duties: 1 })
  for (const table of ['household', 'person', 'supporter', 'authorisation', 'payment', 'official'])
    expect([table, await codesOf(table, gone.code)]).toEqual([table, 0])
  expect(await codesOf('person', heir.code)).toBe(persons.gone + persons.heir)
  expect(await nameOn(gone.code, '2030-01-01')).toBe(gone.name)
  const { rows, ended } = await history()
  expect(rows.map((row) => row.code)).not.toContain(gone.code)
  expect(ended).toEqual([
    expect.objectContaining({
      code: gone.code,
      name: gone.name,
      until: '2026-10-08',
      successorCode: heir.code,
      successorName: heir.name,
    }),
  ])
  const reader: Actor = { ...admin, role: 'verification_centre' }
  const found = (await runAction(runtime, listDivisionsAction, { actor: reader, input: { query: { q: gone.name } } })) as {
    rows: { code: string }[]
  }
  expect(found.rows.map((row) => row.code)).toContain(heir.code)
  const officers = await db.as(undefined, (tx) => dutyOfficers(tx, heir.code, '2026-10-08'))
  expect(officers.map((officer) => officer.name)).toEqual(['包村干部'])
  const news = await db.ownerPool.pool.query(`select payload from outbox_event where name = 'registry.households-moved'`)
  expect(news.rows[0].payload).toMatchObject({ from: gone.code, to: heir.code })
  expect(news.rows[0].payload.householdNos).toHaveLength(gone.households)
  expect(await refusal(run(mergeDivisionAction, merge))).toContain('不在用')
})

test('rows that moved are equal to rows imported there', async () => {
  const heir = village(2)
  const stored = await db.as(undefined, (tx) =>
    tx.query<{ content: Buffer; sealed: Buffer }>('select content, sealed from household where division_code = $1', [heir.code]),
  )
  expect(new Set(stored.map((row) => row.content.toString('hex'))).size).toBe(stored.length)
  for (const row of stored) expect(JSON.parse(db.keys.openText(row.sealed))).toBeTypeOf('object')
})

test('a split village gives the named households to a new code, or nothing at all', async () => {
  const old = village(2)
  const newCode = `${old.parent_code.slice(0, 9)}199`
  const [first] = await db.as(undefined, (tx) =>
    tx.query<{ no: string }>('select household_no as no from household where division_code = $1 order by 1', [old.code]),
  )
  const split = (householdNos: string[], code = newCode) =>
    run(splitDivisionAction, {
      params: { code: old.code },
      body: { newCode: code, name: '新设村', kind: 'village', on: '2026-10-10', householdNos, reason },
    })
  expect(await refusal(split([first?.no ?? '', 'H-none']))).toContain('H-none')
  expect(await codesOf('household', newCode)).toBe(0)
  expect(await nameOn(newCode, '2026-10-12')).toBe(null)
  expect(await refusal(split([first?.no ?? ''], village(1).code))).toContain('曾用于')
  expect(await split([first?.no ?? ''])).toEqual({ households: 1 })
  expect(await codesOf('household', newCode)).toBe(1)
  expect(await codesOf('person', newCode)).toBeGreaterThan(0)
  expect((await history()).rows.find((row) => row.code === newCode)).toMatchObject({ name: '新设村', since: '2026-10-10' })
})

test('only within one’s own area', async () => {
  const elsewhere: Actor = { ...admin, divisionCode: '629902000000' }
  const input = { params: { code: village(0).code }, body: { name: '他区之名', on: '2026-10-11', reason } }
  expect(await refusal(runAction(runtime, renameDivisionAction, { actor: elsewhere, input }))).toContain('不在您的辖区内')
})
