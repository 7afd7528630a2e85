import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { verifyChain } from '#journal'
import { isProblem } from '#kernel/problem'
import { defineRoute } from '#kernel/route'
import { type Action, type Actor, action, RawJson, routeAction } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { dispatchEvents } from '#platform/events'
import { job } from '#platform/job'
import { silentLog } from '#platform/log'
import { type TestDb, testDb } from '#testkit/db'
import { type Runtime, runAction, runJob, systemActor } from './index.ts'

let db: TestDb
let runtime: Runtime
const clerk: Actor = {
  userId: 'u-clerk',
  account: 'clerk',
  name: '经办',
  role: 'township_clerk',
  divisionCode: '999901001000',
  unitCode: null,
}
const note = { chain: 'household:H1', divisionCode: '999901001001', basis: '办法', purpose: '测试' }

beforeAll(async () => {
  db = await testDb()
  runtime = {
    db: db.pool,
    workerDb: db.workerPool,
    keys: db.keys,
    clock: fixedClock('2026-06-30T20:00:00Z'),
    log: silentLog,
    blobs: openBlobs('/nowhere', db.keys),
  }
  await db.ownerPool.pool.query(`create table thing (id text primary key, division_code text collate "C" not null, n int not null);
    alter table thing enable row level security; alter table thing force row level security;
    create policy scope on thing using (division_code >= app_scope_lo() and division_code < app_scope_hi());
    insert into thing values ('in', '999901001001', 0), ('out', '999902001001', 0)`)
})

const bump = action<{ id: string }, { changed: number }>({
  name: 'test.bump',
  permission: 'registry.correct',
  kind: 'write',
  input: z.object({ id: z.string().min(1, '请填编号') }),
  output: z.object({ changed: z.int() }),
  run: async ({ tx, emit }, { id }) => {
    await emit('identity.locked', { userId: id })
    return { changed: await tx.execute('update thing set n = n + 1 where id = $1', [id]) }
  },
  journal: (input, output) => ({ ...note, subjects: [Buffer.alloc(16, 7)], detail: { id: input.id, changed: output.changed } }),
}) as unknown as Action

const read = action<{ id: string }, { n: number } | null>({
  name: 'test.read',
  permission: 'registry.read',
  kind: 'read',
  input: z.object({ id: z.string() }),
  output: z.unknown(),
  run: async ({ tx }, { id }) => (await tx.maybe<{ n: number }>('select n from thing where id = $1', [id])) ?? null,
  journal: (_, output) => (output === null ? null : note),
}) as unknown as Action

const n = async (id: string): Promise<number> =>
  (await db.as(undefined, (tx) => tx.one<{ n: number }>('select n from thing where id = $1', [id]))).n
const entries = async (name: string): Promise<number> =>
  (await db.as(undefined, (tx) => tx.one<{ n: number }>('select count(*) as n from journal where action = $1', [name]))).n
const failure = (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined).catch((error: unknown) => error)

test('a write runs in the caller’s scope and stands in the journal, in one transaction', async () => {
  expect(await runAction(runtime, bump, { actor: clerk, input: { id: 'in' } })).toEqual({ changed: 1 })
  expect(await runAction(runtime, bump, { actor: clerk, input: { id: 'out' } })).toEqual({ changed: 0 })
  expect([await n('in'), await n('out'), await entries('test.bump')]).toEqual([1, 0, 2])
  const row = await db.as(undefined, (tx) =>
    tx.one<Record<string, unknown>>(`select actor, role, subjects from journal where action = 'test.bump' and seq = 1`),
  )
  expect(row).toEqual({ actor: 'u-clerk', role: 'township_clerk', subjects: [Buffer.alloc(16, 7)] })
})

test('input errors name the field, and nothing is done', async () => {
  const error = await failure(runAction(runtime, bump, { actor: clerk, input: { id: '' } }))
  expect(isProblem(error, 'input.invalid') && error.message).toContain('“编号”：请填编号')
  expect(isProblem(error) && error.details).toEqual({ issues: [{ path: ['id'], message: '请填编号' }] })
})

test('without permission: refused and journaled; not signed in: refused', async () => {
  const error = await failure(runAction(runtime, bump, { actor: { ...clerk, role: 'leader' }, input: { id: 'in' } }))
  expect(isProblem(error, 'identity.not-permitted') && error.status).toBe(403)
  const refused = await db.as(undefined, (tx) =>
    tx.one<Record<string, unknown>>(`select actor, action, role from journal where chain = 'system:refused'`),
  )
  expect(refused).toEqual({ actor: 'u-clerk', action: 'test.bump', role: 'leader' })
  expect(isProblem(await failure(runAction(runtime, bump, { actor: null, input: { id: 'in' } })), 'identity.signed-out')).toBe(
    true,
  )
  expect(await n('in')).toBe(1)
})

test('a read of a person is journaled, a read that shows nobody is not', async () => {
  expect(await runAction(runtime, read, { actor: clerk, input: { id: 'in' } })).toEqual({ n: 1 })
  expect(await runAction(runtime, read, { actor: clerk, input: { id: 'out' } })).toBe(null)
  expect(await entries('test.read')).toBe(1)
})

test('a read without a transaction: the same scope, the same entry; it cannot be a write', async () => {
  const quick = { ...read, name: 'test.quick', transaction: 'read' } as Action
  const far = { ...clerk, userId: 'u-far', divisionCode: '999902000000' }
  const calls = Array.from({ length: 40 }, (_, i) =>
    runAction(runtime, quick, { actor: i % 2 === 0 ? clerk : far, input: { id: 'in' } }),
  )
  expect(await Promise.all(calls)).toEqual(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? { n: 1 } : null)))
  expect(await entries('test.quick')).toBe(20)
  await expect(
    runAction(runtime, { ...bump, transaction: 'read' } as Action, { actor: clerk, input: { id: 'in' } }),
  ).rejects.toThrow(/needs a transaction/)
})

test('one entry that cannot be written fails its own read and no other of the same moment', async () => {
  const spoiled = { ...read, name: 'test.spoiled', journal: () => ({ ...note, detail: { phone: '13912345678' } }) } as Action
  const [bad, good] = await Promise.allSettled([
    runAction(runtime, spoiled, { actor: clerk, input: { id: 'in' } }),
    runAction(runtime, read, { actor: clerk, input: { id: 'in' } }),
  ])
  expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled'])
})

test('a write that leaves no note is undone', async () => {
  const forgetful = { ...bump, name: 'test.forgetful', journal: () => null } as Action
  await expect(runAction(runtime, forgetful, { actor: clerk, input: { id: 'in' } })).rejects.toThrow(/no journal note/)
  expect(await n('in')).toBe(1)
})

test('an entry outside the actor’s scope undoes the write', async () => {
  const wrong = { ...bump, journal: () => ({ ...note, divisionCode: '999902001001' }) } as Action
  await expect(runAction(runtime, wrong, { actor: clerk, input: { id: 'in' } })).rejects.toThrow(/row-level/)
  expect(await n('in')).toBe(1)
})

test('the same idempotency key: done once, the same answer, also at the same moment', async () => {
  const call = { actor: clerk, input: { id: 'in' }, idempotencyKey: 'k1' }
  const answers = await Promise.all([
    runAction(runtime, bump, call),
    runAction(runtime, bump, call),
    runAction(runtime, bump, call),
  ])
  expect(answers).toEqual([{ changed: 1 }, { changed: 1 }, { changed: 1 }])
  expect(await n('in')).toBe(2)
  const other = await failure(runAction(runtime, bump, { ...call, input: { id: 'out' } }))
  expect(isProblem(other, 'input.key-reused')).toBe(true)
  const { rows } = await db.ownerPool.pool.query('select output from idempotency')
  expect(rows[0].output.includes('changed')).toBe(false)
})

test('a failed write frees its key', async () => {
  const flaky = { ...bump, name: 'test.flaky', run: () => Promise.reject(new Error('first time')) } as Action
  await expect(runAction(runtime, flaky, { actor: clerk, input: { id: 'in' }, idempotencyKey: 'k2' })).rejects.toThrow(
    'first time',
  )
  expect(
    await runAction(runtime, { ...bump, name: 'test.flaky' }, { actor: clerk, input: { id: 'in' }, idempotencyKey: 'k2' }),
  ).toEqual({ changed: 1 })
})

test('params, query and body arrive as one input; the path wins; JSON from the database passes through', async () => {
  const route = defineRoute({
    name: 'test.route',
    method: 'POST',
    path: '/api/things/:id',
    permission: 'registry.read',
    params: z.object({ id: z.string() }),
    query: z.object({ limit: z.coerce.number().int().default(5) }),
    body: z.object({ reason: z.string() }),
    output: z.object({ ok: z.boolean() }),
  })
  let seen: unknown
  const it = routeAction(route, {
    kind: 'read',
    run: async (_, input) => {
      seen = input
      return new RawJson('{"ok":true}')
    },
    journal: () => null,
  })
  const input = { params: { id: 'a' }, query: {}, body: { reason: 'r', id: 'b' } }
  expect(await runAction(runtime, it, { actor: clerk, input })).toEqual(new RawJson('{"ok":true}'))
  expect(seen).toEqual({ id: 'a', limit: 5, reason: 'r' })
  const error = await failure(runAction(runtime, it, { actor: clerk, input: { ...input, body: {} } }))
  expect(isProblem(error) && (error.details.issues as { path: unknown }[])[0]?.path).toEqual(['reason'])
})

test('an action with its own transactions cannot use the missing one', async () => {
  const own = { ...bump, transaction: 'own', run: ({ tx }: Parameters<typeof bump.run>[0]) => tx.query('select 1') } as Action
  await expect(runAction(runtime, own, { actor: clerk, input: { id: 'in' } })).rejects.toThrow(/without a transaction/)
})

test('events reach their subscribers once, a failing one waits and is tried again', async () => {
  const heard: string[] = []
  let failing = true
  const subscriptions = {
    'identity.locked': [
      async (_: unknown, payload: { userId: string }) => {
        if (failing && payload.userId === 'out') throw new Error('not now')
        heard.push(payload.userId)
      },
    ],
  }
  await dispatchEvents(db.pool, subscriptions, silentLog)
  expect(heard.filter((id) => id === 'in').length).toBeGreaterThan(0)
  expect(heard).not.toContain('out')
  failing = false
  await db.ownerPool.pool.query('update outbox_event set due_at = now()')
  await dispatchEvents(db.pool, subscriptions, silentLog)
  expect(heard.filter((id) => id === 'out')).toHaveLength(1)
  expect(await dispatchEvents(db.pool, subscriptions, silentLog)).toBe(0)
})

test('jobs run as the product and stand in the journal', async () => {
  const sweep = job<{ id: string }>({
    name: 'test.sweep',
    input: z.object({ id: z.string() }),
    run: async () => ({ ...note, chain: 'system:sweep' }),
  })
  await runJob(runtime, sweep as never, { id: 'x' }, AbortSignal.timeout(1000))
  await expect(runJob(runtime, sweep as never, {}, AbortSignal.timeout(1000))).rejects.toThrow()
  expect(await entries('test.sweep')).toBe(1)
  expect(await runAction(runtime, bump, { actor: systemActor('test'), input: { id: 'out' } })).toEqual({ changed: 1 })
  expect((await verifyChain(db.pool)).faults).toEqual([])
})
