import { beforeAll, expect, test } from 'vitest'
import { isProblem } from '#kernel/problem'
import type { Action, SessionDoor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import { type Runtime, runAction } from '#runner'
import { type TestDb, testDb } from '#testkit/db'
import {
  identityActions,
  isPermitted,
  makeDemoUsers,
  makeUser,
  openSessions,
  PERMISSIONS,
  ROLES,
  type Sessions,
  scopeOf,
} from './index.ts'
import { IDLE_MS, LONGEST_MS } from './sessions.ts'
import { setDisabled } from './store/users.ts'

let db: TestDb
let runtime: Runtime
let sessions: Sessions
let actions: Map<string, Action>
const clock = fixedClock('2026-06-30T01:00:00Z')
const places = { district: '999901000000', township: '999901001000', village: '999901001001', unitCode: 'police' }
const demoPasswords = new Map<string, string>()

beforeAll(async () => {
  db = await testDb()
  runtime = {
    db: db.pool,
    workerDb: db.workerPool,
    keys: db.keys,
    clock,
    log: silentLog,
    blobs: openBlobs('/nowhere', db.keys),
  }
  sessions = openSessions(db.pool, db.keys, clock)
  const door = {
    sessions,
    divisionNames: async (code: string) => ({ scopeName: `区划${code}`, districtName: '虚构区' }),
    divisionNamesOf: async () => new Map(),
  }
  actions = new Map(identityActions(door).map((entry) => [entry.name, entry]))
  for (const user of await makeDemoUsers(db.pool, places)) demoPasswords.set(user.account, user.password)
})

const doorOf = (token?: string): SessionDoor & { given: string | null | undefined } => ({
  token,
  given: undefined,
  set(value) {
    this.given = value
  },
  address: '10.0.0.1',
})

async function signIn(account: string, password: string): Promise<{ token: string; view: Record<string, unknown> }> {
  const session = doorOf()
  const action = actions.get('identity.sign-in') as Action
  const view = await runAction(runtime, action, { actor: null, input: { body: { account, password } }, session })
  return { token: session.given ?? '', view: view as Record<string, unknown> }
}

const problem = (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined).catch((error: unknown) => error)

test('demo users: every role, made once, passwords nowhere in the database', async () => {
  expect(new Set([...demoPasswords.keys()]).size).toBe(17)
  expect(await makeDemoUsers(db.pool, places)).toEqual([])
  const { rows } = await db.ownerPool.pool.query('select role, password_hash from app_user')
  expect(new Set(rows.map((row) => row.role))).toEqual(new Set(Object.keys(ROLES)))
  const dump = JSON.stringify(rows)
  for (const password of demoPasswords.values()) expect(dump).not.toContain(password)
})

test('signing in gives a cookie, a view and a journal entry; signing out ends it', async () => {
  const { token, view } = await signIn('township', demoPasswords.get('township') ?? '')
  expect(view).toMatchObject({ roles: ['township_clerk'], scopeCode: places.township, scopeName: '区划999901001000', demo: true })
  expect(view.permissions).toContain('verification.clear')
  expect(view.permissions).not.toContain('verification.start')
  const live = await sessions.find(token)
  expect(live?.actor.account).toBe('township')
  const { rows } = await db.ownerPool.pool.query(`select action, detail from journal where chain = 'system:sign-in'`)
  expect(rows).toEqual([{ action: 'identity.sign-in', detail: { account: 'township', address: '10.0.0.1' } }])
  const stored = await db.ownerPool.pool.query('select token_hash from app_session')
  expect(stored.rows[0].token_hash.toString('base64url')).not.toContain(token.slice(0, 10))
  const out = doorOf(token)
  await runAction(runtime, actions.get('identity.sign-out') as Action, { actor: live?.actor ?? null, input: {}, session: out })
  expect(out.given).toBe(null)
  expect(await sessions.find(token)).toBe(undefined)
})

test('wrong account and wrong password are refused alike, and journaled', async () => {
  const wrongPassword = await problem(signIn('centre', 'nope'))
  const wrongAccount = await problem(signIn('nobody', 'nope'))
  expect(isProblem(wrongPassword) && [wrongPassword.status, wrongPassword.message]).toEqual(
    isProblem(wrongAccount) && [wrongAccount.status, wrongAccount.message],
  )
  const { rows } = await db.ownerPool.pool.query(`select count(*)::int as n from journal where chain = 'system:refused'`)
  expect(rows[0].n).toBe(2)
})

test('five failures lock for 15 minutes, even for the right password', async () => {
  const right = demoPasswords.get('leader') ?? ''
  for (let i = 0; i < 5; i += 1) expect(isProblem(await problem(signIn('leader', 'wrong')))).toBe(true)
  expect(isProblem(await problem(signIn('leader', right)))).toBe(true)
  const news = await db.ownerPool.pool.query(`select payload from outbox_event where name = 'identity.locked'`)
  expect(news.rows).toEqual([{ payload: { userId: 'demo-leader' } }])
  clock.advance(15 * 60_000 + 1)
  expect((await signIn('leader', right)).token).toHaveLength(43)
})

test('four failures and one success start the count again', async () => {
  const right = demoPasswords.get('inspector') ?? ''
  for (let round = 0; round < 2; round += 1) {
    for (let i = 0; i < 4; i += 1) await problem(signIn('inspector', 'wrong'))
    expect((await signIn('inspector', right)).token).toHaveLength(43)
  }
})

test('idle and long sessions end; use keeps a session alive', async () => {
  const { token } = await signIn('auditor', demoPasswords.get('auditor') ?? '')
  clock.advance(IDLE_MS - 1000)
  expect(await sessions.find(token)).toBeDefined()
  clock.advance(IDLE_MS - 1000)
  expect(await sessions.find(token)).toBeDefined()
  clock.advance(IDLE_MS + 1)
  expect(await sessions.find(token)).toBe(undefined)
  const second = await signIn('auditor', demoPasswords.get('auditor') ?? '')
  for (let passed = 0; passed < LONGEST_MS; passed += IDLE_MS / 2) {
    await sessions.find(second.token)
    clock.advance(IDLE_MS / 2)
  }
  expect(await sessions.find(second.token)).toBe(undefined)
})

test('a disabled user is out at once after forget, within seconds otherwise', async () => {
  await makeUser(db.pool, {
    account: 'gone',
    name: '离岗',
    role: 'inspector',
    divisionCode: places.district,
    password: 'p-12345678',
  })
  expect(
    await makeUser(db.pool, { account: 'gone', name: 'x', role: 'auditor', divisionCode: places.district, password: 'y' }),
  ).toBe(false)
  const { token } = await signIn('gone', 'p-12345678')
  const live = await sessions.find(token)
  await db.as(undefined, (tx) => setDisabled(tx, live?.actor.userId ?? '', true))
  expect(await sessions.find(token)).toBeDefined()
  clock.advance(5001)
  expect(await sessions.find(token)).toBe(undefined)
  expect(isProblem(await problem(signIn('gone', 'p-12345678')))).toBe(true)
})

test('rubbish as cookie is nobody', async () => {
  for (const token of [undefined, '', 'x', 'a'.repeat(43), `${'a'.repeat(42)}'`])
    expect(await sessions.find(token)).toBe(undefined)
})

test('scope: a township sees its villages, somebody without a division sees nothing', () => {
  expect(scopeOf({ userId: 'u', divisionCode: '999901001000' })).toEqual({ lo: '999901001000', hi: '999901002000', actor: 'u' })
  expect(scopeOf({ userId: 'u', divisionCode: '' })).toEqual({ lo: '', hi: '', actor: 'u' })
})

test('permissions: administrators of system, security and audit open no household', () => {
  // The administrator brings the first roll into an empty register, and sees how far it is.
  const first = ['registry.import', 'registry.see-import']
  for (const role of ['district_admin', 'security_admin', 'auditor', 'unit_officer']) {
    for (const permission of Object.keys(PERMISSIONS).filter((name) => /^(registry|verification)\./.test(name))) {
      const may = role === 'district_admin' && first.includes(permission)
      expect(isPermitted(role, permission), `${role} ${permission}`).toBe(may)
    }
  }
  expect(isPermitted('verification_centre', 'no.such-thing')).toBe(false)
  expect(isPermitted('toString', 'signed-in')).toBe(false)
  expect(isPermitted(null, 'signed-in')).toBe(false)
  expect(isPermitted(null, 'public')).toBe(true)
})
