import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { enter, openTab, overflow, type Size, signIn, violations, visit } from './browser.ts'
import { demoOf } from './demo.ts'
import { faultsAt, type State, states } from './page-states.ts'

/** The pages of administration: accessible and fitting in each state, and their main paths by hand. */
const demo = demoOf({ households: 60 })

const pages: Readonly<Record<string, readonly string[]>> = {
  admin: [
    '/background',
    '/users',
    '/users?state=awaiting',
    '/duty?township=629901001000',
    '/calendar?year=2026',
    '/calendar?year=2027',
    '/divisions',
    '/divisions?parent=629901001000',
    '/templates',
    '/templates/acceptance-notice',
    '/dictionary',
    '/data-standard',
    '/data-standard?class=C&sensitivity=identifier',
    '/data-standard?part=codes&q=vehicle_type',
    '/tables',
    '/password',
  ],
  security: ['/', '/users', '/proofs'],
  auditor: ['/', '/looks', '/looks?actor=demo-centre&from=2026-01-01T00:00:00Z&until=2036-01-01T00:00:00Z'],
  unit: ['/'],
  inspector: ['/'],
  leader: ['/'],
  centre: ['/exports'],
  township: ['/duty'],
}

async function problemsOf(size: Size, state: State): Promise<string[]> {
  const found: string[] = []
  for (const [account, addresses] of Object.entries(pages)) {
    found.push(
      ...(await faultsAt({ browser: demo.browser, url: demo.world.url, user: demo.user(account), size, state }, addresses)),
    )
  }
  return found
}

describe.each(['desktop', 'phone'] as const)('on a %s', (size) => {
  it.each(states)('every page in its %s state is accessible, fits and holds still', async (state) => {
    expect(await problemsOf(size, state)).toEqual([])
  })
})

/** Opens the window behind a button, sends it empty, and tells what axe finds with the messages shown. */
async function emptyWindow(page: Page, button: string | RegExp): Promise<string[]> {
  await page.getByRole('button', { name: button }).first().click()
  await page.locator('dialog button.primary').click()
  await page.locator('dialog .error-text').first().waitFor()
  const found = (await violations(page)).map((violation) => `${button}: ${violation}`)
  const wider = await overflow(page)
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
  return wider > 0 ? [...found, `${button}: ${wider} px too wide`] : found
}

describe('windows', () => {
  it.each(['desktop', 'phone'] as const)('are accessible with their messages on a %s', async (size) => {
    const { page, context } = await openTab(demo.browser, demo.world.url, size)
    await enter({ page, context }, demo.user('admin'))
    await visit(page, '/users')
    const found = [
      ...(await emptyWindow(page, '新建账号')),
      ...(await emptyWindow(page, /停用\s*审核人乙/)),
      ...(await emptyWindow(page, /重置口令\s*审核人乙/)),
    ]
    await visit(page, '/divisions?parent=629901001000')
    for (const button of [/^更名/, /^并入/, /^拆分/]) found.push(...(await emptyWindow(page, button)))
    expect(found).toEqual([])
    await context.close()
  })
})

describe('the way of an account', () => {
  it('from the system administrator over the security administrator to its owner', async () => {
    const admin = await openTab(demo.browser, demo.world.url)
    await enter(admin, demo.user('admin'))
    await visit(admin.page, '/users')
    await admin.page.getByRole('button', { name: '新建账号' }).click()
    const form = admin.page.getByRole('dialog')
    await form.getByLabel('账号').fill('newclerk')
    await form.getByLabel('姓名').fill('新经办')
    await form.getByLabel('岗位').selectOption('township_clerk')
    await form.getByLabel('辖区（乡镇、街道）').selectOption('629901001000')
    await form.getByLabel('理由').fill('新调入人员')
    await form.getByRole('button', { name: '新建' }).click()
    const notice = admin.page.locator('.notice.green')
    await notice.waitFor()
    const password = (await notice.locator('.strong').textContent()) ?? ''
    const security = await openTab(demo.browser, demo.world.url)
    await enter(security, demo.user('security'))
    await visit(security.page, '/users?state=awaiting')
    await security.page.getByRole('button', { name: /确认岗位\s*新经办/ }).click()
    await security.page.getByText('没有待确认的岗位和口令').waitFor()
    const owner = await openTab(demo.browser, demo.world.url)
    await signIn(owner.page, { account: 'newclerk', password })
    await owner.page.getByText('只在 24 小时内有效').waitFor()
    await visit(owner.page, '/tasks')
    await owner.page.getByText('只在 24 小时内有效').waitFor()
    await owner.page.getByLabel('现在的口令').fill(password)
    await owner.page.getByLabel('新口令', { exact: true }).fill('a-new-long-one')
    await owner.page.getByLabel('再输一次新口令').fill('a-new-long-one')
    await owner.page.getByRole('button', { name: '修改' }).click()
    await owner.page.getByText('口令已修改').waitFor()
    await owner.page.getByRole('link', { name: '进入系统' }).click()
    await owner.page.getByRole('heading', { name: '任务中心' }).waitFor()
    for (const tab of [admin, security, owner]) {
      expect(tab.complaints).toEqual([])
      await tab.context.close()
    }
  })
})

describe('a new password', () => {
  it('is asked for by the system administrator and confirmed by the security administrator', async () => {
    const admin = await openTab(demo.browser, demo.world.url)
    await enter(admin, demo.user('admin'))
    await visit(admin.page, '/users?q=approver2')
    await admin.page.getByRole('button', { name: /重置口令\s*审核人乙/ }).click()
    await admin.page.getByRole('dialog').getByLabel('理由').fill('本人忘记口令')
    await admin.page.getByRole('dialog').getByRole('button', { name: '重置' }).click()
    await admin.page.getByText('另一人在本页确认后才能使用').waitFor()
    expect(await violations(admin.page)).toEqual([])
    const security = await openTab(demo.browser, demo.world.url)
    await enter(security, demo.user('security'))
    await visit(security.page, '/users?q=approver2')
    expect(await violations(security.page)).toEqual([])
    await security.page.getByRole('button', { name: /不予重置\s*审核人乙/ }).click()
    await security.page.getByRole('dialog').getByLabel('理由').fill('未能与本人核实')
    await security.page.getByRole('dialog').getByRole('button', { name: '不予重置' }).click()
    await security.page.getByText('没有待确认的岗位和口令').waitFor()
    for (const tab of [admin, security]) {
      expect(tab.complaints).toEqual([])
      await tab.context.close()
    }
  })
})

describe('the calendar', () => {
  it('shows what a pasted notice would change, and keeps it', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('admin'))
    await visit(page, '/calendar?year=2028')
    await page.getByLabel('通知正文').fill('元旦：1月1日（周五）放假，共1天。')
    await page.getByRole('button', { name: '预览' }).click()
    await page.getByText('读不准').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByLabel('通知正文').fill('元旦：1月1日（周六）至3日（周一）放假，共3天。1月8日（周六）上班。')
    await page.getByRole('button', { name: '预览' }).click()
    await page.getByLabel('文号或名称').fill('国办发明电〔2027〕8号')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已保存为第 1 版').waitFor()
    await page.getByText('依据：国办发明电〔2027〕8号').waitFor()
    await context.close()
  })
})

describe('an export', () => {
  it('is asked for, written and downloaded', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('centre'))
    await visit(page, '/exports')
    await page.getByLabel('救助项目').selectOption('rural')
    await page.getByRole('button', { name: '导出', exact: true }).click()
    const link = page.getByRole('link', { name: /^下载/ }).first()
    await link.waitFor({ timeout: 60_000 })
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
    expect(download.suggestedFilename()).toMatch(/^家庭名册-\d{4}-\d{2}-\d{2}\.xlsx$/)
    expect(await violations(page)).toEqual([])
    await context.close()
  })
})
