import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { today } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import { type TestDb, testDb } from '#testkit/db'
import { person, VerifiedDistrict } from '#testkit/verified-district'
import { loadCounts } from './actions/statistics.ts'
import { schemeOf } from './rules/household/schemes.ts'
import { countFacts, type StatisticsFacts } from './rules/report/statistics.ts'

/** What happens to a district beside the pages: batches of any size, news of the registry, papers that are missing or withdrawn. */
let db: TestDb
let district: VerifiedDistrict
const centre = person('verification_centre', 'centre')

beforeAll(async () => {
  db = await testDb()
  district = new VerifiedDistrict(db, 60)
  await district.prepare({ households: 60, seed: 9 })
}, 240_000)

afterAll(async () => {
  await district?.close()
})

async function rows<R>(text: string, values: unknown[] = []): Promise<R[]> {
  return (await db.ownerPool.pool.query(text, values)).rows
}

async function first<R>(text: string, values: unknown[] = []): Promise<R> {
  const [row] = await rows<R>(text, values)
  if (row === undefined) throw new Error(`nothing found: ${text}`)
  return row
}

async function run(batchSize: number): Promise<string> {
  district.batchSize = batchSize
  district.startWorker()
  const campaignId = await district.start(`每批 ${batchSize} 户`)
  await district.settled()
  await district.stopWorker()
  return campaignId
}

describe('a campaign', () => {
  it('takes as many statements for a batch of 60 households as for one of 20, and comes to the same findings', async () => {
    const small = await run(20)
    const large = await run(60)
    const effort = await rows<{ campaign_id: string; households: number; statements: number }>(
      `select campaign_id, households, statements from batch where kind = 'households' order by batch_no`,
    )
    const of = (campaignId: string) => effort.filter((batch) => batch.campaign_id === campaignId)
    expect(of(large).length).toBeLessThan(of(small).length)
    // The first batch of a campaign also reads the names of places and the dates of sources.
    const [[first, ...others], [only]] = [of(small), of(large)]
    expect(only?.households).toBeGreaterThan(2 * (first?.households ?? 0))
    expect(only?.statements).toBe(first?.statements)
    expect(new Set(others.map((batch) => batch.statements)).size).toBe(1)
    const findings = (campaignId: string) =>
      rows(
        'select household_no, person, rule, source_record_id, value from finding where campaign_id = $1 order by 1, 2, 3, 4, 5',
        [campaignId],
      )
    expect(await findings(large)).toEqual(await findings(small))
  })
})

describe('the statistics', () => {
  it('count distinct things: the database as the rules do over rows that repeat', async () => {
    const { campaignId } = district
    const at = { campaign: campaignId }
    // Every row comes once per finding of its household and once per answered source: joins as a careless report would make them.
    const repeated = `cross join lateral (select 1 from generate_series(1, 1 + (select count(*)::int from finding f
      where f.campaign_id = t.campaign_id and f.household_no = t.household_no))) again`
    const commissions = await rows<{ household_no: string; programme: string; state: string }>(
      `select t.household_no, h.programme, t.state from commission t join household h using (household_no) ${repeated} where t.campaign_id = $1`,
      [at.campaign],
    )
    const lines = await rows<{ household_no: string; subject_no: string; subject_kind: 'person' | 'supporter'; asked: number }>(
      `select t.household_no, t.subject_no, t.subject_kind, t.asked from query_line t ${repeated} where t.campaign_id = $1`,
      [at.campaign],
    )
    const reports = await rows<{ household_no: string; report_no: string }>(
      `select t.household_no, t.report_no from report t ${repeated} where t.campaign_id = $1`,
      [at.campaign],
    )
    expect(commissions.length).toBeGreaterThan(new Set(commissions.map((row) => row.household_no)).size)
    const on = today()
    const positions = Array.from({ length: 30 }, (_, i) => i)
    const facts: StatisticsFacts = {
      commissions: commissions.map((row) => ({
        commissionId: row.household_no,
        programme: row.programme,
        unit: '',
        fromOtherBody: false,
        state: row.state,
        commissionedOn: on,
      })),
      subjects: lines.map((row) => ({
        commissionId: row.household_no,
        subjectNo: row.subject_no,
        kind: row.subject_kind,
        records: positions.filter((i) => (row.asked & (1 << i)) !== 0).map(String),
      })),
      reports: reports.map((row) => ({ reportNo: row.report_no, commissionId: row.household_no, kind: 'result' })),
      objections: [],
      tasks: [],
      sharedRecords: positions.map(String),
      on,
    }
    const { month: _, overdue: __, ...expected } = countFacts(facts)
    const counts = await withTransaction(db.pool, wholeScope('test'), (tx) =>
      loadCounts(tx, campaignId, schemeOf('dibao'), { lo: '0', hi: ':' }, on),
    )
    expect(counts).toMatchObject(expected)
    expect(counts.subjects).toBeGreaterThan(counts.commissions)
    expect(counts.overdue).toBe(0)
  })
})

describe('papers', () => {
  it('no line without one: the database refuses to register what is not signed for (YB001)', async () => {
    const subject = await first<{ person_no: string; household_no: string; division_code: string }>(
      `select p.person_no, p.household_no, p.division_code from person p
       where not exists (select 1 from authorisation a where a.subject_no = p.person_no and a.signature in ('signed', 'guardian')) limit 1`,
    ).catch(async () => {
      const known = await first<{ person_no: string; household_no: string; division_code: string }>(
        'select person_no, household_no, division_code from person limit 1',
      )
      await db.ownerPool.pool.query('delete from authorisation where subject_no = $1', [known.person_no])
      return known
    })
    const insert = (asked: number, version: number) =>
      db.as(undefined, (tx) =>
        tx.execute(
          `insert into query_line (campaign_id, version, subject_no, batch_no, household_no, subject_kind, born_on, asked, authorisation_nos, division_code)
           values ($1, $2, $3, $2, $4, 'person', '1960-01-01', $5, '{}', $6)`,
          [district.campaignId, version, subject.person_no, subject.household_no, asked, subject.division_code],
        ),
      )
    const counted = await first<{ subjects: number; pairs: number }>(
      'select subjects, pairs from commission where campaign_id = $1 and household_no = $2',
      [district.campaignId, subject.household_no],
    )
    await expect(insert(1 << 25, 91)).rejects.toMatchObject({ code: 'YB001' })
    // The bureau's own registers need none.
    await expect(insert(1 << 19, 92)).resolves.toBe(1)
    const changed = db.as(undefined, (tx) =>
      tx.execute('update query_line set asked = asked | 1 where campaign_id = $1 and version = 92', [district.campaignId]),
    )
    await expect(changed).rejects.toMatchObject({ code: 'YB002' })
    await db.ownerPool.pool.query('delete from query_line where version = 92')
    await db.ownerPool.pool.query(
      'update commission set subjects = $3, pairs = $4 where campaign_id = $1 and household_no = $2',
      [district.campaignId, subject.household_no, counted.subjects, counted.pairs],
    )
  })

  it('withdrawn on the page: open lines halt at once, every gateway is told, nothing is asked again', async () => {
    const paper = await first<{ authorisation_no: string; subject_no: string; household_no: string; batch_no: number }>(
      `select a.authorisation_no, a.subject_no, a.household_no, q.batch_no from authorisation a
       join query_line q on q.campaign_id = $1 and a.authorisation_no = any(q.authorisation_nos) and cardinality(q.authorisation_nos) = 1
       where a.withdrawn_on is null and q.asked & (1 << 25) <> 0 limit 1`,
      [district.campaignId],
    )
    const setStep = (step: string) =>
      db.ownerPool.pool.query('update batch set step = $3 where campaign_id = $1 and batch_no = $2', [
        district.campaignId,
        paper.batch_no,
        step,
      ])
    await setStep('lookups')
    const reply = await district.call<{ accepted: boolean; issues: unknown[] }>(centre, 'registry.correct-field', {
      params: { table: 'authorisations', key: paper.authorisation_no },
      body: { fields: { withdrawn_on: '2026-11-20' }, reason: '本人书面撤回授权' },
    })
    expect(reply).toMatchObject({ accepted: true, issues: [] })
    const line = await first<{ state: string }>('select state from query_line where campaign_id = $1 and subject_no = $2', [
      district.campaignId,
      paper.subject_no,
    ])
    expect(line.state).toBe('halted')
    await setStep('compared')
    await district.news()
    const told = await rows<{ unit: string }>(
      `select distinct unit from exchange_message where direction = 'out' and type = 'authorisation'`,
    )
    expect(told).toHaveLength(18)
    const commission = await first<{ version: number; state: string }>(
      'select version, state from commission where campaign_id = $1 and household_no = $2',
      [district.campaignId, paper.household_no],
    )
    expect(commission).toEqual({ version: 1, state: 'report_signed' })
  })
})

describe('a correction', () => {
  it('asks the household it touches again and no other, once for several corrections at a time', async () => {
    const line = await first<{ line_no: string; household_no: string }>(
      `select d.line_no, d.household_no from declared_income d join commission c on c.campaign_id = $1 and c.household_no = d.household_no limit 1`,
      [district.campaignId],
    )
    for (const amount of ['123.45', '123.46']) {
      const reply = await district.call<{ accepted: boolean }>(centre, 'registry.correct-field', {
        params: { table: 'declared_income', key: line.line_no },
        body: { fields: { amount }, reason: '对照工资单更正' },
      })
      expect(reply.accepted).toBe(true)
    }
    await district.news()
    const reopened = await rows<{ household_no: string; version: number; state: string }>(
      'select household_no, version, state from commission where campaign_id = $1 and version > 1',
      [district.campaignId],
    )
    expect(reopened).toEqual([{ household_no: line.household_no, version: 2, state: 'querying' }])
    district.startWorker()
    await district.settled()
    await district.stopWorker()
    const report = await first<{ version: number }>(
      `select version from report where campaign_id = $1 and household_no = $2 order by version desc limit 1`,
      [district.campaignId, line.household_no],
    )
    expect(report.version).toBe(2)
    const asked = await rows<{ household_no: string }>(
      'select distinct household_no from query_line where campaign_id = $1 and version = 2',
      [district.campaignId],
    )
    expect(asked).toEqual([{ household_no: line.household_no }])
    const { sum } = await first<{ sum: number }>('select sum(subjects)::int as sum from answer_count where campaign_id = $1', [
      district.campaignId,
    ])
    const { subjects } = await first<{ subjects: number }>(
      `select count(*)::int as subjects from subject_result r join commission c using (campaign_id, household_no)
       where r.campaign_id = $1 and r.version = c.version`,
      [district.campaignId],
    )
    expect(sum).toBe(subjects * 30)
  })

  it('gives a household that was returned before and is accepted now a commission of its own', async () => {
    const last = await first<{ household_no: string; ordinal: number }>(
      'select household_no, ordinal from commission where campaign_id = $1 order by ordinal desc limit 1',
      [district.campaignId],
    )
    // As if the import had refused it: it was never in the frozen list.
    await db.ownerPool.pool.query(
      `begin; alter table commission disable trigger all; 
       delete from report where campaign_id = '${district.campaignId}' and household_no = '${last.household_no}';
       delete from finding where campaign_id = '${district.campaignId}' and household_no = '${last.household_no}';
       delete from subject_result where campaign_id = '${district.campaignId}' and household_no = '${last.household_no}';
       delete from query_line where campaign_id = '${district.campaignId}' and household_no = '${last.household_no}';
       delete from commission where campaign_id = '${district.campaignId}' and household_no = '${last.household_no}';
       alter table commission enable trigger all; commit`,
    )
    const before = await first<{ households: number }>('select households from campaign where campaign_id = $1', [
      district.campaignId,
    ])
    // A household that comes in by a ledger, without an authorisation: there is nothing to ask, and no report of nothing.
    await db.as(undefined, (tx) =>
      tx.execute(
        `insert into household (household_no, programme, kind, division_code, applied_on, sealed, content)
         select 'LEDGER-1', programme, kind, division_code, applied_on, sealed, content from household where household_no = $1`,
        [last.household_no],
      ),
    )
    await db.as(undefined, (tx) =>
      tx.execute(`insert into outbox_event (name, payload) values ('registry.corrected', $1)`, [
        JSON.stringify({ householdNos: [last.household_no, 'LEDGER-1'], subjectNos: [] }),
      ]),
    )
    await district.news()
    district.startWorker()
    await district.settled()
    await district.stopWorker()
    const commission = await first<{ version: number; state: string; report_no: string; ordinal: number }>(
      'select version, state, report_no, ordinal from commission where campaign_id = $1 and household_no = $2',
      [district.campaignId, last.household_no],
    )
    expect(commission).toMatchObject({ version: 1, state: 'report_signed', ordinal: last.ordinal })
    expect(commission.report_no).toMatch(/-1$/)
    const after = await first<{ households: number }>('select households from campaign where campaign_id = $1', [
      district.campaignId,
    ])
    expect(after.households).toBe(before.households + 1)
  })
})

describe('what boards and statistics count', () => {
  it('stands with each commission as its lines and reports say, however often a household was asked', async () => {
    const counted =
      'select household_no, persons, supporters, subjects, pairs, reports from commission where campaign_id = $1 order by 1'
    const lines = await rows<{ household_no: string; subjects: number; reports: number }>(
      `select c.household_no, count(*) filter (where first and s.subject_kind = 'person')::int as persons,
         count(*) filter (where first and s.subject_kind = 'supporter')::int as supporters, count(s.subject_no)::int as subjects,
         coalesce(sum(bit_count(s.asked::bit(32))), 0)::int as pairs,
         (select count(*)::int from report r where r.campaign_id = c.campaign_id and r.household_no = c.household_no) as reports
       from commission c left join (
         select campaign_id, household_no, subject_kind, subject_no, bool_or(version = 1) as first, bit_or(asked) as asked
         from query_line group by 1, 2, 3, 4
       ) s using (campaign_id, household_no)
       where campaign_id = $1 group by c.campaign_id, c.household_no order by 1`,
      [district.campaignId],
    )
    expect(await rows(counted, [district.campaignId])).toEqual(lines)
    expect(lines.some(({ reports }) => reports > 1)).toBe(true)
    expect(lines.every(({ subjects }) => subjects > 0)).toBe(true)
  })
})
