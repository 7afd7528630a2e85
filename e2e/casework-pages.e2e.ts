import { beforeAll, describe, expect, it } from 'vitest'
import { enter, openTab, overflow, type Size, violations, visit } from './browser.ts'
import { cardOf, fillIn, photo } from './case-desk.ts'
import { demoOf } from './demo.ts'
import { clearPaidElsewhere, refuseGoLive, settleDouble, tellKept } from './go-live-steps.ts'
import { faultsAt, type State } from './page-states.ts'
import { HttpOffice, HttpWalk, type Stage, walkTo } from './walk-over-http.ts'

/** Every page of casework, for the roles that work on it: in an office without a case, with cases at many steps, and when the server fails. */
const demo = demoOf({ households: 40 })
let office: HttpOffice
const village = '629901001001'
const caseOf: Partial<Record<Stage, string>> = {}
const numbers = { notice: '', objection: '', roll: '', household: '' }

const names = ['丁新来', '买买提江·阿不都热依木', '欧阳长庚', '马冬梅', '李桂兰']

/** New families' cases, each walked to a step; the notice of one is objected to, the month of the decided one is put on rolls. */
async function seed(): Promise<void> {
  const stages: Stage[] = ['decided', 'approving', 'listed', 'posted', 'draft']
  for (const [k, stage] of stages.entries()) {
    const walk = new HttpWalk(office, village, await office.today())
    await walk.apply(names[k] ?? '', String(50 + k), 'rural', '300')
    await walkTo(walk, stage)
    caseOf[stage] = walk.caseNo
    if (stage === 'posted') {
      const [notice] = (await walk.view()).notices
      const receipt = await walk.call<{ objectionNo: string }>('township_clerk', 'casework.register-objection', {
        params: { noticeNo: notice?.noticeNo },
        body: { caseNo: walk.caseNo, statement: { named: true, from: '邻居甲', text: '他家在城里还有一套房子' } },
      })
      numbers.notice = notice?.noticeNo ?? ''
      numbers.objection = receipt.objectionNo
    }
  }
  const params = { month: (await office.today()).slice(0, 7) }
  const payer = new HttpWalk(office, village, await office.today())
  await payer.call('payment_officer', 'casework.make-payment-rolls', { params, body: {} })
  const { rows: rolls } = await payer.call<{ rows: { rollNo: string }[] }>('payment_officer', 'casework.list-payment-rolls', {
    params,
  })
  numbers.roll = rolls[0]?.rollNo ?? ''
  const { rows } = await payer.call<{ rows: { householdNo: string; aid: string }[] }>(
    'township_clerk',
    'casework.search-households',
    {
      query: { q: '丁' },
    },
  )
  numbers.household = rows.find(({ aid }) => aid === 'current')?.householdNo ?? ''
}

beforeAll(async () => {
  office = new HttpOffice(demo.world.url, demo.world.users)
})

/** What is wrong on the pages of some roles in a state. */
async function wrongFor(
  size: Size,
  pages: Readonly<Record<string, readonly string[]>>,
  state: State = 'typical',
): Promise<string[]> {
  const found: string[] = []
  for (const [account, addresses] of Object.entries(pages)) {
    found.push(
      ...(await faultsAt({ browser: demo.browser, url: demo.world.url, user: demo.user(account), size, state }, addresses)),
    )
  }
  return found
}

const lists = {
  township: ['/tasks', '/cases', '/intake', '/clean-up', '/deliberation', '/notices', '/standing-list', '/objections', '/scans'],
  approver: ['/tasks', '/samples', '/payments', '/accounts'],
  village: ['/tasks'],
  payment: ['/', '/payments'],
}

const both = ['desktop', 'phone'] as const

describe('an office without a case', () => {
  it.each(both)('has accessible pages that fit a %s', async (size) => {
    expect(await wrongFor(size, lists)).toEqual([])
  })

  it.each(both)('says on its pages what is missing when the server does not answer a %s', async (size) => {
    expect(await wrongFor(size, lists, 'error')).toEqual([])
  })

  it('offers every page of a clerk in its group, none of them cropped', async () => {
    for (const size of both) {
      const { page, context } = await openTab(demo.browser, demo.world.url, size)
      await enter({ page, context }, demo.user('township'))
      const menu = page.getByRole('button', { name: '菜单' })
      if (await menu.isVisible()) await menu.click()
      const { width } = page.viewportSize() ?? { width: 0 }
      const boxes: DOMRect[] = []
      const heads = page.locator('.nav-head')
      const groups = (await heads.first().isVisible()) ? await heads.all() : [undefined]
      for (const head of groups) {
        await head?.click()
        const shown = page.locator('.nav a:visible')
        boxes.push(...(await shown.evaluateAll((links) => links.map((link) => link.getBoundingClientRect().toJSON()))))
      }
      expect(boxes.length).toBeGreaterThan(12)
      for (const { left, right, height } of boxes) {
        expect(left).toBeGreaterThanOrEqual(0)
        expect(right).toBeLessThanOrEqual(width)
        expect(height).toBeGreaterThanOrEqual(44)
      }
      await page.keyboard.press('Escape')
      expect(await page.locator('.nav-head[aria-expanded="true"]').count()).toBe(0)
      await context.close()
    }
  })
})

describe('an office with cases at many steps', () => {
  beforeAll(seed)

  const cases = (...stages: Stage[]) => stages.map((stage) => `/cases/${caseOf[stage]}`)
  const details = () => ({
    township: [
      `/notices/${numbers.notice}`,
      `/objections/${numbers.objection}`,
      `/intake/${caseOf.draft}`,
      `/intake/${caseOf.draft}?part=proofs`,
      `/households/${numbers.household}`,
      ...cases('draft', 'listed', 'posted', 'decided'),
    ],
    approver: [`/payments/${numbers.roll}`, ...cases('approving', 'decided')],
    payment: [`/payments/${numbers.roll}`],
  })

  const all = () => ({
    township: [...lists.township, '/notices?state=posted', ...details().township],
    approver: [...lists.approver, ...details().approver],
    payment: [...lists.payment, ...details().payment],
    village: [...lists.village, '/deliberation', ...cases('posted')],
    centre: ['/tasks'],
  })

  it.each(both)('has accessible pages that fit a %s', async (size) => {
    expect(numbers.notice).not.toBe('')
    expect(numbers.roll).not.toBe('')
    expect(await wrongFor(size, all())).toEqual([])
  })

  it.each(both)('has pages on which nothing moves while they load on a %s', async (size) => {
    expect(await wrongFor(size, all(), 'slow')).toEqual([])
  })

  it.each(both)('says on a %s what is missing of a case, a notice, an objection or a roll that does not come', async (size) => {
    expect(await wrongFor(size, { ...details(), centre: ['/tasks'] }, 'error')).toEqual([])
  })

  it.each(both)('says on a %s that there is no such case, notice, objection or roll', async (size) => {
    const pages = {
      township: ['/cases/AJ1999000001', '/intake/AJ1999000001', '/notices/GS-629901-1999-000001', '/objections/YY1999000001'],
      approver: ['/payments/FF1999000001'],
    }
    expect(await wrongFor(size, pages)).toEqual([])
  })

  it('lets one person propose a go-live month and another refuse it', () => refuseGoLive(demo))

  it('holds back who was paid elsewhere until one person proposes what becomes of it and another confirms', () =>
    clearPaidElsewhere(demo, office, numbers.household))

  it('holds back who stands in two households until one person proposes what becomes of it and another confirms', () =>
    settleDouble(demo, office))

  it('tells on the page of an import what it left as it was', () => tellKept(demo, office, numbers.household))

  it('proposes on a household’s page to suspend its grant, and lets another person decide in the task centre', async () => {
    const { page, context, complaints } = await openTab(demo.browser, demo.world.url, 'phone')
    await enter({ page, context }, demo.user('township'))
    await visit(page, `/households/${numbers.household}`)
    const card = page.getByRole('region', { name: '保障待遇' })
    await card.getByRole('button', { name: '提出暂停发放、停止发放' }).click()
    await page.getByLabel('事由').selectOption('unreachable')
    await page.getByRole('button', { name: '提出', exact: true }).click()
    await page.getByText('请写明认定的事实，至少 8 个字').waitFor()
    expect([await violations(page), await overflow(page)]).toEqual([[], 0])
    await page.getByLabel('认定的事实（写入告知书）').fill('三次入户均无人，电话停机')
    await page.getByRole('button', { name: '提出', exact: true }).click()
    await card.getByText('待决定', { exact: true }).waitFor()
    await context.close()
    const second = await openTab(demo.browser, demo.world.url, 'phone')
    await enter(second, demo.user('approver'))
    await visit(second.page, '/tasks')
    await second.page.getByRole('button', { name: /^同意.*户的变动/ }).click()
    await second.page.getByLabel('同意的理由').fill('情况属实，暂停核实')
    expect([await violations(second.page), await overflow(second.page)]).toEqual([[], 0])
    await second.page.getByRole('button', { name: '同意，作出决定' }).click()
    const letters = second.page.getByRole('region', { name: /待送达的停发/ })
    expect(await letters.getByRole('link', { name: /打印告知书/ }).getAttribute('href')).toContain('/letter')
    expect([...complaints, ...second.complaints]).toEqual([])
    await second.context.close()
  })

  it('changes the account of a household by two persons: one asks with a photo, another types the number of the photo', async () => {
    const { page, context, complaints } = await openTab(demo.browser, demo.world.url, 'phone')
    const check = async (on = page) => expect([await violations(on), await overflow(on)]).toEqual([[], 0])
    const heading = page.getByRole('heading', { name: /的发放账户$/ })
    await enter({ page, context }, demo.user('township'))
    await visit(page, `/cases/${caseOf.decided}`)
    await page.locator('#application > summary').click()
    await page.getByRole('link', { name: /^\*+\d{4}$/ }).click()
    await heading.waitFor()
    await page.getByRole('button', { name: '提交，待另一人确认' }).click()
    await page.getByText('请上传存折或银行卡的照片').waitFor()
    await check()
    const form = page.getByRole('region', { name: '申请变更账户' })
    await fillIn(form, {
      账户户名: names[0] ?? '',
      开户银行: '甲子农商银行',
      账号: cardOf('88'),
      '变更原因（必填）': '原账户已销户',
    })
    await form.locator('input[type=file]').setInputFiles(photo)
    await form.getByText('照片.png').waitFor()
    await form.getByRole('button', { name: '提交，待另一人确认' }).click()
    await page.getByText('您申请了这项变更').waitFor()
    await check()
    await context.close()
    const second = await openTab(demo.browser, demo.world.url, 'phone')
    await enter(second, demo.user('approver'))
    await visit(second.page, '/tasks')
    await second.page.getByText('1 项发放账户的登记或变更等待您确认').getByRole('link', { name: '去确认' }).click()
    await second.page.getByRole('heading', { name: '等待确认 1 项' }).waitFor()
    await check(second.page)
    await second.page.getByRole('link', { name: names[0] ?? '' }).click()
    await second.page.getByRole('heading', { name: /的发放账户$/ }).waitFor()
    await second.page.getByLabel('对照证明材料再录一遍账号').fill(cardOf('89'))
    await second.page.getByRole('button', { name: '确认变更' }).click()
    await second.page.getByText('录入的账号与申请的不一致').waitFor()
    await check(second.page)
    await second.page.getByLabel('对照证明材料再录一遍账号').fill(cardOf('88'))
    await second.page.getByRole('button', { name: '确认变更' }).click()
    await second.page.getByText('已确认').waitFor()
    const now = second.page.getByRole('region', { name: '现登记的账户' })
    expect(await now.textContent()).toContain(`****${cardOf('88').slice(-4)}`)
    await check(second.page)
    expect([...complaints, ...second.complaints].filter((each) => !each.includes('422'))).toEqual([])
    await second.context.close()
  })

  it.each(both)('shows the sheet, the papers, the form of a refusal and the serving of a decision on a %s', async (size) => {
    const { page, context, complaints } = await openTab(demo.browser, demo.world.url, size)
    await enter({ page, context }, demo.user('approver'))
    const check = async () => expect([await violations(page), await overflow(page)]).toEqual([[], 0])
    await visit(page, `/cases/${caseOf.approving}`)
    await page.locator('#assessment > summary').click()
    await page.getByRole('heading', { name: '家庭收入' }).waitFor()
    await page.getByRole('button', { name: '不予批准' }).click()
    await page.getByLabel('认定的事实').waitFor()
    await check()
    await visit(page, `/cases/${caseOf.decided}`)
    await page.getByText('打印', { exact: true }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: '下载确认通知书' }).click()
    expect((await download).suggestedFilename()).toBe(`${caseOf.decided}-确认通知书.pdf`)
    await visit(page, `/cases/${caseOf.decided}`)
    await page.getByRole('button', { name: '登记送达', exact: true }).click()
    await page.getByLabel('送达方式').selectOption('left')
    await page.locator('dialog button.primary').click()
    await page.getByText('留置送达须有见证人，请填写姓名').waitFor()
    await check()
    expect(complaints).toEqual([])
    await context.close()
  })
})
