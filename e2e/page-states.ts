/** The states every page is looked at in, and what is wrong with a page as it stands. */
import type { Browser, Page } from 'playwright-core'
import { type Account, openTab, overflow, resume, type Size, settled, signIn, violations, visit } from './browser.ts'
import { loadSlowly, movesOf } from './page-moves.ts'

export const states = ['typical', 'error', 'empty', 'slow'] as const
export type State = (typeof states)[number]

/** Empties every list, breaks every question or lets it wait, on the way to the page; who is signed in stays as it is. */
export async function play(page: Page, state: State): Promise<void> {
  if (state === 'typical') return
  if (state === 'slow') return loadSlowly(page)
  await page.route('**/api/**', async (route) => {
    const request = route.request()
    if (request.method() !== 'GET' || new URL(request.url()).pathname === '/api/session') return route.continue()
    if (state === 'error') {
      // 500 is not tried again by the pages: the panel stands there at once
      return route.fulfill({ status: 500, json: { code: 'server.failed', message: '服务器出错，请稍后重试。', details: {} } })
    }
    const response = await route.fetch()
    const body: unknown = await response.json().catch(() => null)
    if (typeof body !== 'object' || body === null || !('rows' in body)) return route.fulfill({ response })
    const none = { rows: [], total: 0, waiting: 0, next: null, ended: [], byFile: [], byCode: [] }
    return route.fulfill({ response, json: { ...body, ...none } })
  })
}

/** What axe finds on the page, whether it fits its window and has a Chinese title: one line each, begun with its name. */
export async function faultsOf(page: Page, name: string): Promise<string[]> {
  await settled(page)
  const wider = await overflow(page)
  return [
    ...(await violations(page)).map((violation) => `${name}: ${violation}`),
    ...(wider > 0 ? [`${name}: ${wider} px wider than the window`] : []),
    ...(/[一-鿿]/.test(await page.title()) ? [] : [`${name}: no title`]),
  ]
}

export interface Visit {
  readonly browser: Browser
  readonly url: string
  readonly user: Account
  readonly size: Size
  readonly state: State
}

/** What is wrong on some pages as one person sees them in a state; what the browser complained about as well. */
export async function faultsAt({ browser, url, user, size, state }: Visit, addresses: readonly string[]): Promise<string[]> {
  const { page, context, complaints } = await openTab(browser, url, size)
  if (!(await resume({ page, context }, user))) await signIn(page, user)
  await play(page, state)
  const found: string[] = []
  for (const address of addresses) {
    await visit(page, address)
    const name = `${user.account} ${address}`
    if (state !== 'slow') found.push(...(await faultsOf(page, name)))
    else found.push(...(await movesOf(page)).map((move) => `${name}: ${move}`))
  }
  await context.close()
  return [...found, ...complaints]
}
