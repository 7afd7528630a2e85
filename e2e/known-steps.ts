/** A household that the registry knows: found by what its verification doubts, applying anew, its doubt explained and cleared. */
import type { Page } from 'playwright-core'
import { visit } from './browser.ts'
import { cardOf, type Desks, fillIn, panel, photo } from './case-desk.ts'
import { goTo, prove, saved, villageOf } from './intake-steps.ts'

/** A household of the assistant's village with one open finding of class A, by the filters of the list. */
export async function findDoubted(desks: Desks, rule: string): Promise<{ name: string; householdNo: string }> {
  const page = await desks.at('township')
  await visit(page, `/households?rule=${rule}`)
  const filters = page.getByRole('search', { name: '筛选家庭' })
  await filters.getByLabel('待处置疑点').selectOption('A')
  const townships = filters.getByLabel('乡镇街道')
  const township = townships.locator('option').nth(1)
  await township.waitFor({ state: 'attached' })
  await townships.selectOption({ index: 1 })
  const villages = filters.getByLabel('村社区')
  const village = await villageOf(desks)
  await villages.locator(`option[value="${village}"]`).waitFor({ state: 'attached' })
  await villages.selectOption(village)
  await page.getByText(/^共 \d+ 户$/).waitFor()
  const row = page
    .locator('.households tbody tr', { has: page.getByText('A 类 1', { exact: true }) })
    .filter({ hasNotText: /B 类/ })
    .first()
  const name = (await row.locator('.row-link').textContent()) ?? ''
  return { name, householdNo: (await row.locator('.mono').first().textContent()) ?? '' }
}

/** The household applies anew, for the urban programme; gives the number of its case. */
export async function reapply(desks: Desks, householdNo: string): Promise<string> {
  const page = await desks.at('township')
  const { applicant } = desks.family
  await visit(page, '/intake')
  await page.getByLabel('先查找：姓名、拼音、公民身份号码或家庭编号').fill(householdNo)
  await page.getByRole('button', { name: '查找', exact: true }).click()
  await page.getByLabel(`${applicant}申请的项目`).selectOption('urban')
  await desks.look(page, 'intake, found a household')
  await page.getByRole('button', { name: /^重新申请/ }).click()
  await page.getByRole('heading', { name: '申请录入' }).waitFor()
  await page.getByRole('navigation', { name: '申请的各部分' }).waitFor()
  return decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '')
}

async function confirm(page: Page): Promise<void> {
  const button = page.locator('.draft section').getByRole('button', { name: /^已核实，确认/ })
  await button.click()
  await button.waitFor({ state: 'detached' })
}

/** What is known is confirmed, a declared car that is gone is taken out, the rest is filled in; gives what the last part says. */
export async function confirmKnown(desks: Desks): Promise<string> {
  const { applicant, yearlyWage } = desks.family
  const page = await goTo(desks, '家庭')
  await confirm(page)
  await fillIn(page.locator('.draft section'), {
    申请理由: '务工收入不稳定，难以维持生活',
    联系电话: '13900001234',
    '与低保经办人员、村（社区）干部有近亲属关系': 'no',
  })
  // of a household that is or was paid, two persons change the account
  if (await page.getByLabel('账号', { exact: true }).isEditable()) {
    await fillIn(page.locator('.draft section'), { 开户银行: '甲子农商银行', 账号: cardOf('91'), 账户户名: applicant })
  }
  await saved(desks)
  await goTo(desks, '家庭成员')
  await confirm(page)
  const member = page.locator('.draft section li.card').first()
  await fillIn(member, { 与户主共同生活: 'yes', 长期不在家的情形: 'none', 计入共同生活成员: 'yes' })
  await saved(desks)
  await goTo(desks, '财产')
  await page.getByRole('button', { name: /^移除/ }).click()
  await page.getByLabel('没有须申报的财产', { exact: true }).check()
  await saved(desks)
  await goTo(desks, '收入')
  await page.getByRole('button', { name: '增加一项收入' }).click()
  const row = page.locator('.draft section li.card').first()
  await row.getByLabel('取得人').selectOption({ label: applicant })
  await fillIn(row, { 收入项目: 'wage', '期间合计（元）': yearlyWage })
  await saved(desks)
  for (const [part, none] of [
    ['支出', '没有刚性支出'],
    ['赡养抚养扶养人', '没有赡养、抚养、扶养义务人'],
  ] as const) {
    await goTo(desks, part)
    await page.getByLabel(none, { exact: true }).check()
    await saved(desks)
  }
  await prove(desks)
  await goTo(desks, '检查与受理')
  return (await page.locator('.draft section .notice').first().textContent()) ?? ''
}

/** A report that is valid still is not asked for again by itself: the clerk commissions a new one. */
export async function commission(desks: Desks): Promise<void> {
  const page = await desks.openCase('township')
  const area = panel(page, '家庭经济状况核对')
  const form = area.locator('.move-form', { has: page.getByRole('heading', { name: '委托核对', exact: true }) })
  if (!(await form.isVisible())) await area.getByRole('button', { name: '委托核对', exact: true }).click()
  await form.getByText('成员和义务人的授权书都已登记。').waitFor()
  await desks.look(page, 'verification, commissioning')
  await form.getByRole('button', { name: '委托核对', exact: true }).click()
  await page.getByText('已办：委托核对').waitFor()
}

/** The applicant is told what was found and says how it is; gives the record as the case's page shows it. */
export async function explain(desks: Desks, answer: string): Promise<string> {
  const today = await desks.today()
  await desks.move('township', '家庭经济状况核对', '告知核对结果', (form) =>
    fillIn(form, { 告知日期: today, '申请人的答复（可不填）': answer }),
  )
  const page = await desks.openCase('township')
  return (await page.locator('#check').textContent()) ?? ''
}

async function toFindings(desks: Desks, account: string): Promise<Page> {
  const page = await desks.openCase(account)
  await page.locator('#check').getByRole('link', { name: '查看各来源答复和疑点' }).click()
  await page.getByRole('heading', { name: '疑点处置' }).waitFor()
  return page
}

/** One of the centre signs what came of a finding, another one agrees; gives the finding's history as its page shows it. */
export async function clear(
  desks: Desks,
  rule: string,
  { outcome, reason, paper }: { outcome: '属实' | '不属实'; reason: string; paper: string },
): Promise<string> {
  const page = await toFindings(desks, 'centre')
  await page.locator('.finding-list button', { hasText: rule }).click()
  const form = page.getByRole('form', { name: '处置这条疑点' })
  await form.getByLabel(new RegExp(`^${outcome}`)).check()
  await form.getByLabel('理由', { exact: true }).fill(reason)
  await form.getByLabel('选择文件').setInputFiles({ ...photo, name: paper })
  await form.getByRole('button', { name: `移除 ${paper}` }).waitFor()
  await form.getByRole('button', { name: `签署“${outcome}”，送第二人复核` }).click()
  await page.locator('.finding-list').getByText('待复核').waitFor()
  const second = await toFindings(desks, 'centre2')
  await second.locator('.finding-list button', { hasText: rule }).click()
  await second.getByRole('textbox', { name: '复核意见' }).fill('核对证据原件，同意。')
  await desks.look(second, 'finding, second signature')
  await second.getByRole('button', { name: '同意并办结' }).click()
  await second.locator('.finding-list').getByText('已处置').waitFor()
  await second.locator('.finding-list button', { hasText: rule }).click()
  await second.locator('article.finding').getByText('已处置', { exact: true }).waitFor()
  return (await second.locator('article.finding').textContent()) ?? ''
}
