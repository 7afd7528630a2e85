import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { type TestDb, testDb } from '#testkit/db'
import { type BatchRow, insertCampaign, lockBatch, moveBatch } from './campaigns.ts'

let db: TestDb
const at = '2026-09-30T00:00:00.000Z'
beforeAll(async () => {
  db = await testDb()
})

async function newBatch(): Promise<BatchRow> {
  const campaignId = randomUUID()
  await db.as(undefined, async (tx) => {
    await insertCampaign(tx, {
      campaignId,
      label: 'lock',
      scheme: 'dibao',
      purpose: '核对',
      legalBasis: '办法',
      asOf: '2026-09-30',
      packId: 'reference',
      packLabel: '参考包',
      packHash: '',
      parameters: {},
      guardianAge: 18,
      districtCode: '629901',
      held: false,
      areas: [],
      kind: 'district',
      householdNos: null,
      reference: null,
      baseId: null,
      createdBy: 'test',
      createdAt: at,
    })
    await tx.execute('insert into batch (campaign_id, batch_no, households, updated_at) values ($1, 1, 0, $2)', [campaignId, at])
  })
  return { campaignId, batchNo: 1, step: 'planned', kind: 'households', deadlineAt: null, memo: null } as BatchRow
}

/** A worker's transaction moves the batch and ends in some way; another worker wants the batch meanwhile. */
async function followed(batch: BatchRow, ending: 'commit' | 'rollback'): Promise<{ waited: boolean; taken: boolean }> {
  const moved = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  const first = db.as(undefined, async (tx) => {
    await lockBatch(tx, batch)
    await moveBatch(tx, batch, 'planned', 'register', { at })
    moved.resolve()
    await end.promise
    if (ending === 'rollback') throw new Error('killed before its commit')
  })
  first.catch(() => undefined)
  await moved.promise
  let taken: boolean | undefined
  const second = db.as(undefined, async (tx) => {
    taken = await lockBatch(tx, batch)
  })
  await wait(150)
  const waited = taken === undefined
  end.resolve()
  await first.catch(() => undefined)
  await second
  return { waited, taken: taken === true }
}

test('who follows a killed worker waits for its commit, and leaves a batch alone that has moved on', async () => {
  expect(await followed(await newBatch(), 'commit')).toEqual({ waited: true, taken: false })
})

test('a batch whose worker died before its commit is taken', async () => {
  expect(await followed(await newBatch(), 'rollback')).toEqual({ waited: true, taken: true })
})
