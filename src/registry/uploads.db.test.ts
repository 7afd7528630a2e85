import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ExcelJS from 'exceljs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkCharacter } from '#kernel/id-number'
import type { Action, ActionContext } from '#platform/action'
import { type Blobs, openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { wholeScope } from '#platform/db'
import type { JobContext } from '#platform/job'
import { writeZip } from '#sandbox'
import { type TestDb, testDb } from '#testkit/db'
import { type ImportDoor, listImportsAction, readImportAction, startImportAction, uploadFileAction } from './actions/imports.ts'
import { inspectListAction, listMappingsAction, previewMappingAction, saveMappingAction } from './actions/mappings.ts'
import { runImportJob } from './jobs/run-import.ts'
import { loadHouseholdBatch } from './store/batch.ts'
import { CORE_TABLES } from './tables.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const limits = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
const clock = fixedClock('2026-10-12T01:00:00.000Z')
const TEST_TIMEOUT = 60_000

interface World {
  readonly db: TestDb
  readonly blobs: Blobs
  readonly door: ImportDoor
  readonly sent: string[]
}

async function call<O>({ db, blobs }: World, action: Action, input: Record<string, unknown>): Promise<O> {
  return await db.as(wholeScope('u1'), async (tx) => {
    const actor = {
      userId: 'u1',
      account: 'a',
      name: '甲',
      role: 'verification_centre',
      divisionCode: '629901000000',
      unitCode: null,
    }
    const context = {
      tx,
      db: db.pool,
      scope: wholeScope('u1'),
      actor,
      blobs,
      keys: db.keys,
      clock,
      today: '2026-10-12',
    } as unknown as ActionContext
    const output = await action.run(context, input)
    action.journal(input, output, context)
    return output as O
  })
}

async function work({ db, blobs }: World, importId: string): Promise<void> {
  const log = { warn: () => undefined }
  const context = {
    db: db.pool,
    workerDb: db.pool,
    keys: db.keys,
    clock,
    today: '2026-10-12',
    log,
    blobs,
  } as unknown as JobContext
  await runImportJob.run(context, { importId })
}

type Run = {
  importId: string
  state: string
  failure: string | null
  rows: number
  changed: number
  files: unknown[]
  startedBy: string
}

async function upload(world: World, name: string, bytes: Uint8Array): Promise<string> {
  const stored = await call<{ sha256: string }>(world, uploadFileAction, {
    name,
    upload: { stream: [bytes], mediaType: 'x' },
  })
  return stored.sha256
}

async function importFiles(world: World, files: { path: string; sha256: string }[], mappingId?: string): Promise<Run> {
  clock.advance(1000)
  const started = await call<Run>(world, startImportAction(world.door), { files, asOf: '2026-09-30', mappingId })
  expect(started.state).toBe('uploaded')
  expect(world.sent.at(-1)).toBe(started.importId)
  await work(world, started.importId)
  return await call<Run>(world, readImportAction, { importId: started.importId })
}

function number(birth: string, serial: string): string {
  const digits = `629901${birth}${serial}`
  return digits + checkCharacter(digits)
}

describe('uploads', async () => {
  const db = await testDb()
  let world: World
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yingbao-uploads-'))
    const blobs = openBlobs(folder, db.keys)
    const sent: string[] = []
    const door: ImportDoor = {
      blobs,
      limits: async () => limits,
      sendImport: async (_, importId) => {
        sent.push(importId)
      },
    }
    world = { db, blobs, door, sent }
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  const packageFiles = () => ['manifest.json', ...CORE_TABLES.map(({ file }) => file)]

  it('says why a file cannot be a package and leaves nothing', async () => {
    const sha256 = await upload(world, 'a.zip', Buffer.from('no archive'))
    const run = await importFiles(world, [{ path: 'a.zip', sha256 }])
    expect(run).toMatchObject({ state: 'failed', rows: 0 })
    expect(run.failure).toMatch(/ZIP/)
    await expect(
      call(world, startImportAction(world.door), { files: [{ path: 'b', sha256: '0'.repeat(64) }], asOf: '2026-09-30' }),
    ).rejects.toThrow(/没有收到“b”/)
  })

  it(
    'imports a ZIP archive, then the same as a folder of files changes nothing',
    async () => {
      const inputs = await Promise.all(
        packageFiles().map(async (file) => ({ name: `甲区/${file}`, chunks: [await readFile(join(SAMPLE, file))] })),
      )
      const pieces: Buffer[] = []
      for await (const piece of writeZip(inputs)) pieces.push(piece)
      const run = await importFiles(world, [{ path: '甲区.zip', sha256: await upload(world, '甲区.zip', Buffer.concat(pieces)) }])
      expect(run).toMatchObject({ state: 'done', failure: null })
      expect(run.files).toHaveLength(12)
      expect(run.changed).toBeGreaterThan(2000)
      const files: { path: string; sha256: string }[] = []
      for (const file of packageFiles())
        files.push({ path: `甲区/${file}`, sha256: await upload(world, file, await readFile(join(SAMPLE, file))) })
      expect(await importFiles(world, files)).toMatchObject({ state: 'done', changed: 0, rows: run.rows })
      const listed = await call<{ rows: Run[]; total: number; next: string | null }>(world, listImportsAction, { limit: 2 })
      expect(listed.total).toBe(3)
      const rest = await call<{ rows: Run[] }>(world, listImportsAction, { limit: 2, cursor: listed.next })
      expect([...listed.rows, ...rest.rows].map(({ state }) => state)).toEqual(['done', 'done', 'failed'])
    },
    TEST_TIMEOUT,
  )

  it(
    'reads a list of another system with a mapping that was previewed and saved',
    async () => {
      const book = new ExcelJS.Workbook()
      const sheet = book.addWorksheet('低保人员')
      sheet.addRow(['户编号', '人员编码', '姓名', '身份证号', '性别', '出生日期', '与户主关系'])
      sheet.addRow(['H001001000009', 'N-1', '乙春', number('20100305', '012'), '女', new Date(Date.UTC(2010, 2, 5)), '女儿'])
      sheet.addRow(['H001001000009', 'N-2', '乙夏', 123, '男', new Date(Date.UTC(2011, 2, 5)), '邻居'])
      sheet.getColumn(6).numFmt = 'yyyy-mm-dd'
      const sha256 = await upload(world, '名单.xlsx', Buffer.from(await book.xlsx.writeBuffer()))
      const head = await call<{ guess: Record<string, string>; seen: Record<string, string[]>; sheets: string[] }>(
        world,
        inspectListAction,
        {
          sha256,
          name: '名单.xlsx',
          table: 'persons',
        },
      )
      expect(head.sheets).toEqual(['低保人员'])
      expect(head.guess).toMatchObject({
        household_no: '户编号',
        id_number: '身份证号',
        birth_date: '出生日期',
        relation: '与户主关系',
      })
      expect(head.seen).toMatchObject({ relation: ['女儿', '邻居'] })
      const mapping = {
        source: '省低保系统',
        table: 'persons',
        sheet: '低保人员',
        columns: { ...head.guess, counted: "='yes'" },
        codes: { relation: { 女儿: 'child' } },
      }
      const preview = await call<{
        total: number
        acceptable: number
        byCode: { code: string }[]
        rows: { row: number; issues: unknown[] }[]
      }>(world, previewMappingAction(world.door), { sha256, mapping, asOf: '2026-09-30' })
      expect(preview).toMatchObject({ total: 2, acceptable: 1 })
      expect(preview.byCode.map(({ code }) => code)).toEqual(['CODE_UNKNOWN', 'IDQ-1'])
      expect(preview.rows.map(({ row }) => row)).toEqual([2, 3])
      const saved = await call<{ mappingId: string }>(world, saveMappingAction, mapping)
      const again = await call<{ mappingId: string }>(world, saveMappingAction, mapping)
      expect(again.mappingId).toBe(saved.mappingId)
      expect((await call<{ rows: unknown[] }>(world, listMappingsAction, {})).rows).toHaveLength(1)
      const run = await importFiles(world, [{ path: '名单.xlsx', sha256 }], saved.mappingId)
      expect(run).toMatchObject({ state: 'done', changed: 1, rows: 2 })
      const batch = await db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, ['H001001000009']))
      expect(batch.persons.find(({ person_no }) => person_no === 'N-1')).toMatchObject({
        gender: '2',
        relation: 'child',
        birth_date: '2010-03-05',
      })
      expect(batch.households[0]?.incomplete_members).toBe(true)
    },
    TEST_TIMEOUT,
  )

  it('says so when it breaks off for a reason of the system, also before the package is open', async () => {
    const sha256 = await upload(world, 'b.zip', Buffer.from('never read'))
    const started = await call<Run>(world, startImportAction(world.door), {
      files: [{ path: 'b.zip', sha256 }],
      asOf: '2026-09-30',
    })
    await db.ownerPool.pool.query(
      `update import_run set request = jsonb_set(request, '{mappingId}', to_jsonb(gen_random_uuid()::text)) where import_id = $1`,
      [started.importId],
    )
    await expect(work(world, started.importId)).rejects.toThrow('import names no mapping')
    const run = await call<Run>(world, readImportAction, { importId: started.importId })
    expect(run).toMatchObject({ state: 'failed', failure: expect.stringContaining('正在重试') })
  })

  it('does nothing for a run that is done or unknown', async () => {
    await work(world, randomUUID())
    const { rows } = await call<{ rows: Run[] }>(world, listImportsAction, { limit: 100 })
    const done = rows.find(({ state }) => state === 'done')?.importId ?? ''
    await work(world, done)
    expect(await call<Run>(world, readImportAction, { importId: done })).toMatchObject({ state: 'done' })
    await expect(call(world, readImportAction, { importId: 'x' })).rejects.toThrow(/没有这次导入/)
  })

  it('ends what was made to stop its reader as failed, with the sentence that names the limit', async () => {
    const blanks = Array.from({ length: 64 }, () => ' '.repeat(2 ** 20))
    const pieces: Buffer[] = []
    for await (const piece of writeZip([{ name: 'divisions.csv', chunks: blanks }])) pieces.push(piece)
    const sha256 = await upload(world, '空白.zip', Buffer.concat(pieces))
    const run = await importFiles(world, [{ path: '空白.zip', sha256 }])
    expect(run).toMatchObject({ state: 'failed', rows: 0 })
    expect(run.failure).toMatch(/展开后是压缩时的 200 倍以上.*请删去/)
    const list = await upload(world, '名单.csv', Buffer.from(`编号,姓名\n"${'x'.repeat(4_000_000)}`))
    const look = call(world, inspectListAction, { sha256: list, name: '名单.csv', table: 'persons' })
    await expect(look).rejects.toThrow(/一行超过 1,048,576 字.*双引号/)
  })
})
