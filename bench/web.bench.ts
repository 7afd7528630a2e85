/** `yingbao bench web`: bytes of the office pages, and when their largest part is drawn on a slow line and a slow machine. */
import type { Browser, BrowserContext } from 'playwright-core'
import { openBrowser, sizes } from '../e2e/browser.ts'
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

/** Largest contentful paint of one cold visit. */
async function lcpOf(browser: Browser, world: World, account: string, address: string): Promise<number> {
  const context = await signedIn(browser, world, account)
  try {
    const page = await context.newPage()
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
    await page.goto(address)
    await page.waitForLoadState('networkidle')
    await page.waitForTimeout(settleMs)
    return await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0)).observe({
            type: 'largest-contentful-paint',
            buffered: true,
          })
        }),
    )
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
  const bytes = await measureWebBytes()
  say('启动演示区县')
  const world = await startDemo({ households: options.households ?? 40 })
  const browser = await openBrowser()
  try {
    const clerk = await signedIn(browser, world, 'township')
    const caseNo = await openCases(clerk)
    await clerk.close()
    const pages = { tasks: '/tasks', cases: '/cases', case: `/cases/${caseNo}`, households: '/households', progress: '/progress' }
    const lcp: Record<string, number> = {}
    for (const [name, address] of Object.entries(pages)) {
      const times: number[] = []
      for (let i = 0; i < repeats; i++) times.push(await lcpOf(browser, world, 'township', address))
      lcp[name] = median(times)
      say(`${name}：${lcp[name]} 毫秒`)
    }
    return {
      office_js_gz_kb: { entry: bytes.entry, routes: bytes.pages },
      lcp_ms: lcp,
      throttle: slow,
      repeats,
      machine: machineOf(),
    }
  } finally {
    await browser.close()
    await world.stop()
  }
}
