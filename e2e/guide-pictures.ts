/** Makes the pictures of docs/import-guide.zh.md from a running demo, all by hand as the guide says: `node e2e/guide-pictures.ts` (Node 24). */
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { startDemo } from '#testkit/world'
import { buildPages, openBrowser, openTab, settled, signIn, visit } from './browser.ts'
import { choose, confirmCards, isNow, ruralPlaces, send, status, twelve } from './import-steps.ts'
import { ledgerBook } from './ledger-book.ts'

const folder = join(import.meta.dirname, '../docs/pictures')
const most = 150 * 1024
const size = { width: 980, height: 600 }

/** Takes a picture of a part of the page, at most the window high. */
async function picture(name: string, part: Locator): Promise<void> {
  await settled(part.page())
  // scrolled, the head of the page would cover a part
  await part.page().evaluate(() => window.scrollTo(0, 0))
  const box = await part.boundingBox()
  if (box === null) throw new Error(`${name} is not there`)
  const path = join(folder, `import-${name}.png`)
  const clip = { x: box.x, y: box.y, width: box.width, height: Math.min(box.height, size.height) }
  await part.page().screenshot({ path, clip, fullPage: true })
  if (statSync(path).size > most) throw new Error(`${name} has more than 150 KiB`)
}

const part = (page: Page, name: RegExp) => page.getByRole('region', { name })

buildPages()
mkdirSync(folder, { recursive: true })
const world = await startDemo({ households: 40 }, true)
const browser = await openBrowser()
try {
  const open = async (account: string): Promise<Page> => {
    const { page } = await openTab(browser, world.url)
    await page.setViewportSize(size)
    const user = world.users.find((each) => each.account === account)
    if (user === undefined) throw new Error(`no user ${account}`)
    await signIn(page, user)
    return page
  }
  const clerk = await open('centre')
  const faults = { '0 1': 'check-digit', '0 2': 'account-as-number' } as const
  const buffer = await ledgerBook({ places: twelve(await ruralPlaces(clerk)), households: 3, faults })
  await choose(clerk, [{ name: '2026年三季度农村低保台账.xlsx', buffer }], world.asOf)
  await picture('upload', clerk.getByRole('form', { name: '导入名册' }))
  await send(clerk)
  await isNow(clerk, '待确认读法')
  await picture('questions', part(clerk, /^请确定/))
  await picture('sheet', part(clerk, /^表格是这样读的/))
  await confirmCards(clerk)
  await isNow(clerk, '已检查，待提交')
  await picture('differences', part(clerk, /^与名册的差异/))
  await picture('returned', part(clerk, /^退回与存疑的行/))
  await clerk.getByRole('button', { name: '提交，由另一人确认' }).click()
  await isNow(clerk, '待另一人确认')
  const approver = await open('approver')
  await visit(approver, '/tasks')
  await approver.getByRole('link', { name: '去核对差异' }).click()
  await picture('confirm', status(approver))
  await approver.getByLabel('意见（必填）').fill('已与盖章的台账核对')
  await approver.getByRole('button', { name: '确认，写入名册' }).click()
  await isNow(approver, '完成')
  await visit(clerk, clerk.url())
  await clerk.getByRole('button', { name: '撤回这次导入' }).click()
  await picture('withdraw', clerk.getByRole('dialog'))
} finally {
  await browser.close()
  await world.stop()
}
