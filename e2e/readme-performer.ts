/** Does what a step of the walk (docs/walk.md) says, by nothing but the words of the page, and counts what a hand would have done. */
import type { Locator, Page } from 'playwright-core'
import type { WalkStep } from '#testkit/readme-walk'
import { type Account, settled } from './browser.ts'
import { photo } from './case-desk.ts'

/** What stands for the day on the bar of the demo. */
const TODAY = '演示日期'
const looks = 300
const looksBeforeReload = 8
const lookEveryMs = 400

export interface Counts {
  clicks: number
  fields: number
  days: number
  waits: number
}

/** The first of some places that is there to be seen, the first look after the page stands still. */
async function firstSeen(places: readonly Locator[]): Promise<Locator | undefined> {
  for (const place of places) {
    for (const each of await place.all()) if (await each.isVisible()) return each
  }
  return undefined
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

export class Performer {
  readonly #page: Page
  #who = ''
  readonly counts: Counts = { clicks: 0, fields: 0, days: 0, waits: 0 }

  constructor(page: Page) {
    this.#page = page
  }

  /** Signs in as somebody, signing out whoever was there before; whoever is there goes on where he is. */
  async signIn(user: Account): Promise<void> {
    const page = this.#page
    if (user.account === this.#who) return
    this.#who = user.account
    const out = page.getByRole('button', { name: '退出', exact: true })
    if (await out.isVisible()) {
      await out.click()
      this.counts.clicks += 1
    }
    await page.getByLabel('账号').fill(user.account)
    await page.getByLabel('口令').fill(user.password)
    await page.getByRole('button', { name: '登录' }).click()
    await out.waitFor()
    await settled(page)
    this.counts.fields += 2
    this.counts.clicks += 1
  }

  async do(step: WalkStep): Promise<void> {
    switch (step.verb) {
      case 'press':
        return this.#press(step.name)
      case 'fill':
        return this.#fill(step.name, step.value)
      case 'choose':
        return this.#choose(step.name, step.value)
      case 'tick':
        return this.#tick(step.name)
      case 'upload':
        return this.#upload(step.name)
      default:
        return this.#wait(step.name)
    }
  }

  /** Looks until something of these is there; then tells what the page says instead. */
  async #find(what: string, ...places: Locator[]): Promise<Locator> {
    for (let look = 0; look < 20; look++) {
      const found = await firstSeen(places)
      if (found !== undefined) return found
      await this.#page.waitForTimeout(lookEveryMs)
    }
    const said = await this.#page.locator('[role=alert], .notice, .error-text').allTextContents()
    throw new Error(`no ${what} on ${this.#page.url()}; the page says: ${said.join(' / ')}`)
  }

  async #press(name: string): Promise<void> {
    const page = this.#page
    const exact = { name, exact: true }
    const dialog = page.getByRole('dialog')
    const scope = (await dialog.isVisible()) ? dialog : page.locator('body')
    const target = await this.#find(
      `button or link “${name}”`,
      scope.getByRole('button', exact).and(page.locator(':not([aria-disabled=true])')),
      scope.getByRole('link', exact),
      scope.locator('summary').filter({ hasText: new RegExp(`^${escaped(name)}$`) }),
    )
    if (name.startsWith('拨到')) {
      this.counts.days += 1
      const day = page.locator('.demo time')
      const before = await day.textContent()
      await target.click()
      await page.waitForFunction((old) => document.querySelector('.demo time')?.textContent !== old, before)
    } else {
      this.counts.clicks += 1
      await target.click()
    }
    await settled(page)
    await this.#refuse()
  }

  /** What the page refuses ends the walk, in the page's words. */
  async #refuse(): Promise<void> {
    const refusals = await this.#page.getByRole('alert').allTextContents()
    if (refusals.length > 0) throw new Error(`the page says: ${refusals.join(' / ')}`)
  }

  /** The field of a label; of several alike the first that holds nothing yet. */
  async #field(label: string): Promise<Locator> {
    const page = this.#page
    const dialog = page.getByRole('dialog')
    const scope = (await dialog.isVisible()) ? dialog : page.locator('main')
    const fields = scope.getByLabel(label, { exact: true })
    await this.#find(`field “${label}”`, fields)
    const seen: Locator[] = []
    for (const field of await fields.all()) if (await field.isVisible()) seen.push(field)
    for (const field of seen) if ((await field.inputValue()) === '') return field
    const [first] = seen
    if (first === undefined) throw new Error(`no field “${label}”`)
    return first
  }

  async #fill(label: string, text: string): Promise<void> {
    const day = (await this.#page.locator('.demo time').getAttribute('datetime')) ?? ''
    await (await this.#field(label)).fill(text === TODAY ? day : text)
    this.counts.fields += 1
    await settled(this.#page)
  }

  async #choose(label: string, option: string): Promise<void> {
    await (await this.#field(label)).selectOption({ label: option })
    this.counts.fields += 1
    await settled(this.#page)
  }

  async #tick(label: string): Promise<void> {
    await (await this.#find(`box “${label}”`, this.#page.getByLabel(label, { exact: true }))).check()
    this.counts.fields += 1
    await settled(this.#page)
  }

  /** Files are chosen by the words of the button, or by the heading over it where several buttons are alike. */
  async #upload(label: string): Promise<void> {
    const page = this.#page
    const words = new RegExp(`^${escaped(label)}$`)
    const button = page.locator('.file-button', { has: page.locator('label', { hasText: words }) })
    const place = await this.#find(`files “${label}”`, button, page.getByRole('group', { name: label, exact: true }))
    await place.locator('input[type=file]').setInputFiles(photo)
    await settled(page)
    await this.#find(`file ${photo.name}`, page.getByText(photo.name))
    this.counts.fields += 1
  }

  /** Looks until the page says something; after a while it is read again, as a person would. */
  async #wait(words: string): Promise<void> {
    const page = this.#page
    const there = page.getByText(words)
    for (let look = 1; look <= looks; look++) {
      for (const each of await there.all()) if (await each.isVisible()) return
      await this.#refuse()
      await page.waitForTimeout(lookEveryMs)
      if (look % looksBeforeReload !== 0) continue
      this.counts.waits += 1
      await page.reload()
      await settled(page)
    }
    throw new Error(`“${words}” did not come on ${page.url()}`)
  }
}
