import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#platform/action'
import { applicationOf } from '#testkit/case-application'
import { CaseWalk, steppingClock } from '#testkit/case-walk'
import { testDb } from '#testkit/db'
import { codeOf } from '#testkit/office'
import { firstVillage, type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import type { DraftView, KinQuestion, SheetView } from './contract/index.ts'

/** Whole cases by the actions the screens call, each step by its own desk, with real gateways; only the clock is moved. */
const minutes = 60_000

/** From an accepted application to the sheet, in the order of 2012. */
async function upToSheet(walk: CaseWalk): Promise<SheetView> {
  await walk.verify()
  await walk.visit()
  await walk.deliberate(7)
  await walk.move('deliberation.pass')
  await walk.notice('village')
  return walk.assess()
}

async function fromReviewToPayment(walk: CaseWalk): Promise<void> {
  await walk.review()
  await walk.notice('township')
  await fromApprovalToPayment(walk)
}

async function fromApprovalToPayment(walk: CaseWalk): Promise<void> {
  await walk.approve()
  await walk.notice('district')
  await walk.move('decision.decide', 'district_approver', {})
  await walk.pay()
}

describe('the procedure of 2012', () => {
  let district: VerifiedDistrict
  let village = ''
  const clock = steppingClock()
  const newWalk = (): CaseWalk => new CaseWalk(district, clock, village)

  beforeAll(async () => {
    district = await verifiedDistrict(await testDb(), { households: 60, batchSize: 20, clock })
    village = await firstVillage(district)
  }, 2 * minutes)
  afterAll(() => district.close())

  it(
    'an eligible rural family in every step to its first payment',
    async () => {
      const walk = newWalk()
      await walk.accept(await walk.apply('丁新来', '51', 'rural', '300'))
      const sheet = await upToSheet(walk)
      expect(sheet.conclusion).toBe('eligible')
      expect(await codeOf(walk.move('approval.approve', 'district_approver', { text: '同意审核意见' }))).toBe('casework.not_now')
      await fromReviewToPayment(walk)
      const { head, decisions, moves, notices } = await walk.view()
      expect(head.result).toBe('granted')
      expect(decisions).toMatchObject([{ result: 'granted', persons: 2 }])
      expect(decisions[0]?.amount).toBe((decisions[0]?.base ?? 0) + (decisions[0]?.topUp ?? 0))
      expect(notices.map((notice) => notice.level)).toEqual(['village', 'township', 'district'])
      expect(moves.at(-1)).toMatchObject({ step: 'payment', command: 'pay' })
    },
    2 * minutes,
  )

  it(
    'a notice objected to: the clock stops, the next step is locked until another has answered, the days are added',
    async () => {
      const walk = newWalk()
      await walk.accept(await walk.apply('戊新来', '52', 'rural', '280'))
      await upToSheet(walk)
      await walk.review()
      await walk.publish('township')
      clock.forward(2)
      const receipt = await walk.object('他家有一辆车')
      expect(await walk.state('notice_township')).toBe('paused')
      clock.forward(20)
      expect(await codeOf(walk.close('township'))).toBe('casework.not_now')
      const answer = { answer: '经核实车辆已报废，异议不成立', outcome: 'rejected' }
      const params = { objectionNo: receipt.objectionNo }
      const same = walk.call('township_clerk', 'casework.answer-objection', { params, body: answer })
      expect(await codeOf(same)).not.toBe('done')
      const other = walk.who('district_approver', 'approver9')
      await walk.call(other, 'casework.answer-objection', { params, body: answer })
      expect(await walk.state('notice_township')).toBe('posted')
      expect(await codeOf(walk.close('township'))).toBe('casework.need_missing')
      clock.forward(8)
      await walk.close('township')
      expect(await walk.state('approval')).toBe('open')
      await fromApprovalToPayment(walk)
      expect((await walk.view()).head.result).toBe('granted')
    },
    2 * minutes,
  )

  it(
    'an objection upheld takes the notice down; assessed anew with another amount the case is published again',
    async () => {
      const walk = newWalk()
      await walk.accept(await walk.apply('癸新来', '58', 'rural', '300'))
      const before = await upToSheet(walk)
      await walk.review()
      await walk.publish('township')
      const { objectionNo } = await walk.object('他在镇上打零工，每月有收入')
      const body = { answer: '经核实每月打零工收入 100 元，异议成立', outcome: 'upheld', reopen: 'sheet' }
      await walk.call(walk.who('district_approver', 'approver9'), 'casework.answer-objection', { params: { objectionNo }, body })
      expect(await walk.state('notice_township')).toBe('waiting')
      expect(await walk.state('sheet')).toBe('open')
      const after = await walk.assess(10_000)
      expect(after.figures?.total).toBeLessThan(before.figures?.total ?? 0)
      await fromReviewToPayment(walk)
      const { head, decisions, notices } = await walk.view()
      expect(head.result).toBe('granted')
      expect(decisions).toMatchObject([{ result: 'granted', amount: after.figures?.total }])
      expect(notices.filter(({ level }) => level === 'township').map(({ state, amount }) => [state, amount])).toEqual([
        ['withdrawn', before.figures?.total],
        ['closed', after.figures?.total],
      ])
    },
    2 * minutes,
  )

  it(
    'a failed vote on a household that meets all tests is investigated again, never refused by the vote',
    async () => {
      const walk = newWalk()
      await walk.accept(await walk.apply('己新来', '53', 'rural', '250'))
      await walk.verify()
      await walk.visit()
      await walk.deliberate(1)
      expect(await codeOf(walk.move('deliberation.pass'))).toBe('casework.need_missing')
      const onward = walk.move('deliberation.go-on', 'township_clerk', {}, { reason: '群众不同意' })
      expect(await codeOf(onward)).toBe('casework.need_missing')
      expect(await codeOf(walk.deliberate(7))).toBe('casework.not-waiting')
      await walk.move('deliberation.reinvestigate', 'township_clerk', {}, { reason: '评议未通过，重新调查' })
      expect(await walk.state('visit')).toBe('open')
      await walk.visit()
      await walk.deliberate(1)
      const consulted = { with: '区民政局甲', on: walk.today, opinion: '材料齐全，三项符合，予以认定' }
      await walk.move('deliberation.overrule', 'township_head', consulted, { reason: '两次调查均属实' })
      expect(await walk.state('deliberation')).toBe('done')
      await walk.notice('village')
      const sheet = await walk.assess()
      expect(sheet.conclusion).toBe('eligible')
      expect(sheet.pillars.find(({ pillar }) => pillar === 'deliberation')).toMatchObject({ finding: 'met' })
      await fromReviewToPayment(walk)
      expect((await walk.view()).head.result).toBe('granted')
    },
    2 * minutes,
  )

  it(
    'limits are extended once by who may; a near relative by name is asked about before a body is drawn, and neither sits nor chairs',
    async () => {
      const walk = newWalk()
      await walk.accept(await walk.apply('庚新来', '59', 'rural', '250'))
      const { extendable, head } = await walk.view('district_approver')
      expect(extendable).toMatchObject([{ clock: 'total', most: 15, unit: 'working', mine: true, dueOn: head.total.dueOn }])
      const extend = (role: string, clock: string, days: number) => {
        const body = { clock, days, reason: '异地核对答复未到' }
        return walk.call<{ dueOn: string }>(role, 'casework.extend-clock', { params: { caseNo: walk.caseNo }, body })
      }
      expect(await codeOf(extend('township_head', 'total', 5))).toBe('casework.extension')
      expect(await codeOf(extend('district_approver', 'total', 16))).toBe('input.invalid')
      const { dueOn } = await extend('district_approver', 'total', 15)
      expect(dueOn > (head.total.dueOn ?? '')).toBe(true)
      expect((await walk.view()).head.total.dueOn).toBe(dueOn)
      expect(await codeOf(extend('district_approver', 'total', 1))).toBe('casework.extension')
      await walk.verify()
      const due = (await walk.view()).steps.find(({ step }) => step === 'visit')?.clock.dueOn ?? ''
      expect((await extend('township_head', 'visit', 5)).dueOn > due).toBe(true)
      expect((await walk.view()).records.filter(({ kind }) => kind === 'extension')).toHaveLength(2)
      await walk.visit()
      await walk.fillPool()
      const params = { caseNo: walk.caseNo }
      const file = (official: string) => {
        const body = { official, post: '别处的会计', relation: 'sibling', member: '庚新来', note: '本人申报' }
        return walk.call('township_clerk', 'casework.file-related', { params, body })
      }
      const questions = async (chair?: string) => {
        const asked = { params: { villageCode: village }, query: chair === undefined ? {} : { chair } }
        return (await walk.call<{ rows: KinQuestion[] }>('township_clerk', 'casework.read-kin-questions', asked)).rows
      }
      const answer = async (question: KinQuestion | undefined, isKin: boolean) => {
        const { key, name, relation } = question ?? {}
        const body = { key, name, relation, isKin, reason: '查验户口簿核实' }
        await walk.call('township_clerk', 'casework.answer-kin', { params, body })
      }
      await file('评议员甲')
      const [member] = await questions()
      expect(member).toMatchObject({ caseNo: walk.caseNo, name: '评议员甲', relation: '庚新来的兄弟姐妹' })
      expect(await codeOf(walk.deliberate(7))).toBe('casework.kin-unsure')
      await answer(member, true)
      await file('村主任')
      const [chair] = await questions('村主任')
      expect(chair).toMatchObject({ name: '村主任' })
      expect(await codeOf(walk.deliberate(7))).toBe('casework.kin-unsure')
      await answer(chair, true)
      expect(await codeOf(walk.deliberate(7))).toBe('casework.chair-kin')
      await answer(chair, false)
      await walk.deliberate(7)
      const [session] = (await walk.view()).sessions
      expect(session?.recused).toMatchObject([{ name: '评议员甲', relation: '庚新来的兄弟姐妹' }])
      expect(session?.drawn.map(({ name }) => name)).not.toContain('评议员甲')
      expect(session).toMatchObject({ outcome: 'passed' })
    },
    2 * minutes,
  )

  it('who is a member of another living household stops acceptance until a clerk has cleared it', async () => {
    const walk = newWalk()
    const draft = await walk.apply('辛新来', '62', 'rural', '250')
    expect(draft.doubles).toEqual([])
    const number = draft.draft.members[0]?.values.id_number ?? ''
    const planted = await district.db.ownerPool.pool.query(
      `update person set id_number_index = $1 where person_no = (
         select p.person_no from person p join household h using (household_no)
         where p.counted = 'yes' and h.aid_from is not null and h.aid_to is null and left(p.division_code, 9) <> left($2, 9) order by 1 limit 1)
       returning household_no, name`,
      [district.keys.blindIndex('id', number), village],
    )
    const [{ household_no: other, name }] = planted.rows
    const read = () => walk.call<DraftView>('township_clerk', 'casework.open-draft', { params: { caseNo: walk.caseNo } })
    const [double] = (await read()).doubles
    expect(double).toMatchObject({ name, cleared: null, where: expect.stringContaining('的一户家庭') })
    expect(JSON.stringify(double)).not.toContain(other)
    const refused = await walk.accept({ ...draft, doubles: [] }).catch((error: Error) => error.message)
    expect(refused).toContain(`${name}同时是`)
    const clear = (key: string) => {
      const body = { key, outcome: 'moved', reason: '户口簿显示已经迁出' }
      return walk.call('township_clerk', 'casework.clear-membership', { params: { caseNo: walk.caseNo }, body })
    }
    await clear(double?.key ?? '')
    expect((await read()).doubles).toMatchObject([{ cleared: { outcome: 'moved' } }])
    await walk.move('intake.accept', 'township_clerk', { warningsSeen: true })
    expect(await walk.state('intake')).toBe('done')
  })

  /** A family above the standard, from its application to the district's desk; its objection led to a re-check. */
  async function upToRefusal(name: string, order: string): Promise<CaseWalk> {
    const walk = newWalk()
    await walk.accept(await walk.apply(name, order, 'urban', '9000'))
    const { records } = await walk.view()
    const commission = records.find((record) => record.kind === 'commission')
    await district.settled(String(commission?.body.campaignId))
    await district.news()
    const objected = { raisedBy: name, raisedOn: walk.today }
    await walk.move('verification.object', 'township_clerk', objected, { reason: '收入算多了' })
    expect(await walk.state('verification')).toBe('paused')
    await walk.verify()
    await walk.visit()
    await walk.deliberate(7)
    await walk.move('deliberation.pass')
    await walk.notice('village')
    expect((await walk.assess()).conclusion).toBe('ineligible')
    await walk.review()
    await walk.move('notice_township.pass-over', 'township_clerk', {}, { reason: '拟不予批准' })
    return walk
  }

  const refusal = { facts: '家庭月人均收入高于低保标准', rule: '社会救助暂行办法 第九条' }

  /** The refused family complains at the counter of the township; gives the number of its receipt. */
  async function appeal(walk: CaseWalk): Promise<string> {
    await walk.move('approval.refuse', 'district_approver', refusal, { reason: '收入超过标准' })
    const statement = { named: true, from: '申请人', text: '不服不予确认的决定' }
    const taken = await walk.call<{ objectionNo: string; dueOn: string | null; followed: string }>(
      'township_clerk',
      'casework.take-complaint',
      { body: { kind: 'complaint', caseNo: walk.caseNo, statement } },
    )
    expect(taken).toMatchObject({ dueOn: expect.stringMatching(/^\d{4}-/), followed: '所涉案件已办结，已登记' })
    return taken.objectionNo
  }

  const answered = (walk: CaseWalk, by: string | Actor, objectionNo: string, outcome: string) =>
    walk.call<{ followed: string }>(by, 'casework.answer-objection', {
      params: { objectionNo },
      body: { outcome, answer: '调阅工资流水，核实后答复申请人' },
    })
  const reopened = (walk: CaseWalk, objectionNo: string) =>
    walk.call<{ caseNo: string }>('township_clerk', 'casework.open-after-appeal', {
      params: { objectionNo },
      body: { reason: '申诉成立：工资重复计算' },
    })

  it(
    'a refusal: re-checked on objection, grounded and told with its remedies; its appeal is upheld by somebody else of the district and leads to a new case',
    async () => {
      const walk = await upToRefusal('庚新来', '54')
      const approved = walk.move('approval.approve', 'district_approver', { text: '同意审核意见', explanation: '特殊情况' })
      expect(await codeOf(approved)).toBe('casework.not_held')
      await walk.call('district_approver', 'casework.draw-sample', { body: {} })
      expect(await codeOf(walk.move('approval.refuse', 'district_approver', refusal))).toBe('casework.reason_missing')
      const objectionNo = await appeal(walk)
      const { head, decisions } = await walk.view()
      expect(head.result).toBe('refused')
      expect(decisions).toMatchObject([{ result: 'refused', amount: 0 }])
      expect(await codeOf(reopened(walk, objectionNo))).toBe('casework.appeal')
      for (const involved of ['township_leader', 'township_clerk', 'district_approver']) {
        expect(await codeOf(answered(walk, involved, objectionNo, 'upheld'))).toBe('casework.answerer')
      }
      const other = walk.who('district_approver', 'approver9')
      expect((await answered(walk, other, objectionNo, 'upheld')).followed).toBe('申诉成立，可据此为该家庭重新开立案件')
      const { caseNo } = await reopened(walk, objectionNo)
      expect(await codeOf(reopened(walk, objectionNo))).toBe('casework.appeal')
      expect((await walk.view()).objections).toMatchObject([{ objectionNo, outcome: 'upheld', openedNo: caseNo }])
      const draft = await walk.call<DraftView>('township_clerk', 'casework.open-draft', { params: { caseNo } })
      expect(draft).toMatchObject({ householdNo: head.householdNo, editable: true, programme: 'urban' })
      expect(draft.draft.members.map((row) => row.values.name)).toEqual(['庚新来', '丁小来'])
      walk.caseNo = caseNo
      expect((await walk.view()).head).toMatchObject({ appealNo: objectionNo, result: null })
      expect(await walk.state('intake')).toBe('open')
    },
    2 * minutes,
  )

  it(
    'an appeal that is rejected: answered in writing, the remedies stand, and a new application is not its consequence',
    async () => {
      const walk = await upToRefusal('癸新来', '58')
      await walk.call('district_approver', 'casework.draw-sample', { body: {} })
      const objectionNo = await appeal(walk)
      const other = walk.who('district_approver', 'approver9')
      expect((await answered(walk, other, objectionNo, 'rejected')).followed).toBe('已答复')
      expect(await codeOf(reopened(walk, objectionNo))).toBe('casework.appeal')
      const view = await walk.call<{ answer: string; appeal: { remedies: string; openedNo: string | null } | null }>(
        'township_clerk',
        'casework.open-objection',
        { params: { objectionNo } },
      )
      expect(view).toMatchObject({ answer: '调阅工资流水，核实后答复申请人', appeal: { openedNo: null } })
      expect(view.appeal?.remedies).toMatch(/自收到告知书之日起 60 日内可以申请行政复议，6 个月内可以提起行政诉讼（.+）/)
      const { householdNo } = (await walk.view()).head
      const again = await walk.call<{ caseNo: string }>('township_clerk', 'casework.open', { body: { householdNo } })
      walk.caseNo = again.caseNo
      expect((await walk.view()).head).toMatchObject({ appealNo: null, origin: 'application' })
    },
    2 * minutes,
  )

  it('what is not handed in is told place by place; nothing is half done', async () => {
    const walk = newWalk()
    await walk.apply('壬新来', '56', 'rural', '200')
    expect(await codeOf(walk.move('intake.accept', 'township_clerk', { warningsSeen: true }))).not.toBe('done')
    expect((await walk.view()).head.householdNo).toBeNull()
    expect(applicationOf('57', '100').length).toBeGreaterThan(20)
  })
})

describe('the procedure of 2021', () => {
  let district: VerifiedDistrict
  let village = ''
  const clock = steppingClock()

  beforeAll(async () => {
    district = await verifiedDistrict(await testDb(), { households: 40, batchSize: 20, clock, packId: 'reference-2021' })
    village = await firstVillage(district)
  }, 2 * minutes)
  afterAll(() => district.close())

  it(
    'verification beside the visit, one notice, no deliberation unless called for',
    async () => {
      const walk = new CaseWalk(district, clock, village)
      await walk.accept(await walk.apply('丁新来', '61', 'rural', '150'))
      const { head, records } = await walk.view()
      await district.settled(String(records.find((record) => record.kind === 'commission')?.body.campaignId))
      await district.news()
      expect((await walk.view()).moves.at(-1)).toMatchObject({ step: 'verification', command: 'report' })
      const interview = { kind: 'neighbour', who: '邻居甲', relation: '邻居', on: walk.today, statement: '家里人少，收入不多' }
      const typedBefore = (record: object) =>
        walk.call('township_clerk', 'casework.move-case', {
          params: { caseNo: walk.caseNo },
          body: { step: 'visit', command: 'interview', version: head.version, record },
        })
      expect(await codeOf(typedBefore(interview))).toBe('done')
      expect(await codeOf(typedBefore(interview))).toBe('casework.changed')
      await walk.visit()
      await walk.verify()
      expect(await walk.state('deliberation')).toBe('idle')
      await walk.assess()
      await walk.review()
      await walk.notice('village')
      await walk.approve()
      await walk.move('decision.decide', 'district_approver', {})
      await walk.pay()
      expect((await walk.view()).head.result).toBe('granted')
    },
    2 * minutes,
  )
})
