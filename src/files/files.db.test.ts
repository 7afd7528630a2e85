import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scopeOf } from '#identity'
import type { ActionContext, Actor } from '#platform/action'
import { type Blobs, openBlobs } from '#platform/blobs'
import { fixedClock, today } from '#platform/clock'
import { withTransaction } from '#platform/db'
import type { JobContext } from '#platform/job'
import { silentLog } from '#platform/log'
import { type Runtime, runAction } from '#runner'
import { type TestDb, testDb } from '#testkit/db'
import { dotJpeg, handIn, shortPdf } from '#testkit/handed-files'
import { attachFiles, type FileOwner, PICTURES, showFile, sweepFilesJob, takeFileAction } from './index.ts'

const township = '629901001000'
const village = '629901001001'
const other = '629901002000'
const clerk: Actor = { userId: 'u1', account: 'a', name: '甲', role: 'township_clerk', divisionCode: township, unitCode: null }
const approver: Actor = { ...clerk, userId: 'u2', role: 'district_approver', divisionCode: '629901000000' }
const stranger: Actor = { ...clerk, userId: 'u3', divisionCode: other }
const owner: FileOwner = { kind: 'household', no: 'H1', divisionCode: village }
const hour = 3_600_000

let db: TestDb
let dir: string
let blobs: Blobs
let runtime: Runtime
const clock = fixedClock('2026-10-12T01:00:00.000Z')

beforeAll(async () => {
  db = await testDb()
  dir = mkdtempSync(path.join(tmpdir(), 'yingbao-files-'))
  blobs = openBlobs(dir, db.keys)
  runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock, log: silentLog, blobs }
  await db.ownerPool.pool.query(
    `insert into household (household_no, programme, kind, division_code, applied_on, sealed, content)
     values ('H1', 'rural', 'new', $1, '2026-01-01', '', '')`,
    [village],
  )
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Does something as an action of somebody would. */
function as<T>(actor: Actor, work: (context: ActionContext) => Promise<T>): Promise<T> {
  const scope = scopeOf(actor)
  return withTransaction(db.pool, scope, (tx) =>
    work({ ...runtime, tx, scope, actor, today: today(clock) } as unknown as ActionContext),
  )
}

const named = (sha256: string) => [{ sha256, name: '证明.jpg' }]

async function contentOf(body: Readable | Buffer): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of Readable.from(body)) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

describe('a file', () => {
  it('is told by what was sent, not by what was said of it, and opens for whoever sees what it belongs to', async () => {
    const bytes = dotJpeg('one')
    const stored = await handIn(runtime, clerk, { bytes, name: '过户单.jpg' })
    const [kept] = await as(clerk, (context) => attachFiles(context, owner, named(stored.sha256)))
    expect(kept).toEqual({ ...stored, fileId: expect.any(String) })
    const shown = await as(approver, (context) => showFile(context, owner, (file) => file.fileId === kept?.fileId))
    expect(shown).toMatchObject({ fileName: '过户单.jpg', mediaType: 'image/jpeg' })
    expect(await contentOf(shown.body)).toEqual(bytes)
  })

  it('opens neither by its hash for somebody else, nor out of sight, nor through what it does not belong to', async () => {
    const { sha256 } = await handIn(runtime, clerk, { bytes: dotJpeg('one') })
    const [kept] = await as(clerk, (context) => attachFiles(context, owner, named(sha256)))
    const mine = { kind: 'household', no: 'H2', divisionCode: other } as const
    await expect(as(stranger, (context) => attachFiles(context, mine, named(sha256)))).rejects.toMatchObject({
      status: 422,
      message: expect.stringMatching(/没有收到“证明.jpg”：可能没有传完，或不是您上传的。请重新上传/),
    })
    const byId = (file: { fileId: string }) => file.fileId === kept?.fileId
    await expect(as(stranger, (context) => showFile(context, owner, byId))).rejects.toMatchObject({ status: 404 })
    await expect(as(approver, (context) => showFile(context, mine, byId))).rejects.toMatchObject({ status: 404 })
  })

  it('may be named twice by whoever sent it, and again by others for what it belongs to', async () => {
    const { sha256 } = await handIn(runtime, clerk, { bytes: dotJpeg('two') })
    const [first] = await as(clerk, (context) => attachFiles(context, owner, named(sha256)))
    const [again] = await as(approver, (context) => attachFiles(context, owner, named(sha256)))
    const [elsewhere] = await as(clerk, (context) => attachFiles(context, { ...owner, kind: 'case', no: 'AJ-1' }, named(sha256)))
    expect(again?.fileId).toBe(first?.fileId)
    expect(elsewhere?.fileId).not.toBe(first?.fileId)
  })

  it('may be named at the same moment for one household and for two, and belongs to each once', async () => {
    const { sha256 } = await handIn(runtime, clerk, { bytes: dotJpeg('at once') })
    const first = { ...owner, kind: 'case', no: 'AJ-2' } as const
    const second = { ...first, no: 'AJ-3' }
    const atOnce = (owners: readonly FileOwner[]) =>
      Promise.all(
        owners.map((each) => as(clerk, async (context) => (await attachFiles(context, each, named(sha256)))[0]?.fileId)),
      )
    // the first time the file waits; afterwards it is copied
    const [a, b, c] = await atOnce([first, first, second])
    expect(a).toBe(b)
    expect(c).not.toBe(a)
    const third = { ...first, no: 'AJ-4' }
    const ids = await atOnce([third, third, third, third])
    expect(new Set(ids).size).toBe(1)
    expect([a, c]).not.toContain(ids[0])
  })

  it('is refused where another kind is asked for, and when its content is gone', async () => {
    const { sha256 } = await handIn(runtime, clerk, { bytes: shortPdf('x'), name: 'x.jpg' })
    const photo = as(clerk, (context) =>
      attachFiles(context, owner, named(sha256), { types: PICTURES, path: ['record', 'photos', 0] }),
    )
    await expect(photo).rejects.toMatchObject({
      message: expect.stringContaining('不是 JPEG 或 PNG 照片'),
      details: { issues: [{ path: ['record', 'photos', 0], message: expect.any(String) }] },
    })
    await blobs.remove(sha256)
    await expect(as(clerk, (context) => attachFiles(context, owner, named(sha256)))).rejects.toThrow(/没有收到/)
  })

  it('is not shown when what lies in the store is not what was handed in: swapped, cut or changed', async () => {
    const bytes = dotJpeg('kept')
    const { sha256 } = await handIn(runtime, clerk, { bytes })
    const other = await handIn(runtime, clerk, { bytes: dotJpeg('swapped') })
    await as(clerk, (context) => attachFiles(context, owner, named(sha256)))
    const placeOf = (hash: string) => path.join(dir, hash.slice(0, 2), hash)
    const whole = readFileSync(placeOf(sha256))
    const turned = Buffer.from(whole)
    turned.writeUInt8(turned.readUInt8(turned.length - 1) ^ 1, turned.length - 1)
    const opened = () =>
      as(approver, async (context) => contentOf((await showFile(context, owner, (file) => file.sha256 === sha256)).body))
    for (const damage of [readFileSync(placeOf(other.sha256)), whole.subarray(0, -1), Buffer.alloc(0), turned]) {
      writeFileSync(placeOf(sha256), damage)
      await expect(opened()).rejects.toMatchObject({ code: 'blob.altered' })
    }
    writeFileSync(placeOf(sha256), whole)
    expect(await opened()).toEqual(bytes)
  })

  it('leaves nothing when it is refused, and is taken only from who may hand something in', async () => {
    const before = await db.as(undefined, (tx) => tx.one<{ n: number }>('select count(*)::int as n from stored_file'))
    await expect(handIn(runtime, clerk, { bytes: Buffer.from('x'.repeat(5000)) })).rejects.toMatchObject({
      code: 'files.content',
    })
    const large = Buffer.concat([dotJpeg(), Buffer.alloc(21 * 1_048_576)])
    await expect(handIn(runtime, clerk, { bytes: large })).rejects.toMatchObject({ status: 413 })
    await expect(handIn(runtime, { ...clerk, role: 'auditor' }, {})).rejects.toMatchObject({ status: 403 })
    expect(await db.as(undefined, (tx) => tx.one('select count(*)::int as n from stored_file'))).toEqual(before)
  })

  it('is written only in the name of who hands it in, whatever a statement says', async () => {
    const forged = `insert into stored_file (file_id, sha256, name, size, kind, taken_by, taken_at, division_code)
      values (gen_random_uuid(), $1, 'x', 1, 'paper', 'u1', now(), $2)`
    await expect(as(stranger, ({ tx }) => tx.execute(forged, ['a'.repeat(64), other]))).rejects.toThrow(/row-level security/)
    const taken = `update stored_file set owner_kind = 'household', owner_no = 'H2', attached_at = now()`
    expect(await as(stranger, ({ tx }) => tx.execute(taken))).toBe(0)
    await expect(as(clerk, ({ tx }) => tx.execute(`update stored_file set sha256 = $1`, ['b'.repeat(64)]))).rejects.toThrow(
      /permission/,
    )
    expect(await as(clerk, ({ tx }) => tx.execute('delete from stored_file'))).toBe(0)
  })

  it('is journaled when it is taken', async () => {
    const input = { query: { name: 'a.jpg' }, upload: { stream: Readable.from([dotJpeg('three')]), mediaType: '' } }
    const { sha256 } = (await runAction(runtime, takeFileAction, { actor: clerk, input })) as { sha256: string }
    const { rows } = await db.ownerPool.pool.query(
      `select actor from journal where action = 'files.take-file' and detail->>'sha256' = $1`,
      [sha256],
    )
    expect(rows).toEqual([{ actor: 'u1' }])
  })
})

describe('the sweep', () => {
  const context = () => ({ ...runtime, today: today(clock), signal: new AbortController().signal }) as JobContext
  const old = (sha256: string) => {
    const then = new Date(Date.now() - 30 * hour)
    utimesSync(path.join(dir, sha256.slice(0, 2), sha256), then, then)
  }

  it('forgets what was never named, deletes contents nobody refers to, and keeps everything else', async () => {
    const carried = {
      caseNo: 'AJ-9',
      sha256: '',
      name: '旧.jpg',
      size: 1,
      by: 'u1',
      at: '2026-01-01T00:00:00Z',
      divisionCode: village,
    }
    const stray = await blobs.store(Readable.from([Buffer.from('stray')]), 100)
    const fresh = await blobs.store(Readable.from([Buffer.from('fresh')]), 100)
    const sealed = await blobs.store(Readable.from([Buffer.from('named in a sealed record')]), 100)
    const used = await handIn(runtime, clerk, { bytes: dotJpeg('used') })
    await as(clerk, (inside) => attachFiles(inside, owner, named(used.sha256)))
    const waiting = await handIn(runtime, clerk, { bytes: dotJpeg('waiting') })
    for (const { sha256 } of [stray, sealed, used, waiting]) old(sha256)
    let told = 0
    const job = sweepFilesJob({
      async *carried() {
        told += 1
        yield [{ ...carried, sha256: sealed.sha256 }]
      },
    })
    await job.run(context(), {})
    const there = async () => Promise.all([stray, fresh, sealed, used, waiting].map(({ sha256 }) => blobs.has(sha256)))
    expect(await there()).toEqual([false, true, true, true, true])
    clock.advance(8 * 24 * hour)
    await job.run(context(), {})
    expect(await there()).toEqual([false, true, true, true, false])
    expect(told).toBe(1)
    await expect(as(clerk, (inside) => attachFiles(inside, owner, named(waiting.sha256)))).rejects.toThrow(/没有收到/)
  })

  it('knows every table that refers to a stored content', async () => {
    const { rows } = await db.ownerPool.pool.query<{ name: string; viewed: boolean }>(
      `select c.table_name as name, exists (select from information_schema.view_column_usage v
         where v.view_name = 'stored_content' and v.table_name = c.table_name) as viewed
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = 'public' and c.column_name = 'sha256' and t.table_type = 'BASE TABLE'`,
    )
    // texts and seals lie in their own rows, not in the store of files
    const elsewhere = ['template_version', 'office_seal']
    const missing = rows.filter(({ name, viewed }) => !viewed && !elsewhere.includes(name))
    expect(missing).toEqual([])
    expect(rows.length).toBeGreaterThan(6)
  })
})
