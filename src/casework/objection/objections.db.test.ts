import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chineseDate } from '#kernel/chinese-date'
import type { Actor } from '#platform/action'
import { today } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import { testDb } from '#testkit/db'
import {
  approver,
  assistant,
  clerk,
  DAY,
  inspector,
  leader,
  NoticeOffice,
  otherClerk,
  refusal,
  walk,
} from '#testkit/notice-office'
import type { DayRow } from '../contract/index.ts'

describe('objections', async () => {
  const db = await testDb()
  const office = new NoticeOffice(db)

  beforeAll(() => office.prepare())
  afterAll(() => office.close())

  /** The inspector's first screen: figure by key. */
  async function day(): Promise<Record<string, number>> {
    const { rows } = await office.call<{ rows: DayRow[] }>(inspector, 'read-day')
    return Object.fromEntries(rows.map(({ key, count }) => [key, count]))
  }

  test('a notice runs with proof, an objection stops it, somebody else answers, its days go on, and it ends by itself', async () => {
    const [objected, quiet] = [await office.reached(), await office.reached()]
    const { noticeNo, period } = await office.publish([objected, quiet])
    const bare = await office.reached()
    await office.publish([bare])
    await db.ownerPool.pool.query('update casefile set related = true where case_no = $1', [quiet])
    const first = { running: 3, overdue: 0, unserved: 0, unproved: 2, related: 1, objections: 0 }
    expect(await day()).toEqual(first)
    expect(await refusal(office.prove(noticeNo, '2030-01-01'))).toMatch(/晚于今天/)
    expect(await office.prove(noticeNo)).toMatchObject({ cases: 2, toOn: period.toOn })
    expect(await refusal(office.object(noticeNo, bare))).toMatch(/没有这一户/)
    const said = await office.object(noticeNo, objected)
    expect(said.objectionNo).toMatch(/^YY-629901-2026-\d{6}$/)
    expect((await office.stepOf(objected)).state).toBe('paused')
    const second = await office.object(noticeNo, objected, { named: false, from: '', text: '还有一处商铺没有申报' })
    expect(await day()).toEqual({ ...first, unproved: 1, objections: 2 })
    const move = async (actor: Actor, command: string) =>
      refusal(
        office.call(actor, 'move-case', {
          params: { caseNo: objected },
          body: {
            step: 'notice_village',
            command,
            version: await office.versionOf(objected),
            reason: '试一试',
            record: { answer: '没有问题，继续' },
          },
        }),
      )
    expect(await move(clerk, 'close')).toMatch(/现在不能/)
    office.clock.advance(3 * DAY)
    expect(await refusal(office.answer(said.objectionNo, { outcome: 'rejected' }, clerk))).toMatch(/须由另一人/)
    expect(await refusal(office.answer(said.objectionNo, { outcome: 'rejected' }, leader))).toBe('done')
    expect((await office.stepOf(objected)).state).toBe('paused')
    const last = await office.answer(second.objectionNo, { outcome: 'rejected' })
    expect(last.followed).toMatch(/公示继续/)
    await db.ownerPool.pool.query(`update casefile set total_due_on = '2026-09-01' where case_no = $1`, [bare])
    expect(await day()).toEqual({ ...first, unproved: 1, overdue: 1 })
    await db.ownerPool.pool.query('update casefile set total_due_on = null where case_no = $1', [bare])
    expect(await office.stepOf(objected)).toEqual({ state: 'posted', due_on: '2026-10-01' })
    expect(await refusal(office.answer(said.objectionNo, { outcome: 'upheld' }))).toMatch(/已经答复/)
    office.clock.advance(4 * DAY)
    expect(today(office.clock)).toBe('2026-09-28')
    await office.closeOver()
    expect([(await office.stepOf(quiet)).state, (await office.stepOf(objected)).state]).toEqual(['posted', 'posted'])
    office.clock.advance(DAY)
    const { kept } = await office.closeOver()
    expect([(await office.stepOf(quiet)).state, (await office.stepOf(objected)).state]).toEqual(['done', 'posted'])
    expect(kept.find((each) => each.caseNo === bare)?.message).toMatch(/还没有登记张贴照片/)
    expect((await office.stepOf(quiet, 'approval')).state).toBe('open')
    office.clock.advance(3 * DAY)
    await office.closeOver()
    expect((await office.stepOf(objected)).state).toBe('done')
    const { notice } = await office.call<{ notice: { state: string; closed: number } }>(leader, 'open-notice', {
      params: { noticeNo },
    })
    expect(notice).toMatchObject({ state: 'closed', closed: 2 })
    expect(await refusal(office.object(noticeNo, objected))).toMatch(/已经结束/)
  })

  test('a photo dated back after the notice was over takes a reason, which stays beside it', async () => {
    const caseNo = await office.reached()
    const { noticeNo, period } = await office.publish([caseNo])
    office.clock.advance(9 * DAY)
    expect(await refusal(office.prove(noticeNo, period.fromOn))).toBe(
      `公示已于 ${chineseDate(period.toOn)} 期满，补登以前日期（${chineseDate(period.fromOn)}）的照片须写明为什么没有在公示期内登记，至少 4 个字`,
    )
    const lateReason = '村里断网，照片存在手机里'
    expect(await office.prove(noticeNo, period.fromOn, { lateReason })).toMatchObject({ cases: 1, toOn: period.toOn })
    const { postings } = await office.call<{ postings: { lateReason: string | null }[] }>(leader, 'open-notice', {
      params: { noticeNo },
    })
    expect(postings.map((each) => each.lateReason)).toEqual([lateReason])
  })

  test('an upheld objection takes the notice down for its case, which comes back on another notice', async () => {
    const caseNo = await office.reached()
    const { noticeNo } = await office.publish([caseNo])
    await office.prove(noticeNo)
    const { objectionNo } = await office.object(noticeNo, caseNo)
    expect(await refusal(office.answer(objectionNo, { outcome: 'upheld' }))).toMatch(/请选择退回到前面/)
    const opened = await office.call<{ reopen: { step: string }[]; from: string; officers: { userId: string }[] }>(
      leader,
      'open-objection',
      {
        params: { objectionNo },
      },
    )
    expect(opened.reopen.map(({ step }) => step)).toContain('visit')
    expect(opened.from).toBe('李检举')
    expect(opened.officers.map(({ userId }) => userId).sort()).toEqual(['clerk2', 'leader2'])
    await office.call(clerk, 'assign-objection', { params: { objectionNo }, body: { userId: 'clerk2' } })
    expect(await refusal(office.answer(objectionNo, { outcome: 'upheld', reopen: 'visit' }, leader))).toMatch(/已指派给/)
    await office.answer(objectionNo, { outcome: 'upheld', reopen: 'visit' })
    expect([(await office.stepOf(caseNo)).state, (await office.stepOf(caseNo, 'visit')).state]).toEqual(['waiting', 'open'])
    const { notice, lines } = await office.call<{ notice: { state: string }; lines: { state: string }[] }>(clerk, 'open-notice', {
      params: { noticeNo },
    })
    expect([notice.state, lines[0]?.state]).toEqual(['withdrawn', 'withdrawn'])
    await db.as(undefined, (tx) => walk(tx, caseNo, 'visit.complete sheet.assess opinion.agree leader.agree head.agree'))
    expect(await refusal(office.publish([caseNo]))).toMatch(/请另列再次公示单/)
    const again = await office.publish([caseNo], { stage: 'again' })
    const { stage } = await db.as(undefined, (tx) =>
      tx.one<{ stage: string }>('select stage from notice where notice_no = $1', [again.noticeNo]),
    )
    expect(stage).toBe('again')
  })

  test('the database itself refuses an answer by whoever handled the case, and a second answer', async () => {
    const caseNo = await office.reached()
    const { noticeNo } = await office.publish([caseNo])
    const { objectionNo } = await office.object(noticeNo, caseNo)
    const write = (by: string) =>
      refusal(
        withTransaction(db.pool, wholeScope('test'), (tx) =>
          tx.execute(
            `update case_objection set outcome = 'rejected', answered_by = $2, answered_at = now() where objection_no = $1`,
            [objectionNo, by],
          ),
        ),
      )
    expect(await write('head')).toMatch(/whoever handled the case/)
    expect(await write('clerk')).toMatch(/check|handled/)
    expect(await write('clerk2')).toBe('done')
    expect(await write('leader2')).toMatch(/is answered/)
  })

  test('a notice hung up late runs from the day it was hung up', async () => {
    const caseNo = await office.reached()
    const { noticeNo, period } = await office.publish([caseNo])
    office.clock.advance(2 * DAY)
    const { toOn } = await office.prove(noticeNo)
    expect(toOn > period.toOn).toBe(true)
    expect((await office.stepOf(caseNo)).due_on).toBe(toOn)
  })

  test('a report about a running case marks it, is kept from whoever handled it, and is answered by another', async () => {
    const caseNo = await office.reached()
    const statement = { named: true, from: '周举报', contact: '13900002222', text: '低保户家里开了一间小卖部' }
    const taken = await office.call<{ objectionNo: string; dueOn: string; followed: string }>(approver, 'take-complaint', {
      body: { kind: 'report', caseNo, statement },
    })
    expect(taken.objectionNo).toMatch(/^JB-/)
    expect(taken.followed).toMatch(/必须入户/)
    const { complained, sealed } = await db.as(undefined, (tx) =>
      tx.one<{ complained: boolean; sealed: Buffer }>(
        'select c.complained, o.sealed from casefile c join case_objection o on o.case_no = c.case_no where c.case_no = $1',
        [caseNo],
      ),
    )
    expect(complained).toBe(true)
    expect(sealed.toString('utf8')).not.toContain('周举报')
    const sight = (actor: Actor) =>
      office.call<{ from: string; refusal: string | null }>(actor, 'open-objection', {
        params: { objectionNo: taken.objectionNo },
      })
    expect(await sight(clerk)).toMatchObject({
      from: '（对原经办人员保密）',
      refusal: expect.stringContaining('未参与') as string,
    })
    expect(await sight(otherClerk)).toMatchObject({ from: '周举报', refusal: null })
    const view = await office.call<{ objections: { from: string; text: string }[] }>(assistant, 'open-case', {
      params: { caseNo },
    })
    expect(JSON.stringify(view.objections)).not.toMatch(/周举报|小卖部/)
    const open = await office.call<{ rows: { objectionNo: string; clock: { light: string } }[]; counts: { open: number } }>(
      leader,
      'list-objections',
      {
        query: { state: 'open', q: taken.objectionNo },
      },
    )
    expect(open.rows).toMatchObject([{ objectionNo: taken.objectionNo, clock: { light: 'green' } }])
    office.clock.advance(20 * DAY)
    const late = await office.call<{ rows: { clock: { light: string } }[]; total: number }>(leader, 'list-objections', {
      query: { state: 'overdue', q: taken.objectionNo },
    })
    expect(late).toMatchObject({ total: 1, rows: [{ clock: { light: 'red' } }] })
    expect((await office.answer(taken.objectionNo, { outcome: 'rejected' })).followed).toBe('已答复')
    expect(
      await refusal(office.call(clerk, 'take-complaint', { body: { kind: 'complaint', division: '629901002001', statement } })),
    ).toMatch(/辖区/)
    expect(await refusal(office.call(assistant, 'list-objections'))).toMatch(/没有这项权限/)
  })
})
