/** What leaves the common way: an objection to a notice, a vote that fails, papers of a near relative. */

import type { Locator, Page } from 'playwright-core'
import { settled, visit } from './browser.ts'
import { type Desks, fillIn, panel } from './case-desk.ts'
import { pdfText } from './pdf-text.ts'

/** Goes from the case to its newest notice. */
async function openNotice(desks: Desks, account: string): Promise<Page> {
  const page = await desks.openCase(account)
  const number = (await page.locator('#notices .record-card h3 .mono').last().textContent()) ?? ''
  await visit(page, `/notices/${number}`)
  await page.getByRole('heading', { name: '名单' }).waitFor()
  return page
}

/** The line of the family on the page of its notice; names are masked there. */
function lineOf(desks: Desks, page: Page): Locator {
  return page.getByRole('row').filter({ has: page.locator(`a[href="/cases/${desks.caseNo}"]`) })
}

export async function noticeLine(desks: Desks, account = 'township'): Promise<string> {
  return (await lineOf(desks, await openNotice(desks, account)).textContent()) ?? ''
}

/** Somebody objects at the counter; gives the receipt as the page shows it. */
export async function object(desks: Desks, text: string): Promise<string> {
  const page = await openNotice(desks, 'township')
  await lineOf(desks, page)
    .getByRole('button', { name: /^登记异议/ })
    .click()
  const dialog = page.getByRole('dialog')
  await fillIn(dialog, { 姓名: '邻居甲', 反映的内容: text })
  await desks.look(page, 'objection, taking')
  await dialog.getByRole('button', { name: '登记并出具回执' }).click()
  const receipt = (await dialog.getByRole('status').textContent()) ?? ''
  await dialog.getByRole('button', { name: '完成' }).click()
  return receipt
}

/** Opens an objection from the list of them. */
export async function openObjection(desks: Desks, account: string, objectionNo: string): Promise<Page> {
  const page = await desks.at(account)
  await visit(page, '/objections')
  await page.getByRole('link', { name: objectionNo, exact: true }).click()
  await page.getByRole('heading', { name: '反映的内容' }).waitFor()
  return page
}

/** Answers an objection in writing; gives the answer as its page shows it. */
export async function answer(
  desks: Desks,
  account: string,
  objectionNo: string,
  { text, reopen }: { text: string; reopen?: string },
): Promise<string> {
  const page = await openObjection(desks, account, objectionNo)
  if (reopen !== undefined) {
    await page.getByLabel('成立，撤下公示并退回重办', { exact: true }).check()
    await page.getByLabel('退回到').selectOption({ label: reopen })
  }
  await page.getByLabel('核实情况和答复').fill(text)
  await desks.look(page, 'objection, answering')
  await page.getByRole('button', { name: '答复', exact: true }).click()
  const answered = page.getByRole('region', { name: '答复', exact: true })
  await answered.waitFor()
  return (await answered.textContent()) ?? ''
}

/** What a step's panel offers by its buttons, and the words above them. */
export async function offered(desks: Desks, account: string, step: string): Promise<{ buttons: string[]; words: string }> {
  const page = await desks.openCase(account)
  const area = panel(page, step)
  await area.waitFor()
  await settled(page)
  return { buttons: await area.locator('.row > button.button').allTextContents(), words: (await area.textContent()) ?? '' }
}

/** What the form of a move says once its button is pressed. */
export async function formOf(desks: Desks, account: string, step: string, move: string): Promise<string> {
  const page = await desks.openCase(account)
  const area = panel(page, step)
  await area.getByRole('button', { name: move, exact: true }).click()
  await area.getByRole('heading', { name: move, exact: true }).waitFor()
  return (await area.textContent()) ?? ''
}

/** The track of the case in words. */
export async function track(desks: Desks, account = 'township'): Promise<string> {
  const page = await desks.openCase(account)
  const told = (await page.getByRole('region', { name: /^办理进程/ }).textContent()) ?? ''
  return told.replace(/[✓●‖–]/g, '')
}

/** The text of a paper that the menu of the case prints. */
export async function paperText(desks: Desks, account: string, label: string): Promise<string> {
  const page = await desks.openCase(account)
  await page.getByText('打印', { exact: true }).click()
  const link = page.getByRole('link', { name: label, exact: true })
  const address = (await link.getAttribute('href')) ?? ''
  const paper = await page.context().request.get(address)
  return pdfText(await paper.body())
}

/** The head of the township overrules a vote that failed twice, with what the district said, and gives reasons. */
export async function overrule(desks: Desks): Promise<Page> {
  const today = await desks.today()
  const move = '重新调查后由乡镇会同区级认定'
  return desks.move(
    'townhead',
    '民主评议（听证）',
    move,
    (form) => fillIn(form, { 会商的区级人员: '区民政局甲', 会商日期: today, 会商意见和证据: '材料齐全，三项认定符合，予以认定' }),
    '两次调查均属实，评议意见与事实不符',
  )
}
