import type { Page, Request } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { firstAsks } from '../apps/web/first-asks.ts'
import { enter, openTab, settled, type Tab, visit } from './browser.ts'
import { demoOf } from './demo.ts'

/**
 * What is asked before a page is drawn is asked once, and taken by the page: what is read of persons is a look that the journal keeps, and a
 * refusal is counted.
 */
const demo = demoOf({ households: 40 })
let caseNo = ''
let householdNo = ''

const headers = { 'x-requested-with': 'yingbao' }

beforeAll(async () => {
  const { page, context } = await openTab(demo.browser, demo.world.url)
  await enter({ page, context }, demo.user('township'))
  const { rows } = await (await page.request.get('/api/households?limit=1')).json()
  householdNo = rows[0].householdNo
  const opened = await page.request.post('/api/cases', { headers, data: { householdNo, origin: 'application' } })
  caseNo = (await opened.json()).caseNo
  await context.close()
})

async function signedIn(account: string): Promise<Tab> {
  const tab = await openTab(demo.browser, demo.world.url)
  await enter(tab, demo.user(account))
  await settled(tab.page)
  return tab
}

/** What a page asks of the server while something is done, in the order in which it begins. */
async function asksWhile(page: Page, act: () => Promise<unknown>): Promise<string[]> {
  const asked: string[] = []
  const note = (request: Request) => {
    const { pathname, search } = new URL(request.url())
    if (pathname.startsWith('/api/')) asked.push(pathname + search)
  }
  page.on('request', note)
  await act()
  await settled(page)
  page.off('request', note)
  return asked
}

const timesOf = (asked: readonly string[], address: string): number => asked.filter((each) => each === address).length

/** Goes to another address as a link does, without a new document. */
const moveTo = (page: Page, address: string) => page.evaluate((to) => window.history.pushState({}, '', to), address)

/** Whoever begins with these pages, and somebody whose page is refused all it asks. */
const accounts = ['township', 'approver', 'centre', 'payment']

describe.each(Object.entries(firstAsks))('the document of %s', (page, asks) => {
  const withCase = (address: string) => address.replace('$caseNo', caseNo)

  it.each(accounts)('asks for %s what the page asks, and once', async (account) => {
    const tab = await signedIn(account)
    const expected = ['/api/session', ...asks.map(withCase)]
    const asked = await asksWhile(tab.page, () => visit(tab.page, withCase(page)))
    const named = await tab.page.locator('link[as=fetch]').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
    expect(named).toEqual(expected)
    expect(expected.filter((address) => timesOf(asked, address) !== 1)).toEqual([])
    // without the document's help the page asks the same
    await visit(tab.page, '/password')
    const alone = await asksWhile(tab.page, () => moveTo(tab.page, withCase(page)))
    expect(asks.map(withCase).filter((address) => timesOf(alone, address) !== 1)).toEqual([])
    await tab.context.close()
  })
})

/** How many looks of a demo user the journal has. */
async function looksOf(account: string): Promise<number> {
  const { page, context } = await signedIn('auditor')
  const query = new URLSearchParams({ from: '2000-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' })
  const { total } = await (await page.request.get(`/api/journal/actors/demo-${account}?${query}`)).json()
  await context.close()
  return total
}

describe('a case', () => {
  const both = () => [`/api/cases/${caseNo}`, `/api/registry/households/${householdNo}`]

  it('and its household are looked at once each when its page is opened', async () => {
    const { page, context } = await signedIn('township')
    const before = await looksOf('township')
    const asked = await asksWhile(page, () => visit(page, `/cases/${caseNo}`))
    expect(both().map((address) => timesOf(asked, address))).toEqual([1, 1])
    expect((await looksOf('township')) - before).toBe(2)
    await context.close()
  })

  it('is not asked for by a pointer that rests on its link, and once by the click', async () => {
    const { page, context } = await signedIn('township')
    await visit(page, '/cases')
    const link = page.locator(`a[href="/cases/${caseNo}"]`).first()
    const resting = await asksWhile(page, async () => {
      await link.hover()
      await page.waitForTimeout(300)
    })
    expect(both().map((address) => timesOf(resting, address))).toEqual([0, 0])
    const asked = await asksWhile(page, async () => {
      await link.click()
      await page.getByRole('heading', { name: '申请与成员' }).waitFor()
    })
    expect(both().map((address) => timesOf(asked, address))).toEqual([1, 1])
    // within the page nothing is looked at anew
    const within = await asksWhile(page, () => page.getByRole('link', { name: '留痕' }).click())
    expect(within).toEqual([])
    await context.close()
  })

  it('that is refused is refused once, and says so; so is its household', async () => {
    const { page, context } = await signedIn('township')
    const refused = { status: 403, json: { code: 'scope.denied', message: '不在您的辖区内。', details: {} } }
    await page.route(`**${both()[1]}`, (route) => route.fulfill(refused))
    const first = await asksWhile(page, () => visit(page, `/cases/${caseNo}`))
    expect(both().map((address) => timesOf(first, address))).toEqual([1, 1])
    expect(await page.locator('#application').getByText('不在您的辖区内。').count()).toBe(1)
    await page.route(`**${both()[0]}`, (route) => route.fulfill(refused))
    const second = await asksWhile(page, () => visit(page, `/cases/${caseNo}`))
    expect(both().map((address) => timesOf(second, address))).toEqual([1, 0])
    expect(await page.getByText('不在您的辖区内。').count()).toBe(1)
    await page.unrouteAll()
    await page.getByRole('button', { name: '重试' }).click()
    await page.getByRole('heading', { name: '申请与成员' }).waitFor()
    await context.close()
  })

  it.each(['assets', 'api'])('opens at the part to decide when what comes from /%s is late', async (late) => {
    const { page, context } = await signedIn('township')
    await page.route(`**/${late}/**`, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      await route.continue()
    })
    await visit(page, `/cases/${caseNo}`)
    const { y, scrolled } = await page.locator('#application').evaluate((part) => ({
      y: part.getBoundingClientRect().y,
      scrolled: window.scrollY,
    }))
    expect(scrolled).toBeGreaterThan(100)
    expect(y).toBeLessThan(250)
    await context.close()
  })
})
