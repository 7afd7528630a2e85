import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '#kernel/problem'
import type { Download } from '#platform/action'
import { loadPack } from '#policy'
import { type TestDb, testDb } from '#testkit/db'
import { dotJpeg } from '#testkit/handed-files'
import { centre, codeOf, Office, second, third } from '#testkit/office'
import { person, type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import { assessmentOf, loadFindings } from './actions/household-findings.ts'
import type { Finding, Objection, Report, ReportHead } from './contract/index.ts'

/** What officers decide on a verified district: clearing, reports on a person's word, objections, the course of a commission. */
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

const issue = (householdNo: string) =>
  district.call<ReportHead>(centre, 'verification.issue-report', {
    params: { householdNo },
    body: { campaignId: district.campaignId },
  })

describe('clearing', () => {
  it('takes two persons for class A, refused for one by the rules and by the database', async () => {
    const householdNo = await office.withOpenA(0)
    const before = await office.rowOf(householdNo)
    const finding = (await office.open(householdNo)).findings.find((each) => each.class === 'A' && each.clearing === 'open')
    if (finding === undefined) throw new Error('no open class A finding')
    const signed = await office.clear(finding)
    expect(signed).toMatchObject({ clearing: 'awaiting_second', maySign: false })
    expect(await codeOf(office.confirm(signed, centre))).toBe('clearing.same_person')
    expect((await office.rowOf(householdNo)).openA).toBe(before.openA)
    const forged = db.as(undefined, (tx) =>
      tx.execute(
        `insert into clearing_step (campaign_id, household_no, person, rule, source, source_record_id, step, reason, by_user, by_name, by_role, at, division_code)
         select campaign_id, household_no, person, rule, source, source_record_id, 'confirmed', '自己确认', by_user, by_name, by_role, at, division_code
         from clearing_step where household_no = $1 and step = 'first'`,
        [householdNo],
      ),
    )
    expect(await codeOf(forged)).toBe('YB003')
    const { rows } = await db.ownerPool.pool.query(
      `select cardinality(subjects) as n from journal where chain = $1 and action = 'verification.clear-finding'`,
      [`household:${householdNo}`],
    )
    expect(rows).toEqual([{ n: finding.subjectNo === null ? 0 : 1 }])
    expect(await codeOf(office.clear(finding))).toBe('clearing.stale')
    expect(await office.confirm(signed)).toMatchObject({ clearing: 'cleared', outcome: 'not_true' })
    expect((await office.rowOf(householdNo)).openA).toBe(before.openA - 1)
  })

  it('needs evidence that was handed in, which the second signer opens and nobody finds by its hash', async () => {
    const householdNo = await office.withOpenA(1)
    const finding = (await office.open(householdNo)).findings.find((each) => each.class === 'A' && each.clearing === 'open')
    if (finding === undefined) throw new Error('no open class A finding')
    const invented = [{ sha256: 'a'.repeat(64), name: '照片.jpg', size: 3 }]
    await expect(office.clear(finding, centre, { evidence: invented })).rejects.toMatchObject({
      status: 422,
      message: '没有收到“照片.jpg”：可能没有传完，或不是您上传的。请重新上传后再提交',
    })
    const bytes = dotJpeg('过户单')
    const evidence = [await district.handIn(centre, { bytes, name: '过户单.jpg' })]
    await expect(office.clear(finding, third, { evidence })).rejects.toMatchObject({ code: 'files.not-taken' })
    const signed = await office.clear(finding, centre, { evidence })
    const file = signed.history[0]?.evidence[0]
    expect(file).toEqual({ ...evidence[0], fileId: expect.any(String) })
    const params = { findingId: finding.findingId, fileId: file?.fileId ?? '' }
    const opened = await district.call<Download>(second, 'verification.read-evidence', { params })
    expect(opened).toMatchObject({ fileName: '过户单.jpg', mediaType: 'image/jpeg' })
    expect(await buffer(opened.body as Readable)).toEqual(bytes)
    const { rows } = await db.ownerPool.pool.query(
      `select actor, purpose, cardinality(subjects) as n from journal where action = 'verification.read-evidence' and chain = $1`,
      [`household:${householdNo}`],
    )
    expect(rows).toEqual([{ actor: second.userId, purpose: '查看疑点证据', n: finding.subjectNo === null ? 0 : 1 }])
    const elsewhere = { ...params, findingId: (await office.open(await office.withOpenA(2))).findings[0]?.findingId ?? '' }
    await expect(district.call(second, 'verification.read-evidence', { params: elsewhere })).rejects.toMatchObject({
      status: 404,
    })
    const outside = person('township_clerk', 'far', '629901999000')
    await expect(district.call(outside, 'verification.read-evidence', { params })).rejects.toMatchObject({ status: 404 })
    expect(await office.confirm(signed)).toMatchObject({ clearing: 'cleared' })
  })

  it('takes a vehicle that two persons found to be gone out of the assessment, with a note, and back in when it is opened again', async () => {
    const { householdNo, record } = await db.as(undefined, (tx) =>
      tx.one<{ householdNo: string; record: string }>(
        `select f.household_no as "householdNo", min(f.source_record_id) as record from finding f
         join commission c on c.campaign_id = f.campaign_id and c.household_no = f.household_no and c.version = f.version
         where f.campaign_id = $1 and f.source = 'police/vehicles' group by 1 having count(*) = 1 and min(f.rule) = 'VEH-1' order by 1 limit 1`,
        [district.campaignId],
      ),
    )
    const order = { pack: loadPack('reference'), on: district.asOf }
    const facts = async () => {
      const made = await db.as(undefined, (tx) =>
        assessmentOf(tx, district.keys, district.rig.deps, district.campaignId, householdNo, order),
      )
      const told = made.notes.filter((note) => note.includes(`${record} 经核实不属实，未计入财产`))
      return [made.household.assets?.vehicles?.length, told.length]
    }
    const finding = (await office.open(householdNo)).findings.find((each) => each.recordId === record)
    if (finding === undefined) throw new Error('no finding about the vehicle')
    const declared = finding.declared.some(({ value }) => value !== '未申报') ? 1 : 0
    const first = await office.clear(finding, centre, { reason: '该车已报废，有回收证明' })
    expect(await facts()).toEqual([1, 0])
    const cleared = await office.confirm(first)
    expect(await facts()).toEqual([declared, 1])
    const [line] = (await db.as(undefined, (tx) => loadFindings(tx, district.campaignId, householdNo))).filter(
      (each) => each.rule === 'VEH-1',
    )
    expect(line).toMatchObject({ clearing: 'cleared', outcome: 'not_true', reason: '该车已报废，有回收证明' })
    expect(line?.clause).toContain('机动车辆')
    await district.call(second, 'verification.reopen-finding', {
      params: { findingId: finding.findingId },
      body: { reason: '证明有误，重新核实', seen: cleared.history.length },
    })
    expect(await facts()).toEqual([1, 0])
  })

  it('shows a reason that was to be kept beside the same finding, until it is withdrawn', async () => {
    const row = (await office.list({ finding: 'B', limit: 50 })).rows[0]
    const householdNo = row?.householdNo ?? ''
    const finding = (await office.open(householdNo)).findings.find((each) => each.class === 'B' && each.clearing === 'open')
    if (finding === undefined) throw new Error('no open class B finding')
    const cleared = await office.clear(finding, centre, { teach: true })
    expect(cleared.clearing).toBe('cleared')
    expect(cleared.exemptions).toHaveLength(1)
    const { rows } = await district.call<{ rows: { exemptionId: string }[] }>(centre, 'verification.list-exemptions', {
      query: { householdNo },
    })
    await district.call(second, 'verification.withdraw-exemption', {
      params: { exemptionId: rows[0]?.exemptionId ?? '' },
      body: { reason: '情况已变化' },
    })
    const after = (await office.open(householdNo)).findings.find((each) => each.findingId === finding.findingId)
    expect(after?.exemptions).toEqual([])
    const reopened = await district.call<Finding>(second, 'verification.reopen-finding', {
      params: { findingId: finding.findingId },
      body: { reason: '需要重新核实', seen: after?.history.length ?? 0 },
    })
    expect(reopened.clearing).toBe('open')
  })

  it('is not for an inspector', async () => {
    const [finding] = (await office.open(await office.withOpenA(0))).findings
    if (finding === undefined) throw new Error('no finding')
    expect(await codeOf(office.clear(finding, person('inspector')))).toBe('identity.not-permitted')
  })
})

describe('a report on a person’s word', () => {
  it('is refused while a class A finding is open, then signed as a further version that says what was cleared', async () => {
    const householdNo = await office.withOpenA(1)
    expect(await codeOf(issue(householdNo))).toBe('verification.open-findings')
    expect((await office.open(householdNo)).reports).toHaveLength(1)
    const waits = async () => (await office.list({ toSign: 'yes' })).rows.some((row) => row.householdNo === householdNo)
    expect(await waits()).toBe(false)
    await office.clearAll(householdNo)
    expect(await waits()).toBe(true)
    const head = await issue(householdNo)
    expect(await waits()).toBe(false)
    expect(head).toMatchObject({ version: 2, kind: 'renewal', superseded: false })
    const view = await office.open(householdNo)
    expect(view.reports.map((report) => report.superseded)).toEqual([false, true])
    expect(view.findings.filter((finding) => finding.class === 'A').every((finding) => finding.clearing === 'cleared')).toBe(true)
    const report = await district.call<Report>(centre, 'verification.read-report', { params: { reportNo: head.reportNo } })
    expect(report.kind).toBe('renewal')
    const graves = report.findings.filter((finding) => finding.class === 'A')
    expect(graves.length).toBeGreaterThan(0)
    for (const finding of graves) expect(finding).toMatchObject({ outcome: 'not_true', outcomeReason: '入户核实与申报相符' })
    const checked = await district.call<{ genuine: boolean; superseded: boolean }>(centre, 'verification.check-report', {
      body: { qrText: report.qrText },
    })
    expect(checked).toMatchObject({ genuine: true, superseded: false })
    expect(await office.rowOf(householdNo)).toMatchObject({ reportNo: head.reportNo, openA: 0, state: 'report_signed' })
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
    const householdNo = await office.withOpenA(0)
    await office.clearAll(householdNo)
    const { reportNo } = await office.rowOf(householdNo)
    const objection = await raise(reportNo ?? '')
    expect((await office.rowOf(householdNo)).state).toBe('objected')
    expect(await codeOf(issue(householdNo))).toBe('verification.not-issuable')
    expect(await codeOf(raise(reportNo ?? ''))).toBe('verification.objected')
    expect(await codeOf(review(objection.objectionId, 'rejected', centre))).toBe('verification.same-person')
    expect(await codeOf(review(objection.objectionId, 'rejected', second))).toBe('verification.same-person')
    const { objection: answered, report } = await review(objection.objectionId, 'rejected')
    expect(answered).toMatchObject({ state: 'reviewed', outcome: 'rejected' })
    expect(report).toMatchObject({ kind: 'review', version: 2 })
    expect(await office.rowOf(householdNo)).toMatchObject({ state: 'reviewed', reportNo: report?.reportNo })
    expect(await codeOf(review(objection.objectionId, 'rejected'))).toBe('verification.reviewed')
    expect(await codeOf(raise(reportNo ?? ''))).toBe('verification.superseded')
  })

  it('upheld runs the household again: the next version, the boards as before, what was cleared stays cleared', async () => {
    const householdNo = await office.withOpenA(0)
    await office.clearAll(householdNo)
    const before = await office.statistics()
    const sources = await answers()
    const { reportNo, findings } = await office.rowOf(householdNo)
    const { objectionId } = await raise(reportNo ?? '')
    expect((await review(objectionId, 'upheld')).report).toBe(null)
    const during = await office.open(householdNo)
    expect(during.findings).toHaveLength(findings)
    await district.settled()
    const view = await office.open(householdNo)
    expect(view.reports.map(({ version, kind }) => [version, kind])).toEqual([
      [2, 'review'],
      [1, 'result'],
    ])
    expect(await office.rowOf(householdNo)).toMatchObject({ findings, openA: 0, state: 'report_signed' })
    expect(await answers()).toEqual(sources)
    const after = await office.statistics()
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
    const { rows } = await office.list({ limit: 5 })
    const [one = '', two = ''] = rows.map((row) => row.householdNo)
    const before = await office.statistics()
    await district.call(second, 'verification.suspend-household', {
      params: { householdNo: one },
      body: { ground: 'identity_conflict', reason: '两处登记号码不一致' },
    })
    await district.call(second, 'verification.terminate-household', {
      params: { householdNo: two },
      body: { ground: 'applicant_withdrew', reason: '申请人书面撤回' },
    })
    const after = await office.statistics()
    expect([after.get('suspended'), after.get('terminated')]).toEqual([1, 1])
    expect(after.get('commissions')).toBe(before.get('commissions'))
    expect(after.get('terminated_subjects')).toBe((await office.open(two)).subjects.length)
    expect(await codeOf(issue(one))).toBe('verification.not-issuable')
    const rerun = { params: { householdNo: two }, body: { reason: '再核一次' } }
    expect(await codeOf(district.call(centre, 'verification.rerun-household', rerun))).toBe('verification.ended')
    await district.call(second, 'verification.resume-household', {
      params: { householdNo: one },
      body: { reason: '已更正身份信息' },
    })
    expect((await office.rowOf(one)).state).toBe('report_signed')
    expect((await office.statistics()).get('suspended')).toBe(0)
  })

  it('prints a village', async () => {
    const { rows } = await office.list({ limit: 1 })
    const { villageCode } = await office.open(rows[0]?.householdNo ?? '')
    const pdf = await district.call<{ body: Buffer }>(centre, 'verification.print-village', {
      params: { campaignId: district.campaignId, village: villageCode },
    })
    expect(pdf.body.subarray(0, 5).toString()).toBe('%PDF-')
  })
})

describe('a further campaign', () => {
  it('is started on the page over some townships, by who may, within the scope', async () => {
    const all = await office.list({ limit: 1 })
    const { townshipCode } = await office.open(all.rows[0]?.householdNo ?? '')
    const own = await office.list({ township: townshipCode })
    const body = { title: '复核批次', asOf: district.asOf, pack: 'reference', townships: [townshipCode] }
    const start = (actor = centre, change: object = {}) =>
      district.call<{ campaignId: string }>(actor, 'verification.start-campaign', { body: { ...body, ...change } })
    expect(await codeOf(start(person('township_clerk')))).toBe('identity.not-permitted')
    expect(await codeOf(start(centre, { townships: ['110101001000'] }))).toBe('verification.out-of-scope')
    const file = join(mkdtempSync(join(tmpdir(), 'yingbao-no-pack-')), 'secret.json')
    writeFileSync(file, 'root:机密:0')
    for (const [pack, code] of [
      [file, 'input.invalid'],
      ['../../package.json', 'input.invalid'],
      ['no-such-pack', 'policy.unknown_pack'],
    ] as const) {
      const refused = await start(centre, { pack }).then(String, (error: unknown) => error as Problem)
      expect(refused).toMatchObject({ code })
      expect(`${String(refused)}${JSON.stringify(refused)}`).not.toContain('机密')
    }
    const { campaignId } = await start()
    await district.settled(campaignId)
    expect((await office.list({ campaignId })).total).toBe(own.total)
    expect((await office.list({ campaignId: district.campaignId })).total).toBe(all.total)
    const reply = await district.call<{ reminded: string[]; skipped: string[] }>(centre, 'verification.remind-units', {
      params: { campaignId },
      body: { units: ['police'] },
    })
    expect(reply).toEqual({ reminded: [], skipped: ['police'] })
  })
})
