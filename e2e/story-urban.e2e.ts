import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Desks, type Family } from './case-desk.ts'
import * as later from './case-steps.ts'
import { demoOf } from './demo.ts'
import * as first from './intake-steps.ts'
import * as known from './known-steps.ts'
import * as against from './refusal-steps.ts'
import { track } from './side-steps.ts'

/** Urban families under the procedure of 2012, on the pages, every step at its own desk. */
const alone: Family = { applicant: '', child: '', order: '', programme: 'urban', yearlyWage: '4800' }
const wealthy: Family = { applicant: '庚新来', child: '庚小来', order: '54', programme: 'urban', yearlyWage: '108000' }

const demo = demoOf({ households: 60 })
let desks: Desks

beforeAll(() => {
  desks = new Desks(demo.browser, demo.world, alone)
  desks.sparing = true
})

afterAll(() => desks?.close())

describe('an urban household whose car was found and is scrapped', () => {
  it('is found by the filters of the list, applies anew, and is accepted', async () => {
    const { name, householdNo } = await known.findDoubted(desks, 'VEH-1')
    alone.applicant = name
    desks.caseNo = await known.reapply(desks, householdNo)
    expect(await known.confirmKnown(desks)).toContain('申请内容已经填齐')
    await first.sign(desks)
    await first.accept(desks)
    await known.commission(desks)
  })

  it('is told of the car the police register has, says it was scrapped, and two persons of the centre clear it', async () => {
    expect(await later.report(desks)).toBe(1)
    const told = await known.explain(desks, '面包车 2024 年已送报废厂拆解，有回收证明')
    expect(told).toContain('面包车 2024 年已送报废厂拆解，有回收证明')
    expect(await later.findings(desks)).toMatch(/VEH-1 名下有机动车.*名下有非营运机动车.*申报车辆未申报.*公安 机动车/)
    const cleared = await known.clear(desks, 'VEH-1', {
      outcome: '不属实',
      reason: '该车已报废：查看报废机动车回收证明，车已拆解',
      paper: '报废车回收证明.png',
    })
    expect(cleared).toMatch(/不属实.*该车已报废：查看报废机动车回收证明，车已拆解.*核对证据原件，同意/)
    await later.end(desks)
  })

  it('is visited and deliberated; the sheet shows the car as found and cleared, and does not refuse for it', async () => {
    await later.visitHome(desks)
    await later.deliberate(desks)
    await later.notice(desks, 'village')
    const sheet = await later.assess(desks)
    expect(sheet).toMatch(/城市低保.*家庭财产 符合.*核定机动车0 辆/)
    expect(sheet).toMatch(/名下有机动车：.*名下有非营运机动车.*公安 机动车，疑点 VEH-1（A 类）（《最低生活保障审核确认办法》/)
    expect(sheet).toContain('已处置：不属实，该车已报废：查看报废机动车回收证明，车已拆解')
    expect(sheet).toMatch(/公安 机动车记录 JD\d+ 经核实不属实，未计入财产/)
    expect(sheet).toMatch(/1400\.00400\.00720\.00320\.000\.00320\.00/)
  })

  it('is granted the shortfall to the fen, told, and paid', async () => {
    await later.review(desks)
    expect(await later.notice(desks, 'township')).toContain(`${alone.applicant}，1 人，每月 320.00 元`)
    await later.approve(desks)
    expect(await later.notice(desks, 'district')).toContain(`${alone.applicant}，1 人，每月 320.00 元`)
    const decision = await later.decide(desks)
    expect(decision).toMatch(/确认纳入.*320\.00 元（基本 320\.00，增发 0\.00）.*保障人数1 人/)
    expect(await later.serve(desks)).not.toContain('尚未告知')
    const month = /起始月份(\d{4}-\d{2})/.exec(decision)?.[1] ?? ''
    expect(await later.pay(desks, month)).toMatch(new RegExp(`${alone.applicant}1320\\.000\\.00320\\.00`))
    expect(await track(desks)).not.toMatch(/未到|办理中|公示中/)
  })
})

describe('an urban family above the standard', () => {
  it('objects to what the verification found: the units are asked anew, and a new report ends the re-check', async () => {
    desks.family = wealthy
    desks.caseNo = await first.open(desks)
    await first.write(desks)
    await first.sign(desks)
    await first.accept(desks)
    expect(await later.report(desks)).toBe(1)
    const { old, renewed, trace } = await against.objectToResult(desks, '收入算多了，请重新核对')
    expect(trace).toContain('对核对结果有异议')
    expect(trace).toContain('收入算多了，请重新核对')
    expect(old).toMatch(/\S{8}/)
    expect(renewed).not.toBe(old)
    expect(await later.findings(desks)).toMatch(/INC-3.*核定人均月收入 4500\.00 元，不低于低保标准 720\.00 元/)
    await known.clear(desks, 'INC-3', { outcome: '属实', reason: '查看工资流水，收入属实', paper: '工资流水.png' })
    await later.conclude(desks)
  })

  it('is found ineligible by the sheet and refused by the district, with facts, clause and remedies in its letter', async () => {
    await later.visitHome(desks)
    await later.deliberate(desks)
    await later.notice(desks, 'village')
    const sheet = await later.assess(desks, undefined, '有认定不符合')
    expect(sheet).toMatch(/家庭收入 不符合.*29,000\.004,500\.00720\.00———/)
    await later.review(desks, '收入高于标准，建议不予批准')
    await desks.moveWithReason('township', '乡镇（街道）公示', '拟不予批准，不公示', '测评不符合，拟不予批准')
    const { letter, decision, headline, offered } = await against.refuse(desks, {
      facts: '家庭月人均收入 4500 元，高于城市低保标准 720 元',
      rule: '社会救助暂行办法 第九条',
      otherHelp: '可以申请临时救助',
      reason: '收入超过标准',
    })
    expect(offered).toMatch(/^家庭收入：.*标准[\s\S]*\|\S+/)
    expect(headline).toMatch(/^不予批准/)
    expect(decision).toMatch(/不予确认.*BY2026\d{6}.*尚未告知/)
    expect(letter).toContain('不予确认告知书')
    expect(letter).toContain('家庭月人均收入4500元，高于城市低保标准720元')
    expect(letter).toContain('社会救助暂行办法第九条')
    expect(letter).toContain('可以申请临时救助')
    expect(letter).toMatch(
      /自收到本告知书之日起60日内向\S*人民政府申请行政复议，或者自收到本告知书之日起6个月内向\S*法院提起行政诉讼/,
    )
    expect(await later.serve(desks)).not.toContain('尚未告知')
  })

  it('appeals at the counter; whoever took part may not answer; another of the district upholds it in writing', async () => {
    const receipt = await against.appeal(desks, '不服不予确认的决定：去年的工资不是每月都有')
    expect(receipt).toMatch(/回执号 TS-629901-2026-\d{6}所涉案件已办结，已登记。答复期限 \d{4}年\d+月\d+日/)
    const appealNo = /TS-629901-2026-\d{6}/.exec(receipt)?.[0] ?? ''
    expect(await against.barredFrom(desks, 'approver', appealNo)).toContain('您办理过该案的“区级审批—不予批准”')
    expect(await against.barredFrom(desks, 'townleader', appealNo)).toContain('对区级决定的申诉，由区级未参与该案的人员答复')
    const answered = await against.uphold(desks, 'approver2', appealNo, '调阅工资流水，实领工资低于申报，重新受理')
    expect(answered).toMatch(/成立 审核人乙.*调阅工资流水，实领工资低于申报，重新受理/)
    expect(answered).toMatch(/自收到告知书之日起 60 日内可以申请行政复议，6 个月内可以提起行政诉讼/)
    const refused = desks.caseNo
    desks.caseNo = await against.openAgain(desks, appealNo, '申诉成立：按实领工资重新认定')
    const page = await desks.openCase('township')
    const headline = (await page.getByRole('region', { name: '案件概要' }).textContent()) ?? ''
    expect(headline).toContain(`申诉成立后重新开立，${appealNo}`)
    expect(await track(desks)).toMatch(/申请受理办理中.*家庭经济状况核对未到/)
    const again = desks.caseNo
    desks.caseNo = refused
    await desks.openCase('township')
    const told = (await page.locator('#objections').textContent()) ?? ''
    expect(told).toMatch(/成立.*答复：调阅工资流水，实领工资低于申报，重新受理/)
    expect(told).toContain(`已据此重新开立案件 ${again}`)
    await desks.close()
    expect(desks.problems).toEqual([])
  })
})
