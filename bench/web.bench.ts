/** `yingbao bench web`: bytes of the office pages, and when their largest part is drawn on a slow line and a slow machine. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { buildPages, openBrowser, sizes } from '../e2e/browser.ts'
import { startDemo, type World } from '../testkit/world.ts'
import { machineOf } from './processes.ts'
import { measureWebBytes } from './web-bytes.ts'

const repeats = 3
const cases = 8
const headers = { 'x-requested-with': 'yingbao' }
const bitsPerByte = 8
/** an old Android on 4G, or a ten-year-old office PC behind a poor line */
const slow = { rtt_ms: 150, megabits_per_second: 1.6, cpu_slowed: 4 } as const
const megabit = 1_000_000
const settleMs = 800
/** of the body on which the slow profile proves itself */
const PROOF_BYTES = 200 * 1024
/** of the slowing of the CPU, so much must show */
const CPU_SHOWS = 0.8
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

/** Puts the slow line and the slow machine under a page. */
async function slowDown(context: BrowserContext, page: Page): Promise<void> {
  const cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  const throughput = (slow.megabits_per_second * megabit) / bitsPerByte
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: slow.rtt_ms,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  })
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slow.cpu_slowed })
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

/** Milliseconds that the line needs for a request and so many bytes, whatever else happens. */
const lineMs = (bytes: number): number => slow.rtt_ms + (bytes * bitsPerByte * 1000) / (slow.megabits_per_second * megabit)

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

const spinning = (): number => {
  const started = performance.now()
  for (let i = 0, x = 0; i < 20_000_000; i += 1) x = (x * 31 + i) % 1009
  return performance.now() - started
}

/** Milliseconds for a body of a known size, and how many times longer the same work takes; throws when the profile does not slow. */
async function proveSlow(browser: Browser): Promise<{ line_ms: number; line_ms_at_least: number; cpu_slowed: number }> {
  const body = Buffer.alloc(PROOF_BYTES, 'a')
  const server = createServer((request, response) => {
    const isBody = request.url === '/body'
    response.writeHead(200, { 'content-type': isBody ? 'text/plain' : 'text/html', 'cache-control': 'no-store' })
    response.end(isBody ? body : '<p>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const free = await page.evaluate(spinning)
    await slowDown(context, page)
    const held = await page.evaluate(spinning)
    const ms = await page.evaluate(async () => {
      const started = performance.now()
      await (await fetch('/body')).arrayBuffer()
      return performance.now() - started
    })
    const least = lineMs(PROOF_BYTES)
    const cpu = Number((held / free).toFixed(1))
    if (ms < least) throw new Error(`${PROOF_BYTES} bytes came in ${Math.round(ms)} ms: the line is not slowed`)
    if (cpu < CPU_SHOWS * slow.cpu_slowed) throw new Error(`the same work took ${cpu} times as long: the machine is not slowed`)
    return { line_ms: Math.round(ms), line_ms_at_least: Math.round(least), cpu_slowed: cpu }
  } finally {
    await context.close()
    server.close()
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
