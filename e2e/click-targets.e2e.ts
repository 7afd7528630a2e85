import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleDraw } from '#casework/contract'
import { buildPages, follow } from './browser.ts'
import { fillIn, panel } from './case-desk.ts'
import { applicants, approving, type Name } from './click-cases.ts'
import { centreTasks } from './click-centre.ts'
import { madeIn, openRow, Stage, send, stateOf } from './click-stage.ts'
import { keyboardFlows } from './keyboard-flows.ts'

/**
 * How many clicks the daily tasks of each desk take from the page that opens after signing in, against what was set as their target. Cases
 * are brought to their step over HTTP; the task itself is done on the pages. Typing does not count.
 */
let stage: Stage
const walk = (name: Name) => stage.cases.walk(name)
const take: Stage['take'] = (...task) => stage.take(...task)

beforeAll(async () => {
  buildPages()
  stage = await Stage.begin()
})

afterAll(async () => {
  await stage?.end()
})

describe('the clerk of a township', () => {
  it('accepts a complete application, which commissions its verification by itself', async () => {
    await take('township', '受理材料齐全的申请', 6, async (page, clicks) => {
      await openRow(page, 'complete')
      await panel(page, '申请受理')
        .getByLabel(/登记检查的提示/)
        .check()
      await send(page, '申请受理')
      await page.getByText('已办：受理').waitFor()
      const before = await clicks()
      const view = await walk('complete').view()
      expect(stateOf(view, 'intake')).toBe('done')
      expect(view.records.some((record) => record.kind === 'commission')).toBe(true)
      stage.note('township', '送核对', 1, (await clicks()) - before)
    })
  })

  it('sends cases to be verified again, all at once', async () => {
    await take('township', '成批送核对', 3, async (page) => {
      await page.getByRole('button', { name: /^勾选全部“家庭经济状况核对”/ }).click()
      await page.getByRole('button', { name: /^成批“委托核对”/ }).click()
      await page.getByRole('button', { name: /^办理 \d+ 件$/ }).click()
      await page.getByText(/^已办 \d+ 件/).waitFor()
    })
    for (const name of ['again', 'disputed'] as const) expect(madeIn(await walk(name).view(), 'commission')).toBe(2)
  })

  it('writes the first opinion', async () => {
    await take('township', '签署初审意见', 3, async (page) => {
      await openRow(page, 'opinion')
      await fillIn(panel(page, '乡镇经办审核意见'), { 意见和理由: '情况属实，同意上报' })
      await send(page, '乡镇经办审核意见')
      await page.getByText('已办：签署意见').waitFor()
    })
    expect(stateOf(await walk('opinion').view(), 'opinion')).toBe('done')
  })

  it('returns an application for supplement with one list', async () => {
    await take('township', '一次性告知补正', 4, async (page) => {
      await openRow(page, 'gaps')
      await panel(page, '申请受理').getByRole('button', { name: '一次性告知补正' }).click()
      expect(await page.getByLabel('第 1 项缺少什么').inputValue()).toBe('签字材料')
      await send(page, '申请受理')
      await page.getByText('已办：一次性告知补正').waitFor()
    })
    const view = await walk('gaps').view()
    expect(stateOf(view, 'intake')).toBe('paused')
    const [list] = view.records.filter((record) => record.kind === 'missing_items')
    expect(JSON.stringify(list?.body)).toContain('尚未签字')
  })

  it('prints the whole file of a case', async () => {
    await take('township', '打印全档', 2, async (page) => {
      await openRow(page, 'hearing')
      await page.evaluate(() => {
        window.print = () => document.body.setAttribute('data-printed', 'yes')
      })
      await page.getByRole('button', { name: '打印全档' }).click()
      await page.locator('body[data-printed=yes]').waitFor()
      expect(await page.locator('details.part:not([open])').count()).toBe(0)
    })
  })

  // The clerk calls the session and writes down its vote, so the task is measured at the clerk's desk. To end the step after the vote
  // is one click more.
  it('holds a hearing', async () => {
    await take('township', '召开听证（评议）会', 5, async (page) => {
      await follow(page, '民主评议')
      await fillIn(page, { 评议日期: await stage.office.today(), 地点: '村委会', 主持人: '村主任' })
      await page.getByRole('button', { name: '抽取人员并召集' }).click()
      await page.getByRole('link', { name: applicants.hearing }).click()
      const form = panel(page, '民主评议（听证）').locator('.move-form')
      await form.getByRole('button', { name: '其余全部到会' }).click()
      const present = /到会 (\d+) 人/.exec((await form.textContent()) ?? '')?.[1] ?? ''
      await fillIn(form, { 同意: present, 不同意: '0', 评议结论: '经评议，家庭情况属实' })
      await form.locator('button[type=submit]').click()
      await page.getByText('已办：登记评议结果').waitFor()
    })
    const [session] = (await walk('hearing').view()).sessions
    expect(session?.outcome).toBe('passed')
  })
})

describe('the leader of a township', () => {
  it('sees why a case is late', async () => {
    await take('townleader', '看清为什么超期', 2, async (page) => {
      await follow(page, '全部案件')
      await page.getByRole('link', { name: applicants.approve1, exact: true }).click()
      const told = await page.getByRole('region', { name: '为什么超期' }).textContent()
      expect(told).toMatch(/超期 \d+ .*到期/)
      expect(told).toMatch(/等得最久的是“.+”，\d+ 天/)
    })
  })

  it('assigns a case', async () => {
    await take('townleader', '指派', 3, async (page) => {
      await openRow(page, 'leader1')
      await page.getByRole('button', { name: '指派', exact: true }).click()
      await page.getByRole('button', { name: /^我（/ }).click()
      await page.getByText(/^已指派给我/).waitFor()
    })
    const { counts } = await stage.office.ask<{ counts: { mine: number } }>('townleader', 'GET', '/api/tasks')
    expect(counts.mine).toBe(1)
  })

  it('signs one', async () => {
    await take('townleader', '签一件', 2, async (page) => {
      await openRow(page, 'leader1')
      await fillIn(panel(page, '分管领导审核'), { 意见和理由: '同意上报' })
      await send(page, '分管领导审核')
      await page.getByText('已办：签署意见').waitFor()
    })
    expect(stateOf(await walk('leader1').view(), 'leader')).toBe('done')
  })

  it('signs a checked batch, after its dry run', async () => {
    await take('townleader', '成批签署', 4, async (page) => {
      await page.getByRole('button', { name: /^勾选全部“分管领导审核”/ }).click()
      await page.getByRole('button', { name: /^成批“签署意见”（2 件）$/ }).click()
      await page.getByText('2 件可办，0 件不可办').waitFor()
      await page.getByRole('button', { name: '办理 2 件' }).click()
      await page.getByText('已办 2 件。').waitFor()
    })
    for (const name of ['leader2', 'opinion'] as const) expect(stateOf(await walk(name).view(), 'leader')).toBe('done')
  })
})

describe('the approver of the district', () => {
  it('draws the households to visit', async () => {
    await take('approver', '抽取入户抽查户', 3, async (page) => {
      await follow(page, '入户抽查')
      await page.getByRole('button', { name: '对 3 件抽签' }).click()
      await page.getByRole('button', { name: '对 0 件抽签' }).waitFor()
    })
    const { rows } = await stage.office.ask<{ rows: SampleDraw[] }>('approver', 'GET', '/api/samples')
    expect(rows.some((draw) => draw.cases.includes(walk('approve1').caseNo))).toBe(true)
  })

  /** A case at approval that was drawn for a visit, or that was not. */
  async function atApproval(sampled: boolean): Promise<Name> {
    for (const name of approving) {
      const view = await walk(name).view()
      if (view.head.sampled === sampled && stateOf(view, 'approval') === 'open') return name
    }
    throw new Error('no such case at approval')
  }

  it('compares a case with what the household got before, and approves it', async () => {
    const name = await atApproval(false)
    await take('approver', '与上年对比', 1, async (page) => {
      await openRow(page, name)
      await page.getByRole('region', { name: '与上次救助对比' }).getByText('这户以前没有救助记录').waitFor()
    })
    await take('approver', '同意', 3, async (page) => {
      await openRow(page, name)
      await panel(page, '区级审批').getByText(/^每月/).waitFor()
      await send(page, '区级审批')
      await page.getByText('已办：同意').waitFor()
    })
    expect(stateOf(await walk(name).view(), 'approval')).toBe('done')
  })

  it('returns a case with its reason', async () => {
    const name = await atApproval(true)
    await take('approver', '退回并说明理由', 4, async (page) => {
      await openRow(page, name)
      await panel(page, '区级审批').getByRole('button', { name: '退回', exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('入户调查', { exact: true }).check()
      await dialog.getByLabel('理由').fill('入户照片看不清，请补拍')
      await dialog.getByRole('button', { name: '退回', exact: true }).click()
      await page.getByText('已办：退回').waitFor()
    })
    expect(stateOf(await walk(name).view(), 'visit')).toBe('open')
  })

  it('issues a decision with its letter', async () => {
    await take('approver', '作出决定并出具通知书', 2, async (page) => {
      await openRow(page, 'decide')
      await panel(page, '决定与告知').getByText(/^每月/).waitFor()
      const letter = page.waitForEvent('download')
      await send(page, '决定与告知')
      expect((await letter).suggestedFilename()).toBe(`${walk('decide').caseNo}-确认通知书.pdf`)
    })
    const view = await walk('decide').view()
    expect(view.decisions).toHaveLength(1)
    expect(view.papers.some((paper) => paper.form === 'granted')).toBe(true)
  })
})

describe('the verification centre', () => centreTasks(() => stage))

describe('by keyboard alone', () => keyboardFlows(() => stage))
