/** 全面清理 on its page: started, worked through, settled; and the application of a household that the registry knows. */
import type { Locator, Page } from 'playwright-core'
import { visit } from './browser.ts'
import { type Desks, fillIn, type Values } from './case-desk.ts'
import { goTo, prove, saved } from './intake-steps.ts'

async function open(desks: Desks, account: string): Promise<Page> {
  const page = await desks.at(account)
  await page.goto('/clean-up')
  await page.getByRole('heading', { name: '全面清理', level: 1 }).waitFor()
  return page
}

/** The approver starts a clean-up of one village, to end with its deadline; gives what the page says of it then. */
export async function start(desks: Desks, village: string, deadline: string): Promise<string> {
  const page = await open(desks, 'approver')
  await page.getByText('启动全面清理', { exact: true }).click()
  const form = page.locator('details.card form')
  const villages = form.getByLabel('村社区')
  await form.getByLabel('乡镇街道').selectOption(`${village.slice(0, 9)}000`)
  await villages.locator(`option[value="${village}"]`).waitFor({ state: 'attached' })
  await villages.selectOption(village)
  await fillIn(form, { 名称: '一个村的全面清理', 截止日期: deadline })
  await desks.look(page, 'clean-up, starting')
  await form.getByRole('button', { name: '冻结名单并启动' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/^将冻结 1 个乡镇（街道）共 \d+ 户在保家庭的名单/).waitFor()
  await desks.look(page, 'clean-up, confirming')
  await dialog.getByRole('checkbox').check()
  await dialog.getByRole('button', { name: '确认冻结' }).click()
  await form.getByText(/^已冻结 \d+ 户。$/).waitFor()
  return progress(desks, 'approver')
}

/** What the page says of how far the clean-up is. */
export async function progress(desks: Desks, account: string): Promise<string> {
  const page = await open(desks, account)
  const card = page.getByRole('region', { name: '一个村的全面清理' })
  await card.waitFor()
  return (await card.textContent()) ?? ''
}

/** The list of households in one of its states, row by row. */
export async function list(desks: Desks, account: string, state: 'open' | 'applied' | 'settled' | 'all'): Promise<string[]> {
  const page = await open(desks, account)
  await page.getByLabel('显示').selectOption(state)
  const households = page.getByRole('region', { name: /^名单/ })
  await households.getByRole('table').or(households.getByText('没有这样的家庭')).waitFor()
  return households.locator('tbody tr').allTextContents()
}

/** The clerk ticks a household of the list, opens the applications of what is ticked, and follows the way to the case; gives its number. */
export async function apply(desks: Desks): Promise<string> {
  const page = await open(desks, 'township')
  await page.getByRole('checkbox', { name: `勾选 ${desks.family.applicant}` }).check()
  await page.getByRole('button', { name: '为勾选的 1 户开立申请' }).click()
  const opened = page.getByRole('status').filter({ hasText: '已开立 1 件' }).getByRole('link')
  const caseNo = (await opened.textContent()) ?? ''
  await opened.click()
  await page.getByText(caseNo).first().waitFor()
  await visit(page, `/intake/${caseNo}`)
  await page.getByRole('navigation', { name: '申请的各部分' }).waitFor()
  return caseNo
}

/** What was carried over from the registry, as the application says it. */
export async function carriedOver(desks: Desks): Promise<string> {
  const page = await desks.at('township')
  await page.getByRole('navigation', { name: '申请的各部分' }).waitFor()
  const told = page.getByText(/^登记信息带出的内容还有/)
  return (await told.count()) === 0 ? '' : ((await told.textContent()) ?? '')
}

const plain: Values = {
  申请理由: '因病缺少劳动力，收入微薄',
  联系电话: '13900001234',
  '与低保经办人员、村（社区）干部有近亲属关系': 'no',
  婚姻状况: '10',
  与户主共同生活: 'yes',
  计入共同生活成员: 'yes',
  长期不在家的情形: 'none',
  '实际月支付额（元）': '0',
}

/** Confirms what is known of a part and fills what is empty of it with the plainest answer. */
async function settlePart(desks: Desks, part: string): Promise<void> {
  const page = await goTo(desks, part)
  const confirms = page.locator('.draft section').getByRole('button', { name: /^已核实，确认/ })
  while ((await confirms.count()) > 0) {
    const before = await confirms.count()
    await confirms.first().click()
    await page.waitForFunction(
      (n) =>
        [...document.querySelectorAll('.draft section button')].filter((b) => b.textContent?.startsWith('已核实，确认')).length <
        n,
      before,
    )
  }
  const rows = part === '家庭' ? [page.locator('.draft section')] : await page.locator('.draft section li.card').all()
  for (const row of rows) await fillEmpty(row)
  const none = page.locator('.draft section').getByRole('checkbox', { name: /^没有/ })
  if ((await none.count()) > 0) await none.check()
  await saved(desks)
}

async function fillEmpty(row: Locator): Promise<void> {
  for (const [label, value] of Object.entries(plain)) {
    const field = row.getByLabel(label, { exact: true })
    if ((await field.count()) === 0 || (await field.inputValue()) !== '') continue
    await fillIn(row, { [label]: value })
  }
}

/** Confirms and completes the application of a known household; `wage` is what its head says to earn in a year. Gives what its last part says. */
export async function complete(desks: Desks, wage?: string): Promise<string> {
  for (const part of ['家庭', '家庭成员', '收入', '财产', '支出', '赡养抚养扶养人']) {
    if (part === '收入' && wage !== undefined) await earn(desks, wage)
    else await settlePart(desks, part)
  }
  await prove(desks)
  const page = await goTo(desks, '检查与受理')
  await desks.look(page, 'application of a known household')
  return (await page.locator('.draft section .notice').first().textContent()) ?? ''
}

async function earn(desks: Desks, wage: string): Promise<void> {
  const page = await goTo(desks, '收入')
  await page.getByRole('button', { name: '增加一项收入' }).click()
  const row = page.locator('.draft section li.card').last()
  await row.getByLabel('取得人').selectOption({ label: desks.family.applicant })
  await fillIn(row, { 收入项目: 'wage', '期间合计（元）': wage })
  await saved(desks)
}

/** From the task list of the head of the township to the old grant that waits, and what he says of it; gives the row of the list then. */
export async function settle(
  desks: Desks,
  opinion: 'kept' | 'stopped',
  reason: string,
  state: 'open' | 'settled',
): Promise<string> {
  const page = await desks.at('townhead')
  await visit(page, '/tasks')
  const task = page.getByText(/截止，\d+ 户没有重新申请，须逐户处理原待遇/)
  await task.waitFor()
  await desks.look(page, 'tasks, an old grant waits')
  await task.getByRole('link', { name: '去处理' }).click()
  await page
    .getByRole('row', { name: desks.family.applicant })
    .getByRole('button', { name: /^处理原待遇/ })
    .click()
  const dialog = page.getByRole('dialog')
  await fillIn(dialog, { 处理意见: opinion, '理由（至少 4 个字）': reason })
  if (opinion === 'stopped') await dialog.getByText('停发由两人办理').waitFor()
  await desks.look(page, 'clean-up, settling')
  await dialog.getByRole('button', { name: '确认', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const [row = ''] = await list(desks, 'townhead', state)
  return row
}

/** The approver confirms in the task centre what was proposed of the grant; gives the group of letters that wait then. */
export async function confirmStop(desks: Desks, reason: string): Promise<string> {
  const page = await desks.at('approver')
  await visit(page, '/tasks')
  await page.getByRole('button', { name: new RegExp(`^同意\\s*${desks.family.applicant}户的变动`) }).click()
  await page.getByLabel('同意的理由').fill(reason)
  await desks.look(page, 'clean-up, a stop is decided')
  await page.getByRole('button', { name: '同意，作出决定' }).click()
  const letters = page.getByRole('region', { name: /待送达的停发/ })
  await letters.getByRole('link', { name: /打印告知书/ }).waitFor()
  return (await letters.textContent()) ?? ''
}
