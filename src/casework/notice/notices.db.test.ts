import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopPrinting } from '#documents'
import { today } from '#platform/clock'
import type { Tx } from '#platform/db'
import { testDb } from '#testkit/db'
import { assistant, clerk, leader, NoticeOffice, refusal, sampleDistrict, telephone, village } from '#testkit/notice-office'
import { noticeDocuments } from './actions/papers.ts'
import { standingDocuments } from './actions/standing-list.ts'
import { getNotice } from './actions/view.ts'
import { takePrintings } from './store/notices.ts'

describe('notices', async () => {
  const db = await testDb()
  const office = new NoticeOffice(db)
  let heads: { household_no: string; name: string }[] = []

  beforeAll(async () => {
    await office.prepare()
    heads = await db.as(undefined, (tx) =>
      tx.query(
        `select p.household_no, p.name from person p join household h on h.household_no = p.household_no
         where p.relation = 'head' and h.division_code = $1 order by p.household_no limit 10`,
        [village],
      ),
    )
  })
  afterAll(async () => {
    office.close()
    await stopPrinting()
  })

  test('a list is previewed with masked names and its faults, and published whole or not at all', async () => {
    const good = [await office.reached({ name: '王秀英' }), await office.reached({ name: '王桂英' })]
    const bad = await office.reached({ name: '赵云', amount: 45_001 })
    const plans = await office.call<{ rows: { cases: number; stage: string; divisionCode: string }[] }>(
      clerk,
      'list-notice-plans',
    )
    expect(plans.rows).toMatchObject([{ cases: 3, stage: 'review', divisionCode: village }])
    const preview = await office.call<{
      period: object
      lines: { caseNo: string; name: string; fault: string | null }[]
      totals: object
      clause: string
    }>(clerk, 'preview-notice', { query: { level: 'village', division: village } })
    expect(preview.lines.map(({ name, fault }) => [name, fault !== null]).sort()).toEqual(
      [
        ['王*英甲', false],
        ['王*英乙', false],
        ['赵*', true],
      ].sort(),
    )
    expect(preview.period).toMatchObject({
      fromOn: '2026-09-21',
      toOn: '2026-09-28',
      days: 7,
      unit: 'calendar',
      provisional: false,
    })
    expect(preview.totals).toEqual({ households: 2, persons: 4, amount: 90_000 })
    expect(preview.clause).not.toBe('')
    expect(await refusal(office.publish([...good, bad]))).toMatch(
      /赵云（AJ-T-\d+）：金额不符：基本 400.00 元加增发 50.00 元应为 450.00 元，登记为 450.01 元/,
    )
    expect((await office.stepOf(good[0] ?? '')).state).toBe('open')
    const { noticeNo, period, totals } = await office.publish(good, { address: '便民服务中心' })
    expect(noticeNo).toMatch(/^GS-629901-2026-\d{6}$/)
    expect([period.fromOn, period.toOn, totals]).toEqual([
      '2026-09-21',
      '2026-09-28',
      { households: 2, persons: 4, amount: 90_000 },
    ])
    for (const caseNo of good) expect(await office.stepOf(caseNo)).toEqual({ state: 'posted', due_on: '2026-09-28' })
    expect(await refusal(office.publish(good))).toMatch(/请另列再次公示单|现在不能/)
    expect(await refusal(office.publish([bad], { fromOn: '2026-09-01' }))).toMatch(/金额不符/)
  })

  test('rows, replies and the printed document hold nothing but what may be published', async () => {
    const csv = (file: string): string[][] =>
      readFileSync(join(sampleDistrict, file), 'utf8')
        .split('\n')
        .map((line) => line.replace('\ufeff', '').split(','))
    const persons = csv('persons.csv')
    const household = heads.map(({ household_no: no }) => persons.filter((row) => row[1] === no)).find((rows) => rows.length > 1)
    const [head, ...others] = household ?? []
    if (head === undefined) throw new Error('the fixture has no family')
    const caseNo = await office.reached({ name: head[2] ?? '', householdNo: head[1] ?? '' })
    const account = csv('households.csv').find((row) => row[0] === head[1])?.[12] ?? ''
    const planted = [
      ...(household ?? []).map((row) => row[3] ?? ''),
      account,
      '13800001111',
      '尿毒症',
      ...others.map((row) => row[2] ?? ''),
    ]
    expect(planted.every((each) => each.length > 1)).toBe(true)
    await db.as(undefined, (tx) =>
      tx.execute(
        `insert into case_record (record_id, case_no, division_code, step, kind, case_version, sealed, by_user, at)
         values ($1, $2, $3, 'visit', 'visit', 1, $4, 'clerk', now())`,
        [randomUUID(), caseNo, village, db.keys.seal(JSON.stringify({ health: '尿毒症', phone: '13800001111' }))],
      ),
    )
    const { noticeNo } = await office.publish([caseNo])
    const rows = await db.as(undefined, (tx) =>
      tx.query(
        'select to_jsonb(l) as line, to_jsonb(n) as notice from notice_line l join notice n using (notice_no) where notice_no = $1',
        [noticeNo],
      ),
    )
    const opened = await office.call<{ lines: { name: string }[] }>(leader, 'open-notice', { params: { noticeNo } })
    const documents = await db.as(undefined, async (tx) => {
      const context = { tx, today: today(office.clock), clock: office.clock, actor: clerk } as never
      const notice = await getNotice(context, noticeNo)
      return [...(await noticeDocuments(context, [notice])), ...(await noticeDocuments(context, [notice]))]
    })
    // the address of the last notice stands on the next, each printing has its number, street and village their own fields
    expect(documents.map(({ printSerial }) => printSerial)).toEqual([1, 2])
    const atOnce = await Promise.all(
      Array.from({ length: 4 }, () =>
        db.as(undefined, async (tx) => {
          const printings = await takePrintings(tx, [noticeNo], { by: 'clerk', at: '2026-10-12T01:00:00Z' })
          await new Promise((resolve) => setTimeout(resolve, 50))
          return printings.get(noticeNo)
        }),
      ),
    )
    expect(atOnce.sort()).toEqual([3, 4, 5, 6])
    // a long print keeps nobody from printing another notice
    const print = (tx: Tx, no: string) => takePrintings(tx, [no], { by: 'clerk', at: '2026-10-12T01:00:00Z' })
    const other = await db.as(undefined, async (tx) => {
      await print(tx, noticeNo)
      return db.as(undefined, (beside) => print(beside, 'GS-another'))
    })
    expect(other.get('GS-another')).toBe(1)
    expect(documents[0]).toMatchObject({ objectionAddress: '便民服务中心', township: expect.stringMatching(/镇|乡|街道/) })
    expect(documents[0]?.village).not.toBe(documents[0]?.township)
    expect(documents[0]?.rows?.[0]).toEqual({ name: head[2], members: 2, amountFen: 45_000, tier: '二类', fromMonth: '2026-10' })
    const texts = JSON.stringify([rows, opened, documents, await office.call(clerk, 'list-notices')])
    expect(texts).toContain(head[2])
    expect(planted.filter((each) => texts.includes(each))).toEqual([])
    expect(JSON.stringify(opened)).not.toContain(head[2])
    const below = await office.call<{ notice: { publishedBy: string } }>(assistant, 'open-notice', { params: { noticeNo } })
    expect(below.notice.publishedBy).toBe('上级办理人员')
    const pdf = await office.call<{ body: Buffer }>(assistant, 'print-notices', { query: { division: village } })
    expect(pdf.body.subarray(0, 5).toString('latin1')).toBe('%PDF-')
  })

  test('a minor never stands as applicant by name', async () => {
    const [child] = await db.as(undefined, (tx) =>
      tx.query<{ household_no: string; name: string }>(
        `select household_no, name from person where birth_date > '2012-01-01' and division_code = $1 order by person_no desc limit 1`,
        [village],
      ),
    )
    if (child === undefined) throw new Error('the fixture has no child')
    const caseNo = await office.reached({ name: child.name, householdNo: child.household_no })
    await office.publish([caseNo])
    const { name } = await db.as(undefined, (tx) =>
      tx.one<{ name: string }>('select name from notice_line where case_no = $1', [caseNo]),
    )
    expect(name).toBe(`${child.name.slice(0, 1)}某某`)
  })

  test('publishing 100 cases sends as many statements as publishing one', async () => {
    const counted = async (n: number): Promise<number> => {
      const list: string[] = []
      for (let at = 0; at < n; at += 10) {
        list.push(...(await Promise.all(Array.from({ length: n === 1 ? 1 : 10 }, () => office.reached()))))
      }
      const versions = await Promise.all(list.map(async (caseNo) => ({ caseNo, version: await office.versionOf(caseNo) })))
      const body = { level: 'village', division: village, cases: versions, telephone }
      const before = db.pool.statements.count
      await office.call(clerk, 'publish-notice', { body })
      return db.pool.statements.count - before
    }
    await counted(1)
    const [few, many] = [await counted(1), await counted(100)]
    expect(many).toBe(few)
    expect(many).toBeLessThan(25)
  })

  test('the standing list shows what is granted in a month, masked, and prints', async () => {
    const caseNo = await office.reached({ name: '欧阳建国', householdNo: heads[6]?.household_no ?? '' })
    await db.as(undefined, (tx) =>
      tx.execute(
        `insert into case_decision (decision_no, case_no, household_no, division_code, result, base, top_up, amount, persons, tier, from_month, grounds, by_user, at)
         values ('JD-1', $1, $2, $3, 'granted', 40000, 5000, 45000, 2, '二类', '2026-10', $4, 'approver', now())`,
        [caseNo, heads[6]?.household_no, village, db.keys.seal('{}')],
      ),
    )
    // one other household has an older grant that runs on
    await db.ownerPool.pool.query('update household set aid_from = null where household_no <> $1', [heads[5]?.household_no])
    await db.ownerPool.pool.query(
      `update household set aid_from = '2022-01', aid_to = null, approved_amount = 30000, tier = 'A', head_name = '马六', persons_count = 3,
         programme = 'rural' where household_no = $1`,
      [heads[5]?.household_no],
    )
    const read = (month: string) =>
      office.call<{ lines: { name: string }[]; totals: object; telephone: string }>(assistant, 'read-standing-list', {
        query: { village, month },
      })
    const older = { number: 1, name: '马*', members: 3, amount: 30_000, tier: '一类', programme: 'rural', fromMonth: '2022-01' }
    expect((await read('2026-09')).lines).toEqual([older])
    const list = await read('2026-11')
    expect(list.lines).toEqual([
      { number: 1, name: '欧阳*国', members: 2, amount: 45_000, tier: '二类', programme: 'rural', fromMonth: '2026-10' },
      { ...older, number: 2 },
    ])
    expect(list).toMatchObject({ totals: { households: 2, persons: 5, amount: 75_000 }, telephone })
    const pdf = await office.call<{ body: Buffer }>(assistant, 'print-standing-lists', {
      query: { division: village, month: '2026-11' },
    })
    expect(pdf.body.subarray(0, 5).toString('latin1')).toBe('%PDF-')
    // the list has its number of printing, and street and village in their own fields
    const [paper] = await db.as(undefined, (tx) => {
      const context = { tx, today: today(office.clock), clock: office.clock, actor: assistant, keys: db.keys } as never
      return standingDocuments(context, { packId: 'reference', division: village, month: '2026-11', telephone: undefined })
    })
    const names = await db.ownerPool.pool.query<{ name: string }>(
      'select name from division where code = any($1) order by code',
      [[`${village.slice(0, 9)}000`, village]],
    )
    expect(paper).toMatchObject({ printSerial: 2, complaintTelephone: telephone, asOfMonth: '2026-11' })
    expect([paper?.township, paper?.village]).toEqual(names.rows.map(({ name }) => name))
  })
})
