/** The stage of the measurements: a demo with its cases, a browser, and the clicks of the tasks done so far. */
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { CaseView } from '#casework/contract'
import { startDemo, type World } from '#testkit/world'
import { type Account, openBrowser } from './browser.ts'
import { panel } from './case-desk.ts'
import { applicants, ClickCases, type Name } from './click-cases.ts'
import { clicksOf, type Measured } from './click-counter.ts'
import { HttpOffice } from './walk-over-http.ts'

const roles = { township: '乡镇经办', townleader: '乡镇负责人', approver: '区审批', centre: '核对中心' } as const
type Role = keyof typeof roles

export class Stage {
  readonly browser: Browser
  readonly world: World
  readonly office: HttpOffice
  readonly cases: ClickCases
  readonly #measured: Measured[] = []

  private constructor(browser: Browser, world: World) {
    this.browser = browser
    this.world = world
    this.office = new HttpOffice(world.url, world.users)
    this.cases = new ClickCases(this.office)
  }

  static async begin(): Promise<Stage> {
    const world = await startDemo({ households: 40 }, true)
    const stage = new Stage(await openBrowser(), world)
    await stage.cases.prepare()
    return stage
  }

  /** Prints what was counted, and ends everything. */
  async end(): Promise<void> {
    const lines = this.#measured.map(({ role, task, clicks, target }) => `${role}\t${task}\t${clicks}\t(target ${target})`)
    process.stdout.write(`${lines.join('\n')}\n`)
    await this.browser.close()
    await this.world.stop()
  }

  user(account: string): Account {
    const user = this.world.users.find((each) => each.account === account)
    if (user === undefined) throw new Error(`no demo user ${account}`)
    return user
  }

  note(account: Role, task: string, target: number, clicks: number): void {
    this.#measured.push({ role: roles[account], task, clicks, target })
    expect(clicks).toBeLessThanOrEqual(target)
  }

  /** Does a task as somebody and holds its clicks against the target. */
  async take(account: Role, task: string, target: number, work: Parameters<typeof clicksOf>[3]): Promise<void> {
    this.note(account, task, target, await clicksOf(this.browser, this.world.url, this.user(account), work))
  }
}

/** Opens a case from the list of tasks. */
export async function openRow(page: Page, name: Name): Promise<void> {
  await page.locator('.tasks').getByRole('link', { name: applicants[name], exact: true }).click()
  await page.getByRole('region', { name: '案件概要' }).waitFor()
}

/** Sends the form that stands open at a step. */
export const send = (page: Page, step: string) => panel(page, step).locator('.move-form button[type=submit]').click()

export const stateOf = (view: CaseView, step: string) => view.steps.find((each) => each.step === step)?.state
export const madeIn = (view: CaseView, command: string) => view.moves.filter((move) => move.command === command).length
