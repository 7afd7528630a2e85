import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays } from '#kernel/dates'
import { Desks, type Family } from './case-desk.ts'
import * as later from './case-steps.ts'
import * as round from './clean-up-steps.ts'
import { demoOf } from './demo.ts'
import * as first from './intake-steps.ts'
import { clear, commission } from './known-steps.ts'
import { refuse } from './refusal-steps.ts'

/**
 * A clean-up of a village with three recipients: one family is granted anew, one is refused, one does not apply and is settled by two
 * persons after the deadline. Whom the fictional district has there is known: its seed is.
 */
const village = '629901001002'
const known = { child: '', order: '', programme: 'rural', yearlyWage: '' } as const
const stays: Family = { ...known, applicant: '卯宁龙' }
const leaves: Family = { ...known, applicant: '辰凤财' }
const silent: Family = { ...known, applicant: '丁伟明' }

const demo = demoOf({ households: 24 })
let desks: Desks
let deadline = ''

/** What the page of intake says of the aid of a family. */
async function aid(family: Family): Promise<string> {
  const page = await desks.at('township')
  await page.goto(`/intake?q=${encodeURIComponent(family.applicant)}`)
  const found = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: family.applicant }) })
  return (await found.textContent()) ?? ''
}

beforeAll(() => {
  desks = new Desks(demo.browser, demo.world, stays)
  desks.sparing = true
  desks.passed = ['verification, commissioning', 'finding, second signature']
  desks.villageDesk = 'township'
})

afterAll(() => desks?.close())

describe('a clean-up of one village on the pages', () => {
  it('is started by the approver of the district; the list of its recipients is frozen', async () => {
    deadline = addDays(await desks.today('approver'), 60)
    const told = await round.start(desks, village, deadline)
    expect(told).toMatch(/冻结名单 3 户；已重新申请 0 户，已作出决定 0 户，原待遇已处理 0 户， 还有 3 户没有结果/)
    expect(told).toContain('到期未申请的，由工作人员逐户处理原待遇')
    const rows = await round.list(desks, 'township', 'open')
    expect(rows.map((row) => row.slice(0, 3)).sort()).toEqual([silent, stays, leaves].map(({ applicant }) => applicant).sort())
    for (const family of [stays, leaves]) expect(await aid(family)).toContain('列入“一个村的全面清理”，尚未重新申请')
  })

  it('has every family apply anew: what is known waits to be confirmed, nothing is copied', async () => {
    for (const [family, wage] of [
      [stays, undefined],
      [leaves, '300000'],
    ] as const) {
      desks.cases.set(family, await round.apply(desks.turnTo(family)))
      desks.turnTo(family)
      expect(await round.carriedOver(desks)).toMatch(/带出的内容还有 \d\d 项待与申请人核实/)
      expect(await round.complete(desks, wage)).toContain('申请内容已经填齐')
      expect(await round.carriedOver(desks)).toBe('')
      await first.sign(desks)
      await first.accept(desks)
      await commission(desks)
      expect(await aid(family)).toMatch(/在保 月保障金/)
    }
    expect(await round.progress(desks, 'approver')).toMatch(/已重新申请 2 户，已作出决定 0 户.*还有 3 户没有结果/)
  })

  it('has them verified, visited, deliberated and published anew while the old grants run on', async () => {
    for (const family of [stays, leaves]) {
      expect(await later.report(desks.turnTo(family))).toBe(family === leaves ? 1 : 0)
      if (family === leaves)
        await clear(desks, 'INC-3', { outcome: '属实', reason: '查看工资流水，收入属实', paper: '工资流水.png' })
      await later.conclude(desks)
      await later.visitHome(desks)
      await later.deliberate(desks)
      await later.hang(desks, 'village')
    }
    await later.wait(desks)
    for (const family of [stays, leaves]) expect(await later.takeDown(desks.turnTo(family), 'village')).toMatch(/期满/)
    expect(await later.assess(desks.turnTo(stays))).toContain('四项认定符合')
    await later.review(desks)
    expect(await later.assess(desks.turnTo(leaves), undefined, '有认定不符合')).toContain('有认定不符合')
    await later.review(desks, '收入超过标准，拟不予批准')
    expect(await aid(leaves)).toMatch(/在保 月保障金 300\.00 元/)
  })

  it('ends for one with a refusal, for the other with a new decision and its payment; the third is still paid as before', async () => {
    desks.turnTo(leaves)
    await desks.moveWithReason('township', '乡镇（街道）公示', '拟不予批准，不公示', '测评不符合，拟不予批准')
    const grounds = {
      facts: '家庭月人均收入高于低保标准',
      rule: '社会救助暂行办法 第九条',
      otherHelp: '',
      reason: '收入超过标准',
    }
    expect((await refuse(desks, grounds)).decision).toMatch(/不予确认/)
    // to the end of the month of the refusal
    expect(await aid(leaves)).toMatch(/在保 月保障金 300\.00 元/)
    desks.turnTo(stays)
    await later.notice(desks, 'township')
    await later.approve(desks)
    await later.notice(desks, 'district')
    expect(await aid(leaves)).toContain('已停保')
    expect(await aid(stays)).toMatch(/在保 月保障金/)
    const decision = await later.decide(desks)
    expect(decision).toMatch(/确认纳入.*每月金额1,320\.00 元（基本 1,273\.00，增发 47\.00）.*保障人数3 人/)
    const month = /起始月份(\d{4}-\d{2})/.exec(decision)?.[1] ?? ''
    await later.serve(desks)
    const roll = await later.pay(desks, month)
    expect(roll).toMatch(/丁伟明 原批准1300\.000\.00300\.00.*卯宁龙31,273\.0047\.001,320\.00/)
    expect(roll).not.toContain('辰凤财')
    expect(await round.progress(desks, 'approver')).toMatch(/已作出决定 2 户，原待遇已处理 0 户， 还有 1 户没有结果/)
  })

  it('leaves who did not apply to two persons after the deadline; nothing stops by itself, and the clean-up ends', async () => {
    desks.turnTo(silent)
    while ((await desks.today('approver')) <= deadline) await desks.pass('后七天', 'approver')
    const told = await round.progress(desks, 'approver')
    expect(told).toMatch(/已超过 \d+ 个工作日/)
    expect(await round.list(desks, 'townhead', 'open')).toEqual([expect.stringMatching(/^丁伟明.*未申请处理原待遇/)])
    expect(await aid(silent)).toMatch(/在保 月保障金 300\.00 元/)
    const row = await round.settle(desks, 'stopped', '到期没有申请，已上门核实', 'open')
    expect(row).toMatch(/^丁伟明.*停发（待决定）：到期没有申请，已上门核实（乡镇主要负责人） 看变动/)
    expect(await round.progress(desks, 'townhead')).toContain('还有 1 户没有结果（其中 1 户停发待决定）')
    expect(await aid(silent)).toMatch(/在保 月保障金 300\.00 元/)
    expect(await round.confirmStop(desks, '已核对，同意停发')).toMatch(/丁伟明户.*全面清理截止后没有重新申请：“一个村的全面清理”/)
    const [stopped] = await round.list(desks, 'townhead', 'settled')
    expect(stopped).toMatch(/^丁伟明.*停发：到期没有申请，已上门核实（乡镇主要负责人）/)
    const end = await round.progress(desks, 'approver')
    expect(end).toContain('全部 3 户已有结果，清理完成')
    expect(end).toMatch(/已重新申请 2 户，已作出决定 2 户，原待遇已处理 1 户， 还有 0 户没有结果/)
    // of three two applied: one granted, one refused, one settled, none left
    expect(end).toContain('乙丑街道32011010')
    await desks.pass('后三十天')
    expect(await aid(silent)).toContain('已停保')
    expect(await aid(stays)).toContain('在保')
    await desks.close()
    expect(desks.problems).toEqual([])
  })
})
