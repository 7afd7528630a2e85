import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { enter, openTab, overflow, type Size, settled, signIn, violations, visit } from './browser.ts'
import { demoOf } from './demo.ts'
import { faultsAt, type State, states } from './page-states.ts'

/** Every page in each of its states, at both sizes: no axe violation, no sideways scrolling; and the main path by keyboard alone. */
const demo = demoOf({ households: 60 })
let routes: readonly string[] = []

beforeAll(async () => {
  const { page, context } = await openTab(demo.browser, demo.world.url)
  await enter({ page, context }, demo.user('centre'))
  routes = await addresses(page)
  await context.close()
})

/** One address of every page, with ids that exist. */
async function addresses(page: Page): Promise<string[]> {
  const api = page.context().request
  const read = async (path: string) => (await api.get(path)).json()
  const households = await read('/api/households?limit=200')
  const reported = households.rows.find((row: { reportNo: string | null }) => row.reportNo !== null)
  const imports = await read('/api/imports')
  const quarantine = await read('/api/quarantine?severity=error&state=open')
  const townships = await read('/api/divisions?level=township')
  const importId = imports.rows[0]?.importId
  const rowId = quarantine.rows[0]?.rowId
  return [
    '/progress',
    `/progress?township=${townships.rows[0].code}`,
    '/missed',
    '/units',
    '/households',
    `/households/${households.rows[0].householdNo}`,
    `/reports/${reported.reportNo}`,
    '/imports',
    `/imports/${importId}`,
    `/quarantine/${rowId}`,
    '/quality',
    '/statistics',
    '/looks',
    '/check',
    '/nowhere',
  ]
}

const problemsOf = (size: Size, state: State): Promise<string[]> =>
  faultsAt({ browser: demo.browser, url: demo.world.url, user: demo.user('centre'), size, state }, routes)

describe.each(['desktop', 'phone'] as const)('on a %s', (size) => {
  it.each(states)('every page in its %s state is accessible, fits and holds still', async (state) => {
    expect(await problemsOf(size, state)).toEqual([])
  })

  it('the sign-in page is accessible, with and without a message', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url, size)
    await visit(page, '/sign-in')
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: '登录' }).click()
    await page.getByText('请输入口令').waitFor()
    expect(await violations(page)).toEqual([])
    await context.close()
  })
})

/** Buttons that open a window, on a household's page. */
const windows = ['重新核对本户', '中止', '终止', '登记异议', /^更正.*的登记$/, /^显示.*的号码$/] as const

describe('windows', () => {
  it('are accessible with their messages, close by Escape and give the focus back', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('centre'))
    const found: string[] = []
    const check = async (name: string | RegExp, address: string) => {
      await visit(page, address)
      const button = page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name }).first()
      await button.click()
      await page.locator('dialog button.primary').click()
      await page.locator('dialog .error-text').first().waitFor()
      for (const violation of await violations(page)) found.push(`${name}: ${violation}`)
      await page.keyboard.press('Escape')
      await page.locator('dialog').waitFor({ state: 'detached' })
      if (!(await button.evaluate((element) => element === document.activeElement))) found.push(`${name}: the focus is lost`)
    }
    await check('新建核对批次', '/progress')
    for (const name of windows) await check(name, routes.find((address) => address.startsWith('/households/')) ?? '')
    expect(found).toEqual([])
    await context.close()
  })
})

/** Presses Tab until the wanted element has the focus; throws when it never gets it. */
async function tabTo(page: Page, selector: string, most = 80): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return
  }
  throw new Error(`${selector} is not reached by keyboard`)
}

describe('a session that ended', () => {
  it('asks for the password over the page when a session ended, and keeps what was typed', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await page.goto('/intake?q=查无此人')
    const clerk = demo.user('township')
    await signIn(page, clerk)
    const name = page.getByLabel('申请人（户主）姓名')
    await name.fill('查无此人')
    await context.clearCookies()
    const send = page.getByRole('button', { name: '开立申请' })
    await send.click()
    const dialog = page.getByRole('dialog', { name: '登录已过期' })
    await settled(page)
    expect(await violations(page)).toEqual([])
    await dialog.getByLabel('口令').fill(clerk.password)
    await dialog.getByRole('button', { name: '登录并留在本页' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await name.inputValue()).toBe('查无此人')
    await send.click()
    await page.getByText('请选择申请人所在的村（社区）').first().waitFor()
    await context.close()
  })
})

describe('by keyboard alone', () => {
  it('signs in, finds a household, opens a finding and signs the form', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await visit(page, '/sign-in')
    await tabTo(page, 'input[name=account]')
    await page.keyboard.type(demo.user('centre').account)
    await page.keyboard.press('Tab')
    await page.keyboard.type(demo.user('centre').password)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: '核对', exact: true }).waitFor()
    await visit(page, '/households?finding=A')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('跳到正文')
    await tabTo(page, '.row-link')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '疑点处置' }).waitFor()
    await tabTo(page, '.finding-list button')
    await page.keyboard.press('Enter')
    await tabTo(page, 'input[name=outcome]')
    await page.keyboard.press('Space')
    await tabTo(page, 'textarea')
    await page.keyboard.type('入户核实过，情况属实。')
    await tabTo(page, 'form.sign button[type=submit]')
    await page.keyboard.press('Enter')
    await page.getByText('还差 1 项：').waitFor()
    await context.close()
  })

  it('finds a page by `/` and a household by Ctrl+K, arrows and Enter; on a phone by the button', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('centre'))
    await visit(page, '/units')
    await page.keyboard.press('/')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('一次正确率')
    await page
      .getByRole('dialog')
      .getByRole('link', { name: /数据质量/ })
      .waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '数据质量', level: 1 }).waitFor()
    const { rows } = await (await context.request.get('/api/households?limit=1')).json()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type(rows[0].householdNo)
    await page.getByRole('dialog').getByRole('region', { name: '家庭' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: `${rows[0].headName}户` }).waitFor()
    await context.close()
    const phone = await openTab(demo.browser, demo.world.url, 'phone')
    await enter(phone, demo.user('centre'))
    await phone.page.getByRole('button', { name: '搜索' }).click()
    await phone.page.getByLabel('页面、姓名、身份号码、户号或案号').fill(rows[0].householdNo)
    await phone.page.getByRole('region', { name: '家庭' }).getByRole('link').click()
    await phone.page.getByRole('heading', { name: `${rows[0].headName}户` }).waitFor()
    expect([await violations(phone.page), await overflow(phone.page)]).toEqual([[], 0])
    await phone.context.close()
  })

  it('shows a day in Chinese, and what has to be filled in, in a browser of another language', async () => {
    const context = await demo.browser.newContext({ locale: 'en-US', baseURL: demo.world.url })
    const page = await context.newPage()
    await enter({ page, context }, demo.user('centre'))
    await visit(page, '/progress')
    await page.getByRole('button', { name: '新建核对批次' }).click()
    await page.getByLabel('核对时点').fill('2026-09-30')
    await page.getByRole('dialog').getByText('2026年9月30日 星期三').waitFor()
    expect(await page.getByLabel('批次名称').getAttribute('required')).toBe('')
    await context.close()
  })

  it('shows where the focus is, everywhere on the way', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('centre'))
    await visit(page, '/households')
    const unseen: string[] = []
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press('Tab')
      const seen = await page.evaluate(() => {
        const element = document.activeElement
        if (element === null || element === document.body) return { shown: true, what: 'body' }
        const { outlineStyle, outlineWidth } = getComputedStyle(element)
        return { shown: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2, what: element.outerHTML.slice(0, 100) }
      })
      if (!seen.shown) unseen.push(seen.what)
    }
    expect(unseen).toEqual([])
    await context.close()
  })

  it('still works at 200 % zoom and at 320 px', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('centre'))
    const wide: string[] = []
    for (const width of [720, 320]) {
      await page.setViewportSize({ width, height: 640 })
      for (const address of routes) {
        await visit(page, address)
        const wider = await overflow(page)
        if (wider > 0) wide.push(`${address} at ${width} px: ${wider} px too wide`)
      }
    }
    expect(wide).toEqual([])
    await context.close()
  })
})
