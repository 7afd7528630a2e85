import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applicationOf, CaseWalk, steppingClock } from '#testkit/case-walk'
import { testDb } from '#testkit/db'
import { codeOf } from '#testkit/office'
import { type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import type { SheetView } from './contract/index.ts'

/** Whole cases by the actions the screens call, each step by its own desk, with real gateways; only the clock is moved. */
const minutes = 60_000

async function firstVillage(district: VerifiedDistrict): Promise<string> {
  const { code } = await district.db.as(undefined, (tx) =>
    tx.one<{ code: string }>(
      `select division_code as code from household where not incomplete and aid_from is not null and aid_to is null
       group by 1 order by count(*) desc, 1 limit 1`,
    ),
  )
  return code
}

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
      const [notice] = (await walk.view()).notices.slice(-1)
      clock.forward(2)
      const receipt = await walk.call<{ objectionNo: string }>('township_clerk', 'casework.register-objection', {
        params: { noticeNo: notice?.noticeNo },
        body: { caseNo: walk.caseNo, statement: { named: true, from: '邻居甲', text: '他家有一辆车' } },
      })
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
    },
    2 * minutes,
  )

  it(
    'a refusal: re-checked on objection, grounded and told with its remedies, then complained about',
    async () => {
      const walk = newWalk()
      await walk.accept(await walk.apply('庚新来', '54', 'urban', '9000'))
      const { records } = await walk.view()
      const commission = records.find((record) => record.kind === 'commission')
      await district.settled(String(commission?.body.campaignId))
      await district.news()
      const objected = { raisedBy: '庚新来', raisedOn: walk.today }
      await walk.move('verification.object', 'township_clerk', objected, { reason: '收入算多了' })
      expect(await walk.state('verification')).toBe('paused')
      await walk.verify()
      await walk.visit()
      await walk.deliberate(7)
      await walk.move('deliberation.pass')
      await walk.notice('village')
      const sheet = await walk.assess()
      expect(sheet.conclusion).toBe('ineligible')
      await walk.review()
      await walk.move('notice_township.pass-over', 'township_clerk', {}, { reason: '拟不予批准' })
      const approved = walk.move('approval.approve', 'district_approver', { text: '同意审核意见', explanation: '特殊情况' })
      expect(await codeOf(approved)).toBe('casework.not_held')
      await walk.call('district_approver', 'casework.draw-sample', { body: {} })
      const refusal = { facts: '家庭月人均收入高于低保标准', rule: '社会救助暂行办法 第九条' }
      expect(await codeOf(walk.move('approval.refuse', 'district_approver', refusal))).toBe('casework.reason_missing')
      await walk.move('approval.refuse', 'district_approver', refusal, { reason: '收入超过标准' })
      const { head, decisions } = await walk.view()
      expect(head.result).toBe('refused')
      expect(decisions).toMatchObject([{ result: 'refused', amount: 0 }])
      const statement = { named: true, from: '庚新来', text: '不服不予确认的决定' }
      const complaint = await walk.call<{ objectionNo: string; dueOn: string | null }>(
        'township_clerk',
        'casework.take-complaint',
        {
          body: { kind: 'complaint', caseNo: walk.caseNo, statement },
        },
      )
      expect(complaint.dueOn).not.toBeNull()
    },
    2 * minutes,
  )

  it(
    'a related-party case is marked by itself and visited by the district before approval',
    async () => {
      const walk = newWalk()
      const draft = await walk.apply('辛新来', '55', 'rural', '200')
      expect(draft.gaps).toEqual([])
      const kin = [
        { do: 'set', section: 'household', row: 'household', column: 'has_relatives', value: 'yes', seen: 'no' },
        { do: 'add', section: 'relatives', row: '+kin1' },
        ...Object.entries({ member: '+head', official: '甲干部', post: '村委会主任', relation: 'sibling' }).map(
          ([column, value]) => ({ do: 'set', section: 'relatives', row: '+kin1', column, value, seen: '' }),
        ),
      ]
      const params = { caseNo: walk.caseNo }
      await walk.call('township_clerk', 'casework.save-draft', { params, body: { changes: kin } })
      await walk.accept(draft)
      expect((await walk.view()).head.related).toBe(true)
      await upToSheet(walk)
      await walk.review()
      await walk.notice('township')
      const early = walk.move('approval.approve', 'district_approver', { text: '同意审核意见' })
      expect(await codeOf(early)).toBe('casework.need_missing')
      await walk.approve()
      expect(await walk.state('notice_district')).toBe('open')
    },
    2 * minutes,
  )

  it(
    'a clean-up of one village: the list is frozen, every recipient applies anew, the old grant runs on until decided',
    async () => {
      const made = await newWalk().call<{ cleanUpId: string; households: number }>(
        'district_approver',
        'casework.start-clean-up',
        {
          body: { label: '全面清理试点村', divisionCode: village, deadlineOn: '2027-06-30' },
        },
      )
      expect(made.households).toBeGreaterThan(0)
      const rows = await district.db.as(undefined, (tx) =>
        tx.query<{ household_no: string; aid_from: string | null }>(
          `select household_no, h.aid_from from clean_up_household c join household h using (household_no) where c.clean_up_id = $1 order by 1`,
          [made.cleanUpId],
        ),
      )
      expect(rows).toHaveLength(made.households)
      const walk = newWalk()
      const [first] = rows
      const draft = await walk.reapply(first?.household_no ?? '')
      expect(draft.gaps).toEqual([])
      expect((await walk.view()).head.origin).toBe('clean_up')
      await walk.accept(draft)
      const after = await district.db.as(undefined, (tx) =>
        tx.one<{ aid_from: string | null; aid_to: string | null }>(
          'select aid_from, aid_to from household where household_no = $1',
          [first?.household_no],
        ),
      )
      expect(after).toEqual({ aid_from: first?.aid_from, aid_to: null })
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
