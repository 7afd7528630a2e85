/** Follows every link of the pages as one person, each kind of page once, and notes what is refused or not there. */
import type { Page } from 'playwright-core'
import { settled, visit } from './browser.ts'

/** An address without what tells one thing of a kind from another. */
function kindOf(address: string): string {
  const [, page = '', ...rest] = new URL(address, 'http://x').pathname.split('/')
  const named = page === 'lines' || page === 'templates' || page === 'policy'
  return ['', page, ...rest.map((part) => (named || /\d/.test(part) ? '*' : part))].join('/')
}

export interface Crawled {
  /** kinds of page that were opened */
  readonly opened: readonly string[]
  readonly wrong: readonly string[]
}

/** Begins at the given addresses; whoever is signed in on the page follows. */
export async function crawl(page: Page, begin: readonly string[]): Promise<Crawled> {
  const refused: string[] = []
  page.on('response', (answer) => {
    if (answer.status() >= 400) refused.push(`${answer.status()} ${new URL(answer.url()).pathname}`)
  })
  const opened = new Set<string>()
  const wrong: string[] = []
  const queue = begin.map((to) => ({ from: 'begin', to }))
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { from, to } = next
    if (opened.has(kindOf(to))) continue
    opened.add(kindOf(to))
    refused.length = 0
    await visit(page, to)
    await settled(page)
    const alerts = await page.locator('main').getByRole('alert').allTextContents()
    wrong.push(...[...refused, ...alerts].map((what) => `${from} → ${to}: ${what}`))
    const links = await page
      .locator('a[href^="/"]:not([href^="/api"])')
      .evaluateAll((all) => all.map((a) => a.getAttribute('href')))
    queue.push(...links.flatMap((link) => (link === null || opened.has(kindOf(link)) ? [] : [{ from: to, to: link }])))
  }
  return { opened: [...opened], wrong }
}
