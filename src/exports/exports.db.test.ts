import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import ExcelJS from 'exceljs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeUser, scopeOf } from '#identity'
import { isProblem } from '#kernel/problem'
import type { Action, Actor, Download } from '#platform/action'
import { type Blobs, openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import { openQueue, prepareQueue } from '#platform/queue'
import { folderSource, importPackage, registryExports } from '#registry'
import { type Runtime, runAction, runJob } from '#runner'
import { type TestDb, testDb } from '#testkit/db'
import type { ExportJob } from './contract.ts'
import { exportJob, exportsActions, sweepExportsJob } from './index.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const limits = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
const options = { asOf: '2026-06-30', limits, actor: 'system:test', now: () => '2026-07-01T00:00:00.000Z', newId: randomUUID }
const clock = fixedClock('2026-10-12T02:00:00Z')
const job = exportJob(registryExports)
const DAY_MS = 86_400_000

let db: TestDb
let blobs: Blobs
let dir: string
let runtime: Runtime
let actions: Map<string, Action>
let township = ''
const sent: string[] = []
const people = new Map<string, Actor>()

async function enter(
  account: string,
  role: 'verification_centre' | 'township_clerk' | 'leader',
  divisionCode: string,
): Promise<void> {
  await makeUser(db.pool, { account, name: account, role, divisionCode, password: 'x' })
  const { rows } = await db.ownerPool.pool.query('select user_id from app_user where login = $1', [account])
  people.set(account, { userId: rows[0].user_id, account, name: account, role, divisionCode, unitCode: null })
}
const who = (account: string): Actor => people.get(account) as Actor

beforeAll(async () => {
  db = await testDb()
  dir = mkdtempSync(join(tmpdir(), 'yingbao-exports-'))
  blobs = openBlobs(dir, db.keys)
  runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock, log: silentLog, blobs }
  await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)
  township = (await db.as(undefined, (tx) => tx.one<{ code: string }>('select min(township_code) as code from household'))).code
  await enter('centre', 'verification_centre', '629901000000')
  await enter('clerk', 'township_clerk', township)
  await enter('leader', 'leader', '629901000000')
  const door = { kinds: registryExports, sendExport: async (_: unknown, exportId: string) => void sent.push(exportId) }
  actions = new Map(exportsActions(door).map((each) => [each.name, each]))
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function run<O>(actor: Actor, name: string, input: { params?: object; body?: object }): Promise<O> {
  return (await runAction(runtime, actions.get(name) as Action, { actor, input })) as O
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isProblem(error)) throw new Error(`not refused: ${String(error)}`)
  return `${error.status} ${error.message}`
}

const start = (actor: Actor, params: object = {}) =>
  run<{ exportId: string }>(actor, 'exports.start-export', { body: { kind: 'households', params } })
const work = (exportId: string) => runJob(runtime, job as never, { exportId }, new AbortController().signal)
const read = (actor: Actor, exportId: string) => run<ExportJob>(actor, 'exports.read-export', { params: { exportId } })

async function fileOf(actor: Actor, exportId: string): Promise<string[][]> {
  const { body } = await run<Download>(actor, 'exports.download-export', { params: { exportId } })
  const book = new ExcelJS.Workbook()
  await book.xlsx.read(body as Readable)
  const rows: string[][] = []
  book.getWorksheet('家庭名册')?.eachRow((row) => {
    rows.push((row.values as unknown[]).slice(1).map((cell) => String(cell ?? '')))
  })
  return rows
}

test('an export holds the owner’s area, masked, and stands in the journal with every person', async () => {
  const { exportId } = await start(who('clerk'), { programme: '' })
  expect(sent).toEqual([exportId])
  expect(await read(who('clerk'), exportId)).toMatchObject({ state: 'waiting', rows: 0, filter: '辖区内全部' })
  expect(await refusal(run(who('clerk'), 'exports.download-export', { params: { exportId } }))).toContain('还没有写好')
  await work(exportId)
  const inArea = await db.as(scopeOf(who('clerk')), (tx) =>
    tx.query<{ household_no: string }>('select household_no from household'),
  )
  const all = await db.as(undefined, (tx) => tx.one<{ n: number }>('select count(*) as n from household'))
  expect(inArea.length).toBeGreaterThan(0)
  expect(inArea.length).toBeLessThan(all.n)
  const done = await read(who('clerk'), exportId)
  expect(done).toMatchObject({
    state: 'done',
    rows: inArea.length,
    expected: inArea.length,
    expiresAt: '2026-10-19T02:00:00.000Z',
  })
  const [header = [], ...rows] = await fileOf(who('clerk'), exportId)
  expect(header.slice(0, 3)).toEqual(['户号', '救助项目', '家庭类型'])
  expect(rows.map((row) => row[0]).sort()).toEqual(inArea.map((row) => row.household_no).sort())
  const numbers = rows.map((row) => row[header.indexOf('户主证件号码')] ?? '')
  expect(numbers.every((number) => /\*{4}/.test(number))).toBe(true)
  const entries = await db.ownerPool.pool.query(
    `select actor, role, action, detail, cardinality(subjects) as persons from journal where chain = 'system:export' order by seq`,
  )
  expect(entries.rows.map((row) => row.action)).toEqual(['exports.start-export', 'export.table', 'exports.download-export'])
  expect(entries.rows[1]).toMatchObject({
    actor: who('clerk').userId,
    role: 'township_clerk',
    persons: done.persons,
    detail: { kind: 'households', filter: '辖区内全部', rows: inArea.length, persons: done.persons },
  })
  expect(done.persons).toBeGreaterThan(0)
})

test('filters narrow it, and a wrong one is refused', async () => {
  const { exportId } = await start(who('centre'), { township, programme: 'rural' })
  await work(exportId)
  const expected = await db.as(undefined, (tx) =>
    tx.one<{ n: number }>(`select count(*) as n from household where township_code = $1 and programme = 'rural'`, [township]),
  )
  expect(await read(who('centre'), exportId)).toMatchObject({ rows: expected.n, filter: expect.stringContaining('农村低保') })
  expect(await refusal(start(who('centre'), { township: 'x' }))).toContain('422')
})

test('only whoever asked reads it, only with the permission of the kind', async () => {
  const { exportId } = await start(who('centre'))
  await work(exportId)
  expect(await refusal(read(who('clerk'), exportId))).toContain('404')
  expect(await refusal(start(who('leader')))).toContain('403')
  const { kinds } = await run<{ kinds: object[] }>(who('leader'), 'exports.list-exports', {})
  expect(kinds).toEqual([])
})

test('one that was asked for by somebody who may no longer is not written', async () => {
  await enter('gone', 'verification_centre', '629901000000')
  const { exportId } = await start(who('gone'))
  await db.ownerPool.pool.query(`update app_user set disabled = true where login = 'gone'`)
  await work(exportId)
  expect(await read(who('gone'), exportId)).toMatchObject({ state: 'failed', failure: expect.stringContaining('已停用') })
})

test('a fourth one waits for the others', async () => {
  await enter('busy', 'verification_centre', '629901000000')
  for (let i = 0; i < 3; i += 1) await start(who('busy'))
  expect(await refusal(start(who('busy')))).toContain('429')
})

test('a writer that fails leaves no file, is told, and does it again', async () => {
  const { exportId } = await start(who('centre'))
  const broken = { ...runtime, blobs: { ...blobs, store: () => Promise.reject(new Error('disk full')) } }
  const writing = runJob(broken, job as never, { exportId }, new AbortController().signal)
  await expect(writing).rejects.toThrow('disk full')
  expect(await read(who('centre'), exportId)).toMatchObject({ state: 'failed', failure: expect.stringContaining('重试') })
  await work(exportId)
  expect(await read(who('centre'), exportId)).toMatchObject({ state: 'done', failure: null })
})

test('through the queue, as in the product', async () => {
  await prepareQueue(db.url, [job as never])
  const queue = await openQueue(db.urls.worker, { works: true, log: silentLog })
  try {
    await queue.work([job as never], (each, input, signal) => runJob(runtime, each, input, signal))
    const { exportId } = await start(who('centre'))
    await db.as(undefined, (tx) => queue.send(job, { exportId }, { tx }))
    await expect.poll(async () => (await read(who('centre'), exportId)).state, { timeout: 30_000 }).toBe('done')
  } finally {
    await queue.stop()
  }
})

test('after seven days the file is gone', async () => {
  const { exportId } = await start(who('centre'))
  await work(exportId)
  const { sha256 } = await read(who('centre'), exportId)
  clock.advance(7 * DAY_MS + 1)
  expect(await read(who('centre'), exportId)).toMatchObject({ state: 'expired' })
  expect(await refusal(run(who('centre'), 'exports.download-export', { params: { exportId } }))).toContain('410')
  expect(await blobs.has(sha256 ?? '')).toBe(true)
  await runJob(runtime, sweepExportsJob as never, {}, new AbortController().signal)
  expect(await blobs.has(sha256 ?? '')).toBe(false)
})
