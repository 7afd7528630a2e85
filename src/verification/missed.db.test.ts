import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#platform/action'
import { type TestDb, testDb } from '#testkit/db'
import { centre, codeOf, Office, second } from '#testkit/office'
import { person, type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import type { Finding, MissedPerson, MissedPlace } from './contract/index.ts'

/** Persons on no roll who may have been left out: who sees them, how they are found, what is noted about them. */
let db: TestDb
let district: VerifiedDistrict
let office: Office

beforeAll(async () => {
  db = await testDb()
  district = await verifiedDistrict(db, { households: 120, batchSize: 60 })
  office = new Office(district)
}, 240_000)

afterAll(async () => {
  await district?.close()
})

type Reply = { rows: MissedPerson[]; total: number; next: string | null; places: MissedPlace[] }

const list = (query: object = {}, actor: Actor = centre) =>
  district.call<Reply>(actor, 'verification.list-missed', { params: { campaignId: district.campaignId }, query })

const owner = async <R>(text: string, values: unknown[] = []): Promise<R[]> => (await db.ownerPool.pool.query(text, values)).rows

const stored = () =>
  owner<{ n: number }>(`select count(*)::int as n from finding where rule = 'MIS-1'`).then(([row]) => row?.n ?? 0)

describe('the list', () => {
  it('has every finding beyond the roll once, with record, date, explanation and place', async () => {
    const { rows, total, places } = await list()
    expect(total).toBe(await stored())
    expect(total).toBeGreaterThan(1)
    expect(new Set(rows.map(({ finding }) => finding.findingId)).size).toBe(total)
    for (const { name, idMasked, gradeLabel, villageName, finding } of rows) {
      expect(finding).toMatchObject({ rule: 'MIS-1', class: 'B', householdNo: '', clearing: 'open', maySign: true })
      expect(finding.recordName).toContain('残疾')
      expect(finding.recordId).not.toBe(null)
      expect(finding.asOf).toMatch(/^\d{4}-\d\d-\d\d$/)
      expect(finding.clause).toContain('主动发现')
      expect(finding.message).toContain(name)
      expect(idMasked).toMatch(/^629901\*{8}.{4}$/)
      expect(gradeLabel).toMatch(/^[一二]级$/)
      expect(villageName).toMatch(/[一-鿿]/)
    }
    expect(places.reduce((sum, place) => sum + place.persons, 0)).toBe(total)
  })

  it('comes page by page, by township, by village, and by a word', async () => {
    const { rows, total, places } = await list()
    const first = await list({ limit: 1 })
    const rest = await list({ limit: 200, cursor: first.next ?? '' })
    expect([...first.rows, ...rest.rows].map((row) => row.finding.findingId)).toEqual(rows.map((row) => row.finding.findingId))
    for (const { code, persons } of places) expect((await list({ township: code })).total).toBe(persons)
    const [one] = rows
    if (one === undefined) throw new Error('nobody is missed')
    const inVillage = await list({ village: one.villageCode })
    expect(inVillage.total).toBe(rows.filter((row) => row.villageCode === one.villageCode).length)
    expect(inVillage.places.map((place) => place.code)).toContain(one.villageCode)
    for (const q of [one.name, one.finding.recordId ?? '']) {
      expect((await list({ q })).rows.map((row) => row.finding.recordId)).toContain(one.finding.recordId)
    }
    expect((await list({ q: '查无此人' })).total).toBe(0)
    expect((await list({ state: 'open' })).total).toBe(total)
    expect((await list({ state: 'true' })).total).toBe(0)
  })

  it('stands in the journal with the persons shown', async () => {
    const { rows } = await list({ limit: 2 })
    const [entry] = await owner<{ n: number; purpose: string }>(
      `select cardinality(subjects) as n, purpose from journal where action = 'verification.list-missed' order by entry_id desc limit 1`,
    )
    expect(entry).toEqual({ n: rows.length, purpose: '查看应保未保人员' })
  })

  it('is counted on the progress page', async () => {
    const { missed } = await district.call<{ missed: object }>(centre, 'verification.read-progress', {
      params: { campaignId: district.campaignId },
    })
    expect(missed).toEqual({ persons: await stored(), open: await stored() })
  })
})

describe('who sees whom', () => {
  it('a township its own persons only', async () => {
    const { rows, total } = await list()
    const [one] = rows
    const other = rows.find((row) => row.townshipCode !== one?.townshipCode)
    if (one === undefined || other === undefined) throw new Error('the fixture has missed persons of one township only')
    const clerk = person('township_clerk', 'clerk', one.townshipCode)
    const own = await list({}, clerk)
    expect(own.total).toBeLessThan(total)
    expect(own.rows.every((row) => row.townshipCode === one.townshipCode)).toBe(true)
    expect(own.rows[0]?.idMasked).toBe(one.idMasked)
    expect((await list({ q: other.finding.recordId ?? '' }, clerk)).total).toBe(0)
    expect((await list({ township: other.townshipCode }, clerk)).total).toBe(0)
    expect(await codeOf(office.clear(other.finding, clerk))).toBe('verification.not-found')
  })

  it('an inspector names masked everywhere, and no search by name', async () => {
    const inspector = person('inspector')
    const [known] = (await list()).rows
    const [one] = (await list({}, inspector)).rows
    expect(one?.name).toContain('*')
    expect(one?.finding.maySign).toBe(false)
    expect(JSON.stringify(one)).not.toContain(known?.name)
    expect((await list({ q: known?.name ?? '' }, inspector)).total).toBe(0)
    expect(await codeOf(list({}, person('village_assistant')))).toBe('identity.not-permitted')
  })
})

describe('an outcome', () => {
  const open = async (): Promise<Finding> => {
    const [one] = (await list({ state: 'open' })).rows
    if (one === undefined) throw new Error('nobody is open')
    return one.finding
  }

  it('needs a reason and evidence, closes with one signature, and is counted', async () => {
    const before = await list()
    const finding = await open()
    expect(await codeOf(office.clear(finding, person('inspector')))).toBe('identity.not-permitted')
    expect(await codeOf(office.clear(finding, centre, { evidence: [] }))).not.toBe('done')
    expect(await codeOf(office.clear(finding, centre, { reason: '短' }))).not.toBe('done')
    const told = await office.clear(finding, centre, { outcome: 'true', reason: '已上门，告知本人申请途径' })
    expect(told).toMatchObject({ clearing: 'cleared', outcome: 'true' })
    expect(told.history).toHaveLength(1)
    expect(await codeOf(office.clear(finding))).toBe('clearing.stale')
    expect((await list({ state: 'true' })).rows.map((row) => row.finding.findingId)).toEqual([finding.findingId])
    expect((await list({ state: 'open' })).total).toBe(before.total - 1)
    const { missed } = await district.call<{ missed: { open: number } }>(centre, 'verification.read-progress', {
      params: { campaignId: district.campaignId },
    })
    expect(missed.open).toBe(before.total - 1)
    const [entry] = await owner<{ n: number; chain: string }>(
      `select cardinality(subjects) as n, chain from journal where action = 'verification.clear-finding' order by entry_id desc limit 1`,
    )
    expect(entry).toEqual({ n: 1, chain: `campaign:${district.campaignId}` })
  })

  it('teaches nothing about anybody else', async () => {
    const finding = await open()
    const noted = await office.clear(finding, centre, { outcome: 'not_true', teach: true })
    expect(noted.exemptions).toEqual([])
    expect(await owner(`select 1 from exemption where rule = 'MIS-1'`)).toEqual([])
  })

  it('can be opened again by who may', async () => {
    const [noted] = (await list({ state: 'true' })).rows
    const params = { findingId: noted?.finding.findingId ?? '' }
    const body = { reason: '本人称未被告知', seen: noted?.finding.history.length ?? 0 }
    const reopen = (actor: Actor) => district.call<Finding>(actor, 'verification.reopen-finding', { params, body })
    expect(await codeOf(reopen(person('township_clerk')))).toBe('identity.not-permitted')
    expect(await reopen(second)).toMatchObject({ clearing: 'open' })
    expect((await list({ state: 'true' })).total).toBe(0)
  })
})
