/** A Chromium for the tests of the pages: how it starts, signs in, and what it says about accessibility. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, type Cookie, chromium, type Page, type Request } from 'playwright-core'

export const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const
export type Size = keyof typeof sizes

/** Someone who may sign in. */
export interface Account {
  account: string
  password: string
}

/** The shell without windows first: the same engine for a fifth less CPU. */
const candidates = [
  process.env.CHROMIUM,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** Starts Chromium; throws with the command that installs it when there is none. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = candidates.find((path) => path !== undefined && existsSync(path))
  if (executablePath === undefined) throw new Error('no Chromium: apt-get install -y chromium-headless-shell fonts-noto-cjk')
  return chromium.launch({
    executablePath,
    // under a bare machine's locale no download keeps a Chinese name
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
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
const quietMs = 60
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

/** Whether the page, once it has nothing left to do, has drawn its main part with nothing in it still loading. */
const isDrawn = () =>
  new Promise<boolean>((resolve) => {
    const look = () => {
      const text = document.querySelector('main')?.textContent ?? ''
      resolve(text !== '' && !document.body.textContent?.includes('正在载入…'))
    }
    requestIdleCallback(look, { timeout: 2_000 })
  })

/** Waits until the page stands still: no request for a moment, something drawn, nothing still loading; goes on after a while anyway. */
export async function settled(page: Page): Promise<void> {
  const traffic = traffics.get(page)
  if (traffic === undefined) return page.waitForLoadState('networkidle')
  const until = performance.now() + patienceMs
  while (performance.now() < until) {
    const { movedAt } = traffic
    const isQuiet = traffic.open.size === 0 && performance.now() - movedAt >= quietMs
    // what the page did until it was idle may have asked for something more
    if (isQuiet && (await page.evaluate(isDrawn).catch(() => false)) && traffic.movedAt === movedAt) return
    await page.waitForTimeout(10)
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
  await page.getByLabel('口令').fill(user.password)
  await page.getByRole('button', { name: '登录' }).click()
  await frame(page).waitFor()
  sessions.set(user.password, await page.context().cookies())
}

/** What only the pages of somebody signed in have. */
const frame = (page: Page) =>
  page
    .getByRole('button', { name: '退出' })
    .or(page.getByRole('button', { name: '菜单' }))
    .first()

/** Cookies of the sessions begun in this file, by the password they were begun with: each is of one account of one demo. */
const sessions = new Map<string, Cookie[]>()

/** Goes on in a new tab with a session begun in another; false when there is none, or it has ended meanwhile. */
export async function resume({ context, page }: Pick<Tab, 'context' | 'page'>, user: Account): Promise<boolean> {
  const kept = sessions.get(user.password)
  if (kept === undefined) return false
  await context.addCookies(kept)
  if ((await page.request.get('/api/session')).ok()) return true
  await context.clearCookies()
  return false
}

/** Opens somebody's first page in a new tab: with the session of an earlier tab, or by signing in. */
export async function enter(tab: Pick<Tab, 'context' | 'page'>, user: Account): Promise<void> {
  if (!(await resume(tab, user))) return signIn(tab.page, user)
  await tab.page.goto('/')
  await frame(tab.page).waitFor()
}

/** Goes to a page by the navigation: at once, or by the group it stands in, which opens under the pointer. */
export async function follow(page: Page, label: string): Promise<void> {
  const links = page.getByRole('navigation', { name: '主要功能' }).locator('a')
  await links.first().waitFor()
  const link = links.getByText(label, { exact: true })
  if (!(await link.isVisible())) {
    const own = page.locator('a').getByText(label, { exact: true })
    await page.locator('.nav-group').filter({ has: own }).locator('.nav-head').hover()
  }
  await link.click()
}

/** Address of the paper that the page opens beside itself: a browser without windows shows none. */
export function openedPaper(page: Page): Promise<string> {
  return page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        window.open = (address) => {
          resolve(String(address))
          return null
        }
      }),
  )
}

/** Opens an address and waits until its page stands still. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await settled(page)
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const axeCore = readFileSync(
  createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'),
  'utf8',
)
/** Puts axe on a page that has it not yet. */
const axeSource = `if (!('axe' in window)) { ${axeCore} }`

/** What was found on pages looked at before in this file, by all that axe looks at. */
const looked = new Map<string, string[]>()

/** All that axe looks at: the document as it stands, its styles, what its fields hold, where the focus is, and the size of the window. */
function standing(): string {
  // scrolled, the head of the page covers some button, which axe takes for a small one
  window.scrollTo(0, 0)
  const fields = [...document.querySelectorAll('input, select, textarea')].map((field) => {
    const { value, checked, disabled } = field as HTMLInputElement
    return [value, checked, disabled]
  })
  const focus = [...document.querySelectorAll('*')].indexOf(document.activeElement ?? document.body)
  return JSON.stringify([window.innerWidth, window.innerHeight, focus, fields, document.documentElement.outerHTML])
}

/**
 * What axe finds on the page, from its top: one line per violation, empty when there is none. A page that stands exactly as one before it
 * (a page that asks nothing of the server looks alike whatever the server answers) is not looked at once more.
 */
export async function violations(page: Page): Promise<string[]> {
  const key = createHash('sha256')
    .update(await page.evaluate(standing))
    .digest('hex')
  const known = looked.get(key)
  if (known !== undefined) return known
  // one run in the page, which brings out only what is wrong; the usual way opens a page of its own for all that was looked at
  const axe = new AxeBuilder({ page, axeSource }).setLegacyMode()
  const { violations: wrong } = await axe
    .options({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
    .analyze()
  const found = wrong.map((x) => `${x.id} (${x.nodes.length}): ${x.nodes[0]?.html.slice(0, 160) ?? ''}`)
  looked.set(key, found)
  return found
}

/** Pixels by which the page is wider than the window; 0 when it fits. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth))
}
