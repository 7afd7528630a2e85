import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cardOf } from '#testkit/case-application'
import { Desks } from './case-desk.ts'
import * as later from './case-steps.ts'
import { demoOf } from './demo.ts'
import * as first from './intake-steps.ts'

/** An eligible rural family from intake to its first payment under the procedure of 2012, on the pages, every step at its own desk. */
const demo = demoOf({ households: 40 })
let desks: Desks

beforeAll(() => {
  desks = new Desks(demo.browser, demo.world, {
    applicant: '丁新来',
    child: '丁小来',
    order: '51',
    programme: 'rural',
    yearlyWage: '3600',
  })
})

afterAll(() => desks?.close())

describe('a rural family on the pages', () => {
  it('is searched for, written down, signed for and accepted', async () => {
    desks.caseNo = await first.open(desks)
    expect(desks.caseNo).toMatch(/^AJ\d+$/)
    expect(await first.write(desks)).toContain('申请内容已经填齐')
    expect(await first.sign(desks)).toBe(4)
    await first.accept(desks)
  })

  it('is verified by the member units without anybody asking, visited, and deliberated', async () => {
    expect(await later.report(desks)).toBe(0)
    expect(await later.findings(desks)).toContain('疑点')
    await later.conclude(desks)
    await later.visitHome(desks)
    await later.deliberate(desks)
    expect(await later.notice(desks, 'village')).toMatch(/期满.*丁新来，2 人，金额待核算.*1 张/)
  })

  it('is assessed, reviewed by three persons of the township, and approved by the district', async () => {
    expect(await later.assess(desks)).toMatch(/640\.00.*47\.00.*687\.00/)
    await later.review(desks)
    expect(await later.notice(desks, 'township')).toMatch(/期满.*丁新来，2 人，每月 687\.00 元/)
    await later.approve(desks)
    expect(await later.notice(desks, 'district')).toMatch(/期满.*丁新来，2 人，每月 687\.00 元/)
  })

  it('is granted, told, and paid from the month of the decision', async () => {
    const decision = await later.decide(desks)
    expect(decision).toMatch(/确认纳入.*687\.00 元（基本 640\.00，增发 47\.00）.*保障人数2 人/)
    expect(await later.serve(desks)).not.toContain('尚未告知')
    const month = /起始月份(\d{4}-\d{2})/.exec(decision)?.[1] ?? ''
    const roll = await later.pay(desks, month)
    const account = `\\*+${cardOf(desks.family.order).slice(-4)}`
    expect(roll).toMatch(
      new RegExp(`审核人.*确认.*丁新来2640\\.0047\\.00687\\.00丁新来${account}合计 1 户2640\\.0047\\.00687\\.00`),
    )
  })

  it('is shown as closed on the page of the case, with every step done', async () => {
    const page = await desks.openCase('township')
    const headline = page.getByRole('region', { name: '案件概要' })
    await headline.getByText('已纳入保障').waitFor()
    const track = (await page.getByRole('region', { name: /^办理进程/ }).textContent()) ?? ''
    expect(track.match(/办完/g)).toHaveLength(14)
    expect(track).not.toMatch(/未到|办理中|公示中/)
    await desks.inspect(page, 'case, closed')
    const trace = (await (await desks.openCase('village')).locator('#timeline').textContent()) ?? ''
    expect(trace).toContain('上级办理人员，区级')
    expect(trace).not.toContain('系统，')
    await desks.close()
    expect(desks.problems).toEqual([])
  })
})
