/** The pages of a case as each desk uses them: a tab per person, forms filled by their labels, moves made by their buttons. */
import type { Browser, Locator, Page } from 'playwright-core'
import { passesLuhn } from '#kernel/bank-account'
import { checkCharacter } from '#kernel/id-number'
import type { World } from '#testkit/world'
import { enter, openTab, overflow, type Tab, violations, visit } from './browser.ts'

export type Values = Readonly<Record<string, string>>

/** A photo as small as one can be. */
export const photo = {
  name: '照片.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  ),
}

/** A parent and a child that nobody knows yet, or somebody alone (no child) whom the registry knows; `order` sets their citizen numbers apart from other families'. */
export interface Family {
  applicant: string
  child: string
  /** two digits */
  order: string
  programme: 'rural' | 'urban'
  /** what the parent earned in twelve months, in yuan */
  yearlyWage: string
  /** an official the parent is near to, as the application declares it */
  kin?: { official: string; post: string; relation: string }
}

/** A citizen number of the fictional district. */
export function numberOf(born: string, order: string): string {
  const body = `629901${born}${order}`
  return body + checkCharacter(body)
}

/** A bank card of its own for each order. */
export function cardOf(order: string): string {
  const body = `6217${order.padStart(14, '0')}`
  return body + [...'0123456789'].find((digit) => passesLuhn(body + digit))
}

/** Fills fields by their labels; choices by their values. */
export async function fillIn(scope: Locator | Page, values: Values): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    const field = scope.getByLabel(label, { exact: true })
    const tag = await field.evaluate((element) => element.tagName)
    if (tag === 'SELECT') await field.selectOption(value)
    else await field.fill(value)
  }
}

/** The panel of a step on the case's page. */
export function panel(page: Page, step: string): Locator {
  return page.getByRole('region', { name: `办理：${step}`, exact: true })
}

export class Desks {
  readonly #browser: Browser
  readonly #world: World
  readonly #tabs = new Map<string, Tab>()
  /** what axe or the browser had to say of the pages that were passed */
  readonly problems: string[] = []
  /** the family that is walked for, and its case: another one may take its place */
  family: Family
  caseNo = ''
  /** numbers of the cases of families that are walked side by side */
  readonly cases = new Map<Family, string>()
  /** who works in the village: its assistant, or the clerk where the demo has none */
  villageDesk: 'village' | 'township' = 'village'
  /** pages that another story looks at are only passed */
  sparing = false
  /** the same of less common pages, each by the name it is looked at with */
  passed: readonly string[] = []

  constructor(browser: Browser, world: World, family: Family) {
    this.#browser = browser
    this.#world = world
    this.family = family
  }

  /** Turns to the case of a family. */
  turnTo(family: Family): this {
    this.family = family
    this.caseNo = this.cases.get(family) ?? ''
    return this
  }

  /** The tab of somebody, signed in once. */
  async at(account: string): Promise<Page> {
    const kept = this.#tabs.get(account)
    if (kept !== undefined) return kept.page
    const user = this.#world.users.find((each) => each.account === account)
    if (user === undefined) throw new Error(`no demo user ${account}`)
    const tab = await openTab(this.#browser, this.#world.url)
    tab.page.setDefaultTimeout(20_000)
    this.#tabs.set(account, tab)
    await enter(tab, user)
    return tab.page
  }

  /** Looks at a page of the common way. */
  async inspect(page: Page, what: string): Promise<void> {
    if (!this.sparing) await this.look(page, what)
  }

  /** Looks at a page with axe, and whether it fits its window. */
  async look(page: Page, what: string): Promise<void> {
    if (this.passed.includes(what)) return
    for (const violation of await violations(page)) this.problems.push(`${what}: ${violation}`)
    const wider = await overflow(page)
    if (wider > 0) this.problems.push(`${what}: ${wider} px wider than the window`)
  }

  /** The case in somebody's tab, read anew; the next case does not open by itself. */
  async openCase(account: string): Promise<Page> {
    const page = await this.at(account)
    await visit(page, `/cases/${this.caseNo}`)
    await page.getByRole('region', { name: '案件概要' }).waitFor()
    const onward = page.getByLabel('办完一步后自动打开同一步骤的下一件')
    if ((await onward.count()) > 0) await onward.uncheck()
    return page
  }

  /** Makes a move on the case's page: opens its form unless it stands open, fills it, sends it, says why, and reads what the page says. */
  async move(
    account: string,
    step: string,
    move: string,
    fill?: (form: Locator) => Promise<void>,
    reason?: string,
  ): Promise<Page> {
    const page = await this.openCase(account)
    const area = panel(page, step)
    await area.waitFor()
    if (fill === undefined) {
      await area.getByRole('button', { name: startsWith(move) }).click()
    } else {
      const form = area.locator('.move-form', { has: page.getByRole('heading', { name: move, exact: true }) })
      if (!(await form.isVisible())) await area.getByRole('button', { name: startsWith(move) }).click()
      await form.locator('form').waitFor()
      await fill(form)
      await this.inspect(page, `${step} ${move}`)
      await form.locator('button[type=submit]').click()
    }
    if (reason !== undefined) return this.giveReason(page, move, reason)
    await page.getByText(`已办：${move}`).waitFor().catch(this.#tell(page))
    return page
  }

  /** A move that was not made fails with what the page says of it. */
  #tell(page: Page): (error: unknown) => Promise<never> {
    return async (cause) => {
      const said = await page.locator('[role=alert], [role=status], .field .error').allTextContents()
      throw new Error(`the page says: ${said.join(' / ')}`, { cause })
    }
  }

  /** Makes a move that is asked a reason for, and the step it opens again. */
  async moveWithReason(account: string, step: string, move: string, reason: string, reopen?: string): Promise<Page> {
    const page = await this.openCase(account)
    await panel(page, step)
      .getByRole('button', { name: startsWith(move) })
      .click()
    return this.giveReason(page, move, reason, reopen)
  }

  /** Answers the dialog that asks for the reason of a move. */
  async giveReason(page: Page, move: string, reason: string, reopen?: string): Promise<Page> {
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('理由', { exact: true }).fill(reason)
    if (reopen !== undefined) await dialog.getByLabel(reopen, { exact: true }).check()
    await dialog.getByRole('button', { name: move, exact: true }).click()
    await page.getByText(`已办：${move}`).waitFor()
    return page
  }

  /** The day it is in the demo. */
  async today(account = 'township'): Promise<string> {
    const page = await this.at(account)
    return (await page.locator('.demo time').getAttribute('datetime')) ?? ''
  }

  /** Moves the day on by the bar at the top of the pages. */
  async pass(label: '后一天' | '后七天' | '后三十天', account = 'township'): Promise<void> {
    const page = await this.at(account)
    const before = await this.today(account)
    await page.getByRole('button', { name: `拨到${label}` }).click()
    await page.waitForFunction((day) => document.querySelector('.demo time')?.getAttribute('datetime') !== day, before)
  }

  async close(): Promise<void> {
    for (const [account, { complaints, context }] of this.#tabs) {
      for (const complaint of complaints) this.problems.push(`${account}: ${complaint}`)
      await context.close()
    }
    this.#tabs.clear()
  }
}

function startsWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[（）()+]/g, '\\$&')}(，转入.*)?$`)
}
