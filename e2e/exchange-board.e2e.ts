/** The centre's board with the live gateways of a demo: what it shows, what two persons do on it, and how it looks in every state. */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { generateNodeKeys } from '#wire'
import { enter, openTab, overflow, type Size, violations, visit } from './browser.ts'
import { demoOf } from './demo.ts'
import { faultsAt, states } from './page-states.ts'

const demo = demoOf({ households: 20 })
const addresses = ['/lines', '/lines?show=late&sort=oldest', '/lines/police']

describe.each(['desktop', 'phone'] as const)('on a %s', (size) => {
  it.each(states)('board and node in the %s state are accessible and fit', async (state) => {
    const look = { browser: demo.browser, url: demo.world.url, user: demo.user('centre'), size, state }
    expect(await faultsAt(look, addresses)).toEqual([])
  })

  it('forty nodes with long names fit as well', async () => {
    await inTab('centre', size, async (page) => {
      await page.route('**/api/lines', async (route) => {
        const response = await route.fetch()
        const board = (await response.json()) as { rows: { name: string; unit: string }[] }
        const rows = Array.from({ length: 40 }, (_, k) => {
          const row = board.rows[k % board.rows.length]
          return {
            ...row,
            unit: `${row?.unit}-${k}`,
            name: `${row?.name}数据共享前置节点第${k}号`,
            nodeId: `629901.long-name-${k}`,
          }
        })
        return route.fulfill({ response, json: { ...board, rows } })
      })
      await visit(page, '/lines')
      const listed = page.getByRole('list', { name: '各单位线路列表' }).locator('> li').or(page.locator('tbody tr'))
      expect(await listed.count()).toBe(40)
      expect(await faults(page)).toEqual([])
    })
  })
})

async function faults(page: Page): Promise<string[]> {
  const wider = await overflow(page)
  return [...(await violations(page)), ...(wider > 0 ? [`${wider} px too wide`] : [])]
}

/** Works in a tab of somebody; nothing may have gone wrong in it. */
async function inTab(account: string, size: Size, work: (page: Page) => Promise<void>): Promise<void> {
  const { page, context, complaints } = await openTab(demo.browser, demo.world.url, size)
  await enter({ page, context }, demo.user(account))
  await work(page)
  expect(complaints).toEqual([])
  await context.close()
}

describe('the board', () => {
  it('shows every gateway on line, and narrows by the word that is typed', async () => {
    await inTab('centre', 'desktop', async (page) => {
      await visit(page, '/lines')
      await page.getByText('18 / 18').waitFor()
      await page.getByLabel('单位名称或编号').fill('公安')
      await expect.poll(() => page.getByRole('row').count()).toBe(2)
      await page
        .getByRole('row', { name: /公安/ })
        .getByText(/有记录 [\d.]+ %，无记录 [\d.]+ %/)
        .waitFor()
      await page.getByRole('link', { name: '公安' }).press('Enter')
      await page.getByRole('heading', { name: '公安（成员单位）' }).waitFor()
    })
  })

  it('is sorted by its heads with the keyboard, and exported as it stands with its total row', async () => {
    await inTab('centre', 'desktop', async (page) => {
      await visit(page, '/lines')
      const names = () => page.locator('tbody th[scope=row] a').allTextContents()
      const head = page.getByRole('columnheader', { name: '单位' })
      await head.waitFor()
      const asTheyCame = await names()
      const press = () => head.getByRole('button').press('Enter')
      await press()
      expect(await head.getAttribute('aria-sort')).toBe('ascending')
      const inOrder = [...asTheyCame].sort(new Intl.Collator('zh-CN', { numeric: true }).compare)
      expect(await names()).toEqual(inOrder)
      await press()
      expect(await names()).toEqual(inOrder.toReversed())
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: /^导出/ }).press('Enter')
      const file = await download
      expect(file.suggestedFilename()).toMatch(/^成员单位与线路 各单位线路 \d{4}-\d\d-\d\d\.csv$/)
      const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n')
      expect(lines[0]).toMatch(/^\uFEFF单位,/)
      expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual([...inOrder.toReversed(), '合计'])
      await press()
      expect(await names()).toEqual(asTheyCame)
    })
  })

  it('on a phone is a card for each unit with its line, what waits and how it answers, nothing scrolls sideways', async () => {
    await inTab('centre', 'phone', async (page) => {
      await visit(page, '/lines')
      const card = page.getByRole('list', { name: '各单位线路列表' }).locator('> li').filter({ hasText: '公安' })
      await card.getByText('在线', { exact: true }).waitFor()
      await card.getByText(/有记录 [\d.]+ %，无记录 [\d.]+ %/).waitFor()
      expect(await card.getByRole('term').allTextContents()).toContain('未答复')
      expect(await page.locator('main .scroller').count()).toBe(0)
      await card.getByRole('link', { name: '公安' }).press('Enter')
      await page.getByRole('heading', { name: '公安（成员单位）' }).waitFor()
    })
  })

  it('shares that could not be read are not called unasked', async () => {
    await inTab('centre', 'desktop', async (page) => {
      const failed = { code: 'server.failed', message: '服务器出错，请稍后重试。', details: {} }
      await page.route('**/api/answer-shares', (route) => route.fulfill({ status: 500, json: failed }))
      await visit(page, '/lines')
      await page.getByText(failed.message).waitFor()
      expect(await page.getByText('未查询', { exact: true }).count()).toBe(0)
      await visit(page, '/lines/police')
      await page.getByText('没有读到，请刷新页面重试').waitFor()
      expect(await page.getByText('未查询', { exact: true }).count()).toBe(0)
    })
  })

  it('terms are agreed from the keyboard; a form sent empty says what is missing', async () => {
    await inTab('centre', 'phone', async (page) => {
      await visit(page, '/lines/tax')
      await page.getByRole('button', { name: '新的约定' }).press('Enter')
      await page.getByRole('button', { name: '保存' }).press('Enter')
      await page.getByText('请写明约定的出处').waitFor()
      expect(await faults(page)).toEqual([])
      await page.getByLabel('每日查询限额').fill('300')
      await page.getByLabel('责任人账号').fill('nobody')
      await page.getByLabel('出处').fill('税务数据共享协议')
      await page.getByRole('button', { name: '保存' }).press('Enter')
      await page.locator('dialog .error-text').getByText('没有账号“nobody”').waitFor()
      await page.getByLabel('责任人账号').fill('centre2')
      await page.getByRole('button', { name: '保存' }).press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.getByText('责任人核对中心乙').waitFor()
      await page.getByRole('button', { name: '新的约定' }).press('Enter')
      await page.getByText('现在由核对中心乙负责').waitFor()
      await page.getByRole('button', { name: '取消' }).press('Enter')
      await page.getByText('限额 300 件').waitFor()
    })
  })

  it('a node that one person registers is confirmed by another, who sees the keys to hand over', async () => {
    const { signing, box } = generateNodeKeys('GM1')
    await inTab('centre', 'desktop', async (page) => {
      await visit(page, '/lines')
      await page.getByRole('button', { name: '登记节点' }).click()
      await page.getByRole('button', { name: '提交，由另一人确认' }).click()
      await page.getByText('请粘贴对方的公钥').first().waitFor()
      expect(await faults(page)).toEqual([])
      await page.getByLabel('节点编号').fill('629900.city')
      await page.getByLabel('名称', { exact: true }).fill('市级节点')
      await page.getByLabel('签名公钥').fill(signing.publicKey)
      await page.getByLabel('加密公钥').fill(box.publicKey)
      await page.getByLabel('理由').fill('市民政局来函接入')
      await page.getByRole('button', { name: '提交，由另一人确认' }).click()
      await page.getByText('确认这项变更，由另一人').waitFor()
    })
    await inTab('security', 'desktop', async (page) => {
      await visit(page, '/lines')
      await page.getByRole('button', { name: /^确认/ }).click()
      await page.getByRole('link', { name: '市级节点' }).click()
      await page.getByText('没有授予任何查询权').waitFor()
      await page.getByText('本中心的公钥（交给对方）').press('Enter')
      await page.getByText('签名（GM1）').waitFor()
      expect(await faults(page)).toEqual([])
    })
  })

  it('a bundle is made for a unit; what is not taken of the files that come back is told one by one', async () => {
    for (const size of ['desktop', 'phone'] as const) {
      await inTab('centre', size, async (page) => {
        await visit(page, '/lines/banks')
        const download = page.waitForEvent('download')
        await page.getByRole('button', { name: '生成离线包' }).press('Enter')
        const made = await download
        expect(made.suggestedFilename()).toMatch(/^629901\.centre-629901\.banks-\d{8}T\d+Z-1of1\.ybx$/)
        await page.getByText(/已生成 629901/).waitFor()
        const bytes = await readFile(await made.path())
        const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer })
        await page
          .getByLabel('导入离线包')
          .setInputFiles([file('own.ybx', bytes), file('cut.ybx', bytes.subarray(0, 300)), file('表.xlsx', bytes)])
        await page.getByText('离线包是 629901.centre 发给 629901.banks 的').waitFor()
        await page.getByText('文件不完整：没有写完，或在拷贝时中断').waitFor()
        await page.getByText('“表.xlsx”不是离线包文件').waitFor()
        await page.getByText('正在导入').waitFor({ state: 'detached' })
        expect(await faults(page)).toEqual([])
      })
    }
    await inTab('approver', 'desktop', async (page) => {
      await visit(page, '/lines/banks')
      await page.getByRole('heading', { name: '对账' }).waitFor()
      expect(await page.getByText('生成离线包').count()).toBe(0)
    })
  })

  it('a right is taken away at once', async () => {
    await inTab('centre', 'desktop', async (page) => {
      await visit(page, '/lines/insurance')
      const rights = page.getByRole('button', { name: /^收回/ })
      const before = await rights.count()
      await rights.first().click()
      await page.getByLabel('理由').fill('协议到期未续')
      await page.getByRole('dialog').getByRole('button', { name: '收回' }).click()
      await expect.poll(() => rights.count()).toBe(before - 1)
    })
  })
})
