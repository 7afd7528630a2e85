import { beforeAll, describe, expect, test } from 'vitest'
import { isProblem } from '#kernel/problem'
import type { Action, Actor, Download } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import { type Runtime, runAction } from '#runner'
import { type TestDb, testDb } from '#testkit/db'
import type { OfficeSeal } from './contract/seals.ts'
import { identityActions, openSessions, scopeOf, sealImageOf } from './index.ts'

/** A seal prints only between a second administrator's confirmation and its end, on the papers of its own office. */

const district = '999901000000'
const township = '999901001000'
const village = '999901001001'
const clock = fixedClock('2026-11-06T01:00:00Z')
let db: TestDb
let runtime: Runtime
let actions: Map<string, Action>

const actorOf = (userId: string, role: string, divisionCode = district): Actor => ({
  userId,
  account: userId,
  name: userId,
  role,
  divisionCode,
  unitCode: null,
})
const admin = actorOf('admin', 'district_admin')
const security = actorOf('security', 'security_admin')

/** A PNG of 600 × 600 points with a transparent ground, told apart by its last byte. */
function picture(last: number): Buffer {
  const bytes = Buffer.alloc(64)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  bytes.writeUInt32BE(600, 16)
  bytes.writeUInt32BE(600, 20)
  bytes.set([8, 6], 24)
  bytes[63] = last
  return bytes
}

beforeAll(async () => {
  db = await testDb()
  runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock, log: silentLog, blobs: openBlobs('/nowhere', db.keys) }
  const door = {
    sessions: openSessions(db.pool, db.keys, clock),
    divisionNames: async () => ({ scopeName: '', districtName: '' }),
    divisionNamesOf: async (_: unknown, codes: readonly string[]) => new Map(codes.map((code) => [code, `名${code}`])),
  }
  actions = new Map(identityActions(door).map((each) => [each.name, each]))
})

async function run<T>(actor: Actor, name: string, input: { params?: object; body?: object }): Promise<T> {
  return (await runAction(runtime, actions.get(name) as Action, { actor, input })) as T
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown)
  if (!isProblem(error)) throw new Error(`not refused: ${String(error)}`)
  return error.message
}

const enter = (bytes: Buffer, divisionCode = township, actor = admin) =>
  run<{ sealId: string }>(actor, 'identity.enter-seal', {
    params: { divisionCode },
    body: { image: bytes.toString('base64'), basis: '印模备案 2026-1 号' },
  })
const confirm = (sealId: string, actor = security) => run(actor, 'identity.confirm-seal', { params: { sealId } })
const seals = async () =>
  (await run<{ rows: OfficeSeal[] }>(admin, 'identity.list-seals', { params: { divisionCode: township } })).rows
/** What prints for somebody who works in the village. */
const printed = (of: string) =>
  db.as(scopeOf({ userId: 'clerk', divisionCode: village }), async (tx) => sealImageOf({ tx, keys: db.keys }, of))

describe('a seal', () => {
  test('prints from the confirmation by another person until it is ended', async () => {
    const { sealId } = await enter(picture(1))
    expect(await printed(township)).toBeNull()
    expect(await refusal(confirm(sealId, admin))).toContain('没有这项权限')
    expect(await refusal(confirm(sealId, { ...security, userId: 'admin' }))).toContain('另一名管理员')
    await confirm(sealId)
    expect(await printed(township)).toEqual(picture(1))
    expect(await printed(district)).toBeNull()
    expect(await refusal(confirm(sealId))).toContain('已经确认')
    const next = await enter(picture(2))
    expect(await printed(township)).toEqual(picture(1))
    await confirm(next.sealId)
    expect(await printed(township)).toEqual(picture(2))
    expect((await seals()).map(({ state }) => state).sort()).toEqual(['ended', 'used'])
    await run(security, 'identity.end-seal', { params: { sealId: next.sealId }, body: { reason: '印章遗失' } })
    expect(await printed(township)).toBeNull()
    expect(await refusal(confirm(next.sealId))).toContain('已经停用')
  })

  test('that waits is replaced by the next that is entered; the picture lies sealed and is given to administrators', async () => {
    const first = await enter(picture(3))
    const { sealId } = await enter(picture(4))
    expect(await refusal(confirm(first.sealId))).toContain('已经停用')
    const { body } = await run<Download>(security, 'identity.read-seal', { params: { sealId } })
    const chunks: Buffer[] = []
    for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk)
    expect(Buffer.concat(chunks)).toEqual(picture(4))
    const { rows } = await db.ownerPool.pool.query('select image from office_seal where seal_id = $1', [sealId])
    expect((rows[0] as { image: Buffer }).image.includes(picture(4))).toBe(false)
  })

  test('is not used when the picture in the database is not the one that was entered', async () => {
    const { sealId } = await enter(picture(6))
    await confirm(sealId)
    const swap = (image: Buffer) =>
      db.ownerPool.pool.query('update office_seal set image = $2 where seal_id = $1', [sealId, db.keys.seal(image)])
    await db.ownerPool.pool.query('alter table office_seal disable trigger decided_once')
    await swap(picture(7))
    expect(await refusal(printed(township))).toContain('与登记时不符')
    await swap(picture(6))
    await db.ownerPool.pool.query('alter table office_seal enable trigger decided_once')
    expect(await printed(township)).toEqual(picture(6))
  })

  test('is confirmed once and by another person, past the actions too', async () => {
    const { sealId } = await enter(picture(8))
    const asApp = (set: string) =>
      db
        .as(undefined, (tx) => tx.execute(`update office_seal set ${set} where seal_id = '${sealId}'`))
        .then(
          () => 'done',
          (error: Error) => error.message,
        )
    const confirming = `confirmed_by_name = '乙', confirmed_at = now(), confirmed_by`
    expect(await asApp(`${confirming} = entered_by`)).toMatch(/check constraint/)
    expect(await asApp(`${confirming} = 'admin', entered_by = 'x'`)).toMatch(/changes what was proposed|permission denied/)
    await confirm(sealId)
    expect(await asApp(`confirmed_by = 'y'`)).toMatch(/is decided/)
    expect(await asApp(`confirmed_by = null, confirmed_by_name = null, confirmed_at = null`)).toMatch(/is decided/)
  })

  test('is refused for a village, another district, and a picture that would not print', async () => {
    expect(await refusal(enter(picture(5), village))).toContain('乡镇')
    expect(await refusal(enter(picture(5), '888801001000'))).toContain('辖区')
    expect(await refusal(enter(Buffer.from('not a picture')))).toContain('PNG')
  })
})
