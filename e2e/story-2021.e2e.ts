import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Desks, type Family } from './case-desk.ts'
import * as later from './case-steps.ts'
import { demoOf } from './demo.ts'
import * as first from './intake-steps.ts'
import * as known from './known-steps.ts'
import { refuse } from './refusal-steps.ts'
import { track } from './side-steps.ts'

/** Families under the procedure of 2021: verification beside the visit, one notice, a deliberation only when called for. */
const eligible: Family = { applicant: '丁新来', child: '丁小来', order: '61', programme: 'rural', yearlyWage: '3600' }
const doubted: Family = { applicant: '庚新来', child: '庚小来', order: '62', programme: 'rural', yearlyWage: '48000' }

const demo = demoOf({ households: 40, packId: 'reference-2021' })
let desks: Desks

beforeAll(() => {
  desks = new Desks(demo.browser, demo.world, eligible)
  desks.sparing = true
})

afterAll(() => desks?.close())

/** From nothing to a visit written down while the units are asked. */
async function upToVisit(family: Family): Promise<void> {
  desks.family = family
  desks.caseNo = await first.open(desks)
  expect(await first.write(desks)).toContain('申请内容已经填齐')
  await first.sign(desks)
  await first.accept(desks)
  expect(await track(desks)).toMatch(/家庭经济状况核对办理中.*入户调查办理中/)
  await later.visitHome(desks)
  expect(await track(desks)).toMatch(/家庭经济状况核对办理中.*入户调查办完/)
}

describe('an eligible family under the procedure of 2021', () => {
  it('is visited while its verification runs, and assessed without a deliberation', async () => {
    await upToVisit(eligible)
    expect(await later.report(desks)).toBe(0)
    await later.conclude(desks, '综合测评（3+1）')
    const sheet = await later.assess(desks)
    expect(sheet).toMatch(/民主评议 未启动.*本程序只在有异议或乡镇认为需要时评议，本件没有启动/)
    expect(sheet).toMatch(/2300\.00150\.00470\.00640\.0047\.00687\.00/)
    expect(sheet).toContain('政策包 reference-2021')
  })

  it('hangs on one notice, with its amount, after the review of the township', async () => {
    await later.review(desks)
    expect(await later.notice(desks, 'village')).toMatch(/期满.*丁新来，2 人，每月 687\.00 元.*1 张/)
    expect(await track(desks)).toMatch(/村（社区）公示办完.*区级审批办理中/)
  })

  it('is approved, granted, told and paid; every step is done, the deliberation was not called for', async () => {
    await later.approve(desks)
    const decision = await later.decide(desks)
    expect(decision).toMatch(/确认纳入.*687\.00 元（基本 640\.00，增发 47\.00）.*保障人数2 人/)
    expect(await later.serve(desks)).not.toContain('尚未告知')
    const month = /起始月份(\d{4}-\d{2})/.exec(decision)?.[1] ?? ''
    expect(await later.pay(desks, month)).toMatch(/丁新来2640\.0047\.00687\.00/)
    const steps = await track(desks)
    expect(steps.match(/办完/g)).toHaveLength(11)
    expect(steps).not.toMatch(/乡镇（街道）公示|区级公示|未到|办理中|公示中/)
  })
})

describe('a family whose income is doubted under the procedure of 2021', () => {
  it('is deliberated because the township calls for it', async () => {
    await upToVisit(doubted)
    expect(await later.report(desks)).toBe(1)
    await known.clear(desks, 'INC-3', { outcome: '属实', reason: '查看工资流水，收入属实', paper: '工资流水.png' })
    await later.conclude(desks, '综合测评（3+1）')
    await later.callForDeliberation(desks, '邻里反映收入与申报不符，需要评议')
    expect(await track(desks)).toMatch(/民主评议（听证）办理中.*综合测评（3\+1）未到/)
    await later.deliberate(desks)
    const sheet = await later.assess(desks, undefined, '有认定不符合')
    expect(sheet).toMatch(/家庭收入 不符合.*民主评议 符合.*24,000\.002,000\.00470\.00———/)
  })

  it('is refused by the district without a notice, with its remedies', async () => {
    await later.review(desks, '收入高于标准，建议不予确认')
    await desks.moveWithReason('township', '村（社区）公示', '拟不予批准，不公示', '测评不符合，拟不予确认')
    const { letter, decision } = await refuse(desks, {
      facts: '家庭月人均收入 2000 元，高于农村低保标准 470 元',
      rule: '社会救助暂行办法 第九条',
      otherHelp: '',
      reason: '收入超过标准',
    })
    expect(decision).toMatch(/不予确认.*尚未告知/)
    expect(letter).toContain('家庭月人均收入2000元，高于农村低保标准470元')
    expect(letter).toMatch(/60日内\S*申请行政复议，或者自收到本告知书之日起6个月内\S*提起行政诉讼/)
    await desks.close()
    expect(desks.problems).toEqual([])
  })
})
