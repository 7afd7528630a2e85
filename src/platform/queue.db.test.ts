import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestDb, testDb } from '#testkit/db'
import { job } from './job.ts'
import { silentLog } from './log.ts'
import { countJobs, openQueue, prepareQueue, type Queue } from './queue.ts'

let db: TestDb
let queue: Queue
const print = job<{ no: string }>({ name: 'test.print', input: z.object({ no: z.string() }), retries: 1, run: async () => null })

beforeAll(async () => {
  db = await testDb()
  await prepareQueue(db.url, [print as never])
  await prepareQueue(db.url, [print as never])
  queue = await openQueue(db.urls.worker, { works: true, log: silentLog })
})

afterAll(async () => {
  await queue.stop()
})

test('a job sent in a transaction exists only if that commits, and is done once; a failed one is tried again', async () => {
  const done: unknown[] = []
  let failed = 0
  const lasts: boolean[] = []
  await db.rolledBack(undefined, (tx) => queue.send(print, { no: 'never' }, { tx }))
  await db.as(undefined, (tx) => queue.send(print, { no: 'one' }, { tx, key: 'k' }))
  await queue.send(print, { no: 'fails once' })
  await queue.work([print as never], async (_, input, __, isLastTry) => {
    if ((input as { no: string }).no === 'fails once') lasts.push(isLastTry)
    if ((input as { no: string }).no === 'fails once' && failed === 0) {
      failed += 1
      throw new Error('once')
    }
    done.push(input)
  })
  for (let i = 0; i < 200 && done.length < 2; i += 1) await wait(50)
  expect(done).toHaveLength(2)
  expect(done).toContainEqual({ no: 'one' })
  expect(done).toContainEqual({ no: 'fails once' })
  expect(failed).toBe(1)
  expect(lasts).toEqual([false, true])
  expect((await countJobs(db.ownerPool)).filter((row) => row.state === 'failed')).toEqual([])
})
