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

describe('what npm start prints', () => {
  it('is how far each step is, then address, accounts, how to stop and how to begin anew', () => {
    const { told, users } = demo.world
    const steps = [
      /^生成虚构区县 \d+\/40 户$/m,
      /^导入数据包 \S+\.csv \d+ 行$/m,
      /^已导入：有误 \d+ 处，存疑 \d+ 处/m,
      /^已启动 18 个成员单位前置机$/m,
      /^(准备核对|核对 \d+\/40 户)$/m,
      /^核对完成：每户都有签名的核对报告$/m,
      /^应保正在运行：打开 http:\/\/127\.0\.0\.1:\d+ ，用演示用户登录；按 Ctrl\+C 停止$/m,
      /^账号和口令（只在首次启动时显示，请记下）：$/m,
      /^数据保存在 \S+，下次启动接着用；要从头开始，停止后删去这个文件夹$/m,
      /^Yingbao is running: open .* starts anew\.$/m,
    ]
    const places = steps.map((step) => told.search(step))
    expect(places.every((place) => place >= 0)).toBe(true)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    // when they are made, and again where the start ends
    const shown = told.slice(places[7], places[8])
    for (const { account, password } of users) expect(shown).toContain(`  ${account.padEnd(12)}${password}`)
  })
})

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
