import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { enter, openTab, overflow, type Size, violations, visit } from './browser.ts'
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
    '/mappings',
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
    await page.getByText('请输入密码').waitFor()
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

describe('by keyboard alone', () => {
  it('signs in, finds a household, opens a finding and signs the form', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await visit(page, '/sign-in')
    await tabTo(page, 'input[name=account]')
    await page.keyboard.type(demo.user('centre').account)
    await page.keyboard.press('Tab')
    await page.keyboard.type(demo.user('centre').password)
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: '家庭', exact: true }).waitFor()
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
