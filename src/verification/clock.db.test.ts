import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '#platform/clock'
import { type TestDb, testDb } from '#testkit/db'
import { centre, codeOf, Office, second } from '#testkit/office'
import { type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import type { Objection, ReportHead, UnitRow } from './contract/index.ts'

/** The clocks on a verified district. Time is moved by moving the instants of the past. */
let db: TestDb
let district: VerifiedDistrict
let office: Office

beforeAll(async () => {
  db = await testDb()
  district = await verifiedDistrict(db, { households: 40, batchSize: 10 })
  office = new Office(district)
}, 240_000)

afterAll(async () => {
  await district?.close()
})

const owner = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await db.ownerPool.pool.query(text, values)).rows

/** Moves the opening of a batch so many days back. */
const openedEarlier = (batchNo: number, days: number) =>
  owner('update batch set opened_at = opened_at - make_interval(days => $2) where batch_no = $1', [batchNo, days])

const householdsOf = async (batchNo: number): Promise<string[]> =>
  (await owner('select household_no as no from commission where batch_no = $1 order by ordinal', [batchNo])).map((row) =>
    String(row.no),
  )

const overdue = async () => (await office.statistics()).get('overdue')

const progress = () =>
  district.call<{ medianMinutes: number | null; warnings: string[] }>(centre, 'verification.read-progress', {
    params: { campaignId: district.campaignId },
  })

describe('the clock of a household', () => {
  it('does not run once its report is signed, runs again with a new run, stands still while it is suspended', async () => {
    const [householdNo = ''] = await householdsOf(1)
    expect(await office.rowOf(householdNo)).toMatchObject({ dueOn: null, daysLeft: null })
    await district.stopWorker()
    await district.call(centre, 'verification.rerun-household', { params: { householdNo }, body: { reason: '再核一次' } })
    expect(await office.rowOf(householdNo)).toMatchObject({ dueOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), daysLeft: 6 })
    const { dueOn, daysLeft } = await office.open(householdNo)
    expect({ dueOn, daysLeft }).toEqual(await office.rowOf(householdNo).then(({ dueOn, daysLeft }) => ({ dueOn, daysLeft })))
    const suspension = { params: { householdNo }, body: { ground: 'source_outage', reason: '来源中断' } }
    await district.call(second, 'verification.suspend-household', suspension)
    expect(await office.rowOf(householdNo)).toMatchObject({ dueOn: null, daysLeft: null })
    await owner(`update commission_pause set paused_at = paused_at - interval '14 days'`)
    await owner(`update batch set opened_at = opened_at - interval '14 days' where kind = 'rerun'`)
    await district.call(second, 'verification.resume-household', { params: { householdNo }, body: { reason: '来源恢复' } })
    expect((await office.rowOf(householdNo)).daysLeft).toBeGreaterThanOrEqual(5)
    district.startWorker()
    await district.settled()
    expect(await office.rowOf(householdNo)).toMatchObject({ dueOn: null, state: 'report_signed' })
    expect(await overdue()).toBe(0)
  })
})

describe('overdue', () => {
  it('counts households whose first report of a run came late, each once', async () => {
    expect(await overdue()).toBe(0)
    await openedEarlier(2, 40)
    const late = await householdsOf(2)
    expect(await overdue()).toBe(late.length)
    // A further version on a person's word belongs to the same run and is no second lateness.
    const [householdNo = ''] = late
    await office.clearAll(householdNo)
    const { reportNo } = await district.call<ReportHead>(centre, 'verification.issue-report', {
      params: { householdNo },
      body: { campaignId: district.campaignId },
    })
    expect(await overdue()).toBe(late.length)
    // An objection nobody answers in time is about the same household.
    const objection = await district.call<Objection>(centre, 'verification.raise-objection', {
      params: { reportNo },
      body: { raisedBy: '申请人', reason: '收入有误' },
    })
    expect(objection.dueOn).toMatch(/^\d{4}-\d\d-\d\d$/)
    await owner(`update objection set raised_at = raised_at - interval '40 days'`)
    expect(await overdue()).toBe(late.length)
    expect((await office.rowOf(householdNo)).daysLeft).toBeLessThan(-10)
    // Another household with nothing late but its objection.
    const [other = ''] = await householdsOf(3)
    const head = await office.rowOf(other)
    await district.call<Objection>(centre, 'verification.raise-objection', {
      params: { reportNo: head.reportNo ?? '' },
      body: { raisedBy: '申请人', reason: '房屋已转让' },
    })
    expect(await overdue()).toBe(late.length)
    await owner(`update objection set raised_at = raised_at - interval '40 days' where household_no = $1`, [other])
    expect(await overdue()).toBe(late.length + 1)
  })

  it('does not count the working days of a suspension', async () => {
    const before = await overdue()
    await openedEarlier(4, 20)
    const late = await householdsOf(4)
    expect(await overdue()).toBe((before ?? 0) + late.length)
    await owner(
      `insert into commission_pause (campaign_id, household_no, paused_at, resumed_at, division_code)
       select campaign_id, household_no, now() - interval '19 days', now(), division_code from commission where household_no = $1`,
      [late[0]],
    )
    expect(await overdue()).toBe((before ?? 0) + late.length - 1)
  })
})

describe('how long it took', () => {
  it('from commission to report is the median over households, however many versions and findings each has', async () => {
    await owner(`update batch b set opened_at = f.signed_at - make_interval(mins => 10 * b.batch_no)
      from (select batch_no, min(signed_at) as signed_at from report where version = 1 group by 1) f where f.batch_no = b.batch_no`)
    const [{ minutes: expected } = { minutes: 0 }] = await owner(
      `select percentile_cont(0.5) within group (order by extract(epoch from r.signed_at - b.opened_at) / 60)::float8 as minutes
       from report r join batch b using (campaign_id, batch_no) where r.version = 1`,
    )
    const { medianMinutes } = await progress()
    expect(medianMinutes).toBeCloseTo(Number(expected), 0)
    const [householdNo = ''] = await householdsOf(1)
    await office.clearAll(householdNo)
    for (const _ of [1, 2, 3]) {
      await district.call(centre, 'verification.issue-report', {
        params: { householdNo },
        body: { campaignId: district.campaignId },
      })
    }
    expect((await progress()).medianMinutes).toBe(medianMinutes)
  })

  it('from question to answer stands beside each unit', async () => {
    const { rows } = await district.call<{ rows: UnitRow[] }>(centre, 'verification.list-units', {
      params: { campaignId: district.campaignId },
    })
    for (const { medianMinutes } of rows) expect(medianMinutes).toBeGreaterThanOrEqual(0)
  })
})

describe('a passed review date of the pack', () => {
  it('warns, and blocks a person’s signature, never a calculation', async () => {
    expect((await progress()).warnings).toEqual([])
    const [, householdNo = ''] = await householdsOf(3)
    await office.clearAll(householdNo)
    expect((await office.open(householdNo)).signingStop).toBe(null)
    const later = fixedClock('2028-01-04T02:00:00Z')
    const runtime = { ...district.runtime, clock: later }
    const then = Object.assign(Object.create(district) as VerifiedDistrict, { runtime })
    const view = await new Office(then).open(householdNo)
    expect(view.signingStop).toContain('复核期限已过（最早 2027-12-31）')
    const { warnings } = await then.call<{ warnings: string[] }>(centre, 'verification.read-progress', {
      params: { campaignId: district.campaignId },
    })
    expect(warnings).toHaveLength(1)
    const issue = (where: VerifiedDistrict) =>
      where.call(centre, 'verification.issue-report', { params: { householdNo }, body: { campaignId: district.campaignId } })
    expect(await codeOf(issue(then))).toBe('verification.pack-review')
    const figures = await then.call<{ figures: unknown[] }>(centre, 'verification.explain-household', { params: { householdNo } })
    expect(figures.figures.length).toBeGreaterThan(5)
    expect(await codeOf(issue(district))).toBe('done')
  })

  it('is read from the pack as the campaign used it when the built-in one has changed since', async () => {
    const [kept] = await owner('select pack_hash, snapshot from pack_snapshot')
    expect(kept?.pack_hash).toMatch(/^[0-9a-f]{64}$/)
    await owner(`update campaign set pack_id = 'gone'`)
    const [, householdNo = ''] = await householdsOf(3)
    const runtime = { ...district.runtime, clock: fixedClock('2028-01-04T02:00:00Z') }
    const then = Object.assign(Object.create(district) as VerifiedDistrict, { runtime })
    expect((await new Office(then).open(householdNo)).signingStop).toContain('2027-12-31')
    expect((await office.open(householdNo)).signingStop).toBe(null)
  })
})
