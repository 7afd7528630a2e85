/** The slow line and the slow machine of `yingbao bench web`, and the proof that they are slow. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'

/** an old Android on 4G, or a ten-year-old office PC behind a poor line */
export const slow = { rtt_ms: 150, megabits_per_second: 1.6, cpu_slowed: 4 } as const
const megabit = 1_000_000
const bitsPerByte = 8
/** of the body on which the slow profile proves itself */
const PROOF_BYTES = 200 * 1024
/** of the slowing of the CPU, so much must show */
const CPU_SHOWS = 0.8

/** Puts the slow line and the slow machine under a page. */
export async function slowDown(context: BrowserContext, page: Page): Promise<void> {
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

/** Milliseconds that the line needs for a request and so many bytes, whatever else happens. */
export const lineMs = (bytes: number): number => slow.rtt_ms + (bytes * bitsPerByte * 1000) / (slow.megabits_per_second * megabit)

/** Milliseconds of some work of the page, the quickest of five times: others use this machine too. */
const spinning = (): number => {
  let quickest = Number.POSITIVE_INFINITY
  for (let time = 0; time < 5; time += 1) {
    const started = performance.now()
    for (let i = 0, x = 0; i < 5_000_000; i += 1) x = (x * 31 + i) % 1009
    quickest = Math.min(quickest, performance.now() - started)
  }
  return quickest
}

/**
 * How many times longer a page's work takes than that of a page left alone; measured again while it does not show, because others use this
 * machine too.
 */
async function timesSlower(slowed: Page, free: Page): Promise<number> {
  let most = 0
  for (let round = 0; round < 10 && most < CPU_SHOWS * slow.cpu_slowed; round += 1) {
    const quickest = await free.evaluate(spinning)
    most = Math.max(most, Number(((await slowed.evaluate(spinning)) / quickest).toFixed(1)))
  }
  return most
}

/**
 * Milliseconds for a body of a known size, and how many times longer the same work takes; throws when the profile does not slow.
 * @param slowed puts the profile under a page
 */
export async function proveSlow(
  browser: Browser,
  slowed: typeof slowDown = slowDown,
): Promise<{ line_ms: number; line_ms_at_least: number; cpu_slowed: number }> {
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
    const [page, free] = [await context.newPage(), await context.newPage()]
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    await Promise.all([page.goto(address), free.goto(address)])
    await slowed(context, page)
    const cpu = await timesSlower(page, free)
    const ms = await page.evaluate(async () => {
      const started = performance.now()
      await (await fetch('/body')).arrayBuffer()
      return performance.now() - started
    })
    const least = lineMs(PROOF_BYTES)
    if (ms < least) throw new Error(`${PROOF_BYTES} bytes came in ${Math.round(ms)} ms: the line is not slowed`)
    if (cpu < CPU_SHOWS * slow.cpu_slowed) throw new Error(`the same work took ${cpu} times as long: the machine is not slowed`)
    return { line_ms: Math.round(ms), line_ms_at_least: Math.round(least), cpu_slowed: cpu }
  } finally {
    await context.close()
    server.close()
  }
}
