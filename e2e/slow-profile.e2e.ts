import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { proveSlow, slow, slowDown } from '../bench/slow-profile.ts'
import { openBrowser } from './browser.ts'

/** The slow profile of `bench web` in the Chromium that measures: it proves itself, and a profile that does nothing ends the bench. */
let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
})

afterAll(() => browser?.close())

it('proves a profile that slows the line and the machine', async () => {
  const { line_ms: ms, line_ms_at_least: least, cpu_slowed: cpu } = await proveSlow(browser)
  // 200 KiB at 1.6 Mbit/s, behind a round trip
  expect(least).toBe(1174)
  expect(ms).toBeGreaterThanOrEqual(least)
  expect(cpu).toBeGreaterThanOrEqual(0.8 * slow.cpu_slowed)
})

it('throws where nothing was slowed, and where the line alone was', async () => {
  await expect(proveSlow(browser, async () => undefined)).rejects.toThrow('the line is not slowed')
  const lineAlone: typeof slowDown = async (context, page) => {
    await slowDown(context, page)
    await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: 1 })
  }
  await expect(proveSlow(browser, lineAlone)).rejects.toThrow('the machine is not slowed')
})
