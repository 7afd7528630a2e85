import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RecordsAnswerHead, readRecordsAnswer } from '#sources/contract'
import { peerKeys, publicHalf } from '#wire'
import { chainFault } from '../apps/gateway/desk/log-export.ts'
import { openBrowser, openTab, overflow, violations } from './browser.ts'
import { askAbout, deskScene, li, zhang } from './desk-scene.ts'

/** The page of a member unit's data officer, at a gateway that runs as it does at the unit. */
const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 375, height: 812 } } as const
const world = deskScene()
let browser: Browser
const opened: { context: { close(): Promise<void> } }[] = []
const complaints: string[][] = []

beforeAll(async () => {
  await world.connect()
  await world.start()
  browser = await openBrowser()
})
afterAll(async () => {
  for (const tab of opened) await tab.context.close()
  await browser?.close()
  await world.close()
})

/** A tab of the officer at a unit's desk, signed in by keyboard. */
async function desk(unit: 'police' | 'civil_affairs', size: keyof typeof sizes = 'desktop'): Promise<Page> {
  const tab = await openTab(browser, world.urls.get(unit) ?? '', size)
  opened.push(tab)
  complaints.push(tab.complaints)
  const { page } = tab
  await page.setViewportSize(sizes[size])
  await page.goto('/')
  await page.getByRole('heading', { name: '数据专员登录' }).waitFor()
  for (const text of [world.officer.name, world.officer.password]) {
    for (let i = 0; i < 5 && (await page.evaluate(() => document.activeElement?.tagName)) !== 'INPUT'; i++)
      await page.keyboard.press('Tab')
    await page.keyboard.type(text)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '概况', level: 1 }).waitFor()
  return page
}

/** What is wrong with how pages look: axe's findings, and a page wider than the window. */
async function faults(page: Page, addresses: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const address of addresses) {
    if (address !== '') await page.goto(address)
    const wider = await overflow(page)
    found.push(...(await violations(page)), ...(wider > 0 ? [`${address} is ${wider} px too wide`] : []))
  }
  return found
}

describe('signing in', () => {
  it('needs the password, and says no more than that it was wrong; nothing is seen before', async () => {
    const { page, context } = await openTab(browser, world.urls.get('police') ?? '')
    await page.goto('/log')
    expect(page.url()).toMatch(/\/sign-in$/)
    await page.getByLabel('姓名').fill('谁也不是')
    await page.getByLabel('口令').fill('correct horse 42')
    await page.getByRole('button', { name: '登录' }).click()
    await page.getByText('姓名或口令不对').waitFor()
    expect(await faults(page, [''])).toEqual([])
    await context.close()
  })

  it('a form without the proof of its session changes nothing', async () => {
    const page = await desk('police')
    const answer = await page.request.post(`${world.urls.get('police')}/export/csv`, {
      form: { csrf: 'guessed' },
      maxRedirects: 0,
    })
    expect([answer.status(), answer.headers().location]).toEqual([303, '/sign-in'])
    const cookie = (await page.context().cookies()).find(({ name }) => name === 'desk')
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
  })
})

describe('the mapping', () => {
  it('a test query names the faulty columns; saved, the gateway answers by it without a restart', async () => {
    const before = askAbout(world, ['police/vehicles'], 'before', 'AJ-1')
    const { lines } = await world.answerTo(before)
    expect(
      readRecordsAnswer(RecordsAnswerHead.parse(JSON.parse(lines[0] ?? '')), 'police', lines.slice(1)).subjects,
    ).toMatchObject([
      { i: 0, states: 'E', why: { 0: 'column_missing' } },
      { i: 1, states: 'A' },
    ])
    const page = await desk('police')
    await page.goto('/mapping/vehicles')
    await page.getByRole('button', { name: '试查' }).click()
    await page.getByText('2 列有问题：车辆类型、取得日期').waitFor()
    expect(await faults(page, [''])).toEqual([])
    await page.getByLabel('取得日期在本单位的列名').fill('取得')
    await page.getByLabel('车辆类型的代码对照').fill('K1=car')
    await page.getByLabel(/^试查的公民身份号码/).fill(zhang.idNumber)
    await page.getByRole('button', { name: '试查' }).click()
    await page.getByText('找到 1 行，各列都能读懂').waitFor()
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已保存，前置机已按新映射答复').waitFor()
    const after = askAbout(world, ['police/vehicles'], 'after', 'AJ-2')
    const answered = await world.answerTo(after)
    expect(answered.lines.join('')).toContain('黑A12345')
  })
})

describe('what only a person can look up', () => {
  it('waits at the desk, is looked at twice and goes out as a correction', async () => {
    const asked = askAbout(world, ['police/vehicles', 'police/custody'], 'hand', 'AJ-3')
    const { lines } = await world.answerTo(asked, 'answer')
    expect(lines.slice(1).join('')).toContain('"s":"HP"')
    const page = await desk('police', 'phone')
    await page.goto('/manual')
    await page.getByRole('link', { name: /张.*002X/ }).click()
    await page.getByLabel('状态（必填）').selectOption('prison')
    await page.getByLabel('开始日期（必填）').fill('2027-01-01')
    await page.getByRole('button', { name: '下一步：核对后发出' }).click()
    await page.getByText('日期晚于核对时点').waitFor()
    expect(await faults(page, [''])).toEqual([])
    await page.getByLabel('开始日期（必填）').fill('2026-01-01')
    await page.getByRole('button', { name: '下一步：核对后发出' }).click()
    await page.getByText('将答复：有记录，1 行').waitFor()
    expect(world.received.some(({ header }) => header.type === 'correction')).toBe(false)
    await page.getByRole('button', { name: '确认发出' }).click()
    await page.getByText('已发出，作为更正').waitFor()
    const corrected = await world.answerTo(asked, 'correction')
    const head = RecordsAnswerHead.parse(JSON.parse(corrected.lines[0] ?? ''))
    const [first, second] = readRecordsAnswer(head, 'police', corrected.lines.slice(1)).subjects
    expect(first).toMatchObject({ i: 0, states: 'HH', why: {} })
    expect(first?.rows[1]?.[0]).toContain('prison')
    expect(second).toMatchObject({ i: 1, states: 'AA' })
    const again = askAbout(world, ['police/custody'], 'hand', 'AJ-3', 2)
    expect((await world.answerTo(again)).lines.join('')).toContain('"s":"H","r":{"0":')
    expect(await page.getByText('没有要人工答复的人').count()).toBe(1)
  })
})

describe('dropped files', () => {
  it('an upload is taken, a number cell named, the same file not taken twice, what waits in the folder said', async () => {
    writeFileSync(join(world.dir, 'drops/marriages-half.csv'), 'x')
    const page = await desk('civil_affairs')
    await page.goto('/drop')
    await page.getByText('等待控制文件 marriages-half.csv.ctl').waitFor()
    const csv = `来源记录号,数据时点,公民身份号码,姓名,死亡日期,火化日期,火化地点\nF1,2026-09-01,${zhang.idNumber},张三,2026-01-01,2026-01-03,某馆\nF2,2026-09-01,110105194912310021,李四,2026-01-01,,`
    const file = { name: '殡葬九月.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) }
    const drop = async (): Promise<void> => {
      await page.getByLabel('记录类型').selectOption('funerals')
      await page.locator('#file').setInputFiles(file)
      await page.getByRole('button', { name: '投放' }).click()
    }
    await drop()
    await page.getByText('已取用 殡葬九月.csv：2 行，可用 1 行，隔离 1 行').waitFor()
    expect(await faults(page, [''])).toEqual([])
    await page.getByRole('link', { name: '看被隔离的行' }).click()
    await page.getByText('公民身份号码位数或校验位不对').waitFor()
    await page.goto('/drop')
    await drop()
    await page.getByText('是重复文件，未再次取用').waitFor()
  })
})

describe('every page', () => {
  const pages = ['/', '/log', '/refusals', '/mapping', '/mapping/custody', '/manual', '/export', '/keys']

  it.each(['desktop', 'phone'] as const)('holds nothing that axe minds and fits, %s', async (size) => {
    const police = await desk('police', size)
    expect(await faults(police, pages)).toEqual([])
    const civil = await desk('civil_affairs', size)
    expect(await faults(civil, ['/drop', '/drop/set-aside/funerals'])).toEqual([])
  })

  it('the log is filtered, a person is found by number alone, and that look is logged', async () => {
    const page = await desk('police')
    await page.goto('/log?operator=nobody')
    await page.getByText('没有符合条件的记录').waitFor()
    await page.goto('/log')
    expect(await page.getByRole('region', { name: '日志' }).textContent()).not.toContain(li.idNumber)
    await page.getByLabel('公民身份号码').fill(li.idNumber)
    await page.getByRole('button', { name: '查此人的记录' }).click()
    await page.getByText('此次查看已记入日志').waitFor()
    expect(await page.getByRole('region', { name: '此人的记录' }).textContent()).toContain('未授权未查询')
    await page.goto('/log?event=desk_person_search')
    await page.getByRole('region', { name: '日志' }).getByText('按号码查日志').waitFor()
  })

  it('the exported chain is proven by the public key alone; one altered letter shows', async () => {
    const page = await desk('police')
    await page.goto('/export')
    await page.getByText('日志链完整').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^导出日志链/ }).click(),
    ])
    const text = await readFile(await download.path(), 'utf8')
    const keys = peerKeys(publicHalf(JSON.parse(world.read('police.json')).keys))
    expect(chainFault(text, keys)).toBeNull()
    expect(chainFault(text.replace('王核对', '王核对人'), keys)).toContain('已被改动')
    expect(text).not.toContain(zhang.idNumber)
  })

  it('says that the line is down, since when, and that nothing is lost', async () => {
    const page = await desk('police')
    await page.getByText('与核对中心的线路畅通').waitFor()
    await world.cut()
    const isDown = async (): Promise<number> => {
      await page.reload()
      return page.getByText('线路不通').count()
    }
    await expect.poll(isDown, { timeout: 10_000, interval: 300 }).toBe(1)
    expect(await faults(page, ['/'])).toEqual([])
    expect(complaints.flat()).toEqual([])
  })
})
