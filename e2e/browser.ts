/** A Chromium for the tests of the pages: how it starts, signs in, and what it says about accessibility. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core'

export const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const
export type Size = keyof typeof sizes

/** Someone who may sign in. */
export interface Account {
  account: string
  password: string
}

const candidates = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Starts Chromium; throws with the command that installs it when there is none. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = candidates.find((path) => path !== undefined && existsSync(path))
  if (executablePath === undefined) throw new Error('no Chromium: apt-get install -y chromium fonts-noto-cjk')
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-sync',
    ],
  })
}

/** Builds the office pages into dist/web as a release does, so that what is tested is what stands in the source; once for a whole run. */
export function buildPages(): void {
  if (process.env.PAGES_BUILT === 'yes') return
  const root = fileURLToPath(new URL('..', import.meta.url))
  const vite = fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url))
  const env = { ...process.env, NODE_ENV: 'production' }
  execFileSync(process.execPath, [vite, 'build', 'apps/web', '--logLevel', 'error'], { cwd: root, env, stdio: 'inherit' })
}

/** Requests of a page that are under way, and when one last began or ended. */
interface Traffic {
  readonly open: Set<Request>
  movedAt: number
}
const traffics = new WeakMap<Page, Traffic>()
const quietMs = 150
const patienceMs = 15_000

function watch(page: Page): void {
  const traffic: Traffic = { open: new Set(), movedAt: performance.now() }
  traffics.set(page, traffic)
  const moved = () => {
    traffic.movedAt = performance.now()
  }
  page.on('request', (request) => {
    traffic.open.add(request)
    moved()
  })
  const over = (request: Request) => {
    traffic.open.delete(request)
    moved()
  }
  page.on('requestfinished', over)
  page.on('requestfailed', over)
}

const isDrawn = () => {
  const text = document.body?.textContent ?? ''
  return text !== '' && !text.includes('正在载入…')
}

/** Waits until the page stands still: no request for a moment, something drawn, nothing still loading; goes on after a while anyway. */
export async function settled(page: Page): Promise<void> {
  const traffic = traffics.get(page)
  if (traffic === undefined) return page.waitForLoadState('networkidle')
  const until = performance.now() + patienceMs
  while (performance.now() < until) {
    const isQuiet = traffic.open.size === 0 && performance.now() - traffic.movedAt >= quietMs
    if (isQuiet && (await page.evaluate(isDrawn))) return
    await page.waitForTimeout(25)
  }
}

/** A tab of its own with everything it complained about: script errors, refused styles, requests to elsewhere. */
export async function openTab(browser: Browser, url: string, size: Size = 'desktop'): Promise<Tab> {
  const context = await browser.newContext({ viewport: sizes[size], locale: 'zh-CN', baseURL: url, acceptDownloads: true })
  const page = await context.newPage()
  watch(page)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text())
  })
  page.on('request', (request) => {
    const to = request.url()
    if (!to.startsWith(url) && !to.startsWith('data:') && !to.startsWith('blob:')) complaints.push(`request to ${to}`)
  })
  return { context, page, complaints }
}

export interface Tab {
  context: BrowserContext
  page: Page
  complaints: string[]
}

/** Signs in; a page that was asked for before opens afterwards. */
export async function signIn(page: Page, user: Account): Promise<void> {
  if (page.url() === 'about:blank') await page.goto('/sign-in')
  await page.getByLabel('账号').fill(user.account)
  await page.getByLabel('密码').fill(user.password)
  await page.getByRole('button', { name: '登录' }).click()
  await page
    .getByRole('button', { name: '退出' })
    .or(page.getByRole('button', { name: '菜单' }))
    .first()
    .waitFor()
}

/** Opens an address and waits until its page stands still. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await settled(page)
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds on the page, from its top: one line per violation, empty when there is none. */
export async function violations(page: Page): Promise<string[]> {
  // scrolled, the head of the page covers some button, which axe takes for a small one
  await page.evaluate(() => window.scrollTo(0, 0))
  const { violations: found } = await new AxeBuilder({ page }).withTags(tags).analyze()
  return found.map((x) => `${x.id} (${x.nodes.length}): ${x.nodes[0]?.html.slice(0, 160) ?? ''}`)
}

/** Pixels by which the page is wider than the window; 0 when it fits. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth))
}
