import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Download, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { type Account, enter, openTab, overflow, type Size, type Tab, violations, visit } from './browser.ts'
import { demoOf } from './demo.ts'
import { choose, confirmCards, type Handed, isNow, ruralPlaces, send, status, twelve } from './import-steps.ts'
import { Keyboard } from './keyboard.ts'
import { accountNumber, cellsOf, ledgerBook, mended, rightNumber } from './ledger-book.ts'

/** From the bureau's own workbook to households with accounts and grants, and back again where it was a mistake. */
const demo = demoOf({ households: 40 })

const check = async (page: Page) => expect([await violations(page), await overflow(page)]).toEqual([[], 0])

const bytesOf = async (download: Download) => readFile((await download.path()) ?? '')

async function tabOf(account: string, size: Size = 'desktop'): Promise<Tab> {
  const tab = await openTab(demo.browser, demo.world.url, size)
  await enter(tab, demo.user(account) satisfies Account)
  return tab
}

async function close(...tabs: readonly Tab[]): Promise<void> {
  for (const { context, complaints } of tabs) {
    expect(complaints).toEqual([])
    await context.close()
  }
}

async function upload(page: Page, files: readonly Handed[] | string, complete = false): Promise<void> {
  await choose(page, files, demo.world.asOf)
  if (complete) await page.getByLabel('这是完整的名册').check()
  await send(page)
}

/** The number a link of the table of differences shows, 0 where it shows none. */
async function counted(page: Page, label: string): Promise<number> {
  await page.getByRole('table', { name: '各表的差异' }).waitFor()
  const link = page.getByRole('link', { name: new RegExp(`^看${label} `) })
  return (await link.count()) === 0 ? 0 : Number(((await link.textContent()) ?? '').replaceAll(',', ''))
}

/** The register as it is exported, told by its hash. */
async function register(page: Page): Promise<string> {
  return createHash('sha256')
    .update(await (await page.request.get('/api/export')).body())
    .digest('hex')
}

/** The second person finds the import in the task centre and decides. */
async function decide(account: string, button: string, opinion: string, size: Size = 'desktop'): Promise<Tab> {
  const tab = await tabOf(account, size)
  await visit(tab.page, '/tasks')
  await tab.page.getByText('等待您确认').getByRole('link', { name: '去核对差异' }).click()
  await status(tab.page).waitFor()
  await tab.page.getByRole('button', { name: button }).click()
  await tab.page.getByText('请写明核对情况或理由，至少 4 个字').waitFor()
  await check(tab.page)
  await tab.page.getByLabel('意见（必填）').fill(opinion)
  await tab.page.getByRole('button', { name: button }).click()
  return tab
}

/** The demo's own package with another content: lines of its files changed or left out. */
async function wrongPackage(change: (file: string, line: string) => string | null): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'yingbao-package-'))
  for (const name of await readdir(demo.world.packageDir)) {
    if (!/\.(csv|json)$/.test(name)) continue
    const text = await readFile(join(demo.world.packageDir, name), 'utf8')
    const lines = name.endsWith('.csv') ? text.split('\n').flatMap((line) => change(name, line) ?? []) : [text]
    await writeFile(join(folder, name), lines.join('\n'))
  }
  return folder
}

describe('a wrong package', () => {
  it('is seen in the preview and dropped; said to be complete, it lists who would go', async () => {
    const clerk = await tabOf('centre')
    const { page } = clerk
    const known = await register(page)
    const list = await readFile(join(demo.world.packageDir, 'households.csv'), 'utf8')
    // whom this system pays stays in any case: two that only applied
    const gone = [...list.matchAll(/(H\d{9,}).*,new\s*$/gm)].slice(0, 2).map(([, householdNo = '']) => householdNo)
    expect(gone).toHaveLength(2)
    const folder = await wrongPackage((file, line) => {
      if (gone.some((householdNo) => line.includes(householdNo))) return null
      return file === 'payments.csv' ? line.replace(/,(\d+)\.00,/, (_, yuan) => `,${Number(yuan) + 1000}.00,`) : line
    })
    await upload(page, folder)
    await isNow(page, '已检查，待提交')
    expect(await counted(page, '资金发放变动')).toBeGreaterThan(300)
    expect(await counted(page, '家庭移出')).toBe(0)
    await page.getByRole('row', { name: /2026年9月 发放金额.*\+[\d,]+\.00/ }).waitFor()
    await check(page)
    await page.getByRole('button', { name: '放弃这次导入' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '放弃', exact: true }).click()
    await isNow(page, '已放弃')
    expect(await register(page)).toBe(known)

    await upload(page, folder, true)
    await isNow(page, '已检查，待提交')
    await page.getByRole('link', { name: '逐户查看' }).click()
    for (const householdNo of gone) await page.getByRole('row', { name: new RegExp(`^移出 家庭 .*${householdNo}`) }).waitFor()
    await check(page)
    await page.getByRole('button', { name: '提交，由另一人确认' }).click()
    await isNow(page, '待另一人确认')
    const second = await decide('approver', '退回经办人', '少了两户，文件不完整')
    await isNow(second.page, '已检查，待提交')
    await page.reload()
    await page.getByText('退回：少了两户，文件不完整').waitFor()
    expect(await register(page)).toBe(known)
    await rm(folder, { recursive: true })
    await close(clerk, second)
  })
})

describe('a ledger of twelve sheets', () => {
  it('becomes households with accounts and grants in at most ten decisions, by two persons', async () => {
    const clerk = await tabOf('centre')
    const { page } = clerk
    const places = twelve(await ruralPlaces(page))
    const buffer = await ledgerBook({ places, faults: { '3 1': 'check-digit', '7 0': 'account-as-number' } })
    const before = await register(page)
    await upload(page, [{ name: '2026年三季度农村低保台账.xlsx', buffer }])
    await isNow(page, '待确认读法')
    await page
      .getByRole('tab', { name: new RegExp(places[11]?.village ?? '') })
      .last()
      .click()
    await page.getByText('表头在第 3–4 行').waitFor()
    await check(page)
    const decisions = await confirmCards(page)
    expect(decisions).toBeGreaterThan(0)
    expect(decisions).toBeLessThanOrEqual(10)
    await isNow(page, '已检查，待提交')
    expect(await counted(page, '家庭新增')).toBe(23)
    expect(await counted(page, '家庭成员新增')).toBe(45)
    await page.getByRole('row', { name: /在保家庭月保障金额（34 → 57 户）.*\+[\d,]+\.00/ }).waitFor()
    await page
      .getByRole('row', { name: /新增.*月保障金额 \d+.*账号/ })
      .first()
      .waitFor()
    await page
      .getByText(/工作表“.+一组”第 \d+ 行|工作表“.+二组”第 \d+ 行/)
      .first()
      .waitFor()
    await check(page)
    expect(await register(page)).toBe(before)
    await page.getByRole('button', { name: '提交，由另一人确认' }).click()
    await isNow(page, '待另一人确认')
    await page.getByText('提交的人不能自己确认').waitFor()
    await check(page)
    const second = await decide('approver', '确认，写入名册', '已与盖章台账核对', 'phone')
    await isNow(second.page, '完成')
    await check(second.page)
    await second.page.getByText('已写入名册：新增和变动 68 行').waitFor()
    expect(await register(page)).not.toBe(before)
    await close(clerk, second)
  })

  it('gives back the refused rows in its own sheets; mended, only they change', async () => {
    const clerk = await tabOf('centre')
    const { page } = clerk
    await visit(page, '/imports')
    await page.getByRole('link', { name: '2026年三季度农村低保台账.xlsx' }).click()
    await status(page).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /^下载退回的行/ }).click(),
    ])
    const buffer = await mended(await bytesOf(download), (book) => {
      const cells = cellsOf(book)
      expect(cells.some((cell) => cell.text.includes('错误原因'))).toBe(true)
      for (const cell of cells) {
        if (/^629901\d{11}[\dX]$/.test(cell.text)) cell.value = rightNumber(cell.text)
        if (/^[\d.]+E\+18$|^6217\d{11}0000$/.test(cell.text)) cell.value = accountNumber(9_001)
      }
    })
    await upload(page, [{ name: '退回的行（已改）.xlsx', buffer }])
    expect(await confirmCards(page)).toBeLessThanOrEqual(2)
    await isNow(page, '已检查，待提交')
    expect(await counted(page, '家庭新增')).toBe(1)
    expect(await counted(page, '家庭成员新增')).toBe(3)
    expect(await counted(page, '家庭变动')).toBe(0)
    await page.getByRole('button', { name: '提交，由另一人确认' }).click()
    await isNow(page, '待另一人确认')
    const second = await decide('approver', '确认，写入名册', '两户已改正')
    await isNow(second.page, '完成')
    await second.page.getByText('已写入名册：新增和变动 4 行').waitFor()
    await close(clerk, second)
  })
})

/** The second person without a mouse: from the task centre to the decision, the focus shown all the way. */
async function decideByKeys(account: string, button: string, opinion: string): Promise<Tab> {
  const tab = await tabOf(account)
  await visit(tab.page, '/tasks')
  const keys = new Keyboard(tab.page)
  await keys.tabTo('main a[href^="/imports/"]')
  await keys.press('Enter')
  await tab.page.getByRole('button', { name: button }).waitFor()
  await keys.tabTo('textarea')
  await keys.type(opinion)
  await keys.tabToButton(button)
  await keys.press('Enter')
  expect(keys.faults).toEqual([])
  return tab
}

describe('an import by mistake', () => {
  it('is taken back by two persons, and the register is as before', async () => {
    const clerk = await tabOf('centre')
    const { page } = clerk
    const before = await register(page)
    const buffer = await ledgerBook({ places: (await ruralPlaces(page)).slice(0, 3), begin: 300 })
    await upload(page, [{ name: '导错的台账.xlsx', buffer }])
    expect(await confirmCards(page)).toBeLessThanOrEqual(2)
    await page.getByRole('button', { name: '提交，由另一人确认' }).click()
    await isNow(page, '待另一人确认')
    const second = await decide('approver', '确认，写入名册', '已核对台账')
    await isNow(second.page, '完成')
    expect(await register(page)).not.toBe(before)
    await visit(page, page.url())
    await page.getByRole('button', { name: '撤回这次导入' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '申请撤回' }).click()
    await page.getByText('请写明理由，至少 4 个字').waitFor()
    await check(page)
    await page.getByRole('dialog').getByLabel('理由（必填）').fill('这是去年的台账')
    await page.getByRole('dialog').getByRole('button', { name: '申请撤回' }).click()
    await page.getByText('申请的人不能自己确认').waitFor()
    await second.context.close()
    const third = await decideByKeys('approver', '确认撤回', '确是去年的台账')
    await isNow(third.page, '已撤回')
    expect(await third.page.evaluate(() => document.activeElement?.textContent)).toBe('导入情况')
    await check(third.page)
    expect(await register(page)).toBe(before)
    await close(clerk, third)
  })
})
