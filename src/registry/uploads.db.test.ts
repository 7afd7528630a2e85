import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Action, ActionContext } from '#platform/action'
import { type Blobs, openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { wholeScope } from '#platform/db'
import type { JobContext } from '#platform/job'
import { writeZip } from '#sandbox'
import { type TestDb, testDb } from '#testkit/db'
import { noLedgers } from '#testkit/no-ledgers'
import { commitImportAction, confirmImportAction } from './actions/import-decisions.ts'
import { type ImportDoor, listImportsAction, readImportAction, startImportAction, uploadFileAction } from './actions/imports.ts'
import { importJob } from './jobs/run-import.ts'
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

async function call<O>({ db, blobs }: World, action: Action, input: Record<string, unknown>, userId = 'u1'): Promise<O> {
  return await db.as(wholeScope(userId), async (tx) => {
    const actor = {
      userId,
      account: 'a',
      name: '甲',
      role: 'verification_centre',
      divisionCode: '629901000000',
      unitCode: null,
    }
    const context = {
      tx,
      db: db.pool,
      scope: wholeScope(userId),
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
  const log = { warn: () => undefined, info: () => undefined }
  const context = {
    db: db.pool,
    workerDb: db.pool,
    keys: db.keys,
    clock,
    today: '2026-10-12',
    log,
    blobs,
  } as unknown as JobContext
  await importJob({ ledgers: noLedgers, restsOn: async () => [] }).run(context, { importId })
}

type Run = {
  importId: string
  state: string
  failure: string | null
  rows: number
  changed: number
  files: unknown[]
  startedBy: string
  mine: boolean
}

async function upload(world: World, name: string, bytes: Uint8Array): Promise<string> {
  const stored = await call<{ sha256: string }>(world, uploadFileAction, {
    name,
    upload: { stream: [bytes], mediaType: 'x' },
  })
  return stored.sha256
}

const read = (world: World, importId: string) => call<Run>(world, readImportAction(world.door), { importId })

/** Uploads and checks, commits, and lets a second person confirm where one is needed. */
async function importFiles(world: World, files: { path: string; sha256: string }[]): Promise<Run> {
  clock.advance(1000)
  const { importId, state } = await call<Run>(world, startImportAction(world.door), { files, asOf: '2026-09-30' })
  expect(state).toBe('uploaded')
  expect(world.sent.at(-1)).toBe(importId)
  await work(world, importId)
  const checked = await read(world, importId)
  if (checked.state !== 'checked') return checked
  const committed = await call<Run>(world, commitImportAction(world.door), { importId })
  if (committed.state === 'confirming')
    await call(world, confirmImportAction(world.door), { importId, accept: true, reason: '已核对' }, 'u2')
  await work(world, importId)
  return await read(world, importId)
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
      ledgers: noLedgers,
      restsOn: async () => [],
      hangsOn: async () => new Map(),
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
      const seen = await call<{ rows: Run[] }>(world, listImportsAction, { limit: 2 }, 'u2')
      expect([listed, seen].map(({ rows }) => rows.map(({ mine }) => mine))).toEqual([
        [true, true],
        [false, false],
      ])
    },
    TEST_TIMEOUT,
  )

  it('says so when it breaks off for a reason of the system, also before the package is open', async () => {
    const sha256 = await upload(world, 'b.zip', Buffer.from('never read'))
    const started = await call<Run>(world, startImportAction(world.door), {
      files: [{ path: 'b.zip', sha256 }],
      asOf: '2026-09-30',
    })
    await db.ownerPool.pool.query(`update import_run set request = '{}' where import_id = $1`, [started.importId])
    await expect(work(world, started.importId)).rejects.toThrow()
    const run = await read(world, started.importId)
    expect(run).toMatchObject({ state: 'failed', failure: expect.stringContaining('正在重试') })
  })

  it('does nothing for a run that is done or unknown', async () => {
    await work(world, randomUUID())
    const { rows } = await call<{ rows: Run[] }>(world, listImportsAction, { limit: 100 })
    const done = rows.find(({ state }) => state === 'done')?.importId ?? ''
    await work(world, done)
    expect(await read(world, done)).toMatchObject({ state: 'done' })
    await expect(read(world, 'x')).rejects.toThrow(/没有这次导入/)
  })

  it('ends what was made to stop its reader as failed, with the sentence that names the limit', async () => {
    const blanks = Array.from({ length: 64 }, () => ' '.repeat(2 ** 20))
    const pieces: Buffer[] = []
    for await (const piece of writeZip([{ name: 'divisions.csv', chunks: blanks }])) pieces.push(piece)
    const sha256 = await upload(world, '空白.zip', Buffer.concat(pieces))
    const run = await importFiles(world, [{ path: '空白.zip', sha256 }])
    expect(run).toMatchObject({ state: 'failed', rows: 0 })
    expect(run.failure).toMatch(/展开后是压缩时的 200 倍以上.*请删去/)
  })
})
