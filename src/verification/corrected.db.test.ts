import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wholeScope, withTransaction } from '#platform/db'
import { type TestDb, testDb } from '#testkit/db'
import { type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import { correctedLines } from '../../apps/gateway/desk/manual-answer.ts'
import type { KeptQuestion } from '../../apps/gateway/store/unit-register.ts'
import { reopenCorrected } from './jobs/corrected-households.ts'

/** Answers that come by hand after the reports: vehicles are looked up by a person of the police. */
let db: TestDb
let district: VerifiedDistrict

beforeAll(async () => {
  db = await testDb()
  district = await verifiedDistrict(db, { households: 40, batchSize: 40, manual: { police: ['vehicles'] } })
}, 240_000)

afterAll(async () => {
  await district?.close()
})

interface Standing {
  householdNo: string
  version: number
  batchNo: number
}

const standings = async (): Promise<Map<string, Standing>> => {
  const text = 'select household_no as "householdNo", version, batch_no as "batchNo" from commission order by household_no'
  const { rows } = await db.ownerPool.pool.query<Standing>(text)
  return new Map(rows.map((row) => [row.householdNo, row]))
}

/** How many subjects of a household have a record type pending in its newest results. */
const pendingOf = async (householdNo: string): Promise<number> => {
  const text = `select count(*)::int as n from subject_result r join commission c using (campaign_id, household_no, version)
    where r.household_no = $1 and position('P' in r.statuses) > 0`
  return Number((await db.ownerPool.pool.query<{ n: number }>(text, [householdNo])).rows[0]?.n)
}

const householdOf = async (question: KeptQuestion): Promise<string> => {
  const text = `select household_no as no from (select household_no, row_number() over (order by household_no, subject_no, subject_kind collate "C")
    - 1 as i from query_line where batch_no = $1) l where i = $2`
  const { rows } = await db.ownerPool.pool.query<{ no: string }>(text, [question.batch, question.subject])
  return rows[0]?.no ?? ''
}

/** The officer's answer "none" to a question, sent as the desk sends it. */
function answerNone(question: KeptQuestion): void {
  const police = district.gateways.get('police')
  if (!police) throw new Error('the police has no gateway')
  const answer = { kind: 'none' } as const
  const header = JSON.parse(question.header) as Parameters<typeof police.gateway.deskBook.findStored>[0]
  const lines = correctedLines(police.gateway.deskBook.findStored(header)?.lines, question, 'police', answer)
  police.gateway.deskBook.postCorrection(header, lines, {
    subject: question.record,
    persons: '',
    rows: 0,
    note: '测试',
  })
  police.store.register.settle(question.id, {
    state: 'answered',
    result: '无记录',
    by: '测试',
    at: '2026-10-12T01:00:00Z',
    answer,
  })
}

const corrections = async (): Promise<number> =>
  Number((await db.ownerPool.pool.query(`select count(*)::int as n from exchange_message where type = 'correction'`)).rows[0]?.n)

async function untilArrived(count: number): Promise<void> {
  while ((await corrections()) < count) await new Promise((resolve) => setTimeout(resolve, 50))
}

const look = () =>
  withTransaction(db.workerPool, wholeScope('test'), (tx) =>
    reopenCorrected({ keys: district.keys, clock: district.runtime.clock }, tx),
  )

describe('an answer that a person of the unit looked up', () => {
  it('opens its household again and no other; the new report has it; a second look does nothing', async () => {
    const register = district.gateways.get('police')?.store.register
    const [question] = register?.listQuestions('open', 1) ?? []
    if (!question) throw new Error('nothing was left to a person')
    const householdNo = await householdOf(question)
    const before = await standings()
    const pending = await pendingOf(householdNo)
    expect(pending).toBeGreaterThan(0)
    await district.stopWorker()
    answerNone(question)
    await untilArrived(1)
    await look()
    const after = await standings()
    const moved = [...after.values()].filter((each) => each.batchNo !== before.get(each.householdNo)?.batchNo)
    expect(moved.map((each) => each.householdNo)).toEqual([householdNo])
    district.startWorker()
    await district.settled()
    expect((await standings()).get(householdNo)?.version).toBe((before.get(householdNo)?.version ?? 0) + 1)
    expect(await pendingOf(householdNo)).toBe(pending - 1)
    const settled = await standings()
    await look()
    expect(await standings()).toEqual(settled)
  })

  it('opens nothing for a household that is suspended', async () => {
    await district.stopWorker()
    const before = await standings()
    const open = district.gateways.get('police')?.store.register.listQuestions('open', 50) ?? []
    const asked = await Promise.all(open.map(async (question) => ({ question, householdNo: await householdOf(question) })))
    const found = asked.find(({ question, householdNo }) => before.get(householdNo)?.batchNo === question.batch)
    if (!found) throw new Error('nothing is left to a person')
    await db.ownerPool.pool.query(`update commission set state = 'suspended' where household_no = $1`, [found.householdNo])
    const arrived = await corrections()
    answerNone(found.question)
    await untilArrived(arrived + 1)
    const batches = async () => Number((await db.ownerPool.pool.query('select count(*)::int as n from batch')).rows[0]?.n)
    const opened = await batches()
    await look()
    expect(await batches()).toBe(opened)
    expect(await standings()).toEqual(before)
  })
})
