import ExcelJS from 'exceljs'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { enter, follow, openedPaper, openTab, overflow, type Size, violations, visit } from './browser.ts'
import { clicksOf } from './click-counter.ts'
import { demoOf } from './demo.ts'

/** Templates, handed-in tables and the dictionary by hand, and the clicks of an administrator's tasks. */
const demo = demoOf({ households: 60 })

/** Works in a tab of somebody; nothing may have gone wrong in it. */
async function inTab(account: string, size: Size, work: (page: Page) => Promise<void>): Promise<void> {
  const { page, context, complaints } = await openTab(demo.browser, demo.world.url, size)
  await enter({ page, context }, demo.user(account))
  await work(page)
  expect(complaints).toEqual([])
  await context.close()
}

async function faults(page: Page): Promise<string[]> {
  const wider = await overflow(page)
  return [...(await violations(page)), ...(wider > 0 ? [`${wider} px too wide`] : [])]
}

/** A native choice is filled in like a field: it counts for no click of the way. */
const choiceClicks = 2

describe('document templates', () => {
  it('one person writes a version, tries it and cannot release it', async () => {
    await inTab('admin', 'desktop', async (page) => {
      await visit(page, '/templates/acceptance-notice')
      const text = page.getByLabel('模板文字（Typst）')
      const own = (await text.inputValue()).replaceAll('受理通知书', '受理告知单')
      await text.fill('#no-such-thing')
      await page.getByRole('button', { name: '试打样张' }).click()
      await page.getByText('模板排不出样张').waitFor()
      expect(await faults(page)).toEqual([])
      await text.fill(own)
      const paper = openedPaper(page)
      await page.getByRole('button', { name: '试打样张' }).click()
      expect(await paper).toMatch(/^blob:/)
      await page.getByLabel('改了什么').fill('按区里版式改题头')
      await page.getByRole('button', { name: '保存为新版本' }).click()
      await page.getByText('已保存为第 1 版').waitFor({ timeout: 60_000 })
      await page.getByText('看过样张后发布模板，由另一人').waitFor()
      expect(await page.getByRole('button', { name: /^发布/ }).count()).toBe(0)
      expect(await faults(page)).toEqual([])
    })
  })

  it('another one looks at the sample and releases it within four clicks', async () => {
    const clicks = await clicksOf(demo.browser, demo.world.url, demo.user('policy2'), async (page) => {
      await follow(page, '文书模板')
      await page.getByRole('button', { name: /^发布\s*受理通知书/ }).click()
      const dialog = page.getByRole('dialog')
      const sample = await dialog.getByRole('link', { name: /看这一版的样张/ }).getAttribute('href')
      const answer = await page.context().request.get(sample ?? '')
      expect(answer.headers()['content-type']).toContain('application/pdf')
      expect(await violations(page)).toEqual([])
      await dialog.getByLabel('理由').fill('样张与批复的版式一致')
      await dialog.getByRole('button', { name: '发布' }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached', timeout: 30_000 })
      const row = page.getByRole('row', { name: /受理通知书/ })
      await row.getByText('第 1 版').first().waitFor()
    })
    expect(clicks).toBeLessThanOrEqual(4)
  })

  it('an earlier version is put back, on a phone too', async () => {
    await inTab('policy', 'phone', async (page) => {
      await visit(page, '/templates/acceptance-notice')
      await page.getByRole('button', { name: /退回到\s*程序自带/ }).click()
      await page.getByRole('dialog').getByLabel('理由').fill('新版式漏了电话一栏')
      await page.getByRole('dialog').getByRole('button', { name: '发布' }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached', timeout: 30_000 })
      await page.getByRole('row', { name: /程序自带\s*在用/ }).waitFor()
      expect(await faults(page)).toEqual([])
    })
  })
})

async function workbook(rows: readonly (readonly string[])[]): Promise<Buffer> {
  const book = new ExcelJS.Workbook()
  const sheet = book.addWorksheet('名册')
  for (const row of rows) sheet.addRow(row)
  return Buffer.from(await book.xlsx.writeBuffer())
}

describe.each(['desktop', 'phone'] as const)('a roster handed in on a %s', (size) => {
  it('is looked at, comes back with the reasons, and its good rows are taken', async () => {
    await inTab('township', size, async (page) => {
      await visit(page, '/deliberation')
      const village = await page.getByLabel('村（社区）').inputValue()
      await page.getByRole('link', { name: '用工作簿整批登记' }).click()
      await page.getByRole('heading', { name: '评议人员名册' }).waitFor()
      const buffer = await workbook([
        ['村（社区）', '姓名', '身份', '身份证号', '入库日期'],
        [village, size === 'desktop' ? '甲桌面' : '乙手机', '党员代表', '', '2026-09-01'],
        [village, '丙有误', '神仙', '123', '昨天'],
      ])
      const mimeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
      await page.getByLabel('选择填好的工作簿').setInputFiles({ name: '名册.xlsx', mimeType, buffer })
      await page.getByText('共 2 行，合格 1，有误 1').waitFor()
      expect(await faults(page)).toEqual([])
      const link = page.getByRole('link', { name: '下载带错误原因的原表' })
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
      expect(download.suggestedFilename()).toBe('名册-错误原因.xlsx')
      await page.getByRole('button', { name: '先导入合格的 1 行' }).click()
      await page.getByText('共 2 行，导入 1，有误 1').waitFor()
      expect(await faults(page)).toEqual([])
      const text = { name: '表.xlsx', mimeType, buffer: Buffer.from('a,b') }
      await page.getByLabel('选择填好的工作簿').setInputFiles(text)
      await page.getByText('另存为 .xlsx').waitFor()
    })
  })
})

describe('the dictionary', () => {
  it('finds codes by word and by code, and says when there is none', async () => {
    await inTab('admin', 'phone', async (page) => {
      await visit(page, '/dictionary')
      await page.getByLabel('按代码或中文查找').fill('丧偶')
      await page.getByText('1 个代码表，1 项').waitFor()
      await page.getByRole('rowheader', { name: '30' }).waitFor()
      expect(await faults(page)).toEqual([])
      await page.getByLabel('按代码或中文查找').fill('没有这个词')
      await page.getByText('没有含“没有这个词”的代码').waitFor()
    })
  })

  it('a page whose file is gone after an update is fetched once more, never in a circle', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('admin'))
    await page.waitForLoadState('networkidle')
    const there = new Set(await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name)))
    // whatever script the page asked for does not load yet is gone
    await page.route('**/assets/*.js', (route) => (there.has(route.request().url()) ? route.continue() : route.abort()))
    let loads = 0
    page.on('request', (request) => {
      if (request.isNavigationRequest()) loads += 1
    })
    await page.goto('/dictionary')
    await page.getByText('页面出错了').waitFor()
    await page.waitForTimeout(2_000)
    expect(loads).toBeLessThanOrEqual(2)
    await page.unroute('**/assets/*.js')
    await page.goto('/dictionary')
    await page.getByLabel('按代码或中文查找').waitFor()
    await context.close()
  })
})

describe('clicks', () => {
  it('an account is added within four', async () => {
    const clicks = await clicksOf(demo.browser, demo.world.url, demo.user('admin'), async (page) => {
      await follow(page, '账号')
      await page.getByRole('button', { name: '新建账号' }).click()
      const form = page.getByRole('dialog')
      await form.getByLabel('账号').fill('counted')
      await form.getByLabel('姓名').fill('计数人')
      await form.getByLabel('岗位').selectOption('township_clerk')
      await form.getByLabel('辖区（乡镇、街道）').selectOption('629901001000')
      await form.getByLabel('理由').fill('新调入人员')
      await form.getByRole('button', { name: '新建' }).click()
      await page.locator('.notice.green').waitFor()
    })
    expect(clicks - 2 * choiceClicks).toBeLessThanOrEqual(4)
  })

  it('a holiday notice is entered within three', async () => {
    const clicks = await clicksOf(demo.browser, demo.world.url, demo.user('admin'), async (page) => {
      await follow(page, '工作日历')
      await page.getByLabel('通知正文').fill('元旦：1月1日（周四）至3日（周六）放假，共3天。1月4日（周日）上班。')
      await page.getByRole('button', { name: '预览' }).click()
      await page.getByLabel('文号或名称').fill('国办发明电〔2025〕7号')
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByText(/已保存为第 \d 版/).waitFor()
    })
    expect(clicks).toBeLessThanOrEqual(3)
  })

  it('the log is looked at within two', async () => {
    const clicks = await clicksOf(demo.browser, demo.world.url, demo.user('auditor'), async (page) => {
      await page.getByRole('navigation', { name: '主要功能' }).getByRole('link', { name: '查询留痕' }).click()
      await page.getByLabel('人员编号').fill('P-none')
      await page.getByRole('button', { name: '查谁看过' }).click()
      await page.getByText('没有这个人员').waitFor()
    })
    expect(clicks).toBeLessThanOrEqual(2)
  })

  it('a new standard is drafted within four', async () => {
    const clicks = await clicksOf(demo.browser, demo.world.url, demo.user('policy'), async (page) => {
      await page.getByRole('link', { name: '修订与发布' }).click()
      await page.getByLabel('修订名称').fill('提高农村低保标准')
      await page.getByRole('button', { name: '起草', exact: true }).click()
      await page.getByLabel('查找参数').fill('standard.rural')
      await page.getByLabel(/^参数（/).selectOption({ index: 1 })
      await page.getByLabel('金额（元）').fill('800')
      await page.getByLabel('单位').selectOption('month')
      await page.getByLabel('生效日').fill('2027-01-01')
      await page.getByLabel('依据（文件和条款）').fill('某区民发〔2026〕9号 第一条')
      await page.getByLabel('复核期限').fill('2027-12-31')
      await page.getByRole('button', { name: '检查并保存' }).click()
      await page.getByText('修改的值（1 项）').waitFor()
    })
    expect(clicks - 2 * choiceClicks).toBeLessThanOrEqual(4)
  })
})
