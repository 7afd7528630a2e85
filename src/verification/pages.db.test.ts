import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identityRoutes } from '#identity/contract'
import { sealSettled } from '#journal'
import { journalRoutes } from '#journal/contract'
import type { Route } from '#kernel/route'
import { today } from '#platform/clock'
import { unpackText } from '#platform/pack'
import { registryRoutes } from '#registry/contract'
import { type TestDb, testDb } from '#testkit/db'
import { centre, codeOf, Office, type Page } from '#testkit/office'
import { person, type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import { findReportOf } from './actions/household-findings.ts'
import { checkReports } from './actions/stored-report.ts'
import { type ProgressRow, verificationRoutes } from './contract/index.ts'

/** The pages' reads on a verified district, called as HTTP calls them: permission, scope, transaction, journal. */
let db: TestDb
let district: VerifiedDistrict
let office: Office

beforeAll(async () => {
  db = await testDb()
  district = await verifiedDistrict(db, { households: 40 })
  office = new Office(district)
}, 240_000)

afterAll(async () => {
  await district?.close()
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
      const page: Page = await office.list({ limit: 15, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.rows.map((row) => row.householdNo))
      expect(page.rows.length).toBeLessThanOrEqual(15)
      if (page.next === null) {
        expect(page.total).toBe(seen.length)
        break
      }
      cursor = page.next
    }
    expect(new Set(seen).size).toBe(seen.length)
    const parts = await Promise.all(
      ['consistent', 'inconsistent', 'undetermined'].map((conclusion) => office.list({ conclusion })),
    )
    expect(parts.reduce((sum, part) => sum + part.total, 0)).toBe(seen.length)
    const urban = await office.list({ programme: 'urban' })
    const rural = await office.list({ programme: 'rural' })
    expect(urban.rows.every((row) => row.programme === 'urban')).toBe(true)
    expect(urban.total + rural.total).toBe(seen.length)
  })

  it('find a household by number, by name and by whole citizen number', async () => {
    const { rows } = await office.list({ limit: 1 })
    const known = rows[0]
    expect(known).toBeDefined()
    const householdNo = known?.householdNo ?? ''
    expect((await office.list({ q: householdNo })).rows.map((row) => row.householdNo)).toContain(householdNo)
    expect((await office.list({ q: known?.headName ?? '' })).rows.map((row) => row.householdNo)).toContain(householdNo)
    const view = await office.open(householdNo)
    const subject = view.subjects.find((each) => each.role !== 'supporter')
    const { idNumber } = await district.call<{ idNumber: string }>(centre, 'registry.reveal-number', {
      params: { subjectNo: subject?.subjectNo ?? '' },
      body: { reason: '测试查询' },
    })
    expect((await office.list({ q: idNumber })).rows.map((row) => row.householdNo)).toContain(householdNo)
    expect((await office.list({ q: '无此人名' })).total).toBe(0)
  })

  it('agree with one another: places, list and states', async () => {
    const progress = await district.call<{ rows: ProgressRow[]; total: ProgressRow }>(centre, 'verification.read-progress', {
      params: { campaignId: district.campaignId },
    })
    const all = await office.list({})
    expect(progress.total.households).toBe(all.total)
    expect(progress.total.reported).toBe(all.total)
    expect(progress.rows.length).toBeGreaterThan(1)
    for (const row of progress.rows) expect((await office.list({ township: row.code })).total).toBe(row.households)
    expect((await office.list({ finding: 'A' })).total).toBe(progress.total.openA)
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
    const view = await office.open(await office.withOpenA(0))
    expect(view.subjects.length).toBeGreaterThan(0)
    for (const subject of view.subjects) {
      expect(subject.answers).toHaveLength(30)
      expect(subject.idMasked).toMatch(/\*{4,}/)
    }
    expect(view.findings.some((finding) => finding.class === 'A')).toBe(true)
    expect(view.reports).toHaveLength(1)
    const row = await office.rowOf(view.householdNo)
    expect(view.findings).toHaveLength(row.findings)
    const entries = await db.ownerPool.pool.query(
      `select cardinality(subjects) as n from journal where chain = $1 and action = 'verification.open-household'`,
      [`household:${view.householdNo}`],
    )
    expect(entries.rows[0]?.n).toBe(view.subjects.length)
  })

  it('says why no conclusion stands exactly where none does', async () => {
    const { rows } = await office.list({ limit: 200 })
    const unlike: string[] = []
    for (const row of rows) {
      const view = await office.open(row.householdNo)
      if ((view.conclusion === 'undetermined') !== view.undeterminedBy.length > 0) unlike.push(row.householdNo)
    }
    expect(unlike).toEqual([])
    expect(rows.some((row) => row.conclusion === 'undetermined')).toBe(true)
  })

  it('takes the statements of its page together, as many for one finding as for many', async () => {
    const counts = new Set<number>()
    for (const nth of [0, 1, 2]) {
      const householdNo = await office.withOpenA(nth)
      await office.open(householdNo)
      const before = db.pool.statements.count
      await office.open(householdNo)
      counts.add(db.pool.statements.count - before)
    }
    expect(counts.size).toBe(1)
  })

  it('explains its figures to the district and to its own township alike', async () => {
    const { rows } = await office.list({ limit: 1 })
    const householdNo = rows[0]?.householdNo ?? ''
    const view = await office.open(householdNo)
    const clerk = person('township_clerk', 'clerk', view.townshipCode)
    const explain = (actor = centre) =>
      district.call<{ figures: { key: string; verified: number; lines: unknown[] }[] }>(actor, 'verification.explain-household', {
        params: { householdNo },
      })
    const wide = await explain()
    expect(wide.figures.length).toBeGreaterThan(5)
    expect(await explain(clerk)).toEqual(wide)
    const { rows: stored } = await db.ownerPool.pool.query<{ document: Buffer }>(
      'select document from report where household_no = $1',
      [householdNo],
    )
    const signed: Record<string, string | null> = JSON.parse(unpackText(stored[0]?.document ?? Buffer.from('{}'))).result.verified
    const explained = wide.figures.filter((figure) => Object.hasOwn(signed, figure.key))
    expect(explained.length).toBeGreaterThan(5)
    for (const { key, verified } of explained) expect((verified / 100).toFixed(2), key).toBe(signed[key])
  })
})

describe('places', () => {
  it('are named on the page and the paper as they were on the as-of date, and as they are where one chooses', async () => {
    const { rows } = await office.list({ limit: 1 })
    const before = await office.open(rows[0]?.householdNo ?? '')
    const { villageCode: code, villageName: old } = before
    await db.ownerPool.pool.query(
      `with past as (
         insert into division_change (code, changed_on, name, level, kind, parent_code, successor_code)
         select code, $2::date + 1, name, level, kind, parent_code, code from division where code = $1)
       update division set name = '新名社区', since = $2::date + 1 where code = $1`,
      [code, district.asOf],
    )
    expect((await office.open(before.householdNo)).villageName).toBe(old)
    const params = { reportNo: before.reports[0]?.reportNo ?? '' }
    const report = await district.call<{ villageName: string }>(centre, 'verification.read-report', { params })
    expect(report.villageName).toBe(old)
    const choices = await district.call<{ rows: { code: string; name: string; formerly: { name: string }[] }[] }>(
      centre,
      'registry.list-divisions',
      { query: { parent: before.townshipCode } },
    )
    expect(choices.rows.find((row) => row.code === code)).toMatchObject({ name: '新名社区', formerly: [{ name: old }] })
  })
})

describe('a township', () => {
  it('sees its own households only: list, search, page, report, statistics', async () => {
    const { rows } = await office.list({ limit: 50 })
    const firstView = await office.open(rows[0]?.householdNo ?? '')
    const clerk = person('township_clerk', 'clerk', firstView.townshipCode)
    const own = await office.list({ limit: 200 }, clerk)
    expect(own.total).toBeGreaterThan(0)
    expect(own.total).toBeLessThan(rows.length)
    const numbers = new Set(own.rows.map((row) => row.householdNo))
    const stranger = rows.find((row) => !numbers.has(row.householdNo))
    const householdNo = stranger?.householdNo ?? ''
    expect((await office.list({ q: householdNo }, clerk)).total).toBe(0)
    expect(await codeOf(office.open(householdNo, clerk))).toBe('verification.not-found')
    const params = { reportNo: stranger?.reportNo ?? '' }
    expect(await codeOf(district.call(clerk, 'verification.read-report', { params }))).toBe('verification.not-found')
    expect(await codeOf(district.call(clerk, 'verification.print-report', { params }))).toBe('verification.not-found')
    const finding = (await office.open(householdNo)).findings[0]
    if (finding !== undefined) expect(await codeOf(office.clear(finding, clerk))).toBe('verification.not-found')
    const figures = await office.statistics(clerk)
    expect(figures.get('commissions')).toBe(own.total)
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

describe('who looked at a person', () => {
  interface Looks {
    rows: { text: string; authorisationNos: string[]; asked: { unitName: string; records: string[]; outcome: string }[] }[]
  }
  const looksOf = (subjectNo: string) =>
    district.call<Looks>(person('auditor'), 'journal.list-looks', { params: { subjectNo }, query: {} })

  it('names each unit that was asked, what for and whether it answered; of a relative as of a member, and nobody’s name or value', async () => {
    const { rows } = await db.ownerPool.pool.query<{ no: string; kind: string; statuses: string; asked: number }>(
      `select distinct on (q.subject_kind) q.subject_no as no, q.subject_kind as kind, r.statuses, q.asked from query_line q
       join subject_result r using (campaign_id, version, subject_no, subject_kind, household_no) where q.asked > 0 order by q.subject_kind, 1`,
    )
    expect(rows.map((row) => row.kind)).toEqual(['person', 'supporter'])
    for (const { no, statuses, asked } of rows) {
      const looks = await looksOf(no)
      const [query] = looks.rows.filter((row) => row.asked.length > 0)
      if (!query) throw new Error(`nothing is said of the queries about ${no}`)
      const records = query.asked.flatMap((unit) => unit.records)
      expect(records.length).toBe(asked.toString(2).replaceAll('0', '').length)
      const isAnswered = [...statuses].some((letter) => 'HNMI'.includes(letter))
      expect(query.asked.some((unit) => unit.outcome === 'answered' || unit.outcome === 'partly')).toBe(isAnswered)
      const names = await db.ownerPool.pool.query<{ name: string }>('select name from person union select name from supporter')
      const text = JSON.stringify(looks.rows)
      expect(names.rows.filter(({ name }) => text.includes(name))).toEqual([])
    }
  })

  it('names the signed papers a query rests on: none on file that covers nothing asked, none for the bureau’s own records', async () => {
    const { pool } = db.ownerPool
    const papered = await pool.query<{ no: string; paper: string }>(
      `select subject_no as no, authorisation_nos[1] as paper from query_line where cardinality(authorisation_nos) = 1
         and asked & ~(select mask from auth_item_mask where item = 'own') <> 0 order by 1 limit 2`,
    )
    const [papers, own] = papered.rows
    if (!papers || !own) throw new Error('the fixture has too few persons with one paper')
    await pool.query(
      `insert into authorisation select (jsonb_populate_record(a, $2)).* from authorisation a where authorisation_no = $1`,
      [papers.paper, { authorisation_no: 'old-paper', signed_on: '2020-01-01', valid_to: '2021-01-01' }],
    )
    for (const [no, change] of [
      [papers.no, { authorisation_nos: [papers.paper, 'old-paper'] }],
      [own.no, { asked: 1 << 19 }],
    ] as const) {
      const { rows } = await pool.query('delete from query_line q where subject_no = $1 returning to_jsonb(q) as line', [no])
      for (const { line } of rows) {
        await pool.query('insert into query_line select * from jsonb_populate_record(null::query_line, $1)', [
          { ...line, ...change },
        ])
      }
    }
    for (const [no, named] of [
      [papers.no, [papers.paper]],
      [own.no, []],
    ] as const) {
      const looks = (await looksOf(no)).rows
      const [query] = looks.filter((row) => row.asked.length > 0)
      expect(query?.authorisationNos).toEqual(named)
      expect(looks.filter((row) => row.asked.length === 0).flatMap((row) => row.authorisationNos)).toEqual([])
    }
  })
})

describe('a stored report that is not what was signed', () => {
  const silently = (text: string, values: unknown[] = []) => db.ownerPool.pool.query(text, values)

  it.each([
    [
      'another document',
      `update report set document = (select document from report o where o.report_no <> $1 limit 1) where report_no = $1`,
    ],
    [
      'another document with its hash',
      `update report set (document, content_hash) = (select document, content_hash from report o where o.report_no <> $1 limit 1) where report_no = $1`,
    ],
    ['damaged bytes', `update report set document = substring(document from 1 for 40) where report_no = $1`],
    ['another signature', `update report set signature = decode(repeat('00', 64), 'hex') where report_no = $1`],
    [
      'another conclusion',
      `update report set conclusion = case conclusion when 'consistent' then 'inconsistent' else 'consistent' end where report_no = $1`,
    ],
    ['a later last day', `update report set valid_to = valid_to + 300 where report_no = $1`],
  ])('is neither shown nor printed nor confirmed, and is raised: %s', async (_, tamper) => {
    const [row] = (await office.list({ limit: 1 })).rows
    const reportNo = row?.reportNo ?? ''
    const read = () => district.call<{ qrText: string }>(centre, 'verification.read-report', { params: { reportNo } })
    const print = () => district.call(centre, 'verification.print-report', { params: { reportNo } })
    const { villageCode: village } = await office.open(row?.householdNo ?? '')
    const printAll = () =>
      district.call(centre, 'verification.print-village', { params: { campaignId: district.campaignId, village } })
    const { qrText } = await read()
    const check = () =>
      district.call<{ genuine: boolean; message: string }>(centre, 'verification.check-report', { body: { qrText } })
    const usable = () => db.as(undefined, (tx) => findReportOf({ tx, keys: district.keys }, row?.householdNo ?? '', today()))
    expect(await check()).toMatchObject({ genuine: true })
    expect((await usable())?.altered).toBe(null)
    await silently('create table kept_report as select * from report where report_no = $1'.replace('$1', `'${reportNo}'`))
    try {
      await silently(tamper, [reportNo])
      for (const attempt of [read, print, printAll]) expect(await codeOf(attempt())).toBe('verification.report-altered')
      expect(await check()).toMatchObject({ genuine: false, message: expect.stringContaining('不一致') })
      if (!tamper.includes('valid_to')) expect((await usable())?.altered).toMatchObject({ subject: reportNo })
      const found = await checkReports(db.workerPool, district.keys)
      expect(found.alarms.map(({ subject }) => subject)).toEqual([reportNo])
      const auditor = person('auditor', 'auditor')
      const { alarms } = await district.call<{
        alarms: { alarmId: number; subject: string; fault: string; settledAt: string | null }[]
      }>(auditor, 'journal.read-proofs')
      const open = alarms.filter(({ subject, settledAt }) => subject === reportNo && settledAt === null)
      expect(open).toHaveLength(1)
      const settle = (actor = auditor) =>
        district.call(actor, 'journal.settle-alarm', { params: { alarmId: open[0]?.alarmId }, body: { reason: '已从备份恢复' } })
      expect(await codeOf(settle(centre))).toBe('identity.not-permitted')
      await settle()
      expect(await codeOf(settle())).toBe('journal.no-alarm')
    } finally {
      await silently(`delete from report where report_no = $1`, [reportNo])
      await silently('insert into report select * from kept_report')
      await silently('drop table kept_report')
    }
    expect(await codeOf(read())).toBe('done')
  })

  it('names a seal of the journal, so that whoever holds it proves that it was there', async () => {
    await sealSettled(db.workerPool, district.keys.signing)
    const { kept, documents } = await checkReports(db.workerPool, district.keys)
    expect(documents).toBeGreaterThan(30)
    for (const { sealNo, root } of kept) {
      const { rows } = await silently(`select encode(root, 'hex') as root from journal_seal where seal_no = $1`, [sealNo])
      expect(rows).toEqual([{ root }])
    }
  })

  it('that was taken away altogether is not confirmed by its code either', async () => {
    const [row] = (await office.list({ limit: 1 })).rows
    const { qrText } = await district.call<{ qrText: string }>(centre, 'verification.read-report', {
      params: { reportNo: row?.reportNo ?? '' },
    })
    await silently(`create table kept_report as select * from report where report_no = '${row?.reportNo}'`)
    await silently('delete from report where report_no = $1', [row?.reportNo])
    const answer = await district.call(centre, 'verification.check-report', { body: { qrText } })
    await silently('insert into report select * from kept_report; drop table kept_report')
    expect(answer).toMatchObject({ genuine: false })
  })
})
