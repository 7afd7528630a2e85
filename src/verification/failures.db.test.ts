import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wholeScope, withTransaction } from '#platform/db'
import { type TestDb, testDb } from '#testkit/db'
import { person, VerifiedDistrict } from '#testkit/verified-district'
import type { Trouble } from './contract/troubles.ts'
import { findTrouble } from './store/troubles.ts'

/** Failures planted in the database: what becomes of the batch, and that everything else goes on. */
let db: TestDb
let district: VerifiedDistrict
const centre = person('verification_centre', 'centre')
const patienceMs = 60_000

beforeAll(async () => {
  db = await testDb()
  district = new VerifiedDistrict(db, 20)
  await district.prepare({ households: 60, seed: 9 })
  district.startWorker()
}, 240_000)

afterAll(async () => {
  await district?.close()
})

async function rows<R>(text: string, values: unknown[] = []): Promise<R[]> {
  return (await db.ownerPool.pool.query(text, values)).rows
}

/** Lets every row a condition names fail to be inserted with an error of a code; gives what takes the plant away. */
async function plant(table: string, condition: string, code: string): Promise<() => Promise<void>> {
  const name = `plant_${randomUUID().replaceAll('-', '')}`
  await rows(`create function ${name}() returns trigger language plpgsql as $$ begin
    if ${condition} then raise exception 'planted' using errcode = '${code}'; end if; return new; end $$`)
  await rows(`create trigger ${name} before insert on ${table} for each row execute function ${name}()`)
  return async () => void (await rows(`drop function ${name}() cascade`))
}

async function until<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const end = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`)
    await wait(50)
  }
}

interface BatchState {
  batch_no: number
  step: string
  failures: number
  failure: string | null
  failure_code: string | null
  waits: boolean
}

function batches(campaignId: string): Promise<BatchState[]> {
  return rows(
    `select batch_no, step, failures, failure, failure_code, retry_at is not null as waits from batch
     where campaign_id = $1 and kind <> 'district' order by batch_no`,
    [campaignId],
  )
}

async function stateOf(campaignId: string): Promise<string | undefined> {
  return (await rows<{ state: string }>('select state from campaign where campaign_id = $1', [campaignId]))[0]?.state
}

async function troubles(): Promise<Trouble[]> {
  return (await district.call<{ rows: Trouble[] }>(centre, 'verification.list-troubles')).rows
}

/** Waits until nothing is tried by itself any more: the waits in between are cut short. */
function stopped(campaignId: string): Promise<string> {
  return until(async () => {
    await rows('update batch set retry_at = now() where campaign_id = $1 and retry_at > now()', [campaignId])
    await rows('update campaign set retry_at = now() where campaign_id = $1 and retry_at > now()', [campaignId])
    const trouble = await withTransaction(db.pool, wholeScope('test'), (tx) => findTrouble(tx, campaignId))
    return trouble?.stopped === true ? trouble.reason : undefined
  }, 'a failure that waits for a person')
}

it('a full disk is waited for: the other batches and campaigns go on, and when there is room the batch is done by itself', async () => {
  const first = await district.start('磁盘满')
  const lift = await plant('report', `new.campaign_id = '${first}' and new.batch_no in (1, 2)`, '53100')
  const failed = await until(async () => {
    const found = await batches(first)
    return found.filter((batch) => batch.failure !== null).length === 2 ? found : undefined
  }, 'two failed batches')
  expect(failed.slice(0, 2)).toMatchObject(
    [1, 2].map(() => ({ step: 'lookups', failure: expect.stringContaining('磁盘已满'), failure_code: '53100', waits: true })),
  )
  // As many batches have failed as the worker holds at once: a third and a whole other campaign go on all the same.
  await until(async () => ((await batches(first))[2]?.step === 'compared' ? true : undefined), 'the third batch')
  const second = await district.start('另一批次')
  await district.settled(second)
  expect(await stateOf(first)).toBe('running')
  expect((await troubles()).map(({ title, caseNo, again, households }) => ({ title, caseNo, again, households }))).toEqual(
    [20, 20].map((households) => ({ title: '磁盘满', caseNo: null, again: false, households })),
  )
  await lift()
  await district.settled(first)
  expect(await batches(first)).toMatchObject(
    [1, 2, 3].map(() => ({ step: 'compared', failures: 0, failure: null, waits: false })),
  )
  expect(await troubles()).toEqual([])
}, 120_000)

it('a fault stops its batch after a few tries; it is tried again when a person says so, and that is in the journal', async () => {
  const campaignId = await district.start('程序出错')
  const lift = await plant('finding', `new.campaign_id = '${campaignId}' and new.batch_no = 1`, '22012')
  const reason = await stopped(campaignId)
  expect(reason).toBe('处理时出错（代码 22012），请系统管理员查看日志')
  expect(await troubles()).toMatchObject([{ title: '程序出错', part: '第 1 组（比对与签发）', reason, tries: 3, retryAt: null }])
  await lift()
  const clerk = person('township_clerk', 'clerk', '629901001000')
  await expect(district.call(clerk, 'verification.retry-campaign', { params: { campaignId } })).rejects.toMatchObject({
    status: 403,
  })
  expect(await district.call(centre, 'verification.retry-campaign', { params: { campaignId } })).toEqual({ parts: 1 })
  await district.settled(campaignId)
  const retry = district.call(centre, 'verification.retry-campaign', { params: { campaignId } })
  await expect(retry).rejects.toMatchObject({ code: 'verification.no-trouble', status: 409 })
  const noted = await rows(`select detail from journal where action = 'verification.retry-campaign' and detail ? 'campaign'`)
  expect(noted).toEqual([{ detail: { campaign: campaignId, parts: 1 } }])
}, 120_000)

it('a re-run that fails leaves its campaign finished and is shown as the re-run it is', async () => {
  const { campaignId } = district
  const [{ household_no: householdNo = '' } = {}] = await rows<{ household_no: string }>(
    `select household_no from commission where campaign_id = $1 and state = 'report_signed' limit 1`,
    [campaignId],
  )
  const lift = await plant('report', `new.campaign_id = '${campaignId}' and new.household_no = '${householdNo}'`, '22012')
  await district.call(centre, 'verification.rerun-household', { params: { householdNo }, body: { reason: '再核一次' } })
  await stopped(campaignId)
  expect(await stateOf(campaignId)).toBe('finished')
  expect(await troubles()).toMatchObject([{ campaignId, again: true, households: 1, householdNos: [householdNo] }])
  await lift()
  await district.call(centre, 'verification.retry-campaign', { params: { campaignId } })
  await district.settled(campaignId)
  const versions = await rows('select version from report where campaign_id = $1 and household_no = $2 order by 1', [
    campaignId,
    householdNo,
  ])
  expect(versions).toEqual([{ version: 1 }, { version: 2 }])
}, 120_000)

it('what the units stated cannot be kept: the campaign says so, others go on, and it begins when that is over', async () => {
  const blocked = await plant('source_statement', 'true', '53200')
  const campaignId = await district.start('准备失败')
  const found = await until(async () => (await troubles())[0], 'the failure of the preparation')
  expect(found).toMatchObject({ campaignId, part: '成员单位准备数据，或批次收尾', reason: expect.stringContaining('内存不足') })
  expect(await stateOf(campaignId)).toBe('preparing')
  await blocked()
  await district.settled(campaignId)
  expect(await troubles()).toEqual([])
}, 120_000)

it('a paper withdrawn between plan and asking: its subject is not asked (not authorised, never none), the batch goes on', async () => {
  const [paper] = await rows<{ authorisation_no: string; subject_no: string; household_no: string }>(
    `select a.authorisation_no, a.subject_no, a.household_no from authorisation a
     join query_line q on q.campaign_id = $1 and a.authorisation_no = any(q.authorisation_nos) and cardinality(q.authorisation_nos) = 1
     where a.withdrawn_on is null and q.asked & (1 << 25) <> 0 order by 1 limit 1`,
    [district.campaignId],
  )
  if (paper === undefined) throw new Error('nobody is asked on one paper alone')
  await rows('create table noted_failure (batch_no int)')
  await rows(`create function note_failure() returns trigger language plpgsql security definer as
    $$ begin insert into noted_failure values (new.batch_no); return null; end $$`)
  await rows(
    `create trigger note_failure after update on batch for each row when (new.failure is not null) execute function note_failure()`,
  )
  const owner = await db.ownerPool.pool.connect()
  // The plans are made and wait to be registered while the paper is withdrawn.
  await owner.query('begin')
  await owner.query('lock table query_line in exclusive mode')
  const campaignId = await district.start('途中撤回')
  await until(async () => {
    const [{ n } = { n: 0 }] = await rows<{ n: number }>(
      `select count(*)::int as n from pg_locks where relation = 'query_line'::regclass and not granted`,
    )
    return n > 0 ? n : undefined
  }, 'a plan that waits')
  await owner.query(`update authorisation set withdrawn_on = '2026-09-01' where authorisation_no = $1`, [paper.authorisation_no])
  await owner.query('commit')
  owner.release()
  await district.settled(campaignId)
  const subjects = await rows<{ subject_no: string; statuses: string }>(
    'select subject_no, statuses from subject_result where campaign_id = $1 and household_no = $2',
    [campaignId, paper.household_no],
  )
  const own = [19, 20, 21]
  const withdrawn = subjects.filter((subject) => subject.subject_no === paper.subject_no)
  expect(withdrawn).toHaveLength(1)
  for (const [place, letter] of [...(withdrawn[0]?.statuses ?? '')].entries()) {
    if (!own.includes(place)) expect(letter).toBe('A')
  }
  const [{ reports } = { reports: 0 }] = await rows<{ reports: number }>(
    'select count(*)::int as reports from report where campaign_id = $1',
    [campaignId],
  )
  expect(reports).toBe((await rows('select 1 from commission where campaign_id = $1', [campaignId])).length)
  // It is no failure at all: nothing had to be tried again later.
  expect(await rows('select * from noted_failure')).toEqual([])
}, 120_000)
