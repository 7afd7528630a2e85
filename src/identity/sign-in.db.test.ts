import { scryptSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { isProblem } from '#kernel/problem'
import type { Action, Actor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import { type Runtime, runAction, runJob, sweepJob } from '#runner'
import { type TestDb, testDb } from '#testkit/db'
import { identityActions, makeDemoUsers, openSessions } from './index.ts'

let db: TestDb
let runtime: Runtime
let actions: Map<string, Action>
const clock = fixedClock('2026-06-30T01:10:00Z')
const places = { district: '999901000000', township: '999901001000', village: '999901001001', unitCode: 'police' }
const passwords = new Map<string, string>()
const rightOf = (account: string): string => passwords.get(account) ?? ''

beforeAll(async () => {
  db = await testDb()
  runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock, log: silentLog, blobs: openBlobs('/nowhere', db.keys) }
  const door = {
    sessions: openSessions(db.pool, db.keys, clock),
    divisionNames: async () => ({ scopeName: '', districtName: '' }),
    divisionNamesOf: async () => new Map(),
  }
  actions = new Map(identityActions(door).map((entry) => [entry.name, entry]))
  for (const user of await makeDemoUsers(db.pool, places)) passwords.set(user.account, user.password)
})

interface From {
  address?: string
  device?: string | undefined
}

/** Signs in and gives the device's cookie. Throws Problem. */
async function signIn(account: string, password: string, { address = '10.0.0.1', device }: From = {}): Promise<string> {
  let given = ''
  const setDevice = (value: string): void => {
    given = value
  }
  const session = { token: undefined, set: () => undefined, address, device, setDevice }
  const input = { body: { account, password } }
  await runAction(runtime, actions.get('identity.sign-in') as Action, { actor: null, input, session })
  return given
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isProblem(error)) throw new Error(`not refused: ${String(error)}`)
  return `${error.status} ${error.code}`
}

const isRefused = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    () => true,
  )
const rows = async <T>(text: string, ...values: unknown[]): Promise<T[]> =>
  (await db.ownerPool.pool.query(text, values)).rows as T[]
const hashOf = async (account: string): Promise<string> =>
  (await rows<{ password_hash: string }>('select password_hash from app_user where login = $1', account))[0]?.password_hash ?? ''

describe('guesses', () => {
  test('that come at once pass no lock: five are looked at, and no more', async () => {
    const refused = await Promise.all(Array.from({ length: 30 }, (_, i) => isRefused(signIn('centre', `wrong ${i}`))))
    expect(refused.every(Boolean)).toBe(true)
    const counts = await rows(
      `select kind, failed, until is not null as locked from sign_in_count where user_id = 'demo-centre' order by kind`,
    )
    expect(counts).toEqual([
      { kind: 'account', failed: 5, locked: false },
      { kind: 'pair', failed: 5, locked: true },
    ])
    expect(await refusal(signIn('centre', rightOf('centre')))).toBe('401 identity.not-signed-in')
    const news = await rows(`select payload from outbox_event where name = 'identity.locked'`)
    expect(news).toEqual([{ payload: { userId: 'demo-centre' } }])
    expect(await refusal(signIn('centre2', 'x'))).toBe('401 identity.not-signed-in')
  })

  test('of strangers lock out neither a device that signed in before nor the owner elsewhere', async () => {
    const device = await signIn('security', rightOf('security'))
    for (let i = 0; i < 7; i += 1) await isRefused(signIn('security', 'wrong'))
    expect(await isRefused(signIn('security', rightOf('security')))).toBe(true)
    expect(await isRefused(signIn('security', rightOf('security'), { device }))).toBe(false)
    expect(await isRefused(signIn('security', rightOf('security'), { address: '10.0.0.2' }))).toBe(false)
    for (let i = 0; i < 40; i += 1) await isRefused(signIn('security', 'wrong', { address: `10.9.0.${i}` }))
    expect(await isRefused(signIn('security', rightOf('security'), { address: '10.9.9.9' }))).toBe(true)
    expect(await isRefused(signIn('security', rightOf('security'), { device }))).toBe(false)
  })

  test('on a known device are counted too, and a device is known for its own account only', async () => {
    const device = await signIn('payment', rightOf('payment'), { address: '10.2.0.1' })
    for (let i = 0; i < 5; i += 1) await isRefused(signIn('policy', 'wrong', { address: '10.2.0.1', device }))
    expect(await isRefused(signIn('policy', rightOf('policy'), { address: '10.2.0.1', device }))).toBe(true)
    expect(await isRefused(signIn('payment', rightOf('payment'), { address: '10.2.0.1', device }))).toBe(false)
    for (let i = 0; i < 5; i += 1) await isRefused(signIn('payment', 'wrong', { address: '10.2.0.1', device }))
    expect(await isRefused(signIn('payment', rightOf('payment'), { address: '10.2.0.1', device }))).toBe(true)
    expect(await isRefused(signIn('payment', rightOf('payment'), { address: '10.2.0.3', device: `${device}x` }))).toBe(false)
  })

  test('are limited for an address, whatever accounts they are at', async () => {
    for (let i = 0; i < 50; i += 1) await isRefused(signIn(`nobody${i}`, 'wrong', { address: '10.3.0.1' }))
    expect(await isRefused(signIn('leader', rightOf('leader'), { address: '10.3.0.1' }))).toBe(true)
    expect(await isRefused(signIn('leader', rightOf('leader'), { address: '10.3.0.2' }))).toBe(false)
    clock.advance(15 * 60_000 + 1)
    expect(await isRefused(signIn('leader', rightOf('leader'), { address: '10.3.0.1' }))).toBe(false)
  })

  test('lock for twice as long every time', async () => {
    const from = { address: '10.4.0.1' }
    for (const minutes of [15, 30, 60]) {
      for (let i = 0; i < 5; i += 1) await isRefused(signIn('inspector', 'wrong', from))
      clock.advance(minutes * 60_000 - 1000)
      expect(await isRefused(signIn('inspector', rightOf('inspector'), from)), `${minutes}`).toBe(true)
      clock.advance(1001)
    }
    expect(await isRefused(signIn('inspector', rightOf('inspector'), from))).toBe(false)
  })

  test('at the present password are counted like those of a sign-in', async () => {
    const actor: Actor = {
      ...{ userId: 'demo-auditor', account: 'auditor', name: '审计管理员', role: 'auditor' },
      ...{ divisionCode: places.district, unitCode: null },
    }
    const change = (current: string, next = 'horse-battery-92') =>
      runAction(runtime, actions.get('identity.change-password') as Action, { actor, input: { body: { current, next } } })
    expect(await refusal(change(rightOf('auditor'), '1111111111'))).toBe('422 identity.weak-password')
    expect(await refusal(change(rightOf('auditor'), 'my-auditor-word'))).toBe('422 identity.weak-password')
    for (let i = 0; i < 5; i += 1) expect(await refusal(change(`wrong ${i}`))).toBe('422 identity.wrong-password')
    expect(await refusal(change(rightOf('auditor')))).toBe('429 identity.too-many-guesses')
    clock.advance(15 * 60_000 + 1)
    expect(await change(rightOf('auditor'))).toEqual({ changed: true })
  })
})

test('a hash of former times is checked and replaced at the next sign-in', async () => {
  const salt = Buffer.alloc(16, 1)
  const key = scryptSync('an old password', salt, 32, { N: 1 << 15, r: 8, p: 1, maxmem: 64 << 20 })
  const former = `scrypt$32768$8$1$${salt.toString('base64url')}$${key.toString('base64url')}`
  await rows(`update app_user set password_hash = $1 where login = 'village'`, former)
  expect(await isRefused(signIn('village', 'another', { address: '10.5.0.1' }))).toBe(true)
  expect(await hashOf('village')).toBe(former)
  await signIn('village', 'an old password', { address: '10.5.0.1' })
  expect(await hashOf('village')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  await signIn('village', 'an old password', { address: '10.5.0.1' })
})

test('a given password is good for a day', async () => {
  await rows(`update app_user set password_given = true, password_changed_at = $1 where login = 'unit'`, new Date(clock.nowMs()))
  clock.advance(86_400_000 - 1000)
  await signIn('unit', rightOf('unit'), { address: '10.6.0.1' })
  clock.advance(1001)
  expect(await refusal(signIn('unit', rightOf('unit'), { address: '10.6.0.1' }))).toBe('401 identity.given-expired')
})

describe('refused sign-ins in the journal', () => {
  type Entry = { account: string; address: string; code: string; more?: number }
  const entries = async (): Promise<Entry[]> =>
    (await rows<{ detail: Entry }>(`select detail from journal where chain = 'system:refused' order by seq`)).map(
      (row) => row.detail,
    )
  const sweep = () => runJob(runtime, sweepJob as never, {}, new AbortController().signal)

  test('name the account, never what was typed in its place, and a flood is a number', async () => {
    clock.advance(3_600_000)
    await sweep()
    const before = (await entries()).length
    for (let i = 0; i < 4; i += 1) await isRefused(signIn('township', 'wrong', { address: '10.7.0.1' }))
    await isRefused(signIn('my-Secret-1', 'wrong', { address: '10.7.0.1' }))
    const first = (await entries()).slice(before)
    expect(first).toEqual([
      { account: 'township', address: '10.7.0.1', code: 'identity.not-signed-in' },
      { account: expect.stringMatching(/^\?[0-9a-f]{12}$/), address: '10.7.0.1', code: 'identity.not-signed-in' },
    ])
    expect(JSON.stringify(await rows('select * from sign_in_count'))).not.toContain('my-Secret')
    await sweep()
    expect((await entries()).slice(before)).toHaveLength(2)
    clock.advance(3_600_000)
    await sweep()
    expect((await entries()).slice(before + 2)).toMatchObject([{ account: 'township', address: '10.7.0.1', more: 3 }])
    await sweep()
    expect((await entries()).slice(before)).toHaveLength(3)
  })

  test('grow by some hundred an hour, however many there are, and all are counted', async () => {
    const before = (await entries()).length
    const flood = 260
    for (let i = 0; i < flood; i += 1) await isRefused(signIn('x', 'wrong', { address: `10.8.${i >> 8}.${i & 255}` }))
    const during = (await entries()).slice(before)
    expect(during).toHaveLength(201)
    expect(during.at(-1)).toEqual({ account: '*', address: '*', code: 'identity.not-signed-in' })
    clock.advance(3_600_000)
    await sweep()
    const all = (await entries()).slice(before)
    expect(all.reduce((sum, { more }) => sum + (more ?? 1), 0)).toBe(flood)
  })
})
