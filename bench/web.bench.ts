/** `yingbao bench web`: bytes of the office pages, and when their largest part is drawn on a slow line and a slow machine. */
import type { Browser, BrowserContext } from 'playwright-core'
import { buildPages, openBrowser, sizes } from '../e2e/browser.ts'
import { startDemo, type World } from '../testkit/world.ts'
import { machineOf } from './processes.ts'
import { lineMs, proveSlow, slow, slowDown } from './slow-profile.ts'
import { measureWebBytes } from './web-bytes.ts'

const repeats = 3
const cases = 8
const headers = { 'x-requested-with': 'yingbao' }
const settleMs = 800
/** replies from here on are failures: a page has its heading without its data too */
const FAILED_FROM = 400

async function signedIn(browser: Browser, world: World, account: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: sizes.desktop, locale: 'zh-CN', baseURL: world.url })
  const known = world.users.find((each) => each.account === account)
  const reply = await context.request.post('/api/session', { headers, data: { account, password: known?.password } })
  if (!reply.ok()) throw new Error(`sign-in as ${account}: ${reply.status()} ${await reply.text()}`)
  return context
}

/** Some cases for the lists; gives one of them. */
async function openCases(context: BrowserContext): Promise<string> {
  const { rows } = await (await context.request.get('/api/households?limit=200')).json()
  const opened: string[] = []
  for (const { householdNo } of rows as { householdNo: string }[]) {
    if (opened.length === cases) break
    const reply = await context.request.post('/api/cases', { headers, data: { householdNo, origin: 'application' } })
    const body = await reply.json()
    if (!reply.ok()) throw new Error(`${householdNo}: ${reply.status()} ${JSON.stringify(body)}`)
    opened.push(body.caseNo)
  }
  const [first] = opened
  if (first === undefined) throw new Error('no case could be opened')
  return first
}

/** What a visit shows of itself. */
interface Visit {
  lcp_ms: number
  /** bytes over the line, and when the last of them was there */
  bytes: number
  loaded_ms: number
}

const readVisit = (): Promise<Visit> =>
  new Promise((resolve) => {
    const parts = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    const timed = parts as PerformanceResourceTiming[]
    const bytes = timed.reduce((sum, part) => sum + part.transferSize, 0)
    const loaded = Math.max(...timed.map((part) => part.responseEnd))
    new PerformanceObserver((list) =>
      resolve({ lcp_ms: list.getEntries().at(-1)?.startTime ?? 0, bytes, loaded_ms: loaded }),
    ).observe({ type: 'largest-contentful-paint', buffered: true })
  })

/** One cold visit. Throws when no page came, when its data failed, or when it was faster than its line: then nothing is measured. */
async function visit(browser: Browser, world: World, account: string, address: string): Promise<Visit> {
  const context = await signedIn(browser, world, account)
  try {
    const page = await context.newPage()
    const failed: string[] = []
    page.on('response', (each) => {
      if (each.status() >= FAILED_FROM) failed.push(`${each.status()} ${each.url()}`)
    })
    await slowDown(context, page)
    const reply = await page.goto(address)
    if (reply?.status() !== 200) throw new Error(`${address}: ${reply?.status()} is no page`)
    await page.waitForLoadState('networkidle')
    const shown = await page.locator('main h1').count()
    if (shown !== 1) throw new Error(`${address}: ${shown} headings are no page`)
    await page.waitForTimeout(settleMs)
    if (failed.length > 0) throw new Error(`${address}: ${failed.join(', ')}`)
    const seen = await page.evaluate(readVisit)
    if (seen.bytes === 0 || seen.loaded_ms < lineMs(seen.bytes)) {
      throw new Error(`${address}: ${seen.bytes} bytes in ${Math.round(seen.loaded_ms)} ms: the line was not slowed`)
    }
    return seen
  } finally {
    await context.close()
  }
}

function median(times: readonly number[]): number {
  return Math.round(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0)
}

/** Builds the pages, starts the demo, opens cases, and visits the pages that people begin with. */
export async function runWebBench(options: Readonly<Record<string, number>>, say: (text: string) => void): Promise<object> {
  say('构建网页')
  buildPages()
  const bytes = await measureWebBytes()
  say('启动演示区县')
  const world = await startDemo({ households: options.households ?? 40 })
  const browser = await openBrowser()
  try {
    const clerk = await signedIn(browser, world, 'township')
    const caseNo = await openCases(clerk)
    await clerk.close()
    const pages = { tasks: '/tasks', cases: '/cases', case: `/cases/${caseNo}`, households: '/households', progress: '/progress' }
    const proof = await proveSlow(browser)
    const lcp: Record<string, number> = {}
    const bytesOf: Record<string, number> = {}
    for (const [name, address] of Object.entries(pages)) {
      const visits: Visit[] = []
      for (let i = 0; i < repeats; i++) visits.push(await visit(browser, world, 'township', address))
      lcp[name] = median(visits.map((seen) => seen.lcp_ms))
      bytesOf[name] = median(visits.map((seen) => seen.bytes))
      say(`${name}：${lcp[name]} 毫秒`)
    }
    return {
      office_js_gz_kb: { entry: bytes.entry, routes: bytes.pages },
      lcp_ms: lcp,
      bytes: bytesOf,
      throttle: slow,
      throttle_proof: proof,
      repeats,
      machine: machineOf(),
    }
  } finally {
    await browser.close()
    await world.stop()
  }
}
