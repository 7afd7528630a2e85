import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chineseDate } from '#kernel/chinese-date'
import { addDays } from '#kernel/dates'
import { Desks, type Family, fillIn } from './case-desk.ts'
import * as later from './case-steps.ts'
import { demoOf } from './demo.ts'
import * as first from './intake-steps.ts'
import * as aside from './side-steps.ts'

/**
 * Three families of one village side by side, each from intake to its first payment: one whose notices are objected to, one whom the vote
 * fails twice, and a near relative of an official.
 */
const common = { programme: 'rural', yearlyWage: '3600' } as const
const objected: Family = { ...common, applicant: '戊新来', child: '戊小来', order: '71' }
const outvoted: Family = { ...common, applicant: '己新来', child: '己小来', order: '72' }
const related: Family = {
  ...common,
  applicant: '辛新来',
  child: '辛小来',
  order: '73',
  kin: { official: '甲干部', post: '甲子村委会主任', relation: 'sibling' },
}
const families = [objected, outvoted, related]

/** What the head was found to earn each month, laid over the sheet. */
async function earns(form: Locator): Promise<void> {
  await form.getByRole('button', { name: '增加推定收入' }).click()
  await fillIn(form, { '每月（元）': '100', 推定方法: '按打工天数核定', 依据条款: '参照包 收入核定' })
}

const demo = demoOf({ households: 40 })
let desks: Desks
let objectionNo = ''

beforeAll(() => {
  desks = new Desks(demo.browser, demo.world, objected)
  desks.sparing = true
})

afterAll(() => desks?.close())

describe('three families of one village on the pages', () => {
  it('apply; who is near to an official is marked by itself, and the filing is printed', async () => {
    for (const family of families) {
      desks.turnTo(family)
      desks.cases.set(family, await first.open(desks))
      desks.turnTo(family)
      expect(await first.write(desks)).toContain('申请内容已经填齐')
      expect(await first.sign(desks)).toBe(4)
      await first.accept(desks)
      const flags = (await (await desks.at('township')).getByRole('region', { name: '案件概要' }).textContent()) ?? ''
      expect(flags.includes('近亲属')).toBe(family === related)
    }
    const paper = await aside.paperText(desks, 'township', '近亲属备案表')
    expect(paper).toContain('近亲属享受低保备案表')
    expect(paper).toMatch(/甲干部.*甲子村委会主任/)
    expect(paper).toContain('辛新来的兄弟姐妹')
  })

  it('are verified and visited; the vote on one fails, and only a new investigation is offered', async () => {
    for (const family of families) {
      desks.turnTo(family)
      expect(await later.report(desks)).toBe(0)
      await later.conclude(desks)
      await later.visitHome(desks)
      await later.deliberate(desks, family !== outvoted)
    }
    desks.turnTo(outvoted)
    const { buttons } = await aside.offered(desks, 'township', '民主评议（听证）')
    expect(buttons[0]).toBe('评议未通过，重新调查')
    expect(buttons[1]).toMatch(/^评议未通过且有认定不符合.*现在不能办.*三项认定均未见不符合，评议未通过的应当重新调查/)
    expect(buttons.slice(2)).toEqual(['申请人撤回申请', '不配合调查，终止办理'])
    await desks.look(await desks.at('township'), 'vote failed')
    const head = await aside.offered(desks, 'townhead', '民主评议（听证）')
    expect(head.words).toContain('须先重新入户调查并再次评议')
  })

  it('is outvoted again after the new investigation; the head of the township overrules with the word of the district', async () => {
    desks.turnTo(outvoted)
    const again = '评议未通过，重新调查'
    await desks.moveWithReason('township', '民主评议（听证）', again, '评议未通过，重新入户核实')
    expect(await aside.track(desks)).toMatch(/入户调查办理中.*民主评议（听证）未到/)
    await later.visitHome(desks)
    await later.deliberate(desks, false)
    const { buttons } = await aside.offered(desks, 'township', '民主评议（听证）')
    expect(buttons[0]).toBe(again)
    await aside.overrule(desks)
    const page = await desks.openCase('townhead')
    const votes = (await page.locator('#deliberations').textContent()) ?? ''
    expect(votes.match(/未通过/g)?.length).toBeGreaterThanOrEqual(2)
    expect(votes).toContain('材料齐全，三项认定符合，予以认定')
    expect(await aside.track(desks)).toMatch(/民主评议（听证）办完村（社区）公示办理中/)
  })

  it('are published in the village; an objection stops the clock of one until somebody else has answered it', async () => {
    for (const family of families) await later.hang(desks.turnTo(family), 'village')
    desks.turnTo(objected)
    const [, year, month, day] = /(\d{4})年(\d+)月(\d+)日/.exec(await aside.noticeLine(desks)) ?? []
    const due = [year, month?.padStart(2, '0'), day?.padStart(2, '0')].join('-')
    const receipt = await aside.object(desks, '他家有一辆车')
    expect(receipt).toMatch(/已登记，回执号 YY.*该户公示停表，答复之前不能进入下一步。答复期限 \d{4}年\d+月\d+日/)
    objectionNo = /回执号 (\S+?)该户/.exec(receipt)?.[1] ?? ''
    expect(await aside.noticeLine(desks)).toContain('有异议，停表')
    await later.wait(desks)
    for (const family of [outvoted, related]) {
      expect(await later.takeDown(desks.turnTo(family), 'village')).toMatch(/期满.*2 人，金额待核算/)
    }
    desks.turnTo(objected)
    expect(await aside.track(desks)).toMatch(/村（社区）公示停表综合测评（3\+1）未到/)
    await desks.look(await desks.at('township'), 'notice objected to')
    const own = await aside.openObjection(desks, 'township', objectionNo)
    await own.getByText('您登记了这件反映，须由另一人答复。').waitFor()
    expect(await own.getByRole('heading', { name: '书面答复' }).count()).toBe(0)
    const text = '经核实车辆已经报废，异议不成立'
    expect(await aside.answer(desks, 'townleader', objectionNo, { text })).toMatch(/不成立.*经核实车辆已经报废，异议不成立/)
    const line = await aside.noticeLine(desks)
    expect(line).toContain('公示中')
    expect(line).toContain(chineseDate(addDays(due, 9)))
    const { words } = await aside.offered(desks, 'township', '村（社区）公示')
    expect(words).toContain('还不能“公示期满”：公示期最后一天过后才可以办结')
  })

  it('are assessed and reviewed; an upheld objection takes a notice down, and another amount is published again', async () => {
    for (const family of [outvoted, related]) {
      expect(await later.assess(desks.turnTo(family))).toMatch(/640\.00.*47\.00.*687\.00/)
      await later.review(desks)
      await later.hang(desks, 'township')
    }
    await later.wait(desks)
    for (const family of [outvoted, related]) {
      expect(await later.takeDown(desks.turnTo(family), 'township')).toMatch(/期满.*2 人，每月 687\.00 元/)
    }
    expect(await later.takeDown(desks.turnTo(objected), 'village')).toMatch(/期满/)
    expect(await later.assess(desks)).toMatch(/640\.00.*47\.00.*687\.00/)
    await later.review(desks)
    await later.hang(desks, 'township')
    const second = /回执号 (\S+?)该户/.exec(await aside.object(desks, '他在镇上打零工'))?.[1] ?? ''
    const leader = await aside.openObjection(desks, 'townleader', second)
    await leader.getByText(/您办理过该案的“分管领导审核—签署意见”，须由未参与原办理的人员答复/).waitFor()
    const answered = { text: '经核实每月打零工收入 100 元', reopen: '综合测评（3+1）' }
    expect(await aside.answer(desks, 'approver', second, answered)).toMatch(/成立.*经核实每月打零工收入 100 元/)
    const page = await desks.openCase('township')
    expect((await page.locator('#notices .record-card').last().textContent()) ?? '').toMatch(/已撤下.*每月 687\.00 元/)
    expect(await aside.track(desks)).toMatch(/综合测评（3\+1）办理中.*乡镇（街道）公示未到/)
    expect(await later.assess(desks, earns)).toMatch(/540\.00.*47\.00.*587\.00/)
    await later.review(desks)
    await later.hang(desks, 'township')
    const line = await aside.noticeLine(desks)
    expect(line).toContain('587.00')
    await (await desks.at('township')).getByText('乡镇（街道），再次公示').waitFor()
  })

  it('are approved; who is near to an official only after the district has visited', async () => {
    desks.turnTo(related)
    const { buttons, words } = await aside.offered(desks, 'approver', '区级审批')
    expect(words).toMatch(/^登记入户抽查/)
    expect(buttons).toContain('同意')
    expect(await aside.formOf(desks, 'approver', '区级审批', '同意')).toContain('属必查户而没有登记抽查结果')
    for (const family of [outvoted, related]) {
      await later.approve(desks.turnTo(family))
      await later.hang(desks, 'district')
    }
    await later.wait(desks, 'approver')
    for (const family of [outvoted, related]) {
      expect(await later.takeDown(desks.turnTo(family), 'district')).toMatch(/期满.*2 人，每月 687\.00 元/)
    }
    expect(await later.takeDown(desks.turnTo(objected), 'township')).toMatch(/期满.*2 人，每月 587\.00 元/)
    await later.approve(desks)
    await later.hang(desks, 'district')
    await later.wait(desks, 'approver')
    expect(await later.takeDown(desks, 'district')).toMatch(/期满.*2 人，每月 587\.00 元/)
    const paper = await aside.paperText(desks.turnTo(related), 'approver', '近亲属备案表')
    expect(paper).toMatch(/区甲、区乙.*与档案一致|与档案一致.*区甲、区乙/)
  })

  it('are granted, told and paid; every case is closed with its amount', async () => {
    let month = ''
    for (const family of families) {
      const decision = await later.decide(desks.turnTo(family))
      expect(decision).toContain(
        family === objected ? '587.00 元（基本 540.00，增发 47.00）' : '687.00 元（基本 640.00，增发 47.00）',
      )
      month = /起始月份(\d{4}-\d{2})/.exec(decision)?.[1] ?? ''
      expect(await later.serve(desks)).not.toContain('尚未告知')
    }
    const roll = await later.pay(desks, month, families.length)
    expect(roll).toMatch(/戊新来2540\.0047\.00587\.00/)
    for (const name of ['己新来', '辛新来']) expect(roll).toContain(`${name}2640.0047.00687.00`)
    for (const family of families) {
      const page = await desks.turnTo(family).openCase('township')
      await page.getByRole('region', { name: '案件概要' }).getByText('已纳入保障').waitFor()
    }
    await desks.close()
    expect(desks.problems).toEqual([])
  })
})
