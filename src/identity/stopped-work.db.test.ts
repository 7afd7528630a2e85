import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Action, Actor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { dispatchEvents, emit } from '#platform/events'
import { job } from '#platform/job'
import { silentLog } from '#platform/log'
import { openQueue, prepareQueue, type Queue } from '#platform/queue'
import { type Runtime, runAction } from '#runner'
import { type TestDb, testDb } from '#testkit/db'
import type { StoppedWork } from './contract/index.ts'
import { identityActions, openSessions } from './index.ts'

/** Events and jobs that fail for good are shown to the technician, and are done when he says so after the cause is gone. */
const technician: Actor = {
  userId: 'tech',
  account: 'tech',
  name: '技术员',
  role: 'district_admin',
  divisionCode: '999901000000',
  unitCode: null,
}
const print = job<{ no: string }>({ name: 'test.print', input: z.object({ no: z.string() }), retries: 0, run: async () => null })
const clock = fixedClock('2026-11-06T01:00:00Z')
let db: TestDb
let queue: Queue
let runtime: Runtime
let actions: Map<string, Action>
let failing = true
const done: string[] = []

beforeAll(async () => {
  db = await testDb()
  await prepareQueue(db.url, [print as never])
  queue = await openQueue(db.urls.worker, { works: true, log: silentLog })
  runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock, log: silentLog, blobs: openBlobs('/nowhere', db.keys) }
  const door = {
    sessions: openSessions(db.pool, db.keys, clock),
    divisionNames: async () => ({ scopeName: '', districtName: '' }),
    divisionNamesOf: async () => new Map<string, string>(),
    workLabel: (name: string) => `任务 ${name}`,
    retryJob: queue.retry,
  }
  actions = new Map(identityActions(door).map((each) => [each.name, each]))
})
afterAll(() => queue.stop())

const run = (name: string, actor = technician, input: object = {}) =>
  runAction(runtime, actions.get(`identity.${name}`) as Action, { actor, input })
const stopped = async () => ((await run('list-stopped-work')) as { rows: StoppedWork[] }).rows
const retry = (workId: string, actor = technician) => run('retry-work', actor, { params: { workId } })

const subscriptions = {
  'identity.locked': [
    async (_: unknown, { userId }: { userId: string }) => {
      if (failing) throw new Error('planted')
      done.push(userId)
    },
  ],
}
/** Hands events out so often, each time as if its wait were over. */
async function dispatch(times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await db.ownerPool.pool.query('update outbox_event set due_at = now() where done_at is null')
    await dispatchEvents(db.pool, subscriptions, silentLog)
  }
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    if (await what()) return
    await wait(50)
  }
  throw new Error('waited in vain')
}

test('an event and a job that fail time and again wait for the technician, and are done when he says so', async () => {
  await db.as(undefined, (tx) => emit(tx, 'identity.locked', { userId: 'u1' }))
  await dispatch(4)
  expect(await stopped()).toEqual([])
  await dispatch(1)
  await queue.work([print as never], async (_, input) => {
    if (failing) throw new Error('planted')
    done.push((input as { no: string }).no)
  })
  await queue.send(print, { no: 'j1' })
  await until(async () => (await stopped()).length === 2)
  const rows = await stopped()
  expect(rows).toMatchObject([
    { label: '任务 identity.locked', tries: 5, retryAt: expect.any(String) },
    { label: '任务 test.print', tries: 1, retryAt: null },
  ])
  const [event = '', failed = ''] = rows.map(({ workId }) => workId)
  await expect(retry(event, { ...technician, role: 'security_admin' })).rejects.toMatchObject({ status: 403 })
  await expect(retry('job:1')).rejects.toMatchObject({ status: 422 })
  failing = false
  for (const workId of [event, failed]) expect(await retry(workId)).toEqual({ sent: true })
  await dispatchEvents(db.pool, subscriptions, silentLog)
  await until(async () => done.length === 2)
  expect(done.sort()).toEqual(['j1', 'u1'])
  expect(await stopped()).toEqual([])
  for (const workId of [event, failed]) await expect(retry(workId)).rejects.toMatchObject({ status: 409 })
  const { rows: noted } = await db.ownerPool.pool.query<{ work: string }>(
    `select detail->>'work' as work from journal where action = 'identity.retry-work' and detail ? 'work'`,
  )
  expect(noted.map(({ work }) => work).sort()).toEqual([event, failed].sort())
})

test('a job that was done later with the same input waits for nobody', async () => {
  failing = true
  await queue.send(print, { no: 'again' })
  await until(async () => (await stopped()).length === 1)
  failing = false
  await queue.send(print, { no: 'again' })
  await until(async () => done.includes('again'))
  expect(await stopped()).toEqual([])
})
