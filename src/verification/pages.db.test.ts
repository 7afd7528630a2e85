import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identityRoutes } from '#identity/contract'
import { journalRoutes } from '#journal/contract'
import { divisionAt } from '#kernel/division'
import type { Route } from '#kernel/route'
import { registryRoutes } from '#registry/contract'
import { type TestDb, testDb } from '#testkit/db'
import { person, type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import type { Finding, HouseholdRow, HouseholdView, Objection, ProgressRow, Report, ReportHead } from './contract/index.ts'
import { verificationRoutes } from './contract/index.ts'

/** The pages' routes on a verified district, called as HTTP calls them: permission, scope, transaction, journal. */
let db: TestDb
let district: VerifiedDistrict
const centre = person('verification_centre', 'centre')
const second = person('district_approver', 'approver')
const third = person('verification_centre', 'centre2')
const inspector = person('inspector')

type Page = { rows: HouseholdRow[]; total: number; next: string | null }

beforeAll(async () => {
  db = await testDb()
  district = await verifiedDistrict(db, { households: 40 })
}, 240_000)

afterAll(async () => {
  await district?.close()
})

const list = (query: object, actor = centre) => district.call<Page>(actor, 'verification.list-households', { query })
const open = (householdNo: string, actor = centre) =>
  district.call<HouseholdView>(actor, 'verification.open-household', { params: { householdNo } })
const evidence = [{ sha256: 'a'.repeat(64), name: '照片.jpg', size: 3 }]

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )
}

function clear(finding: Finding, actor = centre, more: object = {}): Promise<Finding> {
  const body = { outcome: 'not_true', reason: '入户核实与申报相符', evidence, teach: false, seen: finding.history.length }
  return district.call<Finding>(actor, 'verification.clear-finding', {
    params: { findingId: finding.findingId },
    body: { ...body, ...more },
  })
}

function confirm(finding: Finding, actor = second): Promise<Finding> {
  return district.call<Finding>(actor, 'verification.confirm-clearing', {
    params: { findingId: finding.findingId },
    body: { agree: true, reason: '看过材料，同意', seen: finding.history.length },
  })
}

/** Clears whatever is open of class A. */
async function clearAll(householdNo: string): Promise<void> {
  for (const finding of (await open(householdNo)).findings) {
    if (finding.class !== 'A' || finding.clearing === 'cleared') continue
    await confirm(finding.clearing === 'open' ? await clear(finding) : finding)
  }
}

async function rowOf(householdNo: string): Promise<HouseholdRow> {
  const { rows } = await list({ q: householdNo })
  const [row] = rows
  if (row === undefined) throw new Error(`${householdNo} is not listed`)
  return row
}

async function withOpenA(nth: number): Promise<string> {
  const row = (await list({ finding: 'A', limit: 50 })).rows[nth]
  if (row === undefined) throw new Error('the fixture has too few households with class A findings')
  return row.householdNo
}

const issue = (householdNo: string) =>
  district.call<ReportHead>(centre, 'verification.issue-report', {
    params: { householdNo },
    body: { campaignId: district.campaignId },
  })

describe('every route', () => {
  it('has an action of its own behind it', () => {
    const tables = [identityRoutes, journalRoutes, registryRoutes, verificationRoutes]
    const routes = tables.flatMap((table): Route[] => Object.values(table))
    expect(routes.filter((route) => !district.actions.has(route.name)).map((route) => route.name)).toEqual([])
    for (const route of routes) expect(district.actions.get(route.name)?.route).toBe(route)
  })
})

describe('lists and boards', () => {
  it('list every household once, page by page, under its filters', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    for (;;) {
      const page: Page = await list({ limit: 15, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.rows.map((row) => row.householdNo))
      expect(page.rows.length).toBeLessThanOrEqual(15)
      if (page.next === null) {
        expect(page.total).toBe(seen.length)
        break
      }
      cursor = page.next
    }
    expect(new Set(seen).size).toBe(seen.length)
    const parts = await Promise.all(['consistent', 'inconsistent', 'undetermined'].map((conclusion) => list({ conclusion })))
    expect(parts.reduce((sum, part) => sum + part.total, 0)).toBe(seen.length)
    const urban = await list({ programme: 'urban' })
    const rural = await list({ programme: 'rural' })
    expect(urban.rows.every((row) => row.programme === 'urban')).toBe(true)
    expect(urban.total + rural.total).toBe(seen.length)
  })

  it('find a household by number, by name and by whole citizen number', async () => {
    const { rows } = await list({ limit: 1 })
    const known = rows[0]
    expect(known).toBeDefined()
    const householdNo = known?.householdNo ?? ''
    expect((await list({ q: householdNo })).rows.map((row) => row.householdNo)).toContain(householdNo)
    expect((await list({ q: known?.headName ?? '' })).rows.map((row) => row.householdNo)).toContain(householdNo)
    const view = await open(householdNo)
    const subject = view.subjects.find((each) => each.role !== 'supporter')
    const { idNumber } = await district.call<{ idNumber: string }>(centre, 'registry.reveal-number', {
      params: { subjectNo: subject?.subjectNo ?? '' },
      body: { reason: '测试查询' },
    })
    expect((await list({ q: idNumber })).rows.map((row) => row.householdNo)).toContain(householdNo)
    expect((await list({ q: '无此人名' })).total).toBe(0)
  })

  it('agree with one another: places, list and states', async () => {
    const progress = await district.call<{ rows: ProgressRow[]; total: ProgressRow }>(centre, 'verification.read-progress', {
      params: { campaignId: district.campaignId },
    })
    const all = await list({})
    expect(progress.total.households).toBe(all.total)
    expect(progress.total.reported).toBe(all.total)
    expect(progress.rows.length).toBeGreaterThan(1)
    for (const row of progress.rows) expect((await list({ township: row.code })).total).toBe(row.households)
    expect((await list({ finding: 'A' })).total).toBe(progress.total.openA)
    const units = await district.call<{ rows: { asked: number; answered: number; link: string }[] }>(
      centre,
      'verification.list-units',
      { params: { campaignId: district.campaignId } },
    )
    expect(units.rows).toHaveLength(18)
    for (const unit of units.rows) expect(unit.asked).toBeGreaterThan(0)
    const campaigns = await district.call<{ rows: { campaignId: string; persons: number }[] }>(
      centre,
      'verification.list-campaigns',
    )
    expect(campaigns.rows.map((row) => row.campaignId)).toEqual([district.campaignId])
  })
})

describe('one household', () => {
  it('opens with subjects, thirty answers each, findings, report; the look stands in the journal', async () => {
    const view = await open(await withOpenA(0))
    expect(view.subjects.length).toBeGreaterThan(0)
    for (const subject of view.subjects) {
      expect(subject.answers).toHaveLength(30)
      expect(subject.idMasked).toMatch(/\*{4,}/)
    }
    expect(view.findings.some((finding) => finding.class === 'A')).toBe(true)
    expect(view.reports).toHaveLength(1)
    const row = await rowOf(view.householdNo)
    expect(view.findings).toHaveLength(row.findings)
    const entries = await db.ownerPool.pool.query(
      `select cardinality(subjects) as n from journal where chain = $1 and action = 'verification.open-household'`,
      [`household:${view.householdNo}`],
    )
    expect(entries.rows[0]?.n).toBe(view.subjects.length)
  })

  it('takes the statements of its page together, as many for one finding as for many', async () => {
    const counts = new Set<number>()
    for (const nth of [0, 1, 2]) {
      const householdNo = await withOpenA(nth)
      await open(householdNo)
      const before = db.pool.statements.count
      await open(householdNo)
      counts.add(db.pool.statements.count - before)
    }
    expect(counts.size).toBe(1)
  })

  it('explains its figures to the district and to its own township alike', async () => {
    const { rows } = await list({ limit: 1 })
    const householdNo = rows[0]?.householdNo ?? ''
    const view = await open(householdNo)
    const clerk = person('township_clerk', 'clerk', view.townshipCode)
    const explain = (actor = centre) =>
      district.call<{ figures: { key: string; verified: number; lines: unknown[] }[] }>(actor, 'verification.explain-household', {
        params: { householdNo },
      })
    const wide = await explain()
    expect(wide.figures.length).toBeGreaterThan(5)
    expect(await explain(clerk)).toEqual(wide)
    const { rows: stored } = await db.ownerPool.pool.query(
      `select document::jsonb -> 'result' -> 'verified' ->> 'income' as income from report where household_no = $1`,
      [householdNo],
    )
    const income = wide.figures.find((figure) => figure.key === 'income')
    expect(((income?.verified ?? -1) / 100).toFixed(2)).toBe(stored[0]?.income)
  })
})

describe('a township', () => {
  it('sees its own households only: list, search, page, report, statistics', async () => {
    const { rows } = await list({ limit: 50 })
    const firstView = await open(rows[0]?.householdNo ?? '')
    const clerk = person('township_clerk', 'clerk', firstView.townshipCode)
    const own = await list({ limit: 200 }, clerk)
    expect(own.total).toBeGreaterThan(0)
    expect(own.total).toBeLessThan(rows.length)
    const numbers = new Set(own.rows.map((row) => row.householdNo))
    const stranger = rows.find((row) => !numbers.has(row.householdNo))
    const householdNo = stranger?.householdNo ?? ''
    expect((await list({ q: householdNo }, clerk)).total).toBe(0)
    expect(await codeOf(open(householdNo, clerk))).toBe('verification.not-found')
    const params = { reportNo: stranger?.reportNo ?? '' }
    expect(await codeOf(district.call(clerk, 'verification.read-report', { params }))).toBe('verification.not-found')
    expect(await codeOf(district.call(clerk, 'verification.print-report', { params }))).toBe('verification.not-found')
    const finding = (await open(householdNo)).findings[0]
    if (finding !== undefined) expect(await codeOf(clear(finding, clerk))).toBe('verification.not-found')
    const figures = await statistics(clerk)
    expect(figures.get('commissions')).toBe(own.total)
  })
})

async function statistics(actor = centre, query: object = {}): Promise<Map<string, number | null>> {
  const params = { campaignId: district.campaignId }
  const { figures } = await district.call<{ figures: { key: string; value: number | null }[] }>(
    actor,
    'verification.read-statistics',
    { params, query },
  )
  return new Map(figures.map((figure) => [figure.key, figure.value]))
}

describe('clearing', () => {
  it('takes two persons for class A, refused for one by the rules and by the database', async () => {
    const householdNo = await withOpenA(0)
    const before = await rowOf(householdNo)
    const finding = (await open(householdNo)).findings.find((each) => each.class === 'A' && each.clearing === 'open')
    if (finding === undefined) throw new Error('no open class A finding')
    const signed = await clear(finding)
    expect(signed).toMatchObject({ clearing: 'awaiting_second', maySign: false })
    expect(await codeOf(confirm(signed, centre))).toBe('clearing.same_person')
    expect((await rowOf(householdNo)).openA).toBe(before.openA)
    const forged = db.as(undefined, (tx) =>
      tx.execute(
        `insert into clearing_step (campaign_id, household_no, person, rule, source, source_record_id, step, reason, by_user, by_name, by_role, at, division_code)
         select campaign_id, household_no, person, rule, source, source_record_id, 'confirmed', '自己确认', by_user, by_name, by_role, at, division_code
         from clearing_step where household_no = $1 and step = 'first'`,
        [householdNo],
      ),
    )
    expect(await codeOf(forged)).toBe('YB003')
    expect(await codeOf(clear(finding))).toBe('clearing.stale')
    expect(await confirm(signed)).toMatchObject({ clearing: 'cleared', outcome: 'not_true' })
    expect((await rowOf(householdNo)).openA).toBe(before.openA - 1)
  })

  it('shows a reason that was to be kept beside the same finding, until it is withdrawn', async () => {
    const row = (await list({ finding: 'B', limit: 50 })).rows[0]
    const householdNo = row?.householdNo ?? ''
    const finding = (await open(householdNo)).findings.find((each) => each.class === 'B' && each.clearing === 'open')
    if (finding === undefined) throw new Error('no open class B finding')
    const cleared = await clear(finding, centre, { teach: true })
    expect(cleared.clearing).toBe('cleared')
    expect(cleared.exemptions).toHaveLength(1)
    const { rows } = await district.call<{ rows: { exemptionId: string }[] }>(centre, 'verification.list-exemptions', {
      query: { householdNo },
    })
    await district.call(second, 'verification.withdraw-exemption', {
      params: { exemptionId: rows[0]?.exemptionId ?? '' },
      body: { reason: '情况已变化' },
    })
    const after = (await open(householdNo)).findings.find((each) => each.findingId === finding.findingId)
    expect(after?.exemptions).toEqual([])
    const reopened = await district.call<Finding>(second, 'verification.reopen-finding', {
      params: { findingId: finding.findingId },
      body: { reason: '需要重新核实', seen: after?.history.length ?? 0 },
    })
    expect(reopened.clearing).toBe('open')
  })

  it('is not for an inspector', async () => {
    const [finding] = (await open(await withOpenA(0))).findings
    if (finding === undefined) throw new Error('no finding')
    expect(await codeOf(clear(finding, inspector))).toBe('identity.not-permitted')
  })
})

describe('a report on a person’s word', () => {
  it('is refused while a class A finding is open, then signed as a further version that says what was cleared', async () => {
    const householdNo = await withOpenA(1)
    expect(await codeOf(issue(householdNo))).toBe('verification.open-findings')
    expect((await open(householdNo)).reports).toHaveLength(1)
    await clearAll(householdNo)
    const head = await issue(householdNo)
    expect(head).toMatchObject({ version: 2, kind: 'review', superseded: false })
    const view = await open(householdNo)
    expect(view.reports.map((report) => report.superseded)).toEqual([false, true])
    expect(view.findings.filter((finding) => finding.class === 'A').every((finding) => finding.clearing === 'cleared')).toBe(true)
    const report = await district.call<Report>(centre, 'verification.read-report', { params: { reportNo: head.reportNo } })
    const graves = report.findings.filter((finding) => finding.class === 'A')
    expect(graves.length).toBeGreaterThan(0)
    for (const finding of graves) expect(finding).toMatchObject({ outcome: 'not_true', outcomeReason: '入户核实与申报相符' })
    const checked = await district.call<{ genuine: boolean; superseded: boolean }>(centre, 'verification.check-report', {
      body: { qrText: report.qrText },
    })
    expect(checked).toMatchObject({ genuine: true, superseded: false })
    expect(await rowOf(householdNo)).toMatchObject({ reportNo: head.reportNo, openA: 0, state: 'report_signed' })
    const pdf = await district.call<{ body: Buffer }>(centre, 'verification.print-report', {
      params: { reportNo: head.reportNo },
    })
    expect(pdf.body.subarray(0, 5).toString()).toBe('%PDF-')
  })
})

describe('an objection', () => {
  const raise = (reportNo: string, actor = centre) =>
    district.call<Objection>(actor, 'verification.raise-objection', {
      params: { reportNo },
      body: { raisedBy: '申请人', reason: '车辆已于去年转让' },
    })
  const review = (objectionId: string, outcome: 'upheld' | 'rejected', actor = third) =>
    district.call<{ objection: Objection; report: ReportHead | null }>(actor, 'verification.review-objection', {
      params: { objectionId },
      body: { outcome, answer: '经复核，答复如下' },
    })

  it('rejected by another person ends in a review report of its own', async () => {
    const householdNo = await withOpenA(0)
    await clearAll(householdNo)
    const { reportNo } = await rowOf(householdNo)
    const objection = await raise(reportNo ?? '')
    expect((await rowOf(householdNo)).state).toBe('objected')
    expect(await codeOf(issue(householdNo))).toBe('verification.not-issuable')
    expect(await codeOf(raise(reportNo ?? ''))).toBe('verification.objected')
    expect(await codeOf(review(objection.objectionId, 'rejected', centre))).toBe('verification.same-person')
    expect(await codeOf(review(objection.objectionId, 'rejected', second))).toBe('verification.same-person')
    const { objection: answered, report } = await review(objection.objectionId, 'rejected')
    expect(answered).toMatchObject({ state: 'reviewed', outcome: 'rejected' })
    expect(report).toMatchObject({ kind: 'review', version: 2 })
    expect(await rowOf(householdNo)).toMatchObject({ state: 'reviewed', reportNo: report?.reportNo })
    expect(await codeOf(review(objection.objectionId, 'rejected'))).toBe('verification.reviewed')
    expect(await codeOf(raise(reportNo ?? ''))).toBe('verification.superseded')
  })

  it('upheld runs the household again: the next version, the boards as before, what was cleared stays cleared', async () => {
    const householdNo = await withOpenA(0)
    await clearAll(householdNo)
    const before = await statistics()
    const sources = await answers()
    const { reportNo, findings } = await rowOf(householdNo)
    const { objectionId } = await raise(reportNo ?? '')
    expect((await review(objectionId, 'upheld')).report).toBe(null)
    const during = await open(householdNo)
    expect(during.findings).toHaveLength(findings)
    await district.settled()
    const view = await open(householdNo)
    expect(view.reports.map((report) => report.version)).toEqual([2, 1])
    expect(await rowOf(householdNo)).toMatchObject({ findings, openA: 0, state: 'report_signed' })
    expect(await answers()).toEqual(sources)
    const after = await statistics()
    for (const key of ['subjects', 'commissions', 'queries', 'verified']) expect(after.get(key), key).toBe(before.get(key))
    expect(after.get('result_reports')).toBe((before.get('result_reports') ?? 0) + 1)
    expect(after.get('objections')).toBe((before.get('objections') ?? 0) + 1)
    const queued = db.ownerPool.pool.query(`select count(*)::int as n from report where household_no = $1`, [householdNo])
    expect((await queued).rows[0]?.n).toBe(2)
  })
})

/** What all boards of the units count. */
async function answers(): Promise<unknown> {
  const { rows } = await district.call<{ rows: { unit: string; states: unknown }[] }>(centre, 'verification.list-units', {
    params: { campaignId: district.campaignId },
  })
  return rows.map(({ unit, states }) => [unit, states])
}

describe('the course of a commission', () => {
  it('suspended and terminated are different states and counted apart', async () => {
    const { rows } = await list({ limit: 5 })
    const [one = '', two = ''] = rows.map((row) => row.householdNo)
    const before = await statistics()
    await district.call(second, 'verification.suspend-household', {
      params: { householdNo: one },
      body: { ground: 'identity_conflict', reason: '两处登记号码不一致' },
    })
    await district.call(second, 'verification.terminate-household', {
      params: { householdNo: two },
      body: { ground: 'applicant_withdrew', reason: '申请人书面撤回' },
    })
    const after = await statistics()
    expect([after.get('suspended'), after.get('terminated')]).toEqual([1, 1])
    expect(after.get('commissions')).toBe(before.get('commissions'))
    expect(after.get('terminated_subjects')).toBe((await open(two)).subjects.length)
    expect(await codeOf(issue(one))).toBe('verification.not-issuable')
    const rerun = { params: { householdNo: two }, body: { reason: '再核一次' } }
    expect(await codeOf(district.call(centre, 'verification.rerun-household', rerun))).toBe('verification.ended')
    await district.call(second, 'verification.resume-household', {
      params: { householdNo: one },
      body: { reason: '已更正身份信息' },
    })
    expect((await rowOf(one)).state).toBe('report_signed')
    expect((await statistics()).get('suspended')).toBe(0)
  })

  it('prints a village', async () => {
    const { rows } = await list({ limit: 1 })
    const { villageCode } = await open(rows[0]?.householdNo ?? '')
    const pdf = await district.call<{ body: Buffer }>(centre, 'verification.print-village', {
      params: { campaignId: district.campaignId, village: villageCode },
    })
    expect(pdf.body.subarray(0, 5).toString()).toBe('%PDF-')
    expect(divisionAt(villageCode, 'township')).toMatch(/000$/)
  })
})

describe('the journal', () => {
  it('has no chain that everybody’s reading queues up on', async () => {
    const { rows } = await db.ownerPool.pool.query(
      `select distinct chain from journal where action like 'verification.%' and chain not like 'household:%'
         and chain not like 'user:%' and chain not like 'campaign:%' and chain <> 'system:refused'`,
    )
    expect(rows).toEqual([])
  })
})
