import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkCharacter } from '#kernel/id-number'
import type { Scope } from '#platform/db'
import { loadPack } from '#policy'
import { declareHousehold, loadHouseholdFile, signAuthorisations } from '#registry'
import { testDb } from '#testkit/db'
import { centre, Office, second } from '#testkit/office'
import { person, type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import { importLimits } from '../../apps/run/limits.ts'
import {
  assessmentOf,
  commissionHouseholds,
  findCampaign,
  findReportOf,
  listCampaignIds,
  listRegisterKin,
  loadFindings,
  type SingleOrder,
} from './index.ts'

const pack = loadPack('reference')
const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
const newNumber = (born: string, order: string): string => {
  const body = `110101${born}${order}`
  return body + checkCharacter(body)
}
const elsewhere: Scope = { lo: '629901990000', hi: '629901991000', actor: 'other' }

describe('commissions of single households', () => {
  let district: VerifiedDistrict
  let office: Office
  let householdNo = ''
  let village: Scope
  let first = ''

  const order = (more: Partial<SingleOrder> = {}): SingleOrder => ({
    label: '受理后核对',
    scheme: 'dibao',
    asOf: district.asOf,
    pack,
    districtCode: '629901',
    createdBy: 'clerk',
    householdNos: [householdNo],
    reference: 'SL-2026-0001',
    ...more,
  })
  const commission = (more: Partial<SingleOrder> = {}, scope: Scope = village) =>
    district.db.as(scope, (tx) => commissionHouseholds(tx, order(more), district.rig.deps))
  const asked = (campaign: string) =>
    district.db.as(undefined, (tx) =>
      tx.query<{ kind: string; unit: string }>(
        `select kind, unit from exchange_message where campaign = $1 and direction = 'out' and type = 'request'`,
        [campaign],
      ),
    )
  const news = () =>
    district.db.as(undefined, (tx) =>
      tx.query<{ payload: { campaignId: string; householdNo: string; reportNo: string; conclusion: string } }>(
        `select payload from outbox_event where name = 'verification.reported' order by event_id`,
      ),
    )
  const options = () => ({ asOf: today, limits: importLimits(pack, today), by: 'clerk', at: new Date().toISOString() })

  beforeAll(async () => {
    district = await verifiedDistrict(await testDb(), { households: 60, batchSize: 20 })
    office = new Office(district)
    const candidates = await district.db.as(undefined, (tx) =>
      tx.query<{ no: string; division: string }>(
        `select h.household_no as no, h.division_code as division from household h
         where h.division_code ~ '^629901' and not h.incomplete and h.persons_count > 1 order by 1`,
      ),
    )
    for (const { no, division } of candidates) {
      householdNo = no
      village = { lo: division, hi: `${division}0`, actor: 'clerk' }
      first = await commission().catch(() => '')
      if (first !== '') break
    }
    await district.settled(first)
  }, 120_000)

  afterAll(() => district.close())

  it('gives no news of the first reports of a district', async () => {
    expect((await news()).filter(({ payload }) => payload.campaignId === district.campaignId)).toEqual([])
  })

  it('goes through the real gateways to a signed report and its news, on what the units stated for the district', async () => {
    const facts = await district.db.as(undefined, (tx) => findCampaign(tx, first))
    expect(facts).toMatchObject({
      kind: 'single',
      households: 1,
      batches: 1,
      baseId: district.campaignId,
      reference: 'SL-2026-0001',
    })
    const sent = await asked(first)
    expect(sent.filter(({ kind }) => kind === 'prepare')).toEqual([])
    expect(new Set(sent.filter(({ kind }) => kind === 'records').map(({ unit }) => unit)).size).toBeGreaterThan(10)
    const report = await district.db.as(village, (tx) => findReportOf({ tx, keys: district.keys }, householdNo, today))
    expect(report).toMatchObject({ campaignId: first, version: 1, kind: 'result', signedOn: today })
    expect(await news()).toMatchObject([
      { payload: { campaignId: first, householdNo, reportNo: report?.reportNo, conclusion: report?.conclusion } },
    ])
  })

  it('goes by the lane of single cases and names the case and the papers; the district’s batches go by theirs', async () => {
    const headers = (campaign: string, kind: string) =>
      district.db.as(undefined, (tx) =>
        tx.query<{ lane: string; case_no: string; auth: string }>(
          `select distinct lane, header::json ->> 'caseNo' as case_no, header::json ->> 'auth' as auth from exchange_message
           where campaign = $1 and direction = 'out' and type = 'request' and kind = $2`,
          [campaign, kind],
        ),
      )
    const records = await headers(first, 'records')
    expect(new Set(records.map(({ lane, case_no }) => `${lane} ${case_no}`))).toEqual(new Set(['single SL-2026-0001']))
    for (const { auth } of records) expect(auth).toMatch(/^(\d+:[0-9a-f]{64}|[^:]+)$/)
    expect(new Set((await headers(first, 'lookup')).map(({ auth }) => auth))).toEqual(new Set(['']))
    const batches = await headers(district.campaignId, 'records')
    expect(new Set(batches.map(({ lane, case_no }) => `${lane} ${case_no}`))).toEqual(new Set([`batch ${district.campaignId}`]))
  })

  it('comes to what the district came to', async () => {
    const findings = (campaign: string) => district.db.as(village, (tx) => loadFindings(tx, campaign, householdNo))
    const short = (rows: Awaited<ReturnType<typeof findings>>) =>
      rows.map(({ rule, subjectNo, message }) => [rule, subjectNo, message])
    expect(short(await findings(first))).toEqual(short(await findings(district.campaignId)))
    const document = (campaign: string) =>
      district.db.as(undefined, (tx) =>
        tx.one<{ per_capita: number | null; conclusion: string; findings: number }>(
          'select per_capita, conclusion, findings from commission where campaign_id = $1 and household_no = $2',
          [campaign, householdNo],
        ),
      )
    expect(await document(first)).toEqual(await document(district.campaignId))
  })

  it('stands in no list of campaigns and is nobody’s newest one', async () => {
    const { rows } = await district.call<{ rows: { campaignId: string }[] }>(centre, 'verification.list-campaigns')
    expect(rows.map(({ campaignId }) => campaignId)).toEqual([district.campaignId])
    expect(await district.db.as(undefined, listCampaignIds)).toEqual([district.campaignId])
    expect((await office.open(householdNo)).campaignId).toBe(district.campaignId)
    const single = await district.call<{ campaignId: string }>(centre, 'verification.open-household', {
      params: { householdNo },
      query: { campaignId: first },
    })
    expect(single.campaignId).toBe(first)
  })

  it('is suspended, goes on and runs again by itself, with reasons, and the district’s own stays as it is', async () => {
    const params = { householdNo }
    const order = (body: object) => ({ params, body: { reason: '来源系统检修', campaignId: first, ...body } })
    const stateIn = async (campaign: string) =>
      (await district.call<{ state: string }>(centre, 'verification.open-household', { params, query: { campaignId: campaign } }))
        .state
    const before = await stateIn(district.campaignId)
    await district.call(centre, 'verification.suspend-household', order({ ground: 'source_outage' }))
    expect([await stateIn(first), await stateIn(district.campaignId)]).toEqual(['suspended', before])
    await district.call(centre, 'verification.resume-household', order({}))
    expect(await stateIn(first)).toBe('report_signed')
    await district.call(centre, 'verification.rerun-household', order({ reason: '来源恢复后再核' }))
    await district.settled(first)
    const report = await district.db.as(village, (tx) => findReportOf({ tx, keys: district.keys }, householdNo, today))
    expect(report).toMatchObject({ campaignId: first, version: 2 })
    expect(await stateIn(district.campaignId)).toBe(before)
    const notes = await district.db.as(undefined, (tx) =>
      tx.query<{ detail: { reason: string; campaignId: string } }>(
        `select detail from journal where chain = $1 and action in ('verification.suspend-household', 'verification.rerun-household') order by seq`,
        [`household:${householdNo}`],
      ),
    )
    expect(notes.map(({ detail }) => [detail.reason, detail.campaignId])).toEqual([
      ['来源系统检修', first],
      ['来源恢复后再核', first],
    ])
  })

  it('asks the units itself for a date nobody has asked for, and later ones rest on it', async () => {
    const { persons } = await district.db.as(village, (tx) => loadHouseholdFile(tx, district.keys, householdNo, today))
    const papers = persons.map(({ subjectNo, age }) => ({
      subjectNo,
      signature: (age ?? 0) < 18 ? ('guardian' as const) : ('signed' as const),
      signedOn: today,
      validTo: null,
      items: ['all'],
    }))
    await district.db.as(village, (tx) => signAuthorisations(tx, district.keys, householdNo, papers, options()))
    const [one, two] = await Promise.all([commission({ asOf: today }), commission({ asOf: today, reference: 'SL-2' })])
    await Promise.all([district.settled(one), district.settled(two)])
    const third = await commission({ asOf: today, reference: 'SL-3' })
    await district.settled(third)
    const kinds = async (campaign: string) => new Set((await asked(campaign)).map(({ kind }) => kind))
    expect(await kinds(third)).not.toContain('prepare')
    const bases = await Promise.all(
      [one, two, third].map(async (id) => (await district.db.as(undefined, (tx) => findCampaign(tx, id)))?.baseId ?? null),
    )
    expect(bases).toContain(null)
    expect(bases[2]).not.toBeNull()
    const lookups = await district.db.as(undefined, (tx) =>
      tx.query(
        `select from exchange_message where campaign = $1 and batch = 0 and unit = 'disabled_federation' and kind = 'lookup'`,
        [bases[2]],
      ),
    )
    expect(lookups).toHaveLength(0)
    expect(
      (await district.db.as(village, (tx) => findReportOf({ tx, keys: district.keys }, householdNo, today)))?.campaignId,
    ).toBe(third)
  })

  it('refuses what cannot be commissioned, and says why', async () => {
    await expect(commission({ householdNos: [] })).rejects.toThrow(/没有指明要核对的家庭/)
    await expect(commission({ asOf: '2099-01-01' })).rejects.toThrow(/晚于今天/)
    await expect(commission({ householdNos: ['H-none'] })).rejects.toThrow(/H-none 不存在，或不在您的辖区内/)
    await expect(commission({}, elsewhere)).rejects.toThrow(/不在您的辖区内/)
    const fresh = await district.db.as(village, (tx) =>
      declareHousehold(
        tx,
        district.keys,
        {
          householdNo: null,
          household: { programme: 'rural', kind: 'new', division_code: village.lo, applied_on: today },
          persons: [
            {
              person_no: '+a',
              name: '新来甲',
              id_number: newNumber('19800101', '011'),
              gender: '1',
              birth_date: '1980-01-01',
              relation: 'head',
              counted: 'yes',
            },
            {
              person_no: '+b',
              name: '新来乙',
              id_number: newNumber('19800101', '013'),
              gender: '1',
              birth_date: '1980-01-01',
              relation: 'sibling',
              counted: 'yes',
            },
            {
              person_no: '+c',
              name: '新来丙',
              id_number: newNumber('20150101', '015'),
              gender: '1',
              birth_date: '2015-01-01',
              relation: 'child',
              counted: 'yes',
            },
          ],
          authorisations: [
            { subject_no: '+b', signature: 'signed', signed_on: today, items: 'identity;vehicle' },
            { subject_no: '+c', signature: 'signed', signed_on: today, items: 'all' },
          ],
        },
        options(),
      ),
    )
    expect(fresh.issues.filter(({ severity }) => severity === 'error')).toEqual([])
    const of = { householdNos: [fresh.householdNo ?? ''] }
    const before = await district.db.as(undefined, (tx) => tx.one<{ n: number }>('select count(*)::int as n from campaign'))
    await expect(commission({ ...of, asOf: today })).rejects.toThrow(
      /新来甲（没有签署授权书）、新来乙（授权项目不全，缺.*）、新来丙（签署时未满 18 周岁，须由监护人签署）。请补签/,
    )
    await expect(commission({ ...of, asOf: district.asOf })).rejects.toThrow(/新来乙（授权书签于核对时点 2026-09-30 之后）/)
    expect(await district.db.as(undefined, (tx) => tx.one('select count(*)::int as n from campaign'))).toEqual(before)
  })

  it('assesses a household from declared and verified facts', async () => {
    const assess = (scope: Scope, campaign = first) =>
      district.db.as(scope, (tx) =>
        assessmentOf(tx, district.keys, district.rig.deps, campaign, householdNo, { pack, on: today }),
      )
    const { assessment, household, asOf } = await assess(village)
    const members = (
      await district.db.as(village, (tx) => loadHouseholdFile(tx, district.keys, householdNo, today))
    ).persons.filter(({ role }) => role === 'member')
    expect(household.members.map(({ id }) => id)).toEqual(members.map(({ subjectNo }) => subjectNo))
    expect(household.members.filter(({ relation }) => relation === 'applicant')).toHaveLength(1)
    expect(asOf).toBe(district.asOf)
    expect(assessment.pack).toMatchObject({ id: 'reference', on: today })
    expect(assessment.trace.length).toBeGreaterThan(5)
    const explained = await district.call<{ figures: { key: string; verified: number }[] }>(
      centre,
      'verification.explain-household',
      {
        params: { householdNo },
        query: { campaignId: first },
      },
    )
    const money = explained.figures.filter(({ key }) => ['deposit', 'security', 'insurance'].includes(key))
    expect(household.assets?.monetary).toBe(money.reduce((sum, { verified }) => sum + verified, 0))
    await expect(assess(elsewhere)).rejects.toThrow(/不在您的辖区内/)
  })

  it('knows kin of officials by the register, beyond what was filed', async () => {
    const { no, division, official } = await district.db.as(undefined, (tx) =>
      tx.one<{ no: string; division: string; official: string }>(
        `select f.household_no as no, f.division_code as division, substring(f.message from '编号 ([^）]+)') as official
         from finding f join commission c on c.campaign_id = f.campaign_id and c.household_no = f.household_no and c.version = f.version
         where f.campaign_id = $1 and f.rule = 'FIS-2' order by 1, 3 limit 1`,
        [district.campaignId],
      ),
    )
    const scope: Scope = { lo: division, hi: `${division}0`, actor: 'clerk' }
    const kin = await district.db.as(scope, (tx) =>
      listRegisterKin(tx, district.keys, district.rig.deps, district.campaignId, no),
    )
    expect(kin.map(({ officialNo }) => officialNo)).toContain(official)
  })

  it('tells of every later version, and of no use under an objection', async () => {
    const reportNo = async () =>
      (await district.db.as(undefined, (tx) => findReportOf({ tx, keys: district.keys }, householdNo, today)))?.reportNo
    const before = await news()
    const campaignId =
      (await district.db.as(undefined, (tx) => findReportOf({ tx, keys: district.keys }, householdNo, today)))?.campaignId ?? ''
    const findings = () => district.db.as(undefined, (tx) => loadFindings(tx, campaignId, householdNo))
    for (const { findingId, class: cls } of await findings()) {
      if (cls !== 'A') continue
      const body = {
        outcome: 'not_true',
        reason: '入户核实与申报相符',
        evidence: [await district.handIn(centre)],
        teach: false,
        seen: 0,
      }
      await district.call(centre, 'verification.clear-finding', { params: { findingId }, body })
      await district.call(second, 'verification.confirm-clearing', {
        params: { findingId },
        body: { agree: true, reason: '看过材料，同意', seen: 1 },
      })
    }
    expect((await findings()).filter((each) => each.class === 'A' && each.clearing !== 'cleared')).toEqual([])
    await district.call(centre, 'verification.issue-report', { params: { householdNo }, body: { campaignId } })
    const told = (await news()).slice(before.length)
    expect(told).toMatchObject([{ payload: { campaignId, householdNo, reportNo: await reportNo() } }])
    const raised = { raisedBy: '申请人', reason: '存款不是本人的', evidence: [] }
    const { objectionId } = await district.call<{ objectionId: string }>(centre, 'verification.raise-objection', {
      params: { reportNo: (await reportNo()) ?? '' },
      body: raised,
    })
    expect(await reportNo()).toBeUndefined()
    const third = person('verification_centre', 'centre3')
    await district.call(third, 'verification.review-objection', {
      params: { objectionId },
      body: { outcome: 'upheld', answer: '重新核对存款' },
    })
    await district.settled(campaignId)
    expect((await news()).slice(before.length).map(({ payload }) => payload.reportNo.at(-1))).toEqual(['2', '3'])
    expect(await reportNo()).toMatch(/-3$/)
  })

  it('leaves a household that a case declares out of the campaign of the district', async () => {
    const { declaration } = await district.db.as(village, (tx) => loadHouseholdFile(tx, district.keys, householdNo, today))
    const declared = await district.db.as(village, (tx) =>
      declareHousehold(
        tx,
        district.keys,
        {
          ...declaration,
          householdNo: null,
          household: { ...declaration.household, division_code: village.lo, account_no: '', account_holder_id: '' },
          persons: [
            {
              person_no: '+a',
              name: '另立户',
              id_number: newNumber('19800101', '017'),
              gender: '1',
              birth_date: '1980-01-01',
              relation: 'head',
              counted: 'yes',
            },
          ],
          supporters: [],
          authorisations: [],
          incomes: [],
          assets: [],
          expenditures: [],
        },
        options(),
      ),
    )
    expect(declared.accepted).toBe(true)
    const own = { householdNo: declared.householdNo, household: { address: '二组' } }
    await district.db.as(village, (tx) => declareHousehold(tx, district.keys, own, options()))
    await district.news()
    const known = await district.db.as(undefined, (tx) =>
      tx.query('select from commission where household_no = $1', [declared.householdNo]),
    )
    expect(known).toHaveLength(0)
  })
})
