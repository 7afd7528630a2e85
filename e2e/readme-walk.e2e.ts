import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readWalk, type WalkTurn } from '#testkit/readme-walk'
import { openTab, type Tab } from './browser.ts'
import { demoOf } from './demo.ts'
import { Performer } from './readme-performer.ts'

/** The walk that the README points to, performed word for word: a new family from its application to its first payment. */
const demo = demoOf({ households: 40 })
const turns = readWalk(readFileSync(new URL('../docs/walk.md', import.meta.url), 'utf8'), 'english')
let tab: Tab
let performer: Performer

beforeAll(async () => {
  tab = await openTab(demo.browser, demo.world.url)
  tab.page.setDefaultTimeout(20_000)
  await tab.page.goto('/sign-in')
  performer = new Performer(tab.page)
})

afterAll(() => tab?.context.close())

async function perform({ title, account, steps }: WalkTurn): Promise<void> {
  await performer.signIn(demo.user(account))
  for (const step of steps) {
    try {
      await performer.do(step)
    } catch (cause) {
      throw new Error(`${title}, ${step.verb} “${step.name}”: ${cause instanceof Error ? cause.message : ''}`, { cause })
    }
  }
}

describe('the walk of docs/walk.md', () => {
  it('pays a new family, and is counted', async () => {
    const begun = performance.now()
    for (const turn of turns) await perform(turn)
    const { clicks, fields, days, waits } = performer.counts
    const seconds = Math.round((performance.now() - begun) / 1000)
    process.stdout.write(
      `the walk: ${clicks} clicks, ${fields} fields, ${days} moves of the day, ${waits} readings anew, ${seconds} s\n`,
    )
    expect(days).toBe(7)
    expect(await tab.page.getByRole('region', { name: '案件概要' }).textContent()).toContain('已纳入保障')
    expect(await tab.page.locator('#decisions').textContent()).toMatch(/712\.00 元（基本 640\.00，增发 72\.00）.*2 人/)
    expect(tab.complaints).toEqual([])
  })
})
