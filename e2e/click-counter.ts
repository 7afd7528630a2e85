/** Clicks a person makes on a page, counted in the page itself. */
import type { Browser, Page } from 'playwright-core'
import { type Account, enter, openTab, settled } from './browser.ts'

/**
 * Counts what a mouse or a key activates: links, buttons, boxes, summaries and files to choose. A label hands its click to its field, which is
 * counted there. A native choice counts twice: it is opened, then one line is picked. Typing, and the click into a field to type, do not count.
 */
function countClicks(): void {
  const key = 'clicks of this task'
  const add = (n: number) => sessionStorage.setItem(key, String(Number(sessionStorage.getItem(key) ?? '0') + n))
  const typed = new Set(['text', 'search', 'date', 'month', 'number', 'password', 'tel'])
  document.addEventListener(
    'click',
    (event) => {
      if (!event.isTrusted || !(event.target instanceof Element)) return
      const thing = event.target.closest('a[href], button, summary, input, label')
      if (thing === null || thing instanceof HTMLLabelElement) return
      if (thing instanceof HTMLInputElement && typed.has(thing.type)) return
      add(1)
    },
    { capture: true },
  )
  document.addEventListener('change', (event) => add(event.target instanceof HTMLSelectElement ? 2 : 0), { capture: true })
}

export interface Measured {
  readonly role: string
  readonly task: string
  readonly clicks: number
  readonly target: number
}

/** Signs in, lets somebody do a task from the page that opens, and gives the clicks it took. `work` may ask for the clicks so far. */
export async function clicksOf(
  browser: Browser,
  url: string,
  user: Account,
  work: (page: Page, clicks: () => Promise<number>) => Promise<void>,
): Promise<number> {
  const { page, context, complaints } = await openTab(browser, url)
  page.setDefaultTimeout(20_000)
  await page.addInitScript(countClicks)
  await enter({ page, context }, user)
  await settled(page)
  const clicks = () => page.evaluate(() => Number(sessionStorage.getItem('clicks of this task') ?? '0'))
  await page.evaluate(() => sessionStorage.removeItem('clicks of this task'))
  await work(page, clicks)
  const counted = await clicks()
  await context.close()
  if (complaints.length > 0) throw new Error(complaints.join('\n'))
  return counted
}
